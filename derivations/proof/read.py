"""Read a formula from a page: the exact tree of what is written, or a refusal that says where.

The grammar (``grammar.lark``) knows this subject's notation.
Reading then looks every letter up in the notation, gives every index its sort, and gives every
expression its shape.
A sample index in a class's place, a letter without a meaning, a sum of a matrix and a number, an
index that is bound twice: all refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, VisitError

from derivations.proof import tree
from derivations.proof.letters import ONE_WIDE, Notation, Shape
from derivations.proof.tree import Node, Span, bound_indices, free_indices

RELATIONS = {
    "=": "=", "<": "<", ">": ">", r"\le": "<=", r"\leq": "<=", r"\ge": ">=", r"\geq": ">=",
    r"\approx": "~", r"\neq": "!=", r"\ne": "!=", r"\in": "in",
}  # fmt: skip

_LARGEST = 100  # exponent, or end of a written range, that is worked out


class Refused(ValueError):
    """A formula that is not in the notation; ``position`` counts characters from its start."""

    def __init__(self, message: str, position: int, latex: str = "") -> None:
        super().__init__(message)
        self.message, self.position, self.latex = message, position, latex

    def __str__(self) -> str:
        if not self.latex:
            return self.message
        line = self.latex.replace("\n", " ")
        return f"{self.message}\n    {line}\n    {' ' * self.position}^"


@dataclass(frozen=True)
class Reading:
    """A chain ``sides[0] relations[0] sides[1] ...``; ``iff`` is a second chain it is equivalent to."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]
    iff: Reading | None = None

    @property
    def all_sides(self) -> tuple[Node, ...]:
        """Every expression, those behind "if and only if" included."""
        return (*self.sides, *(self.iff.all_sides if self.iff else ()))

    def __str__(self) -> str:
        words = [str(self.sides[0])]
        for relation, side in zip(self.relations, self.sides[1:], strict=True):
            words += [relation, str(side)]
        return " ".join(words) + (f"  <=>  {self.iff}" if self.iff else "")


@cache
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start="statement", propagate_positions=True, maybe_placeholders=False)


@cache
def _commands() -> frozenset[str]:
    """Every command that the grammar names, so that none is read as another and a letter: \\cdots as \\cdot s."""
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    named = re.findall(r"\\\\([A-Za-z]+)", re.sub(r"//.*", "", grammar))
    sized = [f"{size}{end}" for size in ("big", "Big", "bigg", "Bigg") for end in "lr"]
    return frozenset(f"\\{name}" for name in [*named, *sized])


def read(latex: str, notation: Notation) -> Reading:
    """The reading of one formula (a chain, or a single expression); raises ``Refused``."""
    for command in re.finditer(r"\\[A-Za-z]+", latex):
        if command.group() not in _commands():
            raise Refused(f"not in the notation here: {command.group()!r}", command.start(), latex)
    try:
        parsed = _parser().parse(latex)
    except UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        position = len(latex) if ended or error.pos_in_stream is None else error.pos_in_stream
        raise Refused(_unexpected(error, latex), min(max(position, 0), len(latex)), latex) from None
    try:
        reading = _Reader(notation).statement(parsed)
        _check_binding(reading)
    except RecursionError:
        raise Refused("nested too deeply", 0, latex) from None
    except Refused as refused:
        refused.latex = latex
        raise
    except VisitError as error:  # pragma: no cover - lark's wrapper, should a callback ever raise
        raise Refused(str(error), 0, latex) from None
    return reading


def read_expression(latex: str, notation: Notation) -> Node:
    """The tree of one expression without a relation; raises ``Refused``."""
    reading = read(latex, notation)
    if reading.relations:
        raise Refused("a relation stands where an expression was expected", 0, latex)
    return reading.sides[0]


def _unexpected(error: UnexpectedInput, latex: str) -> str:
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return "the formula ends too early"
    found = str(token) if token is not None else latex[error.pos_in_stream : error.pos_in_stream + 12]
    return f"not in the notation here: {found!r}"


