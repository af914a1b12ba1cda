"""Many small batches in place of one: against PyTorch's autograd."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from snippets.accumulate import accumulate, per_sequence_mean, per_token_mean
from snippets.pitfalls import mean_of_means
from tests.peers import batch

D, C = 4, 3


def data(seed, samples, ignored=0.0):
    """Return the weights of a linear layer, features and labels, of which some are ignored."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, C, size=samples)
    labels[random.random(samples) < ignored] = -100
    return random.normal(size=(D, C)), random.normal(size=(samples, D)), labels


def pieces(features, labels, ends):
    """Return the micro-batches between these places."""
    return list(zip(np.split(features, ends), np.split(labels, ends), strict=True))


def of_torch(W, micro_batches, divisor=None, **options):
    """Return the sum of the micro-batches' losses and its gradient, as `backward` on each of them adds it up.

    divisor: what each sum is divided by; without one, each micro-batch's own mean is taken.
    """
    weights = torch.tensor(W, requires_grad=True)
    whole = 0.0
    for features, labels in micro_batches:
        scores = torch.tensor(features) @ weights
        reduction = "mean" if divisor is None else "sum"
        loss = cross_entropy(scores, torch.tensor(labels), reduction=reduction, **options) / (divisor or 1)
        loss.backward()
        whole += loss.item()
    return whole, weights.grad.numpy()


@settings(max_examples=1000, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    ends=st.lists(st.integers(0, 12), max_size=5).map(sorted),
    weighted=st.booleans(),
    ignored=st.sampled_from([0.0, 0.4]),
    label_smoothing=st.sampled_from([0.0, 0.1]),
)
def test_every_split_is_the_one_batch_of_pytorch(seed, ends, weighted, ignored, label_smoothing):
    W, features, labels = data(seed, 12, ignored)
    weight = np.random.default_rng(seed).uniform(0.5, 2, C) if weighted else None
    options = {"weight": torch.tensor(weight) if weighted else None, "label_smoothing": label_smoothing}
    loss, gradient = of_torch(W, [(features, labels)], **options)
    options["weight"] = weight
    ours = accumulate(W, pieces(features, labels, ends), ignore_index=-100, **options)

    np.testing.assert_allclose(ours[0], loss, rtol=1e-10)
    np.testing.assert_allclose(ours[1], gradient, rtol=1e-10, atol=1e-12)


def test_sums_over_the_right_number_accumulate_in_pytorch_too():
    W, features, labels = data(1, 12, ignored=0.4)
    kept = int((labels != -100).sum())
    one, many = [(features, labels)], pieces(features, labels, [2, 9])

    for ours, theirs in zip(of_torch(W, many, kept), of_torch(W, one), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_the_mean_of_means_is_another_number():
    """The broken line of the pitfalls does what PyTorch does with a loss over the number of micro-batches."""
    W, features, labels = data(1, 12)
    ragged, equal = (pieces(features, labels, ends) for ends in ([1], [6]))
    loss, gradient = of_torch(W, [(features, labels)])
    naive = mean_of_means(W, ragged)

    np.testing.assert_allclose(naive[0] * 2, of_torch(W, ragged)[0], rtol=1e-12)
    np.testing.assert_allclose(naive[1] * 2, of_torch(W, ragged)[1], rtol=1e-12)
    assert abs(naive[1] - gradient).max() > 0.1 * abs(gradient).max()
    # Only equal sizes are harmless.
    np.testing.assert_allclose(mean_of_means(W, equal)[1], gradient, rtol=1e-12)


@pytest.mark.parametrize("kept_each", [[4, 4, 4, 4, 4], [1, 4, 2, 3, 4]], ids=["full", "padded"])
def test_tokens_and_sequences(kept_each):
    """PyTorch's mean is per token. A mean per sequence is another number as soon as there is padding."""
    kept = np.arange(batch.T) < np.array(kept_each)[:, None]
    labels = np.where(kept, batch.SEQUENCE_LABELS, -100)
    scores = torch.tensor(batch.SEQUENCES).permute(0, 2, 1)
    losses = batch.losses(batch.SEQUENCES, batch.SEQUENCE_LABELS)
    per_token = cross_entropy(scores, torch.tensor(labels)).item()
    per_sequence = np.mean(
        [cross_entropy(scores[[i]], torch.tensor(labels[[i]])).item() for i in range(batch.N)],
    )

    assert per_token_mean(losses, kept) == pytest.approx(per_token, rel=1e-12)
    assert per_sequence_mean(losses, kept) == pytest.approx(per_sequence, rel=1e-12)
    assert (abs(per_token - per_sequence) < 1e-12) == kept.all()
