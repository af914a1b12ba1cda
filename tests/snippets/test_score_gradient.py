"""What every version of the score gradient promises, and what the stable one promises besides."""

import doctest

import hypothesis.extra.numpy as arrays
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.score_gradient import one_loop, stable, two_loops, vectorized

UNSHIFTED = [two_loops, one_loop, vectorized]
ALL = [*UNSHIFTED, stable]

SCORES = np.array([[0.1, 5, -0.3], [2, 1, -1]])
LABELS = np.array([0, 0])
ROUNDING = 2e-15


def named(versions):
    """Run a test once for each of these modules, under the module's own name."""
    names = [version.__name__.rpartition(".")[2] for version in versions]
    functions = [version.score_gradient for version in versions]
    return pytest.mark.parametrize("score_gradient", functions, ids=names)


def exact_gradient(scores, labels):
    """Return the central difference of the mean loss, computed with 50 digits."""

    def sample_loss(row, label):
        return mpmath.log(mpmath.fsum(mpmath.exp(score) for score in row)) - row[label]

    def entry(row, label, j):
        loss = [sample_loss([*row[:j], row[j] + step, *row[j + 1 :]], label) for step in (h, -h)]
        return (loss[0] - loss[1]) / (2 * h) / len(scores)

    with mpmath.workdps(50):
        h = mpmath.mpf(10) ** -15
        rows = [[mpmath.mpf(float(score)) for score in row] for row in scores]
        return np.array(
            [
                [float(entry(row, label, j)) for j in range(len(row))]
                for row, label in zip(rows, labels, strict=True)
            ]
        )


# The promises, for any scores and labels


@st.composite
def batches(draw, scores):
    """Draw a small batch of such scores with its labels."""
    N, C = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    labels = draw(st.lists(st.integers(0, C - 1), min_size=N, max_size=N))
    return draw(arrays.arrays(float, (N, C), elements=scores)), np.array(labels)


# Sums of these are exact, so that adding a constant loses no digits.
grid = st.integers(-(2**13), 2**13).map(lambda k: k / 2**9)
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)


@named(ALL)
@searched
@given(batches(st.floats(-300, 300)))
def test_equals_the_central_difference(score_gradient, batch):
    """It is the derivative of the mean loss."""
    expected = pytest.approx(exact_gradient(*batch), abs=ROUNDING)

    assert score_gradient(*batch) == expected


@named(UNSHIFTED)
@searched
@given(batches(st.floats(-600, 600)))
def test_equals_the_stable_version(score_gradient, batch):
    """All versions give the same gradient."""
    expected = pytest.approx(stable.score_gradient(*batch), abs=ROUNDING)

    assert score_gradient(*batch) == expected


@named(ALL)
@searched
@given(batches(st.floats(-600, 600)))
def test_rows_sum_to_zero(score_gradient, batch):
    """What one class gains, the others lose."""
    assert score_gradient(*batch).sum(axis=1) == pytest.approx(np.zeros(len(batch[0])), abs=ROUNDING)


@named(ALL)
@searched
@given(batches(grid), st.lists(grid, min_size=4, max_size=4))
def test_a_constant_for_each_row_changes_nothing(score_gradient, batch, constants):
    """Only the differences inside a row matter."""
    scores, labels = batch
    shifted = scores + np.array(constants)[: len(scores), None]

    assert score_gradient(shifted, labels) == pytest.approx(score_gradient(scores, labels), abs=ROUNDING)


@named(ALL)
@searched
@given(batches(grid), st.randoms())
def test_reordered_samples_reorder_the_rows(score_gradient, batch, random):
    """No sample is special."""
    scores, labels = batch
    order = random.sample(range(len(scores)), len(scores))
    expected = pytest.approx(score_gradient(scores, labels)[order], abs=ROUNDING)

    assert score_gradient(scores[order], labels[order]) == expected


@named(ALL)
@searched
@given(batches(grid), st.randoms())
def test_renumbered_classes_reorder_the_columns(score_gradient, batch, random):
    """No class is special."""
    scores, labels = batch
    order = random.sample(range(scores.shape[1]), scores.shape[1])
    new_labels = np.argsort(order)[labels]
    expected = pytest.approx(score_gradient(scores, labels)[:, order], abs=ROUNDING)

    assert score_gradient(scores[:, order], new_labels) == expected


@named(ALL)
@searched
@given(batches(grid))
def test_a_class_that_cannot_happen_changes_nothing_else(score_gradient, batch):
    """A column of -inf gets the gradient 0 and leaves the rest as it was."""
    scores, labels = batch
    column = np.full((len(scores), 1), -np.inf)
    expected = np.hstack([score_gradient(scores, labels), np.zeros_like(column)])

    assert score_gradient(np.hstack([scores, column]), labels) == pytest.approx(expected, abs=ROUNDING)


