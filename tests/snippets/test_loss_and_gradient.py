"""What the short way returns is what the careful ways return."""

import numpy as np
import pytest

from snippets.cross_entropy import cross_entropy
from snippets.loss_and_gradient import loss_and_gradient
from snippets.score_gradient.stable import score_gradient

TOLERANCE = {np.float16: 1e-3, np.float32: 1e-6, np.float64: 1e-14}
RANDOM = np.random.default_rng(7)
BATCHES = {
    "the example": ([[0.1, 5, -0.3], [2, 1, -1]], [0, 0]),
    "one sample": ([[0.5, -0.5]], [1]),
    "one class": ([[3.0], [-2.0]], [0, 0]),
    "equal scores": (np.zeros((3, 4)), [0, 3, 1]),
    "large scores": ([[1000.0, 1001.0], [-1000.0, -1001.0]], [0, 1]),
    "a class that cannot happen": ([[0.0, -np.inf, 1.0]], [2]),
    "many": (RANDOM.normal(size=(50, 7)), RANDOM.integers(0, 7, 50)),
}


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(("scores", "labels"), BATCHES.values(), ids=BATCHES)
def test_it_agrees(scores, labels, dtype):
    """Loss and gradient, in each format."""
    scores, labels = np.array(scores, dtype), np.array(labels)
    loss, gradient = loss_and_gradient(scores, labels)

    assert loss == pytest.approx(cross_entropy(scores, labels), rel=TOLERANCE[dtype], abs=TOLERANCE[dtype])
    assert gradient == pytest.approx(score_gradient(scores, labels), abs=TOLERANCE[dtype])
    assert (loss.dtype, gradient.dtype) == (dtype, dtype)


def test_scores_stay_as_they_are():
    """Nothing is computed in the reader's own array."""
    scores = np.array([[0.1, 5, -0.3]])
    loss_and_gradient(scores, [0])

    assert scores.tolist() == [[0.1, 5, -0.3]]


def test_scores_beyond_any_difference():
    """A loss too large for a number is infinite, without a warning, and the gradient is right."""
    loss, gradient = loss_and_gradient([[1e308, -1e308]], [1])

    assert (loss, gradient.tolist()) == (np.inf, [[1, -1]])


@pytest.mark.parametrize("scores", [[[0.0, -740.0]], [[1e308, -1e308]]], ids=["vanishes", "overflows"])
def test_what_is_right_raises_nothing(scores):
    """A weight that vanishes is 0, and a difference that overflows is far: even where numpy is told to complain."""
    with np.errstate(all="raise"):
        _, gradient = loss_and_gradient(scores, [0])

    assert gradient == pytest.approx(np.zeros((1, 2)))


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="a column would be broadcast"):
        loss_and_gradient([[0.0, 1.0], [1.0, 0.0]], [[0], [1]])
