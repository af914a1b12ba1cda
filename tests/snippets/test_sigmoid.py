"""What the sigmoid, the binary loss and its gradient promise."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import sigmoid as module
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.sigmoid import binary_gradient, binary_loss, sigmoid
from snippets.softmax import softmax

CLOSE = {"rel": 1e-12, "abs": 1e-13}
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)


@st.composite
def batches(draw):
    """Draw scores and targets."""
    N = draw(st.integers(1, 5))
    z = draw(st.lists(st.floats(-30, 30), min_size=N, max_size=N))
    return np.array(z), np.array(draw(st.lists(st.floats(0, 1), min_size=N, max_size=N)))


@searched
@given(batches())
def test_it_is_softmax_of_two_scores(batch):
    z, _ = batch
    rows = np.stack([z, np.zeros_like(z)], axis=1)

    assert sigmoid(z) == pytest.approx(softmax(rows)[:, 0], **CLOSE)


@searched
@given(batches())
def test_the_loss_is_that_of_two_scores(batch):
    z, targets = batch
    rows, both = np.stack([z, np.zeros_like(z)], axis=1), np.stack([targets, 1 - targets], axis=1)

    assert binary_loss(z, targets) == pytest.approx(cross_entropy(rows, both), **CLOSE)
    assert binary_gradient(z, targets) == pytest.approx(cross_entropy_gradient(rows, both)[:, 0], **CLOSE)


@searched
@given(batches())
def test_the_gradient_is_the_slope_of_the_loss(batch):
    """The step is imaginary, so that no digits are lost to a difference."""
    z, targets = batch
    stepped = z + 1e-30j
    losses = np.log(1 + np.exp(-stepped)) * targets + np.log(1 + np.exp(stepped)) * (1 - targets)

    assert binary_gradient(z, targets) == pytest.approx(losses.imag / 1e-30 / len(z), **CLOSE)


SIGMOID = {
    "level": (0.0, 0.5),
    "an integer": (0, 0.5),
    "far ahead": (1000.0, 1.0),
    "far behind": (-1000.0, 0.0),
    "endless": ([np.inf, -np.inf], [1.0, 0.0]),
    "a tiny share keeps its digits": (-700.0, 9.859676543759770e-305),
    "a table": ([[0.0, np.log(3)]], [[0.5, 0.75]]),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("z", "expected"), SIGMOID.values(), ids=SIGMOID)
def test_sigmoid(z, expected):
    np.testing.assert_allclose(sigmoid(z), expected, rtol=1e-13)


LOSS = {
    "level": ([0.0], [1.0], np.log(2)),
    "a target between": ([0.0], [0.25], np.log(2)),
    "right and sure": ([1000.0], [1], 0),
    "wrong and sure": ([1000.0], [0], 1000),
    "wrong and sure, the other way": ([-1000.0], [1], 1000),
    "a tiny loss keeps its digits": ([50.0], [1], 1.9287498479639178e-22),
    "the mean of two": ([0.0, 1000.0], [1, 0], (np.log(2) + 1000) / 2),
    "truth values": ([0.0, 1000.0], [True, False], (np.log(2) + 1000) / 2),
    "losses whose sum is beyond float64": ([1.7e308, 1.7e308], [0, 0], 1.7e308),
    "small unsigned integers": (np.array([0, 200], np.uint8), np.array([1, 0], np.uint8), (np.log(2) + 200) / 2),
    "integers": ([0, 1000], [1, 0], (np.log(2) + 1000) / 2),
}


@pytest.mark.parametrize(("z", "targets", "expected"), LOSS.values(), ids=LOSS)
def test_binary_loss(z, targets, expected):
    assert binary_loss(z, targets) == pytest.approx(expected, rel=1e-13)


GRADIENT = {
    "level": ([0.0], [1.0], [-0.5]),
    "a target between": ([0.0], [0.25], [0.25]),
    "the mean of two": ([0.0, 1000.0], [1, 0], [-0.25, 0.5]),
    "truth values": ([0.0, 1000.0], [True, False], [-0.25, 0.5]),
    "right and sure": ([-1000.0], [0], [0]),
}


@pytest.mark.parametrize(("z", "targets", "expected"), GRADIENT.values(), ids=GRADIENT)
def test_binary_gradient(z, targets, expected):
    assert binary_gradient(z, targets) == pytest.approx(expected)


@pytest.mark.parametrize(
    "function", [sigmoid, lambda z: binary_loss(z, np.ones(len(z))), lambda z: binary_gradient(z, np.ones(len(z)))]
)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f4"])
def test_dtype(function, dtype):
    assert function(np.zeros(2, dtype)).dtype == np.dtype(dtype).newbyteorder("=")


def test_integers_count_as_float64():
    assert sigmoid([0, 1]).dtype == binary_loss([0], [1]).dtype == binary_gradient([0], [1]).dtype == np.float64


def test_float16_is_computed_in_float32():
    """Each loss is beyond half of the largest float16, and so is their sum, but not the mean."""
    z = np.full(4, 40000, np.float16)

    assert binary_loss(z, np.zeros(4)) == np.float16(40000)
    assert binary_loss(np.array([65504], np.float16), [0]) == np.float16(65504)


def test_float16_is_rounded_once():
    z = np.linspace(-8, 8, 401).astype(np.float16)

    assert np.array_equal(sigmoid(z), sigmoid(z.astype(float)).astype(np.float16))


def test_the_caller_may_want_every_warning_as_an_error():
    """Exponentials that vanish are not an error, even for one who makes all of them errors."""
    z = np.array([1000.0, -1000.0])
    with np.errstate(all="raise"):
        assert sigmoid(z).tolist() == [1, 0]
        assert binary_loss(z, [1, 0]) == 0
        assert binary_gradient(z, [1, 0]).tolist() == [0, 0]


def test_nothing_given_is_changed():
    z, targets = np.array([1.0, -1.0]), np.array([1.0, 0.0])
    binary_loss(z, targets), binary_gradient(z, targets), sigmoid(z)

    assert z.tolist() == [1, -1]
    assert targets.tolist() == [1, 0]


REFUSED = {
    "nan": (lambda: sigmoid(np.nan), ValueError, "z must not be nan, got nan"),
    "nan in a table": (lambda: sigmoid([[0.0, np.nan]]), ValueError, "z must not be nan, got nan at index (0, 1)"),
    "complex": (lambda: sigmoid(1j), TypeError, "z must be float16, float32, float64 or integers, got complex128"),
    "truth values": (lambda: sigmoid(True), TypeError, "z must be float16, float32, float64 or integers, got bool"),
    "a masked array": (
        lambda: sigmoid(np.ma.array([0.0])), TypeError,
        "z must be a plain array, got a masked array: its mask would be lost"),
    "an endless score": (
        lambda: binary_loss([np.inf], [1]), ValueError, "z must be finite, got inf at index (0,)"),
    "one number": (lambda: binary_loss(0.0, 1.0), ValueError, "z must have shape (N,) with N at least 1, got shape ()"),
    "no sample": (lambda: binary_gradient([], []), ValueError, "z must have shape (N,) with N at least 1, got shape (0,)"),
    "a column of scores": (
        lambda: binary_loss([[0.0]], [1]), ValueError, "z must have shape (N,) with N at least 1, got shape (1, 1)"),
    "a column of targets": (
        lambda: binary_loss([0.0, 1.0], [[1], [0]]), ValueError,
        "targets must have the shape (2,) of z, got shape (2, 1): a column would be broadcast against every score"),
    "another number of targets": (
        lambda: binary_loss([0.0, 1.0], [1]), ValueError, "targets must have the shape (2,) of z, got shape (1,)"),
    "a target above 1": (
        lambda: binary_gradient([0.0, 0.0], [1, 2]), ValueError, "targets must lie in [0, 1], got 2.0 for sample 1"),
    "a target below 0": (
        lambda: binary_loss([0.0], [-1]), ValueError, "targets must lie in [0, 1], got -1.0 for sample 0"),
    "a target that is nan": (
        lambda: binary_loss([0.0], [np.nan]), ValueError, "targets must be finite in float64, got nan at index (0,)"),
    "targets of words": (
        lambda: binary_loss([0.0], ["a"]), TypeError, "targets must be floating or integers, got <U1"),
    "masked targets": (
        lambda: binary_loss([0.0], np.ma.array([1.0])), TypeError,
        "targets must be a plain array, got a masked array: its mask would be lost"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(call, error, message):
    with pytest.raises(error, match=re.escape(message) + "$"):
        call()


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0
