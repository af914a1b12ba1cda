"""The logarithm of a sum of exponentials: in one piece, or in pieces that are merged."""

from functools import reduce

import numpy as np

from snippets.checks import check_chunks, check_largest, check_scores


def log_sum_exp(scores):
    """Return the logarithm of the sum of the exponentials over the last axis, of the shape without it.

    Source: `eq:lse-merge` of streaming.md, for a single chunk.

    scores: shape (..., C), float16, float32 or float64; integers count as float64.
    The result has the same dtype. A score of -inf adds nothing.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_scores`.

    >>> log_sum_exp([[1000.0, 1000.0], [0.0, -np.inf]])
    array([1000.69314718,    0.        ])
    """
    scores, dtype = check_scores(scores)
    # In float16 the result may be beyond the dtype, and inf is its right rounding.
    with np.errstate(over="ignore"):
        return np.asarray(joined([scores]), dtype)[()]


def log_sum_exp_of_chunks(chunks):
    """Return the same for scores that come in pieces, of which only one is looked at at a time.

    Source: `eq:merge-two` and `eq:lse-merge` of streaming.md.

    chunks: arrays (..., c), as for `log_sum_exp`, all alike but for c. The result is float32 for float16.
    A chunk may hold nothing but -inf, or nothing, if only the row does not.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_chunks`.

    >>> print(log_sum_exp_of_chunks(np.array([0.5]) for _ in range(8)).round(4))
    2.5794
    """
    return check_largest(joined(check_chunks(chunks)))[()]


# --8<-- [start:pair]
@np.errstate(over="ignore", under="ignore")  # what is far below is 0
def pair(scores, out=None):
    """Return the largest score of each row, and the row's sum of
    exponentials, shifted by that: (-inf, 0) if there is nothing.
    """
    largest = scores.max(axis=-1, initial=-np.inf)
    exponentials = np.subtract(scores, finite(largest)[..., None], out=out)
    np.exp(exponentials, out=exponentials)
    return largest, exponentials.sum(axis=-1)
    # --8<-- [end:pair]


# --8<-- [start:merge]
@np.errstate(over="ignore", under="ignore")
def merge(one, other):
    """Return the pair of two chunks together."""
    largest = np.maximum(one[0], other[0])
    shift = finite(largest)
    total = one[1] * np.exp(one[0] - shift)
    total += other[1] * np.exp(other[0] - shift)
    return largest, total
    # --8<-- [end:merge]


# --8<-- [start:finite]
def finite(largest):
    """Return what to shift by: where the largest score is -inf, any
    number will do but that one.
    """
    return np.maximum(largest, np.finfo(largest.dtype).min)
    # --8<-- [end:finite]


# --8<-- [start:joined]
def joined(chunks):
    """Return the log-sum-exp of all chunks together."""
    largest, total = reduce(merge, map(pair, chunks))
    # A row of which nothing is there has the logarithm of 0, which is -inf.
    with np.errstate(divide="ignore"):
        return largest + np.log(total)
    # --8<-- [end:joined]
