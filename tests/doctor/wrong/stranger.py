"""As a stranger wrote them, who had read what the doctor promises and nothing else."""

import numpy as np
from scipy.special import log_softmax, softmax


# mistake: integer-dtype
def shares_into_integers(scores, y):
    g = np.zeros(np.shape(scores), dtype=int)
    g[:] = softmax(np.asarray(scores, dtype=float), axis=1)
    g[np.arange(len(y)), y] -= 1
    return g / len(y)


# mistake: integer-dtype
def a_list_of_zeros(scores, y):
    n, c = scores.shape
    grad = np.array([[0] * c for _ in range(n)])
    for i in range(n):
        p = softmax(scores[i].astype(float))
        for j in range(c):
            grad[i][j] = p[j] - (1 if j == y[i] else 0)
    return grad / n


# mistake: not-divided-by-n, integer-dtype
def shares_into_integers_undivided(scores, y):
    g = np.zeros(np.shape(scores), dtype=int)
    g[:] = softmax(np.asarray(scores, dtype=float), axis=1)
    g[np.arange(len(y)), y] -= 1
    return g * 1.0


# mistake: other
def the_label_alone(scores, y):
    return -np.eye(scores.shape[1])[y] / len(y)


# mistake: other
def the_largest_less_the_label(scores, y):
    eye = np.eye(scores.shape[1])
    return (eye[scores.argmax(axis=1)] - eye[y]) / len(y)


# mistake: overflow
def shifted_up(x, t):
    x = x + np.abs(x).max(axis=1, keepdims=True)
    e = np.exp(x)
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(x.shape[1])[t]) / len(x)


# mistake: overflow
def numpy_told_to_raise(x, t):
    with np.errstate(all="raise"):
        p = np.exp(x)
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(t)), t] -= 1
        return p / len(t)


# mistake: single-sample-only
def the_first_row_as_a_table(X, y):
    e = np.exp(X[0] - X[0].max())
    g = e / e.sum()
    g[y[0]] -= 1
    return g.reshape(1, -1)


# mistake: summed-over-samples
def for_the_bias(x, y):
    p = softmax(x, axis=1)
    p[np.arange(len(y)), y] -= 1
    return p.sum(axis=0) / len(y)


# mistake: smoothing-over-c-minus-1
def alpha(x, y, alpha=0.1):
    c = x.shape[1]
    t = np.where(np.arange(c) == y[:, None], 1 - alpha, alpha / (c - 1))
    return -(t * log_softmax(x, axis=1)).sum(axis=1).mean(), (softmax(x, axis=1) - t) / len(x)


# mistake: weighted-mean-by-n
def w(x, y, w=None):
    c = x.shape[1]
    w = np.ones(c) if w is None else w
    t = np.eye(c)[y] * w
    loss = -(t * log_softmax(x, axis=1)).sum(axis=1).mean()
    return loss, (softmax(x, axis=1) * t.sum(axis=1, keepdims=True) - t) / len(x)


# mistake: negative-labels-wrap
def another_number_for_ignored(x, y, ignore=-100):
    y = np.where(y == ignore, -1, y)
    g = softmax(x, axis=1)
    g[np.arange(len(y)), y] -= 1
    return g / max((y >= 0).sum(), 1)


# mistake: other
def a_little_of_the_scores(x, y):
    return (softmax(x, axis=1) - np.eye(x.shape[1])[y]) / len(y) + 1e-4 * x


# mistake: single-sample-only
def compares_with_each_class(x, y):
    e = np.exp(x - x.max())
    p = e / e.sum()
    for j in range(len(p)):
        p[j] = p[j] - (j == y)
    return p


# mistake: not-divided-by-n
def skips_and_does_not_divide(x, y, ignore_index=-100):
    kept = y != ignore_index
    p = softmax(x, axis=1)
    p[np.arange(len(y))[kept], y[kept]] -= 1
    p[~kept] = 0
    return p


# mistake: not-divided-by-n
def weighs_and_does_not_divide(x, y, class_weight=None):
    p = softmax(x, axis=1)
    p[np.arange(len(y)), y] -= 1
    if class_weight is not None:
        p *= class_weight[y].reshape(-1, 1)
    return p
