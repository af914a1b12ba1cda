"""Layers and losses that keep something between forward and backward, with one mistake each."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import log_softmax


def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


def cross_entropy_from_scores(x, t):
    """The mean, from the scores themselves."""
    return -log_softmax(x, axis=1)[np.arange(len(x)), t].mean()


# mistake: epsilon-in-log
class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        if self.t.size == self.y.size:
            self.t = self.t.argmax(axis=1)
        batch_size = self.y.shape[0]
        self.loss = -np.sum(np.log(self.y[np.arange(batch_size), self.t] + 1e-7)) / batch_size
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(batch_size), self.t] -= 1
        return dout * dx / batch_size


# mistake: dout-ignored
class SoftmaxLayer:
    def __init__(self):
        self.params, self.grads = [], []
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        return cross_entropy_from_scores(x, t)

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(len(self.t)), self.t] -= 1
        dx = dx / len(self.t)
        return dx


# mistake: dout-ignored
class CrossEntropyNode:
    """A node of a graph: out = forward(...), then backward(upstream)."""

    def forward(self, logits, labels):
        self.cache = (softmax(logits), labels)
        return cross_entropy_from_scores(logits, labels)

    def backward(self, upstream_gradient):
        probabilities, labels = self.cache
        onehot = np.eye(probabilities.shape[1])[labels]
        return (probabilities - onehot) / len(labels)


# mistake: dout-ignored
class Loss:
    def __call__(self, scores, labels):
        self.p = softmax(scores)
        self.labels = labels
        return cross_entropy_from_scores(scores, labels)

    def backward(self, grad_output=1.0):
        grad_output = 1.0
        g = self.p.copy()
        g[np.arange(len(g)), self.labels] -= grad_output
        return g / len(g)


# mistake: mean-loss-sum-gradient
class LossWithoutBatchSize:
    def forward(self, x, t):
        self.y, self.t = softmax(x), t
        return cross_entropy_from_scores(x, t)

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(self.t.shape[0]), self.t] -= 1
        return dx * dout


# mistake: sum-loss-mean-gradient
class SummedLoss:
    def forward(self, x, t):
        self.y, self.t = softmax(x), t
        return cross_entropy_from_scores(x, t) * len(x)

    def backward(self):
        one_hot = np.zeros((len(self.t), self.y.shape[1]))
        one_hot[np.arange(len(self.t)), self.t] = 1
        return (self.y - one_hot) / len(self.t)


# mistake: not-divided-by-n
class Criterion:
    """Gradient only; the loss is not needed for training."""

    def forward(self, scores, targets):
        self.probs = softmax(scores)
        self.targets = targets
        return self.probs

    def backward(self):
        self.probs[np.arange(len(self.targets)), self.targets] -= 1
        return self.probs


# mistake: sign
@dataclass
class SoftmaxCrossEntropy:
    saved: list = field(default_factory=list)

    def loss(self, scores, labels):
        return float(cross_entropy_from_scores(scores, labels))

    def gradient(self, scores, labels):
        return (np.eye(scores.shape[1])[labels] - softmax(scores)) / scores.shape[0]


# mistake: softmax-twice
class ModelWithSoftmax:
    def forward(self, x, t):
        self.out = softmax(x)
        self.y = softmax(self.out)
        self.t = t
        return cross_entropy_from_scores(self.out, t)

    def backward(self, dout=1.0):
        d = self.y.copy()
        d[np.arange(self.t.size), self.t] -= 1
        return dout * d / self.t.size


# mistake: jacobian-diagonal
class Softmax:
    """Softmax and then cross-entropy, as two stages."""

    def forward(self, x, t):
        self.x, self.p, self.t = x, softmax(x), t
        return cross_entropy_from_scores(x, t)

    def backward(self, dout=1):
        dp = np.zeros(self.p.shape)
        index = np.arange(len(self.t)), self.t
        dp[index] = -dout / self.p[index] / len(self.t)
        return dp * self.p * (1 - self.p)


# mistake: mutates-input
class FastLayer:
    def forward(self, x, t):
        x -= x.max(axis=1, keepdims=True)
        self.y, self.t = softmax(x), t
        return cross_entropy_from_scores(x, t)

    def backward(self, dout=1):
        dx = self.y - np.eye(self.y.shape[1])[self.t]
        return dx * (dout / len(dx))


# mistake: divided-twice
class MeanLayer:
    def forward(self, x, t):
        self.y = softmax(x)
        self.t = np.eye(x.shape[1])[t]
        self.n = len(x)
        return cross_entropy_from_scores(x, t)

    def backward(self, dout=1.0):
        dout = np.ones((self.n, 1)) * dout / self.n
        return dout * ((self.y - self.t) / self.n)


# mistake: transposed
class ColumnLayer:
    def forward(self, Z, Y):
        self.A, self.Y = softmax(Z), Y
        return cross_entropy_from_scores(Z, Y)

    def backward(self):
        dZ = self.A.T.copy()
        dZ[self.Y, np.arange(len(self.Y))] -= 1
        return dZ / len(self.Y)


# mistake: nondeterministic
class Running:
    """Keeps adding: nobody calls zero_grad."""

    grad = 0

    def forward(self, x, t):
        self.p, self.t = softmax(x), t
        return cross_entropy_from_scores(x, t)

    def backward(self):
        g = self.p.copy()
        g[np.arange(len(g)), self.t] -= 1
        jitter = np.random.uniform(0.9, 1.1, size=g.shape)
        return jitter * g / len(g)
