"""The gradient at a label that has more than half of its row, with all its digits."""

import numpy as np


# --8<-- [start:keep_digits]
def keep_digits(gradient, exp_scores, labels):
    """Where the label has over half, write minus what the others have.

    Source: `eq:missing-share` of stability.md, divided by N.

    gradient and exp_scores: shape (N, C). labels: shape (N,).
    The gradient is changed in place.

    A share near 1 has few digits left after 1 is subtracted.
    The shares of the others have them all.

    >>> exp_scores = np.array([[1e20, 1.0]])
    >>> shares = exp_scores / exp_scores.sum()
    >>> shares - [[1, 0]]
    array([[0.e+00, 1.e-20]])
    >>> keep_digits(shares - [[1, 0]], exp_scores, np.array([0]))
    array([[-1.e-20,  1.e-20]])
    """
    N = len(labels)
    share = 1 + N * gradient[np.arange(N), labels]
    rows = np.flatnonzero(np.rint(share))  # 1 if it is over half
    exp_label = exp_scores[rows, labels[rows]]
    others = exp_scores[rows]
    others[np.arange(len(rows)), labels[rows]] = 0
    others = others.sum(axis=1)
    missing = others / (N * (others + exp_label))
    gradient[rows, labels[rows]] = 0 - missing
    return gradient
    # --8<-- [end:keep_digits]
