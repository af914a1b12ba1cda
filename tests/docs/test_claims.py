"""Claims that the pages make in words, where numbers can contradict them."""

import json
import math
import re
from itertools import pairwise
from pathlib import Path
from statistics import median

import mpmath
import numpy as np
import pytest

from derivations.computed import NUMBERS
from hooks.tables.run_tables import measured
from snippets.accumulate import accumulate
from snippets.accuracy import worst
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.curvature import curvature, hessian, step_limit
from snippets.gradient_check import numerical_gradient, relative_error
from snippets.lost_digits import ahead, by_maximum
from snippets.pitfalls import log_with_epsilon, mean_of_means
from snippets.rows import row_sums
from snippets.score_gradient import vectorized
from snippets.score_gradient.stable import score_gradient
from snippets.sigmoid import binary_gradient, binary_loss, sigmoid
from snippets.soft_targets import smoothed, smoothed_over_others
from snippets.softmax import log_softmax, softmax
from snippets.step_sizes import best, complex_step_error, curve, error_at
from snippets.train import digits, mean_and_gradients, spiral, start
from snippets.two_layer_net import loss, loss_and_gradients, scores

TRAINING = Path(__file__).resolve().parents[2] / "benchmarks" / "training.json"
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


# why-divide.md


def test_the_slopes_of_the_loss_with_a_small_number_inside():
    scores, target, step = np.array([[0.0, 20.0]]), np.array([[1.0, 0.0]]), 1e-5
    nudge = [[step, 0]]
    slope = (log_with_epsilon(scores + nudge, target) - log_with_epsilon(scores - nudge, target)) / (2 * step)

    assert NUMBERS["epsilon_slope"]() == pytest.approx(slope, abs=1e-6)
    assert NUMBERS["claimed_slope"]() == pytest.approx((softmax(scores) - target)[0, 0])


def test_only_sure_and_wrong_predictions_lose_their_slope():
    shares = np.array([0.5, 1e-3, 1e-7, 1e-10])
    factors = shares / (shares + 1e-7)

    assert factors == pytest.approx([1, 1, 0.5, 0.001], rel=1e-2)


# momentum.md, adam.md and learning-rate.md

STEPS, SIZE, RATE = 30, 16, 0.1
PULLS = np.random.default_rng(4).normal(size=(STEPS, 5))


def mean_gradient(step, weights):
    """The gradient of some loss that bends: any function of step and weights will do."""
    return np.tanh(weights + PULLS[step]) + 0.3 * weights


def momentum(sizes, rates, inside=False):
    """Weights after training with sums of so many samples, at these rates; inside: the rate is in the velocity."""
    weights, velocity = np.ones(5), np.zeros(5)
    for step in range(STEPS):
        push = sizes[step] * mean_gradient(step, weights)
        velocity = 0.9 * velocity + (rates[step] * push if inside else push)
        weights = weights - (velocity if inside else rates[step] * velocity)
    return weights


def constant(value):
    return np.full(STEPS, value)


def test_with_a_power_of_two_momentum_agrees_to_the_last_digit():
    assert np.array_equal(momentum(constant(16), constant(RATE / 16)), momentum(constant(1), constant(RATE)))


def test_with_any_other_number_it_agrees_up_to_rounding():
    with_sum, with_mean = momentum(constant(10), constant(RATE / 10)), momentum(constant(1), constant(RATE))

    assert with_sum == pytest.approx(with_mean, rel=1e-12)


def test_the_two_forms_of_momentum_part_only_when_the_rate_changes():
    falling = np.linspace(RATE, RATE / 10, STEPS)

    assert momentum(constant(1), constant(RATE), inside=True) == pytest.approx(momentum(constant(1), constant(RATE)))
    assert momentum(constant(1), falling, inside=True) != pytest.approx(momentum(constant(1), falling), rel=1e-3)
    for inside in (False, True):
        with_mean = momentum(constant(1), falling, inside)
        assert momentum(constant(SIZE), falling / SIZE, inside) == pytest.approx(with_mean)


def test_a_rate_for_each_batch_repairs_only_the_form_with_the_rate_inside():
    sizes = np.where(np.arange(STEPS) % 3, 16, 5)
    with_mean = momentum(constant(1), constant(RATE))

    assert momentum(sizes, RATE / sizes) != pytest.approx(with_mean, rel=1e-3)
    assert momentum(sizes, RATE / sizes, inside=True) == pytest.approx(with_mean)
    # Without momentum it would have repaired both.
    assert momentum(sizes, constant(RATE / 16)) != pytest.approx(with_mean, rel=1e-3)


def adam(size, rate, epsilon):
    """Weights after training with sums of so many samples."""
    weights, first, second = np.ones(5), np.zeros(5), np.zeros(5)
    for step in range(STEPS):
        gradient = size * mean_gradient(step, weights)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        root = np.sqrt(second / (1 - 0.999 ** (step + 1)))
        weights = weights - rate * first / (1 - 0.9 ** (step + 1)) / (root + epsilon)
    return weights


def test_adam_keeps_its_rate():
    with_mean = adam(1, RATE, 1e-8)

    assert adam(SIZE, RATE, SIZE * 1e-8) == pytest.approx(with_mean, rel=1e-12)
    assert adam(SIZE, RATE, 1e-8) == pytest.approx(with_mean, abs=1e-7)
    assert adam(SIZE, RATE / SIZE, 1e-8) != pytest.approx(with_mean, rel=0.1)


