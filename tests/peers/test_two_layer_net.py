"""The gradients of the network of two layers, against PyTorch's autograd and against complex steps."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.gradient_check import complex_step_gradient
from snippets.two_layer_net import input_gradient, loss, loss_and_gradients, scores

EXACT = {"rtol": 1e-10, "atol": 1e-10}
SINGLE = {"rtol": 1e-4, "atol": 1e-6}

# N, F, H, C and the strength of the regularization.
SHAPES = {
    "everything 1": (1, 1, 1, 1, 0.0),
    "everything 1, regularized": (1, 1, 1, 1, 0.5),
    "one sample": (1, 4, 5, 3, 0.1),
    "one feature": (6, 1, 5, 3, 0.1),
    "one hidden unit": (6, 4, 1, 3, 0.1),
    "one class": (6, 4, 5, 1, 0.1),
    "no regularization": (6, 4, 5, 3, 0.0),
    "strong regularization": (6, 4, 5, 3, 100.0),
    "all sizes alike": (4, 4, 4, 4, 0.1),
    "more classes than samples": (2, 3, 4, 9, 0.1),
    "the course's toy network": (5, 4, 10, 3, 0.1),
    "images of digits": (32, 64, 20, 10, 0.001),
}
shapes = pytest.mark.parametrize(("N", "F", "H", "C", "reg"), SHAPES.values(), ids=SHAPES)
any_shape = given(
    seed=st.integers(0, 2**32),
    N=st.integers(1, 7),
    F=st.integers(1, 6),
    H=st.integers(1, 6),
    C=st.integers(1, 6),
    reg=st.sampled_from([0.0, 0.1, 3.0]),
)


def network(seed, N, F, H, C):
    """Return parameters, inputs and labels."""
    random = np.random.default_rng(seed)
    params = {"W1": (F, H), "b1": (H,), "W2": (H, C), "b2": (C,)}
    params = {name: random.normal(size=shape) for name, shape in params.items()}
    return params, random.normal(size=(N, F)), random.integers(0, C, N)


def of_torch(params, X, y, reg):
    """Return scores, loss, gradients in the parameters and gradient in the inputs, as PyTorch finds them."""
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    inputs = torch.tensor(X, requires_grad=True)
    hidden = torch.relu(inputs @ tensors["W1"] + tensors["b1"])
    s = hidden @ tensors["W2"] + tensors["b2"]
    squares = tensors["W1"].square().sum() + tensors["W2"].square().sum()
    value = torch.nn.functional.cross_entropy(s, torch.tensor(y)) + reg / 2 * squares
    value.backward()
    slopes = {name: tensor.grad.numpy() for name, tensor in tensors.items()}
    return s.detach().numpy(), value.detach().numpy(), slopes, inputs.grad.numpy()


def agrees_with_torch(params, X, y, reg, close):
    """Compare all that a network gives, shapes and formats too."""
    s, value, slopes, at_inputs = of_torch(params, X, y, reg)
    ours, gradients = loss_and_gradients(params, X, y, reg)

    np.testing.assert_allclose(scores(params, X), s, **close, strict=True)
    np.testing.assert_allclose(ours, value, **close)
    assert ours.dtype == value.dtype
    assert gradients.keys() == params.keys()
    for name, slope in slopes.items():
        np.testing.assert_allclose(gradients[name], slope, **close, err_msg=name, strict=True)
    np.testing.assert_allclose(input_gradient(params, X, y), at_inputs, **close, strict=True)


def agrees_with_complex_steps(params, X, y, reg):
    """Compare the gradients with those of the loss, which knows nothing of them."""
    _, gradients = loss_and_gradients(params, X, y, reg)
    for name, value in params.items():
        expected = complex_step_gradient(lambda moved, name=name: loss(params | {name: moved}, X, y, reg), value)
        np.testing.assert_allclose(gradients[name], expected, **EXACT, err_msg=name, strict=True)
    expected = complex_step_gradient(lambda moved: loss(params, moved, y, reg), X)
    np.testing.assert_allclose(input_gradient(params, X, y), expected, **EXACT, strict=True)


@shapes
def test_each_edge_agrees_with_autograd(N, F, H, C, reg):
    agrees_with_torch(*network(0, N, F, H, C), reg, EXACT)


@shapes
def test_each_edge_agrees_with_complex_steps(N, F, H, C, reg):
    agrees_with_complex_steps(*network(1, N, F, H, C), reg)


@any_shape
@settings(max_examples=100, deadline=None)
def test_any_shape_agrees_with_autograd(seed, N, F, H, C, reg):
    agrees_with_torch(*network(seed, N, F, H, C), reg, EXACT)


@any_shape
@settings(max_examples=40, deadline=None)
def test_any_shape_agrees_with_complex_steps(seed, N, F, H, C, reg):
    agrees_with_complex_steps(*network(seed, N, F, H, C), reg)


@shapes
def test_single_precision_agrees_with_autograd(N, F, H, C, reg):
    """The result is in single precision too."""
    params, X, y = network(2, N, F, H, C)
    single = {name: value.astype(np.float32) for name, value in params.items()}

    agrees_with_torch(single, X.astype(np.float32), y, reg, SINGLE)


def test_large_scores_agree_with_autograd():
    """Exponentials of such scores overflow, unless each row is shifted."""
    params, X, y = network(3, 5, 4, 6, 3)

    agrees_with_torch({name: 30 * value for name, value in params.items()}, X, y, 0.1, EXACT)


def zeros(params):
    """Return parameters with which every hidden unit gets exactly 0."""
    return {name: np.zeros_like(value) if name in ("W1", "b1") else value for name, value in params.items()}


AT_ZERO = {
    "no weights and no bias in front": lambda params, X: (zeros(params), X),
    "an input of nothing, and no bias": lambda params, X: (params | {"b1": np.zeros(6)}, np.zeros_like(X)),
    "nothing anywhere": lambda params, X: ({name: 0 * value for name, value in params.items()}, 0 * X),
    "a bias of minus zero": lambda params, X: (params | {"b1": np.full(6, -0.0)}, -0.0 * X),
}


@pytest.mark.parametrize("change", AT_ZERO.values(), ids=AT_ZERO)
def test_a_unit_that_gets_exactly_0_has_the_slope_that_pytorch_chooses(change):
    """There is no right slope at the kink, and both take 0: nothing comes through."""
    params, X, y = network(4, 5, 4, 6, 3)
    params, X = change(params, X)
    _, gradients = loss_and_gradients(params, X, y, 0)

    agrees_with_torch(params, X, y, 0.1, EXACT)
    assert not gradients["b1"].any()
