"""One statement, one verdict: bind, follow, prove, doubt.

Every layer that can speak about a statement is asked.
Confirmed means that all of them agree; refuted, that there is a counterexample or that a definition
was changed; inconclusive is everything else.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import islice

import sympy

from derivations.proof import concrete, numeric, tree
from derivations.proof.bind import mismatch
from derivations.proof.derivation import Claim
from derivations.proof.inequality import Order, equivalent
from derivations.proof.meaning import Definitions, Unsupported
from derivations.proof.normal import Normalizer
from derivations.proof.pages import Formula
from derivations.proof.read import Reading, shape_of
from derivations.proof.rules import Context, leads, match, substitute_many, superfluous
from derivations.proof.tree import Node, free_indices


@dataclass(frozen=True)
class Statement:
    """A relation on a page and what became of it."""

    page: str
    line: int
    label: str
    latex: str
    part: int
    kind: str
    verdict: str
    rule: str | None = None
    checks: tuple[str, ...] = ()
    seconds: float = 0.0
    script: str | None = None
    after: str | None = None
    marked: str | None = None
    values: tuple[str, ...] = ()
    report: str = ""

    def json(self) -> dict:
        """The fields that the published ledger has."""
        keys = ("page", "line", "label", "latex", "kind", "verdict", "rule", "checks", "seconds")
        return {key: list(value) if isinstance(value := getattr(self, key), tuple) else value for key in keys}


@dataclass
class Library:
    """All that statements rest on: the claims by label, in order, and the definitions."""

    definitions: Definitions
    example: dict
    claims: dict[str, Claim] = field(default_factory=dict)
    inline: list[Claim] = field(default_factory=list)
    later: dict[str, Claim] = field(default_factory=dict)  # definitions of letters that are given elsewhere
    _seen: dict[frozenset[str], Definitions] = field(default_factory=dict)

    def add(self, claim: Claim) -> None:
        """Take in a claim; its label is new, and what it rests on was stated before."""
        if claim.label is None:
            self.inline.append(claim)
        elif claim.label in self.claims:
            raise ValueError(f"{claim.label} is stated in {self.claims[claim.label].script} and in {claim.script}")
        else:
            for label in filter(None, (claim.after, *claim.using)):
                if label not in self.claims:
                    raise ValueError(f"{claim.label} rests on {label}, which is not stated before it")
                if self.claims[label].kind != "identity":
                    raise ValueError(f"{claim.label} rests on {label}, which is no identity")
            self.claims[claim.label] = claim
        if claim.kind == "definition" and not claim.on_example:
            left = claim.reading.sides[0]
            letter = self.definitions.notation.letters.get(left.args[0])
            if letter and letter.later:
                if letter.name in self.later:
                    raise ValueError(
                        f"{letter.name} is defined twice: {self.later[letter.name].label} and {claim.label}"
                    )
                self.definitions.copy().define(*claim.reading.sides, claim.label)  # refused here if it cannot be
                self.later[letter.name] = claim
            else:
                self.definitions.define(*claim.reading.sides, claim.label)
        self._seen.clear()

    def seen_by(self, claim: Claim | None) -> Library:
        """What a claim rests on: a letter that is given has a value only behind the derivation that computes it."""
        names = frozenset(name for name, one in self.later.items() if claim and one.script in claim.behind)
        if not names:
            return self
        if names not in self._seen:
            self._seen[names] = self.definitions.copy()
            for name in names:
                self._seen[names].define(*self.later[name].reading.sides, self.later[name].label)
        return replace(self, definitions=self._seen[names])

    def results(self, claim: Claim) -> list[tuple[Node, Node]]:
        """The proved equalities that a claim may put in: first side and last side of each; of arrays, each entry too."""
        pairs = [(sides[0], sides[-1]) for sides in (self.claims[label].reading.sides for label in claim.using)]
        entries = [self.definitions.entries_of_relation(pair) for pair in pairs]
        return pairs + [pair for pair in entries if pair not in pairs]


def judge(formula: Formula, reading: Reading, claim: Claim | None, library: Library) -> list[Statement]:
    """A statement for each relation of a formula."""
    with sympy.evaluate(True):  # a script states its claims with evaluation off
        return _judge(formula, reading, claim, library.seen_by(claim))


def _judge(formula: Formula, reading: Reading, claim: Claim | None, library: Library) -> list[Statement]:
    label = formula.labels[0] if formula.labels else f"inline:{formula.page}:{formula.line}"
    blank = Statement(
        formula.page, formula.line, label, formula.latex, 0, claim.kind if claim else "identity", "inconclusive",
        script=claim.script if claim else None, after=claim.after if claim else None,
    )  # fmt: skip
    if claim is None:
        return [_unbound(blank, formula, reading, library, "no derivation states this formula")]
    different = mismatch(reading, claim.reading) or _digits_differ(formula, reading, claim)
    if different:
        return [_unbound(blank, formula, reading, library, different, claim)]
    marked = _marked(formula, reading, claim, library)
    statements = []
    for part in range(len(reading.relations)):
        start = time.perf_counter()
        judged = _Judge(reading, claim, part, library).run()
        line = formula.line_of(_position(reading.sides[part + 1]))
        statements.append(replace(
            blank, line=line, part=part, marked=marked, seconds=round(time.perf_counter() - start, 4),
            rule=claim.rules[part], **judged,
        ))  # fmt: skip
    return statements


# --- bound statements -------------------------------------------------------------------


class _Judge:
    """The layers, for one relation of a formula that is bound to its derivation."""

    def __init__(self, reading: Reading, claim: Claim, part: int, library: Library) -> None:
        self.reading, self.claim, self.part, self.library = reading, claim, part, library
        self.left, self.relation, self.right = reading.sides[part], reading.relations[part], reading.sides[part + 1]
        self.definitions = library.definitions
        self.normalizer = Normalizer(self.definitions)
        self.failures: list[str] = []
        self.checks: list[str] = []

    def run(self) -> dict:
        kind = self.claim.kind
        if kind in {"definition", "notation"}:
            if self.claim.on_example:
                self._number(self._evaluates)
            return self._result("binding")
        if kind == "numeric":
            self._number(self._evaluates if self.claim.on_example else self._rounds)
            return self._result("rule")
        self._layer("symbolic", self._proves)
        self._layer("rule", self._follows)
        if kind == "identity":
            self._layer("concrete", self._agrees_written_out)
        return self._doubt()

    def _layer(self, name: str, check) -> None:
        try:
            failure = check()
        except Unsupported as reason:
            failure = f"cannot say: {reason}"
        except (ArithmeticError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            failure = f"broke down, which is no proof: {type(error).__name__}: {error}"
        if failure:
            self.failures.append(f"{name}: {failure}")
        else:
            self.checks.append(name)

    def _number(self, check) -> None:
        self._layer("numeric", check)

    def _result(self, *also: str) -> dict:
        verdict = "refuted" if self.failures else "confirmed"
        return {"verdict": verdict, "checks": (*also, *self.checks), "report": "\n".join(self.failures),
                "values": self._values()}  # fmt: skip

    def _doubt(self) -> dict:
        try:
            counterexample = self._counterexample()
        except RecursionError:
            return self._broken("numeric: broke down, which is no proof: the definitions never end")
        proved = not self.failures
        if counterexample is None:
            self.checks.append("numeric")
        else:
            self.failures.append(f"numeric: a counterexample\n{counterexample}")
        verdict = "confirmed" if not self.failures else "refuted" if counterexample else "inconclusive"
        if counterexample and proved:  # one of the layers is wrong, so none is believed
            verdict = "inconclusive"
            self.failures.insert(0, "THE CHECKER DISAGREES WITH ITSELF: proved by algebra and refuted by numbers")
        if verdict != "confirmed" and self.claim.kind == "identity":
            self.failures.append(_normal_forms(self.normalizer, self.left, self.right))
        return {"verdict": verdict, "checks": tuple(self.checks), "report": "\n".join(self.failures),
                "values": self._values()}  # fmt: skip

    def _broken(self, failure: str) -> dict:
        report = "\n".join([*self.failures, failure])
        return {"verdict": "inconclusive", "checks": tuple(self.checks), "report": report, "values": ()}

    # --- layers -----------------------------------------------------------------------------

    def _proves(self) -> str | None:
        if self.claim.together:
            return self._proves_by_induction()
        if self.claim.kind == "identity":
            pair = self.definitions.entries_of_relation((self.left, self.right))
            return None if self.normalizer.equal(*pair) else "the two sides have different normal forms"
        if self.reading.iff:
            one, other = ((r.sides[0], r.relations[0], r.sides[1]) for r in (self.reading, self.reading.iff))
            return None if equivalent(self.normalizer, one, other) else "one does not follow from the other"
        order = Order(self.normalizer)
        if not order.proves(self.left, self.relation, self.right):
            return "the order of the two sides is not shown"
        self.used = order.used
        return None

    def _proves_by_induction(self) -> str | None:
        """All claims that are shown together: at step 0, and after a step if all hold before it."""
        step = self.definitions.notation.index_node(self.definitions.notation.index_sets["step"].letters[0])
        pairs = [reading.sides for reading in self.claim.together]
        for left, _ in pairs:
            if step not in free_indices(left):
                return f"{left} says nothing about a step"
        if not any(all(map(tree.same, self.reading.sides, pair)) for pair in pairs):
            return "it is not one of those that are shown together"
        for left, right in pairs:
            ends = (tree.substitute(side, {step: tree.ZERO}) for side in (left, right))
            if not self.normalizer.equal(*ends):
                return f"it does not hold at step 0: {left} = {right}"
            after = (tree.substitute(side, {step: tree.add(step, tree.ONE)}) for side in (left, right))
            one, other = (put_in(self.definitions.expand(side), pairs) for side in after)
            if not self.normalizer.equal(one, other):
                return f"it does not follow for the step after: {left} = {right}"
        return None

    def _follows(self) -> str | None:
        name = self.claim.rules[self.part]
        if self.claim.together:
            if name != "induction" or self.claim.after or self.claim.using:
                return "what is shown together is shown by induction, and by nothing else"
            return None
        if self.claim.kind == "inequality":
            needed = {"taking logarithms"} if self.reading.iff else getattr(self, "used", set())
            ranked = ("taking logarithms", "tangent of the logarithm", "largest term", "squares", "positivity")
            strongest = next((r for r in ranked if r in needed), None)
            return None if name == strongest else f"what is needed is {strongest}, not {name}"
        if self.part == 0 and self.claim.after:
            first = self.library.claims[self.claim.after].reading.sides[0]
            if not tree.same(first, self.left):
                return f"{self.claim.after} is about another quantity: {first}"
        before = self._line_before()
        if tree.same(before, self.right):
            return "nothing happened here: the two lines are the same"
        context = Context(self.definitions, self.library.results(self.claim))
        if leads(name, before, self.right, context):
            extra = superfluous(name, before, self.right, context)
            return f"the rule {extra!r} is named and not needed" if extra else None
        return f"the rule {name!r} does not lead from\n    {before}\n  to\n    {self.right}"

    def _line_before(self) -> Node:
        if self.part == 0 and self.claim.after:
            return self.library.claims[self.claim.after].reading.sides[-1]
        return self.left

    def _agrees_written_out(self) -> str | None:
        if concrete.agrees(self.reading, self.part, self.definitions):
            return None
        return "SymPy does not bring the difference to zero at small sizes"

    def _counterexample(self):
        worlds = _worlds(self.definitions, self.reading)
        if self.reading.iff:
            return numeric.find_broken_equivalence(self.reading, self.definitions, worlds)
        return numeric.find_counterexample(self.reading, self.part, self.definitions, worlds)

    def _rounds(self) -> str | None:
        if any(part.op in {"letter", "at", "index", "call"} for part in tree.walk(self.left)):
            return "a rounded number is the value of numbers, not of letters"
        world = numeric.example_world(self.definitions, self.library.example)
        right, value = numeric.rounds_to(self.left, self.claim.written, world)
        return None if right else f"the value is {value}, which does not round to {self.claim.written}"

    def _evaluates(self) -> str | None:
        world = numeric.example_world(self.definitions, self.library.example)
        found = numeric.find_counterexample(self.reading, self.part, self.definitions, [world])
        return None if found is None else f"it is not so in the example\n{found}"

    # --- for the reader ---------------------------------------------------------------------

    def _values(self) -> tuple[str, ...]:
        if self.claim.kind not in {"identity", "inequality"} or self.reading.iff:
            return ()
        return example_values((self.left, self.right), self.library)


def put_in(node: Node, equalities: list[tuple[Node, Node]]) -> Node:
    """Every left side replaced by its right side, at the same step; rows of numbers where both sides are letters."""
    if node.op in tree.BINDERS and node.args[1].args[1] == "step":
        return node  # what is assumed is assumed at one step
    for left, right in equalities:
        rows = left.op == right.op == "at" and _for_every_last_index(left) and left.args[-1] == right.args[-1]
        rows = rows and _for_every_last_index(right)
        if rows and tree.same(tree.entry_of(left.args[0], *left.args[1:-1]), node):
            return tree.entry_of(right.args[0], *right.args[1:-1])
        entries = left.op == node.op == "at" and node.args[1] == left.args[1]
        found = match(left, node) if entries else None
        if found is not None:
            return substitute_many(right, found)
    return tree.replace_children(node, lambda child: put_in(child, equalities))


def _for_every_last_index(entry: Node) -> bool:
    """Whether the last index runs freely, so that what holds for the entry holds for the row."""
    *others, last = entry.args[1:]
    return last.op == "index" and last not in others


def example_values(sides: tuple[Node, ...], library: Library) -> tuple[str, ...]:
    """Each side worked out for the running example; nothing for arrays."""
    notation = library.definitions.notation
    if any(shape_of(side, notation) for side in sides):
        return ()
    world = numeric.example_world(library.definitions, library.example)
    at = {notation.index_node(name): place for name, place in library.example["indices"].items()}
    return numeric.digits(sides, world, at)


# --- unbound statements -----------------------------------------------------------------


def _unbound(
    blank: Statement, formula: Formula, reading: Reading, library: Library, why: str, claim: Claim | None = None
) -> Statement:
    """Not what any derivation says: refuted if numbers refute it, else inconclusive."""
    report = [why, f"read as      {reading}"]
    if claim is not None:
        report.insert(1, f"derivation   {claim}")
    changed = claim is not None and claim.kind in {"definition", "notation"}
    verdict, part = ("refuted" if changed else "inconclusive"), 0
    if "in" not in reading.relations and not _uses_sets(reading):
        found, part = _any_counterexample(formula, reading, claim, library)
        if found:
            verdict = "refuted"
            report.append(f"a counterexample\n{found}")
        if set(reading.relations) == {"="} and not any(side.op == "tuple" for side in reading.sides):
            report.append(_normal_forms(Normalizer(library.definitions), reading.sides[part], reading.sides[part + 1]))
    line = formula.line_of(_position(reading.sides[min(part + 1, len(reading.sides) - 1)]))
    return replace(blank, verdict=verdict, line=line, part=part, report="\n".join(report))


def _changed(reading: Reading, claim: Claim | None) -> list[int]:
    """The relations of a chain that are not as derived: what is as derived is doubted where it is proved."""
    parts = list(range(len(reading.relations)))
    if claim is None or len(claim.reading.sides) != len(reading.sides):
        return parts
    pairs = zip(reading.sides, claim.reading.sides, strict=True)
    changed = [not tree.same(mine, theirs) for mine, theirs in pairs]
    others = [mine != theirs for mine, theirs in zip(reading.relations, claim.reading.relations, strict=True)]
    return [part for part in parts if changed[part] or changed[part + 1] or others[part]] or parts


def _worlds(definitions: Definitions, reading: Reading):
    """More of them where numbers are put in order: which is the larger may be the same in all of a few worlds."""
    rounds = 1 if set(reading.relations) == {"="} and not _puts_in_order(reading) else numeric.ORDER_ROUNDS
    return numeric.random_worlds(definitions, str(reading), rounds)


def _puts_in_order(reading: Reading) -> bool:
    return any(part.op in {"larger", "gt"} for side in reading.all_sides for part in tree.walk(side))


def _any_counterexample(formula: Formula, reading: Reading, claim: Claim | None, library: Library):
    definitions = library.definitions
    example = numeric.example_world(definitions, library.example)
    for part in _changed(reading, claim):
        relation = reading.relations[part]
        if relation == "~":
            written = _written(formula, reading.sides[part + 1])
            try:
                right, value = numeric.rounds_to(reading.sides[part], written, example)
            except (numeric.NoValue, ValueError, KeyError, AttributeError) as error:
                right, value = False, str(error)
            if not right:
                return f"    the value is {value}, which does not round to {written}", part
            continue
        only_example = claim is not None and claim.on_example
        worlds = [example] if only_example else _worlds(definitions, reading)
        if relation == "=" and not _puts_in_order(reading):
            worlds = islice(worlds, numeric.ROUND)
        if reading.iff:
            found = numeric.find_broken_equivalence(reading, definitions, worlds)
        else:
            found = numeric.find_counterexample(reading, part, definitions, worlds)
        if found:
            return found, part
    return None, 0


def _uses_sets(reading: Reading) -> bool:
    return any(side.op in {"integers", "reals", "letters"} for side in reading.sides)


def _normal_forms(normalizer: Normalizer, left: Node, right: Node) -> str:
    try:
        left, right = normalizer.definitions.entries_of_relation((left, right))
    except Unsupported as reason:
        return f"normal forms: {reason}"
    return f"normal form, left   {normalizer.show(left)}\nnormal form, right  {normalizer.show(right)}"


def _digits_differ(formula: Formula, reading: Reading, claim: Claim) -> str | None:
    if claim.written is None:
        return None
    written = _written(formula, reading.sides[-1])
    return None if written == claim.written else f"the page says {written} and the derivation says {claim.written}"


def _written(formula: Formula, side: Node) -> str:
    """A number with the digits that were typed, zeros at the end included."""
    return formula.chain[slice(*side.span)].strip() if side.span else str(side)


def _position(side: Node) -> int:
    return side.span[0] if side.span else 0


def _marked(formula: Formula, reading: Reading, claim: Claim, library: Library) -> str | None:
    """The display with every part that is new in its line marked; None where there is no line before."""
    spans = []
    for part, side in enumerate(reading.sides[1:]):
        if part > 0:
            before = reading.sides[part]
        elif claim.after:
            before = library.claims[claim.after].reading.sides[-1]
        else:
            continue
        spans += [node.span for node in tree.difference(side, before) if node.span]
    if not spans or not formula.display:
        return None
    latex, last = formula.latex, len(formula.latex)
    for start, end in sorted(set(spans), reverse=True):
        if end <= last:
            latex = f"{latex[:start]}{{\\htmlClass{{changed}}{{{latex[start:end]}}}}}{latex[end:]}"
            last = start
    return latex
