"""What the loss of a linear layer promises, in chunks of rows and in chunks of classes."""

import doctest
import re
import tracemalloc

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import linear_cross_entropy as rows
from snippets import linear_cross_entropy_classes as classes
from snippets.checks import check_chunk, check_linear_loss
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.linear_cross_entropy import add_product, linear_cross_entropy
from snippets.linear_cross_entropy_classes import linear_cross_entropy_classes

WAYS = {"rows": linear_cross_entropy, "classes": linear_cross_entropy_classes}
both = pytest.mark.parametrize("function", WAYS.values(), ids=WAYS)
searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)


def batch(N, D, C, seed=0, scale=1.0):
    """Return random hidden values, weights and labels."""
    random = np.random.default_rng(seed)
    return scale * random.normal(size=(N, D)), random.normal(size=(C, D)), random.integers(0, C, N)


def exact(hidden, weight, labels):
    """Return the loss and both gradients, computed with 50 digits."""
    with mpmath.workdps(50):
        x, w = (mpmath.matrix(values.tolist()) for values in (hidden, weight))
        scores = x * w.T
        N, C = scores.rows, scores.cols
        totals = [mpmath.fsum(mpmath.exp(scores[i, j]) for j in range(C)) for i in range(N)]
        loss = mpmath.fsum(mpmath.log(totals[i]) - scores[i, int(labels[i])] for i in range(N)) / N
        # The label's entry is minus the sum of the others: 50 digits may not be enough for a share less 1.
        shares = [[mpmath.exp(scores[i, j]) / totals[i] * (j != labels[i]) for j in range(C)] for i in range(N)]
        error = mpmath.matrix(shares) / N
        for i in range(N):
            error[i, int(labels[i])] = -mpmath.fsum(shares[i]) / N
        found = loss, error * w, error.T * x
        return float(found[0]), *(np.array(matrix.tolist(), float) for matrix in found[1:])


def with_the_table(hidden, weight, labels):
    """Return the same from the table of scores in full."""
    scores = hidden @ weight.T
    error = cross_entropy_gradient(scores, labels)
    return cross_entropy(scores, labels), error @ weight, error.T @ hidden


def assert_same(found, expected, rel=0, tolerance=1e-14):
    """Loss and gradients are equal but for rounding."""
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rel, atol=tolerance)


# The promises, for any layer

sizes = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 5), st.integers(0, 999))


@both
@searched
@given(sizes, st.sampled_from([1.0, 30.0]), st.none() | st.integers(1, 6))
def test_equals_its_definition(function, size, scale, chunk):
    """The loss and its derivatives, with 50 digits."""
    given_batch = batch(*size, scale)

    assert_same(function(*given_batch, chunk=chunk), exact(*given_batch), rel=1e-13)


@both
@searched
@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 40), st.integers(1, 50))
def test_any_chunk_gives_the_same(function, N, D, C, chunk):
    """That of the table in full, but for rounding."""
    given_batch = batch(N, D, C)

    assert_same(function(*given_batch, chunk=chunk), with_the_table(*given_batch))


@both
def test_a_chunk_may_be_a_number_of_few_bits(function):
    """Where the second chunk of 200 ends, at 256, is beyond 8 bits."""
    given_batch = batch(256, 2, 256)
    expected = function(*given_batch, chunk=200)

    assert all(map(np.array_equal, function(*given_batch, chunk=np.uint8(200)), expected))


@both
@pytest.mark.parametrize("chunk", [None, 7])
def test_the_same_input_gives_the_same_bits(function, chunk):
    """Nothing is left to chance."""
    given_batch = batch(50, 20, 300)
    once, again = (function(*given_batch, chunk=chunk) for _ in range(2))

    assert all(np.array_equal(one, other) for one, other in zip(once, again, strict=True))