def test_a_large_epsilon_is_seen():
    assert adam(SIZE, RATE, 0.1) != pytest.approx(adam(1, RATE, 0.1), rel=1e-3)


def test_a_larger_batch_under_a_sum_follows_the_linear_rule():
    """The same rate for the sum of twice as many samples is twice the rate for their mean."""
    scores, labels = ROWS[:32], LABELS[:32]

    def step_of_sum(n, rate):
        return rate * n * score_gradient(scores[:n], labels[:n])

    assert step_of_sum(32, 0.01) == pytest.approx(2 * (16 * 0.01) * score_gradient(scores, labels))


# mean-of-means.md


def test_two_school_classes():
    pupils, books = np.array([2, 8]), np.array([10, 5])
    say = 1 / (len(pupils) * pupils)

    assert books.mean() == 7.5
    assert (pupils * books).sum() / pupils.sum() == 6
    assert say[0] / say[1] == 4


def test_without_any_division_the_sum_of_means_is_as_many_times_too_large():
    random = np.random.default_rng(5)
    W, X, labels = random.normal(size=(4, 3)), random.normal(size=(12, 4)), random.integers(3, size=12)
    pieces = [(X[k : k + 3], labels[k : k + 3]) for k in range(0, 12, 3)]
    loss, gradient = accumulate(W, [(X, labels)])
    mean_loss, mean_gradient = mean_of_means(W, pieces)

    assert len(pieces) * mean_loss == pytest.approx(4 * loss)
    assert len(pieces) * mean_gradient == pytest.approx(4 * gradient)


def test_each_rank_may_scale_its_sum():
    """Times the ranks, over the count of all: then the average over ranks is the mean."""
    sums = [
        cross_entropy(ROWS[:9], LABELS[:9], reduction="sum"),
        cross_entropy(ROWS[9:12], LABELS[9:12], reduction="sum"),
    ]

    assert np.mean([2 * each / 12 for each in sums]) == pytest.approx(cross_entropy(ROWS[:12], LABELS[:12]))


def test_class_weights_have_no_size_and_no_effect_alone():
    weight = np.array([3.0, 1.0, 0.5])
    weighted = cross_entropy(ROWS, LABELS, weight=weight)

    assert cross_entropy(ROWS, LABELS, weight=7 * weight) == pytest.approx(weighted)
    assert cross_entropy(ROWS, LABELS) != pytest.approx(weighted, rel=1e-3)
    assert cross_entropy(ROWS[:1], LABELS[:1], weight=weight) == pytest.approx(cross_entropy(ROWS[:1], LABELS[:1]))


# soft-targets.md


def test_a_smoothed_loss_never_reaches_zero():
    """Its least value is reached where the shares are the targets themselves."""
    target = smoothed([0], 3, 0.3)
    least = -(target * np.log(target)).sum()

    assert cross_entropy(np.log(target), target) == pytest.approx(least)
    assert 0.5 < least < cross_entropy([[50.0, 0, 0]], [0], label_smoothing=0.3)


@pytest.mark.parametrize(("classes", "factor"), [(2, 2), (3, 1.5), (1000, 1.001)])
def test_smoothing_the_others_is_smoothing_all_by_more(classes, factor):
    others, every = smoothed_over_others([0], classes, 0.1), smoothed([0], classes, 0.1 * classes / (classes - 1))

    assert others == pytest.approx(every)
    assert classes / (classes - 1) == pytest.approx(factor, rel=1e-3)


def test_what_the_mean_divides_by():
    weight, targets = np.array([3.0, 1.0, 0.5]), np.eye(3)[LABELS]
    indices = {"weight": weight, "label_smoothing": 0.2}

    total = cross_entropy(ROWS, LABELS, reduction="sum", **indices)
    assert total / cross_entropy(ROWS, LABELS, **indices) == pytest.approx(weight[LABELS].sum())
    total = cross_entropy(ROWS, targets, weight=weight, reduction="sum")
    assert total / cross_entropy(ROWS, targets, weight=weight) == pytest.approx(len(ROWS))


# backprop.md


def small_network(seed=0, N=5, F=4, H=6, C=3):
    """Parameters, inputs and labels of a network whose sizes all differ."""
    random = np.random.default_rng(seed)
    shapes = {"W1": (F, H), "b1": (H,), "W2": (H, C), "b2": (C,)}
    params = {name: random.normal(size=shape) for name, shape in shapes.items()}
    return params, random.normal(size=(N, F)), random.integers(C, size=N)


def test_units_that_start_alike_stay_alike():
    """Whatever the value they all start with."""
    params, X, y = small_network()
    params["W1"][:] = params["W1"][:, :1]
    params["b1"][:] = 0.5
    params["W2"][:] = params["W2"][:1]
    for _ in range(20):
        _, grads = loss_and_gradients(params, X, y, 0.01)
        params = {name: params[name] - 0.1 * grads[name] for name in params}

    assert np.allclose(params["W1"], params["W1"][:, :1], rtol=1e-12)
    assert np.allclose(params["W2"], params["W2"][:1], rtol=1e-12)
    assert np.ptp(params["W1"][:, 0]) > 0.1


