"""The last line of each derivation, worked out in numbers, is what the snippet returns."""

import mpmath
import numpy as np
import pytest

from derivations.ledger import library
from derivations.notation import notation
from derivations.proof import numeric
from snippets.curvature import hessian
from snippets.gradient_check import relative_error
from snippets.linear_cross_entropy import linear_cross_entropy
from snippets.linear_cross_entropy_classes import linear_cross_entropy_classes
from snippets.log_sum_exp import log_sum_exp, log_sum_exp_of_chunks
from snippets.score_gradient import blocked, in_place, one_loop, stable, two_loops, vectorized
from snippets.softmax import log_softmax, softmax
from snippets.two_layer_net import input_gradient, loss_and_gradients
from snippets.two_layer_net import scores as network_scores

LIBRARY = library()
LAST_LINES = [
    (two_loops.score_gradient, "eq:cases"),
    (one_loop.score_gradient, "eq:gradient-cases"),
    (vectorized.score_gradient, "eq:gradient"),
    (stable.score_gradient, "eq:gradient"),
    (in_place.score_gradient, "eq:gradient"),
    (blocked.score_gradient, "eq:gradient"),
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


def exact(array):
    return np.vectorize(mpmath.mpf, otypes=[object])(array)


class Network:
    """Random parameters and inputs; a line of the derivation, worked out for them."""

    def __init__(self, N, F, H, C):
        chance = np.random.default_rng(1000 * N + 100 * F + 10 * H + C)
        shapes = {"W1": (F, H), "b1": (H,), "W2": (H, C), "b2": (C,)}
        self.params = {name: chance.normal(size=shape) for name, shape in shapes.items()}
        self.X, self.y, self.reg = chance.normal(size=(N, F)), chance.integers(C, size=N), 0.1
        letters = {"W1": "W_1", "b1": "b_1", "W2": "W_2", "b2": "b_2"}
        given = {letters[name]: exact(array) for name, array in self.params.items()}
        given |= {"X": exact(self.X), "y": self.y, "lambda": np.array(mpmath.mpf("0.1"), dtype=object)}
        self.sizes = {"N": N, "C": C, "F": F, "H": H}
        self.given = given

    def value(self, label):
        claim = LIBRARY.claims[label]
        world = numeric.World(LIBRARY.seen_by(claim).definitions, self.sizes, self.given)
        with mpmath.workdps(200):  # a derivative is a small difference
            return world.value(claim.reading.sides[-1], {}).astype(float)

    def entries(self, label, letters, shape):
        """The line for every choice of its indices."""
        claim = LIBRARY.claims[label]
        world = numeric.World(LIBRARY.seen_by(claim).definitions, self.sizes, self.given)
        names = [notation.index_node(letter) for letter in letters]
        with mpmath.workdps(50):
            values = [
                float(world.value(claim.reading.sides[-1], dict(zip(names, place, strict=True))))
                for place in np.ndindex(shape)
            ]
        return np.reshape(values, shape)


NETWORKS = [(1, 1, 1, 1), (2, 3, 4, 3), (3, 2, 1, 2)]
GRADIENTS = [
    ("W1", "eq:first-weights-matrix"),
    ("b1", "eq:first-bias-matrix"),
    ("W2", "eq:second-weights-matrix"),
    ("b2", "eq:second-bias-matrix"),
]


@pytest.mark.parametrize("shape", NETWORKS)
@pytest.mark.parametrize(("name", "label"), GRADIENTS)
def test_the_gradient_of_a_parameter_is_the_last_line(name, label, shape):
    """The matrix form, with D, the gate and all else put in down to the inputs."""
    network = Network(*shape)

    _, gradients = loss_and_gradients(network.params, network.X, network.y, network.reg)

    expected = network.value(label).reshape(gradients[name].shape)
    np.testing.assert_allclose(gradients[name], expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("shape", NETWORKS)
def test_scores_and_the_gradient_of_the_inputs_are_the_last_lines(shape):
    """The way forward, and the end of the way back."""
    network = Network(*shape)

    forward = network_scores(network.params, network.X)
    back = input_gradient(network.params, network.X, network.y)

    assert relative_error(forward, network.value("eq:network-scores-matrix")) < 1e-12
    np.testing.assert_allclose(back, network.value("eq:input-gradient-matrix"), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_the_block_of_second_derivatives_is_the_last_line(classes):
    """Of one sample's loss, for every pair of classes."""
    scores, labels = batch(1, classes)
    line = LIBRARY.claims["eq:second-derivative"].reading.sides[-1]
    world = world_of(scores, labels)
    a, b, k = map(notation.index_node, "abk")

    with mpmath.workdps(50):
        places = range(classes)
        expected = [[float(world.value(line, {a: 0, b: row, k: column})) for column in places] for row in places]

    np.testing.assert_allclose(hessian(scores[0]), expected, rtol=0, atol=1e-15)


CHUNKS = [[1], [2, 1], [1, 1, 1], [3, 2]]


@pytest.mark.parametrize("lengths", CHUNKS)
def test_the_sum_in_pieces_is_the_last_line(lengths):
    """For chunks of any length, with a shift of its own for each, and another for all."""
    chance = np.random.default_rng(sum(lengths))
    scores = chance.normal(size=sum(lengths)) * 5
    chunks = np.split(scores, np.cumsum(lengths)[:-1])
    line = LIBRARY.claims["eq:lse-merge"].reading.sides[-1]
    given = {
        "x": exact(scores),
        "rho": np.repeat(np.arange(len(lengths)), lengths),
        "Lambda": exact(chance.normal(size=len(lengths))),
        "gamma": np.array(mpmath.mpf(2), dtype=object),
    }
    world = numeric.World(LIBRARY.definitions, {"C": len(scores), "G": len(lengths)}, given)

    with mpmath.workdps(50):
        expected = float(world.value(line, {}))

    assert log_sum_exp_of_chunks(chunks) == pytest.approx(expected, rel=1e-14)
    assert log_sum_exp(scores) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("shape", NETWORKS)
@pytest.mark.parametrize("function", [linear_cross_entropy, linear_cross_entropy_classes])
def test_the_last_layer_in_chunks_is_the_last_lines(function, shape):
    """What arrives at the hidden units, and the weights' gradient, whose rows are classes in the code."""
    N, F, H, C = shape
    network = Network(N, F, H, C)
    network.given["b_2"] = exact(np.zeros(C))
    hidden = np.maximum(0, network.X @ network.params["W1"] + network.params["b1"])

    _, d_hidden, d_weight = function(hidden, network.params["W2"].T, network.y, chunk=1)

    expected = network.entries("eq:label-rows", "ih", (N, H))
    np.testing.assert_allclose(d_hidden, expected, rtol=1e-13, atol=1e-15)
    expected = network.entries("eq:label-columns", "hk", (H, C))
    np.testing.assert_allclose(d_weight.T, expected, rtol=1e-13, atol=1e-15)
