"""What the shift of a row promises: nothing overflows, nothing vanishes, nothing is rounded."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.shift import whole_shift

BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])
ROOM = {np.float32: 63, np.float64: 511}
searched = settings(max_examples=200, deadline=None, derandomize=True, database=None)


@BOTH
@pytest.mark.parametrize("largest", [0.0, 0.7, 1.0, 62.9])
def test_no_shift_where_exp_needs_none(dtype, largest):
    """The scores stay as they are."""
    assert whole_shift(dtype(largest)) == 0


SHIFTS = {
    "just below zero": (-0.4, 0, 0),
    "below zero": (-7.6, -8, -8),
    "far below zero": (-1e4, -1e4, -1e4),
    "at the end of the room of float32": (63, 0, 0),
    "beyond it": (64.25, 1, 0),
    "at the end of the room of float64": (511, 448, 0),
    "beyond that": (600.75, 538, 90),
}


@pytest.mark.parametrize(("largest", "single", "double"), SHIFTS.values(), ids=SHIFTS)
def test_the_shift(largest, single, double):
    """A whole number, and no further from 0 than must be."""
    assert [whole_shift(np.float32(largest)), whole_shift(np.float64(largest))] == [single, double]


@BOTH
@searched
@given(data=st.data())
def test_the_largest_exponential_is_neither_huge_nor_tiny(dtype, data):
    """For every finite number, however few marks there are about it."""
    largest = dtype(data.draw(st.floats(width=32 if dtype == np.float32 else 64, allow_nan=False, allow_infinity=False)))
    left = largest - whole_shift(largest)

    assert -0.5 <= left <= ROOM[dtype] + 1


@BOTH
@pytest.mark.parametrize("exponent", range(0, 128, 3))
@pytest.mark.parametrize("mantissa", [1.0, 1.5, 1.9999999])
def test_no_step_between_numbers_is_too_long(dtype, exponent, mantissa):
    """Where numbers lie further apart than the room, the shift is the largest score itself."""
    largest = dtype(mantissa * 2.0**exponent)

    assert -0.5 <= largest - whole_shift(largest) <= ROOM[dtype] + 1


@BOTH
@searched
@given(data=st.data())
def test_nothing_is_rounded(dtype, data):
    """A score that counts, less the shift, is exact."""
    width = 32 if dtype == np.float32 else 64
    largest = dtype(data.draw(st.floats(-10_000, 10_000, width=width)))
    score = dtype(float(largest) - data.draw(st.floats(0, ROOM[dtype] - 1)))
    score = min(score, largest)
    shift = whole_shift(largest)

    assert Fraction(float(score - shift)) == Fraction(float(score)) - Fraction(float(shift))


def test_each_row_has_its_own():
    """The shape is kept."""
    assert whole_shift(np.array([[-3.2], [5.0]])).tolist() == [[-3], [0]]
