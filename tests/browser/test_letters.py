"""What the note beside a formula says is what the checker read: letter for letter, in every formula of the site.

The formulas stand on a bare page with all letters below them, so this needs no site.
"""

import html
import re
from pathlib import Path

import pytest

from derivations.ledger import DOCS, formulas_of
from hooks.finding import letters
from hooks.formulas import katex

ROOT = Path(__file__).parents[2]
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Letters</title>
<link rel="stylesheet" href="{katex}"><link rel="stylesheet" href="{style}"><style>.equation__formula {{ contain: strict; height: 4rem; }}</style></head>
<body><article class="md-typeset"><h1>Letters</h1>{formulas}<dl class="letters__list">{rows}</dl></article>
<script src="{script}"></script></body></html>
"""
FORMULA = '<div class="equation__formula" tabindex="0">{}</div>'
# The rows of the note that stands beside a formula which has the focus, as their places in the list.
SHOWN = """() => {
    const key = (row) => ['keys', 'number', 'first'].map((name) => row.dataset[name] ?? '').join(';');
    return [...document.querySelectorAll('.equation__formula')].map((formula) => {
        formula.focus({preventScroll: true});
        return [...document.querySelectorAll('#letters-note [data-keys]')].map(key).sort();
    });
}"""


def key(entry) -> str:
    """By what a row of the list is known."""
    return ";".join([" ".join(entry.keys), entry.number, entry.first or ""])


def row(entry) -> str:
    """A row of the list, as the build writes it."""
    known = zip(("keys", "number", "first"), key(entry).split(";"), strict=True)
    said = "".join(f' data-{name}="{html.escape(value)}"' for name, value in known)
    return f"<div{said}><dt>{entry.written}</dt><dd>{entry.words}</dd></div>"


@pytest.fixture(scope="module")
def bare(chromium, tmp_path_factory):
    """Opens a page with these formulas."""
    context = chromium.new_context(has_touch=True)

    def opened(formulas):
        path = tmp_path_factory.mktemp("letters") / "letters.html"
        shown = "".join(FORMULA.format(katex.render(tex, display=True)) for tex in formulas)
        rows = "".join(map(row, letters.entries()))
        assets = ROOT / "docs" / "assets"
        katex_css = ROOT / "node_modules" / "katex" / "dist" / "katex.min.css"
        addresses = {
            "katex": katex_css.as_uri(),
            "style": (assets / "site.css").as_uri(),
            "script": (assets / "glossary.js").as_uri(),
        }
        path.write_text(PAGE.format(formulas=shown, rows=rows, **addresses), encoding="utf-8")
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield opened
    context.close()


def test_each_formula_has_its_letters_and_no_others(bare):
    """Alone from what is seen, the script finds what the reader of formulas found in the text."""
    found = [one.formula for one in formulas_of(DOCS) if one.reading]
    once = list({one.latex: one for one in found}.values())
    expected = [
        sorted(key(entry) for entry in letters.entries() if letters.used([formula]) & {*entry.names})
        for formula in once
    ]
    shown = bare([unlabelled(one.latex) for one in once]).evaluate(SHOWN)
    wrong = [(one.latex, *pair) for one, *pair in zip(once, shown, expected, strict=True) if pair[0] != pair[1]]

    assert len(once) > 300
    assert wrong == [], "\n".join(map(str, wrong))


def unlabelled(latex: str) -> str:
    """A formula without its label, as a page shows it."""
    return re.sub(r"\\label\{[^{}]*\}", "", latex)


# A formula in which letters look alike: the whole loss and a sample's, a class and a bias.
ALIKE = [
    r"L = \frac{1}{N} \sum_i L_i + R",
    r"Q_{i,b} = b_{1,h} + \bar{\theta}_{t,r}",
    r"\frac{-1}{N} \frac{Z_a}{e^{s_{a,y_a}}}",
]
# The letter that is pointed at, by its formula and its place among those that look like it; and what the note says.
POINTED = [
    (0, "L", 0, "the whole loss"),
    (0, "L", 1, "the loss of one sample"),
    (0, "i", 0, "which sample"),
    (0, "N", 0, "how many samples the batch has"),
    (1, "b", 0, "which class"),
    (1, "b", 1, "the bias of the first layer"),
    (1, "θ", 0, "the weights after some steps, trained with the sum"),
    (2, "Z", 0, "the total weight of a row"),
    (2, "s", 0, "the score of a class"),
    (2, "y", 0, "the label"),
]


def leaf(page, formula, sign, place):
    """A letter as it is seen."""
    letters = page.locator(".equation__formula").nth(formula).locator(".katex-html .mathnormal")
    return letters.get_by_text(sign, exact=True).nth(place)


@pytest.mark.parametrize(("formula", "sign", "place", "expected"), POINTED)
@pytest.mark.parametrize("how", ["mouse", "finger"])
def test_a_letter_that_is_pointed_at_has_a_note(alike, how, formula, sign, place, expected):
    """One letter, one meaning, by mouse and by touch."""
    letter = leaf(alike, formula, sign, place)
    alike.mouse.move(0, 0)
    # In a fraction a letter lies below other boxes; who points at it does not know.
    letter.hover(force=True) if how == "mouse" else letter.tap(force=True)

    assert alike.locator("#letters-note dd").all_inner_texts()[0].startswith(expected)
    assert alike.locator("#letters-note dd").count() == 1


def test_the_same_letter_is_marked_wherever_it_stands(alike):
    """The index i stands twice, and the sample's loss once."""
    leaf(alike, 0, "i", 0).hover(force=True)

    assert alike.locator(".letter--same").all_inner_texts() == ["i", "i"]


def test_the_note_goes_as_it_came(alike):
    """With Escape, with a press elsewhere, and when the pointer leaves; nothing of it stays."""
    gone = []
    for leave in (
        lambda: alike.keyboard.press("Escape"),
        lambda: alike.locator("h1").click(),
        lambda: alike.locator("h1").hover(),
    ):
        # A pointer that has not moved since points at nothing new.
        alike.mouse.move(0, 0)
        leaf(alike, 0, "R", 0).hover(force=True)
        shown = alike.locator("#letters-note").count()
        leave()
        alike.locator("#letters-note").wait_for(state="detached", timeout=5000)
        gone.append((shown, alike.locator(".letter--same").count()))

    assert gone == [(1, 0)] * 3


# All places on the page, so that one sees whether anything moved.
PLACES = """() => [document.activeElement.className, ...[...document.querySelectorAll('article *')].map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x, y, width, height].join(' ');
})]"""


def test_nothing_moves_and_no_letter_is_a_stop(alike):
    """The note lies above the page. From a formula the next stop is the next formula, and each is described."""
    before = alike.evaluate(PLACES)[1:]
    alike.keyboard.press("Tab")
    first = alike.evaluate(
        "[document.activeElement.getAttribute('aria-describedby'), document.querySelectorAll('#letters-note dd').length]"
    )
    during = alike.evaluate(PLACES)
    alike.keyboard.press("Tab")

    assert first == ["letters-note", 5]
    assert during == ["equation__formula", *before]
    assert alike.evaluate("document.activeElement.textContent.includes('Q')")
    assert alike.locator("[aria-describedby]").count() == 1


@pytest.fixture
def alike(bare):
    """A page with formulas whose letters look alike."""
    page = bare(ALIKE)
    yield page
    page.close()
