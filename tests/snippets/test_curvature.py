"""What the second derivatives and the limit of a step promise."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import curvature as module
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.curvature import curvature, hessian, step_limit
from snippets.softmax import softmax

CLOSE = {"rel": 1e-11, "abs": 1e-12}
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)


@st.composite
def rows(draw):
    """Draw a row of scores and a direction."""
    C = draw(st.integers(1, 5))
    row = st.lists(st.floats(-9, 9), min_size=C, max_size=C)
    return np.array(draw(row)), np.array(draw(row))


@searched
@given(rows())
def test_a_block_is_the_slope_of_softmax(case):
    """The step is imaginary, so that no digits are lost to a difference."""
    scores, _ = case
    slopes = np.zeros((len(scores), len(scores)))
    for k in range(len(scores)):
        stepped = scores.astype(complex)
        stepped[k] += 1e-30j
        slopes[:, k] = (np.exp(stepped) / np.exp(stepped).sum()).imag / 1e-30

    assert hessian(scores) == pytest.approx(slopes, **CLOSE)


@searched
@given(rows())
def test_the_curvature_is_the_block_between_two_directions(case):
    scores, x = case

    assert curvature(scores, x) == pytest.approx(x @ hessian(scores) @ x, rel=1e-9, abs=1e-9)


@searched
@given(rows())
def test_the_curvature_lies_between_zero_and_half_of_the_squared_length(case):
    scores, x = case

    assert 0 <= curvature(scores, x) <= x @ x / 2 * (1 + 1e-12)


@searched
@given(rows(), st.floats(-100, 100))
def test_a_common_shift_does_not_bend(case, constant):
    scores, _ = case

    assert curvature(scores, np.full(len(scores), constant)) == pytest.approx(0, abs=1e-24 + 1e-28 * constant**2)


HESSIAN = {
    "one class": ([3.0], [[0.0]]),
    "two level classes": ([7.0, 7.0], [[0.25, -0.25], [-0.25, 0.25]]),
    "integers": ([0, 0], [[0.25, -0.25], [-0.25, 0.25]]),
    "a class that cannot happen": ([0.0, -np.inf, 0.0], [[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]]),
    "large scores": ([1000.0, 0.0], [[0, 0], [0, 0]]),
    "two rows": ([[0.0, 0.0], [9e9, 0.0]], [[[0.25, -0.25], [-0.25, 0.25]], [[0, 0], [0, 0]]]),
    "no rows": (np.zeros((0, 2)), np.zeros((0, 2, 2))),
}


@pytest.mark.parametrize(("scores", "expected"), HESSIAN.values(), ids=HESSIAN)
def test_hessian(scores, expected):
    actual = hessian(scores)

    np.testing.assert_allclose(actual, expected, atol=1e-15)


CURVATURE = {
    "two level classes, moved apart": ([0.0, 0.0], [1.0, -1.0], 1.0),
    "one moved": ([0.0, 0.0], [2.0, 0.0], 1.0),
    "integers": ([0, 0], [2, 0], 1.0),
    "two rows": ([[0.0, 0.0], [0.0, 0.0]], [[1.0, -1.0], [3.0, 3.0]], [1.0, 0.0]),
    "a class that cannot happen": ([0.0, -np.inf], [1.0, 5.0], 0.0),
}


@pytest.mark.parametrize(("scores", "direction", "expected"), CURVATURE.values(), ids=CURVATURE)
def test_curvature(scores, direction, expected):
    np.testing.assert_allclose(curvature(scores, direction), expected, atol=1e-15)


@pytest.mark.parametrize("function", [hessian, lambda scores: curvature(scores, scores)])
@pytest.mark.parametrize(
    ("dtype", "computed"), [("float16", "float32"), ("float32", "float32"), ("float64", "float64")]
)
def test_dtype(function, dtype, computed):
    assert function(np.zeros(2, dtype)).dtype == computed


def test_a_direction_takes_the_dtype_of_the_scores():
    assert curvature(np.zeros(2, np.float32), np.array([1.0, -1.0])).dtype == np.float32


LIMIT = {
    "one sample": ([[1.0]], 0.0, "mean", 4.0),
    "four samples, mean": (np.ones((4, 1)), 0.0, "mean", 4.0),
    "four samples, sum": (np.ones((4, 1)), 0.0, "sum", 1.0),
    "inputs twice as large": ([[2.0]], 0.0, "mean", 1.0),
    "regularization": ([[1.0]], 0.5, "mean", 2.0),
    "regularization, sum": (np.ones((3, 1)), 0.5, "sum", 1.0),
    "the longest direction counts": ([[3.0, 0.0], [0.0, 1.0]], 0.0, "sum", 4 / 9),
    "nothing bends": ([[0.0]], 0.0, "mean", np.inf),
    "float32": (np.ones((1, 1), np.float32), 0.0, "mean", 4.0),
}


@pytest.mark.parametrize(("features", "reg", "reduction", "expected"), LIMIT.values(), ids=LIMIT)
def test_step_limit(features, reg, reduction, expected):
    actual = step_limit(np.asarray(features), reg=reg, reduction=reduction)

    assert type(actual) is float
    assert actual == pytest.approx(expected)


def test_float32_features_are_computed_in_float64():
    third = np.float32(1 / 3)

    assert step_limit(np.array([[third]])) == pytest.approx(4 / float(third) ** 2, rel=1e-14)


def test_without_a_word_it_is_the_mean_without_regularization():
    assert step_limit(np.ones((4, 1))) == pytest.approx(4)


@st.composite
def models(draw):
    """Draw inputs, labels, weights and a strength."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    N, H, C = (draw(st.integers(1, 5)) for _ in "NHC")
    size, reg = draw(st.sampled_from([0.1, 1, 10])), draw(st.sampled_from([0.0, 0.1, 3.0]))
    return size * random.normal(size=(N, H)), random.integers(C, size=N), 3 * random.normal(size=(H, C)), reg


