"""What a formula on a page looks like, and when it stops the build."""

from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from hooks.formulas.equations import on_page_content, on_page_markdown

# What the Markdown extension makes of a display and of inline mathematics.
DISPLAY = '<div class="arithmatex">\\[\n\\label{{eq:loss}}\n{}\n\\]</div>'
INLINE = '<p>So <span class="arithmatex">\\({}\\)</span>.</p>'


def content(html, page, files):
    return on_page_content(html, page=page, config=None, files=files)


# What the statements say, and what the page must show for it.
MARKS = [
    ([{}], 'class="mark mark--confirmed" href="../derivations/loss.html#proof:eq:loss">confirmed<'),
    ([{"kind": "definition"}], 'class="mark mark--definition"'),
    ([{"kind": "notation"}], 'class="mark mark--notation"'),
    ([{}, {"verdict": "refuted", "report": "1 < 2"}], 'class="mark mark--refuted"'),
    ([{"verdict": "inconclusive"}], 'class="mark mark--inconclusive"'),
    ([{"kind": "definition", "verdict": "refuted"}], 'class="mark mark--refuted"'),
    ([{"verdict": "refuted", "report": "1 < 2"}], "<pre>1 &lt; 2</pre>"),
    ([{"rule": "quotient rule"}], 'by <a href="../rules.html#quotient-rule">quotient rule</a>'),
    (
        [{"rule": "definition, cancellation"}, {"rule": "cancellation"}],
        'definition</a>, <a href="../rules.html#cancellation">',
    ),
    ([{"values": ("-0.5", "-0.5")}], "example: each side −0.5<"),
    ([{"values": ("0", "1")}, {"values": ("1", "2")}], "example: sides 0, 1, 2<"),
    ([{"marked": "L = \\htmlClass{changed}{1}"}], '<span class="enclosing changed">'),
]


@pytest.mark.parametrize("said, expected", MARKS, ids=[expected for _, expected in MARKS])
def test_the_page_shows_what_the_proof_said(ledger, statement, page, files, said, expected):
    """Mark, rules, values and changes come from the ledger, and the worst verdict counts."""
    ledger(*[statement(**one) for one in said])

    assert expected in content(DISPLAY.format("L = 1"), page, files)


def test_the_label_is_the_address(ledger, statement, page, files):
    """A link to a formula finds it, and MkDocs knows that it does."""
    ledger(statement())

    assert '<div class="equation" id="eq:loss"' in content(DISPLAY.format("L = 1"), page, files)
    assert page.present_anchor_ids == {"eq:loss"}


def test_a_listener_gets_mathml_and_nobody_gets_tex(ledger, statement, page, files):
    """The formula is there for eyes and for ears, and once for each."""
    ledger(statement())
    shown = content(DISPLAY.format("L = \\frac{1}{N}"), page, files)

    assert shown.count("<mfrac>") == 1
    assert "\\frac" not in shown and "<annotation" not in shown


UNPROVED = [
    (DISPLAY.format("L = 1"), "No derivation states eq:loss."),
    ('<div class="arithmatex">\\[L = 1\\]</div>', "It has no label, so nothing can prove it."),
]


@pytest.mark.parametrize("html, why", UNPROVED)
def test_a_formula_without_a_proof_is_red(ledger, page, files, html, why):
    """Its writer sees why it cannot be published."""
    ledger(serving=True)
    shown = content(html, page, files)

    assert "equation--failed" in shown
    assert why in shown
    assert "mark--confirmed" not in shown


def test_an_inline_statement_that_fails_is_red(ledger, statement, page, files):
    """A sentence shows nothing of its proof, unless the proof fails."""
    ledger(statement(label="inline:1", latex="1 = 2", verdict="refuted", report="1 is not 2"), serving=True)

    assert 'class="inline--failed" title="1 is not 2"' in content(INLINE.format("1 = 2"), page, files)
    assert "inline--failed" not in content(INLINE.format("1 = 1"), page, files)


TOUCHED = [
    ("at {}, look", True),
    ("({}) and", True),
    ("{}", False),
    ("the {}-th", False),
]


@pytest.mark.parametrize("sentence, held", TOUCHED)
def test_a_comma_stays_with_its_formula(ledger, page, files, sentence, held):
    """No line begins with a comma, nor ends with an opened bracket."""
    ledger()
    bare = '<span class="arithmatex">\\({}\\)</span>'

    assert ('<span class="touched">' in content(sentence.format(bare.format("N")), page, files)) == held


def test_a_formula_that_may_break_is_not_held_together(ledger, page, files):
    """One with a relation may be wider than a phone in one piece."""
    ledger()

    assert "touched" not in content(INLINE.format("u = v"), page, files)


def test_other_problems_stand_at_the_top(ledger, page, files):
    """What the checker has to say about a page is shown on the page."""
    ledger(problems=[SimpleNamespace(page="loss.md", line=7, message="not read: <")], serving=True)

    assert content("<p>Text</p>", page, files).startswith('<pre class="equation--failed">line 7: not read: &lt;</pre>')


def test_a_formula_of_another_page_is_shown_and_linked(ledger, statement, page, files):
    """The home page shows the result, with its mark and the way to it, and without taking its address."""
    ledger(statement(page="gradient.md", label="eq:gradient", latex="G = 1"))
    markdown = on_page_markdown("Text\n\n{{ equation eq:gradient }}\n", page=page, config=None, files=files)
    shown = content(markdown, page, files)

    assert 'href="../gradient.html#eq:gradient"' in shown
    assert "mark--confirmed" in shown
    assert 'id="eq:gradient"' not in shown


REFUSED = [
    ('<div data-equation="eq:unknown"></div>', "loss.md: there is no formula eq:unknown"),
    (INLINE.format("\\unknown"), "loss.md: .*\\\\unknown"),
    (INLINE.format("\\href{https://example.org}{x}"), "loss.md: .*href"),
    (INLINE.format("\\htmlClass{other}{x}"), "loss.md: .*htmlClass"),
    (INLINE.format("\\frac{1}"), "loss.md: KaTeX parse error"),
]


@pytest.mark.parametrize("html, why", REFUSED)
def test_what_cannot_be_shown_stops_the_build(ledger, page, files, html, why):
    """No page is published with a formula missing or in red letters."""
    ledger()

    with pytest.raises(PluginError, match=why):
        content(html, page, files)


def test_formulas_in_headings_are_in_the_table_of_contents(ledger, page, files):
    """The table of contents shows signs, not TeX."""
    ledger()
    page.toc = [SimpleNamespace(title="What is \\(N\\)?", children=[])]
    content("", page, files)

    assert page.toc[0].title.startswith("What is <span data-search-exclude>")
    assert "katex" in page.toc[0].title
