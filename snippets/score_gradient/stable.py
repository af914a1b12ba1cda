"""The gradient without a loop, safe for scores of any size: each row less a shift of its own."""

import numpy as np

from snippets.checks import check_batch
from snippets.score_gradient.nearly_right import keep_digits
from snippets.shift import whole_shift


def score_gradient(scores, labels):
    """Return the gradient of the mean loss in the scores, shape (N, C).

    Source: `eq:gradient` of gradient.md, with `eq:shift-softmax` of shift-invariance.md.

    scores: shape (N, C), float16, float32 or float64; integers count as float64.
    labels: shape (N,), integers, each at least 0 and less than C.
    The gradient has the dtype of the scores. A score of -inf is a class of probability 0.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_batch`.

    >>> score_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, 0]).round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    >>> score_gradient([[1e300, -1e300], [-1e300, -1e300]], [0, 0])
    array([[ 0.  ,  0.  ],
           [-0.25,  0.25]])
    """
    scores, labels, dtype = check_batch(scores, labels)
    # Where a difference overflows to -inf, or its exponential vanishes, 0 is the right answer.
    with np.errstate(over="ignore", under="ignore"):
        # --8<-- [start:score_gradient]
        N = len(scores)
        shift = whole_shift(scores.max(axis=1, keepdims=True))
        exp_scores = np.exp(scores - shift)
        sums = np.sum(exp_scores, axis=1, keepdims=True)
        gradient = exp_scores / (N * sums)
        gradient[np.arange(N), labels] -= 1 / N
        # --8<-- [end:score_gradient]
        return np.asarray(keep_digits(gradient, exp_scores, labels), dtype)