@named(ALL)
@searched
@given(batches(grid))
def test_leaves_its_input_alone(score_gradient, batch):
    """Neither the scores nor the labels are modified."""
    before = [array.copy() for array in batch]
    score_gradient(*batch)

    assert [array.tolist() for array in batch] == [array.tolist() for array in before]


# What is accepted

SAME_ANSWER = {
    "lists": (SCORES.tolist(), LABELS.tolist()),
    "tuples": (tuple(map(tuple, SCORES)), tuple(LABELS)),
    "big-endian scores": (SCORES.astype(">f8"), LABELS),
    "big-endian labels": (SCORES, LABELS.astype(">i8")),
    "columns first": (np.asfortranarray(SCORES), LABELS),
    "every other column": (np.repeat(SCORES, 2, axis=1)[:, ::2], LABELS),
    "backwards": (SCORES[::-1, ::-1].copy()[::-1, ::-1], LABELS[::-1].copy()[::-1]),
    "bytes, which are read-only": (
        np.frombuffer(SCORES.tobytes()).reshape(SCORES.shape),
        np.frombuffer(LABELS.tobytes(), LABELS.dtype),
    ),
    "labels int8": (SCORES, LABELS.astype(np.int8)),
    "labels uint8": (SCORES, LABELS.astype(np.uint8)),
    "labels uint64": (SCORES, LABELS.astype(np.uint64)),
}


@named(ALL)
@pytest.mark.parametrize(("scores", "labels"), SAME_ANSWER.values(), ids=SAME_ANSWER)
def test_other_ways_to_hold_the_same_numbers(score_gradient, scores, labels):
    """The answer depends on the numbers, not on how they lie in memory."""
    expected = pytest.approx(score_gradient(SCORES, LABELS), abs=ROUNDING)

    assert score_gradient(scores, labels) == expected


ANSWERS = {
    "one sample": ([[0.0, 0.0]], [1], [[0.5, -0.5]]),
    "one class": ([[3.0], [4.0]], [0, 0], [[0.0], [0.0]]),
    "last label": ([[0.0, 0.0, 0.0, 0.0]], [3], [[0.25, 0.25, 0.25, -0.75]]),
    "int64 scores": ([[2, 2], [-1, -1]], [0, 1], [[-0.25, 0.25], [0.25, -0.25]]),
    "uint8 scores": (np.array([[2, 2]], np.uint8), [0], [[-0.5, 0.5]]),
    "scores -inf": ([[0.0, -np.inf, 0.0]], [0], [[-0.5, 0.0, 0.5]]),
    "score -inf at the label": ([[0.0, -np.inf, 0.0]], [1], [[0.5, -1.0, 0.5]]),
    "more classes than int8 counts": (
        np.zeros((1, 512)),
        np.array([127], np.int8),
        1 / 512 - np.eye(1, 512, 127),
    ),
}