@pytest.mark.parametrize(("value", "bias", "learns"), [(0, 0, False), (0, 1, True), (0.1, 0, True)])
def test_only_zeros_throughout_learn_nothing(value, bias, learns):
    """Two classes, as many samples of each, that one hidden unit can tell apart."""
    y = np.repeat([0, 1], 50)
    X = np.random.default_rng(0).normal(size=(100, 2)) + 4.0 * y[:, np.newaxis] - 2
    shapes = {"W1": (2, 8), "b1": 8, "W2": (8, 2), "b2": 2}
    params = {name: np.full(shape, value if name[0] == "W" else 0.0) for name, shape in shapes.items()}
    params["b1"] += bias
    for _ in range(500):
        _, grads = loss_and_gradients(params, X, y, 0)
        params = {name: params[name] - 0.5 * grads[name] for name in params}

    assert loss(params, X, y, 0) == pytest.approx(0 if learns else NUMBERS["log_two"](), abs=0.05)


def test_a_deeper_network_has_nothing_new():
    """Three layers, and in each the three things that the page names."""
    random = np.random.default_rng(0)
    sizes = [4, 6, 5, 3]
    weights = [random.normal(size=pair) for pair in pairwise(sizes)]
    X, y = random.normal(size=(7, 4)), random.integers(3, size=7)

    def run(weights):
        inputs = [X]
        for W in weights[:-1]:
            inputs.append(np.maximum(0, inputs[-1] @ W))
        return inputs, inputs[-1] @ weights[-1]

    inputs, scores = run(weights)
    error, grads = score_gradient(scores, y), []
    for layer in reversed(range(3)):
        grads.insert(0, inputs[layer].T @ error)
        error = (inputs[layer] > 0) * (error @ weights[layer].T)

    for layer, grad in enumerate(grads):

        def f(W, layer=layer):
            return float(cross_entropy(run([*weights[:layer], W, *weights[layer + 1 :]])[1], y))

        assert relative_error(grad, numerical_gradient(f, weights[layer])) < 1e-6


# broadcasting.md


def test_a_bias_before_a_normalization_has_no_gradient():
    """What is added to all samples alike is taken away again with the mean of the batch."""
    X = np.random.default_rng(0).normal(size=(8, 3))
    weights = np.random.default_rng(1).normal(size=(8, 3))

    def f(bias):
        table = X + bias
        return float((weights * (table - table.mean(axis=0)) / table.std(axis=0)).sum())

    assert abs(numerical_gradient(f, np.array([0.5, -1.0, 2.0]))).max() < 1e-8


def test_a_price_on_the_bias_pulls_toward_equal_classes():
    """regularization.md: without it the shares are the frequencies of the classes."""
    y = np.array([0, 0, 0, 1, 1, 2])
    shares = {}
    for strength in [0, 0.5]:
        bias = np.zeros(3)
        for _ in range(2000):
            bias -= score_gradient(np.zeros((6, 3)) + bias, y).sum(axis=0) + strength * bias
        shares[strength] = softmax(bias)

    assert np.allclose(shares[0], np.bincount(y) / 6, atol=1e-6)
    assert np.ptp(shares[0.5]) < 0.6 * np.ptp(shares[0])


@pytest.mark.parametrize(("strength", "rises"), [(0.001, False), (0.3, True)])
def test_a_forgotten_price_shows_only_if_it_is_strong(strength, rises):
    """regularization.md: the mean loss falls, and the loss that is printed follows it or does not."""
    params, X, y = small_network(N=50)
    params = {name: value / 10 for name, value in params.items()}
    start = params
    for _ in range(500):
        _, grads = loss_and_gradients(params, X, y, 0)
        params = {name: params[name] - 0.5 * grads[name] for name in params}

    assert loss(params, X, y, 0) < loss(start, X, y, 0)
    assert (loss(params, X, y, strength) > loss(start, X, y, strength)) == rises


def test_a_price_in_the_loop_comes_out_right_if_the_total_is_divided_afterwards():
    params, X, y = small_network()
    total = sum(loss(params, X[i : i + 1], y[i : i + 1], 0.1) for i in range(len(y)))

    assert total / len(y) == pytest.approx(loss(params, X, y, 0.1))


# relu.md


def test_a_ruler_with_a_slope_from_0_to_1_stays_below():
    x = np.linspace(-3, 3, 61)

    assert all((np.maximum(0, x) >= slope * x).all() for slope in np.linspace(0, 1, 11))
    assert not any((np.maximum(0, x) >= slope * x).all() for slope in [-0.1, 1.1])


def test_a_blank_input_stands_on_the_kink_for_one_step_only():
    params, X, y = small_network()
    X[0], params["b1"] = 0, np.zeros(6)
    before = X @ params["W1"] + params["b1"]
    _, grads = loss_and_gradients(params, X, y, 0)
    params = {name: params[name] - 0.1 * grads[name] for name in params}
    after = X @ params["W1"] + params["b1"]

    assert not before[0].any()
    assert after[0].all()


@pytest.mark.parametrize(("leak", "comes_back"), [(0.0, False), (0.1, True)])
def test_a_dead_unit_stays_dead_unless_its_gate_leaks(leak, comes_back):
    """One unit whose number is negative for every sample, trained to answer 1 everywhere."""
    X = np.random.default_rng(0).normal(size=(50, 3))
    w, b = np.ones(3), -20.0
    for _ in range(2000):
        q = X @ w + b
        gate = np.where(q > 0, 1, leak)
        delta = (gate * q - 1) * gate / len(X)
        w, b = w - 0.5 * X.T @ delta, b - 0.5 * delta.sum()

    assert bool((X @ w + b > 0).any()) is comes_back


