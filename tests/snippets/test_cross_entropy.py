"""What the cross-entropy and its gradient promise, for every combination of their options."""

import doctest
import math

import hypothesis.extra.numpy as arrays
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import cross_entropy as module
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient, weighted_targets
from snippets.score_gradient import stable

SCORES = np.array([[0.1, 5, -0.3], [2, 1, -1]])
LABELS = np.array([0, 0])
SHARES = np.array([[0.5, 0.25, 0.25], [0, 1, 0]])
CLOSE = {"rel": 1e-12, "abs": 1e-13}
INF, NAN = np.inf, np.nan

both = pytest.mark.parametrize("function", [cross_entropy, cross_entropy_gradient], ids=["loss", "gradient"])
searched = settings(max_examples=80, deadline=None, derandomize=True, database=None)


# The definition, with 50 digits and no numpy


def sample_loss(scores, shares, weight, label_smoothing):
    """Return what the classes of one sample count, each times minus the logarithm of its probability."""
    logarithm = mpmath.log(mpmath.fsum(mpmath.exp(score) for score in scores))
    smoothed = [(1 - label_smoothing) * share + label_smoothing / len(scores) for share in shares]
    return mpmath.fsum(w * q * (logarithm - s) for w, q, s in zip(weight, smoothed, scores, strict=True))


def exact(scores, labels, *, weight=None, ignore_index=None, label_smoothing=0.0, reduction="mean"):
    """Return the loss, and its gradient as a central difference."""
    with mpmath.workdps(50):
        h = mpmath.mpf(10) ** -15
        axis = min(scores.ndim - 1, 1)
        C = scores.shape[axis]
        weight = [mpmath.mpf(float(w)) for w in (np.ones(C) if weight is None else weight)]
        alpha = mpmath.mpf(label_smoothing)
        places = list(np.ndindex(*np.delete(scores.shape, axis)))
        losses, slopes, total = {}, {}, mpmath.mpf(0)
        for place in places:
            row = [mpmath.mpf(float(s)) for s in np.moveaxis(scores, axis, -1)[place]]
            if labels.shape == scores.shape:
                shares = [mpmath.mpf(float(q)) for q in np.moveaxis(labels, axis, -1)[place]]
                total += 1
            elif labels[place] == ignore_index:
                losses[place], slopes[place] = 0, [0] * C
                continue
            else:
                shares = [int(j == labels[place]) for j in range(C)]
                total += weight[labels[place]]
            losses[place] = sample_loss(row, shares, weight, alpha)
            slopes[place] = []
            for j in range(C):
                up, down = ([s + (k == j) * step for k, s in enumerate(row)] for step in (h, -h))
                rise = sample_loss(up, shares, weight, alpha) - sample_loss(down, shares, weight, alpha)
                slopes[place].append(rise / (2 * h))
        if reduction == "mean" and not total:
            return NAN, np.zeros(scores.shape)
        divisor = total if reduction == "mean" else 1
        gradient = np.empty(np.moveaxis(scores, axis, -1).shape)
        for place in places:
            gradient[place] = [float(slope / divisor) for slope in slopes[place]]
        gradient = np.moveaxis(gradient, -1, axis)
        if reduction == "none":
            return np.array([float(losses[place]) for place in places]).reshape(labels_shape(scores)), gradient
        return float(mpmath.fsum(losses.values()) / divisor), gradient


def labels_shape(scores):
    """Return the shape of the scores without the classes."""
    return scores.shape[:1][: scores.ndim - 1] + scores.shape[2:]


# The promises, for any arguments


@st.composite
def arguments(draw, kinds=("indices", "probabilities"), least=1, most=4):
    """Draw scores of so many axes, labels and options."""
    shape = draw(arrays.array_shapes(min_dims=least, max_dims=most, max_side=3))
    scores = draw(arrays.arrays(float, shape, elements=st.floats(-50, 50)))
    C = shape[min(len(shape) - 1, 1)]
    options = {
        "weight": draw(st.none() | arrays.arrays(float, C, elements=st.floats(0.125, 4))),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1, 0.5, 1])),
        "reduction": draw(st.sampled_from(["mean", "sum", "none"])),
    }
    if draw(st.sampled_from(kinds)) == "probabilities":
        options["ignore_index"] = draw(st.sampled_from([None, -100]))
        return scores, draw(arrays.arrays(float, shape, elements=st.floats(-2, 2))), options
    options["ignore_index"] = draw(st.sampled_from([None, -100, -1, 0, 255]))
    ignored = [] if options["ignore_index"] is None else [options["ignore_index"]]
    each = st.sampled_from([*range(C), *ignored])
    return scores, draw(arrays.arrays(np.int64, labels_shape(scores), elements=each)), options


