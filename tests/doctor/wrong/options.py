"""With a parameter for labels to skip, for weights, for smoothing, or for what comes from above."""

import numpy as np


def softmax(x, axis=1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# mistake: ignored-in-denominator
def masked(logits, labels, ignore_index=-100):
    kept = labels != ignore_index
    safe = np.where(kept, labels, 0)
    g = softmax(logits)
    g[np.arange(len(g)), safe] -= 1
    g[~kept] = 0
    return g / len(labels)


# mistake: ignored-in-denominator
def padding(scores, targets, *, pad_id=0):
    """Gradient of the mean cross entropy. Targets equal to pad_id do not count."""
    N, C = scores.shape
    mask = (targets != pad_id).astype(float)[:, None]
    d = softmax(scores) - np.eye(C)[targets]
    return mask * d / N


# mistake: ignored-in-denominator
def segmentation(pred, gt, ignore_label=255):
    grad = np.zeros(pred.shape)
    p = softmax(pred)
    for i, k in enumerate(gt):
        if k == ignore_label:
            continue
        grad[i] = p[i]
        grad[i, k] -= 1
    return grad / pred.shape[0]


# mistake: negative-labels-wrap
def ignores_in_words(scores, labels):
    """Return the gradient of the mean loss. Samples whose label is -1 are ignored."""
    kept = (labels != -1).sum()
    g = softmax(scores)
    g[np.arange(len(labels)), labels] -= 1
    return g / max(kept, 1)


# mistake: negative-labels-wrap
def unused_parameter(scores, labels, ignore_index=-1):
    p = softmax(scores)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


# mistake: negative-labels-wrap
def counts_but_does_not_mask(x, t, ignore_label=-1):
    onehot = np.eye(x.shape[1])[t]
    n_valid = np.count_nonzero(t != ignore_label)
    return (softmax(x) - onehot) / n_valid


# mistake: weighted-mean-by-n
def class_weights_by_n(scores, labels, weight):
    N = len(scores)
    g = softmax(scores)
    g[np.arange(N), labels] -= 1
    return g * weight[labels][:, None] / N


# mistake: weighted-mean-by-n
def optional_weights(scores, labels, class_weight=None):
    n = scores.shape[0]
    p = softmax(scores)
    p[np.arange(n), labels] -= 1
    if class_weight is not None:
        p = np.asarray(class_weight)[labels].reshape(-1, 1) * p
    return p / n


# mistake: weighted-mean-by-n
def loops_with_weights(logits, y, weights):
    out = []
    for z, k in zip(logits, y):
        p = softmax(z, axis=0)
        p[k] -= 1
        out.append(weights[k] * p)
    return np.array(out) / len(out)


# mistake: smoothing-over-c-minus-1
def smoothed(logits, labels, label_smoothing=0.1):
    n, c = logits.shape
    target = np.full((n, c), label_smoothing / (c - 1))
    target[np.arange(n), labels] = 1 - label_smoothing
    return (softmax(logits) - target) / n


# mistake: smoothing-over-c-minus-1
def smooth_one_hot(logits, labels, *, smoothing=0.0):
    n, c = logits.shape
    hot = np.eye(c)[labels]
    target = hot * (1.0 - smoothing) + (1.0 - hot) * smoothing / max(c - 1, 1)
    return (softmax(logits) - target) / n


# mistake: smoothing-over-c-minus-1
def eps_for_the_others(scores, y, eps=0.1):
    """Label smoothing with eps."""
    K = scores.shape[-1]
    others = K - 1
    g = softmax(scores)
    for i in range(len(y)):
        for j in range(K):
            g[i, j] -= (1 - eps) if j == y[i] else eps / others
    return g / len(y)


# mistake: dout-ignored
def softmax_backward(scores, labels, dout=1.0):
    dx = softmax(scores)
    dx[np.arange(len(labels)), labels] -= 1
    return dx / len(labels)


# mistake: sign
def with_regularization(scores, labels, reg=0.0):
    N, C = scores.shape
    return (np.eye(C)[labels] - softmax(scores)) / N + reg * scores


# mistake: not-divided-by-n
def eps_and_axis(y_pred, y_true, axis=-1, eps=1e-12):
    p = softmax(y_pred, axis=axis)
    p[np.arange(y_pred.shape[0]), y_true] -= 1
    return p


# mistake: divided-by-c
def keyword_only(*, logits, labels):
    p = softmax(logits)
    p[np.arange(len(p)), labels] -= 1
    return p / p.shape[1]


# mistake: one-hot-missing
def labels_first(y_true, y_pred):
    assert len(y_true) == len(y_pred)
    return softmax(y_pred) / len(y_pred)


# mistake: divided-twice (reduction="mean")
def reduction_means_twice(scores, labels, reduction="mean"):
    d = softmax(scores) - np.eye(scores.shape[1])[labels]
    d /= len(d)
    return d / len(d) if reduction == "mean" else d


# mistake: sign (reduction="sum")
def summed_backwards(scores, labels):
    return np.eye(scores.shape[1])[labels] - softmax(scores)


# mistake: mean-loss-sum-gradient
def axis_of_scores(X, Y):
    lse = X.max(axis=1) + np.log(np.exp(X - X.max(axis=1, keepdims=True)).sum(axis=1))
    loss = np.average(lse - (X * Y).sum(axis=1))
    return loss, softmax(X) - Y
