"""What the functions of this package accept, said once, so that each of them shows only its idea."""

import numpy as np


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
    _check_rows(scores)
    return scores, dtype


def check_batch(scores, labels):
    """Return scores (N, C) and labels (N,) as arrays to compute with, and the dtype of the result.

    Scores are as in `check_scores`, with exactly two axes and N at least 1: no sample, no mean.
    Labels are integers of any size and sign of dtype, each at least 0 and less than C.

    Raises TypeError for another kind of array, ValueError for another shape or value.
    """
    scores, dtype = _numbers(scores)
    if scores.ndim != 2 or scores.size == 0:
        raise ValueError(f"scores must have shape (N, C) with N and C at least 1, got shape {scores.shape}")
    _check_rows(scores)
    return scores, _check_labels(labels, *scores.shape), dtype


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


def _plain(values, name):
    """Return an array, and refuse the two kinds of array that would lose something on the way."""
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(f"{name} must be a plain array, got a masked array: its mask would be lost")
    if isinstance(values, np.matrix):
        raise TypeError(f"{name} must be a plain array, got np.matrix: its * is the product of matrices")
    return np.asarray(values)


def _numbers(scores):
    """Return the scores in the dtype to compute in, and the dtype of the result."""
    scores = _plain(scores, "scores")
    if scores.dtype.kind in ("i", "u"):
        if ((scores < -(2**53)) | (scores > 2**53)).any():
            raise ValueError("integer scores must lie between -2**53 and 2**53: float64 rounds those beyond")
        scores = np.asarray(scores, np.float64)
    dtype = scores.dtype.newbyteorder("=")
    if dtype not in (np.float16, np.float32, np.float64):
        raise TypeError(f"scores must be float16, float32, float64 or integers, got {dtype}")
    return np.asarray(scores, np.promote_types(dtype, np.float32)), dtype


def _check_rows(scores):
    """Refuse a row whose maximum is not finite: it holds nan, or +inf, or -inf alone."""
    largest = np.ravel(scores.max(axis=-1))
    bad = np.flatnonzero(~np.isfinite(largest))
    if bad.size:
        row = bad[0]
        raise ValueError(
            "scores must hold no nan, no +inf and at least one finite score in each row, "
            f"got a row with maximum {largest[row]}, row {row}"
        )


def _check_labels(labels, N, C):
    """Return the labels as indices, or refuse them: nothing is broadcast and nothing counts from the end."""
    expected = f"labels must be integers in [0, {C}) of shape ({N},)"
    labels = _plain(labels, "labels")
    if labels.shape == (N, 1):
        raise ValueError(f"{expected}, got shape ({N}, 1): a column would be broadcast against every row")
    if labels.shape != (N,):
        raise ValueError(f"{expected}, got shape {labels.shape}")
    if labels.dtype.kind not in ("i", "u"):
        raise TypeError(f"{expected}, got {labels.dtype}")
    outside = np.flatnonzero((labels < 0) | (labels >= C))
    if outside.size:
        sample = outside[0]
        raise ValueError(f"{expected}, got {labels[sample]} for sample {sample}")
    return labels.astype(np.intp)