def _check_binding(reading: Reading) -> None:
    free = frozenset().union(*(free_indices(side) for side in reading.all_sides))
    for side in reading.all_sides:
        for node in tree.walk(side):
            if node.op in tree.BINDERS and (node.args[1] in free or node.args[1] in bound_indices(node.args[0])):
                name = node.args[1].args[0]
                start = node.span[0] if node.span else 0
                raise Refused(f"the index {name} is bound here and means something else elsewhere", start)


class _Reader:
    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    # --- statements ---------------------------------------------------------------------

    def statement(self, parsed: Tree) -> Reading:
        chains = [child for child in parsed.children if isinstance(child, Tree)]
        first = self.chain(chains[0])
        if len(chains) == 1:
            return first
        second = self.chain(chains[1])
        if len(first.relations) != 1 or len(second.relations) != 1:
            raise Refused("an equivalence has one relation on each side", _start_of(chains[1]))
        return Reading(first.sides, first.relations, second)

    def chain(self, parsed: Tree) -> Reading:
        sides, relations = [], []
        for child in parsed.children:
            if child.data == "relation":
                relations.append(RELATIONS[str(child.children[0])])
            else:
                sides.append(self.side(child))
        for side in sides:
            if any(part.op in {"cases", "where"} for part in tree.walk(side) if part is not side):
                raise Refused("cases, and a bar with a value, fill one side of a formula by themselves", _start(side))
        shapes = [shape_of(side, self.notation) for side in sides]
        for relation, left, right, side in zip(relations, shapes, shapes[1:], sides[1:], strict=False):
            if relation != "in" and not _comparable(left, right):
                raise Refused(f"the two sides have different shapes: {_words(left)} and {_words(right)}", _start(side))
        return Reading(tuple(sides), tuple(relations))

    def side(self, parsed: Tree) -> Node:
        if parsed.data == "tuple":
            entries = [self.expr(child) for child in parsed.children if isinstance(child, Tree)]
            return Node("tuple", tuple(entries), _span(parsed))
        if parsed.data in {"reals", "reals_shape", "reals_bound", "integers", "unit_interval"}:
            return self.set(parsed)
        if parsed.data == "letters":
            return Node("letters", tuple(self.expr(child) for child in parsed.children), _span(parsed))
        return self.expr(parsed)

    def set(self, parsed: Tree) -> Node:
        if parsed.data == "unit_interval":
            return Node("reals", ("fraction",), _span(parsed))
        inside = tuple(self.scalar(child) for child in parsed.children if isinstance(child, Tree))
        if parsed.data == "reals_bound":
            strict = any(str(c) == ">" for c in parsed.children if isinstance(c, Token))
            return Node("reals", ("positive" if strict else "nonnegative", *inside), _span(parsed))
        if parsed.data == "integers":
            return Node("integers", inside, _span(parsed))
        return Node("reals", ("real", *inside), _span(parsed))

    # --- expressions --------------------------------------------------------------------

    def expr(self, parsed: Tree) -> Node:
        method = getattr(self, f"read_{parsed.data}", None)
        if method is None:
            raise Refused(f"{parsed.data} does not belong here", _start_of(parsed))
        return method(parsed, *parsed.children).at(_span(parsed))

    def scalar(self, parsed: Tree, what: str = "a number") -> Node:
        node = self.expr(parsed)
        shape = shape_of(node, self.notation)
        if shape != ():
            raise Refused(f"{what} is expected here, not {_words(shape)}", _start_of(parsed))
        if node.op == "index":
            raise Refused(f"the index {node.args[0]} stands where a number is expected", _start_of(parsed))
        return node

    def read_add(self, parsed: Tree, left: Tree, right: Tree) -> Node:
        return tree.add(*self.alike(left, right))

    def read_sub(self, parsed: Tree, left: Tree, right: Tree) -> Node:
        one, other = self.alike(left, right)
        return tree.add(one, tree.neg(other).at(_span(right)))

    def alike(self, left: Tree, right: Tree) -> tuple[Node, Node]:
        one, other = self.expr(left), self.expr(right)
        shapes = shape_of(one, self.notation), shape_of(other, self.notation)
        if shapes[0] != shapes[1]:
            raise Refused(f"{_words(shapes[0])} and {_words(shapes[1])} cannot be added", _start_of(right))
        for node, where in ((one, left), (other, right)):
            if node.op == "index":
                raise Refused(f"the index {node.args[0]} stands where a number is expected", _start_of(where))
        return one, other

    def read_neg(self, parsed: Tree, inner: Tree) -> Node:
        node = self.expr(inner)
        if node.op == "index":
            raise Refused(f"the index {node.args[0]} stands where a number is expected", _start_of(inner))
        return tree.neg(node)

    def read_group(self, parsed: Tree, *parts) -> Node:
        return self.expr(next(part for part in parts if isinstance(part, Tree)))

    def read_product(self, parsed: Tree, *parts) -> Node:
        side_by_side = all(isinstance(part, Tree) for part in parts)
        if side_by_side and parts[0].data == "number" and parts[0].children[0] == "1":
            raise Refused("a factor 1 in front says nothing", _start_of(parts[0]))
        if side_by_side and _begins_with_a_number(parts[-1]):
            raise Refused("a number does not follow a factor without \\cdot: 1 0 looks like 10", _start_of(parts[-1]))
        factors = [self.expr(part) for part in parts if isinstance(part, Tree)]
        return product(factors, self.notation, _start_of(parsed))

    def read_hadamard(self, parsed: Tree, *parts) -> Node:
        trees = [part for part in parts if isinstance(part, Tree)]
        left, right = map(self.expr, trees)
        shapes = shape_of(left, self.notation), shape_of(right, self.notation)
        for part, node in zip(trees, (left, right), strict=True):
            if part.data == "product" and any(inner.op == "matmul" for inner in (node, *node.args)):
                raise Refused("a matrix product beside an elementwise one needs brackets", _start_of(part))
        if shapes[0] != shapes[1] or shapes[0] == ():
            raise Refused(f"an elementwise product of {_words(shapes[0])} and {_words(shapes[1])}", _start_of(parsed))
        return Node("hadamard", (left, right))

    def read_number(self, parsed: Tree, token: Token) -> Node:
        return tree.num(Fraction(str(token)))

    def read_short_number(self, parsed: Tree, token: Token) -> Node:
        if len(token) > 1:
            raise Refused("an exponent of more than one digit needs braces", token.start_pos)
        return tree.num(Fraction(str(token)))

    def read_power(self, parsed: Tree, base: Tree, exponent) -> Node:
        node = self.expr(base)
        shape = shape_of(node, self.notation)
        if isinstance(exponent, Tree) and exponent.data == "top":
            if shape == ():
                raise Refused("a number has no transpose", _start_of(parsed))
            if base.data in {"fraction", "partial"}:
                raise Refused("a transpose of this needs brackets", _start_of(parsed))
            return Node("transpose", (node,))
        if shape != ():
            raise Refused(f"{_words(shape)} has no power here", _start_of(parsed))
        if node.op == "index":
            raise Refused(f"the index {node.args[0]} stands where a number is expected", _start_of(parsed))
        if base.data in {"fraction", "partial", "second_partial", "cases", "where"}:
            raise Refused("a power of this needs brackets", _start_of(parsed))
        power = self.exponent(exponent)
        if power.op == "num" and abs(power.args[0]) > _LARGEST:
            raise Refused(f"an exponent beyond {_LARGEST}", _start_of(parsed))
        return tree.power(node, power)

    def read_exp(self, parsed: Tree, e: Token, exponent) -> Node:
        return tree.exp(self.exponent(exponent))

    def read_exp_of(self, parsed: Tree, *parts) -> Node:
        return tree.exp(self.scalar(next(part for part in parts if isinstance(part, Tree))))

    def read_sqrt(self, parsed: Tree, inner: Tree) -> Node:
        return tree.power(self.scalar(inner), tree.num(Fraction(1, 2)))

    def exponent(self, part) -> Node:
        if isinstance(part, Token):  # a single letter, as in e^u
            part = Tree("indexed", [part], _meta_of(part))
        elif part.data == "add":  # a whole number that grows with the steps, as in \beta_1^{t+1}
            first = self.expr(part.children[0])
            if first.op == "index":
                return self.later(first, self.expr(part.children[1]), _start_of(part))
        elif part.data == "top":
            raise Refused("only an array has a transpose", _start_of(part))
        return self.scalar(part)

    def read_log(self, parsed: Tree, *parts) -> Node:
        self.not_a_power_of_brackets(parts[-1])
        return tree.log(self.scalar(parts[-1]))

    def not_a_power_of_brackets(self, operand: Tree) -> None:
        r"""\log (u)^2 is read by some as the square of the logarithm."""
        ends_in_a_bracket = {"group", "larger", "apply", "exp_of", "call", "indicator"}
        if operand.data == "power" and operand.children[0].data in ends_in_a_bracket:
            raise Refused("the power may belong to the bracket or to all before it: add brackets", _start_of(operand))

    def read_fraction(self, parsed: Tree, above: Tree, below: Tree) -> Node:
        top, bottom = self.expr(above), self.scalar(below)
        if top.op == "index":
            raise Refused(f"the index {top.args[0]} stands where a number is expected", _start_of(above))
        return product([top, tree.power(bottom, tree.MINUS_ONE).at(_span(below))], self.notation, _start_of(parsed))

    # --- derivatives --------------------------------------------------------------------

    def read_partial(self, parsed: Tree, above: Tree, below: Tree) -> Node:
        return tree.partial(self.scalar(above), self.variable(below))

    def read_second_partial(self, parsed: Tree, order: Token, above: Tree, one: Tree, other: Tree) -> Node:
        if str(order) != "2":
            raise Refused("two variables stand below, so the order must be 2", order.start_pos)
        variables = [self.variable(one), self.variable(other)]
        if any(shape_of(variable, self.notation) for variable in variables):
            raise Refused("a second derivative is taken in single numbers", _start_of(one))
        return tree.partial(tree.partial(self.scalar(above), variables[0]), variables[1])

    def read_derivative(self, parsed: Tree, operator: Tree, operand: Tree) -> Node:
        self.not_a_power_of_brackets(operand)
        return tree.partial(self.scalar(operand), self.variable(operator.children[0]))

    def variable(self, parsed: Tree) -> Node:
        node = self.expr(parsed)
        if node.op not in {"at", "letter"} or node.op == "letter" and node.args[0] in self.notation.sizes:
            raise Refused("a derivative is taken in a letter, with its indices", _start_of(parsed))
        if self.notation.letters[node.args[0]].values in self.notation.index_sets:
            raise Refused(f"{node.args[0]} is a label, and nothing moves it", _start_of(parsed))
        return node

    # --- binders ------------------------------------------------------------------------

    def read_sum(self, parsed: Tree, over: Tree, body: Tree) -> Node:
        node = self.expr(body)
        if node.op == "index":
            raise Refused(f"the index {node.args[0]} stands where a number is expected", _start_of(body))
        bound = [
            self.bound_index(child) for child in over.children if isinstance(child, Tree) and child.data == "index"
        ]
        domain = None
        if over.data == "over_except":
            left_out = self.subscript(over.children[-1])
            if bound[0] in free_indices(left_out):
                raise Refused(f"the value left out depends on the index {bound[0]} itself", _start_of(over))
            self.of_one_sort(
                bound[0], left_out, what="the index and the value that it leaves out", start=_start_of(over)
            )
            domain = Node("except", (left_out,))
        elif over.data == "over_range":
            low, high = (self.scalar(child) for child in over.children[1:] if isinstance(child, Tree))
            domain = self.range_of(bound[0], low, high, _start_of(over))
        for one in reversed(bound):
            node = tree.total(node, one, domain)
        return node

    def range_of(self, bound: Node, low: Node, high: Node, start: int) -> Node | None:
        if bound in free_indices(low) | free_indices(high):
            raise Refused(f"the ends of the range depend on the index {bound} itself", start)
        if any(part.op == "num" and abs(part.args[0]) > _LARGEST for end in (low, high) for part in tree.walk(end)):
            raise Refused(f"a range that reaches beyond {_LARGEST}", start)
        size = self.notation.size_of(bound.args[1])
        if tree.same(low, tree.ZERO) and tree.same(high, tree.add(size, tree.MINUS_ONE)):
            return None
        return Node("range", (low, high))

    def bound_index(self, parsed: Tree) -> Node:
        name = str(parsed.children[0])
        sort = self.notation.sort_of_index(name)
        if sort is None:
            raise Refused(f"{name} is not an index", _start_of(parsed))
        return tree.index(name, sort)

    def read_max(self, parsed: Tree, *parts) -> Node:
        binder, operand = (part for part in parts if isinstance(part, Tree))
        self.not_a_power_of_brackets(operand)
        return Node("max", (self.scalar(operand), self.bound_index(binder.children[0])))

    def read_argmax(self, parsed: Tree, *parts) -> Node:
        binder, operand = (part for part in parts if isinstance(part, Tree))
        self.not_a_power_of_brackets(operand)
        return Node("argmax", (self.scalar(operand), self.bound_index(binder.children[0])))

    # --- letters ------------------------------------------------------------------------

    def read_indexed(self, parsed: Tree, name: Token, subs: Tree | None = None) -> Node:
        items = [] if subs is None else [self.subscript(child) for child in subs.children]
        latex = str(name)
        start = _start_of(parsed)
        if latex == r"\delta":
            return self.read_delta(items, start)
        if not items:
            sort = self.notation.sort_of_index(latex)
            if sort is not None:
                return tree.index(latex, sort)
        numbered = self.named(f"{latex}_{items[0].args[0]}", items[1:]) if items and items[0].op == "num" else None
        if numbered:
            return self.entry(numbered, items[1:], start)
        known = self.named(latex, items)
        if known is None:
            raise Refused(f"the letter {latex} has no meaning here", start)
        return self.entry(known, items, start)

    def named(self, latex: str, items: list[Node]) -> str | None:
        """The letter that is written so; L is one number and L_i one for each sample, and the indices tell."""
        found = [entry for entry in self.notation.letters.values() if entry.latex == latex]
        found.sort(key=lambda e: (bool(e.axes) != bool(items), not self.fits(items, e.axes), items and -len(e.axes)))
        if found and not (latex in self.notation.sizes and not items):
            return found[0].name
        return latex if latex in self.notation.sizes else None

    def fits(self, items: list[Node], axes: tuple[str, ...]) -> bool:
        return len(items) <= len(axes) and all(
            _is_place(item) or sort_of(item, self.notation) == sort for item, sort in zip(items, axes, strict=False)
        )

    def entry(self, name: str, items: list[Node], start: int) -> Node:
        if name in self.notation.sizes:
            if items:
                raise Refused(f"{name} takes no index", start)
            return tree.letter(name)
        self.check_indices(name, self.notation.letters[name].latex, self.notation.letters[name].axes, items, start)
        return tree.entry_of(name, *items)

    def check_indices(self, name: str, latex: str, axes: tuple[str, ...], items: list[Node], start: int) -> None:
        if len(items) > len(axes):
            raise Refused(f"{latex} takes {len(axes)} indices, not {len(items)}", start)
        for place, (item, sort) in enumerate(zip(items, axes, strict=False)):
            found = sort_of(item, self.notation)
            if _is_place(item):
                continue
            if found != sort:
                what = f"a {found} index" if found else "not an index"
                where = ("first", "second", "third")[place]
                raise Refused(f"{item} is {what}; the {where} index of {name} is a {sort} index", start)

    def later(self, first: Node, steps: Node, start: int) -> Node:
        """t + 1: the step after a step; no other index is added to."""
        if first.op != "index" or first.args[1] != "step":
            raise Refused("only a step is followed by another", start)
        if steps != tree.ONE:
            raise Refused("the step after t is t + 1", start)
        return tree.add(first, steps)

    def subscript(self, parsed) -> Node:
        if isinstance(parsed, Token):
            if parsed.type == "DIGIT":
                return tree.num(int(parsed))
            return self.read_indexed(Tree("indexed", [parsed], _meta_of(parsed)), parsed)
        if parsed.data == "shifted":
            name, steps = (child for child in parsed.children if str(child) != "+")
            first = self.read_indexed(Tree("indexed", [name], _meta_of(name)), name)
            return self.later(first, tree.num(Fraction(str(steps))) if "." not in steps else first, _start_of(parsed))
        first, *rest = parsed.children
        if first.type == "NUMBER":
            if "." in first:
                raise Refused("an index is a whole number", first.start_pos)
            return tree.num(int(first))
        return self.read_indexed(parsed, first, *rest)

    def read_delta(self, items: list[Node], start: int) -> Node:
        if len(items) != 2:
            raise Refused(f"the Kronecker delta takes 2 indices, not {len(items)}", start)
        self.of_one_sort(*items, what="the two indices of a Kronecker delta", start=start)
        return tree.delta(*items)

    def of_one_sort(self, one: Node, other: Node, *, what: str, start: int) -> None:
        """Two indices of the same set; a plain number may stand for one of them."""
        sorts = {sort_of(item, self.notation) for item in (one, other) if not _is_place(item)}
        if None in sorts or len(sorts) != 1:
            raise Refused(f"{what} are of one sort", start)

    # --- the rest -----------------------------------------------------------------------

    def read_call(self, parsed: Tree, *parts) -> Node:
        name = str(parts[0])[len(r"\operatorname{") : -1]
        trees = [part for part in parts[1:] if isinstance(part, Tree)]
        argument = self.expr(trees[0])
        subs = [self.subscript(child) for child in trees[1].children] if len(trees) > 1 else []
        shape = shape_of(argument, self.notation)
        if len(shape) != 2 or shape[1] != ONE_WIDE:
            raise Refused(f"{name} takes a row of numbers, not {_words(shape)}", _start_of(trees[0]))
        if name == "diag":
            if subs:
                raise Refused("diag takes no index here", _start_of(trees[1]))
            return Node("diag", (argument,))
        wanted = self.notation.operators[name]
        if shape[0] != "class":
            raise Refused(f"{name} takes one number for each class, not {_words(shape)}", _start_of(trees[0]))
        if tuple(sort_of(sub, self.notation) for sub in subs) != wanted:
            raise Refused(f"the value of {name} has {len(wanted)} index (class)", _start_of(parsed))
        return Node("call", (name, argument, *subs))

    def read_apply(self, parsed: Tree, letter: Token, *parts) -> Node:
        function = next(f for f in self.notation.functions.values() if f.latex == str(letter))
        trees = [part for part in parts if isinstance(part, Tree)]
        row = next(place for place, part in enumerate(trees) if part.data != "subs")
        leading, result = ([self.subscript(child) for one in some for child in one.children]
                           for some in (trees[:row], trees[row + 1 :]))  # fmt: skip
        argument, start = self.expr(trees[row]), _start_of(trees[row])
        if shape_of(argument, self.notation) != (function.argument, ONE_WIDE):
            found = _words(shape_of(argument, self.notation))
            raise Refused(f"{function.latex} takes one number for each {function.argument}, not {found}", start)
        if len(leading) != len(function.leading):
            raise Refused(f"{function.latex} needs {len(function.leading)} index before its bracket", _start_of(parsed))
        self.check_indices(function.name, function.latex, function.axes, leading + result, _start_of(parsed))
        return Node("apply", (function.name, argument, *leading, *result))

    def read_larger(self, parsed: Tree, *parts) -> Node:
        return Node("larger", tuple(self.scalar(part) for part in parts if isinstance(part, Tree)))

    def read_norm(self, parsed: Tree, *parts) -> Node:
        inner = self.expr(next(part for part in parts if isinstance(part, Tree)))
        if shape_of(inner, self.notation) == ():
            raise Refused("a norm is taken of an array", _start_of(parsed))
        return Node("norm", (inner,))

    def read_ones(self, parsed: Tree, ones: Token, subs: Tree | None = None) -> Node:
        first = subs.children[0] if subs is not None and len(subs.children) == 1 else None
        size = str(first.children[0] if isinstance(first, Tree) and len(first.children) == 1 else first)
        sort = self.notation.sort_of_size(size)
        if sort is None:
            raise Refused("a vector of ones needs its length: \\mathbf{1}_N", _start_of(parsed))
        return Node("ones", (sort,))

    def read_indicator(self, parsed: Tree, *parts) -> Node:
        return Node("bracket", (self.condition(next(part for part in parts if isinstance(part, Tree))),))

    def read_where(self, parsed: Tree, *parts) -> Node:
        body, name, value = (self.scalar(part) for part in parts if isinstance(part, Tree))
        given = name.op == "letter" and not getattr(self.notation.letters.get(name.args[0]), "defined", False)
        if not given or value.op != "num":
            raise Refused("the bar sets one given letter to a number", _start_of(parsed))
        whole = name.args[0] in self.notation.sizes
        positive = whole or self.notation.letters[name.args[0]].values == "positive"
        values = "" if whole else self.notation.letters[name.args[0]].values
        outside = {"nonnegative": value.args[0] < 0, "fraction": not 0 <= value.args[0] < 1}.get(values, False)
        if outside or (positive and value.args[0] <= 0) or (whole and value.args[0].denominator != 1):
            raise Refused(f"{name.args[0]} cannot be {value}", _start_of(parsed))
        return Node("where", (body, name, value))

    def read_cases(self, parsed: Tree, *parts) -> Node:
        cases = []
        for part in parts:
            if isinstance(part, Tree):
                body = self.scalar(part.children[0])
                told = part.children[-1]
                condition = self.condition(told) if isinstance(told, Tree) else Node("otherwise", ())
                cases.append(Node("case", (body, condition), _span(part)))
        return Node("cases", tuple(cases))

    def condition(self, parsed: Tree) -> Node:
        left, relation, right = parsed.children
        said = RELATIONS[str(relation.children[0])]
        if said == ">":
            return Node("gt", (self.scalar(left), self.scalar(right)))
        one, other = self.expr(left), self.expr(right)
        op = {"=": "eq", "!=": "ne"}.get(said)
        if op is None:
            raise Refused("a condition says whether two indices are equal, or whether a number is larger than another",
                          _start_of(relation))  # fmt: skip
        self.of_one_sort(one, other, what="the two indices of a condition", start=_start_of(parsed))
        return Node(op, (one, other))


