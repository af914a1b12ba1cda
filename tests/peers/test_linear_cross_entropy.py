"""The loss of a linear layer in chunks: against PyTorch's autograd, and against its own chunked function."""

import warnings

import numpy as np
import pytest
import torch
from torch.nn import LinearCrossEntropyOptions
from torch.nn.functional import cross_entropy, linear, linear_cross_entropy

from snippets.linear_cross_entropy import linear_cross_entropy as by_rows
from snippets.linear_cross_entropy_classes import linear_cross_entropy_classes as by_classes

both = pytest.mark.parametrize("function", [by_rows, by_classes], ids=["rows", "classes"])


def batch(seed, dtype=np.float64):
    """Return hidden values, weights and labels of random sizes."""
    random = np.random.default_rng(seed)
    N, D, C = random.integers(1, 60, 3)
    hidden, weight = 3 * random.normal(size=(N, D)), random.normal(size=(C, D))
    return hidden.astype(dtype), weight.astype(dtype), random.integers(0, C, N)


def with_gradients(function, hidden, weight, labels):
    """Return the loss of a function of PyTorch, and its gradients in hidden and weight."""
    inputs = torch.tensor(hidden, requires_grad=True), torch.tensor(weight, requires_grad=True)
    loss = function(*inputs, torch.tensor(labels))
    loss.backward()
    return loss.item(), *(values.grad.numpy() for values in inputs)


def of_autograd(hidden, weight, labels):
    """The table in full: a linear layer, then the loss."""
    return cross_entropy(linear(hidden, weight), labels)


def in_chunks(size):
    """PyTorch's own function, so many rows at a time; None: as many as it chooses."""
    options = LinearCrossEntropyOptions(batch_chunk_size=size)

    def function(hidden, weight, labels):
        # Where the options are not heeded, PyTorch says so, and the comparison would be with something else.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return linear_cross_entropy(hidden, weight, labels, options=options)

    return function


THEIRS = {"autograd": of_autograd, "chunks": in_chunks(None), "chunks of 7": in_chunks(7)}


@both
@pytest.mark.parametrize("theirs", THEIRS.values(), ids=THEIRS)
@pytest.mark.parametrize("chunk", [None, 5])
def test_many_layers(function, theirs, chunk):
    """Loss and both gradients, in float64."""
    for seed in range(40):
        given = batch(seed)
        for ours, expected in zip(function(*given, chunk=chunk), with_gradients(theirs, *given), strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-13)


@both
def test_float32(function):
    """As near as float32 can be, with PyTorch in float64."""
    for seed in range(20):
        given = batch(seed, np.float32)
        exact = with_gradients(of_autograd, given[0].astype(float), given[1].astype(float), given[2])
        for ours, expected in zip(function(*given), exact, strict=True):
            assert ours.dtype == np.float32
            np.testing.assert_allclose(ours, expected, rtol=2e-5, atol=2e-5)


@both
def test_the_weights_are_those_of_a_linear_layer(function):
    """PyTorch's layer keeps a row for each class, so its weights can be handed over as they are."""
    layer = torch.nn.Linear(4, 7, bias=False, dtype=torch.float64)
    hidden, labels = torch.randn(9, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)), [3] * 9
    loss = cross_entropy(layer(hidden), torch.tensor(labels))
    loss.backward()
    ours = function(hidden.numpy(), layer.weight.detach().numpy(), labels)

    assert ours[0] == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(ours[2], layer.weight.grad, rtol=1e-10, atol=1e-14)


def test_a_row_that_is_nearly_right_keeps_its_digits_with_us_and_not_with_pytorch():
    """A lead of 40: the gradient is about e to the minus 40. PyTorch's share less 1 is 0, or what a product rounds."""
    given = np.ones((1, 1)), np.array([[40.0], [0.0]]), np.array([0])
    expected = -40 * np.exp(-40)

    for function in (by_rows, by_classes):
        np.testing.assert_allclose(function(*given)[1], [[expected]], rtol=1e-14)
    for theirs in (of_autograd, in_chunks(None)):
        assert abs(with_gradients(theirs, *given)[1][0, 0] - expected) > 0.5 * abs(expected)


def test_pytorch_chooses_few_rows_for_many_classes():
    """On a processor, at the sizes of the benchmark: 16 of 2048."""
    sizes = {"num_batches": 2048, "in_features": 512, "num_classes": 50257}
    chosen = LinearCrossEntropyOptions()._adjust(**sizes, dtype=torch.float32, device=torch.device("cpu"))

    assert chosen.batch_chunk_size == 16


def test_without_options_pytorch_makes_the_table():
    """The chunks have to be asked for: autograd then keeps a table (N, C) of logarithms of shares for the way back."""
    hidden, weight, labels = map(torch.tensor, batch(1))
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda one: kept.append(one.shape) or one, lambda one: one):
        linear_cross_entropy(hidden.requires_grad_(), weight.requires_grad_(), labels)
        in_full = list(kept)
        kept.clear()
        in_chunks(None)(hidden, weight, labels)

    assert (len(hidden), len(weight)) in in_full
    assert (len(hidden), len(weight)) not in kept
