"""The cross-entropy loss and its gradient, with everything that PyTorch's CrossEntropyLoss knows.

Both functions take the same arguments.

scores: shape (N, C), or (C,) for a single sample, or (N, C, d1, d2, ...), and then each place in N, d1, d2, ... is one.
    float16, float32 or float64, and the result has that dtype; integers count as float64.
    A score of -inf is a class that cannot happen.
labels: indices of classes, integers of the scores' shape without C, each at least 0 and less than C;
    or a number for each class, floating, of the scores' shape. These are called probabilities,
    and nothing demands that they are: the loss is linear in them, and the gradient is the true one.
weight: shape (C,), how much each class counts, None for 1 each.
    Weights may be 0 or negative, as in PyTorch: what a class counts is then nothing, or less than nothing.
ignore_index: a sample with this label does not count, whether a class has that index or not; None ignores nothing.
    It does not go with probabilities: one below 0 has no effect there, and one that could be a class is an error.
label_smoothing: between 0 and 1, how much of each target is taken away and spread over all classes alike.
reduction: "none" gives the loss of each sample, "sum" their sum, and "mean" divides that sum.
    With indices it is divided by the sum of the weights of the labels that are not ignored:
    without weights, by their number. With probabilities it is divided by the number of samples.
    The gradient for "none" is that for "sum": a row of scores has no say in another row's loss.

What happens at the edges is what PyTorch does:

- If every label is ignored, or there is no sample, the mean is 0/0: the loss is nan. The gradient is 0.
- If the weights of the labels add up to 0, the mean divides by 0: the loss and the gradient are not finite.
- A label whose score is -inf has an infinite loss, and label smoothing makes every class a label.

Errors of the loss are at most 4 units in the last place of 1, or of the loss where that is larger,
and errors of the gradient at most 4 of what a whole sample counts. So a row that is nearly right, whose gradient
is small, has few digits or none; `snippets.score_gradient` keeps them all.

Only here PyTorch gives nan: a target or a weight of 0 counts 0, even where the score is -inf.

Raises TypeError or ValueError for anything else: see `snippets.checks.check_samples`.
"""

import numpy as np

from snippets.checks import check_samples
from snippets.softmax import log_softmax, softmax


def cross_entropy(scores, labels, *, weight=None, ignore_index=None, label_smoothing=0.0, reduction="mean"):
    """Return the loss: a number, or one for each sample if the reduction is "none".

    The arguments are those of the module's docstring.

    >>> scores = [[0.1, 5, -0.3], [2, 1, -1]]
    >>> print(cross_entropy(scores, [0, 0]).round(4))
    2.6307
    >>> cross_entropy(scores, [0, 0], reduction="none").round(4)
    array([4.9124, 0.349 ])
    """
    samples = check_samples(scores, labels, weight, ignore_index, label_smoothing, reduction)
    # A mean of nothing is 0/0, and is meant to be nan.
    with np.errstate(all="ignore"):
        return samples.as_losses(losses_of_rows(*samples[:5], reduction))


# --8<-- [start:cross_entropy]
def losses_of_rows(scores, labels, kept, weight, label_smoothing, reduction):
    """Return the loss of each row of scores, or one for all."""
    targets, total = weighted_targets(labels, kept, weight, label_smoothing)
    terms = -targets * log_softmax(scores)
    losses = np.where(targets == 0, 0, terms).sum(axis=1)  # 0 log 0 is 0
    if reduction == "sum":
        losses = losses.sum()
    if reduction == "mean":
        losses = losses.sum() / total
    return losses
    # --8<-- [end:cross_entropy]


def cross_entropy_gradient(scores, labels, *, weight=None, ignore_index=None, label_smoothing=0.0, reduction="mean"):
    """Return the gradient of the loss in the scores, in the shape of the scores.

    Source: `eq:soft-gradient` of soft-targets.md, for targets times weights.

    The arguments are those of the module's docstring.

    >>> cross_entropy_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, 0]).round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    samples = check_samples(scores, labels, weight, ignore_index, label_smoothing, reduction)
    # A total of 0 is the caller's choice of weights, and nan says so.
    with np.errstate(all="ignore"):
        return samples.as_scores(gradient_in_rows(*samples[:5], reduction))


# --8<-- [start:cross_entropy_gradient]
def gradient_in_rows(scores, labels, kept, weight, label_smoothing, reduction):
    """Return the gradient of the loss in each row of scores."""
    targets, total = weighted_targets(labels, kept, weight, label_smoothing)
    gradient = softmax(scores) * targets.sum(axis=1, keepdims=True) - targets
    if reduction == "mean":
        gradient[kept] /= total  # what is ignored stays 0
    return gradient
    # --8<-- [end:cross_entropy_gradient]


# --8<-- [start:weighted_targets]
def weighted_targets(labels, kept, weight, label_smoothing):
    """Return how much each class of each sample counts, and the divisor.

    >>> weighted_targets(np.array([1, 0]), np.array([True, False]), np.array([1.0, 3.0]), 0.5)
    (array([[0.25, 2.25],
           [0.  , 0.  ]]), np.float64(3.0))
    """
    N, C = len(labels), len(weight)
    if labels.ndim == 1:  # indices
        targets = np.zeros((N, C), weight.dtype)
        targets[kept, labels[kept]] = 1
        total = weight[labels[kept]].sum()
    else:  # probabilities
        targets, total = labels, N
    targets = (1 - label_smoothing) * targets + label_smoothing / C
    return targets * weight * kept[:, None], total
    # --8<-- [end:weighted_targets]
