"""The page and the checker agree about what is a formula, or there is no page."""

from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from hooks.formulas.nothing_unread import on_page_content
from hooks.proofs import Build

INLINE = '<p><span class="arithmatex">\\({}\\)</span></p>'
DISPLAY = '<div class="arithmatex">\\[\n\\label{{eq:x}}\n{}\n\\]</div>'
PAGE = SimpleNamespace(file=SimpleNamespace(src_uri="loss.md"))

# what the page shows, what the checker read
AGREE = [
    (INLINE.format("u &lt; v"), ["u < v"]),
    (DISPLAY.format("u = v"), ["u  =  v"]),
    (INLINE.format("u") * 2, ["u", "u"]),
    ("<p>no formula</p>", []),
]

# what the page shows, what the checker read, what the account says
DISAGREE = [
    (INLINE.format("u"), [], "shown and never read:  u"),
    ("<p>no formula</p>", ["u"], "read and never shown:  u"),
    (DISPLAY.format("u = v + 1"), ["u = v"], "shown and never read:  u=v+1"),
    (INLINE.format("u") * 2, ["u"], "shown and never read:  u"),
]


def check(monkeypatch, shown, read):
    formulas = [SimpleNamespace(page="loss.md", latex=tex) for tex in read]
    monkeypatch.setattr(Build, "serving", False)
    monkeypatch.setattr(Build, "ledger", SimpleNamespace(formulas=formulas))
    return on_page_content(shown, page=PAGE, config=None, files=None)


@pytest.mark.parametrize(("shown", "read"), AGREE)
def test_an_agreement_changes_nothing(monkeypatch, shown, read):
    """The same formulas, whatever their spaces."""
    assert check(monkeypatch, shown, read) == shown


@pytest.mark.parametrize(("shown", "read", "words"), DISAGREE)
def test_a_disagreement_stops_the_build(monkeypatch, shown, read, words):
    """In both directions, and in number."""
    with pytest.raises(PluginError, match="disagree about what is a formula") as stop:
        check(monkeypatch, shown, read)

    assert words in str(stop.value)
