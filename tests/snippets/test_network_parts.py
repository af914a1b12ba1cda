"""The way back through any broadcast."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from snippets import network_parts as module
from snippets.network_parts import unbroadcast

searched = settings(max_examples=200, deadline=None, derandomize=True, database=None)


@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3), seed=st.integers(0, 99))
@searched
def test_it_undoes_the_broadcast(shapes, seed):
    """A step along the gradient changes what the broadcast gives as much as a step of the small array itself."""
    (shape, _), whole = shapes
    random = np.random.default_rng(seed)
    gradient, step = random.normal(size=whole), random.normal(size=shape)
    actual = unbroadcast(gradient, shape)

    assert np.shape(actual) == shape
    assert (actual * step).sum() == pytest.approx((gradient * np.broadcast_to(step, whole)).sum())


TABLE = np.arange(6.0).reshape(2, 3)
CASES = {
    "a row for each sample": (TABLE, (3,), [3, 5, 7]),
    "a row in a table": (TABLE, (1, 3), [[3, 5, 7]]),
    "a column": (TABLE, (2, 1), [[3], [12]]),
    "one number": (TABLE, (), 15),
    "one number in a table": (TABLE, (1, 1), [[15]]),
    "nothing was stretched": (TABLE, (2, 3), TABLE),
    "an axis of 1 that was 1": (TABLE[:1], (1, 3), TABLE[:1]),
    "a number from a number": (2.0, (), 2),
    "no sample": (np.zeros((0, 3)), (3,), [0, 0, 0]),
    "counts": (np.uint8([[1, 2], [3, 4]]), (2,), [4, 6]),
    "whole numbers in lists": ([[1, 2], [3, 4]], (2,), [4, 6]),
}


@pytest.mark.parametrize(("gradient", "shape", "expected"), CASES.values(), ids=CASES)
def test_cases(gradient, shape, expected):
    """What was copied is added up."""
    actual = unbroadcast(gradient, shape)

    assert np.shape(actual) == shape
    assert np.array_equal(actual, expected)


def test_the_format_is_kept():
    assert unbroadcast(TABLE.astype(np.float32), (3,)).dtype == np.float32


FITS = "shape must broadcast to the shape (2, 3) of the gradient, got "
REFUSED = {
    "another size": (TABLE, (2,), ValueError, FITS + "(2,)"),
    "more axes than the gradient": (TABLE, (1, 2, 3), ValueError, FITS + "(1, 2, 3)"),
    "a larger size": (TABLE, (4, 3), ValueError, FITS + "(4, 3)"),
    "what the gradient would broadcast to": (TABLE[:1], (2, 3), ValueError, FITS.replace("(2, 3)", "(1, 3)") + "(2, 3)"),
    "a number": (TABLE, 3, TypeError, "shape must be a tuple, got 3"),
    "a list": (TABLE, [3], TypeError, "shape must be a tuple, got [3]"),
    "half an axis": (TABLE, (1.5,), TypeError, "each size of shape must be an integer, got 1.5"),
    "a size from the end": (TABLE, (-1,), ValueError, "each size of shape must be at least 0, got -1"),
    "truth values": (TABLE > 0, (3,), TypeError, "gradient must be floating or integers, got bool"),
    "a masked array": (
        np.ma.masked_equal(TABLE, 2), (3,), TypeError,
        "gradient must be a plain array, got a masked array: its mask would be lost",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("gradient", "shape", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(gradient, shape, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        unbroadcast(gradient, shape)


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
