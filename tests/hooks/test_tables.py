"""Tables that the build makes: each has its macro, its name for listeners, and links that lead somewhere."""

import json
import re
from pathlib import Path

import markdown
import pytest
from mkdocs.exceptions import PluginError

from hooks.tables import tables
from hooks.tables.tables import TABLES, on_page_content, on_page_markdown, on_post_page

ROOT = Path(tables.__file__).parents[2]


def text_of(name, page):
    return on_page_markdown(f"Before\n\n{{{{ table {name} }}}}\n\nAfter", page=page, config=None, files=None)


def html_of(name, page):
    made = markdown.markdown(text_of(name, page), extensions=["tables"])
    return on_page_content(made, page=page, config=None, files=None)


@pytest.fixture
def proved(ledger, statement):
    """A ledger in which every formula of the pages is proved, on the page where it stands."""
    found = [
        statement(page=path.name, label=label)
        for path in (ROOT / "docs").glob("*.md")
        for label in re.findall(r"\\label\{(.*?)\}", path.read_text(encoding="utf-8"))
    ]
    return ledger(*found)


def test_a_long_name_breaks_at_its_joints():
    """In a cell only: in a sentence there is room for a name."""
    name = "<code>log_loss</code>"
    shown = on_post_page(f"<p>{name}</p><td>{name}</td>", page=None, config=None)

    assert shown == f"<p>{name}</p><td><code>log_<wbr>loss</code></td>"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("tests/peers/test_x.py", "<code>tests/<wbr>peers/<wbr>test_x.py</code>"),
        ("tests/test_x.py::test_y", "<code>tests/<wbr>test_x.py::<wbr>test_y</code>"),
        ("N - 1", '<code class="touched">N - 1</code>'),
        ("scores / sums", "<code>scores / sums</code>"),
    ],
)
def test_code_in_a_sentence(code, shown):
    """A path may be broken behind a folder, and a short piece nowhere."""
    assert on_post_page(f"<p><code>{code}</code></p>", page=None, config=None) == f"<p>{shown}</p>"


def test_a_factor_stays_with_its_sign():
    """No line of a cell ends with a sign that waits for its number."""
    shown = on_post_page("<td>strength × 16, 1.9 × <em>N</em></td>", page=None, config=None)

    assert shown == "<td>strength ×&nbsp;16, 1.9&nbsp;×&nbsp;<em>N</em></td>"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_becomes_one_that_can_be_scrolled(proved, page, name):
    """Every table has a name and can be reached with the keyboard; no Markdown is left over."""
    shown = html_of(name, page)

    assert shown.count("<table") == shown.count('<table tabindex="0" aria-label="') > 0
    assert "<p>Before</p>" in shown and "<p>After</p>" in shown
    assert "<!-- table" not in shown and "|---" not in shown and "{{" not in shown
    # Each row has as many cells as its head.
    for one in re.findall(r"<table.*?</table>", shown, re.DOTALL):
        rows = [row.count("<td") + row.count("<th>") for row in one.split("<tr>")[1:]]
        assert len(set(rows)) == 1


def test_an_unknown_table_stops_the_build(page):
    """A slip in a name is no empty place on a page."""
    with pytest.raises(PluginError, match="loss.md: .*no table 'unheard_of'"):
        text_of("unheard_of", page)


def test_a_link_to_a_formula_that_is_missing_stops_the_build(ledger, page):
    """Its writer sees the label; a reader never does."""
    ledger(serving=True)
    assert "eq:same-weights</small> |" in text_of("conversion_rules", page)

    ledger()
    with pytest.raises(PluginError, match="there is no formula eq:sgd"):
        text_of("conversion_rules", page)


def test_the_measured_differences(proved, page):
    """What the page says of them: nothing, or a number with two digits, and each with the reason."""
    text = text_of("measured_differences", page)
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if "[formula](" in line]

    assert len(rows) == 25
    assert rows[0] == ["SGD", "learning rate ÷ 16", "0", "[formula](learning-rate.md#eq:sgd)"]
    assert rows[4][:3] == ["SGD, L2 in the loss", "learning rate ÷ 16, L2 strength × 16", "0"]
    assert rows[12][:3] == ["SGD, ragged batches", "learning rate ÷ size of each batch", "0"]
    assert rows[13][:3] == ["Momentum, ragged batches", "learning rate ÷ size of each batch", "**0.8**"]
    assert rows[14][1:3] == ["learning rate ÷ size of each batch, inside the velocity", "0"]
    assert rows[16][:3] == ["Adam", "nothing", "**1.9 × 10<sup>−7</sup>**"]
    assert {bool(re.fullmatch(r"0|\*\*\d\.\d+( × 10<sup>−\d</sup>)?\*\*", row[2])) for row in rows} == {True}
    assert text_of("measured_differences", page) == text


