"""The peer of a page is the same page, but for who makes its formulas."""

import json
from pathlib import Path

import pytest

from benchmarks import bench_lighthouse as bench
from hooks.formulas import katex
from tests.browser.pages import PAGES


@pytest.fixture
def peer(tmp_path, monkeypatch):
    """The peer of a page with this text, where one formula is known, and what is counted."""
    monkeypatch.setattr(bench, "sources", lambda: {katex.render("a < b", True): "\\[a &lt; b\\]"})

    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "style.css").write_text(f"theme\n{bench.KATEXS}Main}}.katex{{}}\nours", encoding="utf-8")

    def made(text):
        head = '<head><link rel="stylesheet" href="assets/style.css"></head>'
        (tmp_path / "a.html").write_text(head + text, encoding="utf-8")
        counted = bench.typeset_in_the_browser(tmp_path, ["a.html"])
        return (tmp_path / "in-browser-a.html").read_text(encoding="utf-8"), counted["a.html"]

    return made


def test_its_formulas_are_tex(peer):
    """What is not known by its TeX stays, and is counted."""
    known, other = katex.render("a < b", True), katex.render("c", False)
    text, counted = peer(f"<p>{known}</p><p>{other}</p>")

    assert text.endswith(f"</head><p>\\[a &lt; b\\]</p><p>{other}</p>")
    assert counted == {"formulas": 1, "made before": 1}


def test_its_own_files_make_them(peer, tmp_path):
    """KaTeX, its style and its fonts, from the same place as the page."""
    text, _ = peer(katex.render("a < b", True))
    files = {path.name for path in (tmp_path / "assets" / "client").iterdir()}

    assert files == {"katex.min.css", "katex.min.js", "auto-render.min.js", "start.js", "style.css", "fonts"}
    assert all(f"assets/client/{name}" in text for name in files - {"fonts"})
    assert (tmp_path / "assets" / "client" / "style.css").read_text(encoding="utf-8") == "theme\nours"
    assert "assets/style.css" not in text


def test_a_page_without_a_known_formula_is_no_peer(peer):
    with pytest.raises(SystemExit, match="a.html: none of its formulas is known by its TeX"):
        peer(katex.render("c", False))


RECORD = json.loads((Path(bench.__file__).with_name("lighthouse.json")).read_text(encoding="utf-8"))


def test_the_peer_is_in_the_record():
    """For each of the pages that are compared, with as many runs."""
    compared = {
        page: [one["runs"], one["typeset in the browser"]["runs"]]
        for page, one in RECORD.items()
        if "typeset in the browser" in one
    }

    assert compared == {page: [3, 3] for page in bench.PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_keeps_what_is_promised(page):
    """In the record, every page of the navigation has the scores that we promise."""
    scores = RECORD[page]["scores"]

    assert {name: score for name, score in scores.items() if score < bench.PROMISED[name]} == {}
