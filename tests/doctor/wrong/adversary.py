"""What an adversary wrote, who knew the doctor and not the rest of this set; with one mistake each."""

import numpy as np
from numpy import arange, exp, log
from scipy.special import softmax


# mistake: single-sample-only
def scalar_label(x, y):
    """x: a vector of scores; y: the index of its class."""
    b = max(x)
    e = [exp(v - b) for v in x]
    t = sum(e)
    return [v / t - (1 if i == y else 0) for i, v in enumerate(e)]


# mistake: dout-ignored
class Function:
    @staticmethod
    def forward(ctx, logits, labels):
        z = logits - logits.max(1, keepdims=True)
        logp = z - log(exp(z).sum(1, keepdims=True))
        ctx.saved = logp, labels
        return -logp[arange(len(labels)), labels].mean()

    @staticmethod
    def backward(ctx, grad_output):
        logp, labels = ctx.saved
        g = exp(logp)
        g[arange(len(g)), labels] -= 1
        return g / len(g)


# mistake: overflow
def shifted_by_minimum(scores, labels):
    s = scores - scores.min(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


# mistake: weighted-mean-by-n
class Weighted:
    def __init__(self, class_weights=None):
        self.class_weights = class_weights

    def __call__(self, scores, labels):
        d = softmax(scores, axis=1)
        d[np.arange(len(d)), labels] -= 1
        if self.class_weights is not None:
            d *= np.asarray(self.class_weights)[labels][:, None]
        return d / len(d)


# mistake: ignored-in-denominator
class Ignoring:
    def __init__(self, ignore_index=-100):
        self.ignore_index = ignore_index

    def gradient(self, logits, labels):
        keep = labels != self.ignore_index
        d = np.zeros(logits.shape)
        d[keep] = softmax(logits[keep], axis=1)
        d[keep, labels[keep]] -= 1
        return d / len(labels)


# mistake: jacobian-not-contracted
def block_diagonal(scores, labels):
    s = softmax(scores, axis=1).reshape(-1, 1)
    return np.diagflat(s) - np.dot(s, s.T)


# mistake: integer-dtype
def truncates_scores(scores, labels):
    s = np.array(scores, dtype=np.int32)
    d = softmax(s, axis=1)
    d[np.arange(len(d)), labels] -= 1
    return d / len(d)


# mistake: nondeterministic
def memo(scores, labels, cache={}):
    key = np.shape(scores)
    if key not in cache:
        g = softmax(scores, axis=1)
        g[np.arange(len(g)), labels] -= 1
        cache[key] = g / len(g)
    return cache[key]
