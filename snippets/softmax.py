"""Softmax and its logarithm over the last axis, safe for scores of any size."""

import numpy as np

from snippets.checks import check_scores


def softmax(scores):
    """Return the probabilities of the classes, of the same shape as the scores.

    Source: `eq:stable-softmax` of shift-invariance.md.

    scores: shape (..., C), float16, float32 or float64; integers count as float64.
    The result has the same dtype. A score of -inf has probability 0.
    Errors are at most 4 units in the last place of the row's largest probability.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_scores`.

    >>> softmax([0.1, 5, -0.3]).round(4)
    array([0.0074, 0.9877, 0.0049])
    >>> softmax([1000.0, 999.0, -np.inf]).round(4)
    array([0.7311, 0.2689, 0.    ])
    """
    scores, dtype = check_scores(scores)
    # Where a difference overflows to -inf, or its exponential vanishes, 0 is the right answer.
    with np.errstate(over="ignore", under="ignore"):
        # --8<-- [start:softmax]
        shifted = scores - scores.max(axis=-1, keepdims=True)
        exp_scores = np.exp(shifted)
        sums = exp_scores.sum(axis=-1, keepdims=True)
        probabilities = exp_scores / sums
        # --8<-- [end:softmax]
        return np.asarray(probabilities, dtype)


def log_softmax(scores):
    """Return the logarithms of the probabilities, of the same shape as the scores.

    Source: `eq:stable-loss` of shift-invariance.md, which is minus this at the label.

    scores: shape (..., C), float16, float32 or float64; integers count as float64.
    The result has the same dtype. A score of -inf gives -inf, and so does a logarithm
    that is too large for the dtype. It is finite where the probability rounds to 0.
    Errors are at most 4 units in the last place of 1, or of the logarithm itself where that is larger.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_scores`.

    >>> log_softmax([0.1, 5, -0.3]).round(3)
    array([-4.912, -0.012, -5.312])
    >>> log_softmax([1000.0, 0.0, -np.inf])
    array([    0., -1000.,   -inf])
    """
    scores, dtype = check_scores(scores)
    # Where a logarithm is beyond the dtype, -inf is its right rounding.
    with np.errstate(over="ignore", under="ignore"):
        # --8<-- [start:log_softmax]
        shifted = scores - scores.max(axis=-1, keepdims=True)
        sums = np.exp(shifted).sum(axis=-1, keepdims=True)
        log_probabilities = shifted - np.log(sums)
        # --8<-- [end:log_softmax]
        return np.asarray(log_probabilities, dtype)
