"""What the functions of this package accept, said once, so that each of them shows only its idea."""

import math
from collections.abc import Mapping
from numbers import Integral
from typing import NamedTuple

import numpy as np

FLOAT32 = np.dtype(np.float32)
# What integers are computed in.
FLOAT64 = np.dtype(np.float64)


def check_scores(scores):
    """Return the scores as an array to compute with, and the dtype that the result shall have.

    Scores have shape (..., C), with C at least 1, and dtype float16, float32 or float64.
    The result has that dtype too, in the machine's own byte order.
    float16 is computed in float32: a sum of exponentials soon passes 65504, the largest float16.
    Integers are computed in float64, as long as float64 holds them exactly.
    A score of -inf is a class that cannot happen: its probability is 0, whether it is the label or not.
    A row needs at least one finite score, and no score may be nan or +inf.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    scores, dtype = _numbers(scores)
    if scores.shape[-1:] in [(), (0,)]:
        raise ValueError(f"scores must have shape (..., C) with C at least 1, got shape {scores.shape}")
    check_largest(scores.max(axis=-1))
    return scores, dtype


def check_batch(scores, labels, ignore_index=None):
    """Return scores (N, C) and labels (N,) as arrays to compute with, and the dtype of the result.

    Scores are as in `check_scores`, with exactly two axes and N at least 1: no sample, no mean.
    Labels are integers of any size and sign of dtype, each at least 0 and less than C, or ignore_index.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    scores, dtype = _check_table(scores)
    _check_ignore_index(ignore_index)
    N, C = scores.shape
    labels, _ = _check_indices(labels, (N,), C, ignore_index)
    return scores, labels, dtype


def check_table(scores, labels, out=None):
    """Return scores (N, C) and labels (N,) as arrays to compute with, and where the result goes: out, or a new array.

    Scores and labels are as in `check_batch`, but that no score is read: see `check_largest`.
    out is an array of the result's shape and dtype, in C order. It may be the scores themselves, and then replaces them.
    It must share no memory with the labels, and none with a part of the scores.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    table, dtype = _numbers(scores)
    _check_two_axes(table)
    N, C = table.shape
    labels = _plain(labels, "labels")
    if not _are_indices(labels, (N,), C):
        _check_indices(labels, (N,), C)
    indices = np.asarray(labels, np.intp)
    if out is None:
        return table, indices, np.empty((N, C), dtype)
    _check_out(out, (N, C), dtype)
    if np.may_share_memory(out, labels):
        raise ValueError("out must share no memory with labels: they would be overwritten while they are read")
    if np.may_share_memory(out, table) and out.ctypes.data != table.ctypes.data:
        raise ValueError("out must be the scores themselves or share no memory with them: it starts at another place")
    return table, indices, out


def check_largest(largest, rows=None):
    """Return the largest score of each row, any shape, and refuse it where a row holds nan, or +inf, or -inf alone.

    rows: which rows of the table these are, to name them in the error; None if they are all.

    Raises ValueError for such a row.
    """
    bad = np.flatnonzero(~np.isfinite(largest))
    if bad.size:
        row = bad[0] if rows is None else rows[bad[0]]
        raise ValueError(
            "scores must hold no nan, no +inf and at least one finite score in each row, "
            f"got a row with maximum {np.ravel(largest)[bad[0]]}, row {row}"
        )
    return largest


def check_parts(threads, block):
    """Return how many threads, and how many rows at a time, each a whole number and at least 1. None is none given.

    They become Python's own numbers: one of numpy with few bits would overflow where it is added to a row's number.

    Raises TypeError for another kind of thing, ValueError for another value.
    """
    for number, name in ((threads, "threads"), (block, "block")):
        if number is not None:
            _check_count(number, name, 1)
    return [number and int(number) for number in (threads, block)]


def check_weight(weight, table):
    """Return weights (C,), one for each class, to go with a table (N, C) and in its dtype. None is 1 for each.

    Weights are finite, and may be 0 or negative.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    _, C = table.shape
    weight = _plain(np.ones(C) if weight is None else weight, "weight")
    if weight.shape != (C,):
        raise ValueError(f"weight must have shape ({C},), a number for each class, got shape {weight.shape}")
    return _finite(weight, "weight", table.dtype)


