"""Two classes from one score: the sigmoid, its loss and the gradient, safe for scores of any size."""

import numpy as np

from snippets.checks import check_answers, check_differences


def sigmoid(z):
    """Return the share of the first of two classes, of the same shape as the differences z of their scores.

    Source: `eq:sigmoid` of two-classes.md.

    z: any shape, float16, float32 or float64; integers count as float64. The result has the same dtype.
    An infinite difference gives 1 or 0.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_differences`.

    >>> sigmoid([0.0, 1000.0, -1000.0])
    array([0.5, 1. , 0. ])
    """
    z, dtype = check_differences(z)
    # Where an exponential vanishes, 0 is its right rounding.
    with np.errstate(under="ignore"):
        return np.asarray(share(z), dtype)[()]


# --8<-- [start:sigmoid]
def share(z):
    """Return 1 / (1 + exp(-z)); the exponential only ever shrinks."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
    # --8<-- [end:sigmoid]


def binary_loss(z, targets):
    """Return the mean binary cross-entropy, a scalar in the dtype of z.

    Source: `eq:logistic-loss` and `eq:binary-gradient` of two-classes.md, in the form that does not overflow.

    z: shape (N,), N at least 1, one score for each sample, float16, float32 or float64, finite; integers are float64.
    targets: shape (N,), numbers in [0, 1]: 1 says the first class, 0 the second.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_answers`.

    >>> print(binary_loss([0.0, 0.0], [1, 0]).round(4))
    0.6931
    >>> print(binary_loss([1000.0, -1000.0], [1, 0]), binary_loss([1000.0], [0]))
    0.0 1000.0
    """
    z, targets, dtype = check_answers(z, targets)
    # Where an exponential vanishes, 0 is its right rounding.
    with np.errstate(under="ignore"):
        return dtype.type(mean_loss(z, targets))


# --8<-- [start:binary_loss]
def mean_loss(z, targets):
    """Return the mean binary cross-entropy of scores z."""
    straight = np.maximum(z, 0) - targets * z
    losses = straight + np.log1p(np.exp(-np.abs(z)))
    return (losses / len(z)).sum()
    # --8<-- [end:binary_loss]


def binary_gradient(z, targets):
    """Return the gradient of `binary_loss` in z, shape (N,), in the dtype of z.

    Source: `eq:binary-gradient` of two-classes.md, divided by N.

    z and targets: shape (N,), as in `binary_loss`.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_answers`.

    >>> binary_gradient([0.0, 0.0], [1, 0])
    array([-0.25,  0.25])
    """
    z, targets, dtype = check_answers(z, targets)
    with np.errstate(under="ignore"):
        return np.asarray(mean_gradient(z, targets), dtype)


# --8<-- [start:binary_gradient]
def mean_gradient(z, targets):
    """Return the share minus the target, divided by N."""
    return (share(z) - targets) / len(z)
    # --8<-- [end:binary_gradient]
