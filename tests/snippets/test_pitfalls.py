"""Each pitfall does what its docstring says, next to the line that does it right."""

import doctest

import numpy as np
import pytest

from snippets import pitfalls
from snippets.cross_entropy import cross_entropy
from snippets.softmax import softmax
from snippets.softmax_with_loss import SoftmaxWithLoss

SQUARE = np.array([[1.0, 3.0], [1.0, 1.0]])
SHARES = np.array([[0.25, 0.75], [0.5, 0.5]])
NOTHING = [np.nan, np.nan]


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(pitfalls)

    assert (failed, attempted > 0) == (0, True)


def test_xrange_loop():
    """Python 3 does not know the name."""
    with pytest.raises(NameError, match="xrange"):
        pitfalls.xrange_loop(3)


def test_xrange_loop_with_the_old_name_put_back(monkeypatch):
    """Nothing but the name is wrong with it: it counts from 0 to N-1."""
    monkeypatch.setattr(pitfalls, "xrange", range, raising=False)

    assert pitfalls.xrange_loop(3) == [0, 1, 2]


def test_matrix_sums_turn_shares_into_something_else():
    """The identity leaves shares alone in a product of matrices, and would not elementwise."""
    assert pitfalls.matrix_sums(SQUARE, np.eye(2)).tolist() == SHARES.tolist()


def test_matrix_sums_give_a_matrix():
    """The type spreads."""
    assert type(pitfalls.matrix_sums(SQUARE, np.eye(2))) is np.matrix


def test_matrix_sums_raise_when_not_square():
    """Then there is no product of matrices."""
    with pytest.raises(ValueError, match="not aligned"):
        pitfalls.matrix_sums(np.ones((2, 3)), np.ones((2, 3)))


def test_sums_without_keepdims_divide_by_the_wrong_row():
    """It is the right quotient only where the two rows' sums are equal."""
    assert pitfalls.sums_without_keepdims(SQUARE).tolist() == (SQUARE / [[4.0, 2.0], [4.0, 2.0]]).tolist()


def test_sums_without_keepdims_raise_when_not_square():
    """Three columns cannot share two sums."""
    with pytest.raises(ValueError, match="broadcast"):
        pitfalls.sums_without_keepdims(np.ones((2, 3)))


HITS = {
    "right": ([0, 1], [[-0.5, 0, 0], [0, -0.5, 0]]),
    "a column": ([[0], [1]], [[-0.5, -0.5, 0], [-0.5, -0.5, 0]]),
    "-1": ([0, -1], [[-0.5, 0, 0], [0, 0, -0.5]]),
}


@pytest.mark.parametrize(("labels", "expected"), HITS.values(), ids=HITS)
def test_unchecked_labels(labels, expected):
    """Wrong labels raise nothing."""
    assert pitfalls.unchecked_labels(np.zeros((2, 3)), np.array(labels)).tolist() == expected


def test_unchecked_labels_start_from_the_shares():
    """The shares are divided by N."""
    assert pitfalls.unchecked_labels(SHARES, np.array([0, 1])).tolist() == [[-0.375, 0.375], [0.25, -0.25]]


UNSHIFTED = {
    "right": (SQUARE, SHARES.tolist()),
    "too large": ([[7.0, 2000.0], [7.0, 2000.0]], [[0, np.nan], [0, np.nan]]),
    "too small": ([[-2000.0, -2001.0], [-2000.0, -2001.0]], [NOTHING, NOTHING]),
}


@pytest.mark.parametrize(("scores", "expected"), UNSHIFTED.values(), ids=UNSHIFTED)
def test_unshifted(scores, expected):
    """Without the shift it is right only for middling scores."""
    scores = np.log(scores) if scores is SQUARE else np.array(scores)

    assert np.allclose(pitfalls.unshifted(scores), expected, rtol=0, atol=1e-15, equal_nan=True)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_exp_is_finite_just_below_its_limit(dtype):
    """At the limit nothing is lost yet."""
    assert np.isfinite(np.exp(dtype(pitfalls.exp_limit(dtype) * (1 - 2 * np.finfo(dtype).eps))))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_exp_overflows_just_above_its_limit(dtype):
    """Beyond the limit everything is lost."""
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(dtype(pitfalls.exp_limit(dtype) * (1 + 2 * np.finfo(dtype).eps))))