@pytest.mark.parametrize(("strength", "bias", "comes_back"), [(0, 0.5, False), (0.1, 0.5, True), (0.1, -0.5, False)])
def test_a_price_opens_a_shut_gate_only_if_the_bias_is_positive(strength, bias, comes_back):
    """The weights shrink and the bias does not, so the bias decides in the end."""
    random = np.random.default_rng(0)
    X, y = abs(random.normal(size=(100, 4))) + 0.5, random.integers(3, size=100)
    params = {"W1": np.full((4, 5), -3.0), "b1": np.full(5, bias), "W2": random.normal(size=(5, 3)), "b2": np.zeros(3)}
    opened = False
    for _ in range(1000):
        opened |= bool((X @ params["W1"] + params["b1"] > 0).any())
        _, grads = loss_and_gradients(params, X, y, strength)
        params = {name: params[name] - 0.1 * grads[name] for name in params}

    assert opened is comes_back


# gradient-check.md


def test_how_many_digits_each_way_has_right():
    """Half, two thirds and all of the digits of float64, each within a digit and a half."""
    digits = -np.log10(np.finfo(float).eps)
    found = {
        "one-sided": min(error for _, error in curve("float64", "one-sided")),
        "central": best("float64").error,
        "complex": complex_step_error(),
    }

    for way, part in [("one-sided", 1 / 2), ("central", 2 / 3), ("complex", 1)]:
        assert abs(-np.log10(found[way]) - part * digits) < 1.5


def test_a_smaller_step_is_not_a_better_one():
    assert error_at("float64", 1e-10) > 1000 * error_at("float64", 1e-5)
    assert error_at("float32", 1e-5) > 100 * error_at("float32", 1e-2)


def test_no_step_in_single_precision_reaches_the_threshold_of_double_precision():
    """Two thirds of seven digits is not quite five."""
    assert 1e-7 < 10 * 1e-7 < min(error for _, error in curve("float32"))
    assert best("float64").error < 1e-7


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_the_best_step_is_where_the_derivation_says(name):
    """The error there is at most a few times the least that any step gives."""
    found = best(name)

    assert found.error_there < 10 * found.error


def test_the_step_that_is_made_is_not_the_one_that_was_asked_for():
    """A step of 1e-5 beside 10 in single precision: the sum is rounded, and nearly a twentieth is lost."""
    made = float(np.float32(10) + np.float32(1e-5)) - 10

    assert 0.04 < 1 - made / 1e-5 < 0.05


def test_a_mixture_of_two_steps_has_a_smaller_error():
    """Richardson's extrapolation, for an exponential and a step that is far too long."""

    def central(h):
        return (np.exp(1 + h) - np.exp(1 - h)) / (2 * h)

    mixed = 4 / 3 * central(0.05) - 1 / 3 * central(0.1)

    assert abs(mixed - np.e) < abs(central(0.05) - np.e) / 1000


def test_each_entry_is_off_by_about_the_same_amount():
    """So a tiny entry is off by a large part of itself."""
    scores, labels = np.array([[0.0, -12.0, 1.0]]), np.array([0])
    exact = cross_entropy_gradient(scores, labels)
    off = abs(numerical_gradient(lambda s: float(cross_entropy(s, labels)), scores, 1e-6) - exact)

    assert off.max() < 1e-9
    assert (off / abs(exact))[0, 1] > 100 * (off / abs(exact))[0, 0]


def test_half_a_batch_has_fewer_kinks_within_the_step():
    """The more samples and units, the more gates change between the two points."""
    changed = {}
    for N in [3, 300]:
        params, X, _ = small_network(N=N)
        moved = params["W1"].copy()
        moved[0, :] += 1e-2
        left, right = (X @ W + params["b1"] > 0 for W in (params["W1"], moved))
        changed[N] = int((left != right).sum())

    assert changed[3] == 0 < changed[300]


RATIOS = [
    ("divided by N again", lambda grads, params, N: grads["b2"] / N, "b2", lambda ratio, N: ratio == pytest.approx(1 / N)),
    ("not divided", lambda grads, params, N: grads["b2"] * N, "b2", lambda ratio, N: ratio == pytest.approx(N)),
    ("the sign", lambda grads, params, N: -grads["b2"], "b2", lambda ratio, N: ratio == pytest.approx(-1)),
    ("a forgotten road", lambda grads, params, N: 0 * grads["b2"], "b2", lambda ratio, N: ratio == pytest.approx(0)),
    ("the half", lambda grads, params, N: grads["W2"] + 0.1 * params["W2"], "W2", lambda ratio, N: np.ptp(ratio) > 0.1),
]  # fmt: skip


@pytest.mark.parametrize(("claimed", "name", "confession"), [row[1:] for row in RATIOS], ids=[row[0] for row in RATIOS])
def test_what_the_ratio_tells(claimed, name, confession):
    """Each mistake of the table, and the ratio of what it claims to what is measured."""
    params, X, y = small_network()
    _, grads = loss_and_gradients(params, X, y, 0.1)
    measured = numerical_gradient(lambda value: loss(params | {name: value}, X, y, 0.1), params[name])

    assert confession(claimed(grads, params, len(y)) / measured, len(y))


def test_the_price_alone_shows_the_half():
    """With the price alone the ratio is 2 everywhere."""
    W = np.array([[1.0, -2.0], [0.5, 3.0]])
    measured = numerical_gradient(lambda W: 0.1 / 2 * (W**2).sum(), W)

    assert 2 * 0.1 * W / measured == pytest.approx(2)


# train.md


