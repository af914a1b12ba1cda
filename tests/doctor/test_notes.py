"""What is right, and yet worth a word, is said in a note."""

import pytest

from snippets.doctor import diagnose
from tests.doctor.right import stranger

CASES = [
    (stranger.every_entry_put_back, "integer scores"),
    (stranger.a_weight_for_each_sample, "divides by N, not by the sum of the weights"),
]


@pytest.mark.parametrize(("function", "words"), CASES, ids=[function.__name__ for function, _ in CASES])
def test_a_note_says_it(function, words):
    notes = diagnose(function, fix=False).evidence["notes"]

    assert [words in note for note in notes].count(True) == 1
