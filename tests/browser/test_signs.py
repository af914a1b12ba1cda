"""A sign of a formula that is hard to read is found, whatever it stands on."""

import pytest

from tests.browser.signs import EMPTY, ENOUGH, FAINT

SEEN = "color: #000"
BOX = "position: absolute; inset: 0; z-index: -1"
# What is around a sign or in it, and the signs that are found.
GROUNDS = [
    (f'<i style="{SEEN}">a</i>', []),
    ('<i style="color: #777">a</i>', ["a"]),
    (f'<i style="{SEEN}">a</i><i style="color: #777">b</i>', ["b"]),
    (f'<i style="background: #666; {SEEN}">a</i>', ["a"]),
    (f'<i style="background: #000"><i style="background: #fff; {SEEN}">a</i></i>', []),
    (f'<i style="{BOX}; background: #666"></i><i style="{SEEN}">a</i>', ["a"]),
    (f'<i style="opacity: 0.4"><i style="{SEEN}">a</i></i>', ["a"]),
    ('<i style="color: rgb(0 0 0 / 0.4)">a</i>', ["a"]),
    (f'<i style="background: rgb(0 0 0 / 0.7); {SEEN}">a</i>', ["a"]),
    ('<i style="color: color-mix(in srgb, white 60%, black)">a</i>', ["a"]),
]
AROUND = [("<p>{}</p>", False), ("<details><p>{}</p></details>", False), ('<p style="background: #555">{}</p>', True)]


@pytest.fixture(scope="module")
def page(chromium):
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def shown(page, inside: str, around: str = "<p>{}</p>") -> None:
    formula = f'<span class="katex-html" style="position: relative">{inside}</span>'
    page.set_content(f'<body style="background: #fff">{around.format(formula)}')


@pytest.mark.parametrize(("inside", "faint"), GROUNDS)
def test_each_sign_against_all_that_it_may_stand_on(page, inside, faint):
    shown(page, inside)

    assert [words.split()[0] for words in page.evaluate(FAINT, ENOUGH)] == faint


@pytest.mark.parametrize(("around", "faint"), AROUND)
def test_the_ground_around_a_formula_counts(page, around, faint):
    """Folded or not."""
    shown(page, f'<i style="{SEEN}">a</i><i style="{SEEN}">b</i>', around)

    assert len(page.evaluate(FAINT, ENOUGH)) == faint


def test_an_emptied_formula_leaves_its_box(page):
    """Unless there is something in it to press."""
    shown(page, "<b>abc</b>")
    before = page.evaluate("() => document.querySelector('.katex-html').getBoundingClientRect().width")
    page.evaluate(EMPTY)

    assert page.locator("p").inner_text() == ""
    assert page.evaluate("() => document.querySelector('.katex-html').getBoundingClientRect().width") == before

    shown(page, '<a href="#">abc</a>')
    page.evaluate(EMPTY)

    assert page.locator("p").inner_text() == "abc"
