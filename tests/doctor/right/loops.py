"""Right, with loops, some without numpy."""

import functools
import math
from collections.abc import Sequence

import numpy as np


# correct
def plain_lists(scores, labels):
    n = len(scores)
    grads = []
    for row, label in zip(scores, labels):
        top = max(row)
        exps = [math.exp(s - top) for s in row]
        total = sum(exps)
        grads.append([(e / total - (1 if j == label else 0)) / n for j, e in enumerate(exps)])
    return grads


def row_gradient(z: Sequence[float], k: int) -> list[float]:
    m = max(z)
    lse = m + math.log(math.fsum(math.exp(v - m) for v in z))
    return [math.exp(v - lse) - float(j == k) for j, v in enumerate(z)]


# correct
def batch_gradient(batch: Sequence[Sequence[float]], labels: Sequence[int]) -> list[list[float]]:
    """Average the single-sample gradients."""
    scale = 1.0 / len(batch)
    return [[scale * g for g in row_gradient(z, k)] for z, k in zip(batch, labels)]


# correct
def two_loops(scores, labels):
    N, C = scores.shape
    grad = np.zeros((N, C))
    for i in range(N):
        z = scores[i] - np.max(scores[i])
        total = 0.0
        for j in range(C):
            total += math.exp(z[j])
        for j in range(C):
            grad[i, j] = math.exp(z[j]) / total
            if j == labels[i]:
                grad[i, j] -= 1
            grad[i, j] /= N
    return grad


# correct
def nested_function(logits, labels):
    def softmax(v):
        w = np.exp(v - v.max())
        return w / w.sum()

    def gradient(v, k):
        g = softmax(v)
        g[k] -= 1
        return g

    return np.stack([gradient(v, k) for v, k in zip(logits, labels)]) / len(labels)


# correct
def mapped(scores, labels):
    def one(pair):
        row, label = pair
        top = functools.reduce(lambda a, b: a if a > b else b, row)
        exps = list(map(lambda s: math.exp(s - top), row))
        total = functools.reduce(lambda a, b: a + b, exps)
        return [(e / total - (j == label)) / len(scores) for j, e in enumerate(exps)]

    return list(map(one, zip(scores, labels)))


# correct
def generator(scores, labels):
    def rows():
        for s, t in zip(np.asarray(scores, float), labels):
            p = np.exp(s - np.logaddexp.reduce(s))
            p[t] -= 1
            yield p / len(scores)

    return np.array(list(rows()))


# correct
def jacobian_times_vector(scores, labels):
    """Each row's Jacobian against the gradient in the probabilities, from logarithms."""
    N, C = scores.shape
    out = np.zeros((N, C))
    for n in range(N):
        z = scores[n] - scores[n].max()
        logp = z - np.log(np.exp(z).sum())
        p = np.exp(logp)
        for i in range(C):
            # (1/p_y) dp_y/dz_i, without the division
            out[n, i] = -((1.0 if i == labels[n] else 0.0) - p[i]) / N
    return out


# correct
def while_loop(X, y):
    n, i = len(X), 0
    d = []
    while i < n:
        row = list(X[i])
        top = max(row)
        den = sum(math.exp(v - top) for v in row)
        p = [math.exp(v - top) / den for v in row]
        p[y[i]] -= 1.0
        d.append([v / n for v in p])
        i += 1
    return d


# correct
def running_softmax(scores, labels):
    """The maximum and the sum in one pass."""
    n = len(scores)
    table = [[0.0] * len(scores[0]) for _ in range(n)]
    for i, row in enumerate(scores):
        top, total = -math.inf, 0.0
        for s in row:
            new = max(top, s)
            total = total * math.exp(top - new) + math.exp(s - new)
            top = new
        for j, s in enumerate(row):
            table[i][j] = math.exp(s - top) / total / n
        table[i][labels[i]] -= 1 / n
    return table


# correct
def in_blocks(scores, labels, block=2):
    N, C = scores.shape
    out = np.empty((N, C), dtype=np.float64)
    for start in range(0, N, block):
        part = slice(start, start + block)
        e = np.exp(scores[part] - scores[part].max(axis=1, keepdims=True))
        e /= e.sum(axis=1, keepdims=True)
        e[np.arange(len(e)), labels[part]] -= 1
        out[part] = e / N
    return out
