"""Four versions of the gradient, from the formula as it stands to the one that keeps all digits, and where they differ."""

import numpy as np

from snippets.accuracy import worst
from snippets.score_gradient import stable

FORMATS = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
N, C = 20, 10


def unshifted(scores, labels):
    """Return the gradient as the formula stands: no shift, and the share less 1."""
    return share_less_one(np.exp(scores), labels)


def by_maximum(scores, labels):
    """Return the gradient as most code has it: less the row's maximum, and the share less 1."""
    return share_less_one(np.exp(scores - scores.max(axis=1, keepdims=True)), labels)


def others_by_maximum(scores, labels):
    """Return the gradient less the row's maximum, and with minus the share of the others."""
    rows = np.arange(len(scores))
    gradient = share_less_one(np.exp(scores - scores.max(axis=1, keepdims=True)), labels)
    gradient[rows, labels] = 0
    gradient[rows, labels] = -gradient.sum(axis=1)
    return gradient


def share_less_one(exp_scores, labels):
    """Return the gradient from the exponentials of the scores."""
    N = len(exp_scores)
    gradient = exp_scores / (N * exp_scores.sum(axis=1, keepdims=True))
    gradient[np.arange(N), labels] -= 1 / N
    return gradient


VERSIONS = {
    "no shift, p − 1": unshifted,
    "row maximum, p − 1": by_maximum,
    "row maximum, minus the others": others_by_maximum,
    "whole shift, minus the others": stable.score_gradient,
}


def at_level(level, dtype):
    """Return scores (N, C) about this level, and labels: an ordinary batch, moved up or down."""
    random = np.random.default_rng(0)
    scores = 2 * random.normal(size=(N, C)) + level
    return scores.astype(dtype), random.integers(C, size=N)


def ahead(lead, dtype):
    """Return scores (N, C), and labels that are ahead of all other classes by this much."""
    random = np.random.default_rng(0)
    scores = random.normal(size=(N, C))
    labels = random.integers(C, size=N)
    scores[np.arange(N), labels] = scores.max(axis=1) + lead
    return scores.astype(dtype), labels


def curve(name, batch, places, dtype):
    """Return the largest error of a version, in units, at each of these places; inf where there is no number.

    >>> curve("whole shift, minus the others", ahead, [1, 50], np.float32) < [4, 4]
    True
    """
    return [worst(VERSIONS[name], *batch(place, dtype)) for place in places]
