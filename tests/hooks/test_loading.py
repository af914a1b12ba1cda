"""A page asks for one style sheet, waits for no script, and the one sheet has what the pages need."""

import pytest
from mkdocs.exceptions import PluginError

from hooks import loading
from hooks.loading import HEADER, join, lighter

LINK = '<link rel="stylesheet" href="{}">'


@pytest.fixture(autouse=True)
def none_seen(monkeypatch):
    monkeypatch.setattr(loading.Seen, "sheets", [])


# Where a page stands, and how far up its files are from there.
PLACES = [("a.md", ""), ("derivations/a.md", "../"), ("404.html", "/")]


@pytest.mark.parametrize(("name", "up"), PLACES)
def test_one_sheet_takes_the_place_of_all(name, up):
    sheets = "\n  ".join(LINK.format(f"{up}assets/{one}.css") for one in ("theme", "site"))
    text = lighter(f"<head><title>T</title>{sheets}</head>", name)

    assert text.split() == f"<head>{LINK.format(up + 'assets/style.css')} <title>T</title></head>".split()
    assert loading.Seen.sheets == ["assets/theme.css", "assets/site.css"]


def test_what_one_page_adds_stays_its_own():
    one = LINK.format("assets/site.css")
    lighter(f"<title></title>{one}", "a.md")

    assert LINK.format("assets/sheet.css") in lighter(f"<title></title>{one}{LINK.format('assets/sheet.css')}", "b.md")
    assert loading.Seen.sheets == ["assets/site.css"]


@pytest.mark.parametrize("other", ["", LINK.format("assets/other.css")])
def test_a_page_that_lacks_a_sheet_is_reported(other):
    lighter(f"<title></title>{LINK.format('assets/site.css')}", "a.md")

    with pytest.raises(PluginError, match="b.md: its style sheets are"):
        lighter(f"<title></title>{other}", "b.md")


# A script of a page, and how it is loaded.
SCRIPTS = [
    ('<script src="a.js"></script>', '<script src="a.js" defer></script>'),
    ('<script src="a.js" defer></script>', '<script src="a.js" defer></script>'),
    ("<script>go()</script>", "<script>go()</script>"),
    (
        '<script id="__config" type="application/json">{}</script>',
        '<script id="__config" type="application/json">{}</script>',
    ),
]


@pytest.mark.parametrize(("script", "expected"), SCRIPTS)
def test_no_script_is_waited_for(script, expected):
    text = lighter(f"<title></title>{LINK.format('assets/site.css')}<p>{script}", "a.md")

    assert text.split("<p>")[1].strip() == expected


# The text of a page, and whether its fonts are asked for before the text is set.
TEXTS = [("", False), (loading.FORMULA, True), (f"{loading.FOLDED}{loading.FORMULA}", False)]


@pytest.mark.parametrize(("text", "asked"), TEXTS)
def test_fonts_are_asked_for_early_where_they_are_seen(text, asked):
    made = lighter(f"<title></title>{LINK.format('../assets/site.css')}{text}", "a.md")

    assert (loading.FIRST_FONTS.format(up="../") in made) == asked


@pytest.fixture
def small(tmp_path):
    """A site of one page, with the theme's sheet, KaTeX's and ours, and two scripts."""
    files = {
        "a.html": '<p class="seen">',
        "assets/stylesheets/main.1.min.css": '@charset "UTF-8";.seen{a:b}.md-made{a:b}.unseen,.tabs{a:b}/*# sourceMappingURL=main.css.map */',
        "assets/stylesheets/main.1.min.css.map": "{}",
        "assets/katex/katex.css": "@font-face{src:url(KaTeX_Main-Regular.woff2)}.unseen{c:d}",
        "assets/site.css": ".ours{e:f}",
        "assets/javascripts/bundle.js": 'make("md-made", "tabs")',
        "assets/ours.js": 'make("ours")',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    join(tmp_path, [name for name in files if name.endswith(".css")])
    return tmp_path


def test_the_sheet_has_what_is_needed_in_its_order(small):
    """Of the theme's rules those that can apply to something, and all of KaTeX's and ours."""
    assert (small / "assets/style.css").read_text(encoding="utf-8").split("\n") == [
        '@charset "UTF-8";',
        ".seen{a:b}.md-made{a:b}",
        "@font-face{src:url(katex/KaTeX_Main-Regular.woff2)}.unseen{c:d}",
        ".ours{e:f}",
        HEADER,
        "",
    ]


def test_its_parts_are_gone(small):
    left = sorted(path.relative_to(small).as_posix() for path in small.rglob("*.css*"))

    assert left == ["assets/style.css"]
