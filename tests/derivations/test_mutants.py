"""The mutants: none survives, each kind of slip finds something to spoil, and a hole in the checker would show."""

import json
import random
from collections import Counter

import pytest

from derivations import ledger, mutants
from derivations.mutants import KINDS, LABEL_KINDS, PAGE_KINDS, STEP_KINDS, Bench, Mutant, PageSlip, Steps, account
from derivations.proof.derivation import Claim


@pytest.fixture(scope="module")
def bench():
    return Bench()


@pytest.fixture(scope="module")
def every(bench):
    """All mutants of the pages, made and not yet judged."""
    return mutants.mutants(bench.statements)


@pytest.fixture(scope="module")
def missteps(bench):
    """All wrong steps, made and not yet judged."""
    return mutants.missteps(bench.claims)


def changed(bench, label, old, new, kind="index renamed"):
    """The formula with this label after one slip."""
    one = next(one for one in bench.statements if label in one.formula.labels)
    assert one.formula.latex.count(old) >= 1, f"{old} does not stand in {label}"
    return Mutant(kind, one, one.formula.latex.replace(old, new, 1), one.formula.labels)


# --- the sample ---------------------------------------------------------------------------


def test_a_sample_has_no_survivor(tmp_path, capsys):
    """As it runs with the other tests; the counts that it writes add up."""
    code = mutants.main(["--sample", "120", "--json", str(tmp_path / "mutants.json")])

    said, counts = capsys.readouterr().out, json.loads((tmp_path / "mutants.json").read_text())
    assert "SURVIVED" not in said
    assert code == 0
    assert counts["survived"] == 0
    assert counts["killed"] == counts["mutants"] > 100
    rows = [row for group in counts["kinds"].values() for row in group]
    assert sum(row["mutants"] for row in rows) == counts["mutants"] + counts["equal"]
    assert all(sum(row[outcome] for outcome in mutants.OUTCOMES) == row["mutants"] for row in rows)
    assert repr(mutants.SEED) in said


def test_the_sample_is_the_same_each_time_and_spread(every):
    """Over the kinds evenly, and over many statements."""
    one, other = (mutants.sampled(every, 200, random.Random(7)) for _ in range(2))

    assert one == other
    assert len(one) == 200
    kinds = Counter(mutant.kind for mutant in one)
    assert set(kinds) == set(KINDS) | set(LABEL_KINDS)
    assert max(kinds.values()) <= 5
    assert len({mutant.where for mutant in one}) > 30


@pytest.mark.parametrize("arguments", [["--sample", "0"], ["--sample", "x"], ["--json", "no/such/folder/x"], ["more"]])
def test_bad_usage(arguments):
    with pytest.raises(SystemExit) as stop:
        mutants.main(arguments)

    assert stop.value.code == 2


# --- every kind of slip finds something to spoil ---------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS, *LABEL_KINDS])
def test_each_kind_of_slip_makes_a_mutant(every, kind):
    made = [mutant for mutant in every if mutant.kind == kind]

    assert made
    assert all((one.latex, one.labels) != (one.original.formula.latex, one.original.formula.labels) for one in made)


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_each_kind_of_misstep_is_made(missteps, kind):
    made = [misstep for misstep in missteps if misstep.kind == kind]

    assert made
    assert all(misstep.claim != misstep.original for misstep in made)


def test_every_statement_is_changed(bench, every):
    """In many ways, and no text is made twice."""
    counts = Counter(mutant.where for mutant in every)

    assert len(counts) == len(bench.statements)
    assert min(counts.values()) > 20
    assert len({(mutant.where, mutant.text) for mutant in every}) == len(every)


@pytest.mark.parametrize(("old", "new"), [("N", "C"), ("N", "N + 1"), ("N-1", "N"), ("N-1", "N - 1 = 5")])
def test_what_a_sentence_only_names_is_changed_too(bench, old, new):
    """It states nothing, but it is not what the derivation mentions at this place."""
    one = next(one for one in bench.names if one.formula.latex == old)
    mutant = Mutant("letter exchanged", one, new, ())

    (judged,) = account([mutant], bench.verdict, mutants.why_same)

    assert judged.outcome in {"refused", "refuted", "inconclusive"}
    assert {slip.original.formula.latex for slip in mutants.mutants([one])} == {old}


def test_a_name_left_as_it_is_is_confirmed(bench):
    """So it is the slip that is refused."""
    assert {bench.verdict(Mutant("symbol dropped", one, one.formula.latex, ())) for one in bench.names} == {"confirmed"}


