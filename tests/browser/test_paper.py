"""What comes out of the printer."""

import io
import re
import unicodedata

import pypdf
import pytest
from mkdocs.utils import yaml_load

from hooks.printing import book
from tests.browser.chromium import find
from tests.browser.pages import PAGES
from tests.browser.test_every_page import PHONE, opened

# Width and height in points, as browsers round them.
A4 = [pytest.approx(595, abs=1.5), pytest.approx(842, abs=1.5)]


@pytest.mark.parametrize("asked", [{"prefer_css_page_size": True}, {"format": "A4"}], ids=["as the page says", "on A4"])
def test_the_cheat_sheet_is_one_page_of_a4(chromium, site, asked):
    """All of it, from the first word to the last, and each name leads to the site."""
    with opened(chromium, (site / "cheat-sheet.html").as_uri()) as page:
        formulas = page.locator(".sheet .katex-display").count()
        printed = pypdf.PdfReader(io.BytesIO(page.pdf(**asked)))
    (sheet,) = printed.pages
    # A font may join letters.
    text = unicodedata.normalize("NFKC", sheet.extract_text())

    assert [float(sheet.mediabox.width), float(sheet.mediabox.height)] == A4
    assert text.startswith("Cheat sheet")
    assert "central differences" in text and "mean_loss_and_gradient" in text
    assert "Where next" not in text
    assert len(sheet["/Annots"]) > formulas > 30


def test_no_name_hides_a_formula_on_a_phone(chromium, site):
    """What is too wide for both stands one below the other."""
    overlap = """() => [...document.querySelectorAll('.sheet .equation')].filter((one) => {
        const [formula, note] = [...one.children].map((child) => child.getBoundingClientRect());
        return formula.right > note.left + 1 && formula.bottom > note.top + 1;
    }).length"""
    with opened(chromium, (site / "cheat-sheet.html").as_uri(), viewport=PHONE) as page:
        assert page.evaluate(overlap) == 0


# Pages that lead to each other, with formulas, a live figure, a drawing, tables, code and a derivation.
FEW = ["two-minutes.html", "softmax.html", "loss.html", "gradient.html", "derivations/loss.html"]


@pytest.fixture(scope="module")
def chapters():
    """The pages of the book with their groups."""
    nav = yaml_load((book.ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    return [*book.chapters(nav)]


@pytest.fixture(scope="module")
def printed(site, chapters, tmp_path_factory):
    """A few chapters, as the build prints all of them: that would take a minute."""
    target = tmp_path_factory.mktemp("book") / "few.pdf"
    said = book.printed(find(), site, book.whole(site, [one for one in chapters if one[0] in FEW]), target)

    assert said == ""
    return pypdf.PdfReader(target)


def test_the_book_has_every_page_in_reading_order(chapters):
    assert [name for name, _ in chapters] == PAGES


def test_every_link_inside_the_book_is_answered(site, chapters):
    """All pages together have each address once, and no link leads to a file beside the book."""
    whole = book.whole(site, chapters)
    addresses = re.findall(r'<[^<>]*?\sid="([^"]*)"', whole)
    links = re.findall(r'<a\b[^<>]*?\shref="([^"]*)"', whole)
    inside = [link for link in links if link.startswith("#")]

    assert len(addresses) == len(set(addresses))
    assert {link[1:] for link in inside} <= set(addresses)
    assert [link for link in links if not link.startswith(("#", "http"))] == []
    assert len(inside) > 3000


def test_the_printed_book_opens_and_its_links_lead_to_its_pages(printed):
    """The contents lead to each chapter, which begins a page of its own, in order."""
    places = printed.named_destinations
    links = [note.get_object() for page in printed.pages for note in page.get("/Annots", [])]
    ours = [link["/Dest"] for link in links if "/Dest" in link]
    starts = [printed.get_destination_page_number(places[f"/page{number}"]) for number in range(len(FEW))]

    assert starts == sorted(set(starts))
    assert starts[0] == 1
    assert len(printed.pages) > 20
    assert set(ours) <= set(places)
    assert len(ours) > 30
    assert not any("file:" in str(link.get("/A", "")) for link in links)


def test_its_formulas_are_text(printed):
    """The letters of the gradient, in a font that is in the file, and no picture in their place."""
    place = printed.named_destinations["/page3-eq:gradient"]
    page = printed.pages[printed.get_destination_page_number(place)]
    fonts = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    signs = set(page.extract_text())

    assert {"\u2202", "\u03b4", "\u2212"} <= signs
    assert any("KaTeX_Math" in font for font in fonts)
    assert [
        one for one in page["/Resources"].get("/XObject", {}).values() if one.get_object()["/Subtype"] == "/Image"
    ] == []


def test_its_outline_has_every_chapter(printed):
    """A reader can jump there from the side."""
    titles = [one.title for one in printed.outline if not isinstance(one, list)]

    assert titles == ["In two minutes", "Softmax", "The loss", "The gradient, step by step", "The loss"]
