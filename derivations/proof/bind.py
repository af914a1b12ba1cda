"""Bind a formula of a page to the derivation: the same tree, symbol for symbol.

A derivation script writes its formulas in SymPy under ``evaluate(False)``.
This module turns such an expression into a faithful tree, and refuses any class it does not know.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy.matrices import expressions as matrices

from derivations.proof import tree
from derivations.proof.letters import Notation
from derivations.proof.read import Reading, product
from derivations.proof.tree import Node


def tree_of(expression, notation: Notation) -> Node:
    """The faithful tree of a SymPy expression; raises ``TypeError`` on what it does not know."""
    return _Converter(notation).convert(sympy.sympify(expression, evaluate=False))


class _Converter:
    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    def convert(self, expression) -> Node:
        for kind in type(expression).__mro__:
            method = getattr(self, f"from_{kind.__name__}", None)
            if method is not None:
                return method(expression)
        raise TypeError(f"a derivation may not use {type(expression).__name__} (in {expression})")

    def all(self, expressions) -> list[Node]:
        return [self.convert(e) for e in expressions]

    def from_Rational(self, number) -> Node:
        return tree.num(Fraction(int(number.p), int(number.q)))

    def from_Float(self, number):
        raise TypeError(f"a derivation may not use the rounded number {number}: write Rational('{number}')")

    def from_Symbol(self, symbol) -> Node:
        sort = self.notation.sort_of_index(symbol.name)
        return tree.index(symbol.name, sort) if sort else tree.letter(symbol.name)

    def from_IndexedBase(self, base) -> Node:
        return tree.letter(base.name)

    from_MatrixSymbol = from_IndexedBase

    def from_Indexed(self, indexed) -> Node:
        return tree.entry_of(indexed.base.name, *self.all(indexed.indices))

    def from_MatrixElement(self, element) -> Node:
        matrix, *indices = element.args
        if not isinstance(matrix, matrices.MatrixSymbol):
            raise TypeError(f"write the entry of a letter, not of {matrix}")
        return tree.entry_of(matrix.name, *self.all(indices))

    def from_Row(self, row) -> Node:
        return tree.entry_of(row.args[0].name, self.convert(row.args[1]))

    def from_Table(self, table) -> Node:
        return tree.entry_of(table.args[0].name, self.convert(table.args[1]))

    def from_Column(self, column) -> Node:
        return tree.letter(column.args[0].name)

    def from_Add(self, add) -> Node:
        return tree.add(*self.all(add.args))

    from_MatAdd = from_Add

    def from_Mul(self, mul) -> Node:
        return product(self.all(mul.args), self.notation, 0)

    from_MatMul = from_Mul

    def from_Pow(self, power) -> Node:
        return tree.power(*self.all(power.args))

    def from_exp(self, exp) -> Node:
        return tree.exp(self.convert(exp.args[0]))

    def from_log(self, log) -> Node:
        return tree.log(self.convert(log.args[0]))

    def from_Sum(self, total) -> Node:
        node = self.convert(total.function)
        for over, low, high in total.limits:
            over, low, high = self.convert(over), self.convert(low), self.convert(high)
            size = self.notation.size_of(over.args[1])
            whole = tree.same(low, tree.ZERO) and tree.same(high, tree.add(size, tree.MINUS_ONE))
            node = tree.total(node, over, None if whole else Node("range", (low, high)))
        return node

    def from_SumExcept(self, total) -> Node:
        body, over, left_out = self.all(total.args)
        return tree.total(body, over, Node("except", (left_out,)))

    def from_Derivative(self, derivative) -> Node:
        node = self.convert(derivative.expr)
        for variable, times in derivative.variable_count:
            for _ in range(int(times)):
                node = tree.partial(node, self.convert(variable))
        return node

    def from_Gradient(self, gradient) -> Node:
        return tree.partial(*self.all(gradient.args))

    def from_KroneckerDelta(self, delta) -> Node:
        return tree.delta(*self.all(delta.args[:2]))

    def from_Piecewise(self, piecewise) -> Node:
        return Node("cases", tuple(Node("case", (self.convert(e), self.convert(c))) for e, c in piecewise.args))

    def from_Equality(self, equality) -> Node:
        return Node("eq", tuple(self.all(equality.args)))

    def from_Unequality(self, unequality) -> Node:
        return Node("ne", tuple(self.all(unequality.args)))

    def from_StrictGreaterThan(self, larger) -> Node:
        return Node("gt", tuple(self.all(larger.args)))

    def from_BooleanTrue(self, _) -> Node:
        return Node("otherwise", ())

    def from_Component(self, component) -> Node:
        name, row, *indices = component.args
        return Node("call", (str(name), self.convert(row), *self.all(indices)))

    def from_Maximum(self, maximum) -> Node:
        return Node("max", tuple(self.all(maximum.args)))

    def from_ArgMaximum(self, maximum) -> Node:
        return Node("argmax", tuple(self.all(maximum.args)))

    def from_Larger(self, larger) -> Node:
        return Node("larger", tuple(self.all(larger.args)))

    def from_Application(self, application) -> Node:
        name, row, *indices = application.args
        return Node("apply", (str(name), self.convert(row), *self.all(indices)))

    def from_Where(self, where) -> Node:
        return Node("where", tuple(self.all(where.args)))

    def from_Norm(self, norm) -> Node:
        return Node("norm", tuple(self.all(norm.args)))

    def from_Bracket(self, bracket) -> Node:
        return Node("bracket", tuple(self.all(bracket.args)))

    def from_Tuple(self, entries) -> Node:
        return Node("tuple", tuple(self.all(entries)))

    def from_Transpose(self, transpose) -> Node:
        return Node("transpose", (self.convert(transpose.arg),))

    def from_HadamardProduct(self, hadamard) -> Node:
        left, right = self.all(hadamard.args)
        return Node("hadamard", (left, right))

    def from_OneMatrix(self, ones) -> Node:
        rows, columns = ones.args
        sort = self.notation.sort_of_size(str(rows))
        if sort is None or columns != 1:
            raise TypeError(f"only a column of ones has a letter, not {ones}")
        return Node("ones", (sort,))

    def from_Diagonal(self, diagonal) -> Node:
        return Node("diag", (self.convert(diagonal.args[0]),))


def mismatch(page: Reading, script: Reading) -> str | None:
    """Where the page says something else than the derivation; None when they are the same formula."""
    if page.relations != script.relations:
        said, wanted = (" ".join(("?", *(f"{r} ?" for r in reading.relations))) for reading in (page, script))
        return f"the page has the form  {said}  and the derivation has  {wanted}"
    for mine, theirs in zip(page.sides, script.sides, strict=True):
        if not tree.same(mine, theirs):
            parts = tree.difference(mine, theirs)
            back = tree.difference(theirs, mine)
            return (
                f"the page says        {'; '.join(map(str, parts))}\nthe derivation says  {'; '.join(map(str, back))}"
            )
    if (page.iff is None) != (script.iff is None):
        return "only one of page and derivation states an equivalence"
    return mismatch(page.iff, script.iff) if page.iff else None
