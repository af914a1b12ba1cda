"""Our optimizers are PyTorch's, and what we say of mean and sum holds when PyTorch trains."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from snippets.measured_differences import CASES, SHAPES, measure, problem
from snippets.reductions import Recipe, convert
from snippets.two_conventions import STEPS, clipped

RATE = 0.05


def optimizer_of(recipe, parameters):
    """Return PyTorch's optimizer of a recipe."""
    optim = torch.optim
    if recipe.optimizer == "sgd":
        return optim.SGD(parameters, recipe.learning_rate)
    if recipe.optimizer == "momentum":
        options = {"momentum": recipe.momentum, "dampening": recipe.dampening, "nesterov": recipe.nesterov}
        return optim.SGD(parameters, recipe.learning_rate, **options)
    if recipe.optimizer == "rmsprop":
        return optim.RMSprop(parameters, recipe.learning_rate, alpha=recipe.alpha, eps=recipe.epsilon)
    if recipe.optimizer == "adagrad":
        start = recipe.initial_accumulator
        return optim.Adagrad(parameters, recipe.learning_rate, eps=recipe.epsilon, initial_accumulator_value=start)
    options = {"betas": (recipe.beta1, recipe.beta2), "eps": recipe.epsilon}
    if recipe.optimizer == "adam":
        return optim.Adam(parameters, recipe.learning_rate, **options)
    return optim.AdamW(parameters, recipe.learning_rate, weight_decay=recipe.weight_decay, **options)


def recipe(optimizer, **settings):
    return Recipe("mean", 16, optimizer, RATE, **settings)


OPTIMIZERS = {
    "SGD": recipe("sgd"),
    "momentum": recipe("momentum", momentum=0.9),
    "momentum, dampened": recipe("momentum", momentum=0.8, dampening=0.3),
    "Nesterov": recipe("momentum", momentum=0.9, nesterov=True),
    "RMSprop": recipe("rmsprop", alpha=0.9, epsilon=1e-3),
    "Adagrad": recipe("adagrad", epsilon=1e-3, initial_accumulator=0.2),
    "Adam": recipe("adam", beta1=0.8, beta2=0.95, epsilon=1e-3),
    "AdamW without decay": recipe("adamw", epsilon=1e-3),
}


