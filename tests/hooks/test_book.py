"""Two small pages as one: every address is its own, and every link finds it."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest

from hooks.printing import book

PAGES = [("a.html", ""), ("under/b.html", "Under")]
HEAD = '<html><head><link rel="stylesheet" href="assets/site.css"></head><body><nav>no</nav><article class="x">{}</article>'
A = '<h1 id="top">A</h1>{}'
B = '<h1 id="top">B</h1><p id="eq:b">b</p>'


@pytest.fixture
def small(tmp_path):
    """Writes the pages, with this in the first of them."""

    def written(inside=""):
        (tmp_path / "under").mkdir(exist_ok=True)
        (tmp_path / "a.html").write_text(HEAD.format(A.format(inside)), encoding="utf-8")
        (tmp_path / "under" / "b.html").write_text(HEAD.format(B), encoding="utf-8")
        return tmp_path

    return written


CASES = {
    "a page": ('<a href="under/b.html">x</a>', '<a href="#page1">x</a>'),
    "a place on a page": ('<a href="under/b.html#eq:b">x</a>', '<a href="#page1-eq:b">x</a>'),
    "a place on the same page": ('<a class="y" href="#top">x</a>', '<a class="y" href="#page0-top">x</a>'),
    "a file of the site": ('<a href="under/b.ipynb">x</a>', "<a>x</a>"),
    "another site": ('<a href="https://a.org/#top">x</a>', '<a href="https://a.org/#top">x</a>'),
    "a part of a drawing": ('<i fill="url(#top)"></i>', '<i fill="url(#page0-top)"></i>'),
    "a drawing used again": ('<use href="#top"/>', '<use href="#page0-top"/>'),
    "what is folded": ('<details class="z"><p>x</p></details>', '<details open class="z"><p>x</p></details>'),
    "what is open": ("<details open><p>x</p></details>", "<details open><p>x</p></details>"),
    "a button": ('x<div class="run" data-code="1"><button></button></div>y', "xy"),
    "a script": ("x<script>1</script>y", "xy"),
    "a formula": (
        '<span class="katex"><span class="katex-mathml"><math><mi>x</mi></math></span><b>x</b></span>',
        '<span class="katex" role="img" aria-label="x"><b>x</b></span>',
    ),
}


@pytest.mark.parametrize(("inside", "expected"), CASES.values(), ids=CASES)
def test_what_becomes_of(small, inside, expected):
    """Each thing on a page has a place in the book, or none on paper."""
    whole = book.whole(small(inside), PAGES)

    assert (
        f'<article class="md-content__inner md-typeset" id="page0"><h1 id="page0-top">A</h1>{expected}</article>'
        in whole
    )


def test_it_begins_with_its_contents(small):
    """A link to each page, below the name of its group."""
    whole = book.whole(small(), PAGES)
    expected = (
        '<p><a href="#page0">A</a></p><p class="contents__group">Under</p><p><a href="#page1">B</a></p></section>'
    )

    assert expected in whole
    assert "<nav>" not in whole
    assert '<link rel="stylesheet" href="assets/site.css">' in whole


@pytest.fixture
def said(small, monkeypatch, capsys):
    """What is said, and the page with the place, after a browser did what it does."""

    def run(program, does):
        folder = small(book.PLACE)
        monkeypatch.setattr(book.browser, "system", lambda: program)
        monkeypatch.setattr(book, "chapters", lambda nav: PAGES)
        monkeypatch.setattr(book.subprocess, "run", does)
        book.main(str(folder))
        assert not (folder / "book.html").exists()
        return capsys.readouterr().out, (folder / "a.html").read_text(encoding="utf-8")

    return run


def prints(command, **how):
    """A browser that prints."""
    target = next(word.partition("=")[2] for word in command if word.startswith("--print-to-pdf="))
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
    return SimpleNamespace(returncode=0, stderr="")


def breaks_off(command, **how):
    """A browser that ends in the middle of it."""
    done = prints(command, **how)
    target = Path(next(word.partition("=")[2] for word in command if word.startswith("--print-to-pdf=")))
    target.write_bytes(target.read_bytes()[:9])
    return done


def fails(command, **how):
    """A browser that has no place to print to."""
    return SimpleNamespace(returncode=7, stderr="no room")


def hangs(command, timeout, **how):
    """A browser that comes to no end."""
    raise subprocess.TimeoutExpired(command, timeout)


def test_a_page_leads_to_it_once_it_is_there(said):
    words, page = said("/usr/bin/chromium", prints)

    assert words == "one-over-n.pdf: 0 MB\n"
    assert '<a href="one-over-n.pdf">The whole site as one PDF</a> (0 MB), to read' in page


WITHOUT = {
    "no browser": (None, prints, "there is no Chromium or Chrome"),
    "one that fails": ("/usr/bin/chromium", fails, "no room\nIt ended with 7."),
    "one that breaks off": ("/usr/bin/chromium", breaks_off, "What it printed cannot be read"),
    "one that hangs": ("/usr/bin/chromium", hangs, "not done after 900 seconds"),
}


@pytest.mark.parametrize(("program", "does", "expected"), WITHOUT.values(), ids=WITHOUT)
def test_without_it_the_site_is_whole(said, tmp_path, program, does, expected):
    """It is said why, and no page leads to what is not there."""
    words, page = said(program, does)

    assert words.startswith("Without one-over-n.pdf: ")
    assert expected in words
    assert not list(tmp_path.glob("*.pdf"))
    assert "href" not in page.partition("<article")[2]
