"""What every version of the score gradient promises, and what those promise besides that shift, or write in place."""

import doctest
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import hypothesis.extra.numpy as arrays
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import checks
from snippets.score_gradient import blocked, in_place, one_block, one_loop, stable, two_loops, vectorized

UNSHIFTED = [two_loops, one_loop, vectorized]
SHIFTED = [stable, in_place, blocked]
WITH_OUT = [in_place, blocked]
ALL = [*UNSHIFTED, *SHIFTED]

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
            [[float(entry(row, label, j)) for j in range(len(row))] for row, label in zip(rows, labels, strict=True)]
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


@named(SHIFTED)
@pytest.mark.parametrize(("scores", "labels", "expected"), HUGE.values(), ids=HUGE)
def test_a_shifted_version_has_no_limit(score_gradient, scores, labels, expected):
    """Scores of any size give the right answer, and no warning."""
    assert score_gradient(scores, labels).tolist() == expected


@named(SHIFTED)
@pytest.mark.parametrize(
    "scores",
    [np.array([[1e308, -1e308], [0, -745]]), np.array([[60000, -60000], [0, -20]], np.float16)],
    ids=["float64", "float16"],
)
def test_a_shifted_version_does_not_mind_a_strict_caller(score_gradient, scores):
    """A caller who has numpy raise on every overflow and underflow gets the right answer too."""
    with np.errstate(all="raise"):
        actual = score_gradient(scores, [1, 0])

    assert actual.tolist() == [[0.5, -0.5], [0, 0]]


# Where the gradient is written

EXPECTED = stable.score_gradient(SCORES, LABELS)


@named(WITH_OUT)
def test_without_out_the_gradient_is_new(score_gradient):
    """It belongs to the caller, and so do the scores as they were."""
    scores = SCORES.copy()
    gradient = score_gradient(scores, LABELS)
    gradient[:] = 0

    assert scores.tolist() == SCORES.tolist()


@named(WITH_OUT)
@pytest.mark.parametrize("given_dtype", [np.float16, np.float32, np.float64, ">f4", np.int16])
def test_out_is_filled_and_returned(score_gradient, given_dtype):
    """It gets every bit of what a new array would get, and the scores stay."""
    scores = SCORES.astype(given_dtype)
    expected = score_gradient(scores, LABELS)
    out = np.full_like(expected, 7)

    assert score_gradient(scores, LABELS, out) is out
    assert out.tolist() == expected.tolist()
    assert scores.tolist() == SCORES.astype(given_dtype).tolist()


@named(WITH_OUT)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("level", [0, 1000], ids=["near 0", "far from 0"])
def test_the_gradient_may_replace_the_scores(score_gradient, dtype, level):
    """out may be the scores, or another view of the same memory."""
    scores = (SCORES + level).astype(dtype)
    expected = score_gradient(scores, LABELS)

    for table in (scores.copy(), scores.copy()):
        score_gradient(table, LABELS, table[:])
        assert table.tolist() == expected.tolist()


READ_ONLY = np.zeros((2, 3))
READ_ONLY.flags.writeable = False
OTHER_OUT = {
    "a list": ([[0.0] * 3] * 2, TypeError, "out must be an array, got list"),
    "a matrix": (
        matrix(np.zeros((2, 3))),
        TypeError,
        "out must be a plain array, got np.matrix: its * is the product of matrices",
    ),
    "another shape": (np.zeros((3, 2)), ValueError, "out must have shape (2, 3), as the scores, got shape (3, 2)"),
    "one more axis": (
        np.zeros((1, 2, 3)),
        ValueError,
        "out must have shape (2, 3), as the scores, got shape (1, 2, 3)",
    ),
    "another dtype": (np.zeros((2, 3), np.float32), TypeError, "out must be float64, as the gradient, got float32"),
    "another byte order": (np.zeros((2, 3), ">f8"), TypeError, "out must be float64, as the gradient, got >f8"),
    "read-only": (READ_ONLY, ValueError, "out must be writeable and in C order, row after row without a gap"),
    "columns first": (
        np.zeros((3, 2)).T,
        ValueError,
        "out must be writeable and in C order, row after row without a gap",
    ),
}


@named(WITH_OUT)
@pytest.mark.parametrize(("out", "error", "message"), OTHER_OUT.values(), ids=OTHER_OUT)
def test_refuses_another_out(score_gradient, out, error, message):
    """Nothing is cast, broadcast or copied on the way out."""
    with pytest.raises(error) as refusal:
        score_gradient(SCORES, LABELS, out)

    assert str(refusal.value) == message


@named(WITH_OUT)
def test_refuses_an_out_that_begins_inside_the_scores(score_gradient):
    """The scores of one row would be overwritten by the gradient of the row before."""
    memory = np.zeros(7)
    with pytest.raises(ValueError) as refusal:
        score_gradient(memory[:6].reshape(2, 3), LABELS, memory[1:].reshape(2, 3))

    assert str(refusal.value) == (
        "out must be the scores themselves or share no memory with them: it starts at another place"
    )


