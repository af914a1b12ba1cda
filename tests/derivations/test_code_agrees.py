"""The last line of each derivation, worked out in numbers, is what the snippet returns."""

import mpmath
import numpy as np
import pytest

from derivations.ledger import library
from derivations.notation import notation
from derivations.proof import numeric
from snippets.score_gradient import one_loop, stable, two_loops, vectorized
from snippets.softmax import log_softmax, softmax

LIBRARY = library()
LAST_LINES = [
    (two_loops.score_gradient, "eq:cases"),
    (one_loop.score_gradient, "eq:gradient-cases"),
    (vectorized.score_gradient, "eq:gradient"),
    (stable.score_gradient, "eq:gradient"),
]
BATCHES = [(1, 1), (1, 4), (3, 2), (4, 3)]


def world_of(scores, labels):
    """A world with the scores and labels of a batch."""
    sizes = {"N": scores.shape[0], "C": scores.shape[1], "F": 1, "H": 1}
    exact = np.vectorize(mpmath.mpf, otypes=[object])
    return numeric.World(LIBRARY.definitions, sizes, {"s": exact(scores), "y": labels})


def batch(samples, classes):
    chance = np.random.default_rng(samples * 10 + classes)
    return chance.normal(size=(samples, classes)) * 3, chance.integers(classes, size=samples)


@pytest.mark.parametrize("shape", BATCHES)
@pytest.mark.parametrize(("function", "label"), LAST_LINES)
def test_the_gradient_is_the_last_line(function, label, shape):
    """To rounding, entry by entry."""
    scores, labels = batch(*shape)
    line = LIBRARY.claims[label].reading.sides[-1]
    world = world_of(scores, labels)
    a, b = map(notation.index_node, "ab")

    with mpmath.workdps(50):
        expected = [[float(world.value(line, {a: i, b: j})) for j in range(shape[1])] for i in range(shape[0])]

    np.testing.assert_allclose(function(scores, labels), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("shape", BATCHES)
def test_the_matrix_form_is_the_same_array(shape):
    """(p - Y) / N as one array."""
    scores, labels = batch(*shape)
    line = LIBRARY.claims["eq:gradient-matrix"].reading.sides[-1]

    with mpmath.workdps(50):
        expected = world_of(scores, labels).value(line, {}).astype(float)

    np.testing.assert_allclose(vectorized.score_gradient(scores, labels), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("shape", BATCHES)
@pytest.mark.parametrize(("function", "work_out"), [(softmax, lambda p: p), (log_softmax, mpmath.log)])
def test_softmax_is_its_definition(function, work_out, shape):
    """And its logarithm."""
    scores, labels = batch(*shape)
    probability = LIBRARY.claims["eq:stable-softmax"].reading.sides[-1]
    world = world_of(scores, labels)
    i, j = map(notation.index_node, "ij")

    with mpmath.workdps(50):
        expected = [
            [float(work_out(world.value(probability, {i: n, j: c}))) for c in range(shape[1])] for n in range(shape[0])
        ]

    np.testing.assert_allclose(function(scores), expected, rtol=1e-14, atol=1e-15)