@searched
@given(models(), st.sampled_from(["mean", "sum"]), st.floats(0.01, 0.999))
def test_a_step_below_the_limit_lowers_the_loss(model, reduction, part):
    features, labels, W, reg = model

    def loss(W):
        return cross_entropy(features @ W, labels, reduction=reduction) + reg / 2 * np.square(W).sum()

    slope = features.T @ cross_entropy_gradient(features @ W, labels, reduction=reduction) + reg * W
    rate = part * step_limit(features, reg=reg, reduction=reduction)

    assert loss(W - rate * slope) <= loss(W) + 1e-12 * (1 + loss(W))


def test_beyond_the_limit_it_can_climb():
    """Two samples look alike and have different labels: the limit is met exactly there."""
    features, labels, W = np.ones((2, 1)), np.array([0, 1]), np.array([[1e-3, -1e-3]])
    slope = features.T @ cross_entropy_gradient(features @ W, labels)

    def loss(rate):
        return cross_entropy(features @ (W - rate * slope), labels)

    assert loss(1.01 * step_limit(features)) > loss(0) > loss(0.99 * step_limit(features))


REFUSED = {
    "scores of no class": (lambda: hessian(np.zeros((2, 0))), ValueError, "scores must have shape (..., C)"),
    "nan": (lambda: hessian([np.nan, 0.0]), ValueError, "nan"),
    "another direction": (
        lambda: curvature([0.0, 0.0], [1.0]), ValueError,
        "direction must have the shape (2,) of the scores, got shape (1,)"),
    "an endless direction": (
        lambda: curvature([0.0, 0.0], [1.0, np.inf]), ValueError,
        "direction must be finite in float64, got inf at index (1,)"),
    "a direction too long for the scores": (
        lambda: curvature(np.zeros(2, np.float32), [1e300, 0.0]), ValueError,
        "direction must be finite in float32, got 1e+300 at index (0,)"),
    "a direction of words": (
        lambda: curvature([0.0, 0.0], ["a", "b"]), TypeError, "direction must be floating or integers, got <U1"),
    "a masked direction": (
        lambda: curvature([0.0], np.ma.array([1.0])), TypeError,
        "direction must be a plain array, got a masked array: its mask would be lost"),
    "flat features": (
        lambda: step_limit(np.ones(3)), ValueError,
        "features must have shape (N, H) with N and H at least 1, got shape (3,)"),
    "no features": (
        lambda: step_limit(np.ones((3, 0))), ValueError,
        "features must have shape (N, H) with N and H at least 1, got shape (3, 0)"),
    "features in float16": (
        lambda: step_limit(np.ones((1, 1), np.float16)), TypeError, "features must be float32 or float64, got float16"),
    "integer features": (
        lambda: step_limit(np.ones((1, 1), int)), TypeError, "features must be float32 or float64, got int64"),
    "endless features": (
        lambda: step_limit(np.array([[np.inf]])), ValueError,
        "features must be finite in float64, got inf at index (0, 0)"),
    "np.matrix": (
        lambda: step_limit(np.ones((1, 1)).view(np.matrix)), TypeError,
        "features must be a plain array, got np.matrix: its * is the product of matrices"),
    "a negative strength": (
        lambda: step_limit(np.ones((1, 1)), reg=-1), ValueError, "reg must be at least 0, got -1.0"),
    "a strength of words": (
        lambda: step_limit(np.ones((1, 1)), reg="a"), TypeError, "reg must be floating or integers, got <U1"),
    "another reduction": (
        lambda: step_limit(np.ones((1, 1)), reduction="none"), ValueError,
        "reduction must be 'mean' or 'sum', got 'none'"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_the_label_does_not_bend_the_loss():
    """Three values of the loss, for each label: the same second difference."""
    scores, x, h = np.array([0.1, 5.0, -0.3]), np.array([1.0, -1.0, 0.5]), 1e-3
    bends = [
        (cross_entropy(scores + h * x, y) - 2 * cross_entropy(scores, y) + cross_entropy(scores - h * x, y)) / h**2
        for y in range(3)
    ]

    assert bends == pytest.approx([curvature(scores, x)] * 3, rel=1e-4)


def test_the_block_is_diag_p_minus_p_p():
    p = softmax(np.array([0.1, 5.0, -0.3]))

    assert hessian([0.1, 5.0, -0.3]) == pytest.approx(np.diag(p) - np.outer(p, p))


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0
