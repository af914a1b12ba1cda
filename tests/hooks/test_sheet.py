"""A formula on the sheet is the one that was proved elsewhere, with what was proved of it."""

import pytest
from mkdocs.exceptions import PluginError

from hooks.formulas.sheet import formula, on_page_markdown, on_post_page

CASES = [
    ([{}], 'class="mark mark--confirmed" title="confirmed" href="../loss.html#eq:loss">loss<'),
    ([{"kind": "definition"}], 'class="mark mark--definition"'),
    ([{"kind": "notation"}], 'class="mark mark--notation"'),
    ([{}, {"verdict": "refuted"}], 'class="mark mark--refuted"'),
    ([{"page": "derivations/loss.py"}], 'href="../derivations/loss.html#eq:loss"'),
    ([{"label": "eq:two-words"}], ">two words<"),
]


@pytest.mark.parametrize("said, expected", CASES, ids=[expected for _, expected in CASES])
def test_it_says_what_was_proved_and_where(ledger, statement, page, files, said, expected):
    """The mark is that of the whole chain, and the name is the label."""
    made = [statement(**({"label": "eq:loss"} | one)) for one in said]
    ledger(*made)

    assert expected in formula(made[0].label, page, files)


def test_a_chain_is_shown_by_its_ends(ledger, statement, page, files):
    """What stands between them is for the page that proves it."""
    ledger(statement(latex="\\begin{aligned} L &= M \\\\ &= N \\end{aligned}"))
    shown = formula("eq:loss", page, files)

    assert "<mi>N</mi>" in shown
    assert "<mi>M</mi>" not in shown


def test_a_formula_that_nobody_proved_stops_the_build(ledger, page, files):
    ledger()
    with pytest.raises(PluginError, match="there is no formula eq:nowhere"):
        formula("eq:nowhere", page, files)


def test_its_place_is_left_alone_by_markdown(page):
    text = on_page_markdown("a\n\n{{ formula eq:loss }}\n\nb", page=page, config=None, files=None)

    assert text == 'a\n\n<div data-formula="eq:loss"></div>\n\nb'


@pytest.mark.parametrize(("meta", "expected"), [({"sheet": True}, 1), ({}, 0)])
def test_only_a_sheet_has_its_style(page, meta, expected):
    page.meta, page.url = meta, "cheat-sheet.html"
    shown = on_post_page("<head></head>", page=page, config=None)

    assert shown.count('<link rel="stylesheet" href="assets/sheet.css"></head>') == expected