@pytest.mark.parametrize("spread", [0.05, 0.1, 0.2])
def test_a_fresh_loss_lies_above_guessing_by_half_the_variance_of_the_scores(spread):
    random = np.random.default_rng(6)
    scores, labels = spread * random.normal(size=(200_000, 10)), random.integers(10, size=200_000)

    above = cross_entropy(scores, labels) - NUMBERS["log_ten"]()
    # Among ten scores, one tenth of the variance is common to all and counts for nothing.
    assert above == pytest.approx(0.9 * spread**2 / 2, rel=0.1)


@pytest.mark.parametrize("spread", [2.0, 10.0])
def test_a_large_scatter_costs_less_than_half_of_its_variance(spread):
    random = np.random.default_rng(6)
    scores, labels = spread * random.normal(size=(20_000, 10)), random.integers(10, size=20_000)

    assert cross_entropy(scores, labels) - NUMBERS["log_ten"]() < 0.92 * 0.9 * spread**2 / 2


def test_a_fresh_network_is_at_times_a_little_below_guessing():
    data = digits(0)
    losses = [
        cross_entropy(scores(start(np.random.default_rng(seed), 64, 100, 10), data.X), data.y) for seed in range(20)
    ]

    below = [loss for loss in losses if loss < NUMBERS["log_ten"]()]
    assert 0 < len(below) < 5
    assert min(below) > NUMBERS["log_ten"]() - 0.02


def test_straight_cuts_with_more_points_right_have_a_higher_loss_and_none_comes_near_the_network():
    """The bottom of the loss is where its slope is zero, the price included."""
    record = json.loads(TRAINING.read_text(encoding="utf-8"))["spiral"]
    linear, network = record["linear"], record["network"]
    data = spiral(linear["settings"]["seed"])
    params = {name: np.array(values) for name, values in linear["params"].items()}
    _, slopes = mean_and_gradients(params, data.X, data.y, linear["settings"]["reg"])

    random = np.random.default_rng(0)
    drawn = random.normal(size=(20_000, 2, 3)), 0.5 * random.normal(size=(20_000, 1, 3))
    right = np.array([((data.X @ W + b).argmax(axis=1) == data.y).sum() for W, b in zip(*drawn, strict=True)])
    best = data.X @ drawn[0][right.argmax()] + drawn[1][right.argmax()]

    assert max(abs(slope).max() for slope in slopes.values()) < 1e-5
    assert linear["right"] < right.max() < 0.75 * network["right"]
    assert min(cross_entropy(size * best, data.y) for size in np.linspace(0, 5, 51)) > 1.2 * linear["loss"]


def test_in_one_published_row_one_number_of_ten_differs_in_its_last_digit():
    rows = json.loads(TRAINING.with_name("published_numbers.json").read_text(encoding="utf-8"))

    assert [(len(row["same"]), row["same"].count(False)) for row in rows if not all(row["same"])] == [(10, 1)]


def test_the_losses_in_the_heading_are_those_of_the_table():
    page = (Path(__file__).resolve().parents[2] / "docs" / "train.md").read_text(encoding="utf-8")
    (heading,) = re.findall(r"^### A loss stuck at .*$", page, re.MULTILINE)
    computed = [NUMBERS[name]() for name in ("log_two", "log_ten", "keras_ceiling", "float32_ceiling")]

    typed = re.findall(r"`([\d.]+)`", heading)
    assert typed == [f"{number:.{len(text.partition('.')[2])}f}" for number, text in zip(computed, typed, strict=True)]


def test_softmax_twice_has_a_floor_with_ten_classes():
    perfect = softmax(1000 * np.eye(10))

    assert cross_entropy(perfect, np.arange(10)) == pytest.approx(NUMBERS["twice_loss_ten"]())


def test_held_out_loss_and_accuracy_can_both_rise():
    """Surer scores with one mistake less, and yet a higher loss."""
    labels = np.zeros(10, int)
    before = np.array([[1.0, 0]] * 8 + [[0, 0.5]] * 2)
    after = np.array([[9.0, 0]] * 9 + [[0, 9.0]])

    right = [(scores.argmax(axis=1) == labels).sum() for scores in (before, after)]
    assert right == [8, 9]
    assert cross_entropy(after, labels) > cross_entropy(before, labels)


# loss-shape.md


def test_no_row_bends_more_than_half():
    largest = np.array([np.linalg.eigvalsh(hessian(row))[-1] for row in ROWS[:2000]])

    assert largest.max() <= 0.5
    assert np.linalg.eigvalsh(hessian([5.0, 5.0, -40.0]))[-1] == pytest.approx(0.5)


def test_two_level_classes_bend_by_one_half_and_three_by_a_little_less():
    ahead = [np.linalg.eigvalsh(hessian([size, size, 0.0]))[-1] for size in (0.0, 2.0, 5.0, 10.0)]

    assert np.linalg.eigvalsh(hessian([0.0, 0.0]))[-1] == pytest.approx(0.5)
    assert ahead == sorted(ahead)
    assert 0.4999 < ahead[-1] < 0.49999


def test_a_sure_row_bends_if_the_others_lie_far_off():
    near, far = (curvature([0.1, 5.0, -0.3], [-1.0, 0.0, place]) for place in (1.0, 100.0))

    assert near < 0.02
    assert far > 40


def test_between_two_swapped_units_no_road_leads_around_the_hill():
    """The first unit's weight passes zero, wherever the second one's is; and the ends are good."""
    X, y = np.array([[1.0], [-1.0], [0.0]]), np.array([0, 0, 1])
    held = {"b1": np.zeros(2), "W2": np.array([[2.0, -2.0], [2.0, -2.0]]), "b2": np.array([-3.0, 3.0])}

    def loss_at(*weights):
        return loss({"W1": np.array([weights]), **held}, X, y, 0.0)

    assert min(loss_at(0.0, second) for second in np.linspace(-50, 50, 401)) >= 2
    assert loss_at(3.0, -3.0) == loss_at(-3.0, 3.0) < 0.01


