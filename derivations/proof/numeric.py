"""Doubt with numbers: both sides at 50 digits, for small sizes and random entries.

No rule of calculus is trusted here: a derivative is the difference quotient, at a step so small
that 50 digits and more survive.
A relation that fails for one choice of numbers is refuted, and that choice is the counterexample.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product

import mpmath
import numpy

from derivations.proof.letters import ONE_WIDE
from derivations.proof.meaning import Definitions
from derivations.proof.read import Reading, shape_of
from derivations.proof.tree import Node, free_indices

DIGITS = 50
_WORKING = 4 * DIGITS
_STEP = mpmath.mpf(10) ** -60
_SIZES = ((1, 1, 1, 1, 1, 1, 1), (2, 3, 2, 1, 3, 4, 2), (3, 2, 1, 2, 2, 5, 2))  # N, C, F, H, P, K, G
_LARGER = (4, 5, 1, 3, 1, 1, 3)  # once: a factor such as (C - 1)(C - 2)(C - 3) is 0 at all the others
_SPREADS = (Fraction(1), Fraction(0), Fraction(8), Fraction(1, 20))  # entries: ordinary, all zero, far apart, small
_ASSIGNMENTS = 60  # of the free indices, in each world: all of them, but for formulas with very many
_ASSIGNMENTS_LARGER = 12  # that world is about the sizes, and each number in it is slow
ROUND = 1 + len(_SPREADS) * len(_SIZES)  # worlds in one round
ORDER_ROUNDS = 12  # an order may hold by chance in one world, so more are tried


class NoValue(ArithmeticError):
    """The formula has no value here: a division by zero, an index out of its set."""


class Kink(ArithmeticError):
    """A derivative is asked for where there is none; what a page says of it is not meant for such numbers."""


@dataclass
class World:
    """Sizes, and a number for every entry of every given letter."""

    definitions: Definitions
    sizes: dict[str, int]
    given: dict[str, numpy.ndarray]
    overrides: dict[tuple, mpmath.mpf] = field(default_factory=dict)
    orders: list = field(default_factory=list)  # how each two numbers compared, one after the other
    _memo: dict = field(default_factory=dict)

    def value(self, node: Node, at: dict[Node, int]):
        """The value of a tree where the free indices are as in ``at``: a number or an array."""
        method = getattr(self, f"_{node.op}", None)
        if method is None:
            raise NoValue(f"{node.op} has no value")
        return method(node, at)

    def size(self, sort: str) -> int:
        return 1 if sort == ONE_WIDE else self.sizes[self.definitions.notation.index_sets[sort].size]

    # --- leaves ---------------------------------------------------------------------------

    def _num(self, node, at):
        return mpmath.mpf(node.args[0].numerator) / node.args[0].denominator

    def _index(self, node, at):
        return at[node]

    def _letter(self, node, at):
        name = node.args[0]
        if name in self.sizes:
            return self.overrides.get((name,), mpmath.mpf(self.sizes[name]))
        return self._at(node, at)

    def _at(self, node, at):
        name, *indices = node.args
        axes = self.definitions.notation.letters[name].axes
        where = tuple(self._place(i, axis, at) for i, axis in zip(indices, axes, strict=False))
        rest = axes[len(where) :]
        if not rest:
            return self._entry(name, where)
        entries = [self._entry(name, where + more) for more in product(*(range(self.size(axis)) for axis in rest))]
        return _array(entries, (*map(self.size, rest), *((1,) if len(rest) == 1 else ())))

    def _place(self, node, sort, at) -> int:
        place = int(self.value(node, at))
        last = self.size(sort) - (sort != "step")  # after the last step there is still a state
        if not 0 <= place <= last:
            raise NoValue(f"there is no {sort} {place}")
        return place

    def _entry(self, name: str, where: tuple):
        if (name, *where) in self.overrides:
            return self.overrides[name, *where]
        entry = (name, *where)
        parameters, body = self._definition(name, where)
        if body is None:
            return self.given[name][where]
        if entry not in self._memo:
            if name in self.definitions.steps:
                where = (where[0] - 1, *where[1:]) if where[0] else where[1:]
            self._memo[entry] = self.value(body, dict(zip(parameters, where, strict=True)))
        return self._memo[entry]

    def _definition(self, name: str, where: tuple) -> tuple:
        """The indices and the body of an entry's definition; the body is None for a given letter."""
        kept = self.definitions
        if name in kept.steps:
            return kept.steps[name] if where[0] else kept.starts.get(name, ((), None))
        return kept.bodies.get(name, ((), None))

    # --- arithmetic -----------------------------------------------------------------------

    def _add(self, node, at):
        return sum((self.value(term, at) for term in node.args[1:]), start=self.value(node.args[0], at))

    def _mul(self, node, at):
        result = mpmath.mpf(1)
        for factor in node.args:
            result = result * self.value(factor, at)
        return result

    _hadamard = _mul

    def _matmul(self, node, at):
        result = self.value(node.args[0], at)
        for factor in node.args[1:]:
            result = result @ self.value(factor, at)
        return result[0, 0] if result.shape == (1, 1) and not shape_of(node, self.definitions.notation) else result

    def _pow(self, node, at):
        base, exponent = self.value(node.args[0], at), self.value(node.args[1], at)
        if base == 0 and exponent < 0:
            raise NoValue("a division by zero")
        return _real(base**exponent)

    def _exp(self, node, at):
        return mpmath.exp(self.value(node.args[0], at))

    def _log(self, node, at):
        inner = self.value(node.args[0], at)
        if inner <= 0:
            raise NoValue("the logarithm of a number that is not positive")
        return mpmath.log(inner)

    def _transpose(self, node, at):
        return self.value(node.args[0], at).T

    def _diag(self, node, at):
        column = self.value(node.args[0], at)[:, 0]
        return _array([x if r == c else mpmath.mpf(0) for r, x in enumerate(column) for c in range(len(column))],
                      (len(column),) * 2)  # fmt: skip

    def _ones(self, node, at):
        size = self.size(node.args[0])
        return _array([mpmath.mpf(1)] * size, (size, 1))

    def _norm(self, node, at):
        return mpmath.sqrt(sum(x * x for x in self.value(node.args[0], at).flat))

    def _tuple(self, node, at):
        return _array([self.value(entry, at) for entry in node.args], (len(node.args), 1))

    def _larger(self, node, at):
        one, other = (self.value(side, at) for side in node.args)
        return one if self._order(one, other) > 0 else other

    def _order(self, one, other) -> int:
        """1 if the one is larger, -1 if the other is, 0 if rounding alone may tell them apart."""
        clear = abs(one - other) > max(1, abs(one), abs(other)) * mpmath.mpf(10) ** -(3 * DIGITS)
        self.orders.append(0 if not clear else 1 if one > other else -1)
        return self.orders[-1]

    def _apply(self, node, at):
        """Any function will do: here a wave and a polynomial of degree two in all the numbers of the row."""
        name, argument, *indices = node.args
        axes = self.definitions.notation.functions[name].axes
        row = list(self.value(argument, at)[:, 0])
        where = tuple(self._place(i, axis, at) for i, axis in zip(indices, axes, strict=False))
        rest = axes[len(where) :]
        places = [where + more for more in product(*(range(self.size(axis)) for axis in rest))]
        values = [self._any_value(list(self.given[name][place]), row) for place in places]
        return _array(values, (*map(self.size, rest), *((1,) if len(rest) == 1 else ()))) if rest else values[0]

    def _any_value(self, coefficients: list, row: list):
        constant, size, *rest = coefficients
        first, second, third = (rest[part * len(row) : (part + 1) * len(row)] for part in range(3))
        linear, other, inside = (sum(map(operator.mul, part, row)) for part in (first, second, third))
        return constant + linear + other * other + size * self._wave(inside)

    def _wave(self, value):
        return mpmath.sin(value)

    # --- binders --------------------------------------------------------------------------

    def _range(self, node, at) -> Iterator[dict[Node, int]]:
        body, bound, *rest = node.args
        places = range(self.size(bound.args[1]))
        if rest and rest[0] is not None:
            if rest[0].op == "range":
                low, high = (int(self.value(end, at)) for end in rest[0].args)
                places = range(low, high + 1)
            else:
                left_out = int(self.value(rest[0].args[0], at))
                places = [place for place in places if place != left_out]
        return ({**at, bound: place} for place in places)

    def _sum(self, node, at):
        terms = [self.value(node.args[0], inner) for inner in self._range(node, at)]
        return sum(terms[1:], start=terms[0]) if terms else mpmath.mpf(0)

    def _max(self, node, at):
        return max(self.value(node.args[0], inner) for inner in self._range(node, at))

    def _argmax(self, node, at):
        values = [self.value(node.args[0], inner) for inner in self._range(node, at)]
        return values.index(max(values))

    # --- the rest -------------------------------------------------------------------------

    def _call(self, node, at):
        return self.value(self.definitions.unfold(node), at)

    def _delta(self, node, at):
        return mpmath.mpf(int(self.value(node.args[0], at) == self.value(node.args[1], at)))

    def _eq(self, node, at) -> bool:
        return self.value(node.args[0], at) == self.value(node.args[1], at)

    def _ne(self, node, at) -> bool:
        return not self._eq(node, at)

    def _gt(self, node, at) -> bool:
        return self._order(*(self.value(side, at) for side in node.args)) > 0

    def _bracket(self, node, at):
        return mpmath.mpf(int(self.value(node.args[0], at)))

    def _cases(self, node, at):
        holds = [c for c in node.args if c.args[1].op != "otherwise" and self.value(c.args[1], at)]
        holds = holds or [c for c in node.args if c.args[1].op == "otherwise"]
        if len(holds) != 1:
            raise NoValue(f"{len(holds)} of the cases apply")
        return self.value(holds[0].args[0], at)

    def _where(self, node, at):
        body, name, value = node.args
        twin = World(self.definitions, self.sizes, self.given, {**self.overrides, name.args: self.value(value, at)})
        result = twin.value(body, at)
        self.orders += twin.orders
        return result

    def _partial(self, node, at):
        body, variable = node.args
        shape = shape_of(variable, self.definitions.notation)
        name, *indices = variable.args
        axes = self.definitions.notation.letters[name].axes
        where = tuple(self._place(i, axis, at) for i, axis in zip(indices, axes, strict=False))
        rest = [range(self.size(axis)) for axis in axes[len(where) :]]
        slopes = [self._slope(body, at, (name, *where, *more)) for more in product(*rest)]
        return _array(slopes, tuple(map(self.size, shape))) if shape else slopes[0]

    def _slope(self, body, at, entry: tuple):
        here = self._entry(entry[0], entry[1:])
        ends, orders = [], []
        for step in (_STEP, -_STEP):
            moved = World(self.definitions, self.sizes, self.given, {**self.overrides, entry: here + step})
            ends.append(moved.value(body, at))
            orders.append(moved.orders)
        if orders[0] != orders[1]:
            raise Kink(f"{body} has no derivative here: on one side another number is the larger")
        self.orders += orders[0]
        return (ends[0] - ends[1]) / (2 * _STEP)


