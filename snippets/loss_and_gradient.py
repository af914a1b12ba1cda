"""The loss and its gradient in one go, for whoever only needs the result."""

import numpy as np

from snippets.checks import check_batch


def loss_and_gradient(scores, labels):
    """Return the mean loss of a batch, and its gradient in the scores, shape (N, C).

    Source: `eq:stable-loss` of shift-invariance.md, and `eq:gradient` of gradient.md.

    scores: shape (N, C), float16, float32 or float64; integers count as float64.
    labels: shape (N,), integers, each at least 0 and less than C.
    Both results have the dtype of the scores. A score of -inf is a class of probability 0.
    A row that is nearly right keeps fewer digits here than in `snippets.score_gradient`.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_batch`.

    >>> loss, gradient = loss_and_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, 0])
    >>> print(loss.round(4))
    2.6307
    >>> gradient.round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    scores, labels, dtype = check_batch(scores, labels)
    # Where a difference overflows to -inf, or its exponential vanishes, 0 is the right answer.
    with np.errstate(over="ignore", under="ignore"):
        loss, gradient = mean_loss_and_gradient(scores, labels)
    return dtype.type(loss), np.asarray(gradient, dtype)


# --8<-- [start:loss_and_gradient]
def mean_loss_and_gradient(scores, labels):
    """Return the mean loss and its gradient in the scores."""
    N = len(scores)
    rows = np.arange(N)
    shifted = scores - scores.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1, keepdims=True)
    losses = (np.log(sums) - shifted)[rows, labels]
    gradient = np.exp(shifted) / sums  # the shares
    gradient[rows, labels] -= 1
    return losses.mean(), gradient / N
    # --8<-- [end:loss_and_gradient]
