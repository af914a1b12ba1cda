"""One batch on which every number that a system could divide by gives another result.

Five sequences of four steps, with three classes. Systems that know no sequences get the first step of each.
The weights that are trained are the scores themselves: sample i is a row of the identity matrix,
so the scores that a linear layer computes are its weights, and a step of the training shows the gradient.
"""

import numpy as np

from snippets.softmax import log_softmax, softmax

N, T, C = 5, 4, 3
# A training set of this many samples, of which the batch is a part.
TRAINING_SET = 40
STRENGTH = 0.25

_random = np.random.default_rng(7)
SEQUENCES = _random.normal(scale=2.0, size=(N, T, C)).round(2)
SEQUENCE_LABELS = np.array([[0, 1, 2, 1], [2, 0, 0, 1], [1, 1, 2, 0], [2, 2, 0, 1], [0, 2, 1, 1]])
SEQUENCE_KEPT = np.array([[1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 1, 1], [1, 1, 1, 1]])
CLASS_WEIGHT = np.array([0.5, 2.0, 1.3])
SAMPLE_WEIGHT = np.array([0.3, 1.7, 0.6, 2.2, 1.1])

SCORES = SEQUENCES[:, 0]
LABELS = SEQUENCE_LABELS[:, 0]
KEPT = SEQUENCE_KEPT[:, 0]
IGNORED = -100


def losses(scores, labels):
    """Return the loss of each sample, from our own softmax."""
    return -np.take_along_axis(log_softmax(scores), labels[..., None], axis=-1)[..., 0]


def gradients(scores, labels):
    """Return the gradient of each sample's own loss."""
    return softmax(scores) - np.eye(C)[labels]


# The batch in two parts, as micro-batches or on two ranks.
PARTS = np.array([0, 0, 1, 1, 1])


def sum_of_means():
    """Return the sum of the parts' own means, and its gradient."""
    size = np.bincount(PARTS)[PARTS]
    return (losses(SCORES, LABELS) / size).sum(), gradients(SCORES, LABELS) / size[:, None]


# The same with two classes, for systems that know no more: one score, and yes or no.
BINARY_SCORES = SCORES[:, 1] - SCORES[:, 0]
BINARY_LABELS = (LABELS == 1).astype(float)


def binary_losses(scores, labels):
    """Return the loss of each sample that has one score."""
    return np.logaddexp(0, scores) - labels * scores


def binary_gradients(scores, labels):
    """Return the gradient of each sample's own loss, for one score."""
    return 1 / (1 + np.exp(-scores)) - labels


def named(**more):
    """Return the numbers that a batch of samples could be divided by, each with its name."""
    return {"1": 1, "N": N, "C": C, "N C": N * C, "n": TRAINING_SET} | more


def named_in_sequences(**more):
    """Return the numbers that a batch of sequences could be divided by, each with its name."""
    sizes = {"1": 1, "N": N, "T": T, "C": C, "N T": N * T, "N C": N * C, "T C": T * C, "N T C": N * T * C}
    return sizes | more


SUMMED, EACH = "nothing: the losses are summed", "nothing: one loss for each sample"
# What the names of the numbers mean, for those who read the record.
MEANING = {
    "1": SUMMED,
    "N": "the number of samples",
    "N T": "the number of losses: samples times steps",
    "N C": "the number of scores: samples times classes",
    "kept": "the number of losses that are not ignored",
    "sum of weights": "the sum of the weights of the losses that are not ignored",
    "n": "the number of samples in the whole training set",
    "G": "the number of ranks, or of micro-batches",
}


def which(whole, part, names):
    """Return the name of the number that divides the whole into the part, if there is exactly one.

    >>> which(np.array([6.0, 9.0]), np.array([2.0, 3.0]), {"1": 1, "C": 3})
    'C'
    """
    whole, part = np.asarray(whole, float), np.asarray(part, float)
    if whole.shape != part.shape:
        raise ValueError(f"shapes {whole.shape} and {part.shape} cannot differ by a number alone")
    found = [name for name, number in names.items() if np.allclose(part * number, whole, rtol=1e-4, atol=2e-5)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} of the numbers {names} make {part} of {whole}")
    return found[0]


def where(loss, step):
    """Return where it is divided, from what the reported loss and what the step is divided by."""
    if step == "1":
        return "nowhere"
    if loss == step:
        return "loss"
    if loss == "1":
        return "update"
    raise ValueError(f"the loss is divided by {loss} and the step by {step}")


# How much a strength of regularization adds to the gradient, as a multiple of strength times weights.
PULLS = {
    "λ w": (1, "not divided"),
    "2 λ w": (2, "not divided"),
    "λ w / N": (1 / N, "divided by N"),
    "2 λ w / N": (2 / N, "divided by N"),
    "λ w / n": (1 / TRAINING_SET, "divided by n, the size of the training set"),
    "N λ w": (N, "not divided, at each of the N updates of an epoch"),
}


def pull(by, plain, regularized, weights=SCORES):
    """Return what a strength of regularization adds to the gradient, and what it is divided by. by: its name."""
    added, expected = np.asarray(regularized, float) - plain, STRENGTH * weights
    found = [name for name, (factor, _) in PULLS.items() if np.allclose(added, factor * expected, 1e-3, 2e-5)]
    if len(found) != 1:
        raise ValueError(f"none of {list(PULLS)} makes {added} of {expected}")
    return {"regularization": PULLS[found[0]][1], "regularization_gradient": found[0], "regularization_by": by}


NO_PULL = {"regularization": "none here", "regularization_gradient": None, "regularization_by": None}
