"""A link to a formula in a folded answer opens the answer: the search and other pages lead there."""

import re

import pytest

from tests.browser.test_every_page import opened

FOLDED = re.compile(r'<details class="success">.*?</details>', re.DOTALL)
LABEL = re.compile(r'<div class="equation" id="(eq:[^"]*)"')
# Whether the answer is open, and whether the formula is in the part of the page that can be seen.
SEEN = """label => {
    const formula = document.getElementById(label), { top, bottom } = formula.getBoundingClientRect();
    return [formula.closest("details").open, top >= 0 && bottom <= innerHeight];
}"""


@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_to_a_formula_opens_its_answer(chromium, server, site, javascript):
    text = (site / "softmax.html").read_text(encoding="utf-8")
    label = LABEL.findall("".join(FOLDED.findall(text)))[-1]

    with opened(chromium, f"{server.address}/softmax.html#{label}", java_script_enabled=javascript) as page:
        found = page.evaluate(SEEN, label)

    assert found == [True, True]
