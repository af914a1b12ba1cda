"""Adam, RMSprop and Adagrad in three libraries: where epsilon stands, and what Adagrad starts from, as adam.md says."""

import inspect

import jax
import keras
import numpy as np
import optax
import pytest
import torch

N, RATE, LARGE, START, ROUNDING = 16, 0.05, 1e-3, 0.1, 1e-12
RANDOM = np.random.default_rng(0)
WEIGHTS, GRADIENTS = RANDOM.normal(size=5), 0.3 * RANDOM.normal(size=(20, 5))


def of_torch(optimizer, factor, epsilon, **options):
    weights = torch.tensor(WEIGHTS, requires_grad=True)
    steps = getattr(torch.optim, optimizer)([weights], lr=RATE, eps=epsilon, **options)
    for gradient in GRADIENTS:
        weights.grad = torch.tensor(factor * gradient)
        steps.step()
    return weights.detach().numpy()


def of_optax(optimizer, factor, epsilon, **options):
    # Its default of 32 bits would hide what is only rounding.
    with jax.enable_x64(True):
        steps = getattr(optax, optimizer.lower())(RATE, eps=epsilon, **options)
        weights = jax.numpy.asarray(WEIGHTS)
        state = steps.init(weights)
        for gradient in GRADIENTS:
            change, state = steps.update(jax.numpy.asarray(factor * gradient), state, weights)
            weights = weights + change
        return np.asarray(weights)


def of_keras(optimizer, factor, epsilon, **options):
    weights = keras.Variable(WEIGHTS, dtype="float64")
    steps = getattr(keras.optimizers, optimizer)(learning_rate=RATE, epsilon=epsilon, **options)
    steps.build([weights])
    for gradient in GRADIENTS:
        steps.apply([keras.ops.convert_to_tensor(factor * gradient, dtype="float64")], [weights])
    return weights.value.detach().numpy()


def drift(train, optimizer, power, start=None):
    """How far sum and mean part at the same rate, if epsilon takes this power of N, and a start its square."""
    mean, of_sum = ({} if start is None else {"initial_accumulator_value": start * size**2} for size in (1, N))
    ends = train(optimizer, 1, LARGE, **mean), train(optimizer, N, LARGE * N**power, **of_sum)
    return abs(ends[0] - ends[1]).max()


def usual(function, name):
    return inspect.signature(function).parameters[name].default


def test_the_usual_epsilon_of_adam():
    assert usual(torch.optim.Adam, "eps") == usual(optax.adam, "eps") == 1e-8
    assert usual(keras.optimizers.Adam, "epsilon") == 1e-7


def test_what_adagrad_starts_from():
    name = "initial_accumulator_value"
    assert usual(torch.optim.Adagrad, name) == 0
    assert usual(optax.adagrad, name) == usual(keras.optimizers.Adagrad, name) == START


@pytest.mark.parametrize("train", [of_optax, of_keras])
def test_epsilon_under_the_root_takes_the_square(train):
    assert drift(train, "RMSprop", 2) < ROUNDING
    assert drift(train, "RMSprop", 1) > 1e-3
    assert drift(train, "Adagrad", 2, START) < ROUNDING
    assert drift(train, "Adagrad", 1, START) > 1e-6


@pytest.mark.parametrize("optimizer", ["RMSprop", "Adagrad"])
def test_pytorch_adds_epsilon_outside(optimizer):
    assert drift(of_torch, optimizer, 1) < ROUNDING
    assert drift(of_torch, optimizer, 2) > 1e-3


@pytest.mark.parametrize("train", [of_optax, of_keras])
def test_the_usual_start_of_adagrad_parts_sum_and_mean(train):
    assert drift(train, "Adagrad", 2) > 1e-3