# label, kind of slip, what stands there, what one such slip makes of it
SLIPS = [
    ("eq:gradient", "sign flipped", r"p_{a,b} -", r"p_{a,b} +"),
    ("eq:gradient", "factor dropped", r"\frac{1}{N}", ""),
    ("eq:gradient", "factor doubled", r"\frac{1}{N}", r"\left( \frac{1}{N} \cdot \frac{1}{N} \right)"),
    ("eq:gradient", "fraction turned over", r"\frac{1}{N}", r"\frac{N}{1}"),
    ("eq:gradient", "size exchanged", r"\frac{1}{N}", r"\frac{1}{C}"),
    ("eq:gradient", "derivative's index renamed", r"\partial s_{a,b}", r"\partial s_{i,b}"),
    ("eq:gradient", "delta dropped", r"\delta_{b,y_a}", "0"),
    ("eq:gradient", "letter exchanged", r"p_{a,b}", r"Y_{a,b}"),
    ("eq:gradient", "letter exchanged", r"\partial L", r"\partial R"),
    ("eq:gradient", "index renamed", r"p_{a,b}", r"p_{a,y_a}"),
    ("eq:gradient", "indices exchanged", r"\partial s_{a,b}", r"\partial s_{b,a}"),
    ("eq:gradient", "derivative dropped", r"\frac{\partial L}{\partial s_{a,b}}", "L"),
    ("eq:gradient", "braces for brackets", r"\left( p_{a,b} - \delta_{b,y_a} \right)", r"{p_{a,b} - \delta_{b,y_a}}"),
    ("eq:sample-loss-gaps", "brace moved in", r"e^{s_{i,j} - s_{i,y_i}}", r"e^{s_{i,j}} - s_{i,y_i}"),
    ("eq:total-put-in", "brace moved out", r"e^{s_{a,y_a}} e^{s_{a,b}}", r"e^{s_{a,y_a} e^{s_{a,b}}}"),
    ("eq:gradient-cases", "condition flipped", r"\text{if } y_a = b", r"\text{if } y_a \neq b"),
    ("eq:gradient-cases", "case dropped", r"\text{if } y_a \neq b", r"\text{otherwise}"),
    ("eq:row-total", "exponent lost", r"e^{s_{i,j}}", r"\left( s_{i,j} \right)"),
    ("eq:row-total", "sum dropped", r"\sum_j", ""),
    ("eq:row-total", "range off by one", r"\sum_j", r"\sum_{j=1}^{C-1}"),
    ("eq:row-total", "range off by one", r"\sum_j", r"\sum_{j=0}^{C}"),
    ("eq:row-total", "bound index renamed", r"\sum_j", r"\sum_k"),
    ("eq:row-total", "minus added", r"= \sum", r"= - \sum"),
    ("eq:sample-loss", "minus dropped", r"-\log", r"\log"),
    ("eq:sample-loss", "logarithm lost", r"\log", ""),
    ("eq:sample-loss", "label's index renamed", r"y_i", r"y_a"),
    ("eq:loss", "term dropped", r"+ R", ""),
    ("eq:loss", "index dropped", r"L_i", r"L"),
    ("eq:loss-positive", "relation changed", r"\ge", r">"),
    ("eq:log-three", "digit changed", r"1.0986", r"1.0987"),
    ("eq:log-three", "decimal point moved", r"1.0986", r"10.986"),
    ("eq:prediction", "function exchanged", r"\operatorname*{argmax}", r"\max"),
    ("eq:prediction", "hat lost or added", r"\hat{y}", r"y"),
    ("eq:jacobian-matrix-form", "transpose lost or added", r"^\top", ""),
    ("eq:regularization", "exponent lost", r"W_{1,d,h}^2", r"W_{1,d,h}"),
    ("eq:regularization", "exponent changed", r"W_{1,d,h}^2", r"W_{1,d,h}^{2 + 1}"),
]


@pytest.mark.parametrize(("label", "kind", "old", "new"), SLIPS)
def test_what_a_kind_of_slip_makes(bench, label, kind, old, new):
    """The text that one would expect of it, and the checker does not confirm it."""
    mutant = changed(bench, label, old, new, kind)

    made = {"".join(latex.split()) for latex in KINDS[kind](mutants.Pen(mutant.original.formula))}

    assert "".join(mutant.latex.split()) in made
    assert bench.verdict(mutant) in {"refuted", "inconclusive", "refused"}


# --- what says the same is not counted, and nothing else passes as the same -------------------