@searched
@given(arguments())
def test_loss_equals_its_definition(drawn):
    """Each class of each sample counts its weight times its target."""
    scores, labels, options = drawn
    expected, _ = exact(scores, labels, **options)

    assert cross_entropy(scores, labels, **options) == pytest.approx(expected, **CLOSE, nan_ok=True)


@searched
@given(arguments())
def test_gradient_equals_the_central_difference(drawn):
    """It is the derivative of the loss, and of the sum of the losses where there is no single loss."""
    scores, labels, options = drawn
    _, expected = exact(scores, labels, **options)

    assert cross_entropy_gradient(scores, labels, **options) == pytest.approx(expected, **CLOSE)


@searched
@given(arguments())
def test_rows_of_the_gradient_sum_to_zero(drawn):
    """What one class gains, the others lose, whatever the targets are."""
    scores, labels, options = drawn
    gradient = cross_entropy_gradient(scores, labels, **options)

    sums = gradient.sum(axis=min(scores.ndim - 1, 1))
    assert sums == pytest.approx(np.zeros(labels_shape(scores)), abs=1e-13)


@searched
@given(arguments())
def test_the_sum_is_the_sum(drawn):
    """There is nothing between each loss and their sum."""
    scores, labels, options = drawn
    each = cross_entropy(scores, labels, **options | {"reduction": "none"})

    assert cross_entropy(scores, labels, **options | {"reduction": "sum"}) == pytest.approx(each.sum(), **CLOSE)


@both
@searched
@given(arguments(most=1))
def test_a_single_sample_is_a_batch_of_one(function, drawn):
    """Without the axis of the samples nothing else changes."""
    scores, labels, options = drawn
    batch = function(scores[None], labels[None], **options)
    actual = function(scores, labels, **options)

    assert np.array_equal(actual, batch.reshape(actual.shape), equal_nan=True)


@both
@searched
@given(arguments(kinds=["indices"], least=2))
def test_further_axes_are_further_samples(function, drawn):
    """(N, C, d1, ...) is (N d1 ..., C) in another shape."""
    scores, labels, options = drawn
    flat = function(np.moveaxis(scores, 1, -1).reshape(-1, scores.shape[1]), labels.reshape(-1), **options)
    actual = function(scores, labels, **options)
    if actual.ndim == scores.ndim:
        actual = np.moveaxis(actual, 1, -1)

    assert actual.reshape(flat.shape) == pytest.approx(flat, **CLOSE, nan_ok=True)


@both
@searched
@given(arguments(kinds=["indices"], least=2))
def test_to_ignore_is_to_leave_out(function, drawn):
    """The others have the loss and the gradient that they have without the ignored."""
    scores, labels, options = drawn
    scores = np.moveaxis(scores, 1, -1).reshape(-1, scores.shape[1])
    labels = labels.reshape(-1)
    kept = labels != options["ignore_index"]
    without = function(scores[kept], labels[kept], **options | {"ignore_index": None})
    actual = function(scores, labels, **options)

    if actual.ndim == 0:
        assert actual == pytest.approx(without, **CLOSE, nan_ok=True)
    else:
        assert actual[kept] == pytest.approx(without, **CLOSE, nan_ok=True)
        assert not actual[~kept].any()


@both
@searched
@given(arguments(kinds=["indices"], least=2), st.sampled_from(["sum", "none"]))
def test_indices_are_tables_of_zeros_and_ones(function, drawn, reduction):
    """Only what the mean divides by depends on how labels are written."""
    scores, labels, options = drawn
    options |= {"ignore_index": None, "reduction": reduction}
    labels = labels.clip(0, scores.shape[1] - 1)
    table = np.moveaxis(np.eye(scores.shape[1])[labels], -1, 1)

    assert function(scores, table, **options) == pytest.approx(function(scores, labels, **options), **CLOSE)


