"""A false statement cannot be published: each way to try, and the account that it fails by."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from derivations.ledger import DOCS, ROOT, SCRIPTS, prove
from derivations.proof.pages import formulas


@pytest.fixture
def docs(tmp_path):
    """A copy of the pages, to be spoiled."""
    return Path(shutil.copytree(DOCS, tmp_path / "docs"))


def spoil(docs, page, old, new):
    path = docs / page
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old} does not stand in {page}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_pages_as_they_are_pass():
    """Every statement is confirmed, and there are some of each kind."""
    ledger = prove()

    assert ledger.report().endswith("0 refuted, 0 inconclusive, 0 problems")
    assert ledger.passed
    assert {s.kind for s in ledger.statements} == {"identity", "definition", "numeric", "inequality", "notation"}


# page, what stands there, what it is changed to, words of the account
FALSE_FORMULAS = [
    ("gradient.md", r"\left( p_{a,b} - \delta_{b,y_a} \right)", r"\left( p_{a,b} + \delta_{b,y_a} \right)", "right"),
    ("gradient.md", r"= \frac{1}{N} \frac{\partial L_a}", r"= \frac{1}{C} \frac{\partial L_a}", "for N = "),
    ("gradient.md", r"\text{if } y_a = b", r"\text{if } y_a \neq b", "of the cases apply"),
    ("gradient.md", r"&= e^{s_{a,b}}", r"&= e^{s_{a,y_a}}", "normal form, left"),
    ("softmax.md", r"\frac{e^{x_j}}{\sum_k e^{x_k}}", r"\frac{e^{x_j}}{\sum_k x_k}", "the derivation says"),
    ("softmax.md", r"< \operatorname{softmax}(x)_j \le 1", r"< \operatorname{softmax}(x)_j < 1", "does not hold"),
    ("softmax.md", r"\approx 1.105", r"\approx 1.106", "does not round to 1.106"),
    ("softmax.md", r"u - v > \log \frac{u}{v}", r"u - v > \log \frac{v}{u}", "<=> does not hold"),
    ("setting.md", r"\mathbb{R}^{N \times C}", r"\mathbb{R}^{C \times N}", "the derivation says"),
    ("setting.md", r"\{0, \dots, C-1\}", r"\{0, \dots, C\}", "the derivation says"),
    ("setting.md", r"(0.1, 5, -0.3)", r"(0.1, 5, 0.3)", "the derivation says"),
    ("loss.md", r"L_i \ge 0", r"L_i > 0", "does not hold"),
    ("loss.md", r"\frac{\lambda}{2}", r"\frac{\lambda}{3}", "the derivation says"),
    ("jacobian.md", r"\operatorname{diag}(p_i) - p_i p_i^\top", r"\operatorname{diag}(p_i) + p_i p_i^\top", "right"),
    ("shift-invariance.md", r"\max_k s_{i,k}", r"\max_k s_{0,k}", "the derivation says"),
    ("vectorize.md", r"- \frac{1}{N} \sum_i Y_{i,j}", r"- \frac{1}{C} \sum_i Y_{i,j}", "for N = "),  # in an answer
    ("vectorize.md", r"\frac{1}{N} \left( p - Y \right)", r"\frac{1}{N} \left( Y - p \right)", "right"),
    ("why-divide.md", r"M = \frac{1}{N} T", r"M = \frac{1}{C} T", "for N = "),
    ("why-divide.md", r"= \frac{p_{a,y_a}}{p_{a,y_a} + \varepsilon}", r"= \frac{p_{a,b}}{p_{a,b} + \varepsilon}", "right"),
    ("learning-rate.md", r"\frac{\lambda}{N} \theta_r", r"\lambda \theta_r", "right"),
    ("learning-rate.md", r"\max \left( \frac{\tau}{N},", r"\max \left( \tau,", "right"),
    ("momentum.md", r"\bar{\nu}_{t,r} = N \nu_{t,r}", r"\bar{\nu}_{t,r} = \nu_{t,r}", "for N = "),
    ("momentum.md", r"N \nabla_t(\bar{\theta}_t)_r", r"N \nabla_t(\theta_t)_r", "the derivation says"),
    ("adam.md", r"= N^2 V_{t,r}", r"= N V_{t,r}", "for N = "),
    ("adam.md", r"+ N \varepsilon", r"+ \varepsilon", "the derivation says"),
    ("frameworks.md", r"\frac{1}{2 u N}", r"\frac{1}{u N}", "right"),
    ("mean-of-means.md", r"\frac{L_i}{n_{z_i}}", r"\frac{L_i}{N}", "for N = "),
    ("mean-of-means.md", r"= \frac{\omega_{y_a}}{\Omega}", r"= \frac{\omega_{y_a}}{N}", "right"),
    ("soft-targets.md", r"p_{a,b} \sum_j q_{a,j} - q_{a,b}", r"p_{a,b} - q_{a,b}", "right"),
    ("backprop.md", r"= H_1^\top D + \lambda W_2", r"= H_1^\top D", "right"),
    ("backprop.md", r"\left( D W_2^\top \right) \odot \Gamma", r"\left( D W_2^\top \right) \odot H_1", "right"),
    ("backprop.md", r"\mathbb{1} [Q_{i,h} > 0]", r"\mathbb{1} [0 > Q_{i,h}]", "the derivation says"),
    ("backprop.md", r"s = H_1 W_2", r"s = Q W_2", "right"),
    ("broadcasting.md", r"= D^\top \mathbf{1}_N", r"= \frac{1}{N} D^\top \mathbf{1}_N", "for N = "),
    ("broadcasting.md", "= \\delta_{j,k}\n", "= 1\n", "right"),
    ("relu.md", r"= \Gamma_{i,h} Q_{i,h}", r"= \Gamma_{i,h} H_{1,i,h} Q_{i,h}", "right"),
    ("regularization.md", r"= 2 \lambda W_{2,h,k}", r"= \lambda W_{2,h,k}", "right"),
    ("gradient-check.md", r"= 3 u^2 + \varepsilon^2", r"= 3 u^2 + \varepsilon", "right"),
    ("gradient-check.md", "= \\frac{1}{2}\n", "= 1\n", "right"),
    ("loss-shape.md", r"= \frac{1}{N} \delta_{a,i} p_{a,b}", r"= \frac{1}{N} p_{a,b}", "right"),
    ("loss-shape.md", r"\sum_{k \neq j}", r"\sum_k", "right"),
    ("two-classes.md", r"&= \sigma - \gamma", r"&= \gamma - \sigma", "right"),
    ("likelihood.md", r"\log u \le u - 1", r"\log u \ge u - 1", "does not hold"),
]


@pytest.mark.parametrize(("page", "old", "new", "words"), FALSE_FORMULAS)
def test_a_false_formula_is_refuted(docs, page, old, new, words):
    """With its page, its line, its label, and numbers or words that show the difference."""
    spoil(docs, page, old, new)

    ledger = prove(docs)
    failed = [s for s in ledger.statements if s.verdict != "confirmed"]

    assert not ledger.passed
    assert {s.verdict for s in failed} == {"refuted"}
    assert {s.page for s in failed} == {page}
    assert f"{page}:{failed[0].line}  {failed[0].label}  REFUTED" in ledger.report()
    assert words in ledger.report()


# what is added to a page, words of the account
ADDED = [
    ("$$\nu = v\n$$\n", "this has none"),
    ("$$u = v$$\n", "this has none"),
    ("$$\n\\label{eq:new} u = v\n$$\n", "no derivation states this formula"),
    ("$$\n\\label{eq:new} \\label{eq:newer} u = v\n$$\n", "this has eq:new, eq:newer"),
    ("$$\n\\label{new} u = v\n$$\n", "a label begins with eq:"),
    ("$$\n\\label{eq:gradient} u = v\n$$\n", "stands more than once"),
    ("$$\n\\label{eq:new} u + v\n$$\n", "states nothing"),
    ("$$\n\\label{eq:new} \\int u = v\n$$\n", "not in the notation here"),
    ("$$\n\\label{eq:new} \\begin{aligned} u &= v \\\\ s_{i,j} &= 1 \\end{aligned}\n$$\n", "goes on with a relation"),
    ("$$\n\\label{eq:new} \\begin{aligned} u &= v & + 1 \\end{aligned}\n$$\n", "stands before a relation"),
    ("$$\n\\label{eq:new} \\begin{aligned} u &= v \\end{aligned} \\end{aligned}\n$$\n", "the whole formula, once"),
    ("So <math><mi>N</mi><mo>=</mo><mn>1</mn></math>.\n", "not in <math"),
    ("<span class=\"katex\">N</span>\n", "formulas stand between dollars"),
    ("So *N* = 1 always.\n", "the relation = stands outside of mathematics"),
    ("So $N$ = 1 always.\n", "the relation = stands outside of mathematics"),
    ("Here $u = v \\label{eq:new}$ is claimed.\n", "only a display has a label"),
    ("Here $N \\label{eq:gradient}$ is named.\n", "only a display has a label"),
    ("Here $u = v$ is claimed.\n", "no derivation states this formula"),
    ("Here $\\log 3 \\approx 1.2$ is claimed.\n", "does not round to 1.2"),
    ("Here $u \\neq\nv$ is claimed over two lines.\n", "no derivation states this formula"),
    ("!!! note\n\n    $$\n    u = v\n    $$\n", "this has none"),
    ('??? success "Answer"\n\n    $$\n    \\label{eq:new} u = v\n    $$\n', "no derivation states this formula"),
    ("A paragraph\n    $u = v$ that goes on.\n", "no derivation states this formula"),
    ("- an item\n\n    $$\n    u = v\n    $$\n", "this has none"),
    ("A mention of $\\log N$.\n", "the page says \\log N, and no derivation mentions it"),
    ("\\[ u = v \\]\n", "formulas stand between dollars"),
    ("\\( u = v \\)\n", "formulas stand between dollars"),
    ("\\begin{equation} u = v \\end{equation}\n", "formulas stand between dollars"),
    ("$$\n\\label{eq:new} u = v {{ number euler }}\n$$\n", "not in the notation here"),
    ("$$\n\\label{eq:new} u = v `+ 1`\n$$\n", "not in the notation here"),
    ("The letter $o$ means nothing.\n", "the letter o has no meaning here"),
    ("A price of $ 5.\n", "a dollar sign that begins or ends nothing"),
]


@pytest.mark.parametrize(("text", "words"), ADDED)
def test_nothing_can_be_added_unproved(docs, text, words):
    """A formula without a label, without a derivation, without a reading."""
    with (docs / "vectorize.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{text}")

    ledger = prove(docs)

    assert not ledger.passed
    assert words in ledger.report()


@pytest.mark.parametrize("text", ["```python\nu = v  # $u = v$\n```\n", "Code: `$u = v$`.\n", "A price of \\$5.\n", "<!-- $u = v$ -->\n", "A paragraph.\n\n    $u = v$\n"])
def test_code_is_not_mathematics(docs, text):
    """What the site shows as code is passed over."""
    with (docs / "vectorize.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{text}")

    assert prove(docs).passed


def test_a_page_in_a_new_folder_is_read_too(docs):
    """Also when the navigation does not name it."""
    (docs / "more").mkdir()
    (docs / "more" / "page.md").write_text("Here $u = v$.\n", encoding="utf-8")

    assert "more/page.md:1" in prove(docs).report()


def test_a_page_with_another_ending_is_read_too(docs):
    """MkDocs takes several endings for a page."""
    (docs / "page.markdown").write_text("Here $u = v$.\n", encoding="utf-8")

    assert "page.markdown:1" in prove(docs).report()


@pytest.mark.parametrize("indent", ["", "    ", "        "])
def test_a_formula_is_found_where_it_stands(indent):
    """Also in an answer, which is folded, and in a list there: with its line, its label, and nothing of the indent."""
    lines = ["Words.", "", "$$", r"\label{eq:new}", r"\begin{aligned}", "u", "&= v", r"\end{aligned}", "$$"]
    text = '??? success "Answer"\n\n    - An item.\n\n' + "\n".join(f"{indent}{line}".rstrip() for line in lines)

    (found,) = formulas("page.md", text)

    assert (found.line, found.labels, found.chain.split()) == (9, ("eq:new",), ["u", "=", "v"])


# what a script may not define
DEFINITIONS = [
    ("N", 1, "is given, so it has no definition"),
    ("q[i, j]", 0, "is given, so it has no definition"),
    ("s[i, j]", 0, "s is defined twice"),
    ("s[i, j]", "p[i, j]", "s may not be computed from"),
    ("Y[i, j]", "Y[i, j] + 1", "is not defined before it"),
    ("Y[i, j]", "s[i, k]", "is on the right only"),
    ("y_hat[i]", "y[i]", "y_hat is defined twice"),
    ("Y[i, j]", "y[i]", "is not a value that Y can have"),
    ("Y[i, y[i]]", "1", "is stated for every index"),
]


@pytest.mark.parametrize(("left", "right", "words"), DEFINITIONS)
def test_what_may_not_be_defined(house, left, right, words):
    """Only a letter that awaits its definition, by what was defined before, without a circle."""
    script = house / "derivations" / "vectorize.py"
    text, opened = re.subn(r"(?<=^from derivations.notation import ).*", "*", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert opened == 1
    script.write_text(text.replace("proof.define(\"eq:one-hot\", Y[i, j], delta(j, y[i]))", f"proof.define(\"eq:one-hot\", {left}, {right})"))

    result = run(house, "-m", "derivations", "vectorize")

    assert (result.returncode, words in result.stderr) == (1, True)


def test_no_derivative_where_a_letter_is_given_and_is_computed_elsewhere(house):
    """Where the scores are given, the loss seems not to rest on a bias; the same slip on the page does not help."""
    for path, old, new in (
        (house / "docs" / "regularization.md", r"\frac{\partial R}{\partial b_{2,k}} = 0", r"\frac{\partial L}{\partial b_{2,k}} = 0"),
        (house / "derivations" / "regularization.py", "Derivative(R, b_2[k])", "Derivative(L, b_2[k])"),
        (house / "derivations" / "regularization.py", "    M, N, R,", "    L, M, N, R,"),
    ):
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    result = run(house, "-m", "derivations", "regularization")

    assert (result.returncode, "s is given here, and computed from b_2 elsewhere" in result.stdout) == (1, True)


def test_a_derivation_without_its_formula(docs):
    """A formula taken off its page leaves its derivation alone."""
    spoil(docs, "vectorize.md", r"\label{eq:gradient-matrix}", r"\label{eq:gradient-array}")

    report = prove(docs).report()

    assert "derivations/vectorize.py:1  eq:gradient-matrix\n    stands on no page" in report


def test_a_letter_before_its_definition(docs):
    """A letter means nothing before the page that introduces it."""
    spoil(docs, "setting.md", "# The setting", "# The setting with $p_{i,j}$")

    assert "used before it is introduced" in prove(docs).report()


MENTIONS = [
    ("setting.md", "has number $N-1$", "has number $N-2$", "the page says N-2, and the derivation mentions N + -1"),
    ("gradient.md", "by $s_{a,b}$", "by $s_{a,j}$", "the derivation mentions s[a, b]"),
    ("jacobian.md", "That makes $C$ times $C$", "That makes $C$ times $N$", "the page says N, and the derivation mentions C"),
    ("loss.md", "at most $\\log C$", "at most", "and the derivation mentions log(C)"),
]


@pytest.mark.parametrize(("page", "old", "new", "words"), MENTIONS)
def test_a_changed_letter_in_a_sentence(docs, page, old, new, words):
    """Mathematics that states nothing is bound as well."""
    spoil(docs, page, old, new)

    ledger = prove(docs)

    assert not ledger.passed
    assert words in ledger.report()


def test_a_page_that_is_empty_or_gone(docs):
    """No statement at all is no proof."""
    for page in docs.rglob("*.md"):
        page.write_text("Nothing here.\n", encoding="utf-8")

    assert not prove(docs).passed


def test_a_stale_result_is_not_believed(docs):
    """The same process, the same page, another formula: judged again, both ways."""
    assert prove(docs).passed

    spoil(docs, "vectorize.md", r"\left( p - Y \right)", r"\left( p + Y \right)")
    assert not prove(docs).passed

    spoil(docs, "vectorize.md", r"\left( p + Y \right)", r"\left( p - Y \right)")
    assert prove(docs).passed


# --- the command, and the scripts -------------------------------------------------------


@pytest.fixture
def house(tmp_path):
    """A copy of all that the command reads, so that scripts can be spoiled too."""
    for name in ("derivations", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", tmp_path / "mkdocs.yml")
    return tmp_path


def run(house, *arguments, options=()):
    command = [sys.executable, *options, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, timeout=600)


# script, what stands there, what it is changed to, words of the account
FALSE_SCRIPTS = [
    ("vectorize", "1 / N * (p - Y)", "1 / N * (p + Y)", "the derivation says"),
    ("vectorize", "delta(j, y[i])", "delta(y[i], 0)", "the derivation says"),
    ("vectorize", 'by="substitution of a result, definition"', 'by="definition"', "does not lead from"),
    ("vectorize", 'by="entry by entry"', 'by="algebra"', "does not lead from"),
    ("vectorize", '"vectorize.md", s[i, j]', '"vectorize.md", s[i, k]', "the page says s_{i,j}, and the derivation mentions s[i, k]"),
    ("vectorize", "proof.define(", "pass;(", "no derivation states this formula"),
]


@pytest.mark.parametrize(("script", "old", "new", "words"), FALSE_SCRIPTS)
def test_a_script_edited_alone(house, script, old, new, words):
    """A derivation that says something else than its page, or names a rule that does not yield its step."""
    spoil(house / "derivations", f"{script}.py", old, new)

    result = run(house, "-m", "derivations", script)

    assert (result.returncode, words in result.stdout + result.stderr) == (1, True)


@pytest.mark.parametrize("options", [(), ("-O",), ("-OO",)])
def test_assertions_that_are_stripped_change_nothing(house, options):
    """Nothing rests on assert: a false page is refuted under python -O too."""
    spoil(house / "docs", "vectorize.md", r"\left( p - Y \right)", r"\left( p + Y \right)")

    assert run(house, "-m", "derivations", "vectorize", options=options).returncode == 1


# arguments, exit code, words
COMMANDS = [
    (["-m", "derivations", "vectorize"], 0, "0 refuted, 0 inconclusive, 0 problems"),
    (["-m", "derivations", "no_such_script"], 2, "there is no derivation called 'no_such_script'"),
    (["-m", "derivations", "--docs", "no/such/folder"], 2, "there is no folder"),
    (["-m", "derivations", "--json", "no/such/folder/file"], 2, "there is no folder"),
    (["-m", "derivations", "--no-such-option"], 2, "unrecognized arguments"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), COMMANDS)
def test_exit_codes_of_the_command(house, arguments, code, words):
    """0 if all is confirmed, 1 if anything is not, 2 for bad usage."""
    result = run(house, *arguments)

    assert (result.returncode, words in result.stdout + result.stderr) == (code, True)


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_runs_alone_from_any_folder(tmp_path, script):
    """With plain python, ending with its account."""
    path = ROOT / "derivations" / f"{script}.py"

    result = subprocess.run([sys.executable, path], cwd=tmp_path, capture_output=True, text=True, timeout=600)

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].startswith(f"{script}: ")
    assert result.stdout.rstrip().endswith("0 refuted, 0 inconclusive, 0 problems")


def test_a_script_alone_fails_when_its_page_is_false(house):
    """The account names the page and the exit code is 1."""
    spoil(house / "docs", "vectorize.md", r"\left( p - Y \right)", r"\left( p + Y \right)")

    result = run(house, "derivations/vectorize.py")

    assert result.returncode == 1
    assert "vectorize.md:" in result.stdout


def test_the_published_list(tmp_path):
    """Each object has the fields that others rely on, and their kinds."""
    fields = {
        "page": str, "line": int, "label": str, "latex": str, "kind": str, "verdict": str,
        "rule": (str, type(None)), "checks": list, "seconds": float,
    }  # fmt: skip

    rows = prove().json()

    assert all(list(row) == list(fields) for row in rows)
    assert [row for row in rows for name, kind in fields.items() if not isinstance(row[name], kind)] == []