SAME = [
    ("eq:loss", r"\frac{1}{N} \sum_i L_i + R", r"R + \frac{1}{N} \sum_i L_i", "terms exchanged"),
    ("eq:gradient", r"\delta_{b,y_a}", r"\delta_{y_a,b}", "indices exchanged"),
    ("eq:row-total", r"\sum_j e^{s_{i,j}}", r"\sum_k e^{s_{i,k}}", "bound index renamed throughout"),
    ("eq:row-total", r"\sum_j", r"\sum_{j=0}^{C-1}", "range written out"),
    ("eq:jacobian", r"\left( \frac{e^{s_{i,j}}}{Z_i} \right)", r"\frac{e^{s_{i,j}}}{Z_i}", "brackets lost"),
    ("eq:jacobian", r"{s_{i,j}}}{Z_i} \delta_{j,k}", r"{s_{i,j}} \delta_{j,k}}{Z_i}", "brace moved out"),
    ("eq:example-scores", "0.1", "0.10", "digit dropped or added"),
    ("eq:total-derivative", r"&= e^{s_{a,b}}", r"= e^{s_{a,b}}", "symbol dropped"),
]


@pytest.mark.parametrize(("label", "old", "new", "kind"), SAME)
def test_the_same_formula_written_otherwise(bench, label, old, new, kind):
    """It may be confirmed, and the key that both share proves that it is the same."""
    mutant = changed(bench, label, old, new, kind)
    (found,) = mutant.found()

    (judged,) = account([mutant], bench.verdict, mutants.why_same)

    assert judged.outcome == "equal"
    assert mutants.shared_key(found.reading) == mutants.shared_key(mutant.original.reading)


@pytest.mark.parametrize(
    ("label", "old", "new"),
    [
        ("eq:gradient", r"p_{a,b} - \delta_{b,y_a}", r"\delta_{b,y_a} - p_{a,b}"),
        ("eq:sample-loss-scores", r"\log Z_i - s_{i,y_i}", r"\log Z_i + 0 - s_{i,y_i}"),
        ("eq:sample-loss", r"-\log p_{i,y_i}", r"\log \frac{1}{p_{i,y_i}}"),
        ("eq:row-total", r"\sum_j e^{s_{i,j}}", r"\sum_j e^{s_{i,k}}"),
        ("eq:row-total", r"\sum_j", r"\sum_{j=1}^{C-1}"),
    ],
)
def test_another_formula_is_not_the_same(bench, label, old, new):
    """Even where it has the same value: it is not what the derivation says."""
    mutant = changed(bench, label, old, new, "terms exchanged")

    assert mutants.why_same(mutant) is None
    assert account([mutant], bench.verdict, mutants.why_same)[0].outcome in {"refuted", "inconclusive"}


def test_a_kind_that_should_change_the_formula_has_no_excuse(bench):
    """A formula that is read as before although a slip changed a symbol is a hole of the reader."""
    said = changed(bench, "eq:example-scores", "0.1", "0.10", "letter exchanged")

    (judged,) = account([said], bench.verdict, mutants.why_same)

    assert judged.outcome == "survived"


@pytest.mark.parametrize(
    ("label", "old", "new"),
    [
        ("eq:gradient", r"\left( p_{a,b} - \delta_{b,y_a} \right)", r"{p_{a,b} - \delta_{b,y_a}}"),
        ("eq:gradient", r"\frac{1}{N}", r"\frac{1 1}{N}"),  # shown as eleven
        ("eq:first-weights", "W_1", "W_11"),
        ("eq:gradient", r"\delta_{b,y_a}", r"\delta_{b,y}"),
        ("eq:gradient", r"\delta_{b,y_a}", r"\delta_{b,Y_a}"),
        ("eq:sample-loss-gaps", r"j \neq y_i", r"j \neq j"),
        ("eq:exaggerates", r"u - v >", r"u - v"),
        ("eq:gradient", r"\delta_{b,y_a}", r"\delta_{b,y_a} {{ number euler }}"),
        ("eq:gradient", r"\delta_{b,y_a}", r"\delta_{b,y_a} `+ 1`"),
    ],
)
def test_what_once_was_confirmed_or_broke_the_checker_is_refused(bench, label, old, new):
    """Each of these was a hole that the mutants found."""
    assert bench.verdict(changed(bench, label, old, new)) == "refused"


# --- the scripts ----------------------------------------------------------------------------


def misstep(missteps, label, kind, change):
    return next(m for m in missteps if (m.claim.label, m.kind, m.change) == (label, kind, change))


