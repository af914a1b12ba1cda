"""Right, in a few lines of numpy."""

import numpy as np
import scipy.special
from scipy.special import log_softmax, logsumexp, softmax


# correct
def by_index(scores, labels):
    N = scores.shape[0]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(N), labels] -= 1
    return p / N


# correct
def by_eye(x, t):
    return (softmax(x, axis=1) - np.eye(x.shape[1])[t]) / len(x)


# correct
def by_comparison(z, y):
    one_hot = np.arange(z.shape[1]) == y[:, None]
    return (scipy.special.softmax(z, axis=-1) - one_hot) / z.shape[0]


# correct
def along_axis(logits, target):
    p = np.exp(logits - logsumexp(logits, axis=1, keepdims=True))
    index = np.expand_dims(target, 1)
    np.put_along_axis(p, index, np.take_along_axis(p, index, 1) - 1, 1)
    return p / p.shape[0]


# correct
def add_at(logits, labels):
    g = np.exp(log_softmax(logits, axis=1))
    np.add.at(g, (range(len(labels)), labels), -1.0)
    g *= 1 / len(labels)
    return g


# correct
def by_einsum(scores, labels):
    N, C = scores.shape
    p = softmax(scores, axis=1)
    # The slope of log p_j in z_i, so that nothing is divided by p.
    slopes = np.eye(C)[None, :, :] - p[:, :, None]
    return -np.einsum("nij,nj->ni", slopes, np.eye(C)[labels]) / N


# correct
def flat_index(scores, labels):
    n, c = np.shape(scores)
    g = softmax(scores, axis=1).ravel()
    g[np.arange(n) * c + labels] -= 1
    return g.reshape(n, c) / n


# correct
def one_hot_in(y_pred, y_true):
    y_pred = y_pred - np.max(y_pred, axis=-1, keepdims=True)
    exps = np.exp(y_pred)
    return (exps / np.sum(exps, axis=-1, keepdims=True) - y_true) / y_pred.shape[0]


# correct
def transposes_back(scores, labels):
    s = scores.T - scores.T.max(axis=0)
    p = np.exp(s) / np.exp(s).sum(axis=0)
    p[labels, np.arange(p.shape[1])] -= 1
    return (p / p.shape[1]).T


# correct
def apply_along(scores, labels):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    p = np.apply_along_axis(one, 1, np.asarray(scores, dtype=float))
    return (p - np.identity(p.shape[1])[labels]) / p.shape[0]


# correct
def vectorized(scores, labels):
    lse = logsumexp(scores, axis=1)
    cell = np.vectorize(lambda i, j: np.exp(scores[i, j] - lse[i]) - (labels[i] == j), otypes=[float])
    i, j = np.indices(np.shape(scores))
    return cell(i, j) / len(scores)


# correct
def log_add(scores, labels):
    total = np.logaddexp.reduce(scores, axis=1)[:, None]
    hot = np.zeros(scores.shape)
    hot[np.arange(len(hot)), labels] = 1
    return (np.exp(scores - total) - hot) / len(hot)


# correct
def where(scores, labels):
    p = softmax(scores, axis=1)
    mask = labels.reshape(-1, 1) == np.arange(p.shape[1]).reshape(1, -1)
    return np.where(mask, p - 1, p) / len(p)


# correct
def in_single_precision(scores, labels):
    x = np.asarray(scores, dtype=np.float32)
    x = x - x.max(axis=1, keepdims=True)
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True, dtype=np.float32)
    p[np.arange(len(p)), labels] -= np.float32(1)
    return p / np.float32(len(p))


# correct
def in_place_of_a_copy(scores, labels):
    g = scores.astype(float, copy=True)
    g -= g.max(axis=1, keepdims=True)
    np.exp(g, out=g)
    g /= g.sum(axis=1, keepdims=True)
    g[np.arange(len(g)), labels] -= 1
    g /= len(g)
    return g


# correct
def sum_asked_for(scores, labels, *, reduction="mean"):
    g = softmax(scores, axis=1)
    g[np.arange(len(g)), labels] -= 1
    return g / len(g) if reduction == "mean" else g


# correct (reduction="sum")
def a_sum(scores, labels):
    g = softmax(scores, axis=1)
    g[np.arange(len(g)), labels] -= 1
    return g


# correct
grad = lambda z, y: (softmax(z, axis=1) - np.eye(z.shape[1])[y]) / z.shape[0]
