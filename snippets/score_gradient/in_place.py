"""The gradient in one table: every step writes over the step before."""

import numpy as np

from snippets.checks import check_largest, check_table
from snippets.shift import whole_shift


def score_gradient(scores, labels, out=None):
    """Return the gradient of the mean loss in the scores, shape (N, C).

    Source: `eq:gradient-one-pass` of faster.md, with a whole number as the shift;
    at the label `eq:missing-share` of stability.md.

    scores: shape (N, C), float16, float32 or float64; integers count as float64.
    labels: shape (N,), integers, each at least 0 and less than C.
    out: an array for the gradient, of its shape and dtype and in C order; None makes a new one.
        It may be the scores: then the gradient replaces them.
    The gradient has the dtype of the scores. A score of -inf is a class of probability 0.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_table`.
    Beside the gradient there is no table, but for float16 scores and integers: these need one to compute in.

    >>> scores = np.array([[0.1, 5, -0.3], [2, 1, -1]])
    >>> score_gradient(scores, [0, 0], out=scores).round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    scores, labels, out = check_table(scores, labels, out)
    largest = check_largest(scores.max(axis=1, keepdims=True))
    table = out if out.dtype == scores.dtype else scores
    # Where a difference overflows to -inf, or its exponential vanishes, 0 is the right answer.
    with np.errstate(over="ignore", under="ignore"):
        # --8<-- [start:score_gradient]
        N = len(scores)
        np.subtract(scores, whole_shift(largest), out=table)
        np.exp(table, out=table)
        at_label = np.arange(N), labels
        exp_label = table[at_label]
        table[at_label] = 0
        others = np.sum(table, axis=1)
        factor = 1 / (N * (exp_label + others))
        table *= factor[:, None]
        table[at_label] = 0 - others * factor
        # --8<-- [end:score_gradient]
        out[...] = table
    return out