def test_only_a_constant_direction_does_not_bend():
    values = np.linalg.eigvalsh(hessian([0.1, 5.0, -0.3]))

    assert abs(values[0]) < 1e-15
    assert values[1] > 1e-3
    assert curvature([0.1, 5.0, -0.3], [7.0, 7.0, 7.0]) == pytest.approx(0, abs=1e-25)


def test_the_loss_on_a_line_never_lies_above_its_chord():
    random = np.random.default_rng(7)
    one, other = random.normal(scale=5, size=(2, 500, 3))
    labels = random.integers(3, size=500)

    def losses(scores):
        return cross_entropy(scores, labels, reduction="none")

    assert (losses((one + other) / 2) <= (losses(one) + losses(other)) / 2 + 1e-12).all()


def test_the_limit_falls_with_the_square_of_the_inputs_and_with_the_samples_of_a_sum():
    features = np.random.default_rng(8).normal(size=(6, 3))

    assert step_limit(10 * features) == pytest.approx(step_limit(features) / 100)
    assert step_limit(features, reduction="sum") == pytest.approx(step_limit(features) / 6)
    # With a regularization, only if its strength is multiplied as well.
    assert step_limit(features, reg=0.6, reduction="sum") == pytest.approx(step_limit(features, reg=0.1) / 6)
    assert step_limit(features, reg=0.1, reduction="sum") > 1.05 * step_limit(features, reg=0.1) / 6


def test_two_level_classes_reach_the_limit():
    """Beyond it the first step from near the bottom climbs."""
    features, labels, W = np.ones((2, 1)), np.array([0, 1]), np.array([[1e-4, -1e-4]])
    slope = features.T @ cross_entropy_gradient(features @ W, labels)

    def loss(part):
        return cross_entropy(features @ (W - part * step_limit(features) * slope), labels)

    assert loss(0.999) < loss(0) < loss(1.001)


def test_a_sure_network_has_a_worse_condition():
    bends = [np.linalg.eigvalsh(hessian([size, 0.0, -size]))[1:] for size in (0.0, 2.0, 4.0, 8.0)]
    conditions = [largest / least for least, largest in bends]

    assert conditions == sorted(conditions)
    assert conditions[0] == pytest.approx(1)
    assert conditions[-1] > 1000


def test_the_distillation_gradient_shrinks_with_the_square_of_the_temperature():
    teacher, student = np.array([[3.0, 1.0, -2.0]]), np.array([[1.0, 1.5, 0.0]])
    settled = [
        temperature * cross_entropy_gradient(student / temperature, softmax(teacher / temperature))
        for temperature in (1e3, 1e4)
    ]

    assert settled[0] == pytest.approx(settled[1], rel=1e-2)
    # It settles at the difference of the scores, each less its mean, over the number of classes.
    difference = student - teacher
    assert settled[1] == pytest.approx((difference - difference.mean()) / 3, rel=2e-3)


# two-classes.md


def test_two_outputs_move_their_difference_twice_as_far():
    one = -binary_gradient([0.3], [1.0])
    two = -cross_entropy_gradient(np.array([[0.3, 0.0]]), np.array([0]))

    assert two[0, 0] - two[0, 1] == pytest.approx(2 * one[0])


def test_one_output_hands_back_what_two_hand_back():
    """The gradient of the hidden values is the same, and that of the last weights' difference twice as large."""
    random = np.random.default_rng(10)
    hidden, weights, answers = random.normal(size=(7, 4)), random.normal(size=(4, 2)), random.integers(2, size=7)
    single = weights[:, 0] - weights[:, 1]
    one = binary_gradient(hidden @ single, answers.astype(float))
    two = cross_entropy_gradient(hidden @ weights, 1 - answers)

    assert two @ weights.T == pytest.approx(np.outer(one, single))
    assert hidden.T @ two @ [1, -1] == pytest.approx(2 * hidden.T @ one)


def test_two_weights_of_half_the_size_cost_half_as_much():
    assert np.square([0.5, -0.5]).sum() == 0.5 * np.square([1.0]).sum()


def test_a_share_given_to_the_sigmoid_stays_above_one_half():
    twice = sigmoid(sigmoid(np.linspace(-50, 50, 101)))

    assert twice.min() >= 0.5
    assert twice.max() == pytest.approx(NUMBERS["sigmoid_of_one"]())


def test_the_log_odds_of_a_rare_class_give_the_entropy():
    answers = np.array([1.0] + 99 * [0.0])
    entropy = -0.01 * np.log(0.01) - 0.99 * np.log(0.99)

    assert binary_loss(np.full(100, np.log(0.01 / 0.99)), answers) == pytest.approx(entropy)


# likelihood.md


def test_no_row_beats_the_frequencies():
    frequencies = np.array([0.7, 0.2, 0.1])
    losses = -(frequencies * log_softmax(ROWS)).sum(axis=1)
    entropy = -(frequencies * np.log(frequencies)).sum()

    assert losses.min() >= entropy
    assert -(frequencies * log_softmax(np.log(frequencies))).sum() == pytest.approx(entropy)


