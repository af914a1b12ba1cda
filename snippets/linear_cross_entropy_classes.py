"""A linear layer and the loss after it, with both gradients: the scores of a few classes at a time."""

import numpy as np

from snippets.checks import check_chunk, check_linear_loss, check_linear_results
from snippets.log_sum_exp import merge, pair


def linear_cross_entropy_classes(hidden, weight, labels, *, chunk=None):
    """Return the mean loss of the scores hidden @ weight.T, and its gradients in hidden and in weight.

    Source: `eq:error-from-total` and `eq:classes-in-chunks` of larger.md, `eq:merge-two` of streaming.md.

    The arguments and results are those of `snippets.linear_cross_entropy`, but for
    chunk: how many classes to take at a time; None takes those of 8 MiB of scores, but at least 64.
    The scores are computed twice. Another chunk gives the same but for rounding.

    >>> weight = np.array([[0.1, 2.0], [5.0, 1.0], [-0.3, -1.0]])
    >>> loss, d_hidden, d_weight = linear_cross_entropy_classes(np.eye(2), weight, [0, 0], chunk=2)
    >>> print(loss.round(4))
    2.6307
    >>> d_weight.T.round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    hidden, weight, labels = check_linear_loss(hidden, weight, labels)
    chunk = check_chunk(chunk, len(weight), len(hidden) * weight.itemsize, megabytes=8, least=64)
    # A loss or a gradient that overflows is reported.
    with np.errstate(all="ignore"):
        results = chunks_of_classes(hidden, weight, labels, chunk)
    return check_linear_results(*results)


# --8<-- [start:chunks_of_classes]
def chunks_of_classes(hidden, weight, labels, chunk):
    """Return the mean loss and its gradients in hidden and weight."""
    (N, D), C = hidden.shape, len(weight)
    d_hidden = np.zeros((N, D), weight.dtype)
    d_weight = np.empty((C, D), weight.dtype)
    table = np.empty((N, chunk), weight.dtype)
    right = np.empty(N, weight.dtype)
    others = pair(hidden[:, :0])  # of nothing, for each row
    for _, scores, label in walk(hidden, weight, labels, table):
        right[label[0]] = scores[label]
        scores[label] = -np.inf  # joins last, so that no digit is lost
        others = merge(others, pair(scores, out=scores))
    largest, sums = merge(others, (right, 1))
    missing = others[1] * np.exp(others[0] - largest)
    # Every row's total is known now. The scores are computed again.
    for part, scores, label in walk(hidden, weight, labels, table):
        scores -= largest[:, None]
        errors = np.exp(scores, out=scores)
        errors *= 1 / (N * sums[:, None])
        errors[label] = 0 - (missing / (N * sums))[label[0]]
        d_hidden += errors @ weight[part]
        np.matmul(errors.T, hidden, out=d_weight[part])
    losses = np.log(sums) + (largest - right)
    return losses.mean(), d_hidden, d_weight
    # --8<-- [end:chunks_of_classes]


# --8<-- [start:walk]
def walk(hidden, weight, labels, table):
    """Yield each slice of the classes, its scores, which lie in the
    table (N, chunk), and where among them the labels are.
    """
    chunk = table.shape[1]
    for start in range(0, len(weight), chunk):
        part = slice(start, start + chunk)
        W = weight[part]
        scores = np.matmul(hidden, W.T, out=table[:, : len(W)])
        here = (labels >= start) & (labels < start + len(W))
        yield part, scores, (here.nonzero()[0], labels[here] - start)
    # --8<-- [end:walk]