@searched
@given(arguments(kinds=["indices"], least=2))
def test_plain_gradient_equals_the_stable_version(drawn):
    """Without options it is the gradient of the earlier pages."""
    scores, labels, _ = drawn
    scores = np.moveaxis(scores, 1, -1).reshape(-1, scores.shape[1])
    labels = labels.reshape(-1).clip(0, scores.shape[1] - 1)

    assert cross_entropy_gradient(scores, labels) == pytest.approx(stable.score_gradient(scores, labels), **CLOSE)


@both
@searched
@given(arguments())
def test_leaves_its_input_alone(function, drawn):
    """Neither the arrays nor the options are modified."""
    scores, labels, options = drawn
    given_arrays = [scores, labels] + ([] if options["weight"] is None else [options["weight"]])
    before = [array.copy() for array in given_arrays]
    for array in given_arrays:
        array.flags.writeable = False
    function(scores, labels, **options)

    assert [array.tolist() for array in given_arrays] == [array.tolist() for array in before]


@searched
@given(arguments(kinds=["indices"], least=2), st.floats(0.5, 8))
def test_weights_of_another_unit_change_no_mean(drawn, factor):
    """The mean divides by the weights' sum, so only their proportions matter."""
    scores, labels, options = drawn
    options |= {"reduction": "mean", "weight": np.linspace(1, 2, scores.shape[1])}
    expected = cross_entropy(scores, labels, **options)
    options["weight"] = factor * options["weight"]

    assert cross_entropy(scores, labels, **options) == pytest.approx(expected, **CLOSE, nan_ok=True)


# Numbers from elsewhere, and numbers to check in the head

PUBLISHED = {
    "CS231n, the linear classifier": ([[-2.85, 0.86, 0.28]], [2], 1.04),
    "CS231n, any classifier before it learns": (np.zeros((5, 10)), [3, 1, 4, 1, 5], 2.302),
}


@pytest.mark.parametrize(("scores", "labels", "expected"), PUBLISHED.values(), ids=PUBLISHED)
def test_published(scores, labels, expected):
    """These stand in course notes."""
    assert cross_entropy(scores, labels) == pytest.approx(expected, abs=1e-3)


