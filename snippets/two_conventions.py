"""Train a small network under a recipe, so that two conventions can be compared weight by weight.

Each optimizer is a function of the recipe that returns `step(gradient)`, the change of the weights.
They do what PyTorch's optimizers of the same names do. `momentum` is its SGD with momentum.
"""

import numpy as np


# --8<-- [start:sgd]
def sgd(recipe):
    """The gradient, times the rate, downhill."""
    return lambda gradient: -recipe.learning_rate * gradient
    # --8<-- [end:sgd]


# --8<-- [start:momentum]
def momentum(recipe):
    """A velocity keeps a part of itself and takes in the gradient. Nesterov's form looks one step ahead."""
    velocity = None

    def step(gradient):
        nonlocal velocity
        if velocity is None:
            velocity = gradient
        else:
            velocity = recipe.momentum * velocity + (1 - recipe.dampening) * gradient
        direction = gradient + recipe.momentum * velocity if recipe.nesterov else velocity
        return -recipe.learning_rate * direction

    return step
    # --8<-- [end:momentum]


# --8<-- [start:rmsprop]
def rmsprop(recipe):
    """The gradient is divided by the root of a running average of its squares."""
    squares = 0.0

    def step(gradient):
        nonlocal squares
        squares = recipe.alpha * squares + (1 - recipe.alpha) * gradient**2
        return -recipe.learning_rate * gradient / (np.sqrt(squares) + recipe.epsilon)

    return step
    # --8<-- [end:rmsprop]


# --8<-- [start:adagrad]
def adagrad(recipe):
    """The gradient is divided by the root of the sum of all its squares so far."""
    squares = recipe.initial_accumulator

    def step(gradient):
        nonlocal squares
        squares = squares + gradient**2
        return -recipe.learning_rate * gradient / (np.sqrt(squares) + recipe.epsilon)

    return step
    # --8<-- [end:adagrad]


# --8<-- [start:adam]
def adam(recipe):
    """A running average of the gradient, divided by the root of one of its squares, both without their slow start."""
    first = second = 0.0
    time = 0

    def step(gradient):
        nonlocal first, second, time
        time += 1
        first = recipe.beta1 * first + (1 - recipe.beta1) * gradient
        second = recipe.beta2 * second + (1 - recipe.beta2) * gradient**2
        root = np.sqrt(second / (1 - recipe.beta2**time))
        return -recipe.learning_rate * first / (1 - recipe.beta1**time) / (root + recipe.epsilon)

    return step
    # --8<-- [end:adam]


# AdamW is Adam; its decay is done by `train`, as that of all others.
STEPS = {"sgd": sgd, "momentum": momentum, "rmsprop": rmsprop, "adagrad": adagrad, "adam": adam, "adamw": adam}


# --8<-- [start:train]
def train(recipe, batches, weights, gradient, auxiliary=None):
    """Return the weights after one step for each batch.

    gradient(weights, batch, divisor, loss_scale): that of the sum of the losses, divided and scaled.
    auxiliary(weights): the gradient of the further loss, if the recipe gives it a weight.
    """
    step = STEPS[recipe.optimizer](recipe)
    for batch in batches:
        N = len(batch[1])
        slope = gradient(weights, batch, N if recipe.reduction == "mean" else 1, recipe.loss_scale)
        # What is out of the range of float16 is thrown away.
        if not np.isfinite(slope).all():
            continue
        slope = slope + recipe.l2 * weights
        if recipe.auxiliary_weight:
            slope = slope + recipe.auxiliary_weight * auxiliary(weights)
        slope = clipped(slope, recipe)
        if recipe.reduction == "update":
            slope = slope / N
        if recipe.weight_decay:
            weights = (1 - recipe.learning_rate * recipe.weight_decay) * weights
        weights = weights + step(slope)
    return weights
    # --8<-- [end:train]


def clipped(slope, recipe):
    """Return the gradient, no longer than the recipe allows, and no entry larger.

    >>> from snippets.reductions import Recipe
    >>> clipped(np.array([3.0, -4.0]), Recipe("mean", 2, "sgd", 0.1, clip_norm=2.5, clip_value=1.75))
    array([ 1.5 , -1.75])
    """
    if recipe.clip_norm:
        slope = slope * (recipe.clip_norm / max(recipe.clip_norm, np.linalg.norm(slope)))
    if recipe.clip_value:
        slope = np.clip(slope, -recipe.clip_value, recipe.clip_value)
    return slope
