"""Wrong in ways that have no name here: the doctor says that it cannot tell."""

import numpy as np
from numpy import arange, exp
from scipy.special import softmax


# mistake: other
def hard_max(scores, labels):
    n, c = scores.shape
    return (np.eye(c)[scores.argmax(1)] - np.eye(c)[labels]) / n


# mistake: other
def clipped_gradient(scores, labels):
    e = exp(scores - scores.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    p[arange(len(p)), labels] -= 1
    return np.clip(p / len(p), -0.1, 0.1)


# mistake: other
def hinge(scores, labels):
    n = len(labels)
    margins = np.maximum(0, scores - scores[arange(n), labels][:, None] + 1)
    margins[arange(n), labels] = 0
    g = (margins > 0).astype(float)
    g[arange(n), labels] = -g.sum(1)
    return g / n


# mistake: other
def temperature(scores, labels, T=2.0):
    z = scores / T
    e = exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    p[arange(len(p)), labels] -= 1
    return p / len(p)


# mistake: other
def last_row_forgotten(scores, labels):
    e = exp(scores - scores.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    for i in range(len(p) - 1):
        p[i, labels[i]] -= 1
    return p / len(p)


# mistake: other
def shuffled_rows(scores, labels):
    e = exp(scores - scores.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    p[arange(len(p)), np.sort(labels)] -= 1
    return p / len(p)


# mistake: other
def ties(scores, labels):
    s = scores - scores.max(axis=1, keepdims=True)
    p = np.where(s == 0, 1, np.exp(s))
    p = np.where((s == 0).sum(axis=1, keepdims=True) > 1, s == 0, p)
    p = p / p.sum(axis=1, keepdims=True)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


# mistake: other
def small_thresholded(scores, labels):
    d = softmax(scores, axis=1)
    d[d < 1e-6] = 0
    d[np.arange(len(d)), labels] -= 1
    return d / len(d)


# mistake: other
def even_rows(scores, labels):
    d = softmax(scores, axis=1)
    d[::2][np.arange(len(d[::2])), labels[::2]] -= 1
    return d / len(d)


# mistake: other
def predicted_class(scores, labels):
    d = softmax(scores, axis=1)
    d[np.arange(len(d)), d.argmax(axis=1)] -= 1
    return d / len(d)


# mistake: other
def rare_large(scores, labels):
    s = np.clip(scores, -1000, 1000)
    d = softmax(s, axis=1)
    d[np.arange(len(d)), labels] -= 1
    return d / len(d)


# mistake: other
def large_batches_differ(scores, labels):
    d = softmax(scores, axis=1)
    d[np.arange(len(d)), labels] -= 1
    return d / min(len(d), 32)


# mistake: other
def only_for_three_classes(scores, labels):
    d = softmax(scores, axis=1)
    d[np.arange(len(d)), labels] -= 1
    return d / len(d) if d.shape[1] <= 20 else d


# mistake: other
def nothing_but_zeros(scores, labels):
    return np.zeros(scores.shape)


# mistake: other
def the_targets_themselves(scores, labels):
    return np.eye(scores.shape[1])[labels]
