"""One normal form for every expression, for symbolic N and C.

An expanded tree becomes a sum of monomials in atoms: entries such as s[i, j], exponentials,
logarithms, deltas, and sums that nothing more can be done to.
Deltas are collapsed inside sums, factors that do not depend on the index are taken out, and bound
indices lose their names.
Two expressions are equal if the difference of their normal forms is zero.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import sympy

from derivations.proof import tree
from derivations.proof.letters import Notation
from derivations.proof.meaning import Definitions, Unsupported
from derivations.proof.tree import Node, free_indices

Monomial = frozenset  # of (atom, exponent)
Sum = dict  # Monomial -> Fraction

UNIT: Monomial = frozenset()
_MOST_TERMS = 10**6  # of a power, multiplied out
_LARGEST_NUMBER = 10**15  # that is taken apart into primes


class Normalizer:
    """Normal forms under one set of definitions."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.notation: Notation = definitions.notation
        self._memo: dict[str, Sum] = {}
        self._atoms: dict[str, Node] = {}

    def normal(self, node: Node) -> Sum:
        """The normal form of a scalar tree; raises ``Unsupported``."""
        return self.form(self.definitions.expand(node))

    def equal(self, left: Node, right: Node) -> bool:
        """Whether the two have the same value, for all sizes; False means "not shown"."""
        return self.is_zero(plus(self.normal(left), scale(self.normal(right), -1)))

    def is_zero(self, difference: Sum) -> bool:
        if not difference:
            return True
        if not any(atom.op in {"add", "pow"} for monomial in difference for atom, _ in monomial):
            return False
        return sympy.cancel(sympy.together(self._to_sympy(difference))) == 0

    def show(self, node: Node) -> str:
        """The normal form as plain text."""
        try:
            return str(self.to_tree(self.normal(node)))
        except Unsupported as reason:
            return f"(no normal form: {reason})"

    # --- trees to sums of monomials -------------------------------------------------------

    def form(self, node: Node) -> Sum:
        name = tree.key(node)
        if name not in self._memo:
            self._memo[name] = self._work_out(node)
        return self._memo[name]

    def _work_out(self, node: Node) -> Sum:
        op, args = node.op, node.args
        if op == "num":
            return {UNIT: args[0]} if args[0] else {}
        if op in {"letter", "at"}:
            return self._atom(node)
        if op == "add":
            return plus(*map(self.form, args))
        if op == "mul":
            return self.product(*map(self.form, args))
        if op == "pow":
            return self._power(*args)
        if op == "exp":
            return self.exp(self.form(args[0]))
        if op == "log":
            return self.log(self.form(args[0]))
        if op == "delta":
            return self._delta(*args)
        if op == "sum":
            return self._sum(*args)
        if op == "max":
            return self._atom(Node("max", (self.to_tree(self.form(args[0])), args[1])))
        if op == "gate":
            return self._gate(self.form(args[0]))
        if op == "larger":
            return self._larger(*map(self.form, args))
        if op in {"apply", "partial"}:  # of a function that may be any
            return self._atom(node)
        raise Unsupported(f"{op} has no normal form")

    def _atom(self, node: Node, exponent: int = 1) -> Sum:
        node = self._atoms.setdefault(tree.key(node), node)  # one tree for all alpha-equivalent ones
        return {frozenset([(node, exponent)]): Fraction(1)}

    def _gate(self, inner: Sum) -> Sum:
        """1 where a number is positive, else 0; a positive factor of the number does not matter."""
        if not inner or self.positive(scale(inner, -1)):
            return {}
        if self.positive(inner):
            return {UNIT: Fraction(1)}
        monomial, coefficient, rest = self._content(inner)
        kept = frozenset((a, e) for a, e in monomial if not self._positive(a))
        left = self.product(
            {kept: Fraction(1 if coefficient > 0 else -1)}, {UNIT: Fraction(1)} if rest is None else rest
        )
        return self._atom(Node("gate", (self.to_tree(left),)))

    def _larger(self, one: Sum, other: Sum) -> Sum:
        """The larger of two numbers; a positive factor of both comes out in front."""
        if not one or not other:
            return self._larger_than_zero(one or other)
        exponents = [dict(monomial) for part in (one, other) for monomial in part]
        common = {}
        for atom in set().union(*exponents):
            least = min(e.get(atom, 0) for e in exponents)
            if least and self._positive(atom):
                common[atom] = least
        outside = {frozenset(common.items()): Fraction(1)}
        back = {frozenset((a, -e) for a, e in common.items()): Fraction(1)}
        inside = [self.to_tree(self.product(part, back)) for part in (one, other)]
        return self.product(outside, self._atom(Node("larger", tuple(sorted(inside, key=tree.key)))))

    def _larger_than_zero(self, inner: Sum) -> Sum:
        """The larger of 0 and a number: the number behind its gate; that of -x is that of x, less x."""
        if inner and inner[min(inner, key=monomial_key)] < 0:
            return plus(self._larger_than_zero(scale(inner, -1)), inner)
        return self.product(self._gate(inner), inner)

    def _power(self, base: Node, exponent: Node) -> Sum:
        if exponent.op == "add" and exponent.args[0].op == "index" and base.op == "letter":
            return self._atom(tree.power(base, exponent))  # a number to the power of the steps so far
        if exponent.op != "num":
            raise Unsupported(f"the exponent {exponent}")
        inner, n = self.form(base), exponent.args[0]
        if n.denominator != 1:
            return self._root(inner, n)
        if n < 0:
            inner = self._inverse(inner)
        if len(inner) > 1 and len(inner) ** abs(int(n)) > _MOST_TERMS:
            raise Unsupported(f"{len(inner)} terms to the power of {n}")
        result = {UNIT: Fraction(1)}
        for _ in range(abs(int(n))):
            result = self.product(result, inner)
        return result

    def _root(self, inner: Sum, n: Fraction) -> Sum:
        signs = all(c > 0 and all(self._not_negative(a, e) for a, e in m) for m, c in inner.items())
        if not signs and not self._one_less_a_fraction(inner) and not self.definitions.has_steps(self.to_tree(inner)):
            raise Unsupported(f"a root of {self.to_tree(inner)}, which may be negative")
        if n < 0 and not self.never_zero(inner):
            raise Unsupported(f"a division by the root of {self.to_tree(inner)}, which may be 0")
        if len(inner) == 1:
            ((monomial, coefficient),) = inner.items()
            if coefficient == 1 and all((e * n).denominator == 1 and self._positive(a) for a, e in monomial):
                return {frozenset((a, int(e * n)) for a, e in monomial): Fraction(1)}
        outside, inner = self._out_of_root(inner, n.denominator)
        root = Node("pow", (self.to_tree(inner), tree.num(Fraction(1, n.denominator))))
        times = {frozenset((a, e * n.numerator) for a, e in outside): Fraction(1)}
        return self.product(times, self._atom(root, n.numerator))

    def _out_of_root(self, inner: Sum, degree: int) -> tuple[Monomial, Sum]:
        """Whole powers of positive atoms that every term has come out of a root."""
        exponents = [dict(monomial) for monomial in inner]
        outside = []
        for atom in set().union(*exponents):
            least = min(e.get(atom, 0) for e in exponents)
            if self._positive(atom) and abs(least) >= degree:
                outside.append((atom, int(least / degree)))
        back = {frozenset((a, -e * degree) for a, e in outside): Fraction(1)}
        return frozenset(outside), self.product(inner, back)

    def _inverse(self, inner: Sum) -> Sum:
        if not inner:
            raise Unsupported("a division by zero")
        if not self.never_zero(inner):
            below = self._below(inner)
            if not below:
                raise Unsupported(f"a division by {self.to_tree(inner)}, which may be 0")
            lifted = {frozenset(below): Fraction(1)}
            return self.product(lifted, self._inverse(self._times_below(inner, below)))
        monomial, coefficient, rest = self._content(inner)
        outside = {frozenset((a, -e) for a, e in monomial): 1 / coefficient}
        if any(a.op in {"delta", "gate"} for a, _ in monomial):
            raise Unsupported("a division by what may be 0")
        return outside if rest is None else self.product(outside, self._atom(self.to_tree(rest), -1))

    def _content(self, inner: Sum) -> tuple[Monomial, Fraction, Sum | None]:
        """``inner`` as monomial * coefficient * rest, the rest with nothing in common (None for 1)."""
        if len(inner) == 1:
            ((monomial, coefficient),) = inner.items()
            return monomial, coefficient, None
        exponents = [dict(monomial) for monomial in inner]
        atoms = set().union(*exponents)
        common = {a: min(e.get(a, 0) for e in exponents) for a in atoms if a.op != "delta"}
        common = frozenset((a, e) for a, e in common.items() if e)
        coefficient = inner[min(inner, key=monomial_key)]
        back = {frozenset((a, -e) for a, e in common): 1 / coefficient}
        return common, coefficient, self.product(inner, back)

    def exp(self, inner: Sum) -> Sum:
        result: Sum = {UNIT: Fraction(1)}
        for monomial, coefficient in inner.items():
            factor = self._exp_term(monomial, coefficient)
            result = self.product(result, factor)
        return result

    def _exp_term(self, monomial: Monomial, coefficient: Fraction) -> Sum:
        whole, part = coefficient.numerator, Fraction(1, coefficient.denominator)
        if part == 1 and len(monomial) == 1:
            ((atom, exponent),) = monomial
            if atom.op == "log" and exponent == 1:
                return self._power(atom.args[0], tree.num(whole))
        inside = self.to_tree({monomial: part})
        return self._atom(tree.exp(inside), whole)

    def log(self, inner: Sum) -> Sum:
        if not inner:
            raise Unsupported("the logarithm of zero")
        below = self._below(inner)
        if below and not self.positive(inner):
            above = self._times_below(inner, below)
            return plus(self.log(above), *(scale(self._atom(tree.log(a)), -e) for a, e in below))
        monomial, coefficient, rest = self._content(inner)
        if coefficient < 0:
            raise Unsupported("the logarithm of a negative number")
        parts = [self._log_number(coefficient)]
        for atom, exponent in monomial:
            if not self._positive(atom):
                raise Unsupported(f"the logarithm of {atom}, which may not be positive")
            log = self.form(atom.args[0]) if atom.op == "exp" else self._atom(tree.log(atom))
            parts.append(scale(log, exponent))
        if rest is not None:
            if not self.positive(rest):
                raise Unsupported("the logarithm of a sum that may not be positive")
            parts.append(self._atom(tree.log(self.to_tree(rest))))
        return plus(*parts)

    def _below(self, inner: Sum) -> list[tuple[Node, int]]:
        """The positive sums that stand below the line in some term, each as often as it stands there at most."""
        depths: dict[Node, int] = {}
        for monomial in inner:
            for atom, exponent in monomial:
                if exponent < 0 and atom.op == "add" and self._positive(atom):
                    depths[atom] = max(depths.get(atom, 0), -exponent)
        return sorted(depths.items(), key=lambda pair: tree.key(pair[0]))

    def _times_below(self, inner: Sum, below: list[tuple[Node, int]]) -> Sum:
        """All terms over one line: what stands above it."""
        result: Sum = {}
        for monomial, coefficient in inner.items():
            exponents = dict(monomial)
            lifted = [(atom, depth + exponents.pop(atom, 0)) for atom, depth in below]
            factors = [self.form(atom) for atom, times in lifted for _ in range(times)]
            result = plus(result, self.product({frozenset(exponents.items()): coefficient}, *factors))
        return result

    def _log_number(self, value: Fraction) -> Sum:
        if max(abs(value.numerator), value.denominator) > _LARGEST_NUMBER:
            raise Unsupported("the logarithm of so large a number")
        parts: list[Sum] = []
        for number, sign in ((value.numerator, 1), (value.denominator, -1)):
            for prime, times in sympy.factorint(number).items():
                parts.append(scale(self._atom(tree.log(tree.num(int(prime)))), sign * times))
        return plus(*parts)

    def _delta(self, one: Node, other: Node) -> Sum:
        if tree.same(one, other):
            return {UNIT: Fraction(1)}
        if one.op == other.op == "num":
            return {}
        return self._atom(tree.delta(*sorted((one, other), key=tree.key)))

    def _sum(self, body: Node, bound: Node, domain: Node | None) -> Sum:
        whole = self._whole_sum(body, bound)
        if domain is None:
            return whole
        if domain.op == "except":
            self._surely_there(domain.args[0])
            left_out = self.form(tree.substitute(body, {bound: domain.args[0]}))
            return plus(whole, scale(left_out, -1))
        raise Unsupported("a sum over a part of its index set")

    def _surely_there(self, place: Node) -> None:
        """There is always a first sample and a first class, and not always a second."""
        if place.op == "num" and place != tree.ZERO:
            raise Unsupported(f"there may be no place {place}")

    def _whole_sum(self, body: Node, bound: Node) -> Sum:
        results: list[Sum] = []
        for monomial, coefficient in self.form(body).items():
            hit = next((a for a, _ in monomial if a.op == "delta" and bound in a.args), None)
            if hit is not None:
                (target,) = (i for i in hit.args if i != bound)
                self._surely_there(target)
                if bound in free_indices(target):
                    raise Unsupported(f"the delta {hit} inside a sum over {bound}")
                rest = self.to_tree({monomial - {(hit, 1)}: coefficient})
                results.append(self.form(tree.substitute(rest, {bound: target})))
                continue
            inside = frozenset((a, e) for a, e in monomial if bound in free_indices(a))
            outside = {monomial - inside: coefficient}
            tied = next((a for a, e in inside if e == 1 and self._ties(a, bound)), None)
            if tied is not None:  # a delta in an inner sum: the outer sum goes first
                results.append(self.product(outside, self._exchanged(inside, tied, bound)))
                continue
            inner = self._sum_atom(inside, bound) if inside else self.form(self.notation.size_of(bound.args[1]))
            results.append(self.product(outside, inner))
        return plus(*results)

    def _ties(self, atom: Node, bound: Node) -> bool:
        """Whether the atom is a sum, or a sum of sums, whose every term has a delta that ties ``bound`` to a value."""
        if atom.op != "sum":
            return False
        factors = atom.args[0].args if atom.args[0].op == "mul" else (atom.args[0],)
        return any((f.op == "delta" and bound in f.args) or self._ties(f, bound) for f in factors)

    def _exchanged(self, inside: Monomial, tied: Node, bound: Node) -> Sum:
        """The sum over ``bound`` of a product with an inner sum, in the other order."""
        rest = self.to_tree({inside - {(tied, 1)}: Fraction(1)})
        body, inner, _ = tied.args
        taken = free_indices(rest) | free_indices(tied) | tree.bound_indices(rest) | tree.bound_indices(body) | {bound}
        renamed = tree.fresh_index(inner, taken)
        product = tree.mul(tree.substitute(body, {inner: renamed}), rest)
        return self.form(tree.total(tree.total(product, bound), renamed))

    def _sum_atom(self, monomial: Monomial, bound: Node) -> Sum:
        """A sum that stays; nested sums are put in the order with the smallest key."""
        bounds, factors = [bound], []
        pending = sorted(monomial, key=lambda pair: tree.key(pair[0]))
        taken = {bound} | set().union(*(free_indices(a) for a, _ in pending))
        while pending:
            atom, exponent = pending.pop(0)
            if atom.op == "sum" and exponent > 1:  # as many sums as the power says, each with its own index
                pending += [(atom, 1)] * exponent
            elif atom.op == "sum" and exponent == 1:
                body, inner, _ = atom.args
                renamed = tree.fresh_index(inner, frozenset(taken))
                taken.add(renamed)
                bounds.append(renamed)
                body = tree.substitute(body, {inner: renamed})
                for piece in body.args if body.op == "mul" else (body,):
                    whole = piece.op == "pow" and tree.is_integer(piece.args[1])
                    pending.append((piece.args[0], int(piece.args[1].args[0])) if whole else (piece, 1))
            else:
                factors.append((atom, exponent))
        cancelled = self._cancelled(bounds, factors) if len(bounds) > 1 else None
        if cancelled is not None:
            return cancelled
        body = self.to_tree({frozenset(factors): Fraction(1)})
        nested = []
        for order in permutations(bounds) if len(bounds) <= 5 else [bounds]:
            node = body
            for one in order:
                node = tree.total(node, one)
            nested.append(node)
        return self._atom(min(nested, key=tree.key))

    def _cancelled(self, bounds: list[Node], factors: list[tuple[Node, int]]) -> Sum | None:
        """The nested sum with one of its sums taken first, if that cancels a factor that stands below the line."""
        for first in bounds:
            inside = frozenset((a, e) for a, e in factors if first in free_indices(a))
            below = [a for a, e in factors if e < 0 and a.op == "sum" and first not in free_indices(a)]
            if not below:
                continue
            taken = self.form(tree.total(self.to_tree({inside: Fraction(1)}), first))
            if any(taken == self._atom(a) for a in below):
                body = self.to_tree(self.product({frozenset(factors) - inside: Fraction(1)}, taken))
                for bound in bounds:
                    body = tree.total(body, bound) if bound != first else body
                return self.form(body)
        return None

    # --- arithmetic -----------------------------------------------------------------------

    def product(self, *sums: Sum) -> Sum:
        result: Sum = {UNIT: Fraction(1)}
        for one in sums:
            raw: list[Sum] = []
            for left, a in result.items():
                for right, b in one.items():
                    raw.append(self._times(left, right, a * b))
            result = plus(*raw)
        return result

    def _times(self, left: Monomial, right: Monomial, coefficient: Fraction) -> Sum:
        exponents = dict(left)
        for atom, exponent in right:
            exponents[atom] = exponents.get(atom, 0) + exponent
        deltas = {a: e for a, e in exponents.items() if a.op == "delta" and e}
        if any(e < 0 for a, e in exponents.items() if a.op in {"delta", "gate"}):
            raise Unsupported("a division by a delta")
        exponents = {a: (1 if a.op in {"delta", "gate"} else e) for a, e in exponents.items() if e}
        if not deltas or all((a, 1) in left for a in deltas) and not right - left - {(a, 1) for a in deltas}:
            return {frozenset(exponents.items()): coefficient}
        return self._settle(exponents, list(deltas), coefficient)

    def _settle(self, exponents: dict[Node, int], deltas: list[Node], coefficient: Fraction) -> Sum:
        """Under a delta its two indices are one: use the smaller everywhere."""
        groups: list[set[Node]] = []
        for one in deltas:
            joined = set(one.args)
            for group in [g for g in groups if g & joined]:
                joined |= group
                groups.remove(group)
            groups.append(joined)
        mapping: dict[Node, Node] = {}
        kept: list[Node] = []
        for group in groups:
            first, *rest = sorted(group, key=lambda i: (i.op not in {"num", "index"}, tree.key(i)))
            if first.op == "num" and any(other.op == "num" for other in rest):
                return {}
            mapping.update({other: first for other in rest})
            kept += [tree.delta(*sorted((first, other), key=tree.key)) for other in rest]
        result: Sum = {frozenset((d, 1) for d in {self._atoms.setdefault(tree.key(k), k) for k in kept}): coefficient}
        for atom, exponent in exponents.items():
            if atom.op == "delta":
                continue
            moved = tree.substitute(atom, mapping)
            factor = self._atom(atom, exponent) if moved == atom else self.form(tree.power(moved, tree.num(exponent)))
            raw: list[Sum] = []
            for left, a in result.items():
                for right, b in factor.items():
                    merged = dict(left)
                    for other, e in right:
                        merged[other] = 1 if other.op in {"delta", "gate"} else merged.get(other, 0) + e
                    raw.append({frozenset((o, e) for o, e in merged.items() if e): a * b})
            result = plus(*raw)
        return result

    # --- signs ----------------------------------------------------------------------------

    def never_zero(self, inner: Sum) -> bool:
        """Whether the value is shown to be other than 0, so that one may divide by it."""
        if self._one_less_a_fraction(inner):
            return True
        if len(inner) == 1:
            (monomial,) = inner
            return all(e < 0 or self._positive(a) for a, e in monomial)
        terms = inner.items()
        not_negative = all(c > 0 and all(self._not_negative(a, e) for a, e in m) for m, c in terms)
        return not_negative and any(all(self._positive(a) for a, _ in m) for m, _ in terms)

    def _one_less_a_fraction(self, inner: Sum) -> bool:
        """1 - f, and 1 - f to the power of a step, for f at least 0 and less than 1."""
        rest = {m: c for m, c in inner.items() if m != UNIT}
        if inner.get(UNIT, 0) <= 0 or len(rest) != 1:
            return False
        ((monomial, coefficient),) = rest.items()
        return -inner[UNIT] <= coefficient and all(e > 0 and self._fraction(a) for a, e in monomial)

    def _fraction(self, atom: Node) -> bool:
        if atom.op == "pow" and atom.args[1].op == "add":
            return self._fraction(atom.args[0])
        return atom.op == "letter" and self._values(atom) == "fraction"

    def _not_negative(self, atom: Node, exponent: int) -> bool:
        if exponent % 2 == 0 or self._positive(atom) or self._fraction(atom) or atom.op in {"norm", "delta", "gate"}:
            return True
        if atom.op == "pow" and atom.args[1].op == "num" and not tree.is_integer(atom.args[1]):
            return True  # a root
        if atom.op == "sum":
            form = self.form(atom.args[0])
            return all(c > 0 and all(self._not_negative(a, e) for a, e in m) for m, c in form.items())
        return atom.op in {"letter", "at"} and self._values(atom) == "nonnegative"

    def _values(self, atom: Node) -> str:
        letter = self.notation.letters.get(atom.args[0])
        return letter.values if letter else ""

    def _promised(self, body: Node, bound: Node) -> bool:
        """Whether the sum is positive because a page says so: some sample counts; no group is empty."""
        letters = self.notation.letters
        if body.op == "at" and body.args[1:] == (bound,):
            return letters[body.args[0]].promise == "not all zero"
        if body.op == "delta":
            for one, other in (body.args, body.args[::-1]):
                if one.op == "at" and one.args[1:] == (bound,) and letters[one.args[0]].promise == "onto":
                    return bound not in free_indices(other)
        return False

    def positive(self, inner: Sum) -> bool:
        """Whether every term is a positive number times positive atoms."""
        return bool(inner) and all(
            coefficient > 0 and all(self._positive(a) for a, e in monomial) for monomial, coefficient in inner.items()
        )

    def _positive(self, atom: Node) -> bool:
        if atom.op == "exp":
            return True
        if atom.op == "letter":
            name = atom.args[0]
            return name in self.notation.sizes or self.notation.letters[name].values == "positive"
        if atom.op == "at":
            return self.notation.letters[atom.args[0]].values == "positive"
        if atom.op == "sum":
            return self._promised(*atom.args[:2]) or self.positive(self.form(atom.args[0]))
        if atom.op == "add":
            return self.positive(self.form(atom)) or self._one_less_a_fraction(self.form(atom))
        if atom.op == "larger":
            return any(self.positive(self.form(one)) for one in atom.args)
        if atom.op == "pow":
            return self.positive(self.form(atom.args[0]))
        return False

    # --- back to trees and to SymPy -------------------------------------------------------

    def to_tree(self, inner: Sum) -> Node:
        """A sum of monomials as a tree, in an order that depends on nothing but its value."""
        if not inner:
            return tree.ZERO
        terms = []
        for monomial in sorted(inner, key=monomial_key):
            factors = [tree.power(a, tree.num(e)) for a, e in sorted(monomial, key=lambda pair: tree.key(pair[0]))]
            terms.append(tree.mul(tree.num(inner[monomial]), *factors))
        return tree.add(*terms)

    def _to_sympy(self, inner: Sum):
        return sympy.Add(*(
            sympy.Rational(c.numerator, c.denominator) * sympy.Mul(*(self._atom_to_sympy(a) ** e for a, e in monomial))
            for monomial, c in inner.items()
        ))  # fmt: skip

    def _atom_to_sympy(self, atom: Node):
        if atom.op == "add":
            return self._to_sympy(self.form(atom))
        if atom.op == "pow" and tree.is_integer(atom.args[1]):
            return self._to_sympy(self.form(atom.args[0])) ** int(atom.args[1].args[0])
        return sympy.Symbol(tree.key(atom))  # a root too stays as it is: that of a square may be minus the number


def monomial_key(monomial: Monomial) -> str:
    return ";".join(sorted(f"{tree.key(atom)}^{exponent}" for atom, exponent in monomial))


def plus(*sums: Sum) -> Sum:
    result: Sum = {}
    for one in sums:
        for monomial, coefficient in one.items():
            total = result.get(monomial, 0) + coefficient
            if total:
                result[monomial] = total
            else:
                result.pop(monomial, None)
    return result


def scale(inner: Sum, factor: int | Fraction) -> Sum:
    return {monomial: coefficient * factor for monomial, coefficient in inner.items()} if factor else {}