GLOBAL = {
    "right": (np.log(SQUARE), SHARES.tolist()),
    "far apart": (np.array([[1000.0, 1000.0], [0.0, 0.0]]), [[0.5, 0.5], NOTHING]),
}


@pytest.mark.parametrize(("scores", "expected"), GLOBAL.values(), ids=GLOBAL)
def test_global_maximum(scores, expected):
    """It is right only while all rows are of a size."""
    assert np.allclose(pitfalls.global_maximum(scores), expected, rtol=0, atol=1e-15, equal_nan=True)


def test_bias_gradient_has_the_right_numbers_in_the_wrong_shape():
    """It is the sum over the samples, with an axis too many."""
    assert pitfalls.bias_gradient(SHARES).tolist() == [[0.75, 1.25]]


def test_bias_gradient_does_not_fit_a_bias():
    """A bias has one axis."""
    bias = np.zeros(2)
    with pytest.raises(ValueError, match="non-broadcastable"):
        bias -= pitfalls.bias_gradient(SHARES)


LOGARITHMS = {
    "a gap of 0": ([[0.0, 0.0]], [[1.0, 0.0]], np.log(2)),
    "two samples": ([[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], np.log(2)),
    "a gap of 20": ([[0.0, 20.0]], [[1.0, 0.0]], -np.log(np.exp(-20) + 1e-7)),
    "a share of 0": ([[0.0, 2000.0]], [[1.0, 0.0]], -np.log(1e-7)),
}


@pytest.mark.parametrize(("x", "t", "expected"), LOGARITHMS.values(), ids=LOGARITHMS)
def test_log_with_epsilon(x, t, expected):
    """It is the loss as long as the share is far above 1e-7, and never more than -log(1e-7)."""
    assert pitfalls.log_with_epsilon(np.array(x), np.array(t)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("gap", [0.0, 5.0, 10.0, 16.0, 20.0])
def test_log_with_epsilon_has_a_smaller_gradient(gap):
    """It is p / (p + 1e-7) times the one that is believed to be its gradient."""
    x, t = np.array([[0.0, gap]]), np.array([[1.0, 0.0]])
    step = np.array([[1e-5, 0.0]])
    slope = (pitfalls.log_with_epsilon(x + step, t) - pitfalls.log_with_epsilon(x - step, t)) / 2e-5
    share = softmax(x)[0, 0]

    assert slope == pytest.approx((share - 1) * share / (share + 1e-7), rel=1e-5)


def test_without_dout_is_right_for_the_loss_itself():
    """Only what stands after the loss is lost."""
    layer = SoftmaxWithLoss()
    layer.forward(np.log(SQUARE), [0, 1])

    assert pitfalls.without_dout(layer.y, layer.t, dout=1) == pytest.approx(layer.backward())
    assert pitfalls.without_dout(layer.y, layer.t, dout=2) == pytest.approx(layer.backward(dout=2) / 2)


def test_mean_of_means_weighs_batches_and_not_samples():
    """Each batch counts one half, whatever it holds."""
    W = np.array([[1.0, 3.0], [2.0, -1.0]])
    X, labels = np.array([[1.0, 0.5], [0.0, 2.0], [-1.0, 1.0]]), [0, 1, 1]
    parts = [(X[:1], labels[:1]), (X[1:], labels[1:])]
    slopes = np.zeros_like(W)
    for place in np.ndindex(*W.shape):
        step = np.zeros_like(W)
        step[place] = 1e-6
        slopes[place] = (pitfalls.mean_of_means(W + step, parts)[0] - pitfalls.mean_of_means(W - step, parts)[0]) / 2e-6
    each = cross_entropy(X @ W, labels, reduction="none")
    loss, gradient = pitfalls.mean_of_means(W, parts)

    assert loss == pytest.approx(each[0] / 2 + each[1] / 4 + each[2] / 4)
    assert gradient == pytest.approx(slopes, abs=1e-8)
