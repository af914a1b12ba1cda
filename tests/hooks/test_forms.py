"""The form as Python writes it: it is whole before any script has run."""

import html
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from hooks.forms import forms
from hooks.forms.forms import on_page_content, on_page_markdown
from snippets.reductions import OPTIMIZERS, RAGGED, RULES, SETTINGS, main


@pytest.fixture
def shown(ledger, statement, files):
    """The form on a page of its own."""
    ledger(*[statement(page="learning-rate.md", label=label) for label in {RAGGED, *(rule.proof for rule in RULES)}])
    page = SimpleNamespace(file=SimpleNamespace(src_uri="learning-rate.md"), url="learning-rate.html")
    markdown = on_page_markdown("{{ form reductions }}", page=page, config=None, files=files)
    return on_page_content(markdown, page=page, config=None, files=files)


def test_every_field_has_a_label(shown):
    """Each stands inside its own."""
    for field in re.findall(r"<(?:select|input)[^>]*>", shown):
        before = shown[: shown.index(field)]

        assert before.count("<label") == before.count("</label>") + 1


def test_without_the_script_nothing_can_be_typed(shown):
    """A form that does not answer does not ask."""
    inside = shown.split("<fieldset disabled>")[1].split("</fieldset>")[0]

    assert shown.count("<input") + shown.count("<select") == inside.count("<input") + inside.count("<select") > 10


def test_the_first_answer_is_what_the_command_says(shown, capsys):
    """The command in the form is one that runs, and says the same."""
    command = html.unescape(re.sub("<.*?>", "", re.search(r'<code class="convert__command">(.*?)</code>', shown)[1]))
    assert command.startswith("python -m snippets.reductions ")
    assert main(command.split()[3:]) == 0
    said = capsys.readouterr().out

    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", shown)]
    for words, before, after, link in rows[1:]:
        change = re.sub("<.*?>", "", link)
        assert re.search(rf"^  {words} +{before} +{after} +{change} +eq:", said, re.MULTILINE)
    assert len(rows) - 1 == said.count(" eq:")
    assert re.findall(r"<li>(.*?)</li>", shown) == re.findall(r"^Mind: (.*)$", said, re.MULTILINE)


def test_the_data_are_the_rules(shown):
    """All of them, with links that lead from this page."""
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', shown, re.DOTALL)[1])

    assert [rule["setting"] for rule in data["rules"]] == [rule.setting for rule in RULES]
    assert [rule["power"] for rule in data["rules"]] == [rule.power for rule in RULES]
    assert data["rules"][0]["proof"] == "../learning-rate.html#eq:sgd"
    assert data["ragged"] == "../learning-rate.html#eq:ragged"
    assert {rule["setting"] for rule in data["rules"]} <= set(data["settings"]) < set(SETTINGS)
    assert {name for setting in data["settings"].values() for name in setting["optimizers"]} == set(OPTIMIZERS)


def test_the_script_is_light(shown):
    """One small file, which a page from disk may load, too."""
    path = re.search(r'<script src="(.*?)" defer></script>', shown)[1]
    script = Path(forms.__file__).parents[2] / "docs" / path

    assert script.stat().st_size < 10_000
    assert "import " not in script.read_text(encoding="utf-8")


def test_an_unknown_form_stops_the_build(page):
    """A slip in a name is no empty place on a page."""
    with pytest.raises(PluginError, match="loss.md: .*no form 'unheard_of'"):
        on_page_markdown("{{ form unheard_of }}", page=page, config=None, files=None)


def test_a_missing_formula_stops_the_build(ledger, page, files):
    """Its writer sees a form with dead links; a reader never does."""
    ledger(serving=True)
    assert forms.address("eq:sgd", page, files) == ""

    ledger()
    with pytest.raises(PluginError, match="loss.md: there is no formula eq:sgd"):
        forms.address("eq:sgd", page, files)


def test_other_pages_are_left_alone(page, files):
    """Only the page that asks for it has the form."""
    assert on_page_content("<p>Text</p>", page=page, config=None, files=files) == "<p>Text</p>"
