"""Targets that are not a single class: their gradient, and the two ways to make them by label smoothing.

Each idea alone; with weights, more axes and everything else, it is `snippets.cross_entropy`.
"""

import numpy as np

from snippets.checks import check_layer, check_smoothing
from snippets.softmax import softmax


def soft_gradient(scores, targets):
    """Return the gradient of the mean loss for soft targets, shape (N, C).

    Source: `eq:soft-gradient` of soft-targets.md, divided by N.

    scores: shape (N, C). targets: shape (N, C), finite; rows that do not add up to 1 are right too.
    float16 is computed and returned in float32.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_layer`.

    >>> soft_gradient([[0.0, 0.0]], [[0.75, 0.25]])
    array([[-0.25,  0.25]])
    >>> soft_gradient([[0.0, 0.0]], [[3.0, 1.0]])
    array([[-1.,  1.]])
    """
    return gradient_for_targets(*check_layer(scores, targets))


# --8<-- [start:soft_gradient]
def gradient_for_targets(scores, targets):
    """Return the gradient of the mean loss, for rows with any sum."""
    N = len(scores)
    row_sums = targets.sum(axis=1, keepdims=True)
    return (softmax(scores) * row_sums - targets) / N
    # --8<-- [end:soft_gradient]


def smoothed(labels, C, label_smoothing):
    """Return targets of shape (N, C): a share is taken from the label and spread over all C classes.

    Source: `eq:smoothed-targets-sum` of soft-targets.md. This is what PyTorch does.

    labels: shape (N,), integers, each at least 0 and less than C. label_smoothing: in [0, 1].
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_smoothing`.

    >>> smoothed([0, 1], 4, 0.5)
    array([[0.625, 0.125, 0.125, 0.125],
           [0.125, 0.625, 0.125, 0.125]])
    """
    labels, label_smoothing = check_smoothing(labels, C, label_smoothing)
    return spread_over_all(labels, C, label_smoothing)


# --8<-- [start:smoothed]
def spread_over_all(labels, C, label_smoothing):
    """Return targets: all classes share what is taken from the label."""
    N = len(labels)
    targets = np.full((N, C), label_smoothing / C)
    targets[np.arange(N), labels] += 1 - label_smoothing
    return targets
    # --8<-- [end:smoothed]


def smoothed_over_others(labels, C, label_smoothing):
    """Return targets of shape (N, C): a share is taken from the label and spread over the C - 1 others.

    Source: `eq:smoothing-others` of soft-targets.md. It is `smoothed` with C / (C - 1) times the share.

    labels: shape (N,), integers, each at least 0 and less than C, which is at least 2. label_smoothing: in [0, 1].
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_smoothing`.

    >>> smoothed_over_others([0, 1], 5, 0.5)
    array([[0.5  , 0.125, 0.125, 0.125, 0.125],
           [0.125, 0.5  , 0.125, 0.125, 0.125]])
    """
    labels, label_smoothing = check_smoothing(labels, C, label_smoothing, least=2)
    return spread_over_others(labels, C, label_smoothing)


# --8<-- [start:smoothed_over_others]
def spread_over_others(labels, C, label_smoothing):
    """Return targets: the other classes share what is taken from the label."""
    N = len(labels)
    targets = np.full((N, C), label_smoothing / (C - 1))
    targets[np.arange(N), labels] = 1 - label_smoothing
    return targets
    # --8<-- [end:smoothed_over_others]
