"""What the two gradients of a mean in which samples count differently promise."""

import doctest
import re

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import weighted_mean as module
from snippets.score_gradient import stable
from snippets.weighted_mean import kept_gradient, weighted_gradient

SCORES = np.array([[0.1, 5, -0.3], [2, 1, -1]])
CLOSE = {"rel": 1e-12, "abs": 1e-14}
INF = np.inf
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)


def exact_gradient(scores, labels, counts):
    """Return the central difference of sum(counts * losses) / sum(counts), computed with 50 digits."""
    with mpmath.workdps(50):
        h = mpmath.mpf(10) ** -15
        total = mpmath.fsum(mpmath.mpf(float(count)) for count in counts)
        gradient = np.zeros(scores.shape)
        for i, j in np.ndindex(*scores.shape):
            if counts[i]:
                rise = 0
                for sign in (1, -1):
                    row = [mpmath.mpf(float(s)) + sign * h * (k == j) for k, s in enumerate(scores[i])]
                    rise += sign * (mpmath.log(mpmath.fsum(mpmath.exp(s) for s in row)) - row[labels[i]])
                gradient[i, j] = float(mpmath.mpf(float(counts[i])) * rise / (2 * h) / total)
        return gradient


@st.composite
def batches(draw):
    """Draw scores and labels, a truth value for each sample, and a weight for each class."""
    N, C = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    row = st.lists(st.floats(-300, 300), min_size=C, max_size=C)
    scores = np.array(draw(st.lists(row, min_size=N, max_size=N)))
    labels = np.array(draw(st.lists(st.integers(0, C - 1), min_size=N, max_size=N)))
    kept = np.array(draw(st.lists(st.booleans(), min_size=N, max_size=N).filter(any)))
    weight = np.array(draw(st.lists(st.floats(0.125, 4), min_size=C, max_size=C)))
    return scores, labels, kept, weight


@searched
@given(batches())
def test_kept_gradient_equals_the_central_difference(batch):
    """Each sample counts 1 or 0."""
    scores, labels, kept, _ = batch
    actual = kept_gradient(scores, np.where(kept, labels, -7), -7)

    assert actual == pytest.approx(exact_gradient(scores, labels, kept), **CLOSE)


@searched
@given(batches())
def test_weighted_gradient_equals_the_central_difference(batch):
    """Each sample counts the weight of its label."""
    scores, labels, _, weight = batch
    actual = weighted_gradient(scores, labels, weight)

    assert actual == pytest.approx(exact_gradient(scores, labels, weight[labels]), **CLOSE)


@searched
@given(batches())
def test_nothing_ignored_and_equal_weights_are_nothing_new(batch):
    """Then both are the gradient of the plain mean."""
    scores, labels, _, _ = batch
    expected = pytest.approx(stable.score_gradient(scores, labels), **CLOSE)

    assert kept_gradient(scores, labels, -1) == expected
    assert weighted_gradient(scores, labels, np.full(scores.shape[1], 5)) == expected


KEPT = {
    "one of two": ([[0, 0], [0, 0]], [0, -1], -1, [[-0.5, 0.5], [0, 0]]),
    "a class": ([[0, 0], [0, 0]], [1, 0], 1, [[0, 0], [-0.5, 0.5]]),
    "everything": ([[0, 0], [0, 0]], [9, 9], 9, [[0, 0], [0, 0]]),
    "nothing": ([[0, 0], [0, 0]], [0, 0], 9, [[-0.25, 0.25], [-0.25, 0.25]]),
    "nothing is ever to be": ([[0, 0], [0, 0]], [0, 0], None, [[-0.25, 0.25], [-0.25, 0.25]]),
    "a class that cannot happen": ([[0, -INF, 0]], [0], 9, [[-0.5, 0, 0.5]]),
}


