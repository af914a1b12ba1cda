"""The plots in a real browser: on a phone and on a desk, in light and in dark, every word can be read."""

import pytest

from tests.browser.test_every_page import DESKTOP, PHONE, opened

PAGES = {
    "stability.html": 2,
    "faster.html": 2,
    "streaming.html": 1,
    "larger.html": 1,
    "gradient-check.html": 1,
    "train.html": 5,
    "loss-shape.html": 2,
    "two-classes.html": 1,
    "likelihood.html": 1,
}
SCREENS = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)

# Each drawing that is seen, with its box and those of its words.
DRAWINGS = """() => [...document.querySelectorAll('.plot svg')].filter(svg => svg.getBoundingClientRect().width).map(svg => {
    const box = ({left, right, top, bottom}) => [left, top, right, bottom];
    return {
        frame: box(svg.getBoundingClientRect()),
        words: [...svg.querySelectorAll('text')].map(text =>
            [text.textContent, ...box(text.getBoundingClientRect()), parseFloat(getComputedStyle(text).fontSize)]),
        scale: svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
    };
})"""
FIGURES = "() => [...document.querySelectorAll('figure.plot')].map(figure => [...figure.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width).length)"
# The colours of each drawing: what its words and its lines are painted with.
COLOURS = """() => [...document.querySelectorAll('.plot svg')].map(svg => [...svg.querySelectorAll('text, path')].map(
    part => getComputedStyle(part).fill + getComputedStyle(part).stroke).join())"""


def crossing(one, other):
    """Whether two boxes share more than a pixel."""
    across = min(one[3], other[3]) - max(one[1], other[1])
    down = min(one[4], other[4]) - max(one[2], other[2])
    return across > 1 and down > 1


@SCREENS
@EVERY_PAGE
def test_every_word_of_a_drawing_is_read(chromium, site, name, screen):
    """It lies in its drawing, on no other word, and is large enough."""
    with opened(chromium, (site / name).as_uri(), viewport=screen) as page:
        figures = page.evaluate(FIGURES)
        drawings = page.evaluate(DRAWINGS)

    assert len(figures) == PAGES[name]
    assert all(figures)
    for drawing in drawings:
        left, top, right, bottom = drawing["frame"]
        words = drawing["words"]
        outside = [
            word
            for word in words
            if word[1] < left - 1 or word[3] > right + 1 or word[2] < top - 1 or word[4] > bottom + 1
        ]
        on_another = [
            (one[0], other[0]) for place, one in enumerate(words) for other in words[:place] if crossing(one, other)
        ]
        small = [word for word in words if word[5] * drawing["scale"] < 11]

        assert outside == []
        assert on_another == []
        assert small == []


@EVERY_PAGE
def test_a_drawing_takes_the_colours_of_the_page(chromium, site, name):
    """In the dark nothing is painted as in the light."""
    found = []
    for scheme in ["light", "dark"]:
        with opened(chromium, (site / name).as_uri(), color_scheme=scheme) as page:
            found.append(page.evaluate(COLOURS))

    assert len(found[0]) == len(found[1]) > 1
    assert all(light != dark for light, dark in zip(*found, strict=True))


@SCREENS
@EVERY_PAGE
def test_the_tables_open_without_widening_the_page(chromium, site, name, screen):
    """The same numbers, for whoever wants them; a wide table is moved, and not the page."""
    with opened(chromium, (site / name).as_uri(), viewport=screen) as page:
        for details in page.locator("figure.plot details").all():
            details.locator("summary").click()

            assert details.locator("table").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


# The others have two narrow drawings side by side.
@pytest.mark.parametrize(
    "name", [name for name in PAGES if name not in ("stability.html", "larger.html", "two-classes.html")]
)
def test_a_wide_drawing_is_reached_with_the_keyboard(chromium, site, name):
    """Whoever has no mouse can move it, too; a listener hears what it is."""
    with opened(chromium, (site / name).as_uri()) as page:
        wide = page.locator(".plot__wide").first
        wide.focus()

        assert wide.evaluate("one => one === document.activeElement")
        assert wide.get_attribute("aria-label")
