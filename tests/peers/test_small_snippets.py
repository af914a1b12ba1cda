"""The pieces of code that show one idea each, and the layer, against PyTorch's autograd and against optax."""

import jax
import numpy as np
import optax
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy as torch_cross_entropy

from snippets.pitfalls import log_with_epsilon
from snippets.soft_targets import smoothed, smoothed_over_others, soft_gradient
from snippets.softmax_with_loss import SoftmaxWithLoss
from snippets.weighted_mean import kept_gradient, weighted_gradient
from tests.peers.agreement import of_torch
from tests.peers.rows_emulated import tensorflow

EXACT = {"rtol": 1e-10, "atol": 1e-13}
seeds = given(seed=st.integers(0, 2**32), N=st.integers(1, 6), C=st.integers(2, 5))
few = settings(max_examples=40, deadline=None)


def data(seed, N, C):
    """Return scores, labels, and targets whose rows do not add up to 1."""
    random = np.random.default_rng(seed)
    return random.normal(scale=3, size=(N, C)), random.integers(0, C, N), random.uniform(size=(N, C))


@seeds
@few
def test_ignored_labels(seed, N, C):
    scores, labels, _ = data(seed, N, C)
    labels[::2] = -100

    np.testing.assert_allclose(kept_gradient(scores, labels, -100), of_torch(scores, labels)[1], **EXACT)


def test_every_label_ignored():
    """The loss is 0/0; the gradient is 0."""
    scores, labels = data(1, 3, 4)[0], np.full(3, -100)
    loss, gradient = of_torch(scores, labels)

    assert np.isnan(loss)
    np.testing.assert_array_equal(gradient, 0)
    np.testing.assert_array_equal(kept_gradient(scores, labels, -100), 0)
    assert of_torch(scores, labels, reduction="sum")[0] == 0


@seeds
@few
def test_class_weights(seed, N, C):
    scores, labels, targets = data(seed, N, C)
    weight = targets[0] + 0.1

    np.testing.assert_allclose(
        weighted_gradient(scores, labels, weight), of_torch(scores, labels, weight=weight)[1], **EXACT
    )


def test_the_weight_of_a_single_sample_cancels():
    scores, labels = np.array([[0.1, 5.0, -0.3]]), np.array([0])
    plain, gradient = of_torch(scores, labels)

    for weight in (0.001, 1000.0):
        weights = np.array([weight, 1.0, 1.0])
        np.testing.assert_allclose(of_torch(scores, labels, weight=weights)[0], plain, **EXACT)
        np.testing.assert_allclose(weighted_gradient(scores, labels, weights), gradient, **EXACT)


@seeds
@few
def test_soft_targets(seed, N, C):
    """Rows that do not add up to 1."""
    scores, _, targets = data(seed, N, C)
    ours = soft_gradient(scores, targets)

    np.testing.assert_allclose(ours, of_torch(scores, targets)[1], **EXACT)


def test_soft_targets_in_optax():
    scores, _, targets = data(5, 4, 3)
    gradient = jax.grad(lambda scores: optax.softmax_cross_entropy(scores, targets).mean())(jax.numpy.asarray(scores))

    np.testing.assert_allclose(soft_gradient(scores, targets), gradient, rtol=1e-6)


def test_soft_targets_in_tensorflow_take_the_row_sum_for_1():
    """As documented, rows that do not add up to 1 make a wrong gradient: that of our emulation is only then right."""
    scores, _, targets = data(5, 4, 3)
    proper = targets / targets.sum(axis=1, keepdims=True)

    assert abs(tensorflow(targets, scores)[1] / 4 - soft_gradient(scores, targets)).max() > 0.01
    np.testing.assert_allclose(tensorflow(proper, scores)[1] / 4, soft_gradient(scores, proper), **EXACT)


@seeds
@few
def test_label_smoothing(seed, N, C):
    """PyTorch spreads over all classes; over the others alone it is the same with C / (C - 1) times as much."""
    scores, labels, _ = data(seed, N, C)
    share = 0.3

    np.testing.assert_allclose(
        soft_gradient(scores, smoothed(labels, C, share)),
        of_torch(scores, labels, label_smoothing=share)[1],
        **EXACT,
    )
    np.testing.assert_allclose(
        soft_gradient(scores, smoothed_over_others(labels, C, share / 2)),
        of_torch(scores, labels, label_smoothing=share / 2 * C / (C - 1))[1],
        **EXACT,
    )


def test_label_smoothing_in_optax():
    one_hot = np.eye(4)[[0, 2, 1]]

    np.testing.assert_allclose(optax.smooth_labels(one_hot, 0.2), smoothed([0, 2, 1], 4, 0.2), rtol=1e-12)


@pytest.mark.parametrize("soft", [False, True], ids=["one-hot", "any targets"])
@seeds
@few
def test_the_layer_with_a_factor_from_above(soft, seed, N, C):
    """A loss that is multiplied on its way to the end, as in a loss scale or a sum of two losses."""
    scores, labels, targets = data(seed, N, C)
    targets = targets if soft else np.eye(C)[labels]
    layer = SoftmaxWithLoss()
    x = torch.tensor(scores, requires_grad=True)
    loss = torch_cross_entropy(x, torch.tensor(targets))
    (7 * torch.sin(loss)).backward()

    np.testing.assert_allclose(layer.forward(scores, targets), loss.item(), **EXACT)
    np.testing.assert_allclose(layer.backward(7 * np.cos(loss.item())), x.grad, **EXACT)
    np.testing.assert_allclose(layer.backward(), of_torch(scores, targets)[1], **EXACT)


def test_the_logarithm_with_a_small_number_added_has_another_gradient():
    """The book's safeguard, in PyTorch's autograd: the shares minus the targets is not its gradient."""
    x = torch.tensor([[0.0, 20.0]], dtype=torch.float64, requires_grad=True)
    loss = -torch.log(torch.softmax(x, dim=1)[0, 0] + 1e-7)
    loss.backward()

    assert log_with_epsilon(np.array([[0.0, 20.0]]), np.array([[1, 0]])) == pytest.approx(loss.item(), rel=1e-12)
    assert x.grad[0, 0].item() == pytest.approx(-0.020, abs=5e-4)
    assert of_torch(x.detach().numpy(), np.array([0]))[1][0, 0] == pytest.approx(-1.0, abs=1e-6)