@pytest.mark.parametrize(("scores", "labels", "ignore_index", "expected"), KEPT.values(), ids=KEPT)
def test_kept_gradient_answers(scores, labels, ignore_index, expected):
    """These can be checked in the head, and none of them warns, even a strict caller."""
    with np.errstate(all="raise"):
        actual = kept_gradient(scores, labels, ignore_index)

    assert actual.tolist() == expected


WEIGHTED = {
    "three to one": ([[0, 0], [0, 0]], [0, 1], [3, 1], [[-0.375, 0.375], [0.125, -0.125]]),
    "one sample": ([[0, 0]], [0], [3, 1], [[-0.5, 0.5]]),
    "0": ([[0, 0], [0, 0]], [0, 1], [0, 1], [[0, 0], [0.5, -0.5]]),
    "none": ([[0, 0], [0, 0]], [0, 1], None, [[-0.25, 0.25], [0.25, -0.25]]),
    "negative": ([[0, 0], [0, 0]], [0, 1], [-1, 2], [[0.5, -0.5], [1, -1]]),
    "a class that cannot happen": ([[0, -INF, 0]], [0], [1, 1, 1], [[-0.5, 0, 0.5]]),
}


@pytest.mark.parametrize(("scores", "labels", "weight", "expected"), WEIGHTED.values(), ids=WEIGHTED)
def test_weighted_gradient_answers(scores, labels, weight, expected):
    """These can be checked in the head, and none of them warns, even a strict caller."""
    with np.errstate(all="raise"):
        actual = weighted_gradient(scores, labels, weight)

    assert actual.tolist() == expected


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype(dtype):
    """Both have the dtype of the scores."""
    scores = SCORES.astype(dtype)

    assert kept_gradient(scores, [0, 1], 1).dtype == dtype
    assert weighted_gradient(scores, [0, 1], np.ones(3)).dtype == dtype


def test_leaves_its_input_alone():
    """Nothing that is given is modified."""
    scores, labels, weight = SCORES.copy(), np.array([0, 1]), np.ones(3)
    for array in (scores, labels, weight):
        array.flags.writeable = False
    kept_gradient(scores, labels, 1)
    weighted_gradient(scores, labels, weight)

    assert (scores.tolist(), labels.tolist(), weight.tolist()) == (SCORES.tolist(), [0, 1], [1, 1, 1])


KEPT_REFUSED = {
    "a single sample": (
        SCORES[0], [0], -1, ValueError, "scores must have shape (N, C) with N and C at least 1, got shape (3,)",
    ),
    "a label that is out of range": (
        SCORES, [0, 3], -1, ValueError, "labels must be integers in [0, 3) or -1 of shape (2,), got 3 for sample 1",
    ),
    "a column of labels": (
        SCORES, [[0], [1]], -1, ValueError,
        "labels must be integers in [0, 3) or -1 of shape (2,), got shape (2, 1): "
        "a column would be broadcast against every row",
    ),
    "ignore_index that is floating": (SCORES, [0, 1], 1.0, TypeError, "ignore_index must be an integer, got 1.0"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "labels", "ignore_index", "error", "message"), KEPT_REFUSED.values(), ids=KEPT_REFUSED
)
def test_kept_gradient_refuses(scores, labels, ignore_index, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        kept_gradient(scores, labels, ignore_index)


WEIGHTED_REFUSED = {
    "too large a label": (
        [0, 3], [1, 1, 1], ValueError, "labels must be integers in [0, 3) of shape (2,), got 3 for sample 1",
    ),
    "a weight for each sample": (
        [0, 1], [1, 1], ValueError, "weight must have shape (3,), a number for each class, got shape (2,)",
    ),
    "a weight that is nan": (
        [0, 1], [1, np.nan, 1], ValueError, "weight must be finite in float64, got nan at index (1,)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("labels", "weight", "error", "message"), WEIGHTED_REFUSED.values(), ids=WEIGHTED_REFUSED)
def test_weighted_gradient_refuses(labels, weight, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        weighted_gradient(SCORES, labels, weight)


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