# --- worlds -----------------------------------------------------------------------------


def random_worlds(definitions: Definitions, seed: str, rounds: int = 1) -> Iterator[World]:
    """Small batches of random numbers; the same seed gives the same numbers."""
    notation = definitions.notation
    every = [*product(_SPREADS * rounds, _SIZES), (_SPREADS[0], _LARGER)]  # the slowest last
    for number, (spread, values) in enumerate(every):
        sizes = dict(zip(notation.sizes, values, strict=False))
        yield World(definitions, sizes, _Numbers(notation, sizes, f"{seed}/{number}", spread))


class _Numbers(dict):
    """Random numbers for each letter, made when it is first asked for: a formula uses few of all letters."""

    def __init__(self, notation, sizes: dict[str, int], seed: str, spread: Fraction) -> None:
        super().__init__()
        self.notation, self.sizes, self.seed, self.spread = notation, sizes, seed, spread

    def __missing__(self, name: str) -> numpy.ndarray:
        chance = random.Random(f"{self.seed}/{name}")
        letter = self.notation.letters.get(name)
        if letter:
            shape = tuple(length(axis, self.sizes, self.notation) for axis in letter.axes)
        else:
            shape = coefficients_of(self.notation.functions[name], self.sizes, self.notation)
        values = letter.values if letter else "real"
        count = int(numpy.prod(shape))
        entries = [_random(values, self.sizes, self.notation, chance, self.spread) for _ in range(count)]
        if letter:
            entries = _promised(letter, entries, self.sizes, self.notation, chance)
        self[name] = _array(entries, shape)
        return self[name]


