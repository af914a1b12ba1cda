"""A few lines of numpy, with one mistake each."""

import numpy as np
import scipy.special
from scipy.special import log_softmax, softmax


# mistake: not-divided-by-n
def grad_cross_entropy(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    probs = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    probs[np.arange(len(labels)), labels] -= 1
    return probs


# mistake: not-divided-by-n
def by_eye(x, t):
    return scipy.special.softmax(x, axis=-1) - np.eye(x.shape[1])[t]


# mistake: not-divided-by-n
def along_axis(scores, labels):
    probabilities = np.exp(scores - scipy.special.logsumexp(scores, axis=1, keepdims=True))
    at_label = np.take_along_axis(probabilities, labels[:, None], axis=1)
    np.put_along_axis(probabilities, labels[:, None], at_label - 1.0, axis=1)
    return probabilities


# mistake: divided-twice
def averaged_twice(z, y):
    n = z.shape[0]
    upstream = np.full((n, 1), 1.0 / n)  # from the mean
    p = softmax(z, axis=1)
    p[range(n), y] -= 1
    p /= n
    return upstream * p


# mistake: divided-twice
def mean_of_mean(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Gradient of mean cross entropy."""
    batch = len(logits)
    onehot = np.zeros(logits.shape)
    onehot[np.arange(batch), targets] = 1 / batch
    return (softmax(logits, 1) / batch - onehot) / batch


# mistake: divided-by-c
def over_classes(scores, labels):
    p = softmax(scores, axis=1)
    p[np.arange(p.shape[0]), labels] -= 1
    return p / p.shape[1]


# mistake: divided-by-c
def wrong_len(Z, Y):
    P = np.exp(log_softmax(Z, axis=1))
    m = len(P.T)  # number of examples
    return (P - np.eye(m)[Y]) / m


# mistake: divided-by-n-times-c
def like_np_mean(scores, labels):
    diff = softmax(scores, axis=1) - (np.arange(scores.shape[1]) == labels[:, np.newaxis])
    return diff / diff.size


# mistake: divided-by-n-times-c
def mean_over_everything(y_pred, y_true):
    y_pred = y_pred - y_pred.max(axis=1)[:, None]
    e = np.exp(y_pred)
    s = e / e.sum(axis=1)[:, None]
    np.subtract.at(s, (np.arange(len(y_true)), y_true), 1)
    return s * (1.0 / np.prod(s.shape))


# mistake: divided-by-n-times-c
def per_element(logits, labels):
    n, k = logits.shape
    y = np.eye(k, dtype=logits.dtype)[labels]
    p = softmax(logits, axis=1)
    return np.divide(p - y, n * k)


# mistake: sign
def backwards(scores, labels):
    p = softmax(scores, axis=1)
    y = np.eye(scores.shape[1])[labels]
    return (y - p) / len(scores)


# mistake: sign
def likelihood(theta, k):
    """Gradient of the negative log likelihood."""
    N = theta.shape[0]
    g = -softmax(theta, axis=1)
    g[np.arange(N), k] += 1.0
    return g / N


# mistake: one-hot-missing
def only_softmax(scores, labels):
    N = scores.shape[0]
    d = np.exp(scores - scores.max(1, keepdims=True))
    d /= d.sum(1, keepdims=True)
    return d / N


# mistake: one-hot-missing
def subtracts_from_a_copy(logits, target):
    n = len(target)
    p = softmax(logits, axis=1)
    p[np.arange(n)][np.arange(n), target] -= 1
    return p / n


# mistake: one-hot-missing
def forgets_to_assign(logits, target):
    probs = softmax(logits, axis=1)
    np.subtract(probs, np.eye(probs.shape[1])[target])
    probs /= probs.shape[0]
    return probs


# mistake: one-hot-in-every-row
def slice_instead_of_range(scores, y):
    dscores = softmax(scores, axis=1)
    dscores[:, y] -= 1
    dscores /= scores.shape[0]
    return dscores


# mistake: one-hot-in-every-row
def column_of_labels(scores, y):
    N = len(scores)
    y = y.reshape(-1, 1)
    dscores = softmax(scores, axis=1)
    dscores[np.arange(N), y] -= 1
    return dscores / N


# mistake: one-hot-in-every-row
def summed_targets(x, t):
    onehot = np.eye(x.shape[1])[t]
    return (softmax(x, axis=1) - onehot.sum(axis=0, keepdims=True)) / len(x)


# mistake: one-hot-in-every-row
def repeated_labels(x, t):
    p = softmax(x, axis=1)
    for label in t:
        p[:, label] -= 1
    return p / x.shape[0]


# mistake: transposed
def columns_first(logits, labels):
    P = softmax(logits, axis=1).T
    P[labels, np.arange(P.shape[1])] -= 1
    return P / P.shape[1]


# mistake: transposed
def einsum_swapped(scores, labels):
    onehot = np.eye(scores.shape[1])[labels]
    return np.einsum("nc->cn", softmax(scores, axis=1) - onehot) / scores.shape[0]


# mistake: softmax-wrong-axis
def first_axis(scores, labels):
    p = softmax(scores, axis=0)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


# mistake: softmax-wrong-axis
def axis_zero(a, t, axis=0):
    a = a - a.max(axis=axis, keepdims=True)
    y = np.exp(a) / np.exp(a).sum(axis=axis, keepdims=True)
    T = np.zeros_like(y)
    T[np.arange(t.size), t] = 1
    return (y - T) / t.size


# mistake: softmax-wrong-axis
def whole_table(scores, labels):
    p = softmax(scores)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


# mistake: softmax-wrong-axis
def no_axis(x, y):
    e_x = np.exp(x - np.max(x))
    p = e_x / e_x.sum()
    return (p - np.eye(x.shape[1])[y]) / x.shape[0]


# mistake: softmax-twice
def softmax_of_softmax(logits, labels):
    probs = softmax(logits, axis=1)
    g = softmax(probs, axis=1)
    g[np.arange(len(g)), labels] -= 1
    return g / len(g)


# mistake: softmax-twice
def activation_and_loss(outputs, target):
    """The last layer already applied its activation, and so does the loss."""
    activated = np.exp(outputs - outputs.max(-1, keepdims=True))
    activated = activated / activated.sum(-1, keepdims=True)
    shares = np.exp(activated)
    shares = shares / shares.sum(-1, keepdims=True)
    return (shares - np.eye(shares.shape[-1])[target]) / shares.shape[0]


# mistake: jacobian-diagonal
def diagonal_only(logits, labels):
    N = logits.shape[0]
    p = softmax(logits, axis=1)
    dL_dp = np.zeros(p.shape)
    dL_dp[np.arange(N), labels] = -1 / p[np.arange(N), labels]
    return dL_dp * p * (1 - p) / N


# mistake: jacobian-diagonal
def as_if_sigmoid(logits, labels):
    p = softmax(logits, axis=1)
    error = p - np.eye(p.shape[1])[labels]
    return error * p * (1 - p) / len(p)


# mistake: jacobian-not-contracted
def all_jacobians(scores, labels):
    p = softmax(scores, axis=1)
    return np.einsum("ij,jk->ijk", p, np.eye(p.shape[1])) - np.einsum("ij,ik->ijk", p, p)


# mistake: jacobian-not-contracted
def not_summed(scores, labels):
    N, C = scores.shape
    p = softmax(scores, axis=1)
    jacobian = p[:, :, None] * (np.eye(C) - p[:, None, :])
    outer = np.zeros((N, C))
    outer[np.arange(N), labels] = -1 / p[np.arange(N), labels]
    return outer[:, :, None] * jacobian / N


# mistake: labels-off-by-one
def from_one(scores, labels):
    p = softmax(scores, axis=1)
    p[np.arange(len(p)), labels - 1] -= 1
    return p / len(p)


# mistake: labels-off-by-one
def one_based_one_hot(scores, labels):
    C = scores.shape[1]
    onehot = (labels[:, None] == np.arange(1, C + 1)).astype(float)
    return (softmax(scores, axis=1) - onehot) / scores.shape[0]


# mistake: labels-off-by-one
def rolled(scores, labels):
    onehot = np.roll(np.eye(scores.shape[1])[labels], 1, axis=1)
    return (softmax(scores, axis=1) - onehot) / scores.shape[0]
