"""What the log-sum-exp promises, in one piece and in pieces."""

import doctest
import re
from functools import reduce

import hypothesis.extra.numpy as arrays
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import log_sum_exp as module
from snippets.log_sum_exp import log_sum_exp, log_sum_exp_of_chunks, merge, pair

INF = np.inf
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)
rows = arrays.arrays(float, st.integers(1, 8), elements=st.floats(-1000, 1000))
NOTHING = -INF, 0.0


def exact(row):
    """Return the log-sum-exp of a row, computed with 50 digits."""
    with mpmath.workdps(50):
        return float(mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(float(score))) for score in row)))


def cut(row, ends):
    """Return a row in pieces, some of which may be empty."""
    return np.split(row, sorted(ends))


def in_one(scores):
    """Return the log-sum-exp of scores that come as a single chunk."""
    return log_sum_exp_of_chunks([np.asarray(scores)])


both = pytest.mark.parametrize("function", [log_sum_exp, in_one], ids=["whole", "chunk"])

# The promises, for any scores


@both
@searched
@given(rows)
def test_equals_its_definition(function, row):
    """It is the logarithm of the sum of the exponentials."""
    assert function(row) == pytest.approx(exact(row), rel=4e-16, abs=4e-16)


@both
@searched
@given(arrays.arrays(np.float32, st.integers(1, 8), elements=st.floats(-1000, 1000, width=32)))
def test_equals_its_definition_in_float32(function, row):
    """To the digits that float32 has."""
    assert function(row).dtype == np.float32
    assert function(row) == pytest.approx(exact(row), rel=2e-7, abs=2e-7)


@searched
@given(rows, st.lists(st.integers(0, 8), max_size=5))
def test_any_chunks_give_the_same(row, ends):
    """Wherever the row is cut, and into however many pieces."""
    assert log_sum_exp_of_chunks(cut(row, ends)) == pytest.approx(exact(row), rel=1e-15, abs=1e-15)


@searched
@given(rows, st.lists(st.integers(0, 8), max_size=5), st.randoms(use_true_random=False))
def test_any_order_gives_the_same(row, ends, random):
    """The largest score to the bit, the sum but for rounding."""
    pairs = [pair(chunk) for chunk in cut(row, ends)]
    largest, total = reduce(merge, pairs)
    random.shuffle(pairs)
    other_largest, other_total = reduce(merge, pairs)

    assert other_largest == largest
    assert other_total == pytest.approx(total, rel=1e-14)


@searched
@given(rows, rows)
def test_two_pairs_may_change_places(one, other):
    """To the bit."""
    assert merge(pair(one), pair(other)) == merge(pair(other), pair(one))


@searched
@given(rows)
def test_a_merge_with_nothing_changes_nothing(row):
    """To the bit, from either side."""
    assert merge(NOTHING, pair(row)) == merge(pair(row), NOTHING) == pair(row)


@searched
@given(arrays.arrays(float, arrays.array_shapes(min_dims=2, max_dims=3, max_side=4), elements=st.floats(-9, 9)))
def test_each_row_stands_alone(scores):
    """An array with more axes is so many rows along its last axis."""
    by_row = [exact(row) for row in scores.reshape(-1, scores.shape[-1])]
    expected = pytest.approx(np.reshape(by_row, scores.shape[:-1]), rel=1e-15, abs=1e-15)

    assert log_sum_exp(scores) == expected
    assert log_sum_exp_of_chunks(np.array_split(scores, 2, axis=-1)) == expected


# What is accepted

LOG2 = float(np.log(2))
PAIRS = {
    "one score": ([3.0], 3, 1),
    "two equal scores": ([3.0, 3.0], 3, 2),
    "a score that adds nothing": ([3.0, -INF], 3, 1),
    "nothing but -inf": ([-INF, -INF], -INF, 0),
    "no score": ([], -INF, 0),
    "far below 0": ([-1e300, -1e300], -1e300, 2),
    "a difference beyond float64": ([1e308, -1e308], 1e308, 1),
}


@pytest.mark.parametrize(("scores", "largest", "total"), PAIRS.values(), ids=PAIRS)
def test_pair(scores, largest, total):
    """These can be counted."""
    with np.errstate(over="ignore"):
        assert pair(np.array(scores)) == (largest, total)


def test_pair_takes_the_memory_it_is_given():
    """And leaves the exponentials there."""
    scores = np.array([[1.0, 1.0], [2.0, -INF]])
    largest, total = pair(scores, out=scores)

    assert (largest.tolist(), total.tolist()) == ([1, 2], [2, 1])
    assert scores.tolist() == [[1, 1], [1, 0]]


def test_pair_leaves_its_input_alone():
    """Unless it is told otherwise."""
    scores = np.array([1.0, 2.0])
    pair(scores)

    assert scores.tolist() == [1, 2]


ANSWERS = {
    "one class": ([3.0], 3),
    "integers": ([2, 2], 2 + LOG2),
    "+-1e300": ([1e300, -1e300], 1e300),
    "a difference beyond float64": ([1e308, -1e308], 1e308),
    "all -1e300": ([-1e300, -1e300], -1e300),
    "a score that adds nothing": ([0, -INF, 0], LOG2),
    "one large row": ([[1000.0, 1000.0], [0.0, 0.0]], [1000 + LOG2, LOG2]),
    "big-endian": (np.array([0, 0], ">f8"), LOG2),
    "read-only": (np.frombuffer(bytes(16)), LOG2),
}


