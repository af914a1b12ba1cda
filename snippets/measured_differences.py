"""How far two trainings drift apart, one with the mean and one with the sum: the table of learning-rate.md.

A small network with one hidden layer, 40 steps, batches of 16.
Each case says what the run with the sum changes in the recipe, besides the reduction.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from snippets.reductions import Recipe
from snippets.softmax import softmax
from snippets.two_conventions import train

N, STEPS, FEATURES, HIDDEN, CLASSES = 16, 40, 4, 5, 3
SHAPES = [(FEATURES, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,)]


@dataclass(frozen=True)
class Case:
    """A recipe with the mean, what the run with the sum multiplies by which power of N, and the formula that says why.

    each_rate: "step" if that run divides the rate by the size of each batch, "velocity" if it does so before
    the velocity takes the gradient in. Then the powers are empty.
    """

    words: str
    recipe: Recipe
    powers: dict[str, int]
    proof: str
    each_rate: str = ""


MEAN = partial(Recipe, "mean", N)
RATE = {"learning_rate": -1}
# Between the shortest and the longest gradient of the mean, so that some are clipped and some are not.
CLIP = 0.5
CASES = (
    Case("SGD", MEAN("sgd", 0.5), RATE, "eq:sgd"),
    Case("Momentum", MEAN("momentum", 0.1), RATE, "eq:same-weights"),
    Case("Nesterov momentum", MEAN("momentum", 0.1, nesterov=True), RATE, "eq:nesterov"),
    Case("SGD, L2 in the loss", MEAN("sgd", 0.5, l2=0.02), RATE, "eq:l2"),
    Case("SGD, L2 in the loss", MEAN("sgd", 0.5, l2=0.02), RATE | {"l2": 1}, "eq:l2-repaired"),
    Case("SGD, decoupled decay", MEAN("sgd", 0.5, weight_decay=0.02), RATE, "eq:decay"),
    Case("SGD, decoupled decay", MEAN("sgd", 0.5, weight_decay=0.02), RATE | {"weight_decay": 1}, "eq:decay-repaired"),
    Case("SGD, clipping by norm", MEAN("sgd", 0.5, clip_norm=CLIP), RATE, "eq:clip"),
    Case("SGD, clipping by norm", MEAN("sgd", 0.5, clip_norm=CLIP), RATE | {"clip_norm": 1}, "eq:clip-repaired"),
    Case("SGD, auxiliary loss", MEAN("sgd", 0.5, auxiliary_weight=0.05), RATE, "eq:auxiliary"),
    Case(
        "SGD, auxiliary loss",
        MEAN("sgd", 0.5, auxiliary_weight=0.05),
        RATE | {"auxiliary_weight": 1},
        "eq:auxiliary",
    ),
    Case("SGD, ragged batches", MEAN("sgd", 0.5, ragged=True), RATE, "eq:ragged"),
    Case("SGD, ragged batches", MEAN("sgd", 0.5, ragged=True), {}, "eq:ragged", "step"),
    Case("Momentum, ragged batches", MEAN("momentum", 0.1, ragged=True), {}, "eq:ragged", "step"),
    Case("Momentum, ragged batches", MEAN("momentum", 0.1, ragged=True), {}, "eq:ragged", "velocity"),
    Case("Adam", MEAN("adam", 0.02), RATE, "eq:adam-invariant"),
    Case("Adam", MEAN("adam", 0.02), {}, "eq:adam-epsilon"),
    Case("Adam", MEAN("adam", 0.02), {"epsilon": 1}, "eq:adam-same-weights"),
    Case("Adam, L2 in the loss", MEAN("adam", 0.02, l2=0.02), {}, "eq:l2"),
    Case("Adam, L2 in the loss", MEAN("adam", 0.02, l2=0.02), {"epsilon": 1, "l2": 1}, "eq:l2-repaired"),
    Case("Adam, clipping by norm", MEAN("adam", 0.02, clip_norm=CLIP), {}, "eq:clip"),
    Case(
        "Adam, clipping by norm", MEAN("adam", 0.02, clip_norm=CLIP), {"epsilon": 1, "clip_norm": 1}, "eq:clip-repaired"
    ),
    Case("SGD in float16, loss scale 1", MEAN("sgd", 0.5, loss_scale=1), RATE, "eq:loss-scaling"),
    Case("SGD in float16, loss scale 65536", MEAN("sgd", 0.5, loss_scale=65536), RATE, "eq:loss-scaling"),
    Case(
        "SGD in float16, loss scale 65536",
        MEAN("sgd", 0.5, loss_scale=65536),
        RATE | {"loss_scale": -1},
        "eq:loss-scaling",
    ),
)


def problem(ragged=False):
    """Return batches of features and labels, and the weights to start from, the same on every machine.

    >>> batches, weights = problem()
    >>> len(batches), batches[0][0].shape, weights.shape
    (40, (16, 4), (43,))
    >>> sorted({len(labels) for _, labels in problem(ragged=True)[0]})
    [4, 8, 12, 16]
    """
    random = np.random.default_rng(0)
    features = 4 * random.random((STEPS, N, FEATURES)) - 2
    # The classes are not quite told apart by the features, as in life.
    towards = 2 * random.random((FEATURES, CLASSES))
    labels = (features @ towards + random.random((STEPS, N, CLASSES))).argmax(axis=-1)
    sizes = [N - 4 * (step % 4) if ragged else N for step in range(STEPS)]
    batches = [(features[step, :size], labels[step, :size]) for step, size in enumerate(sizes)]
    return batches, random.random(sum(map(np.prod, SHAPES))) - 0.5


def network_gradient(weights, batch, divisor, loss_scale=None):
    """Return the gradient, in all weights, of the sum of the losses over the divisor.

    With a loss scale the way back is computed in float16, and unscaled at its end.
    """
    features, labels = batch
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]
    W1, b1, W2, b2 = map(np.reshape, np.split(weights, ends), SHAPES)
    hidden = np.tanh(features @ W1 + b1)
    slopes = softmax(hidden @ W2 + b2)
    slopes[np.arange(len(labels)), labels] -= 1
    slopes /= divisor
    if loss_scale is None:
        return backward(slopes, features, hidden, W2)
    with np.errstate(over="ignore", invalid="ignore"):
        halves = (array.astype(np.float16) for array in (loss_scale * slopes, features, hidden, W2))
        # A float64 divisor makes a float64 quotient, so the way back into range loses nothing.
        return backward(*halves) / np.float64(loss_scale)


def backward(slopes, features, hidden, W2):
    """From the gradient in the scores to that in all weights."""
    inner = (slopes @ W2.T) * (1 - hidden**2)
    parts = [features.T @ inner, inner.sum(axis=0), hidden.T @ slopes, slopes.sum(axis=0)]
    return np.concatenate([part.ravel() for part in parts])


def difference(recipe, other):
    """Return the largest difference between the weights that two recipes end at.

    >>> difference(Recipe("mean", 16, "sgd", 0.5), Recipe("sum", 16, "sgd", 0.5 / 16)) < 1e-12
    True
    """
    batches, start = problem(recipe.ragged)
    # The further loss draws the weights towards where they started.
    ends = [train(one, batches, start, network_gradient, lambda weights: weights - start) for one in (recipe, other)]
    return float(abs(ends[0] - ends[1]).max())


def train_by_each_rate(recipe, batches, weights, inside):
    """Return the weights after training with sums, and with the rate divided by the size of each batch.

    inside: the velocity adds up gradients times their rates. Without it, it adds up gradients, as in PyTorch.
    """
    velocity = 0.0
    for batch in batches:
        rate = recipe.learning_rate / len(batch[1])
        gradient = network_gradient(weights, batch, 1)
        velocity = (recipe.momentum or 0.0) * velocity + (rate * gradient if inside else gradient)
        weights = weights - (velocity if inside else rate * velocity)
    return weights


def measure(case):
    """Return how far the run with the sum ends from the run with the mean."""
    if case.each_rate:
        batches, start = problem(case.recipe.ragged)
        end = train_by_each_rate(case.recipe, batches, start, case.each_rate == "velocity")
        return float(abs(end - train(case.recipe, batches, start, network_gradient)).max())
    values = {name: getattr(case.recipe, name) * float(N) ** power for name, power in case.powers.items()}
    return difference(case.recipe, replace(case.recipe, reduction="sum", **values))
