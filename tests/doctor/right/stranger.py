"""Right, as a stranger wrote it, who had read what the doctor promises and nothing else."""

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax


# correct
def every_entry_put_back(x, y):
    def loss():
        return np.mean(logsumexp(x, axis=1) - x[np.arange(len(y)), y])

    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + 1e-4
        above = loss()
        x[i] = old - 1e-4
        below = loss()
        x[i] = old
        g[i] = (above - below) / 2e-4
    return g


# correct
def alpha_over_c(x, y, alpha=0.1):
    n, c = x.shape
    t = np.full((n, c), alpha / c)
    t[np.arange(n), y] += 1 - alpha
    lp = log_softmax(x, axis=1)
    return -(t * lp).sum() / n, (np.exp(lp) - t) / n


# correct
def alpha_as_a_factor(x, y, alpha=1.0):
    return alpha * (softmax(x, axis=1) - np.eye(x.shape[1])[y]) / len(y)


# correct
def w_over_its_sum(x, y, w=None):
    w = np.ones(x.shape[1]) if w is None else np.asarray(w)
    g = (softmax(x, axis=1) - np.eye(x.shape[1])[y]) * w[y][:, None]
    return g / w[y].sum()


# correct
def a_weight_for_each_sample(x, y, sample_weight=None):
    g = softmax(x, axis=1) - np.eye(x.shape[1])[y]
    if sample_weight is not None:
        g = g * np.asarray(sample_weight)[:, None]
    return g / len(y)