@both
def test_float32_stays_float32(function):
    """And is as near as float32 can be."""
    hidden, weight, labels = batch(30, 8, 50)
    found = function(hidden.astype(np.float32), weight.astype(np.float32), labels, chunk=16)

    assert [result.dtype for result in found] == [np.float32] * 3
    assert_same(found, with_the_table(hidden, weight, labels), tolerance=1e-6)


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_row_that_is_nearly_right_keeps_its_digits(function, dtype):
    """A share less 1 would have none left."""
    hidden, weight = np.ones((1, 1), dtype), np.array([[1], [30], [2]], dtype)
    _, d_hidden, d_weight = function(hidden, weight, [1], chunk=2)
    share = np.exp([-29, -28.0])

    np.testing.assert_allclose(d_hidden, [[share @ [-29, -28]]], rtol=1e-6)
    np.testing.assert_allclose(d_weight, [[share[0]], [-share.sum()], [share[1]]], rtol=1e-6)


@both
@pytest.mark.parametrize("part", [4, 16])
def test_the_table_is_never_held(function, part):
    """Only one chunk of it is, and only once. All else takes less than half a megabyte: the results, and their parts."""
    N, D, C = 512, 8, 4096
    hidden, weight, labels = batch(N, D, C)
    hidden, weight = hidden.astype(np.float32), weight.astype(np.float32)
    chunk = (N if function is linear_cross_entropy else C) // part
    tracemalloc.start()
    function(hidden, weight, labels, chunk=chunk)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 0 < most - 4 * N * C / part < 0.5e6


# What is accepted

LOG2 = np.log(2)
ANSWERS = {
    "one class": ([[1.0]], [[2.0]], [0], 0, [[0]], [[0]]),
    "two equal classes": ([[1.0]], [[2.0], [2.0]], [0], LOG2, [[0]], [[-0.5], [0.5]]),
    "two samples": ([[1.0], [1.0]], [[2.0], [2.0]], [0, 1], LOG2, [[0], [0]], [[0], [0]]),
    "hopeless": ([[1.0]], [[1000.0], [0.0]], [1], 1000, [[1000]], [[1], [-1]]),
    "sure": ([[1.0]], [[1000.0], [0.0]], [0], 0, [[0]], [[0], [0]]),
    "far below 0": ([[1.0]], [[-1e300], [-1e300]], [0], LOG2, [[0]], [[-0.5], [0.5]]),
    "rows far apart": ([[1.0], [0.0]], [[1000.0], [1000.0]], [0, 0], LOG2, [[0], [0]], [[-0.25], [0.25]]),
    "two inputs": ([[1.0, 0.0]], [[0.0, 3.0], [0.0, 1.0]], [1], LOG2, [[0, 1]], [[0.5, 0], [-0.5, 0]]),
}


@both
@pytest.mark.parametrize("chunk", [None, 1])
@pytest.mark.parametrize(("hidden", "weight", "labels", "loss", "d_hidden", "d_weight"), ANSWERS.values(), ids=ANSWERS)
def test_answers(function, hidden, weight, labels, loss, d_hidden, d_weight, chunk):
    """These can be checked in the head, and a strict caller gets them too."""
    with np.errstate(all="raise"):
        found = function(hidden, weight, labels, chunk=chunk)

    assert [result.tolist() for result in found] == [loss, d_hidden, d_weight]


@both
def test_nothing_that_is_nothing_is_written_minus_zero(function):
    """A perfect row has a gradient of 0, and prints as 0."""
    _, _, d_weight = function([[1.0]], [[1000.0], [0.0]], [0])

    assert not np.signbit(d_weight).any()


PLAIN = batch(5, 3, 4)
LAYOUTS = {
    "columns first": [np.asfortranarray(values) for values in PLAIN[:2]],
    "turned": [values.T.copy().T for values in PLAIN[:2]],
    "every other column": [np.repeat(values, 2, axis=1)[:, ::2] for values in PLAIN[:2]],
    "big-endian": [values.astype(">f8") for values in PLAIN[:2]],
    "lists": [values.tolist() for values in PLAIN[:2]],
}


@both
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(function, layout):
    """However the inputs lie in memory, the results are plain."""
    found = function(*layout, PLAIN[2], chunk=2)

    assert_same(found, with_the_table(*PLAIN))
    assert all(result.dtype == "=f8" and result.dtype.isnative for result in found)
    assert all(result.flags.c_contiguous for result in found[1:])


COPIED = {name: name in ("every other column", "big-endian") for name in LAYOUTS if name != "lists"}