def example_world(definitions: Definitions, example: dict) -> World:
    """The running example's sizes and numbers."""
    given = {}
    for letter in definitions.notation.letters.values():
        if letter.name in example:
            shape = tuple(example["sizes"][definitions.notation.index_sets[axis].size] for axis in letter.axes)
            flat = numpy.array(example[letter.name], dtype=object).ravel()
            entries = [int(e) if letter.values in definitions.notation.index_sets else _exact(e) for e in flat]
            given[letter.name] = _array(entries, shape)
    return World(definitions, dict(example["sizes"]), given)


def length(axis: str, sizes: dict[str, int], notation) -> int:
    """How many entries an array has along an axis: one for each index, and one more after the last step."""
    return sizes[notation.index_sets[axis].size] + (axis == "step")


def coefficients_of(function, sizes, notation) -> tuple[int, ...]:
    """The shape of the coefficients of a function that may be any, for each of its indices."""
    axes = tuple(length(axis, sizes, notation) for axis in function.axes)
    return (*axes, 2 + 3 * sizes[notation.index_sets[function.argument].size])


def _promised(letter, entries: list, sizes, notation, chance: random.Random) -> list:
    """The entries of a letter, changed so that what is known of it as a whole holds."""
    if letter.promise == "onto":
        every = range(sizes[notation.index_sets[letter.values].size])
        entries = [*every, *entries[len(every) :]]
        chance.shuffle(entries)
    if letter.promise == "not all zero" and not any(entries):
        entries = [mpmath.mpf(1), *entries[1:]]
    return entries