LOG2, LOG4 = math.log(2), math.log(4)
# Two samples of equal scores: each probability is a half, each logarithm is -log 2.
EQUAL = np.zeros((2, 2))
FIRST = [[-0.5, 0.5], [-0.5, 0.5]]
NOTHING = [[0, 0], [0, 0]]
ANSWERS = {
    "the mean": (EQUAL, [0, 0], {}, LOG2, [[-0.25, 0.25], [-0.25, 0.25]]),
    "the sum": (EQUAL, [0, 0], {"reduction": "sum"}, LOG4, FIRST),
    "no reduction": (EQUAL, [0, 0], {"reduction": "none"}, [LOG2, LOG2], FIRST),
    "one class": (np.zeros((2, 1)), [0, 0], {}, 0, [[0], [0]]),
    "weights": (EQUAL, [0, 1], {"weight": [3, 1]}, LOG2, [[-0.375, 0.375], [0.125, -0.125]]),
    "weights, summed": (EQUAL, [0, 1], {"weight": [3, 1], "reduction": "sum"}, 4 * LOG2, [[-1.5, 1.5], [0.5, -0.5]]),
    "weights of probabilities": (EQUAL, np.eye(2), {"weight": [3, 1]}, 2 * LOG2, [[-0.75, 0.75], [0.25, -0.25]]),
    "one sample, so that its weight cancels": (EQUAL[:1], [0], {"weight": [3, 1]}, LOG2, [[-0.5, 0.5]]),
    "a weight of 0": (EQUAL, [0, 1], {"weight": [0, 1]}, LOG2, [[0, 0], [0.5, -0.5]]),
    "a negative weight": (EQUAL, [0, 0], {"weight": [-1, 1], "reduction": "sum"}, -LOG4, [[0.5, -0.5]] * 2),
    "negative weights, divided by themselves": (EQUAL, [0, 0], {"weight": [-1, 1]}, LOG2, [[-0.25, 0.25]] * 2),
    "weights that add up to 0": (EQUAL, [0, 1], {"weight": [-1, 1]}, NAN, [[INF, -INF], [INF, -INF]]),
    "no weight at all": (EQUAL, [0, 0], {"weight": [0, 1]}, NAN, [[NAN, NAN]] * 2),
    "an ignored label": (EQUAL, [0, -100], {"ignore_index": -100}, LOG2, [[-0.5, 0.5], [0, 0]]),
    "an ignored label, summed": (
        EQUAL, [0, -100], {"ignore_index": -100, "reduction": "sum"}, LOG2, [[-0.5, 0.5], [0, 0]],
    ),
    "an ignored label, no reduction": (
        EQUAL, [0, -100], {"ignore_index": -100, "reduction": "none"}, [LOG2, 0], [[-0.5, 0.5], [0, 0]],
    ),
    "an ignored class": (EQUAL, [1, 0], {"ignore_index": 1}, LOG2, [[0, 0], [-0.5, 0.5]]),
    "an ignored label that is too large": (EQUAL, [255, 0], {"ignore_index": 255}, LOG2, [[0, 0], [-0.5, 0.5]]),
    "an ignored label that no sample has": (EQUAL, [0, 0], {"ignore_index": -1}, LOG2, [[-0.25, 0.25]] * 2),
    "an ignored label, smoothed": (
        EQUAL, [0, -1], {"ignore_index": -1, "label_smoothing": 0.5}, LOG2, [[-0.25, 0.25], [0, 0]],
    ),
    "an ignored class and its weight": (
        EQUAL, [0, 1], {"ignore_index": 1, "weight": [1, 9]}, LOG2, [[-0.5, 0.5], [0, 0]],
    ),
    "every label ignored": (EQUAL, [7, 7], {"ignore_index": 7}, NAN, NOTHING),
    "every label ignored, weighted": (EQUAL, [7, 7], {"ignore_index": 7, "weight": [1, 2]}, NAN, NOTHING),
    "every label ignored, smoothed": (EQUAL, [7, 7], {"ignore_index": 7, "label_smoothing": 1}, NAN, NOTHING),
    "every label ignored, summed": (EQUAL, [7, 7], {"ignore_index": 7, "reduction": "sum"}, 0, NOTHING),
    "every label ignored, no reduction": (
        EQUAL, [7, 7], {"ignore_index": 7, "reduction": "none"}, [0, 0], NOTHING,
    ),
    "no sample": (EQUAL[:0], LABELS[:0], {}, NAN, []),
    "no sample, summed": (EQUAL[:0], LABELS[:0], {"reduction": "sum"}, 0, []),
    "no sample, no reduction": (EQUAL[:0], LABELS[:0], {"reduction": "none"}, [], []),
    "no sample with probabilities": (EQUAL[:0], EQUAL[:0], {}, NAN, []),
    "samples of no place": (np.zeros((2, 1, 0)), np.zeros((2, 0), int), {}, NAN, [[[]], [[]]]),
    "smoothed": (EQUAL, [0, 0], {"label_smoothing": 0.5}, LOG2, [[-0.125, 0.125]] * 2),
    "smoothed till nothing is left": (EQUAL, [0, 1], {"label_smoothing": 1}, LOG2, NOTHING),
    "smoothed and weighted": (
        EQUAL, [0, 0], {"label_smoothing": 1, "weight": [1, 3]}, 2 * LOG2, [[0.25, -0.25]] * 2,
    ),
    "probabilities": (EQUAL, [[0.75, 0.25], [0.5, 0.5]], {}, LOG2, [[-0.125, 0.125], [0, 0]]),
    "probabilities, smoothed": (EQUAL, np.eye(2), {"label_smoothing": 0.5}, LOG2, [[-0.125, 0.125], [0.125, -0.125]]),
    "probabilities with a label to ignore": (
        EQUAL, np.eye(2), {"ignore_index": -100}, LOG2, [[-0.25, 0.25], [0.25, -0.25]],
    ),
    "probabilities that add up to 3": (EQUAL, [[2.0, 1.0], [2.0, 1.0]], {}, 3 * LOG2, [[-0.25, 0.25]] * 2),
    "probabilities that add up to 0": (EQUAL, [[1.0, -1.0], [0.0, 0.0]], {}, 0, [[-0.5, 0.5], [0, 0]]),
    "a single sample": ([0.0, 0.0], 0, {}, LOG2, [-0.5, 0.5]),
    "a single sample, no reduction": ([0.0, 0.0], 1, {"reduction": "none"}, LOG2, [0.5, -0.5]),
    "a single sample, ignored": ([0.0, 0.0], -1, {"ignore_index": -1}, NAN, [0, 0]),
    "a single sample with probabilities": ([0.0, 0.0], [1.0, 0.0], {}, LOG2, [-0.5, 0.5]),
    "a class that cannot happen": ([[0, -INF, 0]], [0], {}, LOG2, [[-0.5, 0, 0.5]]),
    "a label that cannot happen": ([[0, -INF, 0]], [1], {}, INF, [[0.5, -1, 0.5]]),
    "a label that cannot happen, ignored": ([[0, -INF, 0]], [1], {"ignore_index": 1}, NAN, [[0, 0, 0]]),
    "a label that cannot happen, weight 0": (
        [[0, -INF], [0, 0]], [1, 0], {"weight": [1, 0]}, LOG2, [[0, 0], [-0.5, 0.5]],
    ),
    "a target of 0 that cannot happen": ([[0, -INF, 0]], [[1.0, 0, 0]], {}, LOG2, [[-0.5, 0, 0.5]]),
    "smoothed over what cannot happen": ([[0, -INF, 0]], [0], {"label_smoothing": 0.75}, INF, [[0, -0.25, 0.25]]),
    "+-1e300": ([[1e300, -1e300]], [1], {}, 2e300, [[1, -1]]),
    "a difference beyond float64": ([[1e308, -1e308]], [1], {}, INF, [[1, -1]]),
    "a loss beyond float16": (np.array([[65504, -65504]], np.float16), [1], {}, INF, [[1, -1]]),
    "a gradient beyond float16": (
        np.zeros((1, 2), np.float16), [0], {"weight": [3e5, 1], "reduction": "sum"}, INF, [[-INF, INF]],
    ),
    "integers": ([[3, 3]], [0], {}, LOG2, [[-0.5, 0.5]]),
    "unsigned labels": (EQUAL, np.array([0, 0], np.uint8), {"ignore_index": -1}, LOG2, [[-0.25, 0.25]] * 2),
    "the largest label ignored": (
        EQUAL, np.array([0, 2**64 - 1], np.uint64), {"ignore_index": 2**64 - 1}, LOG2, [[-0.5, 0.5], [0, 0]],
    ),
    "numpy's own numbers": (
        EQUAL, [0, -1], {"ignore_index": np.int8(-1), "label_smoothing": np.float32(0.5)}, LOG2,
        [[-0.25, 0.25], [0, 0]],
    ),
    "big-endian": (np.zeros((1, 2), ">f8"), np.array([0], ">i8"), {"weight": np.ones(2, ">f4")}, LOG2, [[-0.5, 0.5]]),
}  # fmt: skip
answers = pytest.mark.parametrize(("scores", "labels", "options", "loss", "gradient"), ANSWERS.values(), ids=ANSWERS)


