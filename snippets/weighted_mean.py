"""The gradient where samples do not count alike, each idea alone: ignored labels, and weights of classes.

Both at once, and everything else, is `snippets.cross_entropy`.
"""

import numpy as np

from snippets.checks import check_batch, check_weight
from snippets.softmax import softmax


def kept_gradient(scores, labels, ignore_index):
    """Return the gradient of the mean loss over the samples whose label is not ignored, shape (N, C).

    Source: `eq:kept-gradient` of mean-of-means.md, for numbers that are 0 or 1.

    scores: shape (N, C). labels: shape (N,), integers, each at least 0 and less than C, or ignore_index.
    If every label is ignored, the gradient is 0.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_batch`.

    >>> kept_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, -100], -100).round(4)
    array([[-0.9926,  0.9877,  0.0049],
           [ 0.    ,  0.    ,  0.    ]])
    """
    scores, labels, dtype = check_batch(scores, labels, ignore_index)
    return np.asarray(gradient_of_kept(scores, labels, ignore_index), dtype)


# --8<-- [start:kept_gradient]
def gradient_of_kept(scores, labels, ignore_index):
    """Return the gradient of the mean loss over the samples that are kept."""
    kept = labels != ignore_index
    gradient = np.zeros_like(scores)
    gradient[kept] = softmax(scores[kept])
    gradient[kept, labels[kept]] -= 1
    gradient[kept] /= kept.sum()
    return gradient
    # --8<-- [end:kept_gradient]


def weighted_gradient(scores, labels, weight):
    """Return the gradient of the weighted mean loss, shape (N, C).

    Source: `eq:weighted-gradient` of mean-of-means.md.

    scores: shape (N, C). labels: shape (N,), integers, each at least 0 and less than C.
    weight: shape (C,), how much each class counts.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_batch`.

    >>> weighted_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, 1], [3.0, 1, 1]).round(4)
    array([[-0.7445,  0.7408,  0.0037],
           [ 0.1763, -0.1851,  0.0088]])
    """
    scores, labels, dtype = check_batch(scores, labels)
    weight = check_weight(weight, scores)
    return np.asarray(gradient_of_weighted(scores, labels, weight), dtype)


# --8<-- [start:weighted_gradient]
def gradient_of_weighted(scores, labels, weight):
    """Return the gradient of the weighted mean loss."""
    N = len(scores)
    weights = weight[labels]  # one for each sample, that of its label
    gradient = softmax(scores)
    gradient[np.arange(N), labels] -= 1
    gradient *= (weights / weights.sum())[:, None]
    return gradient
    # --8<-- [end:weighted_gradient]