@named(ALL)
@pytest.mark.parametrize(("scores", "labels", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_answers(score_gradient, scores, labels, expected):
    """These can be checked in the head."""
    assert score_gradient(scores, labels) == pytest.approx(np.array(expected), abs=ROUNDING)


DTYPES = [
    (np.float16, np.float16),
    (np.float32, np.float32),
    (np.float64, np.float64),
    (">f2", np.float16),
    (">f4", np.float32),
    (">f8", np.float64),
    (np.int8, np.float64),
    (np.uint64, np.float64),
]


@named(ALL)
@pytest.mark.parametrize(("given_dtype", "expected"), DTYPES, ids=lambda dtype: np.dtype(dtype).str)
def test_dtype(score_gradient, given_dtype, expected):
    """The gradient has the dtype of the scores, and float64 for integers."""
    assert score_gradient(np.ones((2, 3), given_dtype), LABELS).dtype == expected


@named(ALL)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_digits(score_gradient, dtype):
    """The gradient is right to the last digits that its dtype has."""
    scores = SCORES.astype(dtype)
    expected = pytest.approx(exact_gradient(scores, LABELS), rel=0, abs=float(np.finfo(dtype).eps) / 2)

    assert score_gradient(scores, LABELS).astype(float) == expected


HALVES = {
    "more classes than float16 counts": (
        np.zeros((1, 70_000), np.float16),
        [0],
        1 / 70_000 - np.eye(1, 70_000),
    ),
    "more samples than float16 counts": (
        np.zeros((70_000, 2), np.float16),
        np.zeros(70_000, int),
        np.array([[-0.5, 0.5]] * 70_000) / 70_000,
    ),
    "exponentials beyond float16": (np.full((1, 2), 20, np.float16), [0], np.array([[-0.5, 0.5]])),
}


@named(ALL)
@pytest.mark.parametrize(("scores", "labels", "expected"), HALVES.values(), ids=HALVES)
def test_float16_is_rounded_only_once(score_gradient, scores, labels, expected):
    """The way to a float16 result is not walked in float16."""
    assert np.array_equal(score_gradient(scores, labels), expected.astype(np.float16))


# What is refused

N_AND_C = "scores must have shape (N, C) with N and C at least 1, got shape "
NUMBERS = "scores must be float16, float32, float64 or integers, got "
FINITE = "scores must hold no nan, no +inf and at least one finite score in each row, got a row with maximum "
EXACT = "integer scores must lie between -2**53 and 2**53: float64 rounds those beyond"
LABEL = "labels must be integers in [0, 3) of shape (2,), got "


def with_score(score):
    """Return the example scores with this score in the last row."""
    return [[0.1, 5, -0.3], [2, score, -1]]


def matrix(rows):
    """Return an np.matrix, without numpy's advice against it."""
    return np.asarray(rows).view(np.matrix)


REFUSED = {
    "a number": (1.0, LABELS, ValueError, N_AND_C + "()"),
    "one-dimensional scores": (SCORES[0], LABELS, ValueError, N_AND_C + "(3,)"),
    "three-dimensional scores": (SCORES[None], LABELS, ValueError, N_AND_C + "(1, 2, 3)"),
    "N = 0": (SCORES[:0], [], ValueError, N_AND_C + "(0, 3)"),
    "C = 0": (SCORES[:, :0], LABELS, ValueError, N_AND_C + "(2, 0)"),
    "nan": (with_score(np.nan), LABELS, ValueError, FINITE + "nan, row 1"),
    "+inf": (with_score(np.inf), LABELS, ValueError, FINITE + "inf, row 1"),
    "nothing but -inf": ([[-np.inf] * 3, [1, 2, 3]], LABELS, ValueError, FINITE + "-inf, row 0"),
    "two bad rows": ([[np.nan] * 3, [np.inf] * 3], LABELS, ValueError, FINITE + "nan, row 0"),
    "a large integer": ([[2**53 + 1, 0, 0], [0, 0, 0]], LABELS, ValueError, EXACT),
    "a small integer": ([[-(2**53) - 1, 0, 0], [0, 0, 0]], LABELS, ValueError, EXACT),
    "boolean scores": (SCORES > 1, LABELS, TypeError, NUMBERS + "bool"),
    "complex scores": (SCORES + 0j, LABELS, TypeError, NUMBERS + "complex128"),
    "times": (SCORES.astype("datetime64[s]"), LABELS, TypeError, NUMBERS + "datetime64[s]"),
    "object scores": (SCORES.astype(object), LABELS, TypeError, NUMBERS + "object"),
    "text scores": ([["1", "2", "3"]] * 2, LABELS, TypeError, NUMBERS + "<U1"),
    "masked scores": (
        np.ma.masked_less(SCORES, 0),
        LABELS,
        TypeError,
        "scores must be a plain array, got a masked array: its mask would be lost",
    ),
    "matrix scores": (
        matrix(SCORES),
        LABELS,
        TypeError,
        "scores must be a plain array, got np.matrix: its * is the product of matrices",
    ),
    "a column of labels": (
        SCORES,
        LABELS[:, None],
        ValueError,
        LABEL + "shape (2, 1): a column would be broadcast against every row",
    ),
    "a row of labels": (SCORES, LABELS[None], ValueError, LABEL + "shape (1, 2)"),
    "one label for all": (SCORES, 0, ValueError, LABEL + "shape ()"),
    "too few labels": (SCORES, [0], ValueError, LABEL + "shape (1,)"),
    "too many labels": (SCORES, [0, 0, 0], ValueError, LABEL + "shape (3,)"),
    "a negative label": (SCORES, [0, -1], ValueError, LABEL + "-1 for sample 1"),
    "too large a label": (SCORES, [0, 3], ValueError, LABEL + "3 for sample 1"),
    "two bad labels": (SCORES, [4, -2], ValueError, LABEL + "4 for sample 0"),
    "a label beyond int64": (
        SCORES,
        np.array([0, 2**64 - 1], np.uint64),
        ValueError,
        LABEL + f"{2**64 - 1} for sample 1",
    ),
    "boolean labels": (SCORES, [True, False], TypeError, LABEL + "bool"),
    "float labels": (SCORES, [0.0, 1.0], TypeError, LABEL + "float64"),
    "object labels": (SCORES, np.array([0, 1], object), TypeError, LABEL + "object"),
    "one-hot labels": (SCORES, np.eye(2, 3), ValueError, LABEL + "shape (2, 3)"),
    "masked labels": (
        SCORES,
        np.ma.masked_equal(LABELS, 1),
        TypeError,
        "labels must be a plain array, got a masked array: its mask would be lost",
    ),
    "matrix labels": (
        SCORES,
        matrix([[0, 0]]),
        TypeError,
        "labels must be a plain array, got np.matrix: its * is the product of matrices",
    ),
}


@named(ALL)
@pytest.mark.parametrize(("scores", "labels", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(score_gradient, scores, labels, error, message):
    """Nothing is broadcast, wrapped round or lost: the error says what was met and what was expected."""
    with pytest.raises(error) as refusal:
        score_gradient(scores, labels)

    assert str(refusal.value) == message


@named(ALL)
def test_refuses_ragged_rows(score_gradient):
    """Rows of unequal length are no batch."""
    with pytest.raises(ValueError, match="^scores must be an array: its rows differ in length$"):
        score_gradient([[1.0, 2.0], [3.0]], [0, 0])


# How far exp reaches

# N is 2 and C is 3 in each.
REACH = {
    "float64 too large": (
        [[0] * 3, [0, 707.5, 0]],
        np.float64,
        "between -708.40 and 707.30",
        "float64",
        "707.5 in row 1",
    ),
    "float64 too small": (
        [[0.0] * 3, [-708.5] * 3],
        np.float64,
        "between -708.40 and 707.30",
        "float64",
        "-708.5 in row 1",
    ),
    "float32 too large": (
        [[0, 86.5, 0], [0.0] * 3],
        np.float32,
        "between -87.34 and 86.24",
        "float32",
        "86.5 in row 0",
    ),
    "float32 too small": (
        [[-87.5] * 3, [-99] * 3],
        np.float32,
        "between -87.34 and 86.24",
        "float32",
        "-87.5 in row 0",
    ),
    "float16 too large": (
        [[0, 86.5, 0], [0.0] * 3],
        np.float16,
        "between -87.34 and 86.24",
        "float32",
        "86.5 in row 0",
    ),
}


@named(UNSHIFTED)
@pytest.mark.parametrize(("rows", "dtype", "limits", "computed_in", "met"), REACH.values(), ids=REACH)
def test_refuses_what_exp_cannot_hold(score_gradient, rows, dtype, limits, computed_in, met):
    """An exponential that overflows or vanishes is an error that points to the stable version."""
    with pytest.raises(ValueError) as refusal:
        score_gradient(np.array(rows, dtype), LABELS)

    assert str(refusal.value) == (
        f"the largest score of each row must lie {limits}, or exp leaves the range of {computed_in}, "
        f"got {met}: snippets.score_gradient.stable has no such limit"
    )


@named(UNSHIFTED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("end", ["low", "high"])
def test_reaches_the_limit_itself(score_gradient, dtype, end):
    """The very last score that is accepted still gives the right answer."""
    limits = np.finfo(dtype)
    limit = {"low": np.log(limits.smallest_normal), "high": np.log(limits.max / 8)}[end]
    expected = pytest.approx(np.array([[-0.25, 0.25], [0.25, -0.25]]), rel=0, abs=float(limits.eps))

    assert score_gradient(np.full((2, 2), limit), [0, 1]) == expected


HUGE = {
    "+-1e300": ([[1e300, -1e300], [-1e300, 1e300]], [0, 0], [[0, 0], [-0.5, 0.5]]),
    "all 1e300": ([[1e300, 1e300]], [0], [[-0.5, 0.5]]),
    "all -1e300": ([[-1e300, -1e300]], [0], [[-0.5, 0.5]]),
    "a difference beyond float64": ([[1e308, -1e308, 1e308]], [0], [[-0.5, 0, 0.5]]),
    "one large row": ([[1000.0, 1000.0], [0.0, 0.0]], [0, 1], [[-0.25, 0.25], [0.25, -0.25]]),
    "the largest float16": (np.array([[65504, -65504]], np.float16), [1], [[1, -1]]),
    "the largest float32": (np.array([[3e38, -3e38]], np.float32), [1], [[1, -1]]),
    "integers at the limit": ([[2**53, -(2**53)]], [1], [[1, -1]]),
}


@pytest.mark.parametrize(("scores", "labels", "expected"), HUGE.values(), ids=HUGE)
def test_stable_has_no_limit(scores, labels, expected):
    """Scores of any size give the right answer, and no warning."""
    assert stable.score_gradient(scores, labels).tolist() == expected


def test_stable_does_not_mind_a_strict_caller():
    """A caller who has numpy raise on every overflow and underflow gets the right answer too."""
    with np.errstate(all="raise"):
        actual = stable.score_gradient([[1e308, -1e308], [0, -745]], [1, 0])

    assert actual.tolist() == [[0.5, -0.5], [0, 0]]


@pytest.mark.parametrize("version", ALL, ids=lambda version: version.__name__)
def test_its_example_is_run(version):
    """The docstring's example is found, and holds."""
    failed, attempted = doctest.testmod(version)

    assert (failed, attempted > 0) == (0, True)
