"""Claims that the pages make in words, where numbers can contradict them."""

import mpmath
import numpy as np
import pytest

from derivations.computed import NUMBERS
from snippets.score_gradient.stable import score_gradient
from snippets.softmax import log_softmax, softmax

ROWS = np.random.default_rng(1).normal(scale=4, size=(20_000, 3))
LABELS = np.random.default_rng(2).integers(3, size=len(ROWS))
LOSSES = -log_softmax(ROWS)[np.arange(len(ROWS)), LABELS]
RIGHT = ROWS.argmax(axis=1) == LABELS


# loss.md


def test_a_right_prediction_costs_at_most_guessing():
    assert LOSSES[RIGHT].max() <= np.log(3)
    assert LOSSES[RIGHT].max() > 0.95 * np.log(3)


def test_a_wrong_prediction_costs_at_least_log_two():
    assert LOSSES[~RIGHT].min() >= np.log(2)
    assert LOSSES[~RIGHT].min() < 1.05 * np.log(2)


def test_between_the_two_marks_a_loss_does_not_tell():
    between = (LOSSES > NUMBERS["log_two"]()) & (LOSSES < NUMBERS["log_three"]())

    assert (between & RIGHT).any()
    assert (between & ~RIGHT).any()


def test_a_nudge_does_not_change_the_number_of_mistakes():
    nudged = ROWS + 1e-9

    assert np.array_equal(nudged.argmax(axis=1) == LABELS, RIGHT)
    assert not np.array_equal(log_softmax(ROWS + [1e-3, 0, 0]), log_softmax(ROWS))


def test_one_weight_of_two_costs_four_weights_of_one():
    assert np.square([2]).sum() == np.square([1, 1, 1, 1]).sum()


# softmax.md


def test_softmax_keeps_the_order():
    assert np.array_equal(softmax(ROWS).argsort(axis=1), ROWS.argsort(axis=1))


def test_growing_scores_give_the_one_hot_argmax():
    assert np.allclose(softmax(np.array([1.0, 3.0, 2.0]) * 1000), [0, 1, 0])


def test_a_tie_stays_a_tie():
    assert np.allclose(softmax(np.array([3.0, 3.0, 2.0]) * 1000), [0.5, 0.5, 0])


@pytest.mark.parametrize(("row", "limit"), [((0.1, 0.2, -5), (0, 1, 0)), ((0.2, 0.2, -5), (0.5, 0.5, 0))])
def test_exp_again_and_again(row, limit):
    weights = [mpmath.mpf(score) for score in row]
    for _ in range(5):
        weights = [mpmath.exp(weight) for weight in weights]

    assert [float(weight / sum(weights)) for weight in weights] == pytest.approx(limit)


def test_softmax_twice_has_a_limit():
    twice = softmax(softmax(ROWS))

    assert twice.max() < NUMBERS["twice_share_limit"]()
    assert twice.max() == pytest.approx(NUMBERS["twice_share_limit"](), abs=1e-3)
    assert NUMBERS["twice_loss_limit"]() == pytest.approx(-np.log(NUMBERS["twice_share_limit"]()))


# shift-invariance.md


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_exp_overflows_where_the_page_says(name):
    limit, dtype = NUMBERS[f"overflow_{name}"](), np.dtype(name).type

    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(dtype(limit * (1 - 1e-3))))
        assert np.isinf(np.exp(dtype(limit * (1 + 1e-3))))


def test_a_number_inside_the_log_changes_the_gradient():
    def loss(score):
        return -np.log(softmax(np.array([score, 20.0]))[0] + 1e-7)

    slope = (loss(1e-4) - loss(-1e-4)) / 2e-4

    assert slope == pytest.approx(-0.02, abs=0.001)
    assert score_gradient(np.array([[0.0, 20.0]]), np.array([0]))[0, 0] == pytest.approx(-1)


# vectorize.md


def test_numpy_warns_of_its_matrix_class():
    with pytest.warns(PendingDeprecationWarning, match="matrix subclass"):
        np.matrix([1])


def test_one_step_further_back():
    """The weights' gradient: transposed hidden values times the scores' gradient, plus the price's."""
    random = np.random.default_rng(3)
    hidden, weights, bias = random.normal(size=(5, 4)), random.normal(size=(4, 3)), random.normal(size=3)
    labels, strength, step = random.integers(3, size=5), 0.3, 1e-6

    def loss(weights, bias):
        shares = log_softmax(hidden @ weights + bias)
        return -shares[np.arange(5), labels].mean() + strength / 2 * np.square(weights).sum()

    gradient = score_gradient(hidden @ weights + bias, labels)
    of_weights = hidden.T @ gradient + strength * weights
    of_bias = gradient.sum(axis=0)

    for place in np.ndindex(4, 3):
        nudge = np.zeros((4, 3))
        nudge[place] = step
        slope = (loss(weights + nudge, bias) - loss(weights - nudge, bias)) / (2 * step)
        assert of_weights[place] == pytest.approx(slope, abs=1e-8)
    for place in range(3):
        nudge = step * np.eye(3)[place]
        slope = (loss(weights, bias + nudge) - loss(weights, bias - nudge)) / (2 * step)
        assert of_bias[place] == pytest.approx(slope, abs=1e-8)