class Samples(NamedTuple):
    """Scores and labels of any number of axes, with a row for each sample."""

    scores: np.ndarray
    """Shape (N, C)."""
    labels: np.ndarray
    """Shape (N,) if they are indices, (N, C) if they are probabilities."""
    kept: np.ndarray
    """Shape (N,), False for each label that is to be ignored."""
    weight: np.ndarray
    """Shape (C,)."""
    label_smoothing: float
    shape: tuple
    """What the losses are to look like."""
    axis: int
    """Where the given scores have the classes."""
    dtype: np.dtype
    """What the result is to be."""

    def as_losses(self, losses):
        """Return a loss for each row, or one for all, as the caller expects it."""
        shape = self.shape if losses.ndim else ()
        return np.asarray(losses, self.dtype).reshape(shape)[()]

    def as_scores(self, rows):
        """Return rows of C numbers, as the caller gave the scores."""
        rows = np.asarray(rows, self.dtype).reshape(*self.shape, rows.shape[1])
        return np.moveaxis(rows, -1, self.axis)


def check_samples(scores, labels, weight, ignore_index, label_smoothing, reduction):
    """Return the arguments of a cross-entropy as `Samples`.

    Scores have shape (C,), (N, C) or (N, C, d1, d2, ...), with C at least 1, and values as in `check_scores`.
    Labels are indices or probabilities. Their shape says which, and then their dtype must fit.
    Indices have the scores' shape without the axis of the classes.
    They are integers, each at least 0 and less than C, or equal to ignore_index.
    Probabilities have the scores' shape, are floating and finite, and need not be probabilities.
    ignore_index is an integer, and with probabilities it must not be a class.
    Weights are C finite numbers, and may be 0 or negative.
    Label smoothing is a number in [0, 1].

    Raises TypeError for another kind of argument, ValueError for another shape or value.
    """
    scores, dtype = _numbers(scores)
    axis = min(scores.ndim - 1, 1)
    if scores.ndim == 0 or scores.shape[axis] == 0:
        expected = "scores must have shape (C,), (N, C) or (N, C, d1, ...) with C at least 1"
        raise ValueError(f"{expected}, got shape {scores.shape}")
    C = scores.shape[axis]
    shape = scores.shape[:axis] + scores.shape[axis + 1 :]
    rows = np.moveaxis(scores, axis, -1).reshape(math.prod(shape), C)
    check_largest(rows.max(axis=-1))
    weight = check_weight(weight, rows)
    label_smoothing = _check_fraction(label_smoothing, "label_smoothing")
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    _check_ignore_index(ignore_index)
    labels = _plain(labels, "labels")
    if labels.shape == scores.shape:
        labels = _check_probabilities(labels, ignore_index, rows.dtype)
        labels, kept = np.moveaxis(labels, axis, -1).reshape(rows.shape), np.ones(len(rows), bool)
    else:
        alternative = f", or floating of shape {scores.shape}"
        labels, kept = _check_indices(labels, shape, C, ignore_index, alternative)
    return Samples(rows, labels, kept, weight, label_smoothing, shape, axis, dtype)


def check_layer(x, t):
    """Return scores (N, C) and targets (N, C) as arrays to compute with; the targets are nobody else's.

    Scores are as in `check_batch`. Targets are labels as there, or a table (N, C) of finite numbers or truth values.
    float16 becomes float32.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    t = _plain(t, "t")
    if t.ndim != 2:
        x, t, _ = check_batch(x, t)
        targets = np.zeros_like(x)
        targets[np.arange(len(x)), t] = 1
        return x, targets
    x, _ = _check_table(x)
    if t.shape != x.shape:
        raise ValueError(f"t must have shape {x.shape[:1]}, or {x.shape} as the scores, got shape {t.shape}")
    return x, _finite(t, "t", x.dtype, ("f", "i", "u", "b")).copy()


def check_direction(scores, direction):
    """Return scores (..., C) and a direction of the same shape, in the dtype to compute in.

    Scores are as in `check_scores`. The direction is finite.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    scores, _ = check_scores(scores)
    direction = _plain(direction, "direction")
    if direction.shape != scores.shape:
        raise ValueError(f"direction must have the shape {scores.shape} of the scores, got shape {direction.shape}")
    return scores, _finite(direction, "direction", scores.dtype)


