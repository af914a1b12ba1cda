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


def named(**more):
    """Return the numbers that a batch of samples could be divided by, each with its name."""
    return {"1": 1, "N": N, "C": C, "N C": N * C, "n": TRAINING_SET} | more


def named_in_sequences(**more):
    """Return the numbers that a batch of sequences could be divided by, each with its name."""
    sizes = {"1": 1, "N": N, "T": T, "C": C, "N T": N * T, "N C": N * C, "T C": T * C, "N T C": N * T * C}
    return sizes | more


# What the names of the numbers mean, for those who read the record.
MEANING = {
    "1": "nothing: the losses are summed",
    "N": "the number of samples",
    "N T": "the number of losses: samples times steps",
    "N C": "the number of scores: samples times classes",
    "kept": "the number of losses that are not ignored",
    "sum of weights": "the sum of the weights of the losses that are not ignored",
    "n": "the number of samples in the whole training set",
    "G n_g": "the number of ranks times the number of samples on the sample's own rank",
    "G": "the number of micro-batches",
}


def which(whole, part, names):
    """Return the name of the number that divides the whole into the part, if there is exactly one.

    >>> which(np.array([6.0, 9.0]), np.array([2.0, 3.0]), {"1": 1, "C": 3})
    'C'
    """
    whole, part = np.asarray(whole, float), np.asarray(part, float)
    if whole.shape != part.shape:
        raise ValueError(f"shapes {whole.shape} and {part.shape} cannot differ by a number alone")
    found = [name for name, number in names.items() if np.allclose(part * number, whole, rtol=1e-4, atol=1e-6)]
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
    "N λ w": (N, "multiplied by N"),
}


def pull(plain, regularized, weights=SCORES):
    """Return what a strength of regularization adds to the gradient, and what it is divided by."""
    added, expected = np.asarray(regularized, float) - plain, STRENGTH * weights
    found = [name for name, (factor, _) in PULLS.items() if np.allclose(added, factor * expected, 1e-3, 1e-5)]
    if len(found) != 1:
        raise ValueError(f"none of {list(PULLS)} makes {added} of {expected}")
    return {"regularization": PULLS[found[0]][1], "regularization_gradient": found[0]}


NO_PULL = {"regularization": "none here", "regularization_gradient": None}
