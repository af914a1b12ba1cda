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
