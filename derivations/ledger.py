"""Prove every statement of the pages, and keep the account of it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from derivations.notation import EXAMPLE, notation
from derivations.proof import pages as find
from derivations.proof import tree
from derivations.proof.derivation import Claim, Derivation, load
from derivations.proof.judge import Library, Statement, judge
from derivations.proof.meaning import Definitions
from derivations.proof.pages import Formula
from derivations.proof.read import Reading, Refused, read
from derivations.proof.rules import RULES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SCRIPTS = (
    "setting", "softmax", "loss", "score_gradient", "softmax_jacobian", "shift_invariance", "vectorize",
    "one_over_n", "optimizers", "accumulation", "weighted_mean", "soft_targets",
    "regularization", "backprop", "bias_and_broadcasting", "relu", "finite_differences",
    "hessian", "convexity", "two_classes", "likelihood",
    "stability", "streaming_log_sum_exp", "linear_layer",
)  # fmt: skip

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Problem:
    """Something that is not a statement and must not be on a page all the same."""

    page: str
    line: int
    message: str
    label: str = ""

    def __str__(self) -> str:
        label = f"  {self.label}" if self.label else ""
        return f"{self.page}:{self.line}{label}\n{_indent(self.message)}"


@dataclass
class Ledger:
    """Every statement with its verdict, and every problem."""

    statements: list[Statement] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)  # all that were found, so that no other is shown
    problems: list[Problem] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything is confirmed and nothing is left over; an empty ledger has not passed."""
        confirmed = all(s.verdict == "confirmed" for s in self.statements)
        return bool(self.statements) and confirmed and not self.problems

    def of(self, label: str) -> list[Statement]:
        """The statements of one formula, in the order of its relations."""
        return [s for s in self.statements if s.label == label]

    def json(self) -> list[dict]:
        """One object for each statement."""
        return [s.json() for s in self.statements]

    def report(self) -> str:
        """A table by page, every failure in full, and the count."""
        return "\n".join([*self._table(), *self._failures(), self.summary()])

    def _table(self) -> list[str]:
        width = max([len(s.page) for s in self.statements] or [4])
        rows = [f"{'page':{width}}  proved  bound  refuted  inconclusive  problems"]
        for page in dict.fromkeys([s.page for s in self.statements] + [p.page for p in self.problems]):
            mine = [s for s in self.statements if s.page == page]
            bound = sum(s.verdict == "confirmed" and s.kind in {"definition", "notation"} for s in mine)
            proved = sum(s.verdict == "confirmed" for s in mine) - bound
            refuted, open_ = (sum(s.verdict == v for s in mine) for v in ("refuted", "inconclusive"))
            problems = sum(p.page == page for p in self.problems)
            rows.append(f"{page:{width}}  {proved:6}  {bound:5}  {refuted:7}  {open_:12}  {problems:8}")
        return rows

    def _failures(self) -> list[str]:
        failed = [describe(s) for s in self.statements if s.verdict != "confirmed"]
        return ["", *(f"{text}\n" for text in [*failed, *map(str, self.problems)])] if failed or self.problems else []

    def summary(self) -> str:
        """The count in one line."""
        confirmed = [s for s in self.statements if s.verdict == "confirmed"]
        bound = sum(s.kind in {"definition", "notation"} for s in confirmed)
        proved = len(confirmed) - bound
        words = [f"{proved} statement{'s' * (proved != 1)} proved", f"{bound} definitions and notations bound"]
        for verdict in ("refuted", "inconclusive"):
            words.append(f"{sum(s.verdict == verdict for s in self.statements)} {verdict}")
        return ", ".join([*words, f"{len(self.problems)} problems"])


def describe(statement: Statement) -> str:
    """A failed statement: where it stands, the formula, and why it is not confirmed."""
    where = f"{statement.page}:{statement.line}  {statement.label}  {statement.verdict.upper()}"
    rule = f"\n    by           {statement.rule}" if statement.rule else ""
    formula = " ".join(statement.latex.split())
    return f"{where}\n    formula      {formula}{rule}\n{_indent(statement.report)}"


