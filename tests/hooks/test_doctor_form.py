"""The doctor's form as Python writes it: whole before any script has run, and asleep where there is no Python."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from hooks.forms import doctor_form
from hooks.forms.diagnoses import written_out
from hooks.forms.doctor_form import EXAMPLE, MARK, REDUCTIONS, WORDS
from hooks.forms.forms import on_page_content, on_page_markdown
from hooks.run.run_files import Ready
from snippets.doctor.shown import answered

ROOT = Path(doctor_form.__file__).parents[2]


@pytest.fixture
def shown(monkeypatch):
    """The form on a page one folder down, for a build that has collected Python or not."""

    def make(off=""):
        monkeypatch.setattr(Ready, "off", off)
        monkeypatch.setattr(Ready, "own", "abc")
        page = SimpleNamespace(file=SimpleNamespace(src_uri="doctor.md"), url="a/doctor.html")
        markdown = on_page_markdown("Before\n\n{{ form doctor }}\n", page=page, config=None, files=None)
        return on_page_content(markdown, page=page, config=None, files=None)

    return make


def data_of(form):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', form, re.DOTALL)[1])


def test_it_stands_in_its_place(shown):
    """And what was before it is left alone."""
    assert shown().startswith('Before\n\n<form class="convert doctor" id="doctor"')


def test_every_field_has_a_label(shown):
    """Each stands inside its own."""
    form = shown()
    for field in re.findall(r"<(?:select|input|textarea)[^>]*>", form):
        before = form[: form.index(field)]

        assert before.count("<label") == before.count("</label>") + 1


def test_without_the_script_nothing_can_be_typed(shown):
    """A form that does not answer does not ask."""
    inside = shown().split("<fieldset disabled>")[1].split("</fieldset>")[0]

    assert re.findall(r'name="(\w+)"', inside) == ["source", "reduction", "name", "diagnose", "stop"]


def test_the_example_is_answered_in_the_build(shown):
    """A mistake, by the name that is asked for most, with all that the script would show."""
    found = answered(EXAMPLE, reduction="mean")
    form = shown()

    assert found["mistakes"] == ["not-divided-by-n"]
    assert f'role="status">{found["sentence"]}</p>' in form
    assert f'<div class="doctor__answer no-copy">{written_out(found["blocks"], "../")}</div>' in form


def test_what_the_script_is_told(shown):
    """Where things are, seen from this page, and all words that it may show."""
    data = data_of(shown())

    assert data["root"] == "../"
    assert data["client"] == "../assets/run/abc/client.js"
    assert (data["mark"], data["words"]) == (MARK, WORDS)
    compile(data["code"], "code", "exec")


def test_where_python_was_not_collected_it_sleeps_and_says_why(shown):
    """No address to load anything from, and the reason in the page."""
    form = shown(off="There is none, since <x>.")

    assert data_of(form)["client"] is None
    assert "The form sleeps. There is none, since &lt;x&gt;. The command stands below." in form
    assert "assets/run/" not in form
    assert "sleeps" not in shown()


def test_the_script_is_light(shown):
    """One small file, which a page from disk may load, too."""
    path = re.search(r'<script src="\.\./(.*?)" defer></script>', shown())[1]
    script = ROOT / "docs" / path

    assert script.stat().st_size < 10_000
    # It is no module: Python's client is fetched when the button is pressed, and not before.
    assert re.findall(r"^\s*import\b(?!\()", script.read_text(encoding="utf-8"), re.M) == []


def test_the_script_uses_the_words_that_there_are():
    """A slip in a key would show nothing."""
    script = (ROOT / "docs" / "assets" / "doctor.js").read_text(encoding="utf-8")

    assert set(re.findall(r"data\.words\.(\w+)", script)) | {"running"} == set(WORDS)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_every_choice_is_one_of_the_doctors(reduction):
    """What can be chosen can be asked."""
    assert answered(EXAMPLE, reduction=reduction)["verdict"] in ("correct", "mistake")
