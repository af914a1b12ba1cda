"""What softmax and its logarithm promise."""

import doctest

import hypothesis.extra.numpy as arrays
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import softmax as module
from snippets.softmax import log_softmax, softmax

ROUNDING = 2e-15

either = pytest.mark.parametrize("function", [softmax, log_softmax], ids=["softmax", "log_softmax"])
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)
rows = arrays.arrays(float, st.integers(1, 5), elements=st.floats(-1000, 1000))


def exact_softmax(row):
    """Return the probabilities of a row, with 50 digits."""
    with mpmath.workdps(50):
        weights = [mpmath.exp(mpmath.mpf(float(score))) for score in row]
        return [weight / mpmath.fsum(weights) for weight in weights]


# The promises, for any scores


@searched
@given(rows)
def test_softmax_equals_its_definition(row):
    """Each class has its weight's share of all weights."""
    expected = pytest.approx([float(probability) for probability in exact_softmax(row)], abs=ROUNDING)

    assert softmax(row) == expected


@searched
@given(rows)
def test_log_softmax_equals_its_definition(row):
    """It is the logarithm of softmax, with all its digits where softmax itself is 0."""
    expected = pytest.approx(
        [float(mpmath.log(probability)) for probability in exact_softmax(row)], rel=1e-15, abs=ROUNDING
    )

    assert log_softmax(row) == expected


@searched
@given(rows)
def test_probabilities_sum_to_one(row):
    """Some class must be it."""
    assert softmax(row).sum() == pytest.approx(1, abs=ROUNDING)


@either
@searched
@given(rows, st.integers(-1000, 1000))
def test_a_constant_changes_nothing(function, row, constant):
    """Only the differences inside a row matter."""
    whole = np.round(row)

    assert function(whole + constant).tolist() == function(whole).tolist()


@either
@searched
@given(
    arrays.arrays(float, arrays.array_shapes(min_dims=2, max_dims=4, max_side=3), elements=st.floats(-9, 9))
)
def test_each_row_stands_alone(function, scores):
    """An array with more axes is so many rows along its last axis."""
    by_row = np.array([function(row) for row in scores.reshape(-1, scores.shape[-1])]).reshape(scores.shape)

    assert function(scores) == pytest.approx(by_row, abs=ROUNDING)


@either
@searched
@given(rows)
def test_leaves_its_input_alone(function, row):
    """The scores are not modified."""
    before = row.copy()
    function(row)

    assert row.tolist() == before.tolist()


# What is accepted

LOG_HALF = float(np.log(0.5))
ANSWERS = {
    "integers": ([2, 2], [0.5, 0.5], [LOG_HALF, LOG_HALF]),
    "one class": ([3.0], [1], [0]),
    "no rows": (np.zeros((0, 3)), [], []),
    "a class that cannot happen": ([0, -np.inf, 0], [0.5, 0, 0.5], [LOG_HALF, -np.inf, LOG_HALF]),
    "+-1e300": ([1e300, -1e300], [1, 0], [0, -2e300]),
    "a difference beyond float64": ([1e308, -1e308], [1, 0], [0, -np.inf]),
    "all -1e300": ([-1e300, -1e300], [0.5, 0.5], [LOG_HALF, LOG_HALF]),
    "one large row": ([[1000.0, 1000.0], [0.0, 0.0]], [[0.5] * 2] * 2, [[LOG_HALF] * 2] * 2),
    "a difference beyond float16": (np.array([65504, -65504], np.float16), [1, 0], [0, -np.inf]),
    "big-endian": (np.array([0, 0], ">f8"), [0.5, 0.5], [LOG_HALF, LOG_HALF]),
    "read-only": (np.frombuffer(bytes(16)), [0.5, 0.5], [LOG_HALF, LOG_HALF]),
    "every other score": (np.array([0, 9, 0, 9.0])[::2], [0.5, 0.5], [LOG_HALF, LOG_HALF]),
    "integers at the limit": ([2**53, -(2**53)], [1, 0], [0, -(2.0**54)]),
}


@pytest.mark.parametrize(("scores", "expected", "_"), ANSWERS.values(), ids=ANSWERS)
def test_softmax_answers(scores, expected, _):
    """These can be checked in the head."""
    assert softmax(scores).tolist() == expected


@pytest.mark.parametrize(("scores", "_", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_log_softmax_answers(scores, _, expected):
    """These can be checked in the head."""
    assert log_softmax(scores).tolist() == expected


DTYPES = [
    (np.float16, np.float16),
    (np.float32, np.float32),
    (np.float64, np.float64),
    (">f2", np.float16),
    (">f4", np.float32),
    (np.int8, np.float64),
]


@either
@pytest.mark.parametrize(("given_dtype", "expected"), DTYPES, ids=lambda dtype: np.dtype(dtype).str)
def test_dtype(function, given_dtype, expected):
    """The result has the dtype of the scores, and float64 for integers."""
    assert function(np.ones((2, 3), given_dtype)).dtype == expected


@pytest.mark.parametrize("classes", [3, 70_000])
def test_softmax_of_float16_is_rounded_only_once(classes):
    """The way to a float16 result is not walked in float16."""
    assert set(softmax(np.full(classes, 20, np.float16))) == {np.float16(1 / classes)}


@pytest.mark.parametrize("classes", [3, 70_000])
def test_log_softmax_of_float16_is_rounded_only_once(classes):
    """The way to a float16 result is not walked in float16."""
    assert set(log_softmax(np.full(classes, 20, np.float16))) == {np.float16(-np.log(classes))}


@either
def test_does_not_mind_a_strict_caller(function):
    """A caller who has numpy raise on every overflow and underflow gets the same answer."""
    scores = [[1e308, -1e308], [0, -745]]
    expected = function(scores).tolist()
    with np.errstate(all="raise"):
        actual = function(scores).tolist()

    assert actual == expected


# What is refused

SHAPE = "scores must have shape (..., C) with C at least 1, got shape "
NUMBERS = "scores must be float16, float32, float64 or integers, got "
FINITE = "scores must hold no nan, no +inf and at least one finite score in each row, got a row with maximum "

REFUSED = {
    "a number": (1.0, ValueError, SHAPE + "()"),
    "no classes": ([], ValueError, SHAPE + "(0,)"),
    "rows of no classes": (np.zeros((2, 0)), ValueError, SHAPE + "(2, 0)"),
    "nan": ([1, np.nan], ValueError, FINITE + "nan, row 0"),
    "+inf": ([[1, 2], [1, np.inf]], ValueError, FINITE + "inf, row 1"),
    "nothing but -inf": ([[[1, 2], [1, 2]], [[-np.inf] * 2, [1, 2]]], ValueError, FINITE + "-inf, row 2"),
    "boolean": ([True, False], TypeError, NUMBERS + "bool"),
    "complex": ([1j, 2], TypeError, NUMBERS + "complex128"),
    "object": ([None, 2], TypeError, NUMBERS + "object"),
    "masked": (
        np.ma.masked_equal([1.0, 2.0], 1),
        TypeError,
        "scores must be a plain array, got a masked array: its mask would be lost",
    ),
}


@either
@pytest.mark.parametrize(("scores", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(function, scores, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error) as refusal:
        function(scores)

    assert str(refusal.value) == message


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