@both
@pytest.mark.parametrize(("scores", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_answers(function, scores, expected):
    """These can be checked in the head, and a strict caller gets them too."""
    with np.errstate(all="raise"):
        assert function(scores).tolist() == expected


def test_float16_is_rounded_once():
    """The sum of 70,000 exponentials is beyond float16; its logarithm is not."""
    assert log_sum_exp(np.full(70_000, 20, np.float16)) == np.float16(20 + np.log(70_000))
    assert log_sum_exp(np.zeros(2, np.float16)).dtype == np.float16
    assert in_one(np.zeros(2, np.float16)).dtype == np.float32


def test_float16_may_be_left():
    """What is beyond the largest float16 is inf, even for a strict caller."""
    with np.errstate(all="raise"):
        assert log_sum_exp(np.full(10_000_000, 65504, np.float16)) == INF


CHUNKS = {
    "in two": ([[0.0], [0.0]], LOG2),
    "one that holds nothing": ([[0.0], [], [0.0]], LOG2),
    "one of nothing but -inf first": ([[-INF, -INF], [0.0], [0.0]], LOG2),
    "one of nothing but -inf last": ([[0.0], [0.0], [-INF]], LOG2),
    "a small one and a large one": ([[0.0], [1000.0]], 1000),
    "a large one and a small one": ([[1000.0], [0.0]], 1000),
    "rows that differ": ([[[0.0], [-INF]], [[-INF], [5.0]]], [0, 5]),
}


@pytest.mark.parametrize(("chunks", "expected"), CHUNKS.values(), ids=CHUNKS)
def test_chunks(chunks, expected):
    """These can be checked in the head, and a strict caller gets them too."""
    with np.errstate(all="raise"):
        assert log_sum_exp_of_chunks(map(np.array, chunks)).tolist() == expected


def test_a_chunk_is_forgotten_before_the_next_is_asked_for():
    """So a row may be longer than memory: a chunk is looked at and never kept."""
    table = np.zeros(4)

    def chunks():
        for k in range(3):
            table[:] = k
            yield table
            table[:] = np.nan

    assert log_sum_exp_of_chunks(chunks()) == pytest.approx(exact([0.0] * 4 + [1] * 4 + [2] * 4), rel=1e-15)


def test_whoever_makes_the_chunks_keeps_a_setting_of_their_own():
    """Neither changes how strict numpy is with the other."""
    seen = []

    def chunks():
        for score in (0.0, 2000.0):
            seen.append(np.geterr())
            yield np.array([score, -2000])

    with np.errstate(all="raise"):
        assert log_sum_exp_of_chunks(chunks()) == 2000
        assert seen == [np.geterr()] * 2


# What is refused

ROW = "scores must hold no nan, no +inf and at least one finite score in each row, got a row with maximum "
REFUSED = {
    "nan": ([1, np.nan], ValueError, ROW + "nan, row 0"),
    "+inf": ([[1, 2], [1, INF]], ValueError, ROW + "inf, row 1"),
    "nothing but -inf": ([-INF], ValueError, ROW + "-inf, row 0"),
    "boolean": ([True], TypeError, "scores must be float16, float32, float64 or integers, got bool"),
    "no classes": ([], ValueError, "scores must have shape (..., C) with C at least 1, got shape (0,)"),
}


@pytest.mark.parametrize(("scores", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(scores, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        log_sum_exp(scores)


CHUNKS_REFUSED = {
    "no chunk": ([], ValueError, "chunks must hold at least one chunk"),
    "an empty chunk": ([[]], ValueError, ROW + "-inf, row 0"),
    "nothing but -inf": ([[-INF], [-INF]], ValueError, ROW + "-inf, row 0"),
    "a row of nothing but -inf": ([[[1.0], [-INF]], [[1.0], [-INF]]], ValueError, ROW + "-inf, row 1"),
    "nan": ([[1.0], [np.nan]], ValueError, "scores must hold no nan and no +inf, got nan"),
    "+inf": ([[1.0], [INF]], ValueError, "scores must hold no nan and no +inf, got inf"),
    "a number": ([1.0], ValueError, "each chunk must have shape (c), got shape ()"),
    "other rows": (
        [np.zeros((2, 3)), np.zeros((3, 2))], ValueError, "each chunk must have shape (2, c), got shape (3, 2)",
    ),
    "another dtype": (
        [np.zeros(1), np.zeros(1, np.float32)], TypeError, "each chunk must be float64, as the first one, got float32",
    ),
    "complex": ([[1j]], TypeError, "scores must be float16, float32, float64 or integers, got complex128"),
}  # fmt: skip


@pytest.mark.parametrize(("chunks", "error", "message"), CHUNKS_REFUSED.values(), ids=CHUNKS_REFUSED)
def test_refuses_chunks(chunks, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        log_sum_exp_of_chunks(chunks)


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