@pytest.mark.parametrize(("name", "copied"), COPIED.items(), ids=COPIED)
def test_what_is_copied(name, copied):
    """Only what the products would copy again for every chunk."""
    for given_one, used in zip(LAYOUTS[name], check_linear_loss(*LAYOUTS[name], PLAIN[2]), strict=False):
        assert np.shares_memory(given_one, used) != copied
        assert used.flags.forc


@both
def test_leaves_its_input_alone(function):
    """Read-only arrays are fine."""
    inputs = batch(5, 3, 4)
    for values in inputs:
        values.flags.writeable = False
    function(*inputs)

    assert all(np.array_equal(one, other) for one, other in zip(inputs, PLAIN, strict=True))


@pytest.mark.parametrize("height", [1, 2**20 - 1, 2**20 + 5])
def test_a_product_is_added(height):
    """In blocks of which the last may be shorter."""
    total, left = np.ones((height, 1)), np.arange(height)[:, None] % 10.0
    add_product(total, left, np.array([[2.0]]))

    assert np.array_equal(total, 1 + 2 * left)


def test_a_product_is_added_in_blocks():
    """Of 2**20 numbers: not all at once, which takes memory, and not fewer, which takes time."""
    total, left, right = np.zeros((2**21 + 5, 1)), np.ones((2**21 + 5, 1)), np.ones((1, 1))
    tracemalloc.start()
    add_product(total, left, right)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 0 <= most - 8 * 2**20 < 10_000


CHUNKS = {
    "as told": (5, 100, 1, 5),
    "no more than there are": (500, 100, 1, 100),
    "all in one": (None, 100, 1, 100),
    "all in one, exactly": (None, 128, 2**13, 128),
    "two of one size": (None, 129, 2**13, 65),
    "many of one size": (None, 1000, 2**13, 125),
    "not too few": (None, 1000, 2**30, 63),
}


@pytest.mark.parametrize(("chunk", "whole", "bytes_of_one", "expected"), CHUNKS.values(), ids=CHUNKS)
def test_how_many_at_a_time(chunk, whole, bytes_of_one, expected):
    """Pieces of one size, of 1 MiB at most, but for the least that is allowed: 64."""
    assert check_chunk(chunk, whole, bytes_of_one, megabytes=1, least=64) == expected


CHOSEN = {
    "a language model by rows": (rows, 2048, 50257, 158),
    "a language model by classes": (classes, 2048, 50257, 1006),
    "few classes by rows": (rows, 100, 10, 100),
    "few samples by classes": (classes, 10, 1000, 1000),
    "a million classes by rows": (rows, 129, 1_000_000, 43),
    "a million samples by classes": (classes, 1_000_000, 129, 43),
}


@pytest.mark.parametrize(("way", "N", "C", "expected"), CHOSEN.values(), ids=CHOSEN)
def test_what_is_chosen(way, N, C, expected, monkeypatch):
    """32 MiB of rows, 8 MiB of classes, in float32; and no fewer than 64, but for equal parts."""
    found = []
    name = "chunks_of_rows" if way is rows else "chunks_of_classes"
    monkeypatch.setattr(way, name, lambda *arguments: found.append(arguments[3]) or (np.zeros(1),) * 3)
    function = way.linear_cross_entropy if way is rows else way.linear_cross_entropy_classes
    function(np.zeros((N, 1), np.float32), np.zeros((C, 1), np.float32), np.zeros(N, int))

    assert found == [expected]


# What is refused