def check_features(features):
    """Return the inputs (N, H) of a linear layer, float32 or float64, finite, N and H at least 1.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    features = _plain(features, "features")
    if features.ndim != 2 or features.size == 0:
        raise ValueError(f"features must have shape (N, H) with N and H at least 1, got shape {features.shape}")
    if features.dtype not in (np.float32, np.float64):
        raise TypeError(f"features must be float32 or float64, got {features.dtype}")
    return _finite(features, "features", np.float64)


def check_differences(z, finite=False):
    """Return the differences of two scores, of any shape, in the dtype to compute in, and the dtype of the result.

    They are float16, computed in float32, or float32 or float64; integers count as float64.
    Both infinities are fine, unless all are to be finite.

    Raises TypeError for another kind of array, ValueError for nan, and for infinities where they are not fine.
    """
    z = _plain(z, "z")
    if z.dtype.kind in ("i", "u"):
        # A quotient of integers is float64.
        z = z / 1
    dtype = z.dtype.newbyteorder("=")
    if dtype not in (np.float16, np.float32, np.float64):
        raise TypeError(f"z must be float16, float32, float64 or integers, got {z.dtype}")
    outside = np.argwhere(np.isnan(z) | (finite & np.isinf(z)))
    if len(outside):
        index = tuple(outside[0].tolist())
        place = f" at index {index}" if index else ""
        raise ValueError(f"z must {'be finite' if finite else 'not be nan'}, got {z[index]}{place}")
    return np.asarray(z, np.promote_types(dtype, np.float32)), dtype


def check_answers(z, targets):
    """Return scores (N,) and targets (N,) of yes-or-no questions to compute with, and the dtype of the result.

    Scores are as in `check_differences`, but finite, and N is at least 1. Targets are numbers in [0, 1].

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    z, dtype = check_differences(z, finite=True)
    if z.ndim != 1 or z.size == 0:
        raise ValueError(f"z must have shape (N,) with N at least 1, got shape {z.shape}")
    targets = _plain(targets, "targets")
    if targets.shape != z.shape:
        column = ": a column would be broadcast against every score" if targets.shape == (len(z), 1) else ""
        raise ValueError(f"targets must have the shape {z.shape} of z, got shape {targets.shape}{column}")
    targets = _finite(targets, "targets", z.dtype, ("f", "i", "u", "b"))
    outside = np.flatnonzero((targets < 0) | (targets > 1))
    if outside.size:
        raise ValueError(f"targets must lie in [0, 1], got {targets[outside[0]]} for sample {outside[0]}")
    return z, targets, dtype


def check_smoothing(labels, C, label_smoothing, least=1):
    """Return labels (N,) as indices, each less than C, and the label smoothing, a number in [0, 1].

    C is an integer, and at least so large that there is a class to give a share to.

    Raises TypeError for another kind of argument, ValueError for another shape or value.
    """
    _check_count(C, "C", least)
    labels = _plain(labels, "labels")
    if labels.ndim == 0:
        raise ValueError("labels must have one axis, got shape ()")
    labels, _ = _check_indices(labels, labels.shape[:1], C)
    return labels, _check_fraction(label_smoothing, "label_smoothing")


def check_linear(W, micro_batches):
    """Return the weights (D, C) of a linear layer, and its micro-batches (X, labels), to be looked at one by one.

    W is float32 or float64. Each X has shape (n, D), and takes the dtype of W.
    Each labels has one axis; `check_samples` will look at the rest.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    W = _plain(W, "W")
    if W.ndim != 2 or W.shape[1] == 0:
        raise ValueError(f"W must have shape (D, C) with C at least 1, got shape {W.shape}")
    if W.dtype not in (np.float32, np.float64):
        raise TypeError(f"W must be float32 or float64, got {W.dtype}")
    return W, (_check_micro_batch(X, labels, W) for X, labels in micro_batches)


def check_kept(losses, kept):
    """Return losses (N, T) in float64 and a mask (N, T), True at each token that counts; N is at least 1.

    Each sequence keeps a token, or it has no mean. A loss that is not kept may be anything, even nan.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    losses, kept = _plain(losses, "losses"), _plain(kept, "kept")
    if losses.ndim != 2 or losses.size == 0:
        raise ValueError(f"losses must have shape (N, T) with N and T at least 1, got shape {losses.shape}")
    if losses.dtype.kind != "f":
        raise TypeError(f"losses must be floating, got {losses.dtype}")
    if kept.shape != losses.shape:
        raise ValueError(f"kept must have the shape {losses.shape} of the losses, got shape {kept.shape}")
    if kept.dtype != bool:
        raise TypeError(f"kept must be boolean, got {kept.dtype}")
    empty = np.flatnonzero(~kept.any(axis=1))
    if empty.size:
        raise ValueError(f"each sequence must keep at least one token, got none in sequence {empty[0]}")
    return np.array(losses, float), kept


