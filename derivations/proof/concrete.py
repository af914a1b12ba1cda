"""Doubt with a second algebra: the same statement at small sizes, fully written out, in SymPy.

Every sum becomes its terms and every entry a symbol of its own; SymPy takes the derivatives.
Nothing of our own normal form is used.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy
import sympy

from derivations.proof.meaning import Definitions, Unsupported
from derivations.proof.numeric import World, _array, assignments, coefficients_of, length
from derivations.proof.read import Reading

_SIZES = ((3, 2, 1, 1, 2, 2, 2), (1, 3, 2, 2, 1, 3, 1))  # N, C, F, H, P, K, G
_ASSIGNMENTS = 3  # of the free indices, in each


class WrittenOut(World):
    """A world whose entries are symbols."""

    def _num(self, node, at):
        value = node.args[0]
        return sympy.Rational(value.numerator, value.denominator)

    def _letter(self, node, at):
        name = node.args[0]
        return (
            self.overrides.get((name,), sympy.Integer(self.sizes[name])) if name in self.sizes else self._at(node, at)
        )

    def _mul(self, node, at):
        result = sympy.Integer(1)
        for factor in node.args:
            result = result * self.value(factor, at)
        return result

    _hadamard = _mul

    def _pow(self, node, at):
        return self.value(node.args[0], at) ** self.value(node.args[1], at)

    def _exp(self, node, at):
        return sympy.exp(self.value(node.args[0], at))

    def _log(self, node, at):
        return sympy.log(self.value(node.args[0], at))

    def _norm(self, node, at):
        return sympy.sqrt(sum(x**2 for x in self.value(node.args[0], at).flat))

    def _sum(self, node, at):
        terms = [self.value(node.args[0], inner) for inner in self._range(node, at)]
        return sum(terms[1:], start=terms[0]) if terms else sympy.Integer(0)

    def _max(self, node, at):
        return sympy.Max(*(self.value(node.args[0], inner) for inner in self._range(node, at)))

    def _wave(self, value):
        return sympy.Integer(0)  # a polynomial is enough here, and SymPy decides it

    def _larger(self, node, at):
        one, other = (self.value(side, at) for side in node.args)
        return one if self._exceeds(one, other) else other

    def _gt(self, node, at) -> bool:
        return self._exceeds(*(self.value(side, at) for side in node.args))

    def _exceeds(self, one, other) -> bool:
        """Whether the one is larger, at a point of this world and so in all of its neighbourhood."""
        gap = sympy.sympify(one - other)
        value = gap.subs({symbol: _point(symbol) for symbol in gap.free_symbols}).evalf(50, chop=True)
        tied = abs(value) < sympy.Float(10) ** -30
        if tied and any(isinstance(symbol, _Moving) for symbol in gap.free_symbols):
            raise Unsupported("a derivative where two numbers are the same, and one moves")
        return bool(not tied and value > 0)

    def _delta(self, node, at):
        return sympy.Integer(int(self.value(node.args[0], at) == self.value(node.args[1], at)))

    def _bracket(self, node, at):
        return sympy.Integer(int(self.value(node.args[0], at)))

    def _where(self, node, at):
        body, name, value = node.args
        twin = WrittenOut(
            self.definitions, self.sizes, self.given, {**self.overrides, name.args: self.value(value, at)}
        )
        return twin.value(body, at)

    def _slope(self, body, at, entry: tuple):
        here = self._entry(entry[0], entry[1:])
        moving = _Moving("moving", real=True)
        moving.here = here
        moved = WrittenOut(self.definitions, self.sizes, self.given, {**self.overrides, entry: moving})
        return sympy.diff(moved.value(body, at), moving).subs(moving, here)


class _Moving(sympy.Dummy):
    """The variable of a derivative, and where it stands."""


def _point(symbol):
    """The number that a symbol has where it must have one: a rational that its name alone decides."""
    if isinstance(symbol, _Moving):
        here = sympy.sympify(symbol.here)
        return here.subs({one: _point(one) for one in here.free_symbols})
    size = sympy.Rational(random.Random(symbol.name).randrange(100, 3000), 1000)
    return size if symbol.is_positive or random.Random(f"sign of {symbol.name}").random() < 0.5 else -size


def worlds(definitions: Definitions) -> Iterator[WrittenOut]:
    """Small batches with a symbol for every entry; the labels are all different where they can be."""
    notation = definitions.notation
    for values in _SIZES:
        sizes = dict(zip(notation.sizes, values, strict=False))
        given = {}
        for letter in notation.letters.values():
            if letter.name in definitions.bodies:
                continue
            shape = tuple(length(axis, sizes, notation) for axis in letter.axes)
            places = list(numpy.ndindex(shape))
            if letter.values in notation.index_sets:
                classes = sizes[notation.index_sets[letter.values].size]
                stride = 1 if letter.promise == "onto" else 2
                entries = [(stride * n) % classes for n in range(len(places))]
            else:
                names = ["_".join([letter.name, *map(str, place)]) for place in places]
                entries = [sympy.Symbol(n, real=True, positive=letter.values == "positive" or None) for n in names]
            given[letter.name] = _array(entries, shape)
        for function in notation.functions.values():
            shape = coefficients_of(function, sizes, notation)
            places = numpy.ndindex(shape)
            given[function.name] = _array(
                [sympy.Symbol("_".join([function.name, *map(str, p)]), real=True) for p in places], shape
            )
        yield WrittenOut(definitions, sizes, given)


def agrees(reading: Reading, part: int, definitions: Definitions) -> bool:
    """Whether relation ``part`` (an equality) holds at every small size, by SymPy's algebra."""
    left, right = reading.sides[part], reading.sides[part + 1]
    for world in worlds(definitions):
        for at in assignments(world, (left, right), _ASSIGNMENTS):
            difference = world.value(left, at) - world.value(right, at)
            entries = difference.flat if isinstance(difference, numpy.ndarray) else [difference]
            if not all(is_zero(entry) for entry in entries):
                return False
    return True


def is_zero(expression) -> bool:
    """Whether SymPy brings the expression to zero, or its exponential to one (logarithms of sums)."""
    expression = sympy.expand_log(sympy.sympify(expression))
    if expression == 0 or _cancel(expression) == 0:
        return True
    return expression.has(sympy.log) and _cancel(sympy.exp(expression)) == 1


def _cancel(expression):
    return sympy.cancel(sympy.together(sympy.expand(expression, power_exp=True, log=True)))
