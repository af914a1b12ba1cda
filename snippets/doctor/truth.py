"""What is right: the loss and its gradient, in float64, from scores and labels.

The doctor trusts nobody here, so these few lines stand alone.
Everything is a table of shape (N, C), one row for each sample, and every row is shifted by its own maximum.
"""

from dataclasses import dataclass, field

import numpy as np


def log_softmax(scores, axis=1):
    """Return the logarithms of the shares, of the shape of the scores.

    >>> log_softmax(np.array([[1000.0, 1000.0]])).round(3)
    array([[-0.693, -0.693]])
    """
    shifted = scores - scores.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def softmax(scores, axis=1):
    """Return the shares, of the shape of the scores.

    >>> softmax(np.array([[1000.0, 1000.0]]))
    array([[0.5, 0.5]])
    """
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def one_hot(labels, classes):
    """Return a table with a 1 at each label, and no 1 in a row whose label is no class.

    >>> one_hot(np.array([1, -1]), 2)
    array([[0., 1.],
           [0., 0.]])
    """
    return (np.asarray(labels)[:, None] == np.arange(classes)).astype(float)


@dataclass
class Batch:
    """Scores of shape (N, C), labels of shape (N,), and what the caller says that they mean.

    ignored: the label that does not count. weight: how much each class counts, shape (C,).
    smoothing: what is taken from the label and spread over all classes alike.
    """

    scores: np.ndarray
    labels: np.ndarray
    ignored: int | None = None
    weight: np.ndarray | None = None
    smoothing: float = 0.0
    memory: dict = field(default_factory=dict, repr=False)

    def __post_init__(self):
        """Make every number 64 bits wide: in a browser numpy's own integers are not."""
        self.scores = np.asarray(self.scores, np.float64)
        self.labels = np.asarray(self.labels, np.int64)

    @property
    def N(self):
        """Return the number of samples."""
        return self.scores.shape[0]

    @property
    def C(self):
        """Return the number of classes."""
        return self.scores.shape[1]

    def kept(self):
        """Return which samples count, shape (N,)."""
        return np.full(self.N, True) if self.ignored is None else self.labels != self.ignored

    def counts(self):
        """Return how much each sample counts, shape (N,): its label's weight, or nothing."""
        kept = self.kept()
        counts = kept.astype(float)
        if self.weight is not None:
            counts[kept] = self.weight[self.labels[kept]]
        return counts

    def total(self, reduction):
        """Return the divisor: the counts together for a mean, 1 for a sum."""
        return self.counts().sum() if reduction == "mean" else 1.0


def targets(batch, labels=None):
    """Return what the shares should be, shape (N, C)."""
    hot = one_hot(batch.labels if labels is None else labels, batch.C)
    return (1 - batch.smoothing) * hot + batch.smoothing / batch.C


def true_loss(batch, reduction="mean"):
    """Return the loss of the batch, a float.

    >>> batch = Batch(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 0]))
    >>> print(true_loss(batch).round(3), true_loss(batch, "sum").round(3))
    500.347 1000.693
    """
    return (batch.counts() * true_losses(batch)).sum() / batch.total(reduction)


def true_losses(batch):
    """Return the loss of each sample, shape (N,)."""
    goal = targets(batch)
    return -np.where(goal == 0, 0, goal * log_softmax(batch.scores)).sum(axis=1)


def true_gradient(batch, reduction="mean"):
    """Return the gradient of that loss in the scores, shape (N, C).

    Source: `eq:gradient` of gradient.md, for plain labels.

    >>> true_gradient(Batch(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 0])))
    array([[-0.25,  0.25],
           [-0.5 ,  0.5 ]])
    """
    rows = softmax(batch.scores) - targets(batch)
    return rows * batch.counts()[:, None] / batch.total(reduction)
