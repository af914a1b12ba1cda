"""Prove that one side is smaller, for every N and C.

Each fact used belongs to one of the named rules, and the rule that a derivation names must be the
one that was needed: "positivity", "squares", "largest term", "tangent of the logarithm" or "taking logarithms".
"""

from __future__ import annotations

from fractions import Fraction

from derivations.proof import tree
from derivations.proof.meaning import Unsupported
from derivations.proof.normal import UNIT, Monomial, Normalizer, Sum, plus, scale
from derivations.proof.tree import Node

_DEEPEST = 4  # exponentials and logarithms taken in turn


class Order:
    """Decides ``left <= right`` and ``left < right``; ``used`` holds the rules that were needed."""

    def __init__(self, normalizer: Normalizer) -> None:
        self.normalizer = normalizer
        self.used: set[str] = set()

    def proves(self, left: Node, relation: str, right: Node) -> bool:
        """Whether the relation is shown; False means "not shown"."""
        if relation == "!=":
            return self.proves(left, "<", right) or self.proves(left, ">", right)
        if relation not in {"<", "<=", ">", ">="}:
            raise Unsupported(f"{relation} is no order")
        small, large = (left, right) if relation in {"<", "<="} else (right, left)
        if small == tree.ZERO and relation in {"<=", ">="} and self._made_of_squares(large):
            self.normalizer.normal(large)  # refused if it may have no value
            return True
        gap = plus(self.normalizer.normal(large), scale(self.normalizer.normal(small), -1))
        return self._nonnegative(gap, strict=relation in {"<", ">"}, depth=0)

    def _made_of_squares(self, node: Node) -> bool:
        """A square, a positive number, or a sum or product of such, as it is written."""
        if (
            node.op == "pow"
            and tree.is_integer(node.args[1])
            and node.args[1].args[0] % 2 == 0
            and node.args[1].args[0] > 0
        ):
            self.used.add("squares")
            return True
        if node.op == "sum":
            return self._made_of_squares(node.args[0])
        if node.op in {"add", "mul"}:
            return all(self._made_of_squares(part) for part in node.args)
        return self.normalizer.positive(self.normalizer.normal(node))

    def _tangent(self, gap: Sum) -> bool:
        """A number less 1 is at least its logarithm."""
        for monomial, coefficient in gap.items():
            ((atom, exponent), *others) = [*monomial] or [(tree.ONE, 0)]
            if others or exponent != 1 or atom.op != "log" or coefficient >= 0:
                continue
            line = plus(self.normalizer.form(atom.args[0]), {UNIT: Fraction(-1)}, {monomial: Fraction(-1)})
            if not plus(gap, scale(line, coefficient)):
                self.used.add("tangent of the logarithm")
                return True
        return False

    def _nonnegative(self, gap: Sum, strict: bool, depth: int) -> bool:
        if not gap:
            return not strict
        if self.normalizer.positive(gap):
            self.used.add("positivity")
            return True
        if strict or depth > _DEEPEST:
            return False
        return (
            self._member_of_sum(gap)
            or self._bounded_terms(gap, depth)
            or self._largest(gap)
            or self._tangent(gap)
            or self._logarithms(gap, depth)
            or self._exponentials(gap, depth)
        )

    def _member_of_sum(self, gap: Sum) -> bool:
        """sum_k f(k) - f(t) is the sum over the others, for positive f."""
        for monomial, coefficient in gap.items():
            for atom, exponent in monomial:
                if coefficient <= 0 or atom.op != "sum" or exponent != 1 or not self._positive_atom(atom):
                    continue
                others = monomial - {(atom, exponent)}
                if not self.normalizer.positive({others: Fraction(1)}):
                    continue
                rest = plus(gap, {monomial: -coefficient})
                for term, rule in self._members(atom, rest):
                    taken = self.normalizer.product({others: coefficient}, term)
                    left_over = plus(rest, taken)
                    if not left_over or self.normalizer.positive(left_over):
                        self.used.add(rule)
                        return True
        return False

    def _members(self, atom: Node, rest: Sum):
        """Terms of the sum: its body at any index that occurs, or at the place of the maximum."""
        body, bound, _ = atom.args
        sort = bound.args[1]
        places = set()
        for monomial in rest:
            for other, _ in monomial:
                places |= {i for i in tree.walk(other) if self._is_place(i, sort)}
        for place in sorted(places, key=tree.key):
            yield self.normalizer.form(tree.substitute(body, {bound: place})), "positivity"
        if body.op == "exp":
            largest = tree.exp(Node("max", (body.args[0], bound)))
            yield self.normalizer.form(largest), "largest term"

    def _is_place(self, node: Node, sort: str) -> bool:
        if node.op == "index":
            return node.args[1] == sort
        return node.op == "at" and self.normalizer.notation.letters[node.args[0]].values == sort

    def _bounded_terms(self, gap: Sum, depth: int) -> bool:
        """C * A - sum_k f(k) is the sum of A - f(k)."""
        for monomial, coefficient in gap.items():
            for atom, exponent in monomial:
                if coefficient >= 0 or atom.op != "sum" or exponent != 1:
                    continue
                others = monomial - {(atom, exponent)}
                body, bound, _ = atom.args
                taken = frozenset().union(*(tree.free_indices(a) for other in gap for a, _ in other))
                fresh = tree.fresh_index(bound, taken | tree.bound_indices(body) | {bound})
                body, bound = tree.substitute(body, {bound: fresh}), fresh
                size = self.normalizer.notation.size_of(bound.args[1])
                if not self.normalizer.positive({others: -coefficient}):
                    continue
                share = self.normalizer.product(
                    plus(gap, {monomial: -coefficient}), {frozenset([(size, -1)]): Fraction(1)}
                )
                term = self.normalizer.product({others: coefficient}, self.normalizer.form(body))
                if self._nonnegative(plus(share, term), strict=False, depth=depth + 1):
                    self.used.add("largest term")
                    return True
        return False

    def _largest(self, gap: Sum) -> bool:
        """max_k g(k) - g(t) is not negative."""
        for monomial, coefficient in gap.items():
            if coefficient <= 0 or len(monomial) != 1:
                continue
            ((atom, exponent),) = monomial
            if atom.op != "max" or exponent != 1:
                continue
            body, bound = atom.args
            rest = plus(gap, {monomial: -coefficient})
            places = {i for other in rest for a, _ in other for i in tree.walk(a) if self._is_place(i, bound.args[1])}
            for place in sorted(places, key=tree.key):
                if not plus(rest, scale(self.normalizer.form(tree.substitute(body, {bound: place})), coefficient)):
                    self.used.add("largest term")
                    return True
        return False

    def _logarithms(self, gap: Sum, depth: int) -> bool:
        """A - B for two positive products: compare their logarithms."""
        if len(gap) != 2:
            return False
        above = {m: c for m, c in gap.items() if c > 0}
        below = {m: -c for m, c in gap.items() if c < 0}
        if not (len(above) == len(below) == 1 and self.normalizer.positive(above) and self.normalizer.positive(below)):
            return False
        try:
            logs = plus(self.normalizer.log(above), scale(self.normalizer.log(below), -1))
        except Unsupported:
            return False
        return self._nonnegative(logs, strict=False, depth=depth + 1)

    def _exponentials(self, gap: Sum, depth: int) -> bool:
        """A difference with a logarithm: its exponential is at least 1."""
        if not any(atom.op == "log" for monomial in gap for atom, _ in monomial):
            return False
        negative = {m: -c for m, c in gap.items() if c < 0}
        positive = {m: c for m, c in gap.items() if c > 0}
        try:
            difference = plus(self.normalizer.exp(positive), scale(self.normalizer.exp(negative), -1))
        except Unsupported:
            return False
        return self._nonnegative(difference, strict=False, depth=depth + 1)

    def _positive_atom(self, atom: Node) -> bool:
        single: Monomial = frozenset([(atom, 1)])
        return self.normalizer.positive({single: Fraction(1)})


def equivalent(normalizer: Normalizer, one: tuple[Node, str, Node], other: tuple[Node, str, Node]) -> bool:
    """Whether ``other`` is ``one`` with the logarithm taken on both sides."""
    if one[1] != other[1] or one[1] not in {"<", ">", "<=", ">="}:
        return False
    logs = [normalizer.log(_require_positive(normalizer, side)) for side in (one[0], one[2])]
    gap = plus(logs[0], scale(logs[1], -1))
    other_gap = plus(normalizer.normal(other[0]), scale(normalizer.normal(other[2]), -1))
    return not plus(gap, scale(other_gap, -1))


def _require_positive(normalizer: Normalizer, side: Node) -> Sum:
    form = normalizer.normal(side)
    if not normalizer.positive(form):
        raise Unsupported(f"the logarithm of {side}, which may not be positive")
    return form
