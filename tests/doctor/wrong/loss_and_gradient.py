"""Functions that return a loss and its gradient, with one mistake each."""

from collections import namedtuple
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp


def log_probabilities(scores):
    return scores - logsumexp(scores, axis=1, keepdims=True)


# mistake: mean-loss-sum-gradient
def softmax_loss(x, y):
    """
    Inputs:
    - x: Input data, of shape (N, C) where x[i, j] is the score for the jth class for the ith input.
    - y: Vector of labels, of shape (N,)
    Returns a tuple of:
    - loss: Scalar giving the loss
    - dx: Gradient of the loss with respect to x
    """
    shifted = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    return loss, dx


# mistake: sum-loss-mean-gradient
def softmax_loss_and_grad(x, y):
    logp = log_probabilities(x)
    loss = -logp[np.arange(len(y)), y].sum()
    dx = np.exp(logp)
    dx[np.arange(len(y)), y] -= 1
    dx /= len(y)
    return loss, dx


# mistake: sum-loss-mean-gradient
def as_dict(logits, labels):
    logp = log_probabilities(logits)
    target = np.eye(logits.shape[1])[labels]
    return {"loss": -(target * logp).sum(), "grad": (np.exp(logp) - target) / len(labels)}


# mistake: not-divided-by-n
def both_are_sums(logits, labels):
    logp = log_probabilities(logits)
    target = np.eye(logits.shape[1])[labels]
    loss = -np.einsum("ij,ij->", target, logp)
    return loss, np.exp(logp) - target


# mistake: mean-loss-sum-gradient
def gradient_first(scores, labels):
    logp = log_probabilities(scores)
    rows = np.arange(scores.shape[0])
    gradient = np.exp(logp)
    gradient[rows, labels] -= 1
    return gradient, -logp[rows, labels].mean()


Result = namedtuple("Result", "loss gradient")


# mistake: sign
def named(scores, labels):
    logp = log_probabilities(scores)
    n = len(scores)
    onehot = (np.arange(scores.shape[1])[None] == labels[:, None]) * 1.0
    return Result(loss=-(onehot * logp).sum() / n, gradient=(onehot - np.exp(logp)) / n)


class LossGrad(NamedTuple):
    loss: float
    grad: np.ndarray


# mistake: one-hot-missing
def typed(logits: np.ndarray, y: np.ndarray) -> LossGrad:
    logp = log_probabilities(logits)
    n = logits.shape[0]
    picked = logp[np.arange(n), y]
    return LossGrad(loss=float(-picked.mean()), grad=np.exp(logp) / n)


# mistake: divided-by-c
def mean_of_wrong_axis(scores, labels):
    logp = log_probabilities(scores)
    n, c = scores.shape
    d = np.exp(logp) - np.eye(c)[labels]
    return -logp[np.arange(n), labels].mean(), d / c


# mistake: divided-by-n-times-c
def np_mean_of_table(scores, labels):
    n, c = scores.shape
    onehot = np.eye(c)[labels]
    logp = log_probabilities(scores)
    loss = np.mean(-onehot * logp)
    return loss, (np.exp(logp) - onehot) / (n * c)


# mistake: log-of-softmax
def classic(scores, labels):
    num_train = scores.shape[0]
    scores = scores - np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(num_train), labels])
    data_loss = np.sum(correct_logprobs) / num_train
    dscores = probs
    dscores[range(num_train), labels] -= 1
    dscores /= num_train
    return data_loss, dscores


# mistake: softmax-wrong-axis
def over_the_batch(logits, labels, axis=0):
    logp = logits - logsumexp(logits, axis=axis, keepdims=True)
    n = len(labels)
    g = np.exp(logp)
    g[np.arange(n), labels] -= 1
    return -logp[np.arange(n), labels].mean(), g / n


# mistake: labels-off-by-one
def classes_from_one_to_c(logits, labels):
    k = labels - 1
    n = len(k)
    logp = log_probabilities(logits)
    g = np.exp(logp)
    g[np.arange(n), k] -= 1
    return -logp[np.arange(n), k].mean(), g / n


# mistake: jacobian-diagonal
def wrong_chain(logits, labels):
    n = len(labels)
    logp = log_probabilities(logits)
    p = np.exp(logp)
    y = np.eye(p.shape[1])[labels]
    dz = -y * (1 - p)
    return -(y * logp).sum() / n, dz / n


# mistake: not-divided-by-n
def softmax_loss_vectorized(W, X, y, reg):
    scores = X.dot(W)
    scores = scores - scores.max(axis=1, keepdims=True)
    sums = np.exp(scores).sum(axis=1, keepdims=True)
    loss = (np.log(sums)[:, 0] - scores[np.arange(len(y)), y]).sum() + reg * np.sum(W * W)
    P = np.exp(scores) / sums
    P[np.arange(len(y)), y] -= 1
    dW = X.T.dot(P) + 2 * reg * W
    return loss, dW


# mistake: mean-loss-sum-gradient
def softmax_loss_naive(W, X, y, reg):
    loss = 0.0
    dW = np.zeros_like(W)
    num_train, num_classes = X.shape[0], W.shape[1]
    for i in range(num_train):
        s = X[i].dot(W)
        s = s - np.max(s)
        lse = np.log(np.sum(np.exp(s)))
        loss += lse - s[y[i]]
        for j in range(num_classes):
            dW[:, j] += (np.exp(s[j] - lse) - (j == y[i])) * X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
