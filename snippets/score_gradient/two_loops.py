"""The gradient as the derivation leaves it: one entry at a time, two cases."""

import numpy as np

from snippets.checks import check_batch, check_exponentials
from snippets.score_gradient.nearly_right import keep_digits


def score_gradient(scores, labels):
    """Return the gradient of the mean loss in the scores, shape (N, C).

    Source: `eq:cases` of gradient.md.

    scores: shape (N, C), float16, float32 or float64; integers count as float64.
    labels: shape (N,), integers, each at least 0 and less than C.
    The gradient has the dtype of the scores. A score of -inf is a class of probability 0.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_batch`;
    and ValueError where exp would overflow or vanish: see `snippets.checks.check_exponentials`.

    >>> score_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, 0]).round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    scores, labels, dtype = check_batch(scores, labels)
    check_exponentials(scores)
    # --8<-- [start:score_gradient]
    N, C = scores.shape
    exp_scores = np.exp(scores)
    sums = np.sum(exp_scores, axis=1)
    gradient = np.zeros_like(scores)
    for i in range(N):  # for each sample
        for j in range(C):  # for each class
            share = exp_scores[i, j] / sums[i]
            if j == labels[i]:
                gradient[i, j] = (-1 / N) * (1 - share)
            else:
                gradient[i, j] = (-1 / N) * (0 - share)
    # --8<-- [end:score_gradient]
    return np.asarray(keep_digits(gradient, exp_scores, labels), dtype)
