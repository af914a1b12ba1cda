"""Right, with parameters for more than scores and labels."""

import numpy as np


def softmax(x, axis=-1):
    """Значения по оси складываются в единицу."""
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


# correct
def kept_only(logits, labels, ignore_index=-100):
    kept = labels != ignore_index
    g = np.zeros(logits.shape)
    g[kept] = softmax(logits[kept])
    g[kept, labels[kept]] -= 1
    return g / max(kept.sum(), 1)


# correct
def masked(scores, targets, *, ignore_label=255):
    mask = targets != ignore_label
    safe = np.where(mask, targets, 0)
    d = softmax(scores) - np.eye(scores.shape[1])[safe]
    return d * mask[:, None] / np.maximum(1, np.count_nonzero(mask))


# correct
def class_weights(scores, labels, weight=None):
    n, c = scores.shape
    weight = np.ones(c) if weight is None else np.asarray(weight)
    w = weight[labels]
    g = softmax(scores)
    g[np.arange(n), labels] -= 1
    return g * (w / w.sum())[:, np.newaxis]


# correct
def smoothing(logits, labels, label_smoothing=0.0):
    n, c = logits.shape
    target = np.full((n, c), label_smoothing / c)
    target[np.arange(n), labels] += 1 - label_smoothing
    return (softmax(logits) - target) / n


# correct
def smoothing_unless_told(logits, labels, *, smoothing=0.1):
    c = logits.shape[1]
    target = (1 - smoothing) * np.eye(c)[labels] + smoothing / c
    return (softmax(logits) - target) / len(logits)


# correct
def upstream(scores, labels, dout=1.0):
    """Gradiente do erro, vezes o que vem de cima."""
    d = softmax(scores)
    d[np.arange(len(labels)), labels] -= 1
    return dout * d / len(labels)


# correct
def defaults(y_true, y_pred, axis=-1, eps=1e-12, verbose=False):
    d = softmax(y_pred, axis=axis)
    d[np.arange(len(y_true)), y_true] -= 1
    return d / len(y_true)


# correct
def keyword_only(*, logits, labels, reg=0.0):
    d = softmax(logits)
    d[np.arange(len(labels)), labels] -= 1
    return d / len(labels) + reg * logits


# correct
def either(x, t):
    """ラベルは番号でもワンホットでもよい"""
    x = np.asarray(x, dtype=float)
    t = np.asarray(t)
    if t.ndim == 1:
        t = np.eye(x.shape[1])[t]
    return (softmax(x) - t) / x.shape[0]


# correct
def checks_its_input(scores, labels):
    scores, labels = np.asarray(scores, float), np.asarray(labels)
    if scores.ndim != 2 or labels.shape != scores.shape[:1]:
        raise ValueError("scores must have shape (N, C), labels (N,)")
    if labels.min() < 0 or labels.max() >= scores.shape[1]:
        raise ValueError("each label must be at least 0 and less than C")
    d = softmax(scores)
    d[np.arange(len(labels)), labels] -= 1
    return d / len(labels)
