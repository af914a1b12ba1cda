"""The repairs of the theme: each is made once, in the one place, or the build says that the theme has changed."""

import pytest
from mkdocs.exceptions import PluginError

from hooks.finish import (
    JOINED, NAMED, NAMELESS, SCRIPTED, START, TOLD_APART, digest, finish, repair_search, repair_start,
)  # fmt: skip

BOX = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'


@pytest.fixture
def worker(tmp_path):
    folder = tmp_path / "assets" / "javascripts" / "workers"
    folder.mkdir(parents=True)
    return folder / "search.0123abcd.min.js"


def test_the_search_is_repaired(worker, tmp_path):
    worker.write_text(f"for(){{{JOINED}return e", encoding="utf-8")
    repair_search(tmp_path)

    assert worker.read_text(encoding="utf-8") == f"for(){{{TOLD_APART}return e"


@pytest.mark.parametrize("code", ["", JOINED + JOINED, TOLD_APART])
def test_another_search_is_not_touched_but_reported(worker, tmp_path, code):
    worker.write_text(code, encoding="utf-8")

    with pytest.raises(PluginError, match="search.0123abcd.min.js: the theme's search has changed"):
        repair_search(tmp_path)
    assert worker.read_text(encoding="utf-8") == code


def test_the_two_texts_are_told_apart():
    """An edge 1 to part 2 and an edge 3 to part 4, or one edge 1 to part 234: the same text without the repair."""
    two, one = [("1", 2), ("3", 4)], [("1", 234)]

    def text(edges, end):
        return "".join(f"{letter}{part}{end}" for letter, part in edges)

    assert text(two, "") == text(one, "")
    assert text(two, ",") != text(one, ",")


def test_the_start_is_repaired(tmp_path):
    """Each place once; what the theme has changed is reported."""
    script = tmp_path / "assets" / "javascripts" / "bundle.0123abcd.min.js"
    script.parent.mkdir(parents=True)
    script.write_text("".join(START), encoding="utf-8")
    repair_start(tmp_path)

    assert script.read_text(encoding="utf-8") == "".join(START.values())


@pytest.mark.parametrize("missing", START)
def test_another_start_is_reported(tmp_path, missing):
    script = tmp_path / "assets" / "javascripts" / "bundle.0123abcd.min.js"
    script.parent.mkdir(parents=True)
    script.write_text("".join(START).replace(missing, ""), encoding="utf-8")

    with pytest.raises(PluginError, match="bundle.0123abcd.min.js: the theme's start has changed"):
        repair_start(tmp_path)


# A page's HTML, and the same with its tables in boxes.
TABLES = [
    ("<p></p>", "<p></p>"),
    ("<table><tr></tr></table>", f"{BOX}<table><tr></tr></table></div></div>"),
    ('<table tabindex="0">\n</table><table></table>', f'{BOX}<table tabindex="0">\n</table></div></div>{BOX}<table></table></div></div>'),
    ('<table class="x"></table>', '<table class="x"></table>'),
]


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_a_table_stands_in_a_box(text, expected):
    """The theme puts only a table without a class of its own into a box, and so do we."""
    made = finish(f'<html><meta charset="utf-8">{NAMELESS}{text}</html>', "a.md")

    assert made.endswith(f"{NAMED}{expected}</html>")


def test_what_says_that_there_are_scripts_may_run():
    """The first script of a page, and its hash in the policy."""
    made = finish(f'<html><meta charset="utf-8">{NAMELESS}</html>', "a.md")

    assert made.index(SCRIPTED) < made.index("<div")
    assert digest(SCRIPTED.removeprefix("<script>").removesuffix("</script>")) in made
