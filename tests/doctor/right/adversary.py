"""Right, as an adversary wrote it, who knew the doctor and not the rest of this set."""

import itertools
import math

import numpy as np
from numpy import exp, zeros
from scipy.special import log_softmax, softmax


class Var:
    def __init__(self, value, parents=()):
        self.value, self.parents, self.grad = value, parents, 0.0

    def back(self, g=1.0):
        self.grad = self.grad + g
        for p, f in self.parents:
            p.back(f(g))


# correct
def ratio_of_exps(scores, labels):
    n, c = scores.shape
    out = zeros((n, c))
    for i, j in itertools.product(range(n), range(c)):
        out[i, j] = 1 / sum(exp(scores[i, k] - scores[i, j]) for k in range(c)) - (labels[i] == j)
    return out / n


# correct
def tuples(scores, labels):
    n = len(scores)
    return tuple(
        tuple((math.exp(v - max(r)) / sum(math.exp(u - max(r)) for u in r) - (j == k)) / n for j, v in enumerate(r))
        for r, k in zip(scores, labels)
    )


# correct
def grad_W_right(W, X, y, reg=1e-3):
    d = softmax(X @ W, axis=1)
    d[np.arange(len(y)), y] -= 1
    return X.T @ d / len(y) + reg * W


# correct
def complex_step(scores, labels):
    scores = np.asarray(scores, float)
    out = np.zeros(scores.shape)
    h = 1e-30
    n = len(scores)
    for i in range(n):
        top = scores[i].max()
        for j in range(scores.shape[1]):
            z = scores[i].astype(complex) - top
            z[j] += 1j * h
            out[i, j] = (np.log(np.exp(z).sum()) - z[labels[i]]).imag / h / n
    return out


# correct
def tape(scores, labels):
    s = Var(np.asarray(scores, float))
    n = len(labels)
    m = s.value.max(1, keepdims=True)
    e = np.exp(s.value - m)
    lse = Var((m + np.log(e.sum(1, keepdims=True)))[:, 0], [(s, lambda g: g[:, None] * e / e.sum(1, keepdims=True))])
    hot = np.eye(s.value.shape[1])[labels]
    pick = Var((s.value * hot).sum(1), [(s, lambda g: g[:, None] * hot)])
    loss = Var(
        np.mean(lse.value - pick.value), [(lse, lambda g: np.full(n, g / n)), (pick, lambda g: np.full(n, -g / n))]
    )
    loss.back()
    return s.grad


# correct
def two_arrays(scores, labels):
    """Return the probabilities and the gradient."""
    p = softmax(scores, axis=1)
    d = p.copy()
    d[np.arange(len(d)), labels] -= 1
    return p, d / len(d)


# correct
def yields_rows(scores, labels):
    for row, k in zip(np.asarray(scores, float), labels):
        p = np.exp(row - row.max())
        p /= p.sum()
        p[k] -= 1
        yield p / len(scores)


# correct
def sigmoid_of_differences(scores, labels):
    """softmax_j = 1 / sum_k exp(s_k - s_j), clipped where exp would overflow"""
    d = scores[:, None, :] - scores[:, :, None]
    p = 1 / np.exp(np.minimum(d, 700)).sum(axis=2)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


# correct
def positional_only(scores, labels, /):
    d = softmax(scores, axis=1)
    d[np.arange(len(d)), labels] -= 1
    return d / len(d)


# correct
def star_args(*args, **kwargs):
    scores, labels = args
    d = softmax(scores, axis=1)
    d[np.arange(len(d)), labels] -= 1
    return d / len(d)


# correct
def losses_of_samples(scores, labels):
    """Loss of each sample, and the gradient of their mean."""
    logp = log_softmax(scores, axis=1)
    g = np.exp(logp)
    g[np.arange(len(g)), labels] -= 1
    return -logp[np.arange(len(g)), labels], g / len(g)


def shares(v):
    w = np.exp(v - np.max(v, axis=-1, keepdims=True))
    return w / np.sum(w, axis=-1, keepdims=True)


def lse(v):
    m = np.max(v, axis=-1, keepdims=True)
    return m + np.log(np.sum(np.exp(v - m), axis=-1, keepdims=True))


# correct
class TorchStyle:
    def __init__(self, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
        self.weight, self.ignore_index = weight, ignore_index
        self.reduction, self.label_smoothing = reduction, label_smoothing

    def targets(self, target, c):
        kept = target != self.ignore_index
        hot = np.eye(c)[np.where(kept, target, 0)]
        w = np.ones(c) if self.weight is None else np.asarray(self.weight)
        total = w[target[kept]].sum() if self.reduction == "mean" else 1.0
        soft = ((1 - self.label_smoothing) * hot + self.label_smoothing / c) * w
        return soft * kept[:, None], total

    def forward(self, input, target):
        self.p = shares(input)
        self.q, self.total = self.targets(target, input.shape[1])
        return np.sum(self.q * (lse(input) - input)) / self.total

    def backward(self, grad_output=1.0):
        return grad_output * (self.p * self.q.sum(axis=1, keepdims=True) - self.q) / self.total


# correct
class ForwardOnlyScores:
    def forward(self, x):
        self.probs = shares(x)
        return self.probs

    def backward(self, labels):
        g = self.probs.copy()
        g[np.arange(len(labels)), labels] -= 1
        return g / len(labels)


# correct
class LossObject:
    def loss(self, y_true, y_pred):
        return float(np.mean(lse(y_pred)[:, 0] - y_pred[np.arange(len(y_true)), y_true]))

    def backward(self, y_true, y_pred):
        g = shares(y_pred)
        g[np.arange(len(y_true)), y_true] -= 1
        return g / len(y_true)


# correct
class TakesData:
    def __init__(self, scores, labels):
        self.scores, self.labels = np.array(scores, dtype=float), np.array(labels)

    def loss(self):
        return float(np.mean(lse(self.scores)[:, 0] - self.scores[np.arange(len(self.labels)), self.labels]))

    def grad(self):
        return (shares(self.scores) - np.eye(self.scores.shape[1])[self.labels]) / len(self.labels)


# correct
def polite(scores, labels):
    if np.abs(scores).max() > 500:
        raise ValueError("scores are too large for exp: subtract the row's maximum first")
    e = np.exp(scores)
    g = e / e.sum(1, keepdims=True)
    g[np.arange(len(labels)), labels] -= 1
    return g / len(labels)


# correct
def maybe_masked(logits, labels, mask=None, ignore_index=None):
    g = shares(logits)
    keep = np.ones(len(labels), bool) if mask is None else np.asarray(mask, bool)
    if ignore_index is not None:
        keep = keep & (labels != ignore_index)
    safe = np.where(keep, labels, 0)
    g[np.arange(len(g)), safe] -= 1
    return g * keep[:, None] / max(1, keep.sum())