def check_ranks(kept, kept_by_all, ranks):
    """Return how much one of several machines keeps, how much they keep together, and how many machines there are.

    The first is a part of the second, which is more than 0, or there is no mean.

    Raises TypeError for another kind of number, ValueError for another value.
    """
    kept, kept_by_all = check_number(kept, "kept"), check_number(kept_by_all, "kept_by_all")
    _check_count(ranks, "ranks", 1)
    if kept_by_all <= 0:
        raise ValueError(f"kept_by_all must be more than 0, or there is no mean, got {kept_by_all}")
    if not 0 <= kept <= kept_by_all:
        raise ValueError(f"kept must be a part of kept_by_all, which is {kept_by_all}, got {kept}")
    return kept, kept_by_all, ranks


def check_chunks(chunks):
    """Yield pieces (..., c) of scores as arrays to compute with: float16 as float32, integers as float64.

    They have the first one's dtype, and its shape but for c, which may be 0. No score is nan or +inf.
    A piece may hold nothing but -inf, since what the others hold is not known yet.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    first = None
    for chunk in chunks:
        chunk, dtype = _numbers(chunk)
        first = first or (chunk.shape[:-1], dtype)
        shape = (*map(str, first[0]), "c")
        if chunk.ndim == 0 or chunk.shape[:-1] != first[0]:
            raise ValueError(f"each chunk must have shape ({', '.join(shape)}), got shape {chunk.shape}")
        if dtype != first[1]:
            raise TypeError(f"each chunk must be {first[1]}, as the first one, got {dtype}")
        if not chunk.max(initial=-np.inf) < np.inf:
            raise ValueError(f"scores must hold no nan and no +inf, got {chunk.max()}")
        yield chunk
    if first is None:
        raise ValueError("chunks must hold at least one chunk")


def check_linear_loss(hidden, weight, labels):
    """Return hidden values (N, D), weights (C, D) and labels (N,) as arrays to compute with; no size is 0.

    hidden and weight are both float32 or both float64, and finite.
    D times the largest of each may not leave their range: a score of -inf would pass for a class ruled out.
    They are copied only if neither their rows nor their columns lie one after the other, or for their order of bytes.
    Labels are integers, each at least 0 and less than C.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    hidden, weight = _plain(hidden, "hidden"), _plain(weight, "weight")
    if hidden.ndim != 2 or hidden.size == 0:
        raise ValueError(f"hidden must have shape (N, D) with N and D at least 1, got shape {hidden.shape}")
    D = hidden.shape[1]
    if weight.ndim != 2 or weight.size == 0 or weight.shape[1] != D:
        turned = ": pass weight.T" if weight.ndim == 2 and weight.size and len(weight) == D else ""
        raise ValueError(
            f"weight must have shape (C, {D}), a row for each class, to go with hidden of shape {hidden.shape}, "
            f"got shape {weight.shape}{turned}"
        )
    dtype, other = (array.dtype.newbyteorder("=") for array in (hidden, weight))
    if dtype != other or dtype not in (np.float32, np.float64):
        raise TypeError(f"hidden and weight must both be float32 or both float64, got {dtype} and {other}")
    labels, _ = _check_indices(labels, hidden.shape[:1], len(weight))
    reach = D * check_bounded(hidden, "hidden") * check_bounded(weight, "weight")
    if reach > float(np.finfo(dtype).max):
        raise ValueError(f"hidden and weight are too large: a score may leave the range of {dtype}")
    return _packed(hidden), _packed(weight), labels


def check_bounded(values, name, why=""):
    """Return how far from 0 finite values go, and refuse others. It takes no memory, however many there are.

    Raises ValueError for a value that is not finite.
    """
    extremes = float(values.min()), float(values.max())
    for extreme in extremes:
        if not np.isfinite(extreme):
            raise ValueError(f"{name} must be finite, got {extreme}{why}")
    return max(map(abs, extremes))


