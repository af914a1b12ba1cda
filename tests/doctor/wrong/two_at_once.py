"""With two mistakes each."""

import math

import numpy as np
from scipy.special import log_softmax, softmax


# mistake: not-divided-by-n, sign
def twice_wrong(scores, labels):
    return np.eye(scores.shape[1])[labels] - softmax(scores, axis=1)


# mistake: not-divided-by-n, overflow
def first_attempt(scores, labels):
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p


# mistake: sign, divided-by-c
def classes_and_sign(z, y):
    d = -softmax(z, axis=1)
    d[np.arange(len(y)), y] += 1
    return d / d.shape[1]


# mistake: transposed, not-divided-by-n
def features_first(z, y):
    d = softmax(z, axis=1)
    d[np.arange(len(y)), y] -= 1
    return d.T


# mistake: softmax-wrong-axis, not-divided-by-n
def scipy_axis(logits, labels):
    return softmax(logits, axis=0) - np.eye(logits.shape[1])[labels]


# mistake: softmax-wrong-axis, overflow
def column_sums(scores, labels):
    e = np.exp(scores)
    p = e / e.sum(axis=0)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


# mistake: softmax-twice, not-divided-by-n
def probabilities_as_logits(logits, labels):
    p = softmax(softmax(logits, axis=1), axis=1)
    p[np.arange(len(labels)), labels] -= 1
    return p


# mistake: softmax-twice, sign
def doubled_and_turned(logits, onehot):
    return (onehot - softmax(softmax(logits, axis=-1), axis=-1)) / logits.shape[0]


# mistake: labels-off-by-one, not-divided-by-n
def octave(scores, labels):
    p = softmax(scores, axis=1)
    p[np.arange(len(labels)), labels - 1] -= 1
    return p


# mistake: labels-off-by-one, sign
def octave_turned(scores, labels):
    y = np.eye(scores.shape[1])[labels - 1]
    return (y - softmax(scores, axis=1)) / len(labels)


# mistake: one-hot-in-every-row, not-divided-by-n
def colon(scores, labels):
    p = softmax(scores, axis=1)
    p[:, labels] -= 1
    return p


# mistake: one-hot-missing, not-divided-by-n
def just_the_shares(scores, labels):
    return softmax(scores, axis=1)


# mistake: one-hot-in-every-row, overflow
def colon_without_shift(scores, labels):
    e = np.exp(scores)
    p = e / np.sum(e, axis=1)[:, None]
    p[:, labels] -= 1
    return p / len(labels)


# mistake: mutates-input, not-divided-by-n
def in_place(scores, labels):
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    scores[np.arange(len(labels)), labels] -= 1
    return scores


# mistake: mutates-input, sign
def in_place_backwards(x, t):
    x -= x.max(axis=1, keepdims=True)
    return (np.eye(x.shape[1])[t] - softmax(x, axis=1)) / len(x)


# mistake: matrix-result, overflow
def old_post(scores, y):
    N = len(y)
    exp_scores = np.exp(scores)
    sums = exp_scores.sum(axis=1)
    D = exp_scores / np.matrix(sums).T
    D[range(N), y] -= 1
    return D / N


# mistake: dout-ignored, epsilon-in-log
class SoftmaxWithLoss:
    def __init__(self):
        self.loss, self.y, self.t = None, None, None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x, axis=1)
        self.loss = -np.sum(np.log(self.y[np.arange(len(t)), t] + 1e-7)) / len(t)
        return self.loss

    def backward(self, dout=1):
        dx = self.y - np.eye(self.y.shape[1])[self.t]
        return dx / len(dx)


# mistake: dout-ignored, divided-twice
class Layer:
    def forward(self, x, t):
        self.y, self.t = softmax(x, axis=1), t
        return -log_softmax(x, axis=1)[np.arange(len(t)), t].mean()

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(len(self.t)), self.t] -= 1
        return dx / len(dx) ** 2


# mistake: mean-loss-sum-gradient, log-of-softmax
def notes(scores, labels):
    n = len(labels)
    p = softmax(scores, axis=1)
    loss = -np.log(p[range(n), labels]).sum() / n
    p[range(n), labels] -= 1
    return loss, p


# mistake: sign, epsilon-in-log
def loss_is_fine(scores, onehot):
    p = softmax(scores, axis=1)
    loss = -np.mean(np.sum(onehot * np.log(p + 1e-8), axis=1))
    return loss, (onehot - p) / len(p)


# mistake: sum-loss-mean-gradient, overflow
def exp_of_anything(scores, labels):
    n = len(labels)
    sums = np.exp(scores).sum(axis=1)
    loss = np.sum(np.log(sums) - scores[np.arange(n), labels])
    d = np.exp(scores) / sums[:, None]
    d[np.arange(n), labels] -= 1
    return loss, d / n


# mistake: ignored-in-denominator, sign
def ignored(logits, labels, ignore_index=-100):
    kept = labels != ignore_index
    d = np.zeros(logits.shape)
    d[kept] = -softmax(logits[kept], axis=1)
    d[kept, labels[kept]] += 1
    return d / len(d)


# mistake: weighted-mean-by-n, sign
def weighted(scores, labels, class_weights):
    d = np.eye(scores.shape[1])[labels] - softmax(scores, axis=1)
    return class_weights[labels][:, None] * d / len(labels)


# mistake: smoothing-over-c-minus-1, not-divided-by-n
def smooth(logits, labels, smoothing=0.1):
    c = logits.shape[1]
    t = np.full(logits.shape, smoothing / (c - 1))
    t[np.arange(len(t)), labels] = 1 - smoothing
    return softmax(logits, axis=1) - t


# mistake: jacobian-diagonal, not-divided-by-n
def elementwise(logits, labels):
    p = softmax(logits, axis=1)
    return (p - np.eye(p.shape[1])[labels]) * p * (1 - p)


# mistake: float16-accumulation, not-divided-by-n
def low_precision(scores, labels):
    p = softmax(scores, axis=1).astype(np.float16)
    p[np.arange(len(labels)), labels] -= 1
    return p


# mistake: global-shift, sign
def shifted_by_everything(scores, labels):
    e = np.exp(scores - scores.max())
    return (np.eye(scores.shape[1])[labels] - e / e.sum(axis=1, keepdims=True)) / len(scores)


# mistake: overflow, divided-by-n-times-c
def lists_without_shift(scores, labels):
    size = len(scores) * len(scores[0])
    table = []
    for row, k in zip(scores, labels):
        e = [math.exp(v) for v in row]
        table.append([(v / sum(e) - (j == k)) / size for j, v in enumerate(e)])
    return table


# mistake: transposed, sign
def columns_turned(scores, labels):
    d = np.eye(scores.shape[1])[labels].T - softmax(scores, axis=1).T
    return d / len(scores)


# mistake: not-divided-by-n, integer-dtype
def empty_like(scores, labels):
    g = np.empty_like(scores)
    g[:] = softmax(scores, axis=1) - np.eye(scores.shape[1])[labels]
    return g
