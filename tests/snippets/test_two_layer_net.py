"""What the network of two layers promises. It is compared with PyTorch in tests/peers."""

import doctest
import math
import re
from types import MappingProxyType

import numpy as np
import pytest

from snippets import two_layer_net as module
from snippets.cross_entropy import cross_entropy
from snippets.gradient_check import complex_step_gradient
from snippets.two_layer_net import input_gradient, loss, loss_and_gradients, scores

CLOSE = {"rel": 1e-12, "abs": 1e-13}
NAMES = ["W1", "b1", "W2", "b2"]


def network(seed=0, N=5, F=4, H=6, C=3, dtype=np.float64):
    """Return parameters, inputs and labels."""
    random = np.random.default_rng(seed)
    shapes = {"W1": (F, H), "b1": (H,), "W2": (H, C), "b2": (C,)}
    params = {name: random.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    return params, random.normal(size=(N, F)).astype(dtype), random.integers(0, C, N)


# What it computes


def by_indices(params, X, y, reg):
    """Return scores, loss and all gradients, index by index, as the pages write them."""
    W1, b1, W2, b2 = (params[name].tolist() for name in NAMES)
    X, y, N = X.tolist(), y.tolist(), len(X)
    samples, features, units, classes = range(N), range(len(W1)), range(len(b1)), range(len(b2))
    Q = [[sum(X[i][d] * W1[d][h] for d in features) + b1[h] for h in units] for i in samples]
    H1 = [[max(0, Q[i][h]) for h in units] for i in samples]
    s = [[sum(H1[i][h] * W2[h][j] for h in units) + b2[j] for j in classes] for i in samples]
    p = [[math.exp(score) / sum(map(math.exp, row)) for score in row] for row in s]
    R = reg / 2 * sum(w * w for W in (W1, W2) for row in W for w in row)
    L = sum(-math.log(p[i][y[i]]) for i in samples) / N + R
    D = [[(p[i][j] - (j == y[i])) / N for j in classes] for i in samples]
    Delta = [[sum(D[i][j] * W2[h][j] for j in classes) * (Q[i][h] > 0) for h in units] for i in samples]
    gradients = {
        "W1": [[sum(X[i][d] * Delta[i][h] for i in samples) + reg * W1[d][h] for h in units] for d in features],
        "b1": [sum(Delta[i][h] for i in samples) for h in units],
        "W2": [[sum(H1[i][h] * D[i][k] for i in samples) + reg * W2[h][k] for k in classes] for h in units],
        "b2": [sum(D[i][k] for i in samples) for k in classes],
    }
    at_inputs = [[sum(Delta[i][h] * W1[d][h] for h in units) for d in features] for i in samples]
    return s, L, gradients, at_inputs


SIZES = {
    "all different": {},
    "everything 1": {"N": 1, "F": 1, "H": 1, "C": 1},
    "one sample": {"N": 1},
    "one feature": {"F": 1},
    "one hidden unit": {"H": 1},
    "one class": {"C": 1},
    "two of each": {"N": 2, "F": 2, "H": 2, "C": 2},
}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("reg", [0, 0.7])
def test_it_is_what_the_indices_say(sizes, reg):
    """The matrices say the same as the sums."""
    params, X, y = network(1, **sizes)
    expected_scores, expected_loss, expected, at_inputs = by_indices(params, X, y, reg)
    actual_loss, actual = loss_and_gradients(params, X, y, reg)

    assert scores(params, X) == pytest.approx(np.array(expected_scores), **CLOSE)
    assert actual_loss == pytest.approx(expected_loss, **CLOSE)
    assert loss(params, X, y, reg) == actual_loss
    assert list(actual) == NAMES
    for name in NAMES:
        assert actual[name] == pytest.approx(np.array(expected[name]), **CLOSE)
    assert input_gradient(params, X, y) == pytest.approx(np.array(at_inputs), **CLOSE)


def test_it_agrees_with_complex_steps():
    """The loss alone knows its slopes."""
    params, X, y = network(2)
    _, gradients = loss_and_gradients(params, X, y, 0.3)

    for name in NAMES:
        step = complex_step_gradient(lambda value, name=name: loss(params | {name: value}, X, y, 0.3), params[name])
        assert gradients[name] == pytest.approx(step, **CLOSE)
    assert input_gradient(params, X, y) == pytest.approx(
        complex_step_gradient(lambda value: loss(params, value, y, 0.3), X), **CLOSE
    )


def test_a_hundred_small_steps_go_downhill():
    """A gradient that is one makes the loss fall."""
    params, X, y = network(3)
    before = loss(params, X, y, 0.01)
    for _ in range(100):
        _, gradients = loss_and_gradients(params, X, y, 0.01)
        params = {name: params[name] - 0.1 * gradients[name] for name in NAMES}

    assert loss(params, X, y, 0.01) < before / 4


ONE = {"W1": np.array([[2.0]]), "b1": np.array([0.0]), "W2": np.array([[1.0, -1.0]]), "b2": np.array([0.0, 0.0])}


def test_the_strength_multiplies_half_of_the_squares_of_the_weights():
    """Four and one and one make six, and half of it is three. No bias is counted."""
    params = ONE | {"b1": np.array([-100.0]), "b2": np.array([7.0, 7.0])}
    value, gradients = loss_and_gradients(params, [[1.0]], [0], 10)

    assert value == pytest.approx(np.log(2) + 30)
    assert gradients["W1"].tolist() == [[20.0]]
    assert gradients["W2"].tolist() == [[10.0, -10.0]]
    assert gradients["b1"].tolist() == [0.0]
    assert gradients["b2"].tolist() == [-0.5, 0.5]


GATES = {"below 0": (-0.1, 0.0), "at 0": (0.0, 0.0), "at minus 0": (-0.0, 0.0), "just above 0": (1e-300, 1.0)}


@pytest.mark.parametrize(("x", "slope"), GATES.values(), ids=GATES)
def test_the_gate_is_open_above_0_only(x, slope):
    """With equal scores, the way to the hidden unit carries -1 or nothing."""
    _, gradients = loss_and_gradients(ONE, [[x]], [0], 0)

    assert gradients["b1"].tolist() == [-slope]
    assert input_gradient(ONE, [[x]], [0]).tolist() == [[-2 * slope]]


def test_a_complex_loss_goes_by_the_real_part():
    """At a kink it takes the side that the gradient takes, whatever the imaginary part says."""
    for imaginary in (1e-9j, -1e-9j):
        assert loss(ONE, np.array([[imaginary]]), [0], 0) == np.log(2)


@pytest.mark.parametrize("shift", [1e4, -1e4])
def test_scores_of_any_size(shift):
    """A constant on all scores changes nothing, though their exponentials overflow or vanish."""
    params, X, y = network(4)
    expected, expected_gradients = loss_and_gradients(params, X, y, 0.1)
    actual, gradients = loss_and_gradients(params | {"b2": params["b2"] + shift}, X, y, 0.1)

    assert actual == pytest.approx(expected, rel=1e-10)
    for name in NAMES:
        assert gradients[name] == pytest.approx(expected_gradients[name], rel=1e-9, abs=1e-10)


# Kinds of numbers


@pytest.mark.parametrize(("dtype", "close"), [(np.float16, 2e-3), (np.float32, 1e-5), (np.float64, 1e-12)])
def test_each_format_is_kept(dtype, close):
    """And computed well, even by a caller who makes every warning an error."""
    params, X, y = network(5, dtype=dtype)
    exact = {name: value.astype(float) for name, value in params.items()}
    expected, expected_gradients = loss_and_gradients(exact, X.astype(float), y, 0.1)
    with np.errstate(all="raise"):
        value, gradients = loss_and_gradients(params, X, y, 0.1)
        results = [value, loss(params, X, y, 0.1), scores(params, X), input_gradient(params, X, y), *gradients.values()]

    assert {result.dtype for result in results} == {np.dtype(dtype)}
    assert value == pytest.approx(expected, rel=close)
    for name in NAMES:
        assert gradients[name] == pytest.approx(expected_gradients[name], rel=close, abs=close)


def test_float16_is_computed_in_float32():
    """The squares of these weights add up to more than the largest float16."""
    params = {"W1": np.full((1, 5), 200), "b1": np.zeros(5), "W2": np.zeros((5, 2)), "b2": np.zeros(2)}
    params = {name: value.astype(np.float16) for name, value in params.items()}

    assert loss(params, np.ones((1, 1)), [0], 0.01) == pytest.approx(np.log(2) + 1000, rel=1e-3)


def test_parameters_of_different_formats():
    """The finest is computed in, and each gradient has the format of its parameter."""
    params, X, y = network(6)
    mixed = params | {"W1": params["W1"].astype(np.float32), "b2": params["b2"].astype(np.float16)}
    value, gradients = loss_and_gradients(mixed, X, y, 0.1)
    expected, expected_gradients = loss_and_gradients(
        {name: array.astype(float) for name, array in mixed.items()}, X, y, 0.1
    )

    assert [gradients[name].dtype for name in NAMES] == [np.float32, np.float64, np.float64, np.float16]
    assert (value, value.dtype) == (expected, np.float64)
    assert (gradients["b1"] == expected_gradients["b1"]).all()
    assert (gradients["W1"] == expected_gradients["W1"].astype(np.float32)).all()


WHOLE = {"W1": [[1, -1]], "b1": [0, 1], "W2": [[1, 0], [0, 1]], "b2": [0, 2]}
KINDS = {
    "lists of whole numbers": (WHOLE, [[2]], [0]),
    "small whole numbers": ({name: np.array(value, np.int8) for name, value in WHOLE.items()}, [[2]], np.uint8([0])),
    "pixels": (WHOLE, np.array([[2]], np.uint8), np.int64([0])),
    "the other byte order": (
        {name: np.array(value, ">f8") for name, value in WHOLE.items()}, np.array([[2]], ">f8"), np.array([0], ">i4"),
    ),
    "a mapping that cannot be written to": (MappingProxyType(WHOLE), [[2]], [0]),
}  # fmt: skip


@pytest.mark.parametrize(("params", "X", "y"), KINDS.values(), ids=KINDS)
def test_other_kinds_count_as_float64(params, X, y):
    """Scores 2 and 2 are a toss-up."""
    value, gradients = loss_and_gradients(params, X, y, 0)

    assert (value, value.dtype) == (np.log(2), np.float64)
    assert {gradient.dtype.str for gradient in gradients.values()} == {np.array(1.0).dtype.str}
    assert gradients["W1"].tolist() == [[-1, 0]]


@pytest.mark.parametrize("kind", [np.complex64, np.complex128])
def test_complex_numbers_are_for_the_loss_alone(kind):
    """Its format is that of what is complex, if that is the finest."""
    params, X, y = network(7, dtype=np.float32)
    one = params | {"W1": params["W1"].astype(kind)}
    expected = loss(params, X, y, 0.1)

    assert loss(one, X, y, 0.1).dtype == loss(params, X.astype(kind), y, 0.1).dtype == kind
    assert loss(one, X, y, 0.1) == pytest.approx(expected, rel=1e-5)
    double = {name: value.astype(np.float64) for name, value in params.items()}
    assert loss(double, X.astype(kind), y, 0.1).dtype == np.complex128
    with pytest.raises(TypeError, match="^W1 must be float16, float32, float64 or integers, got complex"):
        loss_and_gradients(one, X, y, 0.1)
    with pytest.raises(TypeError, match="^X must be float16, float32, float64 or integers, got complex"):
        scores(params, X.astype(kind))


def test_nothing_is_changed_and_nothing_is_shared():
    """Arrays may be read-only, turned, or a part of larger ones."""
    params, X, y = network(8, N=4, F=4, H=4, C=4)
    expected, expected_gradients = loss_and_gradients(params, X, y, 0.1)
    turned = {name: value.T.copy().T for name, value in params.items()}
    inputs, labels = np.repeat(X, 2, axis=1)[:, ::2], np.repeat(y, 3)[::3]
    for array in (*turned.values(), inputs, labels):
        array.flags.writeable = False
    value, gradients = loss_and_gradients(turned, inputs, labels, 0.1)

    assert value == pytest.approx(expected, **CLOSE)
    for name in NAMES:
        assert gradients[name] == pytest.approx(expected_gradients[name], **CLOSE)
        assert not any(np.shares_memory(gradients[name], other) for other in (*turned.values(), inputs))
        gradients[name] += 1  # a gradient is the caller's own


# What is refused

GOOD, X4, Y4 = network(9)
BAD_SHAPE = "with no size 0, got shape "
REFUSED = {
    "no dict": ([1, 2], X4, Y4, 0, TypeError, "params must be a dict with the keys W1, b1, W2 and b2, got list"),
    "a missing key": (
        {name: GOOD[name] for name in NAMES[:3]}, X4, Y4, 0, ValueError,
        "params must have exactly the keys W1, b1, W2 and b2, got ['W1', 'b1', 'W2']",
    ),
    "one key more": (
        GOOD | {"W3": 0}, X4, Y4, 0, ValueError,
        "params must have exactly the keys W1, b1, W2 and b2, got ['W1', 'b1', 'W2', 'b2', 'W3']",
    ),
    "weights in a row": (
        GOOD | {"W1": np.ones(6)}, X4, Y4, 0, ValueError, f"W1 must have shape (F, H), {BAD_SHAPE}(6,)",
    ),
    "no feature": (
        GOOD | {"W1": np.ones((0, 6))}, X4[:, :0], Y4, 0, ValueError,
        f"W1 must have shape (F, H), {BAD_SHAPE}(0, 6)",
    ),
    "no class": (
        GOOD | {"W2": np.ones((6, 0)), "b2": np.ones(0)}, X4, Y4, 0, ValueError,
        f"W2 must have shape (H, C), {BAD_SHAPE}(6, 0)",
    ),
    "no sample": (GOOD, X4[:0], Y4[:0], 0, ValueError, f"X must have shape (N, F), {BAD_SHAPE}(0, 4)"),
    "one sample without its axis": (
        GOOD, X4[0], Y4[:1], 0, ValueError, f"X must have shape (N, F), {BAD_SHAPE}(4,)",
    ),
    "a bias in a table": (
        GOOD | {"b1": np.ones((1, 6))}, X4, Y4, 0, ValueError,
        "b1 must have shape (6,), to go with W1 of shape (4, 6), got shape (1, 6)",
    ),
    "a bias for all": (
        GOOD | {"b2": np.ones(())}, X4, Y4, 0, ValueError,
        "b2 must have shape (3,), to go with W2 of shape (6, 3), got shape ()",
    ),
    "other hidden units": (
        GOOD | {"W2": np.ones((5, 3))}, X4, Y4, 0, ValueError,
        "W2 must have shape (6, 3), to go with W1 of shape (4, 6), got shape (5, 3)",
    ),
    "weights the wrong way round": (
        GOOD | {"W1": GOOD["W1"].T}, X4, Y4, 0, ValueError,
        "b1 must have shape (4,), to go with W1 of shape (6, 4), got shape (6,)",
    ),
    "other features": (
        GOOD, X4[:, :3], Y4, 0, ValueError, "X must have shape (N, 4), to go with W1 of shape (4, 6), got shape (5, 3)",
    ),
    "a column of labels": (
        GOOD, X4, Y4[:, None], 0, ValueError,
        "y must be integers in [0, 3) of shape (5,), got shape (5, 1): a column would be broadcast against every row",
    ),
    "too few labels": (
        GOOD, X4, Y4[:4], 0, ValueError, "y must be integers in [0, 3) of shape (5,), got shape (4,)",
    ),
    "a label for all": (GOOD, X4, 1, 0, ValueError, "y must be integers in [0, 3) of shape (5,), got shape ()"),
    "a label of -1": (
        GOOD, X4, [0, 1, -1, 2, 0], 0, ValueError,
        "y must be integers in [0, 3) of shape (5,), got -1 for sample 2",
    ),
    "a label of C": (
        GOOD, X4, [0, 1, 2, 3, 0], 0, ValueError, "y must be integers in [0, 3) of shape (5,), got 3 for sample 3",
    ),
    "floating labels": (
        GOOD, X4, Y4.astype(float), 0, TypeError, "y must be integers in [0, 3) of shape (5,), got float64",
    ),
    "one-hot labels": (
        GOOD, X4, np.eye(3)[Y4], 0, ValueError, "y must be integers in [0, 3) of shape (5,), got shape (5, 3)",
    ),
    "a negative strength": (GOOD, X4, Y4, -0.1, ValueError, "reg must be at least 0, got -0.1"),
    "a strength of nan": (GOOD, X4, Y4, np.nan, ValueError, "reg must be finite in float64, got nan"),
    "two strengths": (GOOD, X4, Y4, [0.1, 0.2], ValueError, "reg must be one number, got shape (2,)"),
    "a complex strength": (GOOD, X4, Y4, 1j, TypeError, "reg must be floating or integers, got complex128"),
    "a strength that is no number": (GOOD, X4, Y4, None, TypeError, "reg must be floating or integers, got object"),
    "nan among the weights": (
        GOOD | {"W2": np.where(np.eye(6, 3), np.nan, 0)}, X4, Y4, 0, ValueError,
        "W2 must be finite in float64, got nan at index (0, 0)",
    ),
    "inf among the inputs": (
        GOOD, np.where(np.eye(5, 4), np.inf, 0), Y4, 0, ValueError,
        "X must be finite in float64, got inf at index (0, 0)",
    ),
    "an input beyond the format": (
        {name: value.astype(np.float32) for name, value in GOOD.items()}, np.full((5, 4), 1e300), Y4, 0, ValueError,
        "X must be finite in float32, got 1e+300 at index (0, 0)",
    ),
    "truth values": (
        GOOD, X4 > 0, Y4, 0, TypeError, "X must be float16, float32, float64 or integers, got bool",
    ),
    "weights that are words": (
        GOOD | {"b1": np.array(list("abcdef"))}, X4, Y4, 0, TypeError,
        "b1 must be float16, float32, float64 or integers, got <U1",
    ),
    "rows of different lengths": (
        GOOD, [[1.0, 2.0], [3.0]], Y4, 0, ValueError, "X must be an array: its rows differ in length",
    ),
    "masked inputs": (
        GOOD, np.ma.masked_equal(X4, X4[0, 0]), Y4, 0, TypeError,
        "X must be a plain array, got a masked array: its mask would be lost",
    ),
    "masked weights": (
        GOOD | {"b2": np.ma.masked_equal([1.0, 2, 3], 2)}, X4, Y4, 0, TypeError,
        "b2 must be a plain array, got a masked array: its mask would be lost",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("params", "X", "y", "reg", "error", "message"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("function", [loss_and_gradients, loss])
def test_refuses(function, params, X, y, reg, error, message):
    """The error says what was met and what was expected."""
    if function is loss:  # which takes complex numbers too
        message = message.replace("float64 or integers", "float64, complex64, complex128 or integers")
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        function(params, X, y, reg)


def test_the_others_refuse_the_same():
    """Scores and gradients in the inputs have no other door."""
    for function, arguments in ((scores, ()), (input_gradient, (Y4,))):
        with pytest.raises(ValueError, match="^params must have exactly the keys"):
            function({}, X4, *arguments)
        with pytest.raises(ValueError, match=r"^X must have shape \(N, 4\)"):
            function(GOOD, X4[:, :3], *arguments)
    with pytest.raises(ValueError, match="got shape \\(5, 1\\): a column"):
        input_gradient(GOOD, X4, Y4[:, None])


LARGE = "is too large for float16: the parameters, X or reg are too large"


def half(**changes):
    """Return parameters in float16, all of them 1 but these."""
    params = {"W1": np.ones((1, 1)), "b1": np.ones(1), "W2": np.ones((1, 2)), "b2": np.ones(2)} | changes
    return {name: np.asarray(value, np.float16) for name, value in params.items()}


TOO_LARGE = {
    "the loss": (half(W2=[[-6e4, 6e4]]), [[1.0]], 0, f"the loss {LARGE}"),
    "the regularization": (half(), [[1.0]], 1e5, f"the loss {LARGE}"),
    "the gradient in W1": (half(W1=[[1e-4]], W2=[[0, 4]]), [[6e4]], 0, f"the gradient in W1 {LARGE}"),
}


@pytest.mark.parametrize(("params", "X", "reg", "message"), TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_result_that_is_too_large_is_refused(params, X, reg, message):
    """Not given back as inf, and not without a word, even if the caller makes every warning an error."""
    with np.errstate(all="raise"), pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        loss_and_gradients(params, X, [0], reg)


OTHERS = {
    "a score": lambda params, X: scores(params, X),
    "the loss": lambda params, X: loss(params, X, [0], 0),
    "the gradient in X": lambda params, X: input_gradient(params, X, [0]),
}


@pytest.mark.parametrize(("name", "function"), OTHERS.items())
def test_the_others_refuse_what_is_too_large(name, function):
    """What they give would be 80,000, or half of it, where the largest float16 is 65,504."""
    params, X = half(W1=[[2.0]], W2=[[-4e4, 4e4]], b1=[0.0]), [[1.0]]
    with np.errstate(all="raise"), pytest.raises(ValueError, match=f"^{name} {LARGE}$"):
        function(params, X)


@pytest.mark.parametrize(("name", "function"), OTHERS.items())
def test_what_overflows_on_the_way_is_refused(name, function):
    """In float64 too, where there is no finer format to compute in."""
    at, params = 1e-200, {"W1": [[1e200]], "b1": [0.0], "W2": [[-1e120, 1e120]], "b2": [0.0, 0.0]}
    if name != "the gradient in X":
        at = 1e200
    with np.errstate(all="raise"), pytest.raises(ValueError, match=f"^{name} is too large for float64"):
        function(params, [[at]])


def test_differences_that_are_nan_are_refused():
    """Two scores of inf."""
    params = ONE | {"W1": np.array([[1e200]]), "W2": np.array([[1e200, 1e200]])}
    with np.errstate(all="raise"), pytest.raises(ValueError, match="^the loss is too large for float64"):
        loss(params, [[1.0]], [0], 0)


def test_each_row_has_its_own_largest_score():
    """A row of 2000 and 0, and a row of 0 and 0."""
    params = {"W1": [[1.0]], "b1": [0.0], "W2": [[1.0, 0.0]], "b2": [0.0, 0.0]}

    assert loss(params, [[2000.0], [0.0]], [1, 0], 0) == 1000 + np.log(2) / 2


def test_the_loss_is_that_of_the_scores():
    """The same as by the functions for scores alone."""
    params, X, y = network(10)

    assert loss(params, X, y, 0) == pytest.approx(cross_entropy(scores(params, X), y), **CLOSE)


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