def _indent(text: str) -> str:
    return "\n".join("    " + line for line in text.split("\n"))


# --- the pages --------------------------------------------------------------------------


_readings: dict[str, Reading | str] = {}


def _read(formula: Formula) -> Reading | str:
    """What a formula says, or why it cannot be read."""
    if formula.problem:
        return formula.problem
    if formula.chain not in _readings:
        try:
            _readings[formula.chain] = read(formula.chain, notation)
        except Refused as refused:
            _readings[formula.chain] = str(refused)
    return _readings[formula.chain]


@dataclass(frozen=True)
class Found:
    """A formula of a page. It is read when someone asks what it says: a script that runs alone asks of few."""

    formula: Formula

    @property
    def reading(self) -> Reading | None:
        """What it says; None if it cannot be read."""
        result = _read(self.formula)
        return None if isinstance(result, str) else result

    @property
    def refusal(self) -> str:
        """Why it cannot be read; empty if it can."""
        result = _read(self.formula)
        return result if isinstance(result, str) else ""


def formulas_of(docs: Path) -> list[Found]:
    """Every formula of every page, then of every script's text, in reading order."""
    found = []
    for path in find.nav_order(docs, ROOT / "mkdocs.yml"):
        name = path.relative_to(docs).as_posix()
        found += [Found(f) for f in find.formulas(name, path.read_text(encoding="utf-8"))]
    for name in SCRIPTS:
        path = ROOT / "derivations" / f"{name}.py"
        text = find.script_text(path.read_text(encoding="utf-8"))
        found += [Found(f) for f in find.formulas(f"derivations/{name}.py", text)]
    return found


# --- proving ----------------------------------------------------------------------------

_memo: dict[tuple, list[Statement]] = {}


def prove(
    docs: Path = DOCS, names: Iterable[str] = (), progress: Progress = lambda line: None, workers: int = 1
) -> Ledger:
    """Prove every statement in ``docs``, or those of the named scripts.

    Inside one process a statement is judged again only if it, its derivation or a definition changed.
    The first time, ``workers`` processes share the statements, where the system can copy a process.
    """
    names = tuple(names)
    derivations = load(SCRIPTS)
    library, claims = _library(derivations)
    found = formulas_of(Path(docs))
    ledger = Ledger(formulas=[one.formula for one in found])
    if not names:
        ledger.problems += _order_of_letters(found, library)
    used: set[int] = set()
    own = {c.label for c in claims if c.script in names}
    own_pages = {one.formula.page for one in found if own & set(one.formula.labels)}
    to_judge: list[tuple[int, Found, Claim | None]] = []
    for number, one in enumerate(found, start=1):
        page = one.formula.page
        claim = _claim_for(one, library, used)
        if names and not (claim.script in names if claim else page in own_pages):
            continue
        problem = _problem(one, found)
        if problem:
            ledger.problems.append(problem)
            continue
        if not one.formula.display and not one.reading.relations:
            continue
        to_judge.append((number, one, claim))
    judged = _judge_all([(one, claim) for _, one, claim in to_judge], library, workers)
    for (number, _, _), statements in zip(to_judge, judged, strict=True):
        ledger.statements += statements
        for s in statements:
            progress(f"[{number}/{len(found)}] {s.page}:{s.line} {s.label} {s.verdict}")
    ledger.problems += _mentions(found, derivations, names)
    ledger.problems += _without_formula(claims, found, used, names)
    return ledger


def library() -> Library:
    """The definitions and claims of all scripts."""
    return _library(load(SCRIPTS))[0]


def _library(derivations: list[Derivation]) -> tuple[Library, list[Claim]]:
    library = Library(Definitions(notation), EXAMPLE)
    claims = [claim for derivation in derivations for claim in derivation.claims]
    for claim in claims:
        library.add(claim)
    return library, claims


def _judge_all(todo: list[tuple[Found, Claim | None]], library: Library, workers: int) -> Iterator[list[Statement]]:
    """The statements of each formula, in order."""
    shared = workers > 1 and not _memo and "fork" in multiprocessing.get_all_start_methods()
    if not shared:
        yield from (_judged(one, claim, library) for one, claim in todo)
        return
    _shared.update(todo=todo, library=library)  # a copied process has them too, and nothing need be sent
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:  # ends if a process is taken away
        for (one, claim), statements in zip(todo, pool.map(_judged_nth, range(len(todo))), strict=True):
            _memo[_name(one, claim, library)] = statements
            yield statements
    _shared.clear()