@pytest.mark.parametrize("recipe", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_each_step_is_that_of_pytorch(recipe):
    random = np.random.default_rng(3)
    ours = random.normal(size=7)
    theirs = torch.nn.Parameter(torch.tensor(ours))
    step, optimizer = STEPS[recipe.optimizer](recipe), optimizer_of(recipe, [theirs])
    for gradient in random.normal(size=(20, 7)):
        ours = ours + step(gradient)
        theirs.grad = torch.tensor(gradient)
        optimizer.step()

        np.testing.assert_allclose(ours, theirs.detach(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("size", [0.1, 1.0, 30.0])
def test_clipping_is_that_of_pytorch_but_for_a_millionth(size):
    """PyTorch adds a millionth to the norm."""
    gradient = size * np.random.default_rng(4).normal(size=9)
    parameter = torch.nn.Parameter(torch.zeros(9, dtype=torch.float64))
    for settings, clip in [
        ({"clip_norm": 2.0}, lambda: torch.nn.utils.clip_grad_norm_([parameter], 2.0)),
        ({"clip_value": 0.5}, lambda: torch.nn.utils.clip_grad_value_([parameter], 0.5)),
    ]:
        parameter.grad = torch.tensor(gradient)
        clip()

        np.testing.assert_allclose(clipped(gradient, recipe("sgd", **settings)), parameter.grad, rtol=1e-6)


def trained(recipe, *, scaler=None, each_rate=""):
    """Return the weights after PyTorch has trained the network of the measured differences, and those at the start."""
    batches, start = problem(recipe.ragged)
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]
    parts = [torch.tensor(part.reshape(shape)) for part, shape in zip(np.split(start, ends), SHAPES, strict=True)]
    weights = [torch.nn.Parameter(part.clone()) for part in parts]
    # What comes with its rate needs no other.
    optimizer = optimizer_of(replace(recipe, learning_rate=1.0) if each_rate == "velocity" else recipe, weights)
    W1, b1, W2, b2 = weights
    for features, labels in batches:
        scores = torch.tanh(torch.tensor(features) @ W1 + b1) @ W2 + b2
        # The convention "update": nothing in the loss, and a division before the step.
        loss = cross_entropy(scores, torch.tensor(labels), reduction="mean" if recipe.reduction == "mean" else "sum")
        loss = loss + recipe.l2 / 2 * sum((weight**2).sum() for weight in weights)
        if recipe.auxiliary_weight:
            away = sum(((weight - part) ** 2).sum() for weight, part in zip(weights, parts, strict=True))
            loss = loss + recipe.auxiliary_weight / 2 * away
        rate = recipe.learning_rate / len(labels)
        if each_rate == "step":
            optimizer.param_groups[0]["lr"] = rate
        if each_rate == "velocity":
            loss = rate * loss
        optimizer.zero_grad()
        (loss if scaler is None else scaler.scale(loss)).backward()
        if recipe.clip_norm:
            torch.nn.utils.clip_grad_norm_(weights, recipe.clip_norm)
        if recipe.clip_value:
            torch.nn.utils.clip_grad_value_(weights, recipe.clip_value)
        with torch.no_grad():
            for weight in weights:
                if recipe.reduction == "update":
                    weight.grad /= len(labels)
                # PyTorch's SGD has no decoupled decay; its AdamW does this by itself.
                if recipe.weight_decay and recipe.optimizer != "adamw":
                    weight *= 1 - recipe.learning_rate * recipe.weight_decay
        if scaler is None:
            optimizer.step()
        else:
            scaler.step(optimizer)
            scaler.update()
    return torch.cat([weight.detach().ravel() for weight in weights]).numpy(), start


def apart(one, other):
    return float(abs(trained(one)[0] - trained(other)[0]).max())


def powers(case):
    """Return what the table's row changes, as it is written there."""
    powers = ", ".join(f"{name} times N^{power}" for name, power in case.powers.items())
    return powers or (f"a rate for each {case.each_rate}" if case.each_rate else "nothing else")


IN_FULL_PRECISION = [case for case in CASES if case.recipe.loss_scale is None]


@pytest.mark.parametrize("case", IN_FULL_PRECISION, ids=lambda case: f"{case.words}: {powers(case)}")
def test_the_measured_differences_are_those_of_pytorch(case):
    """Each row of the table, once more, with PyTorch's loss, autograd and optimizer."""
    values = {name: getattr(case.recipe, name) * 16.0**power for name, power in case.powers.items()}
    other = replace(case.recipe, reduction="sum", **values)

    ends = trained(case.recipe)[0], trained(other, each_rate=case.each_rate)[0]

    # Clipping is where PyTorch adds its millionth.
    assert abs(ends[0] - ends[1]).max() == pytest.approx(
        measure(case), rel=1e-3, abs=1e-5 if case.recipe.clip_norm else 1e-8
    )


CONVERTED = {
    "SGD": recipe("sgd", l2=0.02),
    "SGD, decoupled decay": recipe("sgd", weight_decay=0.02),
    "SGD, clipping by value": recipe("sgd", clip_value=0.02),
    "SGD, an auxiliary loss": recipe("sgd", auxiliary_weight=0.05),
    "momentum": recipe("momentum", l2=0.02),
    "Nesterov": recipe("momentum", nesterov=True),
    "RMSprop": recipe("rmsprop", epsilon=1e-3),
    "Adagrad": recipe("adagrad", epsilon=1e-3, initial_accumulator=0.01),
    "Adam": recipe("adam", epsilon=1e-3, l2=0.02),
    "AdamW": recipe("adamw", epsilon=1e-3, weight_decay=0.02),
    "Adam, clipping by norm": recipe("adam", epsilon=1e-3, clip_norm=0.1),
}


@pytest.mark.parametrize("reduction", ["sum", "update"])
@pytest.mark.parametrize("recipe", CONVERTED.values(), ids=CONVERTED)
def test_a_converted_recipe_trains_identically_in_pytorch(recipe, reduction):
    converted = convert(recipe, reduction).recipe

    assert apart(recipe, converted) < (1e-6 if recipe.clip_norm else 1e-11)
    # It does train, and the reduction alone is not the same.
    end, start = trained(recipe)
    assert abs(end - start).max() > 1e-3
    if reduction == "sum" and recipe.optimizer in ("sgd", "momentum"):
        assert apart(recipe, replace(recipe, reduction="sum")) > 1e-3


def test_l2_in_the_loss_is_the_weight_decay_of_sgd_and_adam_but_not_of_adamw():
    """PyTorch uses one name for two things."""
    start = np.array([1.0, -2.0, 3.0])
    for make, same in [(torch.optim.SGD, True), (torch.optim.Adam, True), (torch.optim.AdamW, False)]:
        ends = []
        for l2, weight_decay in [(0.5, 0.0), (0.0, 0.5)]:
            weights = torch.nn.Parameter(torch.tensor(start))
            optimizer = make([weights], lr=0.1, weight_decay=weight_decay)
            for _ in range(3):
                optimizer.zero_grad()
                (torch.sin(weights).sum() + l2 / 2 * (weights**2).sum()).backward()
                optimizer.step()
            ends.append(weights.detach().numpy())

        assert np.allclose(*ends, rtol=1e-12) == same


def test_a_loss_scale_cancels():
    """A power of two, as PyTorch's scaler uses it, cancels to the last digit where nothing leaves the range."""
    scaled = trained(recipe("sgd"), scaler=torch.amp.GradScaler("cpu", init_scale=2.0**10))[0]

    np.testing.assert_array_equal(scaled, trained(recipe("sgd"))[0])