@answers
def test_loss_answers(scores, labels, options, loss, gradient):
    """These can be checked in the head, and none of them warns."""
    actual = cross_entropy(scores, labels, **options)

    assert actual.tolist() == pytest.approx(loss, rel=1e-15 if actual.dtype == float else 1e-3, nan_ok=True)


@answers
def test_gradient_answers(scores, labels, options, loss, gradient):
    """These can be checked in the head, and none of them warns."""
    actual = cross_entropy_gradient(scores, labels, **options)

    assert actual.shape == np.shape(scores)
    assert np.array_equal(actual, np.reshape(gradient, actual.shape), equal_nan=True)


@both
@answers
def test_does_not_mind_a_strict_caller(function, scores, labels, options, loss, gradient):
    """A caller who has numpy raise on everything gets the same answer."""
    expected = function(scores, labels, **options)
    with np.errstate(all="raise"):
        actual = function(scores, labels, **options)

    assert np.array_equal(actual, expected, equal_nan=True)


# What comes out

DTYPES = [
    (np.float16, np.float16),
    (np.float32, np.float32),
    (np.float64, np.float64),
    (">f4", np.float32),
    (np.int8, np.float64),
]
OPTIONS = [
    {},
    {"reduction": "sum"},
    {"reduction": "none"},
    {"weight": np.ones(3), "label_smoothing": np.float64(0.5), "ignore_index": 1},
]