@pytest.mark.parametrize(
    ("label", "kind", "change"),
    [
        ("eq:linearity", "rule exchanged", "linearity -> product rule"),
        ("eq:quotient-rule", "rule exchanged", "quotient rule -> positivity"),
        ("eq:quotient-rule", "rule exchanged", "quotient rule -> rounding"),
        ("eq:chain-rule", "rule exchanged", "distributing -> logarithm of a product"),
        ("eq:ratio", "rule dropped", "definition, cancellation, exponential of a sum -> definition, cancellation"),
        ("eq:sign-out", "rule added", "linearity -> linearity, cancellation"),
        ("eq:cancel", "line before exchanged", "after eq:distribute -> eq:one-sample"),
        ("eq:cancel", "line before dropped", "after eq:distribute -> None"),
        ("eq:total-put-in", "result exchanged", "using eq:total-derivative -> eq:ratio"),
        ("eq:total-put-in", "result dropped", "using eq:total-derivative -> None"),
        ("eq:gradient-matrix", "line before exchanged", "after None -> eq:gradient"),
        ("eq:gradient-one-hot", "result exchanged", "using eq:gradient -> eq:single-sample"),
        ("eq:positive", "rule exchanged", "positivity -> largest term"),
    ],
)
def test_a_step_with_a_wrong_reason_is_not_confirmed(bench, missteps, label, kind, change):
    wrong = misstep(missteps, label, kind, change)

    (judged,) = account([wrong], Steps(bench).verdict, Steps(bench).why_right)

    assert judged.outcome == "inconclusive"


def test_a_step_with_a_second_reason_is_listed(bench, missteps):
    """Algebra covers cancellation; that is said, and it is no survivor."""
    second = misstep(missteps, "eq:cancel", "rule exchanged", "cancellation -> algebra")

    (judged,) = account([second], Steps(bench).verdict, Steps(bench).why_right)

    assert (judged.outcome, judged.why) == ("equal", mutants.ALSO_RIGHT["cancellation", "algebra"])


def test_what_the_layer_of_rules_refuses_is_never_confirmed(bench, missteps):
    """So it may be asked first, to save time."""
    steps = Steps(bench)
    for wrong in mutants.sampled([m for m in missteps if isinstance(m.claim, Claim)], 14, random.Random(3)):
        quick = steps.verdict(wrong)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Steps, "_a_rule_fails", lambda *_: False)
            slow = steps.verdict(wrong)
        assert quick == slow


# --- whole pages ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*PAGE_KINDS, "changed"])
def test_a_spoiled_page_fails_the_ledger(bench, kind):
    mutant = changed(bench, "eq:gradient", r"p_{a,b} - ", r"p_{a,b} + ", "sign flipped")

    assert mutants.page_verdict(bench.docs)(PageSlip(kind, mutant)) in {"refuted", "inconclusive", "refused"}


def test_a_page_left_as_it_is_passes(bench):
    """The copy is judged like the pages themselves, so it is the slip that makes it fail."""
    mutant = changed(bench, "eq:gradient", "p", "p")

    assert mutants.page_verdict(bench.docs)(PageSlip("changed", mutant)) == "confirmed"


# --- the detector can fail ------------------------------------------------------------------


def test_if_everything_is_confirmed_all_survive(bench, every, missteps):
    """All but those that say the same, or have a second reason."""
    some = mutants.sampled(every, 300, random.Random(1))

    judged = account(some, lambda slip: "confirmed", mutants.why_same)
    stepped = account(missteps[:300], lambda slip: "confirmed", Steps(bench).why_right)

    assert {one.outcome for one in judged} == {"survived", "equal"}
    for one in judged:
        found = one.slip.found()
        same = len(found) == 1 and mutants.same_formula(found[0], one.slip.original)
        assert one.outcome == "survived" or (same and one.why)
    assert sum(one.outcome == "survived" for one in judged) > 270
    assert {one.outcome for one in stepped} == {"survived", "equal"}
    assert sum(one.outcome == "survived" for one in stepped) > 250


def test_a_survivor_is_shown_and_ends_with_1(monkeypatch, capsys):
    monkeypatch.setattr(Bench, "verdict", lambda bench, mutant: "confirmed")

    code = mutants.main(["--sample", "5"])

    said = capsys.readouterr().out
    assert code == 1
    assert said.count("SURVIVED") >= 4
    assert "as it stands" in said
    assert "as changed" in said


def test_a_checker_that_breaks_down_has_not_killed_anything(monkeypatch, capsys):
    def breaks(bench, mutant):
        raise ZeroDivisionError("nothing to divide by")

    monkeypatch.setattr(Bench, "verdict", breaks)

    assert mutants.main(["--sample", "3"]) == 1
    assert capsys.readouterr().out.count("SURVIVED  (ZeroDivisionError: nothing to divide by)") == 3


def test_pages_that_are_not_proved_are_not_changed(tmp_path):
    (tmp_path / "page.md").write_text("$$\n1 = 2\n$$\n")

    with pytest.raises(SystemExit, match="not proved as they stand"):
        mutants.run(docs=tmp_path)


def test_the_score_on_the_site_is_of_a_full_run_of_today():
    """When statements have come or gone since, the score is out of date: make mutants."""
    record = json.loads((ledger.ROOT / "benchmarks" / "mutants_statements.json").read_text(encoding="utf-8"))

    assert record["sample"] is None
    assert record["statements"] == len(ledger.prove().statements)
