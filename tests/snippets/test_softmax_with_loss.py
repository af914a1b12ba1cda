"""What the layer promises to the layers before and after it."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import softmax_with_loss as module
from snippets.score_gradient import stable
from snippets.softmax import softmax
from snippets.softmax_with_loss import SoftmaxWithLoss

SCORES = np.array([[0.1, 5, -0.3], [2, 1, -1]])
LABELS = np.array([0, 2])
ONE_HOT = np.eye(3)[LABELS]
CLOSE = {"rel": 1e-12, "abs": 1e-15}

searched = settings(max_examples=50, deadline=None, derandomize=True, database=None)
numbers = st.floats(-20, 20)


def batch_of(draw, N, C):
    """Draw scores and a table of targets."""
    rows = st.lists(st.lists(numbers, min_size=C, max_size=C), min_size=N, max_size=N)
    return np.array(draw(rows)), np.array(draw(rows))


@st.composite
def batches(draw):
    """Draw scores, and a table of targets that need not add up to anything."""
    return batch_of(draw, draw(st.integers(1, 4)), draw(st.integers(1, 4)))


def after_forward(x, t):
    """Return a layer that has seen this batch."""
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    return layer


@searched
@given(batches(), st.floats(-3, 3))
def test_backward_is_the_slope_of_forward(batch, dout):
    """Times what arrives from above. The step is imaginary, so that no digits are lost to a difference."""
    x, t = batch
    layer = after_forward(x, t)

    def loss(x):
        return -np.sum(t * (x - np.log(np.exp(x).sum(axis=1, keepdims=True)))) / len(x)

    slope = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        step = np.zeros_like(x, complex)
        step[place] = 1e-30j
        slope[place] = loss(x + step).imag / 1e-30

    assert layer.loss == pytest.approx(loss(x), rel=1e-12, abs=1e-11)
    assert layer.backward(dout) == pytest.approx(dout * slope, rel=1e-11, abs=1e-12)


TARGETS = {
    "indices": LABELS,
    "a list": [0, 2],
    "small indices": LABELS.astype(np.uint8),
    "floating one-hot": ONE_HOT,
    "one-hot integers": ONE_HOT.astype(int),
    "one-hot unsigned": ONE_HOT.astype(np.uint8),
    "truth values": ONE_HOT > 0,
}


@pytest.mark.parametrize("t", TARGETS.values(), ids=TARGETS)
def test_targets_may_be_written_in_many_ways(t):
    """They mean the same labels."""
    layer = after_forward(SCORES, t)

    assert layer.loss == pytest.approx(-np.log(softmax(SCORES)[[0, 1], LABELS]).mean(), **CLOSE)
    assert layer.y == pytest.approx(softmax(SCORES), **CLOSE)
    assert layer.t.tolist() == ONE_HOT.tolist()
    assert layer.backward() == pytest.approx(stable.score_gradient(SCORES, LABELS), **CLOSE)


def test_forward_returns_the_loss_it_keeps():
    """The layer after it needs the loss, and a reader of the training wants it later."""
    layer = SoftmaxWithLoss()

    assert layer.forward(SCORES, LABELS) == layer.loss


def test_a_new_layer_knows_nothing():
    """There was no batch."""
    layer = SoftmaxWithLoss()

    assert (layer.loss, layer.y, layer.t) == (None, None, None)


def test_backward_before_forward():
    """There is no batch to go back to."""
    with pytest.raises(RuntimeError) as refusal:
        SoftmaxWithLoss().backward()

    assert str(refusal.value) == "backward needs a batch: call forward first"


def test_backward_follows_the_last_forward():
    """The batch before leaves nothing behind."""
    layer = after_forward(np.zeros((1, 2)), [0])
    layer.forward(SCORES, LABELS)

    assert layer.backward().tolist() == after_forward(SCORES, LABELS).backward().tolist()


def test_a_refused_batch_changes_nothing():
    """The layer still knows the last good one."""
    layer = after_forward(SCORES, LABELS)
    before = layer.backward().tolist()
    with pytest.raises(ValueError):
        layer.forward(SCORES, [7, 7])

    assert layer.backward().tolist() == before


@pytest.mark.parametrize("t", [LABELS, ONE_HOT], ids=["indices", "one-hot"])
def test_forward_keeps_its_own_arrays(t):
    """A training loop that fills the same arrays again does not change the batch that was seen."""
    x, t = SCORES.copy(), t.copy()
    layer = after_forward(x, t)
    expected = layer.backward().tolist()
    x[:], t[:] = 7, 1

    assert layer.backward().tolist() == expected


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, int])
def test_dtype(dtype):
    """float16 becomes float32, and nothing else changes the dtype, whatever the targets and dout are."""
    expected = {np.float16: np.float32, int: np.float64}.get(dtype, dtype)
    layer = after_forward(np.ones((2, 3), dtype), ONE_HOT)

    assert {layer.loss.dtype, layer.y.dtype, layer.t.dtype, layer.backward(np.float64(2)).dtype} == {np.dtype(expected)}


LARGE = {
    "a share of 0 at the label": ([[0.0, 2000.0]], [0], 2000, [[-1, 1]]),
    "a share of 0 elsewhere": ([[0.0, 2000.0]], [[0.0, 1.0]], 0, [[0, 0]]),
    "a class that cannot happen": ([[0.0, -np.inf]], [0], 0, [[0, 0]]),
    "a gap of 20": ([[0.0, 20.0]], [0], 20, [[-1, 1]]),
}


@pytest.mark.parametrize(("x", "t", "loss", "gradient"), LARGE.values(), ids=LARGE)
def test_has_no_limit(x, t, loss, gradient):
    """No small number is added inside the logarithm, and none is missed."""
    layer = after_forward(x, t)

    assert layer.loss == pytest.approx(loss, abs=3e-9)
    assert layer.backward() == pytest.approx(np.array(gradient), abs=3e-9)


TARGET = "t must have shape (2,), or (2, 3) as the scores, got shape "
LABEL = "labels must be integers in [0, 3) of shape (2,), got "
FORWARD = {
    "scores of one sample": (
        SCORES[0], [0], ValueError, "scores must have shape (N, C) with N and C at least 1, got shape (3,)",
    ),
    "scores of one sample, and a table": (
        SCORES[0], [[0, 1, 0]], ValueError, "scores must have shape (N, C) with N and C at least 1, got shape (3,)",
    ),
    "no sample": (
        SCORES[:0], ONE_HOT[:0], ValueError, "scores must have shape (N, C) with N and C at least 1, got shape (0, 3)",
    ),
    "a score that is nan": (
        [[np.nan, 1]], [[1, 0]], ValueError,
        "scores must hold no nan, no +inf and at least one finite score in each row, got a row with maximum nan, row 0",
    ),
    "a column of labels": (SCORES, LABELS[:, None], ValueError, TARGET + "(2, 1)"),
    "targets of too few classes": (SCORES, ONE_HOT[:, :2], ValueError, TARGET + "(2, 2)"),
    "one target for all": (SCORES, ONE_HOT[:1], ValueError, TARGET + "(1, 3)"),
    "too few labels": (SCORES, [0], ValueError, LABEL + "shape (1,)"),
    "too large a label": (SCORES, [0, 3], ValueError, LABEL + "3 for sample 1"),
    "a negative label": (SCORES, [-1, 0], ValueError, LABEL + "-1 for sample 0"),
    "floating labels": (SCORES, [0.0, 1.0], TypeError, LABEL + "float64"),
    "three axes": (SCORES, ONE_HOT[None], ValueError, LABEL + "shape (1, 2, 3)"),
    "a target that is nan": (
        SCORES, [[1, 0, 0], [0, 0, np.nan]], ValueError, "t must be finite in float64, got nan at index (1, 2)",
    ),
    "complex targets": (SCORES, ONE_HOT + 0j, TypeError, "t must be floating or integers, got complex128"),
    "masked targets": (
        SCORES, np.ma.masked_equal(ONE_HOT, 1), TypeError,
        "t must be a plain array, got a masked array: its mask would be lost",
    ),
    "masked scores": (
        np.ma.masked_equal(SCORES, 1), ONE_HOT, TypeError,
        "scores must be a plain array, got a masked array: its mask would be lost",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("x", "t", "error", "message"), FORWARD.values(), ids=FORWARD)
def test_forward_refuses(x, t, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error) as refusal:
        SoftmaxWithLoss().forward(x, t)

    assert str(refusal.value) == message


BACKWARD = {
    "one for each sample": ([1.0, 1.0], ValueError, "dout must be one number, got shape (2,)"),
    "nan": (np.nan, ValueError, "dout must be finite in float64, got nan"),
    "a small nan": (np.float32(np.nan), ValueError, "dout must be finite in float64, got nan"),
    "masked": (
        np.ma.masked_equal(1.0, 1), TypeError, "dout must be a plain array, got a masked array: its mask would be lost",
    ),
    "text": ("1", TypeError, "dout must be floating or integers, got <U1"),
    "nothing": (None, TypeError, "dout must be floating or integers, got object"),
}  # fmt: skip


@pytest.mark.parametrize(("dout", "error", "message"), BACKWARD.values(), ids=BACKWARD)
def test_backward_refuses(dout, error, message):
    """The loss is one number, and so is what arrives from above."""
    with pytest.raises(error) as refusal:
        after_forward(SCORES, LABELS).backward(dout)

    assert str(refusal.value) == message


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
