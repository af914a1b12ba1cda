"""What the gradient for soft targets and the two kinds of label smoothing promise."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import soft_targets as module
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.soft_targets import smoothed, smoothed_over_others, soft_gradient

CLOSE = {"rel": 1e-12, "abs": 1e-13}
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)


@st.composite
def batches(draw):
    """Draw scores and targets that need not add up to anything."""
    N, C = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rows = st.lists(st.lists(st.floats(-9, 9), min_size=C, max_size=C), min_size=N, max_size=N)
    return np.array(draw(rows)), np.array(draw(rows))


@searched
@given(batches())
def test_soft_gradient_is_the_slope_of_the_loss(batch):
    """The step is imaginary, so that no digits are lost to a difference."""
    scores, targets = batch
    slope = np.zeros_like(scores)
    for place in np.ndindex(*scores.shape):
        stepped = scores.astype(complex)
        stepped[place] += 1e-30j
        logarithms = stepped - np.log(np.exp(stepped).sum(axis=1, keepdims=True))
        slope[place] = -np.sum(targets * logarithms).imag / 1e-30 / len(scores)

    assert soft_gradient(scores, targets) == pytest.approx(slope, **CLOSE)


@searched
@given(batches())
def test_the_well_known_difference_is_right_only_for_sums_of_one(batch):
    """p - t misses p times whatever the row's sum has more than 1."""
    scores, targets = batch
    shares = soft_gradient(scores, np.zeros_like(scores) + 1 / scores.shape[1]) * len(scores) + 1 / scores.shape[1]
    missing = shares * (targets.sum(axis=1, keepdims=True) - 1) / len(scores)

    assert soft_gradient(scores, targets) - (shares - targets) / len(scores) == pytest.approx(missing, **CLOSE)


SOFT = {
    "indices": ([[0, 0], [0, 0]], [0, 1], [[-0.25, 0.25], [0.25, -0.25]]),
    "one-hot integers": ([[0, 0], [0, 0]], [[1, 0], [0, 1]], [[-0.25, 0.25], [0.25, -0.25]]),
    "a row that adds up to 2": ([[0, 0]], [[2.0, 0]], [[-1, 1]]),
    "a row of zeros": ([[0, 5]], [[0.0, 0]], [[0, 0]]),
    "a class that cannot happen": ([[0, -np.inf]], [[0.5, 0.5]], [[0.5, -0.5]]),
}


@pytest.mark.parametrize(("scores", "targets", "expected"), SOFT.values(), ids=SOFT)
def test_soft_gradient_answers(scores, targets, expected):
    """These can be checked in the head."""
    assert soft_gradient(scores, targets).tolist() == expected


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype(dtype):
    """float16 becomes float32."""
    actual = soft_gradient(np.ones((1, 2), dtype), np.ones((1, 2)))

    assert actual.dtype == (np.float64 if dtype is np.float64 else np.float32)


# Label smoothing

kinds = pytest.mark.parametrize("targets_of", [smoothed, smoothed_over_others])
smoothing = st.floats(0, 1)


@st.composite
def labelled(draw, least=1):
    """Draw labels and the number of classes."""
    C = draw(st.integers(least, 5))
    return np.array(draw(st.lists(st.integers(0, C - 1), min_size=1, max_size=4))), C


@kinds
@searched
@given(labelled(least=2), smoothing)
def test_smoothed_targets_sum_to_one(targets_of, drawn, label_smoothing):
    """What the label loses, other classes get."""
    labels, C = drawn
    sums = targets_of(labels, C, label_smoothing).sum(axis=1)

    assert sums == pytest.approx(np.ones(len(labels)), **CLOSE)


@searched
@given(labelled(), smoothing, st.integers(0, 99))
def test_smoothed_is_what_cross_entropy_does(drawn, label_smoothing, seed):
    """The option and the table give the same loss and the same gradient."""
    labels, C = drawn
    scores = np.random.default_rng(seed).normal(size=(len(labels), C))
    targets = smoothed(labels, C, label_smoothing)
    expected = cross_entropy(scores, labels, label_smoothing=label_smoothing)
    gradient = cross_entropy_gradient(scores, labels, label_smoothing=label_smoothing)

    assert cross_entropy(scores, targets) == pytest.approx(expected, **CLOSE)
    assert soft_gradient(scores, targets) == pytest.approx(gradient, **CLOSE)


