"""How to cite a page: what CITATION.cff says, and the labels that the page has."""

from types import SimpleNamespace

import pytest

from hooks.finding import cite

ADDRESS = "https://example.org/gradient.html"


@pytest.fixture
def cited():
    """Makes a page with this address."""

    def make(address=None, source="gradient.md"):
        file = SimpleNamespace(src_uri=source, dest_uri=source.replace(".md", ".html"))
        return SimpleNamespace(file=file, title="The gradient & more", canonical_url=address)

    return make


def test_the_entry_says_what_the_citation_file_says(cited):
    """Nothing of it is typed a second time."""
    said = cite.citation()

    assert cite.entry(cited(ADDRESS)) == "\n".join(
        [
            "@misc{one-over-n-gradient,",
            f"  author = {{{{{said['authors'][0]['name']}}}}},",
            "  title = {The gradient \\& more},",
            "  howpublished = {One over N},",
            f"  year = {{{said['date-released'].year}}},",
            f"  note = {{Version {said['version']}}},",
            f"  url = {{{ADDRESS}}},",
            "}",
        ]
    )
    assert said["title"].startswith(cite.SITE)


def test_an_address_that_is_not_known_is_not_made_up(cited):
    """A copy on a disk has no address."""
    assert "url" not in cite.entry(cited())


KEYS = [("gradient.md", "one-over-n-gradient"), ("derivations/one_over_n.md", "one-over-n-derivations-one-over-n")]


@pytest.mark.parametrize(("source", "expected"), KEYS)
def test_a_page_has_a_key_of_its_own(cited, source, expected):
    assert cite.key(cited(source=source)) == expected


# The page's formulas, and what must stand below it.
FORMULAS = [
    ([], []),
    ([{"page": "loss.md", "label": "eq:loss"}], []),
    ([{"page": "gradient.md", "label": "inline:1"}], []),
    (
        [{"page": "gradient.md", "label": "eq:start"}, {"page": "gradient.md", "label": "eq:gradient", "part": 0},
         {"page": "gradient.md", "label": "eq:gradient", "part": 1}],
        ['<a href="#eq:start">start</a>, <a href="#eq:gradient">gradient</a>.',
         f"<code>{ADDRESS}#eq:gradient</code>", "<code>\\cite[eq:gradient]{one-over-n-gradient}</code>"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), FORMULAS)
def test_each_label_of_the_page_is_there_once(ledger, statement, cited, said, expected):
    """And none of another page."""
    ledger(*[statement(**one) for one in said])
    shown = cite.on_page_content("Text", page=cited(ADDRESS), config=None, files=None)

    assert [one for one in expected if one not in shown] == []
    assert shown.count('href="#eq:') == len({one["label"] for one in said if expected})
    assert ("cite[" in shown) is bool(expected)