def test_the_rules(proved, page):
    """A row for each rule, in both directions that it has."""
    text = text_of("conversion_rules", page)

    assert "| learning rate<br><small>sgd<br>[formula](learning-rate.md#eq:sgd)</small> | ÷ *N* | unchanged |" in text
    assert re.search(r"\| initial accumulator<br><small>adagrad<br>\[formula\]\(\S+ \| × \*N\*² \| unchanged \|", text)
    assert re.search(r"\| clipping norm<br><small>all<br>\[formula\]\(\S+ \| × \*N\* \| × \*N\* \|", text)
    assert re.search(r"\| decoupled decay<br><small>adamw<br>\[formula\]\(\S+ \| unchanged \| unchanged \|", text)


RECORD = json.loads((ROOT / "benchmarks" / "peers.json").read_text(encoding="utf-8"))


def test_every_row_of_the_record_is_shown(page):
    """With its denominator, its loss, its version and its test."""
    text = text_of("frameworks", page)

    for row in RECORD:
        assert f"\n### {row['system']} {{" in text
        assert f"| `{row['call']}`".replace("|", "\\|").replace("\\|", "|", 1) in text
        assert row["denominator_means"] in text
        assert row["version"] is None or f"run, version {row['version']}" in text
        assert f"test: {tables.test(row)}" in text
        assert row["source"] is None or f"({row['source']})" in text
    cells = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
    assert len(cells) == len(RECORD)
    assert [cell[1] for cell in cells] == [row["denominator"] for row in RECORD]


def row(**said):
    usual = dict(
        system="S", version="1.0", call="f()", how="run", denominator="N", denominator_means="samples", where="loss",
        regularization="none here", regularization_gradient=None, default="no choice", loss=1.23456, source=None,
        test="tests/peers/test_x.py::test_y[case]",
    )  # fmt: skip
    return usual | said


def test_what_all_rows_share_is_said_once():
    """What differs stands below the call that it is about."""
    text = tables.system(
        "S", [row(), row(call="g()", default="x=1", test="tests/peers/test_x.py::test_y[other]", loss=None)]
    )

    assert text == (
        "### S { data-search-exclude }\n\n- how: run, version 1.0\n\n"
        '<!-- table "S" -->\n\n'
        "| call | divided by | where | loss |\n|---|---|---|---|\n"
        "| `f()`<br><small>test: `case`</small> | N | loss | 1.235 |\n"
        "| `g()`<br><small>default: `x=1`</small><br><small>test: `other`</small> | N | loss |  |\n"
    )


def test_what_was_emulated_says_so_and_links_to_its_source():
    """A reader sees at once that the system itself did not run."""
    emulated = row(
        version=None,
        how="emulated",
        source="https://example.org/x",
        regularization="divided by N",
        regularization_gradient="λ w / N",
    )
    text = tables.system("S", [emulated])

    assert "- how: emulated\n" in text
    assert "- document: [what was emulated](https://example.org/x)\n" in text
    assert "- regularization: divided by N, gradient `λ w / N`\n" in text
    assert "- test: `case`\n" in text


def test_every_rule_and_every_case_names_a_formula(proved):
    """It stands on some page."""
    from snippets.measured_differences import CASES
    from snippets.reductions import RAGGED, RULES

    assert [label for label in (RAGGED, *(one.proof for one in (*RULES, *CASES))) if not proved.of(label)] == []


def cells_of(name, page):
    lines = [line for line in text_of(name, page).splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines[1:]]


def test_each_system_has_one_row_of_what_it_does_by_default(proved, page):
    """The first row of each system in the record, no matter in which order its tests ran."""
    rows = cells_of("frameworks_defaults", page)
    systems = dict.fromkeys(row["system"] for row in tables.recorded())

    assert [row[0].split("<br>")[0] for row in rows] == list(systems)
    assert rows[0][0].startswith("PyTorch<br><small>`torch.nn.CrossEntropyLoss()`<br>run, version ")
    assert rows[0][1:] == ["the number of samples", "loss"]