@searched
@given(labelled(least=2), smoothing)
def test_one_smoothing_is_the_other_with_another_number(drawn, share):
    """To give u to each other class is to take C u from the label, and to give u to each class."""
    labels, C = drawn
    label_smoothing = share * (C - 1) / C
    expected = smoothed_over_others(labels, C, label_smoothing)

    assert smoothed(labels, C, label_smoothing * C / (C - 1)) == pytest.approx(expected, **CLOSE)


TABLES = {
    "over all": (smoothed, [0, 2], 4, 0.5, [[0.625, 0.125, 0.125, 0.125], [0.125, 0.125, 0.625, 0.125]]),
    "over the others": (smoothed_over_others, [0, 2], 3, 0.5, [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]),
    "none over all": (smoothed, [1], 2, 0, [[0, 1]]),
    "none over the others": (smoothed_over_others, [1], 2, 0, [[0, 1]]),
    "everything over all": (smoothed, [1], 2, 1, [[0.5, 0.5]]),
    "everything over the others": (smoothed_over_others, [1], 2, 1, [[1, 0]]),
    "one class": (smoothed, [0, 0], 1, 0.5, [[1], [1]]),
    "no label": (smoothed, np.zeros(0, int), 2, 0.5, []),
    "numpy's own numbers": (smoothed, [1], np.int64(2), np.float32(0.5), [[0.25, 0.75]]),
}


@pytest.mark.parametrize(("targets_of", "labels", "C", "share", "expected"), TABLES.values(), ids=TABLES)
def test_tables(targets_of, labels, C, share, expected):
    """These can be checked in the head."""
    actual = targets_of(labels, C, share)

    assert (actual.tolist(), actual.dtype) == (expected, float)


LABEL = "labels must be integers in [0, 3) of shape (2,), got "
REFUSED = {
    "a class of 0.5": ([0, 1], 0.5, 0.1, TypeError, "C must be an integer, got 0.5"),
    "a truth value of classes": ([0, 0], True, 0.1, TypeError, "C must be an integer, got True"),
    "too large a label": ([0, 3], 3, 0.1, ValueError, LABEL + "3 for sample 1"),
    "floating labels": ([0.0, 1.0], 3, 0.1, TypeError, LABEL + "float64"),
    "a column of labels": (
        [[0], [1]], 3, 0.1, ValueError, LABEL + "shape (2, 1): a column would be broadcast against every row",
    ),
    "masked labels": (
        np.ma.masked_equal([0, 1], 1), 3, 0.1, TypeError,
        "labels must be a plain array, got a masked array: its mask would be lost",
    ),
    "a single label": (0, 3, 0.1, ValueError, "labels must have one axis, got shape ()"),
    "too much": ([0, 1], 3, 1.1, ValueError, "label_smoothing must lie in [0, 1], got 1.1"),
    "too little": ([0, 1], 3, -0.1, ValueError, "label_smoothing must lie in [0, 1], got -0.1"),
    "nan": ([0, 1], 3, np.nan, ValueError, "label_smoothing must be finite in float64, got nan"),
    "a truth value": ([0, 1], 3, True, TypeError, "label_smoothing must be floating or integers, got bool"),
}  # fmt: skip


@kinds
@pytest.mark.parametrize(("labels", "C", "share", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(targets_of, labels, C, share, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        targets_of(labels, C, share)


@pytest.mark.parametrize(("targets_of", "least"), [(smoothed, 1), (smoothed_over_others, 2)])
def test_refuses_too_few_classes(targets_of, least):
    """Without another class there is nobody to give a share to."""
    with pytest.raises(ValueError, match=f"^C must be at least {least}, got {least - 1}$"):
        targets_of([0], least - 1, 0.1)


def test_soft_gradient_refuses_what_the_layer_refuses():
    """They look at scores and targets in the same way."""
    with pytest.raises(ValueError, match=r"^t must have shape \(2,\), or \(2, 3\) as the scores, got shape \(2, 2\)$"):
        soft_gradient(np.zeros((2, 3)), np.zeros((2, 2)))


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