def _exact(fraction):
    with mpmath.workdps(_WORKING):
        return mpmath.mpf(fraction.numerator) / fraction.denominator


def _random(values: str, sizes, notation, chance: random.Random, spread: Fraction):
    if values in notation.index_sets:
        return chance.randrange(sizes[notation.index_sets[values].size])
    size = _exact(Fraction(chance.randrange(100, 3000), 1000) * spread)
    if values == "positive":
        return size or mpmath.mpf(1)
    if values == "fraction":
        return size / (1 + size)
    return size if values == "nonnegative" else size * chance.choice((-1, 1))


# --- checking a statement ---------------------------------------------------------------


@dataclass(frozen=True)
class Counterexample:
    """Numbers for which the relation does not hold."""

    world: World
    at: dict[Node, int]
    left: str
    relation: str
    right: str
    letters: frozenset[str]

    def __str__(self) -> str:
        names = {"N", "C"} | (self.letters & set(self.world.sizes))
        parts = [f"{name} = {self.world.sizes[name]}" for name in sorted(names, reverse=True)]
        parts += [f"{index} = {place}" for index, place in sorted(self.at.items(), key=str)]
        lines = ["for " + ", ".join(parts)]
        for name in sorted(self.letters & set(self.world.given)):
            lines.append(f"    {name} = {_plain(self.world.given[name])}")
        lines.append(f"    left   {self.left}\n    right  {self.right}    ({self.relation} does not hold)")
        return "\n".join(lines)


def find_counterexample(reading: Reading, part: int, definitions: Definitions, worlds) -> Counterexample | None:
    """Numbers that refute relation ``part`` of a chain, or None after all worlds have been tried."""
    left, relation, right = reading.sides[part], reading.relations[part], reading.sides[part + 1]
    letters = frozenset(definitions.base_letters(left) | definitions.base_letters(right))
    without: dict[tuple, Counterexample] = {}  # for each sizes and indices: no world has had a value yet
    tried: set[tuple] = set()
    with mpmath.workdps(_WORKING):
        for world in worlds:
            for at in assignments(world, (left, right)):
                place = (tuple(world.sizes.values()), tuple(at.items()))
                try:
                    ends = _both(world, left, right, at)
                except Kink as kink:
                    without[place] = Counterexample(world, at, str(kink), relation, "no value", letters)
                    continue
                tried.add(place)
                if not holds(ends[0], relation, ends[1]):
                    return Counterexample(world, at, _plain(ends[0]), relation, _plain(ends[1]), letters)
    return next((kink for place, kink in without.items() if place not in tried), None)


def find_broken_equivalence(reading: Reading, definitions: Definitions, worlds) -> Counterexample | None:
    """Numbers for which one side of "if and only if" holds and the other does not."""
    other = reading.iff
    letters = frozenset().union(*(definitions.base_letters(side) for side in reading.all_sides))
    with mpmath.workdps(_WORKING):
        for world in worlds:
            for at in assignments(world, reading.all_sides):
                try:
                    one = _both(world, *reading.sides, at)
                    two = _both(world, *other.sides, at)
                except Kink:
                    continue
                truths = (holds(one[0], reading.relations[0], one[1]), holds(two[0], other.relations[0], two[1]))
                if truths[0] != truths[1]:
                    return Counterexample(world, at, str(truths[0]).lower(), "<=>", str(truths[1]).lower(), letters)
    return None


