"""Two classes, many yes-or-no questions and divergences: what PyTorch and Keras make of them, and what they divide by."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    kl_div,
    log_softmax,
    softmax,
)

from snippets.curvature import hessian
from snippets.sigmoid import binary_gradient, binary_loss, sigmoid

EXACT = {"rtol": 1e-10, "atol": 1e-13}
batches = given(seed=st.integers(0, 2**32), N=st.integers(1, 6))
few = settings(max_examples=40, deadline=None)


def data(seed, N):
    """Return scores and targets between 0 and 1."""
    random = np.random.default_rng(seed)
    return random.normal(scale=5, size=N), random.uniform(size=N)


@batches
@few
def test_the_binary_loss_is_that_of_pytorch(seed, N):
    z, targets = data(seed, N)
    scores = torch.tensor(z, requires_grad=True)
    loss = binary_cross_entropy_with_logits(scores, torch.tensor(targets))
    loss.backward()

    np.testing.assert_allclose(binary_loss(z, targets), loss.item(), **EXACT)
    np.testing.assert_allclose(binary_gradient(z, targets), scores.grad, **EXACT)
    np.testing.assert_allclose(sigmoid(z), torch.sigmoid(torch.tensor(z)), **EXACT)


@batches
@few
def test_one_output_is_two_outputs(seed, N):
    """The loss of two scores is that of their difference, and the gradient is the same twice, once with a minus."""
    first, second = data(seed, N)[0], data(seed + 1, N)[0]
    labels = np.random.default_rng(seed).integers(2, size=N)
    rows = torch.tensor(np.stack([first, second], axis=1), requires_grad=True)
    loss = cross_entropy(rows, torch.tensor(labels))
    loss.backward()
    gradient = binary_gradient(first - second, labels == 0)

    np.testing.assert_allclose(binary_loss(first - second, labels == 0), loss.item(), **EXACT)
    np.testing.assert_allclose(np.stack([gradient, -gradient], axis=1), rows.grad, **EXACT)


@batches
@few
def test_the_block_of_a_sample_is_the_second_derivative(seed, N):
    row = torch.tensor(np.random.default_rng(seed).normal(scale=2, size=N))
    blocks = [
        torch.autograd.functional.hessian(lambda scores, label=label: cross_entropy(scores, torch.tensor(label)), row)
        for label in (0, N - 1)
    ]

    for block in blocks:
        np.testing.assert_allclose(hessian(row.numpy()), block, **EXACT)


# --8<-- [start:bce_divides_by_all]
def test_bce_divides_by_all_answers():
    """Two pictures, eighty questions: the mean is over 160 answers."""
    scores = torch.zeros(2, 80, requires_grad=True)
    answers = torch.ones(2, 80)
    binary_cross_entropy_with_logits(scores, answers).backward()

    torch.testing.assert_close(scores.grad, (0.5 - answers) / (2 * 80))
    # --8<-- [end:bce_divides_by_all]


def test_keras_divides_by_all_answers_too():
    answers, scores = np.ones((2, 80)), np.zeros((2, 80))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)

    assert float(loss(answers, scores)) == pytest.approx(np.log(2), rel=1e-6)


# --8<-- [start:kl_divides_by_all]
def test_kl_divides_by_all_entries():
    """The mean over two samples of three classes divides by six, and warns."""
    truth = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]])
    scores = torch.tensor([[0.1, 5.0, -0.3], [2.0, 1.0, -1.0]])
    model = log_softmax(scores, dim=1)
    divergences = (truth * (truth.log() - model)).sum(dim=1)

    right = kl_div(model, truth, reduction="batchmean")
    with pytest.warns(UserWarning, match="'batchmean' divides only by"):
        small = kl_div(model, truth, reduction="mean")
    torch.testing.assert_close(right, divergences.mean())
    torch.testing.assert_close(small, divergences.mean() / 3)
    # --8<-- [end:kl_divides_by_all]


def test_shares_in_place_of_logarithms_give_a_wrong_number():
    truth = torch.tensor([[0.7, 0.2, 0.1]])

    assert kl_div(softmax(truth.log(), dim=1).log(), truth, reduction="batchmean").item() == pytest.approx(0, abs=1e-7)
    assert kl_div(softmax(truth.log(), dim=1), truth, reduction="batchmean").item() < -1
