"""What a derivation script says: each formula again, by hand, in SymPy, and the rule it follows by."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from fractions import Fraction

from sympy import IndexedBase, MatrixSymbol, Symbol, Tuple

from derivations.notation import notation
from derivations.proof import tree
from derivations.proof.bind import tree_of
from derivations.proof.read import Reading
from derivations.proof.rules import JUDGED_ELSEWHERE, RULES, rules_of
from derivations.proof.tree import Node


@dataclass(frozen=True)
class Claim:
    """One formula as a script states it: a chain with the rule of each relation."""

    label: str | None  # None for inline mathematics
    kind: str
    reading: Reading
    rules: tuple[str | None, ...]
    script: str
    after: str | None = None
    using: tuple[str, ...] = ()
    behind: frozenset[str] = frozenset()  # the scripts that it rests on, its own included
    on_example: bool = False
    written: str | None = None  # the digits of a rounded number
    introduces: frozenset[str] = frozenset()
    together: tuple[Reading, ...] = ()  # what is shown by induction at the same time, this claim included

    def __str__(self) -> str:
        return str(self.reading)


@dataclass
class Derivation:
    """The claims of one script, in order; ``uses`` names the scripts that this one rests on."""

    name: str
    uses: tuple[str, ...] = ()
    claims: list[Claim] = field(default_factory=list)
    mentions: dict[str, list[Node]] = field(default_factory=dict)

    def scripts(self) -> frozenset[str]:
        """This script and all that it rests on."""
        others = (importlib.import_module(f"derivations.{name}").proof.scripts() for name in self.uses)
        return frozenset([self.name]).union(*others)

    # --- stating ----------------------------------------------------------------------------

    def introduce(self, label: str, *letters) -> None:
        """A letter and the set it lies in, as ``notation.py`` declares them."""
        nodes = [tree_of(one, notation) for one in letters]
        sets = {
            tree.key(self._set_of(one, node)): self._set_of(one, node) for one, node in zip(letters, nodes, strict=True)
        }
        if len(sets) != 1:
            raise ValueError(f"{label}: the letters lie in different sets")
        left = nodes[0] if len(nodes) == 1 else Node("letters", tuple(nodes))
        self._state(label, "notation", Reading((left, *sets.values()), ("in",)), (None,))

    def define(self, label: str, left, right) -> None:
        """A letter with its indices, or a function of a row, and what it stands for."""
        self._state(label, "definition", self._chain(left, ("=", right)), (None,))

    def given(self, label: str, left, right) -> None:
        """A number of the running example."""
        right = Tuple(*right) if isinstance(right, (tuple, list)) else right
        self._state(label, "definition", self._chain(left, ("=", right)), (None,), on_example=True)

    def step(
        self, label: str, left, right, *, by: str, after: str | None = None, using: tuple[str, ...] | str = ()
    ) -> None:
        """``left = right``; the rule leads from the line before (or from ``left``) to ``right``."""
        self.chain(label, left, (right, by), after=after, using=using)

    def chain(
        self, label: str | None, first, *links, after: str | None = None, using: tuple[str, ...] | str = ()
    ) -> None:
        """``first = ... = ...``: each link is an expression and the rule that leads to it."""
        reading = self._chain(first, *(("=", right) for right, _ in links))
        self._state(label, "identity", reading, tuple(rule for _, rule in links), after=after, using=using)

    def induction(self, *claims) -> None:
        """Equalities that hold at every step, each (label, left, right), all shown together by induction."""
        readings = tuple(self._chain(left, ("=", right)) for _, left, right in claims)
        for (label, _, _), reading in zip(claims, readings, strict=True):
            self._state(label, "identity", reading, ("induction",), together=readings)

    def inequality(self, label: str | None, first, *links) -> None:
        """``first <= ... <= ...``: each link is a relation, an expression and a rule."""
        reading = self._chain(first, *((relation, right) for relation, right, _ in links))
        self._state(label, "inequality", reading, tuple(rule for _, _, rule in links))

    def equivalence(self, label: str, one, other, *, by: str) -> None:
        """Two inequalities, each (left, relation, right), of which each follows from the other."""
        first, second = (self._chain(left, (relation, right)) for left, relation, right in (one, other))
        self._state(label, "inequality", Reading(first.sides, first.relations, second), (by,))

    def rounded(self, label: str | None, left, digits: str) -> None:
        """A number and its value, rounded to the digits given."""
        left = tree_of(left, notation)
        reading = Reading((left, tree.num(Fraction(digits))), ("~",))
        self._state(label, "numeric", reading, ("rounding",), written=digits)

    def on_example(self, label: str | None, left, right) -> None:
        """Two expressions that agree for the running example."""
        self._state(label, "numeric", self._chain(left, ("=", right)), ("evaluation",), on_example=True)

    def mention(self, page: str, *expressions) -> None:
        """The mathematics in the sentences of a page that states nothing: each letter and term, in order."""
        self.mentions[page] = [tree_of(expression, notation) for expression in expressions]

    # --- shared -----------------------------------------------------------------------------

    def _chain(self, first, *links) -> Reading:
        sides = [tree_of(first, notation), *(tree_of(right, notation) for _, right in links)]
        return Reading(tuple(sides), tuple(relation for relation, _ in links))

    def _state(self, label, kind, reading, rules, *, using=(), **more) -> None:
        using = (using,) if isinstance(using, str) else tuple(using)
        for rule in rules:
            try:
                rules_of(rule or "definition")
            except KeyError as unknown:
                raise ValueError(
                    f"{label}: there is no rule called {unknown}; the rules are {', '.join(RULES)}"
                ) from None
            elsewhere = rule in JUDGED_ELSEWHERE and not more.get("together")
            if rule is not None and (kind == "inequality" or kind == "numeric") != elsewhere:
                raise ValueError(f"{label}: the rule {rule!r} is not for an {kind} statement")
        claim = Claim(
            label,
            kind,
            reading,
            tuple(rules),
            self.name,
            using=using,
            behind=self.scripts(),
            introduces=self._introduced(kind, reading),
            **more,
        )
        if label is not None and any(other.label == label for other in self.claims):
            raise ValueError(f"{label} is stated twice in {self.name}")
        self.claims.append(claim)
        self.stated(claim)

    def stated(self, claim: Claim) -> None:
        """Called with each claim once it is stated; a live script proves it here."""

    def _introduced(self, kind: str, reading: Reading) -> frozenset[str]:
        if kind not in {"notation", "definition"}:
            return frozenset()
        names = set()
        left = reading.sides[0]
        for node in left.args if left.op == "letters" else (left,):
            if node.op == "index":
                sorts = {node.args[1]}
            else:
                names.add(node.args[0])
                letter = notation.letters.get(node.args[0]) or notation.functions.get(node.args[0])
                sorts = set(letter.axes) if letter and kind == "notation" else set()
                if sorts and getattr(letter, "values", None) in notation.index_sets:
                    sorts.add(letter.values)
            for sort in sorts:
                index_set = notation.index_sets[sort]
                names |= {index_set.size, *index_set.letters}
        return frozenset(names)

    def _set_of(self, written, node: Node) -> Node:
        """The set that the notation declares for a letter."""
        if node.op == "index":
            return self._integers(node.args[1])
        if node.op == "apply":
            function = notation.functions[node.args[0]]
            return Node("reals", ("real", *map(notation.size_of, function.axes[len(node.args) - 2 :])))
        letter = notation.letters[node.args[0]]
        if node.op == "at" and letter.axes[0] == "step":  # a row of numbers at a step
            rest = letter.axes[len(node.args) - 1 :]
            return Node("reals", (letter.values, *map(notation.size_of, rest)))
        if letter.values in notation.index_sets:
            return self._integers(letter.values)
        if not isinstance(written, (Symbol, MatrixSymbol, IndexedBase)):
            raise ValueError(f"introduce the whole of {letter.name}, not {written}")
        return Node("reals", (letter.values, *(notation.size_of(axis) for axis in letter.axes)))

    def _integers(self, sort: str) -> Node:
        return Node("integers", (tree.ZERO, tree.add(notation.size_of(sort), tree.MINUS_ONE)))


def _with_uses(names: tuple[str, ...], seen: set[str] | None = None) -> list[Derivation]:
    """The named derivations after those that they rest on."""
    seen = set() if seen is None else seen
    ordered: list[Derivation] = []
    for name in names:
        if name not in seen:
            seen.add(name)
            proof = importlib.import_module(f"derivations.{name}").proof
            ordered += [*_with_uses(proof.uses, seen), proof]
    return ordered


def load(names: tuple[str, ...]) -> list[Derivation]:
    """The named derivations and all they rest on, in an order in which nothing is used before it is stated."""
    return _with_uses(tuple(names))