_shared: dict = {}


def _judged_nth(n: int) -> list[Statement]:
    return _judged(*_shared["todo"][n], _shared["library"])


def _judged(one: Found, claim: Claim | None, library: Library) -> list[Statement]:
    """The statements of a formula; judged again if it, its claim, or anything that they rest on has changed."""
    name = _name(one, claim, library)
    if name not in _memo:
        _memo[name] = judge(one.formula, one.reading, claim, library)
    return _memo[name]


def _name(one: Found, claim: Claim | None, library: Library) -> tuple:
    """All that the judgement of a formula rests on."""
    labels = filter(None, (claim.after, *claim.using)) if claim else ()
    rests_on = tuple(library.claims[label] for label in labels)
    readings = [one.reading, *(c.reading for c in (claim, *rests_on) if c)]
    rules = tuple(
        RULES[rule].function for names in (claim.rules if claim else ()) if names for rule in names.split(", ")
    )
    definitions = library.seen_by(claim).definitions
    return (one.formula, claim, rests_on, rules, str(library.example), _definitions_in(readings, definitions))


def _definitions_in(readings: list[Reading], definitions: Definitions) -> frozenset:
    """The definitions of all letters in the readings, and of all letters in those."""
    waiting = {name for reading in readings for side in reading.all_sides for name in _letters(side)}
    used: dict[str, tuple] = {}
    while waiting:
        name = waiting.pop()
        kinds = (definitions.bodies, definitions.starts, definitions.steps)
        found = tuple(kind[name] for kind in kinds if name in kind)
        if found and name not in used:
            used[name] = found
            waiting |= {other for _, body in found for other in _letters(body)}
    return frozenset(used.items())


def _claim_for(one: Found, library: Library, used: set[int]) -> Claim | None:
    """The claim with the formula's label; for inline mathematics, the one that says the same."""
    claim = next((library.claims[label] for label in one.formula.labels if label in library.claims), None)
    if claim is None and one.reading is not None and not one.formula.labels:
        claim = next((c for c in library.inline if _same_reading(c.reading, one.reading)), None)
    if claim is not None:
        used.add(id(claim))
    return claim


def _same_reading(one: Reading, other: Reading) -> bool:
    return (
        one.relations == other.relations
        and one.iff == other.iff
        and all(tree.same(a, b) for a, b in zip(one.sides, other.sides, strict=True))
    )


def _problem(one: Found, found: list[Found]) -> Problem | None:
    formula = one.formula
    label = formula.labels[0] if formula.labels else ""
    if formula.display and len(formula.labels) != 1:
        message = "a display has one label, \\label{eq:...}; this has " + (", ".join(formula.labels) or "none")
        return Problem(formula.page, formula.line, f"{message}\n{formula.latex}", label)
    if formula.labels and not formula.display:
        return Problem(formula.page, formula.line, "only a display has a label", label)
    if label and not label.startswith("eq:"):
        return Problem(formula.page, formula.line, f"a label begins with eq:, not {label}", label)
    if label and any(other.formula is not formula and label in other.formula.labels for other in found):
        return Problem(formula.page, formula.line, f"the label {label} stands more than once", label)
    if one.reading is None:
        return Problem(formula.page, formula.line, f"not read: {one.refusal}", label)
    if formula.display and not one.reading.relations:
        return Problem(
            formula.page, formula.line, f"a display states something; this states nothing\n{formula.latex}", label
        )
    return None


