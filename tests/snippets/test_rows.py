"""Sums and maxima along rows: right for any width, rounded little, and by the way that is fast."""

import doctest
from unittest.mock import MagicMock

import numpy as np
import pytest

from snippets import rows

WIDTHS = [1, 2, 31, 32, 33, 127, 128, 129, 255, 256, 257, 1000, 1023, 50_257]


@pytest.mark.parametrize("C", WIDTHS)
def test_row_sums(C):
    """Whole numbers are added up without rounding, so nothing may be missing or twice."""
    table = np.random.default_rng(0).integers(0, 1000, (3, C)).astype(float)

    assert rows.row_sums(table).tolist() == table.astype(int).sum(axis=1).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [0.1, 0.3, 0.7, 1 / 3])
@pytest.mark.parametrize("C", WIDTHS)
def test_a_long_row_is_rounded_as_little_as_a_short_one(C, number, dtype):
    """The same number again and again is the worst case: it is rounded to the same side each time."""
    table = np.full((1, C), number, dtype)
    exact = int(C) * float(table[0, 0])

    assert abs(float(rows.row_sums(table)[0]) - exact) <= 3 * np.finfo(dtype).eps * exact


@pytest.mark.parametrize("C", [129, 130, 256])
def test_more_than_128_are_added_up_in_pieces(C):
    """A number so large that what is added to it is lost stands in a piece where nothing is added to it."""
    table = np.full((1, C), 0.25, np.float32)
    table[0, : C // 2] = 0
    table[0, 0] = 2**24

    assert abs(int(rows.row_sums(table)[0]) - 2**24 - (C - C // 2) / 4) <= 1


@pytest.mark.parametrize("C", WIDTHS)
def test_row_maxima(C):
    """The largest of each row, wherever it stands."""
    table = np.random.default_rng(0).standard_normal((4, C))

    assert rows.row_maxima(table).tolist() == [max(row) for row in table.tolist()]


@pytest.mark.parametrize(("C", "turned"), [(1, True), (32, True), (33, False)])
def test_short_rows_are_turned_over(C, turned):
    """Up to 32 numbers in a row, the columns of the table are faster."""
    table = MagicMock(shape=(5, C))
    found = rows.row_maxima(table)

    assert (found is table.T.copy().max.return_value) == turned
    assert (found is table.max.return_value) != turned


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(rows)

    assert (failed, attempted > 0) == (0, True)