@named(WITH_OUT)
@pytest.mark.parametrize("kind", [np.asarray, memoryview])
def test_refuses_an_out_that_holds_the_labels(score_gradient, kind):
    """Even one number in common is one too many, whatever shows the labels."""
    memory = np.zeros(6)
    with pytest.raises(ValueError) as refusal:
        score_gradient(SCORES, kind(memory[4:].view(np.int64)), memory.reshape(2, 3))

    assert str(refusal.value) == ("out must share no memory with labels: they would be overwritten while they are read")


@named(WITH_OUT)
@pytest.mark.parametrize("level", [0, 1000], ids=["near 0", "far from 0"])
@pytest.mark.parametrize(("where", "tables"), [("new", 1), ("out", 0), ("scores", 0)])
def test_no_other_table_is_made(monkeypatch, score_gradient, where, tables, level):
    """Beside the result there are only rows and columns, and a few blocks for each thread."""
    monkeypatch.setattr(blocked.os, "cpu_count", lambda: 1)
    scores = np.random.default_rng(0).standard_normal((1024, 2048), np.float32) + np.float32(level)
    labels = np.zeros(1024, int)
    out = {"new": None, "out": np.empty_like(scores), "scores": scores}[where]
    tracemalloc.start()
    score_gradient(scores, labels, out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < (tables + 0.45) * scores.nbytes


def test_good_labels_are_read_once(monkeypatch):
    """What is slow is only asked when there is something to refuse."""
    monkeypatch.setattr(checks, "_check_indices", None)

    assert blocked.score_gradient(SCORES, LABELS) == pytest.approx(EXPECTED)


# In blocks, on threads


@st.composite
def tables(draw):
    """Draw a table whose rows are short or long, near 0 or far from it, and labels."""
    N, C = draw(st.integers(1, 9)), draw(st.sampled_from([1, 2, 10, 32, 33, 127, 128, 129, 256, 257, 300, 1000]))
    dtype = draw(st.sampled_from([np.float16, np.float32, np.float64]))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    levels = draw(st.lists(st.sampled_from([0, 0, 3, -3, 40, -40, 90, -800, 5000]), min_size=N, max_size=N))
    scores = random.standard_normal((N, C)) * draw(st.sampled_from([0, 1, 20])) + np.array(levels)[:, None]
    return scores.astype(dtype), random.integers(0, C, N)


@searched
@given(tables(), st.integers(1, 10), st.integers(1, 3))
def test_any_block_and_any_threads_give_the_same_bits(table, block, threads):
    """Each row is computed alone, so nothing depends on what it lies beside, or on who comes first."""
    scores, labels = table
    expected = blocked.score_gradient(scores, labels)
    actual = blocked.score_gradient(scores, labels, threads=threads, block=block)

    assert actual.tobytes() == expected.tobytes()


@named(ALL)
@searched
@given(batches(st.floats(-300, 300)))
def test_the_same_input_twice_gives_the_same_bits(score_gradient, batch):
    """Nothing depends on the hour."""
    assert score_gradient(*batch).tobytes() == score_gradient(*batch).tobytes()


@searched
@given(tables(), st.integers(1, 10))
def test_blocks_may_replace_the_scores(table, block):
    """Whatever was written before, a row is read before its own gradient is written."""
    scores, labels = table
    expected = blocked.score_gradient(scores, labels)
    blocked.score_gradient(scores, labels, scores, block=block)

    assert scores.tobytes() == expected.tobytes()


@searched
@given(tables())
def test_blocks_equal_the_stable_version(table):
    """Whether a row is shifted makes no difference but rounding, and none in float16 but in its last digit."""
    scores, labels = table
    expected = stable.score_gradient(scores, labels).astype(float)
    rounding = 4 * np.finfo(scores.dtype).eps * abs(expected).max(axis=1, keepdims=True)

    assert (abs(blocked.score_gradient(scores, labels) - expected) <= 2 * rounding).all()


@pytest.mark.parametrize(("threads", "block"), [(1, 1), (2, 1), (1, 2), (2, 3), (None, None)])
@pytest.mark.parametrize("score", [np.nan, np.inf, -np.inf])
def test_a_refused_row_is_named_in_any_block(threads, block, score):
    """The number of the row is the one in the whole table. -inf is refused when a row has nothing else."""
    scores = np.zeros((5, 3))
    scores[3] = score
    with pytest.raises(ValueError) as refusal:
        blocked.score_gradient(scores, [0] * 5, threads=threads, block=block)

    assert str(refusal.value) == FINITE + f"{score}, row 3"


# A table of (5, 3) float64, so 24 bytes a row, in blocks of 60 bytes; three processors, used beyond 14 scores.
# Expected: the first row of each block, and how many rows it has.
SHARED_OUT = {
    "a small table on one thread": ((4, 3), None, 9, [(0, 4)]),
    "a large table on each processor": ((5, 3), None, 9, [(0, 2), (2, 2), (4, 1)]),
    "one thread that is asked for": ((5, 3), 1, 9, [(0, 5)]),
    "two threads that are asked for": ((4, 3), 2, 9, [(0, 2), (2, 2)]),
    "more threads than rows": ((2, 3), 5, 9, [(0, 1), (1, 1)]),
    "blocks that fit": ((4, 3), 1, None, [(0, 2), (2, 2)]),
    "a block ends where a thread's share does": ((5, 3), 2, 2, [(0, 2), (2, 1), (3, 2)]),
    "rows too long for a block": ((2, 8), 1, None, [(0, 1), (1, 1)]),
}


@pytest.mark.parametrize(("shape", "threads", "block", "expected"), SHARED_OUT.values(), ids=SHARED_OUT)
def test_how_rows_are_shared_out(monkeypatch, shape, threads, block, expected):
    """Each row is in one block, and of what is not to be replaced no copy is made."""
    scores, out, seen, pools = np.zeros(shape), np.zeros(shape), [], []

    def fill(table, given, labels, N, start):
        in_place = np.shares_memory(table, out) and np.shares_memory(given, scores)
        seen.append((start, len(table), len(given), len(labels), N, in_place))

    class Pool(ThreadPoolExecutor):
        def __init__(self, size):
            pools.append(size)
            super().__init__(size)

    for name, value in {"fill": fill, "ThreadPoolExecutor": Pool, "BLOCK": 60, "FEW": 14}.items():
        monkeypatch.setattr(blocked, name, value)
    monkeypatch.setattr(blocked.os, "cpu_count", lambda: 3)
    blocked.score_gradient(scores, np.zeros(len(scores), int), out, threads=threads, block=block)

    assert sorted(seen) == [(start, rows, rows, rows, len(scores), True) for start, rows in expected]
    assert pools in ([], [threads or 3])
    assert (pools == []) == (expected[0][1] == len(scores) or threads == 1)


def test_few_scores_need_more_than_few_for_threads(monkeypatch):
    """Exactly as many as the limit are still few."""
    monkeypatch.setattr(blocked, "FEW", SCORES.size)
    monkeypatch.setattr(blocked, "ThreadPoolExecutor", None)

    assert blocked.score_gradient(SCORES, LABELS) == pytest.approx(EXPECTED)


def test_threads_may_replace_the_scores():
    """No row is done twice."""
    scores = np.random.default_rng(0).standard_normal((7, 3))
    labels = np.zeros(7, int)
    expected = blocked.score_gradient(scores, labels)

    assert blocked.score_gradient(scores, labels, scores, threads=3, block=2).tolist() == expected.tolist()


@pytest.mark.parametrize(("C", "expected"), [(256, 8192), (257, 16)])
def test_the_buffer_is_small_for_long_rows_alone(monkeypatch, C, expected):
    """And numpy's own setting is back afterwards."""
    seen = []
    monkeypatch.setattr(one_block, "to_gradient", lambda *_: seen.append(np.getbufsize()) or np.ones(1))
    one_block.fill(np.empty((1, C)), np.zeros((1, C)), np.array([0]), 1, 0)

    assert (seen, np.getbufsize()) == ([expected], 8192)


@pytest.mark.parametrize("parts", [{"threads": np.int8(2)}, {"block": np.uint8(200)}], ids=str)
def test_parts_may_be_numbers_of_few_bits(parts):
    """How many rows there are is beyond them, and so is where the last block ends."""
    scores = np.random.default_rng(0).standard_normal((600, 3))
    labels = np.zeros(600, int)
    expected = blocked.score_gradient(scores, labels)

    assert blocked.score_gradient(scores, labels, **parts).tolist() == expected.tolist()


PARTS = {
    "no threads": ({"threads": 0}, ValueError, "threads must be at least 1, got 0"),
    "half a thread": ({"threads": 0.5}, TypeError, "threads must be an integer, got 0.5"),
    "true threads": ({"threads": True}, TypeError, "threads must be an integer, got True"),
    "no rows": ({"block": 0}, ValueError, "block must be at least 1, got 0"),
    "rows that are text": ({"block": "3"}, TypeError, "block must be an integer, got '3'"),
}


@pytest.mark.parametrize(("parts", "error", "message"), PARTS.values(), ids=PARTS)
def test_refuses_other_parts(parts, error, message):
    """A block or a number of threads is a whole number, and at least 1."""
    with pytest.raises(error) as refusal:
        blocked.score_gradient(SCORES, LABELS, **parts)

    assert str(refusal.value) == message


@pytest.mark.parametrize("version", ALL, ids=lambda version: version.__name__)
def test_its_example_is_run(version):
    """The docstring's example is found, and holds."""
    failed, attempted = doctest.testmod(version)

    assert (failed, attempted > 0) == (0, True)


@pytest.mark.parametrize("dtype", ["i1", "i8", ">i4", "u1", "u4", "u8"])
def test_ordinary_labels_take_the_short_way(dtype):
    """They are read once, whatever integers they are."""
    assert checks._are_indices(np.array([0, 2], dtype), (2,), 3)