def test_the_squared_error_has_given_up_where_the_network_is_sure_and_wrong():
    row, target = np.array([0.0, 10.0]), np.array([1.0, 0.0])
    squared = hessian(row) @ (2 * (softmax(row) - target))

    assert abs(squared[0]) < 1e-3
    assert cross_entropy_gradient(row, 0)[0] == pytest.approx(-1, abs=1e-4)


# stability.md


def test_a_float32_score_near_ten_thousand_is_off_by_five_parts_in_ten_thousand():
    assert np.spacing(np.float32(9999)) / 2 == pytest.approx(5e-4, rel=0.03)
    assert np.exp(5e-4) - 1 == pytest.approx(5e-4, rel=1e-3)


def test_the_rounding_of_a_gap_costs_most_where_a_class_is_one_behind():
    gaps = np.linspace(0, 100, 10_001)
    cost = gaps * np.exp(-gaps)

    assert gaps[cost.argmax()] == pytest.approx(1)
    assert cost.max() == pytest.approx(0.37, abs=0.01)


@pytest.mark.parametrize("away", [-30, 30])
def test_any_number_near_the_maximum_does(away):
    shifted = np.exp(ROWS - ROWS.max(axis=1, keepdims=True) - away)

    assert shifted / shifted.sum(axis=1, keepdims=True) == pytest.approx(softmax(ROWS), rel=1e-13)


def test_the_total_lies_between_one_and_the_number_of_classes():
    totals = np.exp(ROWS - ROWS.max(axis=1, keepdims=True)).sum(axis=1)

    assert totals.min() >= 1
    assert totals.max() <= 3
    assert np.exp(np.zeros(3)).sum() == 3


def test_log_softmax_rounds_a_small_loss_away():
    assert log_softmax(np.array([[20, 0]], np.float32))[0, 0] == 0
    assert log_softmax(np.array([[-20, 0]], np.float32))[0, 0] == pytest.approx(-20)


def test_past_the_edge_a_clipped_share_has_no_slope():
    def clipped(score):
        return -np.log(np.clip(softmax(np.array([score, 20.0]))[0], 1e-7, 1))

    assert clipped(1.0) == clipped(0.0)
    assert clipped(10.0) < clipped(9.0)


def kahan(values):
    """The sum that carries along what each addition has lost, in the format of the values."""
    total = lost = values.dtype.type(0)
    for value in values:
        more = value - lost
        before, total = total, total + more
        lost = (total - before) - more
    return total


def test_kahan_gets_past_2048():
    ones = np.ones(4000, np.float16)
    total = np.float16(0)
    for one in ones:
        total = total + one

    assert (total, kahan(ones)) == (2048, 4000)


def test_the_digits_of_bfloat16():
    """Seven bits after the leading one; and eight for the power of two, as in float32."""
    assert 2 < -np.log10(2.0**-8) < 3
    assert np.finfo(np.float32).iexp == 8


@pytest.mark.parametrize(("axis", "total"), [(0, 2048), (1, 2050)])
def test_numpy_rounds_a_sum_in_float16_once_along_the_last_axis(axis, total):
    """In pairs alone, 2048 and 1 would be 2048 again."""
    table = np.array([[2048, 1, 1], [2048, 1, 1]], np.float16)

    assert (table if axis else table.T.copy()).sum(axis=axis).tolist() == [total, total]


def test_one_exponential_loses_a_few_times_half_of_eps():
    places = np.linspace(-80, 80, 20_001, dtype=np.float32)
    exact = np.exp(places.astype(float))
    errors = abs(np.exp(places) / exact - 1) / np.finfo(np.float32).eps

    assert 0.5 < errors.max() < 3


@pytest.mark.parametrize(("dtype", "leads", "most"), [(np.float32, [63, 80], 12), (np.float64, [511, 650, 700], 100)])
def test_beyond_the_promise_a_digit_goes_in_float32_and_two_in_float64(dtype, leads, most):
    first, *others = [worst(score_gradient, *ahead(lead, dtype)) for lead in leads]

    assert first <= 4
    assert all(most / 10 < error <= most for error in others)


@pytest.mark.parametrize("gap", [0.01, 0.1, 1, 3, 10])
def test_with_less_than_half_of_its_row_subtracting_1_costs_no_digits(gap):
    row = np.array([[gap, 0]], np.float32)

    assert worst(by_maximum, row, [1]) < 2


def test_without_a_shift_a_row_near_the_edge_loses_digits():
    """Its largest score is within reach, and the exponential of the other one is zero."""
    row = np.array([[-700.0, -750.0]])

    assert vectorized.score_gradient(row, [0]).tolist() == [[0, 0]]
    assert score_gradient(row, [0])[0, 1] == pytest.approx(np.exp(-50))


# streaming.md


def test_three_powers_of_e_are_a_twentieth():
    assert NUMBERS["merge_first_moved"]() / NUMBERS["merge_first_sum"]() == pytest.approx(1 / 20, rel=0.01)
    row = np.array([2.0, 1.0, -1.0, 0.1, 5.0, -0.3])
    assert NUMBERS["merge_log_sum_exp"]() == pytest.approx(np.log(np.exp(row).sum()))


def test_a_pair_keeps_what_a_single_number_rounds_away():
    """Scores near a million in float32: the loss of a score that is as high as a hundred others."""
    row = np.full(100, 1e6, np.float32)
    single = np.logaddexp.reduce(row) - row[0]
    pair = (row.max() - row[0]) + np.log(np.exp(row - row.max()).sum())

    assert pair == pytest.approx(np.log(100), rel=1e-6)
    assert abs(single - np.log(100)) > 0.01


