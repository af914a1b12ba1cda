"""A linear layer and the loss after it, with both gradients: a few rows of scores at a time, never all of them."""

import numpy as np

from snippets.checks import check_chunk, check_linear_loss, check_linear_results


def linear_cross_entropy(hidden, weight, labels, *, chunk=None):
    """Return the mean loss of the scores hidden @ weight.T, and its gradients in hidden and in weight.

    Source: `eq:error-from-total`, `eq:label-rows`, `eq:label-columns` and `eq:rows-in-chunks` of larger.md.

    hidden: shape (N, D), and weight: shape (C, D), a row for each class; both float32 or both float64.
    labels: shape (N,), integers, each at least 0 and less than C.
    chunk: how many rows of scores to hold at a time; None takes those of 32 MiB, but at least 64.
    The results have the dtype of the inputs. Another chunk gives the same but for rounding.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_linear_loss`;
    and ValueError where the loss or a gradient leaves the range of the dtype, or a score may.

    >>> weight = np.array([[0.1, 2.0], [5.0, 1.0], [-0.3, -1.0]])
    >>> loss, d_hidden, d_weight = linear_cross_entropy(np.eye(2), weight, [0, 0])
    >>> print(loss.round(4))
    2.6307
    >>> d_weight.T.round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    hidden, weight, labels = check_linear_loss(hidden, weight, labels)
    chunk = check_chunk(chunk, len(hidden), len(weight) * weight.itemsize, megabytes=32, least=64)
    # A loss or a gradient that overflows is reported.
    with np.errstate(all="ignore"):
        results = chunks_of_rows(hidden, weight, labels, chunk)
    return check_linear_results(*results)


# --8<-- [start:chunks_of_rows]
def chunks_of_rows(hidden, weight, labels, chunk):
    """Return the mean loss and its gradients in hidden and weight."""
    (N, D), C = hidden.shape, len(weight)
    losses = np.empty(N, weight.dtype)
    table = np.empty((chunk, C), weight.dtype)
    d_hidden = np.empty((N, D), weight.dtype)
    d_weight = np.zeros((C, D), weight.dtype)
    for start in range(0, N, chunk):
        rows = slice(start, start + chunk)
        x, y = hidden[rows], labels[rows]
        scores = np.matmul(x, weight.T, out=table[: len(x)])
        losses[rows] = scores_to_errors(scores, y, N)
        np.matmul(scores, weight, out=d_hidden[rows])
        add_product(d_weight, scores.T, x)
    return losses.mean(), d_hidden, d_weight
    # --8<-- [end:chunks_of_rows]


# --8<-- [start:scores_to_errors]
def scores_to_errors(scores, labels, N):
    """Return each row's loss, and turn the scores into the gradient of
    the mean loss: N is the batch's size, not the chunk's.
    """
    label = np.arange(len(scores)), labels
    scores -= scores.max(axis=1, keepdims=True)
    right = scores[label]
    exponentials = np.exp(scores, out=scores)
    exponentials[label] = 0  # joins last, so that no digit is lost
    others = exponentials.sum(axis=1)
    sums = others + np.exp(right)
    errors = np.multiply(scores, 1 / (N * sums[:, None]), out=scores)
    errors[label] = 0 - others / (N * sums)  # (share - 1) / N
    return np.log(sums) - right
    # --8<-- [end:scores_to_errors]


# --8<-- [start:add_product]
def add_product(total, left, right):
    """Add left @ right to total, some rows at a time: numpy cannot
    add a product to anything before it is made.
    """
    height = -(-(2**20) // right.shape[1])  # 4 MiB in float32
    for start in range(0, len(total), height):
        rows = slice(start, start + height)
        total[rows] += left[rows] @ right
    # --8<-- [end:add_product]