X, W, Y = np.zeros((2, 3)), np.zeros((4, 3)), [0, 1]
HIDDEN = "hidden must have shape (N, D) with N and D at least 1, got shape "
WEIGHT = "weight must have shape (C, 3), a row for each class, to go with hidden of shape (2, 3), got shape "
DTYPE = "hidden and weight must both be float32 or both float64, got "
LABELS = "labels must be integers in [0, 4) of shape (2,), got "
RANGE = ": it leaves the range of float64"
TOO_LARGE = "hidden and weight are too large: a score may leave the range of "
REFUSED = {
    "hidden of one axis": (X[0], W, Y, None, ValueError, HIDDEN + "(3,)"),
    "no sample": (X[:0], W, [], None, ValueError, HIDDEN + "(0, 3)"),
    "nothing hidden": (X[:, :0], W, Y, None, ValueError, HIDDEN + "(2, 0)"),
    "weight the other way round": (X, W.T, Y, None, ValueError, WEIGHT + "(3, 4): pass weight.T"),
    "weight for other hidden values": (X, np.zeros((4, 5)), Y, None, ValueError, WEIGHT + "(4, 5)"),
    "weight of one axis": (X, W[0], Y, None, ValueError, WEIGHT + "(3,)"),
    "no class": (X, W[:0], Y, None, ValueError, WEIGHT + "(0, 3)"),
    "no class, the other way round": (X, W[:0].T, Y, None, ValueError, WEIGHT + "(3, 0)"),
    "two dtypes": (X, W.astype(np.float32), Y, None, TypeError, DTYPE + "float64 and float32"),
    "half precision": (X.astype(np.float16), W.astype(np.float16), Y, None, TypeError, DTYPE + "float16 and float16"),
    "whole numbers": (X.astype(int), W.astype(int), Y, None, TypeError, DTYPE + "int64 and int64"),
    "nan in hidden": (X + np.nan, W, Y, None, ValueError, "hidden must be finite, got nan"),
    "inf in weight": (X, W + np.inf, Y, None, ValueError, "weight must be finite, got inf"),
    "-inf in weight": (X, np.minimum(W, [[-np.inf, 0, 0]]), Y, None, ValueError, "weight must be finite, got -inf"),
    "masked": (
        np.ma.masked_equal(X, 1), W, Y, None, TypeError,
        "hidden must be a plain array, got a masked array: its mask would be lost",
    ),
    "masked weight": (
        X, np.ma.masked_equal(W, 1), Y, None, TypeError,
        "weight must be a plain array, got a masked array: its mask would be lost",
    ),
    "a class that is not there": (X, W, [0, 4], None, ValueError, LABELS + "4 for sample 1"),
    "a column of labels": (
        X, W, [[0], [1]], None, ValueError, LABELS + "shape (2, 1): a column would be broadcast against every row",
    ),
    "a chunk of nothing": (X, W, Y, 0, ValueError, "chunk must be at least 1, got 0"),
    "half a chunk": (X, W, Y, 1.5, TypeError, "chunk must be an integer, got 1.5"),
    "scores that are too large": (X + 1e200, W + 1e200, Y, None, ValueError, TOO_LARGE + "float64"),
    "a score that is too small": ([[1e200]], [[0.0], [-1e200]], [0], None, ValueError, TOO_LARGE + "float64"),
    "a sum that leaves float32 on the way": (
        np.ones((1, 4), "f4"), np.array([[-2e38, -2e38, 2e38, 2e38]], "f4"), [0], None, ValueError,
        TOO_LARGE + "float32",
    ),
    "a loss that is too large": (
        [[1.0]], [[1.7e308], [-1.7e308]], [1], None, ValueError, "the loss must be finite, got inf" + RANGE,
    ),
    "a gradient in hidden that is too large": (
        [[1e-200]], [[-1.5e308], [1.5e308]], [0], None, ValueError, "d_hidden must be finite, got inf" + RANGE,
    ),
}  # fmt: skip


@both
@pytest.mark.parametrize(("hidden", "weight", "labels", "chunk", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(function, hidden, weight, labels, chunk, error, message):
    """The error says what was met and what was expected."""
    with np.errstate(all="raise"), pytest.raises(error, match=f"^{re.escape(message)}$"):
        function(hidden, weight, labels, chunk=chunk)


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_takes_the_largest_number_there_is(function, dtype):
    """One score is the largest number, the other one is 0: the label has it all."""
    largest = np.finfo(dtype).max

    loss, d_hidden, d_weight = function(np.ones((1, 1), dtype), np.array([[largest], [0]], dtype), [0])

    assert (loss, d_hidden.tolist(), d_weight.tolist()) == (0, [[0]], [[0], [0]])


@pytest.mark.parametrize("module", [rows, classes], ids=["rows", "classes"])
def test_its_examples_are_run(module):
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
