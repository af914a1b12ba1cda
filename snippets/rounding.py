"""The same number computed in two ways: one that loses digits, and one that keeps them.

Each function shows one idea, and checks nothing.
scores: shape (N, C), float32 or float64, finite. labels: shape (N,), integers.
"""

import numpy as np

from snippets.softmax import softmax


# --8<-- [start:log_of_softmax]
def log_of_softmax(scores):
    """A small share has few digits, or is 0: its logarithm knows no more.

    >>> row = np.array([[0.0, 56.0, 800.0]])
    >>> print(log_of_softmax(row).round(2))  # should be -800 and -744
    [[   -inf -743.75    0.  ]]
    """
    with np.errstate(divide="ignore"):  # numpy would only warn
        return np.log(softmax(scores))
    # --8<-- [end:log_of_softmax]


# --8<-- [start:share_minus_one]
def share_minus_one(scores, labels):
    """The share is rounded to a number near 1, and little is left of it.

    >>> row = np.array([[30.0, 0.0]])
    >>> print(share_minus_one(row, [0]))  # should be -9.3576e-14
    [-9.34807787e-14]
    """
    p = softmax(scores)
    return p[np.arange(len(p)), labels] - 1
    # --8<-- [end:share_minus_one]


# --8<-- [start:minus_the_others]
def minus_the_others(scores, labels):
    """What is missing to 1 is what the others have.

    >>> print(minus_the_others(np.array([[30.0, 0.0]]), [0]))
    [-9.35762297e-14]
    """
    p = softmax(scores)
    p[np.arange(len(p)), labels] = 0
    return -p.sum(axis=1)
    # --8<-- [end:minus_the_others]


# --8<-- [start:small_loss]
def small_loss(scores, labels):
    """The loss of each sample; a small one keeps its digits.

    >>> print(small_loss(np.array([[30.0, 0.0], [0.0, 800.0]]), [0, 0]))
    [9.35762297e-14 8.00000000e+02]
    """
    rows = np.arange(len(scores))
    gaps = scores - scores[rows, labels][:, None]
    gaps[rows, labels] = -np.inf  # all but the label
    shift = np.maximum(gaps.max(axis=1), 0)
    others = np.exp(gaps - shift[:, None]).sum(axis=1)
    return shift + np.log1p(others + np.expm1(-shift))
    # --8<-- [end:small_loss]


# --8<-- [start:minus_expm1]
def minus_expm1(scores, labels):
    """The share less 1, from the loss: it is as good as the loss is.

    >>> print(minus_expm1(np.array([[30.0, 0.0]]), [0]))
    [-9.35762297e-14]
    """
    return np.expm1(-small_loss(scores, labels))
    # --8<-- [end:minus_expm1]


# --8<-- [start:running_sum]
def running_sum(values, dtype):
    """Each sum is rounded to the format before the next number comes.

    >>> print(float(running_sum(np.ones(3000), np.float16)))
    2048.0
    """
    total = dtype(0)
    for value in values:
        total = dtype(total + dtype(value))
    return total
    # --8<-- [end:running_sum]