def test_a_forgotten_factor_does_not_show_if_the_largest_comes_first():
    def without_factor(row):
        largest, total = -np.inf, 0.0
        for score in row:
            largest = max(largest, score)
            total += np.exp(score - largest)
        return total

    rising = np.array([1.0, 2.0, 3.0])
    assert without_factor(rising[::-1]) == pytest.approx(np.exp(rising - 3).sum())
    assert without_factor(rising) == 3


# faster.md and larger.md: what puts measured numbers in order holds in the records


@pytest.mark.parametrize(
    "name", sorted(name for name in NUMBERS if name.startswith("gain_") and name != "gain_threads")
)
def test_what_is_called_a_gain_is_one(name):
    assert NUMBERS[name]() > 1


def test_hardly_any_time_of_the_loops_goes_into_arithmetic():
    assert NUMBERS["loop_nanoseconds"]() > 10 * NUMBERS["exp_nanoseconds"]()


def test_a_table_that_is_done_twice_takes_longer():
    assert NUMBERS["cost_far"]() > 1


def test_an_entry_of_a_short_row_takes_longer():
    assert NUMBERS["short_nanoseconds"]() > NUMBERS["long_nanoseconds"]()


def test_the_later_steps_win_back_what_safety_costs():
    """The fastest version is safe, and faster than the unsafe one without loops."""
    record = json.loads(TRAINING.with_name("score_gradient.json").read_text(encoding="utf-8"))
    large = {
        row["who"]: row["median_us"]
        for row in record["rows"]
        if row["shape"] == [1024, 32768] and row["dtype"] == "float32" and row["threads"] == 1 and row["huge_pages"]
    }

    assert large["blocked"] < large["vectorized"]


def test_the_table_is_larger_than_all_that_goes_in_and_out():
    weight, hidden = NUMBERS["weight_megabytes"](), NUMBERS["hidden_megabytes"]()

    assert NUMBERS["table_megabytes"]() > 2 * (weight + hidden)
    assert NUMBERS["outputs_megabytes"]() == pytest.approx(weight + hidden, abs=0.1)


def test_more_than_one_table_is_there_when_the_loss_is_taken_step_by_step():
    for name in ("naive_megabytes", "torch_naive_megabytes"):
        assert NUMBERS[name]() > 2 * NUMBERS["table_megabytes"]()


def test_a_huge_page_is_many_pages():
    """Of 4 kilobytes and of 2 megabytes, in a table of 1024 rows and 32,768 columns."""
    table = 1024 * 32768 * np.dtype(np.float32).itemsize

    assert (table >> 20, table >> 12, table >> 21) == (128, 32768, 64)


def test_a_long_sum_loses_a_digit_and_a_sum_of_pieces_does_not():
    table = np.exp(np.random.default_rng(0).normal(scale=3, size=(200, 32768)))
    exact = [math.fsum(row) for row in table]
    long, pieces = (abs(sums / exact - 1).max() for sums in (np.einsum("ij->i", table), row_sums(table)))

    assert long > 4 * pieces


@pytest.mark.parametrize("way", ["rows", "classes"])
def test_the_memory_is_what_was_derived(way):
    """But for what an allocator and small pages add."""
    assert NUMBERS[f"{way}_megabytes"]() == pytest.approx(NUMBERS[f"{way}_derived"](), rel=0.1)


def test_a_chunk_can_be_too_thin():
    assert NUMBERS["thin_cost"]() > 1.5


def test_a_chain_of_fifty_thousand_may_lose_thousands_of_eps_and_a_tree_a_few():
    """At most half of eps for each addition, which in float32 is a number in the third place."""
    eps = np.finfo(np.float32).eps
    row = np.exp(4 * np.random.default_rng(0).normal(size=50_257)).astype(np.float32)
    exact = row.astype(float).sum()
    chain = abs(np.cumsum(row)[-1] / exact - 1) / eps
    tree = abs(row.sum() / exact - 1) / eps

    assert 100 < chain < len(row) / 2
    assert tree < 4
    assert 1e-3 < len(row) / 2 * eps < 1e-2


def test_rows_of_a_million_need_more_than_columns_of_256():
    """No fewer than 64 rows are taken at a time, a quarter of the table."""
    rows, classes = NUMBERS["million_megabytes"](), NUMBERS["million_classes_megabytes"]()

    assert rows - classes == pytest.approx(NUMBERS["million_table_megabytes"]() * 64 / 256, rel=0.1)


# run.md


def run_medians(name):
    """What each way to run Python in a page takes: of numpy, or of a proof."""
    if name.startswith("proof"):
        found = measured()["derivation"]
        return {who: median(row[name.split()[1]]["last"]) for who, row in found.items()}
    return {who: median(row[name]) for who, row in measured()["numpy"].items()}


@pytest.mark.parametrize("name", ["cold", "warm", "proof cold", "proof warm"])
def test_run_is_there_first(name):
    """The page gives reasons for it."""
    times = run_medians(name)

    assert min(times, key=times.get) == "ours"


def test_the_next_click_on_the_same_page_is_answered_as_soon_by_another():
    """Which the page admits."""
    times = run_medians("live")

    assert times["pyscript"] <= times["ours"]


def test_what_is_kept_is_not_sent_again():
    """On the second visit hardly a kilobyte, of ten thousand on the first."""
    ours = measured()["numpy"]["ours"]

    assert ours["warm_press_bytes"] + ours["warm_page_bytes"] < ours["cold_press_bytes"] / 1000