@both
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("labels", [[0, 1], np.ones((2, 3))], ids=["indices", "probabilities"])
@pytest.mark.parametrize(("given_dtype", "expected"), DTYPES, ids=lambda dtype: np.dtype(dtype).str)
def test_dtype(function, given_dtype, expected, labels, options):
    """The result has the dtype of the scores whatever else is in float64, and float64 for integers."""
    if np.ndim(labels) == 2:
        options = {name: option for name, option in options.items() if name != "ignore_index"}

    assert function(np.ones((2, 3), given_dtype), labels, **options).dtype == expected


@pytest.mark.parametrize("labels", [np.array([0]), np.ones((1, 2), np.float32)], ids=["indices", "probabilities"])
def test_targets_have_the_dtype_of_the_weights(labels):
    """Nothing on the way is wider than the scores."""
    targets, _ = weighted_targets(labels, np.array([True]), np.ones(2, np.float32), 0.5)

    assert targets.dtype == np.float32


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_loss_is_a_number(reduction):
    """A number can be printed, compared and formatted as one."""
    assert type(cross_entropy(SCORES, LABELS, reduction=reduction)) is np.float64


def test_float16_is_rounded_only_once():
    """The way to a float16 result is not walked in float16: the sum of these losses passes its range."""
    scores = np.full((70_000, 3), 20, np.float16)
    labels = np.zeros(70_000, int)

    assert cross_entropy(scores, labels) == np.float16(np.log(3))
    assert cross_entropy_gradient(scores[:3], labels[:3])[0].tolist() == [np.float16(-2 / 9)] + [np.float16(1 / 9)] * 2


# What is refused

N_AND_C = "scores must have shape (C,), (N, C) or (N, C, d1, ...) with C at least 1, got shape "
NUMBERS = "scores must be float16, float32, float64 or integers, got "
FINITE = "scores must hold no nan, no +inf and at least one finite score in each row, got a row with maximum "
TABLE = ", or floating of shape (2, 3), got "
LABEL = "labels must be integers in [0, 3) of shape (2,)" + TABLE
PROBABILITIES = "labels of the shape of the scores are probabilities and must be floating, got "
ONE_HOT = ": write labels.astype(float) if they are one-hot"
WEIGHT = "weight must have shape (3,), a number for each class, got shape "
WITH_PROBABILITIES = (
    "ignore_index is for labels that are indices, got {} with probabilities: "
    "a row of zeros ignores a sample, and the mean still counts it"
)
MASKED = " must be a plain array, got a masked array: its mask would be lost"
MATRIX = " must be a plain array, got np.matrix: its * is the product of matrices"


def matrix(rows):
    """Return an np.matrix, without numpy's advice against it."""
    return np.asarray(rows).view(np.matrix)