def _mentions(found: list[Found], derivations: list[Derivation], names: tuple[str, ...]) -> list[Problem]:
    """Mathematics in a sentence that states nothing is what the derivation mentions, in the same order."""
    problems = []
    listed = {page: (d.name, nodes) for d in derivations for page, nodes in d.mentions.items()}
    on_page: dict[str, list[Found]] = {page: [] for page in listed}
    for one in found:
        if one.reading is not None and not one.formula.display and not one.reading.relations:
            on_page.setdefault(one.formula.page, []).append(one)
    for page, ones in on_page.items():
        script, nodes = listed.get(page, ("", []))
        if names and script not in names:
            continue
        for one, node in zip_longest(ones, nodes):
            if one is not None and node is not None and tree.same(one.reading.sides[0], node):
                continue
            says = f"the page says {one.formula.latex}" if one else "the page says nothing more"
            mentions = f"the derivation mentions {node}" if node is not None else "no derivation mentions it"
            problems.append(Problem(page, one.formula.line if one else 1, f"{says}, and {mentions}"))
            break  # from here on the two lists are out of step
    return problems


def _without_formula(claims: list[Claim], found: list[Found], used: set[int], names: tuple[str, ...]) -> list[Problem]:
    on_page = {label for one in found for label in one.formula.labels}
    problems = []
    for claim in claims:
        missing = id(claim) not in used if claim.label is None else claim.label not in on_page
        if missing and (not names or claim.script in names):
            problems.append(
                Problem(f"derivations/{claim.script}.py", 1, f"stands on no page: {claim}", claim.label or "")
            )
    return problems


def _order_of_letters(found: list[Found], library: Library) -> list[Problem]:
    """A letter is introduced, by a definition or a notation, before it is used."""
    known: set[str] = set()
    problems = []
    for one in found:
        if one.reading is None:
            continue
        claim = next((library.claims[label] for label in one.formula.labels if label in library.claims), None)
        introduced = claim.introduces if claim else frozenset()
        letters = {name for side in one.reading.all_sides for name in _letters(side)}
        early = sorted(letters - known - introduced)
        if early:
            what = f"used before it is introduced: {', '.join(early)}"
            problems.append(
                Problem(
                    one.formula.page, one.formula.line, f"{what}\n{one.formula.latex}", "".join(one.formula.labels[:1])
                )
            )
        known |= introduced | letters
    return problems


def _letters(node: tree.Node) -> set[str]:
    names = set()
    for part in tree.walk(node):
        if part.op in {"letter", "at", "index", "call", "apply"}:
            names.add(part.args[0])
    return names


# --- one script at a time ---------------------------------------------------------------


class Session:
    """A script that runs alone: each claim is judged when it is stated."""

    def __init__(self, derivations: list[Derivation], docs: Path = DOCS) -> None:
        *rests_on, self.own = derivations
        self.library, _ = _library(rests_on)
        self.found = formulas_of(docs)
        self.ledger = Ledger()

    def report(self, claim: Claim) -> str:
        """Judge the claim against its formula; a line for each relation, more where it fails."""
        self.library.add(claim)
        one = self._formula_of(claim)
        if one is None:
            problem = Problem(f"derivations/{claim.script}.py", 1, f"stands on no page: {claim}", claim.label or "")
        else:
            problem = _problem(one, self.found)
        if problem:
            self.ledger.problems.append(problem)
            return str(problem)
        statements = _judged(one, claim, self.library)
        self.ledger.statements += statements
        return "\n".join(line_of(s) if s.verdict == "confirmed" else describe(s) for s in statements)

    def _formula_of(self, claim: Claim) -> Found | None:
        if claim.label is not None:
            return next((one for one in self.found if claim.label in one.formula.labels), None)
        return next((o for o in self.found if o.reading and _same_reading(claim.reading, o.reading)), None)

    def conclude(self, derivation: Derivation) -> tuple[bool, str]:
        """Whether all is confirmed, and the account in a line (in full where it is not)."""
        return self.ledger.passed, f"{derivation.name}: {self.ledger.summary()}"


def line_of(statement: Statement) -> str:
    """A confirmed statement: its mark and label, and below them its rule and the layers that agree."""
    bound = statement.kind in {"definition", "notation"}
    mark = statement.kind if bound else "confirmed"
    why = f"{f'by {statement.rule}; ' if statement.rule else ''}{', '.join(statement.checks)}"
    return f"{mark:10}  {statement.label}\n{'':10}  {why}"