def assignments(world: World, sides, most: int | None = None) -> Iterator[dict[Node, int]]:
    """Every choice of the free indices; of very many, an even spread that moves each of them."""
    most = most or (_ASSIGNMENTS_LARGER if tuple(world.sizes.values()) == _LARGER else _ASSIGNMENTS)
    free = sorted(frozenset().union(*(free_indices(side) for side in sides)), key=str)
    ranges = [range(world.size(index.args[1])) for index in free]
    every = [dict(zip(free, places, strict=True)) for places in product(*ranges)]
    if len(every) <= most:
        yield from every
        return
    first = [[0 for r in ranges], [len(r) - 1 for r in ranges], [place % len(r) for place, r in enumerate(ranges)]]
    for number in range(most):  # all first, all last, all different; then every index moves, and they drift apart
        drift = [(number + number // len(r) * place) % len(r) for place, r in enumerate(ranges)]
        yield dict(zip(free, first[number] if number < len(first) else drift, strict=True))


def _both(world, left, right, at) -> tuple:
    ends = []
    for side in (left, right):
        try:
            ends.append(world.value(side, at))
        except Kink:
            raise
        except (ArithmeticError, ValueError) as error:
            ends.append(NoValue(str(error)))
    return tuple(ends)


def holds(left, relation: str, right) -> bool:
    """Whether the relation holds between two values, arrays entry by entry."""
    if isinstance(left, NoValue) or isinstance(right, NoValue):
        return False
    if isinstance(left, numpy.ndarray) or isinstance(right, numpy.ndarray):
        if numpy.shape(left) != numpy.shape(right):
            return False
        return all(holds(a, relation, b) for a, b in zip(left.flat, right.flat, strict=True))
    scale = max(1, abs(left), abs(right))
    close = abs(left - right) <= scale * mpmath.mpf(10) ** -DIGITS
    if relation == "=":
        return bool(close)
    if relation == "!=":
        return not close
    if relation in {"<=", ">="}:
        return bool(close or (left < right) == (relation == "<="))
    return bool(not close and (left < right) == (relation == "<"))


def rounds_to(left: Node, written: str, world: World) -> tuple[bool, str]:
    """Whether the number ``written`` is the value of ``left``, correctly rounded; and the value."""
    with mpmath.workdps(_WORKING):
        value = world.value(left, {})
        places = len(written.partition(".")[2])
        unit = mpmath.mpf(10) ** -places
        return bool(abs(value - mpmath.mpf(written)) <= unit / 2), mpmath.nstr(value, places + 12)


def _plain(value, digits: int = 12) -> str:
    if isinstance(value, NoValue):
        return f"no value: {value}"
    if isinstance(value, numpy.ndarray):
        return "[" + ", ".join(_plain(v, digits) for v in value) + "]" if value.ndim else _plain(value.item(), digits)
    if isinstance(value, (int, str)):
        return str(value)
    return mpmath.nstr(value, digits)


def _array(entries, shape) -> numpy.ndarray:
    array = numpy.empty(len(entries), dtype=object)
    array[:] = entries
    return array.reshape(shape)


def _real(value):
    if isinstance(value, mpmath.mpc):
        raise NoValue("a root of a negative number")
    return value


def digits(sides: tuple[Node, ...], world: World, at: dict[Node, int], count: int = 4) -> tuple[str, ...]:
    """The value of each side to ``count`` decimal places; nothing if one has none, or one that so few places hide."""
    with mpmath.workdps(_WORKING):
        try:
            values = [world.value(side, at) for side in sides]
            hidden = any(abs(v) >= 10**6 or 0 < abs(v) < mpmath.mpf(10) ** -count / 2 for v in values)
            return () if hidden else tuple(_fixed(value, count) for value in values)
        except (NoValue, ArithmeticError, ValueError, KeyError, TypeError):
            return ()


def _fixed(value, count: int) -> str:
    text = mpmath.nstr(mpmath.mpf(value), 30, min_fixed=-40, max_fixed=40)
    rounded = format(Decimal(text).quantize(Decimal(1).scaleb(-count)), "f")
    if Decimal(rounded) == 0:
        return "0"
    return rounded.rstrip("0").rstrip(".") if Decimal(text) == Decimal(rounded) else rounded
