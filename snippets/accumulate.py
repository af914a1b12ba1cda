"""A large batch in small pieces, on one machine or on several: what to divide by."""

import numpy as np

from snippets.checks import check_kept, check_linear, check_ranks, check_weight
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient


def accumulate(W, micro_batches, *, weight=None, ignore_index=None, label_smoothing=0.0):
    """Return the mean loss of all samples together, and its gradient in W.

    Source: `eq:accumulated-gradient` of mean-of-means.md; each piece gives its sums, and one division ends it.

    W: shape (D, C), float32 or float64, the weights of a linear layer: scores are X @ W.
    micro_batches: pairs (X, labels), X of shape (n, D), labels of shape (n,), integers; n may differ, and may be 0.
    weight, ignore_index and label_smoothing are those of `snippets.cross_entropy`.
    The result is that of a single batch. If the total is 0, the loss is nan, and the gradient is not divided.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_linear`.

    >>> W = np.array([[0.1, 5, -0.3], [2, 1, -1]])
    >>> loss, gradient = accumulate(W, [([[1.0, 0]], [0]), ([[0, 1.0], [1, 1]], [0, -100])], ignore_index=-100)
    >>> print(loss.round(4))
    2.6307
    >>> gradient.round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    W, micro_batches = check_linear(W, micro_batches)
    weight = check_weight(weight, W)
    # A mean of nothing is 0/0, and is meant to be nan.
    with np.errstate(all="ignore"):
        return sums_then_divide(W, micro_batches, weight, ignore_index, label_smoothing)


# --8<-- [start:accumulate]
def sums_then_divide(W, micro_batches, weight, ignore_index, label_smoothing):
    """Return the loss and the gradient of all micro-batches together."""
    options = {
        "weight": weight,
        "ignore_index": ignore_index,
        "label_smoothing": label_smoothing,
        "reduction": "sum",
    }
    loss = total = W.dtype.type(0)
    gradient = np.zeros_like(W)
    for X, labels in micro_batches:
        scores = X @ W
        loss += cross_entropy(scores, labels, **options)
        gradient += X.T @ cross_entropy_gradient(scores, labels, **options)
        kept = labels[labels != ignore_index]
        total += weight[kept].sum()  # their number, if every weight is 1
    if total:
        gradient /= total
    return loss / total, gradient
    # --8<-- [end:accumulate]


def rank_scale(kept, kept_by_all, ranks):
    """Return what one of several machines multiplies its own mean loss by, before their gradients are averaged.

    Source: `eq:rank-repair` of mean-of-means.md.

    kept: how many samples of this machine count. If classes have weights: the sum of its samples' weights.
    kept_by_all: the same, added up over all machines. ranks: how many machines there are.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_ranks`.

    >>> rank_scale(9, 12, 2), rank_scale(3, 12, 2)
    (1.5, 0.5)
    """
    return scale_of_rank(*check_ranks(kept, kept_by_all, ranks))


# --8<-- [start:rank_scale]
def scale_of_rank(kept, kept_by_all, ranks):
    """Return what one of several ranks multiplies its own mean loss by."""
    share = kept / kept_by_all  # what this rank's mean should count
    return ranks * share  # for the average over ranks makes it 1 / ranks
    # --8<-- [end:rank_scale]


def per_token_mean(losses, kept):
    """Return the mean over all tokens that are kept: each token counts the same.

    losses: shape (N, T), N sequences of T tokens, floating; they are added in float64.
    kept: the same shape, boolean, False where there is only padding.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_kept`.

    >>> print(per_token_mean([[1.0, 1, 1, 1], [6, 9, 9, 9]], [[True] * 4, [True, False, False, False]]))
    2.0
    """
    return mean_of_tokens(*check_kept(losses, kept))


# --8<-- [start:per_token_mean]
def mean_of_tokens(losses, kept):
    """Return the mean over all tokens that are kept."""
    return losses[kept].sum() / kept.sum()
    # --8<-- [end:per_token_mean]


def per_sequence_mean(losses, kept):
    """Return the mean over the sequences of each one's own mean: each sequence counts the same.

    losses: shape (N, T), N sequences of T tokens, floating; they are added in float64.
    kept: the same shape, boolean, False where there is only padding.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_kept`.

    >>> print(per_sequence_mean([[1.0, 1, 1, 1], [6, 9, 9, 9]], [[True] * 4, [True, False, False, False]]))
    3.5
    """
    return mean_of_sequences(*check_kept(losses, kept))


# --8<-- [start:per_sequence_mean]
def mean_of_sequences(losses, kept):
    """Return the mean over the sequences of each one's own mean."""
    sums = np.where(kept, losses, 0).sum(axis=1)
    means = sums / kept.sum(axis=1)
    return means.mean()
    # --8<-- [end:per_sequence_mean]