# --- sorts and shapes -------------------------------------------------------------------


def sort_of(node: Node, notation: Notation) -> str | None:
    """The index set that the value of ``node`` lies in, or None if it is no index."""
    if node.op == "index":
        return node.args[1]
    if node.op == "add" and node.args[0].op == "index":  # the step after it
        return node.args[0].args[1]
    if node.op == "argmax":
        return node.args[1].args[1]
    if node.op == "at" and len(node.args) - 1 == len(notation.letters[node.args[0]].axes):
        values = notation.letters[node.args[0]].values
        return values if values in notation.index_sets else None
    return None


def shape_of(node: Node, notation: Notation) -> Shape:
    """() for a number, else (rows, columns); a vector is a column, (sort, "1")."""
    op, args = node.op, node.args
    if op in {"letter", "at"}:
        if args[0] in notation.sizes:
            return ()
        left = notation.letters[args[0]].axes[len(args) - 1 :]
        return (*left, ONE_WIDE) if len(left) == 1 else tuple(left)
    if op == "apply":
        left = notation.functions[args[0]].axes[len(args) - 2 :]
        return (*left, ONE_WIDE) if len(left) == 1 else tuple(left)
    if op == "ones":
        return (args[0], ONE_WIDE)
    if op == "transpose":
        return shape_of(args[0], notation)[::-1]
    if op == "diag":
        return (shape_of(args[0], notation)[0],) * 2
    if op == "matmul":
        shape = (shape_of(args[0], notation)[0], shape_of(args[-1], notation)[1])
        return () if shape == (ONE_WIDE, ONE_WIDE) else shape
    if op in {"add", "hadamard", "sum"}:
        return shape_of(args[0], notation)
    if op == "mul":
        return next((shape for factor in args if (shape := shape_of(factor, notation))), ())
    if op == "partial":
        return shape_of(args[1], notation)
    if op == "tuple":
        return ("?", ONE_WIDE)
    return ()