def test_every_strength_of_the_record_is_in_the_table(proved, page):
    """No way to give a strength is left out, and none is there twice."""
    rows = cells_of("penalties", page)
    recorded = [row for row in tables.recorded() if row["regularization_gradient"]]
    ways = {(row["system"], row["regularization_by"], row["regularization_gradient"]) for row in recorded}

    assert len(rows) == len(ways) == len({row[0] for row in rows})
    assert {row[0].split("<br>")[0] for row in rows} == {row["system"] for row in recorded}
    assert ["scikit-learn", "λ w / N"] in [[row[0].split("<br>")[0], row[1].strip("`")] for row in rows]
    assert ["Keras<br><small>`keras.regularizers.L2(λ)`</small>", "`2 λ w`", "N"] in rows


def test_caffe_has_four_normalizations(proved, page):
    """Each value of the option, and what it divides by."""
    rows = cells_of("caffe_normalizations", page)

    assert [row[0] for row in rows] == ["`VALID`", "`FULL`", "`BATCH_SIZE`", "`NONE`"]
    assert len({row[1] for row in rows}) == 4


def test_several_processes(proved, page):
    """Sizes, scales and difference of each recorded step, and what ran it."""
    rows = cells_of("data_parallel", page)

    assert ["nothing ignored<br><small>samples 4, 4, 4</small>", "nothing", "the same"] in rows
    assert ["nothing ignored<br><small>samples 2, 7, 3</small>", "nothing", "differs, by **0.4**"] in rows
    assert [
        "some labels ignored<br><small>samples 2, 7, 3<br>kept 1, 5, 2</small>",
        "its number of labels kept<br><small>× 0.375, 1.88, 0.75</small>",
        "the same",
    ] in rows
    assert "\nRun with PyTorch 2." in text_of("data_parallel", page)


def test_the_slopes_at_zero_are_those_that_ran(page):
    """One row for each way to write a ReLU, in words, and the versions below."""
    record = json.loads(tables.AT_ZERO.read_text(encoding="utf-8"))
    lines = text_of("relu_at_zero", page).splitlines()
    said = {0: "0", 0.5: "one half", 1: "1"}

    assert [line for line in lines if "`" in line and line.startswith("|")] == [
        f"| {row['system']} | `{row['call']}` | {said[row['slope']]} |" for row in record
    ]
    assert set(re.findall(r" (\d[\d.]+\d),", " ".join(lines))) == {row["version"] for row in record}


def test_the_best_steps(proved, page):
    """For each format the step of the derivation and the best one, with their errors; and the complex step."""
    from snippets.step_sizes import FORMATS, best, complex_step_error

    rows = cells_of("step_sizes", page)

    assert [row[0].split("<br>")[0] for row in rows] == [*FORMATS, "float64, complex step"]
    assert rows[1][1].startswith(tables.scientific(best("float32").derived) + "<br>")
    assert rows[1][2].endswith(f"error {tables.scientific(best('float32').error)}</small>")
    assert tables.scientific(complex_step_error()) in rows[3][2]


def test_the_confusion(proved, page):
    """A row for each digit, and all that were held out."""
    rows = cells_of("digits_confusion", page)
    counts = [[int(cell) for cell in row[1:]] for row in rows]

    assert [row[0] for row in rows] == [f"**{true}**" for true in range(10)]
    assert sum(map(sum, counts)) == 360
    assert sum(counts[k][k] for k in range(10)) > 349


def test_every_published_number_is_in_the_table(proved, page):
    """What was printed, by whom, and whether we get the same digits."""
    kept = json.loads(tables.PUBLISHED.read_text(encoding="utf-8"))
    rows = cells_of("published_numbers", page)

    assert len(rows) == len(kept) > 10
    for cells, row in zip(rows, kept, strict=True):
        assert cells[0].startswith(row["words"] + "<br><small>")
        assert row["printed"][0].replace("-", "−") in cells[1]
        assert cells[1].endswith("the same digits</small>") == all(row["same"])
    assert any("1.30378789133" in cells[1] for cells in rows)
