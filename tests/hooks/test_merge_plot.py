"""The picture of a merge says what it shows, and what it says is so."""

import re

import numpy as np
import pytest

from hooks.drawings.merge_plot import CHUNKS, merged_chunks, pairs

DRAWN = merged_chunks()
NUMBERS = {"own": "1.4177", "moved": "0.0706", "second": "1.0124", "together": "1.0830"}


def test_both_sums_in_the_larger_unit_are_the_sum_of_all():
    """The units are those of the largest scores, as the drawing says: e squared and e to the fifth."""
    first, second, together = pairs()

    assert [unit for unit, _ in (first, second, together)] == [2, 5, 5]
    assert together[1] == pytest.approx(np.exp(np.concatenate(CHUNKS) - 5).sum())
    assert "e²" in DRAWN
    assert "e⁵" in DRAWN


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_in_the_words_and_in_the_table(number):
    words = re.search(r"<desc.*?</desc>", DRAWN)[0]
    table = re.search(r"<details>.*</details>", DRAWN, re.DOTALL)[0]

    assert number in words
    assert number in table


def test_the_pieces_of_the_bars_are_as_long_as_the_exponentials():
    """In the order in which they are drawn: the chunk above, both together, the chunk below."""
    low, high = CHUNKS
    lengths = [*np.exp(low - 2), *np.exp(high - 5), *np.exp(low - 5), *np.exp(high - 5)]
    wide = DRAWN[: DRAWN.index("plot__narrow")]
    corners = re.findall(r'<path d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+L\2 [\d.]+L\1 [\d.]+z"', wide)
    drawn = [float(right) - float(left) for left, right in corners if float(right) > float(left)][-12:]
    pixels = drawn[0] / lengths[0]

    assert np.array(drawn) == pytest.approx(np.array(lengths) * pixels, abs=0.2)
