"""The repair of the theme's search: it is made once, in the one place, or the build says that the theme has changed."""

import pytest
from mkdocs.exceptions import PluginError

from hooks.finish import JOINED, TOLD_APART, repair_search


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
