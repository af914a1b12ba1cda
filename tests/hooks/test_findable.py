"""What the search knows of a formula: its name, what it defines, and its rules."""

import json
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from hooks.finding import findable


@pytest.fixture
def docs(tmp_path, monkeypatch):
    """A folder with one page, and one formula that has a name of its own."""
    monkeypatch.setattr(findable, "NAMES", {"eq:loss": "the loss"})
    (tmp_path / "loss.md").write_text("# The loss\n", encoding="utf-8")
    return tmp_path


# A statement, and the entry: its title, its text, its weight.
ENTRIES = [
    ({"label": "eq:loss"}, ("Formula: the loss", "<p>It defines the whole loss: the mean over the batch, and the regularization.</p>", 1.2)),
    ({"label": "eq:chain-rule", "rule": "chain rule"}, ("Formula: chain rule", "<p>By chain rule.</p>", 0.1)),
    ({"label": "eq:sample-index"}, ("Formula: sample index", "", 0.1)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), ENTRIES, ids=[said["label"] for said, _ in ENTRIES])
def test_an_entry_says_what_the_ledger_says(ledger, statement, docs, said, expected):
    ledger(
        statement(), statement(**said), statement(label="inline:1"), statement(label="eq:x", page="derivations/loss.py")
    )
    found = {one["location"]: (one["title"], one["text"], one["boost"]) for one in findable.entries(docs)}

    assert found[f"loss.html#{said['label']}"] == expected
    assert {*found} == {"loss.html#eq:loss", f"loss.html#{said['label']}"}


def test_a_name_without_its_formula_stops_the_build(ledger, statement, docs):
    """A label that was renamed would be lost without a word."""
    ledger(statement(label="eq:other"))

    with pytest.raises(PluginError, match="names formulas that are not there: eq:loss"):
        findable.entries(docs)


def test_the_entries_are_added_to_those_of_the_theme(ledger, statement, docs):
    """Nothing that was in the index is lost."""
    ledger(statement())
    path = docs / findable.INDEX
    path.parent.mkdir()
    path.write_text(json.dumps({"config": {"lang": ["en"]}, "docs": [{"location": "loss.html"}]}), encoding="utf-8")
    findable.on_post_build(config=SimpleNamespace(site_dir=docs, docs_dir=docs))
    index = json.loads(path.read_text(encoding="utf-8"))

    assert index["config"] == {"lang": ["en"]}
    assert [one["location"] for one in index["docs"]] == ["loss.html", "loss.html#eq:loss"]