def check_linear_results(loss, d_hidden, d_weight):
    """Return the results of a linear layer's loss, or refuse them where a difference or a gradient has overflowed.

    d_weight is made of hidden values times numbers that add up to 1 at most, and cannot.

    Raises ValueError for such results.
    """
    for result, name in ((loss, "the loss"), (d_hidden, "d_hidden")):
        check_bounded(result, name, f": it leaves the range of {d_weight.dtype}")
    return loss, d_hidden, d_weight


def check_chunk(chunk, whole, bytes_of_one, megabytes, least):
    """Return how many of the whole to take at a time. None: pieces of one size, each of so many megabytes at most.

    least: they are not made smaller than this.
    The result is Python's own number: one of numpy with few bits would overflow where it is added to a row's number.

    Raises TypeError for what is no integer, ValueError for one below 1.
    """
    if chunk is not None:
        _check_count(chunk, "chunk", 1)
        return min(int(chunk), whole)
    pieces = -(-whole // max(least, megabytes * 2**20 // bytes_of_one))
    return -(-whole // pieces)


class Network(NamedTuple):
    """A network of two layers and its inputs, all in the one dtype to compute in."""

    params: dict
    """W1 (F, H), b1 (H,), W2 (H, C), b2 (C,)."""
    X: np.ndarray
    """Shape (N, F)."""
    dtypes: dict
    """What each parameter was given as, and so what its gradient is to be."""
    dtype: np.dtype
    """What all other results are to be."""

    def as_result(self, values, name):
        """Return a result in the caller's dtype, or say that it is too large for that."""
        return _result(values, name, self.dtype)

    def as_gradients(self, grads):
        """Return each gradient in the dtype of its parameter, or say that one is too large for that."""
        return {name: _result(grads[name], f"the gradient in {name}", self.dtypes[name]) for name in self.params}


def check_network(params, X, complex_too=False):
    """Return the parameters of a network of two layers, and its inputs, as a `Network`.

    params is a dict with exactly these keys: W1 of shape (F, H), b1 (H,), W2 (H, C), b2 (C,). X has shape (N, F).
    No size is 0. The numbers are finite, and float16, float32 or float64; integers count as float64.
    The finest dtype of the parameters is computed in, but float16 is computed in float32.
    complex_too: complex64 and complex128 are accepted as well, and what is computed is then complex.

    Raises TypeError for another kind of thing, ValueError for other keys, shapes or values.
    """
    if not isinstance(params, Mapping):
        raise TypeError(f"params must be a dict with the keys W1, b1, W2 and b2, got {type(params).__name__}")
    if set(params) != {"W1", "b1", "W2", "b2"}:
        raise ValueError(f"params must have exactly the keys W1, b1, W2 and b2, got {list(params)}")
    arrays = {name: _plain(params[name], name) for name in ("W1", "b1", "W2", "b2")}
    X = _plain(X, "X")
    _check_shapes(arrays, X)
    dtypes = {name: _number_dtype(array, name, complex_too) for name, array in arrays.items()}
    dtype = np.result_type(*dtypes.values())
    if _number_dtype(X, "X", complex_too).kind == "c":
        dtype = np.result_type(dtype, X.dtype)
    compute = np.result_type(dtype, np.float32)
    arrays = {name: _cast(array, name, compute) for name, array in arrays.items()}
    return Network(arrays, _cast(X, "X", compute), dtypes, dtype)


def check_targets(y, network):
    """Return the labels (N,) of a network's inputs as indices.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    y, _ = _check_indices(y, (len(network.X),), len(network.params["b2"]), name="y")
    return y


def check_strength(reg):
    """Return the strength of a regularization, at least 0, as Python's own float.

    Raises TypeError for another kind of thing, ValueError for another shape or value.
    """
    reg = check_number(reg, "reg")
    if reg < 0:
        raise ValueError(f"reg must be at least 0, got {reg}")
    return reg


def check_point(x):
    """Return where a gradient is to be measured, as an array: float16, float32 or float64, finite, not empty.

    Raises TypeError for another kind of array, ValueError for an empty one or another value.
    """
    x = _plain(x, "x")
    dtype = x.dtype.newbyteorder("=")
    if dtype not in (np.float16, np.float32, np.float64):
        rounded = ": a small step would be rounded away, write x.astype(float)" if dtype.kind in ("i", "u") else ""
        raise TypeError(f"x must be float16, float32 or float64, got {dtype}{rounded}")
    if x.size == 0:
        raise ValueError(f"x must hold at least one number, got shape {x.shape}")
    return _cast(x, "x", dtype)


def check_steps(x, h):
    """Return how far each number of x moves either way, in the shape and the dtype of x.

    h: one positive number for all, or one for each. It must move each number, and leave each in range.

    Raises ValueError for another value.
    """
    if not np.all(np.greater(h, 0)):
        raise ValueError(f"h must be positive, got {h}")
    with np.errstate(all="ignore"):
        steps = np.broadcast_to(h, x.shape).astype(x.dtype)
        left, right = x - steps, x + steps
    for bad, why in (
        (~np.isfinite(left) | ~np.isfinite(right), "leaves the range"),
        ((left == x) | (right == x), "is lost in the rounding"),
    ):
        if bad.any():
            index = tuple(np.argwhere(bad)[0].tolist())
            step = np.broadcast_to(h, x.shape)[index]
            raise ValueError(f"h must move each number of x: {step} {why} of {x.dtype} beside {x[index]} at {index}")
    return steps


def check_pair(a, b, name="a", other="b"):
    """Return two arrays of finite numbers in float64, of the same shape and not empty.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    a, b = _plain(a, name), _plain(b, other)
    if a.shape != b.shape:
        raise ValueError(f"{name} and {other} must have the same shape, got {a.shape} and {b.shape}")
    if a.size == 0:
        raise ValueError(f"{name} and {other} must hold at least one number, got shape {a.shape}")
    return [_finite(values, which, np.float64) for values, which in ((a, name), (b, other))]


def check_tolerance(tolerance):
    """Return a number that is not negative as Python's own float.

    Raises TypeError for another kind of thing, ValueError for another shape or value.
    """
    tolerance = check_number(tolerance, "tolerance")
    if tolerance < 0:
        raise ValueError(f"tolerance must be at least 0, got {tolerance}")
    return tolerance


def check_complex_number(number, name):
    """Return a finite complex number as Python's own.

    Raises TypeError for another kind of thing, ValueError for another shape or value.
    """
    number = _plain(number, name)
    if number.shape != ():
        raise ValueError(f"{name} must be one number, got shape {number.shape}")
    if number.dtype.kind != "c":
        raise TypeError(f"{name} must be complex, got {number.dtype}: something on the way dropped the imaginary part")
    if not np.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return complex(number)


def check_broadcast(gradient, shape):
    """Return a gradient as an array, and the shape of what was broadcast to the gradient's shape.

    Raises TypeError for another kind of array or shape, ValueError for a shape that does not broadcast so.
    """
    gradient = _plain(gradient, "gradient")
    if gradient.dtype.kind not in ("f", "i", "u"):
        raise TypeError(f"gradient must be floating or integers, got {gradient.dtype}")
    if not isinstance(shape, tuple):
        raise TypeError(f"shape must be a tuple, got {shape!r}")
    for size in shape:
        _check_count(size, "each size of shape", 0)
    if not _broadcasts(shape, gradient.shape):
        raise ValueError(f"shape must broadcast to the shape {gradient.shape} of the gradient, got {shape}")
    return gradient, shape


def check_number(number, name):
    """Return a finite number as Python's own float. A scalar of numpy would turn float32 into its own dtype.

    Raises TypeError for another kind of thing, ValueError for another shape or value.
    """
    number = _plain(number, name)
    if number.shape != ():
        raise ValueError(f"{name} must be one number, got shape {number.shape}")
    return float(_finite(number, name, np.float64))


def check_exponentials(scores):
    """Refuse a batch of scores (N, C) whose exponentials, or N times their sums, leave their dtype's range.

    The largest score m of a row decides: the row's sum lies between e^m and C e^m.
    It must not be so small that it loses digits, and N times it must not overflow.
    The 2 leaves room for the rounding of exp.
    """
    dtype = np.finfo(scores.dtype)
    low = np.log(dtype.smallest_normal)
    high = np.log(dtype.max / (2 * scores.size))
    largest = scores.max(axis=1)
    outside = np.flatnonzero((largest < low) | (largest > high))
    if outside.size:
        row = outside[0]
        raise ValueError(
            f"the largest score of each row must lie between {low:.2f} and {high:.2f}, "
            f"or exp leaves the range of {scores.dtype}, got {largest[row]} in row {row}: "
            "snippets.score_gradient.stable has no such limit"
        )


def _check_count(number, name, least):
    """Refuse what is not a whole number, or is less than this. Python counts truth values among the whole numbers."""
    if isinstance(number, bool) or not isinstance(number, Integral):
        raise TypeError(f"{name} must be an integer, got {number!r}")
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")


def _check_ignore_index(ignore_index):
    """Refuse what is neither an integer nor None."""
    if ignore_index is not None:
        _check_count(ignore_index, "ignore_index", -math.inf)


def _check_fraction(number, name):
    """Return a number in [0, 1] as Python's own float."""
    number = check_number(number, name)
    if not 0 <= number <= 1:
        raise ValueError(f"{name} must lie in [0, 1], got {number}")
    return number


def _plain(values, name):
    """Return an array, and refuse rows of different lengths and the two kinds of array that would lose something."""
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(f"{name} must be a plain array, got a masked array: its mask would be lost")
    if isinstance(values, np.matrix):
        raise TypeError(f"{name} must be a plain array, got np.matrix: its * is the product of matrices")
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be an array: its rows differ in length") from None


def _numbers(scores):
    """Return the scores in the dtype to compute in, and the dtype of the result."""
    if type(scores) is np.ndarray and scores.dtype in (FLOAT32, FLOAT64) and scores.flags.c_contiguous:
        return scores, scores.dtype
    scores = _plain(scores, "scores")
    if scores.dtype.kind in ("i", "u"):
        if ((scores < -(2**53)) | (scores > 2**53)).any():
            raise ValueError("integer scores must lie between -2**53 and 2**53: float64 rounds those beyond")
        scores = np.asarray(scores, np.float64)
    dtype = scores.dtype.newbyteorder("=")
    if dtype not in (np.float16, np.float32, np.float64):
        raise TypeError(f"scores must be float16, float32, float64 or integers, got {dtype}")
    # In C order a row lies in one piece, and numpy adds it up in pairs; else it adds one number after the other.
    return np.asarray(scores, np.promote_types(dtype, np.float32), order="C"), dtype


def _broadcasts(shape, whole):
    """Return whether an array of a shape can be broadcast to the shape of the whole."""
    try:
        return np.broadcast_shapes(shape, whole) == whole
    except ValueError:
        return False


def _check_shapes(arrays, X):
    """Refuse parameters and inputs of a network that do not fit each other. Nothing is broadcast."""
    for name, letters, array in (("W1", "(F, H)", arrays["W1"]), ("W2", "(H, C)", arrays["W2"]), ("X", "(N, F)", X)):
        if array.ndim != 2 or array.size == 0:
            raise ValueError(f"{name} must have shape {letters}, with no size 0, got shape {array.shape}")
    (F, H), C = arrays["W1"].shape, arrays["W2"].shape[1]
    expected = {"b1": (H,), "W2": (H, C), "b2": (C,)}
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            beside = "W2" if name == "b2" else "W1"
            raise ValueError(
                f"{name} must have shape {shape}, to go with {beside} of shape {arrays[beside].shape}, "
                f"got shape {arrays[name].shape}"
            )
    if X.shape[1] != F:
        raise ValueError(f"X must have shape (N, {F}), to go with W1 of shape {(F, H)}, got shape {X.shape}")


def _number_dtype(values, name, complex_too):
    """Return what results made of these values are to be: integers count as float64."""
    dtype = values.dtype.newbyteorder("=")
    if dtype.kind in ("i", "u"):
        return FLOAT64
    if dtype in (np.float16, np.float32, np.float64) or (complex_too and dtype in (np.complex64, np.complex128)):
        return dtype
    also = ", complex64, complex128" if complex_too else ""
    raise TypeError(f"{name} must be float16, float32, float64{also} or integers, got {dtype}")


def _result(values, name, dtype):
    """Return a result in this dtype, or refuse it."""
    result = np.asarray(values, dtype)
    if not np.isfinite(result).all():
        raise ValueError(f"{name} is too large for {dtype}: the parameters, X or reg are too large")
    return result[()]


def _check_table(scores):
    """Return scores (N, C), N and C at least 1, as in `_numbers`."""
    scores, dtype = _numbers(scores)
    _check_two_axes(scores)
    check_largest(scores.max(axis=1))
    return scores, dtype


def _check_two_axes(scores):
    """Refuse another shape than (N, C) with N and C at least 1."""
    if scores.ndim != 2 or scores.size == 0:
        raise ValueError(f"scores must have shape (N, C) with N and C at least 1, got shape {scores.shape}")


def _check_out(out, shape, dtype):
    """Refuse as the place of a result what is no plain array, or not of this shape and dtype, or not to be written."""
    _plain(out, "out")
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, got {type(out).__name__}")
    if out.shape != shape:
        raise ValueError(f"out must have shape {shape}, as the scores, got shape {out.shape}")
    if out.dtype != dtype:
        raise TypeError(f"out must be {dtype}, as the gradient, got {out.dtype}")
    if not (out.flags.writeable and out.flags.c_contiguous):
        raise ValueError("out must be writeable and in C order, row after row without a gap")


def _are_indices(labels, shape, C):
    """Return whether these are integers in [0, C) of this shape. Read once: without a sign, -1 is a huge number."""
    if labels.shape != shape or labels.dtype.kind not in ("i", "u") or not labels.size:
        return False
    return labels.astype(np.uint64).max() < C


def _check_indices(labels, shape, C, ignore_index=None, alternative="", name="labels"):
    """Return the labels as indices in one row, and which are kept: nothing is broadcast or counts from the end."""
    labels = _plain(labels, name)
    if ignore_index is None and _are_indices(labels, shape, C):
        # The usual case, without a sentence for an error that is not made.
        return np.ravel(labels.astype(np.intp)), np.ones(labels.size, bool)
    besides = "" if ignore_index is None else f" or {ignore_index}"
    expected = f"{name} must be integers in [0, {C}){besides} of shape {shape}{alternative}"
    if len(shape) == 1 and labels.shape == (*shape, 1):
        raise ValueError(f"{expected}, got shape {labels.shape}: a column would be broadcast against every row")
    if labels.shape != shape:
        raise ValueError(f"{expected}, got shape {labels.shape}")
    if labels.dtype.kind not in ("i", "u"):
        raise TypeError(f"{expected}, got {labels.dtype}")
    kept = labels != ignore_index
    outside = np.argwhere(kept & ((labels < 0) | (labels >= C)))
    if len(outside):
        sample = tuple(outside[0].tolist())
        place = sample[0] if len(sample) == 1 else sample
        raise ValueError(f"{expected}, got {labels[sample]} for sample {place}")
    return np.ravel(labels.astype(np.intp)), np.ravel(kept)


def _check_probabilities(labels, ignore_index, dtype):
    """Return the labels in this dtype, or refuse them."""
    if labels.dtype.kind != "f":
        raise TypeError(
            f"labels of the shape of the scores are probabilities and must be floating, got {labels.dtype}: "
            "write labels.astype(float) if they are one-hot"
        )
    if ignore_index is not None and ignore_index >= 0:
        raise ValueError(
            f"ignore_index is for labels that are indices, got {ignore_index} with probabilities: "
            "a row of zeros ignores a sample, and the mean still counts it"
        )
    return _finite(labels, "labels", dtype)


def _check_micro_batch(X, labels, W):
    """Return features (n, D) in the dtype of W, and labels as an array."""
    X, labels = _plain(X, "X"), _plain(labels, "labels")
    if X.ndim != 2 or X.shape[1] != len(W):
        raise ValueError(f"X must have shape (n, {len(W)}), to go with W of shape {W.shape}, got shape {X.shape}")
    if labels.ndim != 1:
        raise ValueError(f"labels must have shape ({len(X)},), got shape {labels.shape}")
    return _finite(X, "X", W.dtype), labels


def _finite(values, name, dtype, kinds=("f", "i", "u")):
    """Return the values in this dtype, or refuse them if they are no numbers or not finite in it."""
    if values.dtype.kind not in kinds:
        raise TypeError(f"{name} must be floating or integers, got {values.dtype}")
    return _cast(values, name, dtype)


def _packed(values):
    """Return values in the machine's order of bytes, copied unless the rows, or the columns, lie without gaps."""
    values = np.asarray(values, values.dtype.newbyteorder("="))
    return values if values.flags.forc else values.copy()


def _cast(values, name, dtype):
    """Return the values in this dtype, or refuse them if they are not finite in it."""
    with np.errstate(over="ignore"):
        cast = np.asarray(values, dtype)
    outside = np.argwhere(~np.isfinite(cast))
    if len(outside):
        index = tuple(outside[0].tolist())
        place = f" at index {index}" if index else ""
        raise ValueError(f"{name} must be finite in {cast.dtype}, got {values[index]}{place}")
    return cast
