"""How the softmax loss bends, and how long a step that bend allows."""

import numpy as np

from snippets.checks import check_direction, check_features, check_number, check_scores
from snippets.softmax import softmax


def hessian(scores):
    """Return the second derivatives of the loss of one sample in its scores, shape (..., C, C).

    Source: `eq:second-derivative` of loss-shape.md. In the loss of a batch each block is divided by N.

    scores: shape (..., C), one row for each sample, as in `snippets.softmax.softmax`; float16 is computed in float32.
    The label is not asked for: it does not change how the loss bends.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_scores`.

    >>> hessian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    scores, _ = check_scores(scores)
    return second_derivatives(scores)


# --8<-- [start:hessian]
def second_derivatives(scores):
    """Return diag(p) - p p^T for each row of scores."""
    p = softmax(scores)
    diagonal = p[..., :, None] * np.eye(p.shape[-1], dtype=p.dtype)
    return diagonal - p[..., :, None] * p[..., None, :]
    # --8<-- [end:hessian]


def curvature(scores, direction):
    """Return how strongly the loss of a sample bends along a direction of its scores, shape (...).

    Source: `eq:curvature` of loss-shape.md. It is the variance of the direction under the shares: never negative.

    scores: shape (..., C). direction: finite, of the same shape.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_direction`.

    >>> float(curvature([0.0, 0.0], [1.0, -1.0]))
    1.0
    >>> float(curvature([0.1, 5.0, -0.3], [7.0, 7.0, 7.0]))
    0.0
    """
    scores, direction = check_direction(scores, direction)
    return variance(scores, direction)


# --8<-- [start:curvature]
def variance(scores, x):
    """Return the variance of x, with the shares as weights."""
    p = softmax(scores)
    mean = (p * x).sum(axis=-1, keepdims=True)
    return (p * (x - mean) ** 2).sum(axis=-1)
    # --8<-- [end:curvature]


def step_limit(features, *, reg=0.0, reduction="mean"):
    """Return a rate below which each full step of gradient descent on a linear softmax model lowers the loss.

    Source: `eq:share-times-rest` and `eq:weights-curvature` of loss-shape.md.
    The model is scores = features @ W. The promise holds wherever W stands, for any labels and any number of classes.
    The limit is 2 over a bound on the curvature; a rate of half the limit lowers the bound on the loss the most.

    features: shape (N, H), float32 or float64, finite, N and H at least 1. A bias is a column of ones in them.
    reg: at least 0, the strength of the regularization with a half in front, added to the loss as it is.
    reduction: "mean" or "sum" over the samples. If nothing bends at all, the limit is infinite.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_features`.

    >>> print(round(step_limit(np.ones((4, 1))), 6), round(step_limit(np.ones((4, 1)), reduction="sum"), 6))
    4.0 1.0
    """
    features = check_features(features)
    reg = check_number(reg, "reg")
    if reg < 0:
        raise ValueError(f"reg must be at least 0, got {reg}")
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction must be 'mean' or 'sum', got {reduction!r}")
    return longest_step(features, reg, reduction)


# --8<-- [start:step_limit]
def longest_step(features, reg, reduction):
    """Return 2 over the largest curvature that can occur."""
    longest = np.linalg.norm(features, ord=2)
    bend = longest**2 / 2
    if reduction == "mean":
        bend = bend / len(features)
    with np.errstate(divide="ignore"):
        return float(np.divide(2, bend + reg))
    # --8<-- [end:step_limit]
