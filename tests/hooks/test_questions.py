"""The questions at the end of a page: its own first, then those of its neighbours."""

from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError

from hooks.finding import questions

FRONT = """# Front

## Or jump to your question

- [What is a?](a.md)
- [What is a1?](a.md#one)
- [What is b?](b.md)
- [What is c2?](c.md#two)
- [What is d?](d.md)

## More

- [No question](e.md)
"""

# A page, what stands under "Where next" on it, and the questions below it.
PAGES = [
    ("a.md", "", ["What is a1?"]),
    ("b.md", "", []),
    ("b.md", "- [Page c](c.md#elsewhere), then [page a](a.md)", ["What is c2?", "What is a?", "What is a1?"]),
    ("a.md", "- [Page a](a.md#one) and [page b](b.md)", ["What is a1?", "What is b?"]),
    ("e.md", "- [Derivation](derivations/a.md) and [the site](https://a.md)", []),
]


@pytest.fixture
def docs(tmp_path):
    questions.asked.cache_clear()
    (tmp_path / "index.md").write_text(FRONT, encoding="utf-8")
    yield tmp_path
    questions.asked.cache_clear()


@pytest.mark.parametrize(("source", "following", "expected"), PAGES)
def test_own_questions_come_first(docs, source, following, expected):
    text = f"# Page\n\n[Not here](d.md)\n\n## Where next\n\n{following}\n"

    assert [words for words, *_ in questions.of(source, text, docs)] == expected


def test_there_are_never_many(docs):
    front = FRONT.replace("- [What is d?](d.md)", "\n".join(f"- [What is d{n}?](d.md#d{n})" for n in range(20)))
    (docs / "index.md").write_text(front, encoding="utf-8")

    assert len(questions.of("d.md", "", docs)) == questions.MOST


def test_a_front_page_without_questions_stops_the_build(docs):
    (docs / "index.md").write_text("# Front\n", encoding="utf-8")

    with pytest.raises(PluginError, match="Or jump to your question"):
        questions.of("a.md", "", docs)


def test_each_question_of_the_front_page_is_found():
    """Each line under the heading is a question, and none is left out for the way it is written."""
    docs = Path(__file__).parents[2] / "docs"
    questions.asked.cache_clear()
    lines = questions.section((docs / "index.md").read_text(encoding="utf-8"), questions.HEADING).splitlines()

    assert len(questions.asked(docs)) == len(lines) > 20


def test_the_links_lead_from_the_page_to_the_place(page, files):
    """On the page itself the place alone."""
    page.file.src_uri = "a.md"

    assert questions.link("What?", "b.md", "#two", page, files) == '<a href="../b.html#two">What?</a>'
    assert questions.link("What?", "a.md", "#one", page, files) == '<a href="#one">What?</a>'
