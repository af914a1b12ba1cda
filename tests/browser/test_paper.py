"""What comes out of the printer."""

import io

import pypdf
import pytest

from tests.browser.test_every_page import PHONE, opened

# Width and height in points.
A4 = (595, 842)


@pytest.mark.parametrize("asked", [{"prefer_css_page_size": True}, {"format": "A4"}], ids=["as the page says", "on A4"])
def test_the_cheat_sheet_is_one_page_of_a4(chromium, site, asked):
    """All of it, from the first word to the last, and each name leads to the site."""
    with opened(chromium, (site / "cheat-sheet.html").as_uri()) as page:
        formulas = page.locator(".sheet .katex-display").count()
        printed = pypdf.PdfReader(io.BytesIO(page.pdf(**asked)))
    (sheet,) = printed.pages
    text = sheet.extract_text()

    assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == A4
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
