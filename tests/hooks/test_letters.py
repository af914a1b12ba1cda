"""Every letter of the site has words, a set and a home."""

import pytest

from derivations.ledger import library
from derivations.notation import notation
from hooks.finding import glossary, letters

NAMES = {
    *notation.sizes,
    *notation.letters,
    *notation.functions,
    *notation.operators,
    *(name for one in notation.index_sets.values() for name in one.letters),
}


def test_each_letter_has_words_and_nothing_else_has():
    """A new letter needs words, and words need a letter. Indices have theirs together."""
    counted = {name for one in notation.index_sets.values() for name in one.letters}

    assert {*letters.WORDS} == NAMES - counted
    assert {*letters.COUNTED} == {*notation.index_sets}
    assert {name for one in letters.entries() for name in one.names} == NAMES | {*letters.SIGNS}


def test_each_letter_is_introduced_by_a_formula():
    """So the glossary can lead to where it is defined."""
    introduced = {name for claim in library().claims.values() for name in claim.introduces}

    assert introduced == NAMES


def test_letters_that_look_alike_can_be_told_apart():
    """By the digit of their name or by their first index."""
    seen = [(key, one.number, one.first or "") for one in letters.entries() for key in one.keys]

    assert len(seen) == len({*seen})


# A letter as it is written in full, its set, and the heading that it stands under.
ROWS = [
    ("s", "s_{i,j}", "one number for each sample and class", "N\u00a0×\u00a0C", "Latin letters"),
    ("J", "J_{i,j,k}", "one number for each sample and each two classes", "N\u00a0×\u00a0C\u00a0×\u00a0C", "Latin letters"),
    ("y", "y_{i}", "one class for each sample", "N", "Latin letters"),
    ("W_1", "W_{1,d,h}", "one number for each feature and hidden unit", "F\u00a0×\u00a0H", "Latin letters"),
    ("N", "N", "a whole number, at least 1", "", "How many there are"),
    ("j", "j, k, b", "from 0 to C − 1", "", "Which one is meant"),
    ("eta", r"\eta", "a positive number", "", "Greek letters"),
    ("beta_1", r"\beta_{1}", "a number that is at least 0 and less than 1", "", "Greek letters"),
    ("nabla", r"\nabla_{t}(\theta)_{r}", "one function for each step; it has a number for each weight", "", "Signs and functions"),
    ("softmax", r"\operatorname{softmax}", "a function of a row of numbers", "", "Signs and functions"),
    ("delta", r"\delta_{j,b}", "", "", "Signs and functions"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "written", "kind", "size", "heading"), ROWS)
def test_a_letter_says_what_the_notation_says(name, written, kind, size, heading):
    entry = next(one for one in letters.entries() if name in one.names)

    assert (entry.written, entry.kind, entry.size, glossary.group(entry)) == (written, kind, size, heading)