def product(factors: list[Node], notation: Notation, position: int) -> Node:
    """Numbers multiply; arrays that stand side by side are a matrix product, in their order."""
    for factor in factors:
        if factor.op == "index":
            raise Refused(f"the index {factor.args[0]} stands where a number is expected", position)
    arrays = [factor for factor in factors if shape_of(factor, notation)]
    numbers = [factor for factor in factors if not shape_of(factor, notation)]
    if len(arrays) > 1:
        shapes = [shape_of(one, notation) for one in arrays]
        for left, right in zip(shapes, shapes[1:], strict=False):
            if len(left) != 2 or len(right) != 2 or left[1] != right[0]:
                raise Refused(f"{_words(left)} times {_words(right)} does not fit", position)
        return tree.mul(*numbers, tree.matmul(*arrays))
    return tree.mul(*factors)


def _begins_with_a_number(parsed: Tree) -> bool:
    """Whether what is shown begins with a digit: 2, 2^n, or a fraction of two plain numbers."""
    if parsed.data in {"power", "product", "hadamard"}:
        return _begins_with_a_number(parsed.children[0])
    if parsed.data == "fraction":
        return all(part.data == "number" for part in parsed.children)
    return parsed.data == "number"


def _is_place(node: Node) -> bool:
    """A whole number that names one sample or class."""
    return node.op == "num" and node.args[0].denominator == 1 and node.args[0] >= 0


def _comparable(left: Shape, right: Shape) -> bool:
    return left == right or ("?" in left + right and len(left) == len(right) == 2)


def _words(shape: Shape) -> str:
    if shape == ():
        return "a number"
    if len(shape) == 2 and shape[1] == ONE_WIDE:
        return f"a vector (one number for each {shape[0]})"
    return "an array (" + " x ".join(shape) + ")"


# --- positions --------------------------------------------------------------------------


def _span(parsed: Tree) -> Span | None:
    meta = parsed.meta
    return None if meta.empty else (meta.start_pos, meta.end_pos)


def _start_of(parsed: Tree) -> int:
    return 0 if parsed.meta.empty else parsed.meta.start_pos


def _start(node: Node) -> int:
    return node.span[0] if node.span else 0


def _meta_of(token: Token):
    from lark.tree import Meta

    meta = Meta()
    meta.start_pos, meta.end_pos, meta.empty = token.start_pos, token.end_pos, False
    return meta