REFUSED = {
    "a number": (1.0, LABELS, {}, ValueError, N_AND_C + "()"),
    "C = 0": (SCORES[:, :0], LABELS, {}, ValueError, N_AND_C + "(2, 0)"),
    "C = 0 of a single sample": ([], 0, {}, ValueError, N_AND_C + "(0,)"),
    "C = 0 in the middle": (np.zeros((2, 0, 3)), np.zeros((2, 3), int), {}, ValueError, N_AND_C + "(2, 0, 3)"),
    "nan": ([[1, 2, 3], [1, NAN, 3]], LABELS, {}, ValueError, FINITE + "nan, row 1"),
    "nan in an ignored row": ([[NAN] * 3], [9], {"ignore_index": 9}, ValueError, FINITE + "nan, row 0"),
    "+inf": ([[INF, 2, 3], [1, 2, 3]], LABELS, {}, ValueError, FINITE + "inf, row 0"),
    "nothing but -inf": ([[1, 2, 3], [-INF] * 3], LABELS, {}, ValueError, FINITE + "-inf, row 1"),
    "nothing but -inf in one place": (
        np.where(np.arange(12).reshape(2, 3, 2) % 2, -INF, 0), np.zeros((2, 2), int), {}, ValueError,
        FINITE + "-inf, row 1",
    ),
    "boolean scores": (SCORES > 1, LABELS, {}, TypeError, NUMBERS + "bool"),
    "text scores": ([["a"]], [0], {}, TypeError, NUMBERS + "<U1"),
    "masked scores": (np.ma.masked_less(SCORES, 0), LABELS, {}, TypeError, "scores" + MASKED),
    "matrix scores": (matrix(SCORES), LABELS, {}, TypeError, "scores" + MATRIX),
    "a column of labels": (
        SCORES, LABELS[:, None], {}, ValueError,
        LABEL + "shape (2, 1): a column would be broadcast against every row",
    ),
    "a row of labels": (SCORES, LABELS[None], {}, ValueError, LABEL + "shape (1, 2)"),
    "one label for all": (SCORES, 0, {}, ValueError, LABEL + "shape ()"),
    "too few labels": (SCORES, [0], {}, ValueError, LABEL + "shape (1,)"),
    "too many labels": (SCORES, [0, 0, 0], {}, ValueError, LABEL + "shape (3,)"),
    "a list for a single sample": (
        SCORES[0], [0], {}, ValueError,
        "labels must be integers in [0, 3) of shape (), or floating of shape (3,), got shape (1,)",
    ),
    "labels without the further axis": (
        np.zeros((2, 3, 4)), LABELS, {}, ValueError,
        "labels must be integers in [0, 3) of shape (2, 4), or floating of shape (2, 3, 4), got shape (2,)",
    ),
    "labels of a further axis of length 1": (
        np.zeros((2, 3, 4)), np.zeros((2, 4, 1), int), {}, ValueError,
        "labels must be integers in [0, 3) of shape (2, 4), or floating of shape (2, 3, 4), got shape (2, 4, 1)",
    ),
    "a negative label": (SCORES, [0, -1], {}, ValueError, LABEL + "-1 for sample 1"),
    "too large a label": (SCORES, [3, 0], {}, ValueError, LABEL + "3 for sample 0"),
    "a label that another one would ignore": (
        SCORES, [-100, -1], {"ignore_index": -100}, ValueError,
        "labels must be integers in [0, 3) or -100 of shape (2,)" + TABLE + "-1 for sample 1",
    ),
    "PyTorch's -100, if not asked for": (SCORES, [0, -100], {}, ValueError, LABEL + "-100 for sample 1"),
    "too large a label in a further axis": (
        np.zeros((2, 3, 2)), [[0, 1], [2, 3]], {}, ValueError,
        "labels must be integers in [0, 3) of shape (2, 2), or floating of shape (2, 3, 2), got 3 for sample (1, 1)",
    ),
    "floating labels": (SCORES, [0.0, 1.0], {}, TypeError, LABEL + "float64"),
    "boolean labels": (SCORES, [True, False], {}, TypeError, LABEL + "bool"),
    "object labels": (SCORES, np.array([0, None]), {}, TypeError, LABEL + "object"),
    "masked labels": (SCORES, np.ma.masked_equal(LABELS, 1), {}, TypeError, "labels" + MASKED),
    "matrix labels": (SCORES, matrix(SHARES), {}, TypeError, "labels" + MATRIX),
    "one-hot integers": (SCORES, np.eye(2, 3, dtype=np.int64), {}, TypeError, PROBABILITIES + "int64" + ONE_HOT),
    "one-hot truth values": (SCORES, np.eye(2, 3) > 0, {}, TypeError, PROBABILITIES + "bool" + ONE_HOT),
    "indices of a single sample for each class": (
        SCORES[0], [0, 1, 2], {}, TypeError, PROBABILITIES + "int64" + ONE_HOT,
    ),
    "probabilities of too few classes": (SCORES, SHARES[:, :2], {}, ValueError, LABEL + "shape (2, 2)"),
    "probabilities of too few samples": (SCORES, SHARES[:1], {}, ValueError, LABEL + "shape (1, 3)"),
    "a probability that is nan": (
        SCORES, [[1, 0, 0], [0, NAN, 0]], {}, ValueError, "labels must be finite in float64, got nan at index (1, 1)",
    ),
    "a probability that is inf": (
        SCORES, [[1, 0, INF], [0, 0, 0]], {}, ValueError, "labels must be finite in float64, got inf at index (0, 2)",
    ),
    "a probability beyond float32": (
        SCORES.astype(np.float32), [[1e39, 0, 0], [0, 0, 0]], {}, ValueError,
        "labels must be finite in float32, got 1e+39 at index (0, 0)",
    ),
    "probabilities and a class to ignore": (
        SCORES, SHARES, {"ignore_index": 1}, ValueError, WITH_PROBABILITIES.format(1),
    ),
    "probabilities and class 0 to ignore": (
        SCORES, SHARES, {"ignore_index": 0}, ValueError, WITH_PROBABILITIES.format(0),
    ),
    "too few weights": (SCORES, LABELS, {"weight": [1, 2]}, ValueError, WEIGHT + "(2,)"),
    "too many weights": (SCORES, LABELS, {"weight": [1, 2, 3, 4]}, ValueError, WEIGHT + "(4,)"),
    "one weight for all": (SCORES, LABELS, {"weight": 2.0}, ValueError, WEIGHT + "()"),
    "a weight for each sample": (SCORES, LABELS, {"weight": [[1.0], [2.0]]}, ValueError, WEIGHT + "(2, 1)"),
    "a weight that is nan": (
        SCORES, LABELS, {"weight": [1, NAN, 1]}, ValueError, "weight must be finite in float64, got nan at index (1,)",
    ),
    "a weight that is inf": (
        SCORES, LABELS, {"weight": [1, 1, INF]}, ValueError, "weight must be finite in float64, got inf at index (2,)",
    ),
    "a weight beyond float32": (
        SCORES.astype(np.float32), LABELS, {"weight": [1e39, 1, 1]}, ValueError,
        "weight must be finite in float32, got 1e+39 at index (0,)",
    ),
    "boolean weights": (
        SCORES, LABELS, {"weight": [True, True, False]}, TypeError, "weight must be floating or integers, got bool",
    ),
    "complex weights": (
        SCORES, LABELS, {"weight": [1j, 1, 1]}, TypeError, "weight must be floating or integers, got complex128",
    ),
    "masked weights": (
        SCORES, LABELS, {"weight": np.ma.masked_equal([1.0, 2, 3], 1)}, TypeError, "weight" + MASKED,
    ),
    "matrix weights": (SCORES, LABELS, {"weight": matrix([1.0, 2, 3])}, TypeError, "weight" + MATRIX),
    "ignore_index that is floating": (
        SCORES, LABELS, {"ignore_index": -100.0}, TypeError, "ignore_index must be an integer, got -100.0",
    ),
    "ignore_index that is a truth value": (
        SCORES, LABELS, {"ignore_index": False}, TypeError, "ignore_index must be an integer, got False",
    ),
    "ignore_index that is a list": (
        SCORES, LABELS, {"ignore_index": [0, 1]}, TypeError, "ignore_index must be an integer, got [0, 1]",
    ),
    "negative smoothing": (
        SCORES, LABELS, {"label_smoothing": -0.1}, ValueError, "label_smoothing must lie in [0, 1], got -0.1",
    ),
    "too much smoothing": (
        SCORES, LABELS, {"label_smoothing": 1.5}, ValueError, "label_smoothing must lie in [0, 1], got 1.5",
    ),
    "smoothing that is nan": (
        SCORES, LABELS, {"label_smoothing": NAN}, ValueError, "label_smoothing must be finite in float64, got nan",
    ),
    "smoothing that is a truth value": (
        SCORES, LABELS, {"label_smoothing": True}, TypeError,
        "label_smoothing must be floating or integers, got bool",
    ),
    "smoothing for each class": (
        SCORES, LABELS, {"label_smoothing": [0.1] * 3}, ValueError,
        "label_smoothing must be one number, got shape (3,)",
    ),
    "smoothing that is nothing": (
        SCORES, LABELS, {"label_smoothing": None}, TypeError,
        "label_smoothing must be floating or integers, got object",
    ),
    "an unknown reduction": (
        SCORES, LABELS, {"reduction": "avg"}, ValueError, "reduction must be 'mean', 'sum' or 'none', got 'avg'",
    ),
    "no reduction": (
        SCORES, LABELS, {"reduction": None}, ValueError, "reduction must be 'mean', 'sum' or 'none', got None",
    ),
}  # fmt: skip


@both
@pytest.mark.parametrize(("scores", "labels", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(function, scores, labels, options, error, message):
    """Nothing is broadcast, wrapped round or lost: the error says what was met and what was expected."""
    with pytest.raises(error) as refusal:
        function(scores, labels, **options)

    assert str(refusal.value) == message


@both
def test_options_are_named(function):
    """The order of five options is nobody's to remember."""
    with pytest.raises(TypeError, match="positional"):
        function(SCORES, LABELS, None)


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
