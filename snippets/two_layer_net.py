"""A network of two layers: its scores, its loss, and the gradient of the loss in every parameter.

All functions take the same arguments.

params: a dict with W1 of shape (F, H), b1 of shape (H,), W2 of shape (H, C) and b2 of shape (C,), no size 0.
    float16, float32 or float64; integers count as float64. If they differ, the finest is computed in.
    float16 is computed in float32.
X: shape (N, F), N at least 1, the same kinds of numbers. They are rounded to the dtype that is computed in.
y: shape (N,), integers, each at least 0 and less than C.
reg: the strength of the regularization, a number, not negative.
    It multiplies half of the squares of all weights, and no bias: reg/2 (|W1|^2 + |W2|^2).
    Some write reg |W|^2 without the half. Their strength is half of ours: give twice theirs.

Raises TypeError or ValueError for anything else, and ValueError if a result is too large for its dtype:
see `snippets.checks.check_network`.
"""

import numpy as np

from snippets.checks import check_network, check_strength, check_targets
from snippets.score_gradient.stable import score_gradient


def loss_and_gradients(params, X, y, reg):
    """Return the loss, a number, and its gradients, a dict with the keys and the shapes of the parameters.

    Source: `eq:second-weights-matrix`, `eq:hidden-error-matrix` and `eq:first-weights-matrix` of backprop.md.
    Source: `eq:second-bias-matrix` and `eq:first-bias-matrix` of broadcasting.md.

    The arguments are those of the module's docstring. Each gradient has the dtype of its parameter.
    Where a hidden unit gets exactly 0, the slope of the ReLU is taken as 0.

    >>> params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.array([[1.0, 0, -1], [2, 0, 1]]), "b2": np.zeros(3)}
    >>> loss, grads = loss_and_gradients(params, [[1, -1], [0, 2]], [0, 2], reg=0.1)
    >>> print(loss.round(4))
    1.7253
    >>> grads["W1"].round(4)
    array([[-0.1124,  0.    ],
           [ 0.2124,  0.9509]])
    """
    network = check_network(params, X)
    y, reg = check_targets(y, network), check_strength(reg)
    # What is too large for its dtype is refused at the end.
    with np.errstate(all="ignore"):
        result = network.as_result(mean_loss(network.params, network.X, y, reg), "the loss")
        grads = network.as_gradients(gradients(network.params, network.X, y, reg))
    return result, grads


def loss(params, X, y, reg):
    """Return the loss alone. Its parameters and its inputs may be complex, as the complex step wants them.

    Source: `eq:loss` and `eq:regularization` of loss.md, for the scores of the network.

    The arguments are those of the module's docstring. What decides goes by the real part: the ReLU's gate, and
    the largest score.

    >>> params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.array([[1.0, 0, -1], [2, 0, 1]]), "b2": np.zeros(3)}
    >>> print(loss(params, [[1, -1], [0, 2]], [0, 2], reg=0.1).round(4))
    1.7253
    """
    network = check_network(params, X, complex_too=True)
    y, reg = check_targets(y, network), check_strength(reg)
    with np.errstate(all="ignore"):
        return network.as_result(mean_loss(network.params, network.X, y, reg), "the loss")


def scores(params, X):
    """Return the scores, shape (N, C).

    Source: `eq:hidden-input-matrix` and `eq:network-scores-matrix` of backprop.md.

    The arguments are those of the module's docstring.

    >>> params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.array([[1.0, 0, -1], [2, 0, 1]]), "b2": np.zeros(3)}
    >>> scores(params, [[1, -1], [0, 2]])
    array([[ 1.,  0., -1.],
           [ 4.,  0.,  2.]])
    """
    network = check_network(params, X)
    with np.errstate(all="ignore"):
        return network.as_result(forward(network.params, network.X)[-1], "a score")


def input_gradient(params, X, y):
    """Return the gradient of the loss in the inputs, shape (N, F). The regularization has no part in it.

    Source: `eq:input-gradient-matrix` of backprop.md.

    The arguments are those of the module's docstring.

    >>> params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.array([[1.0, 0, -1], [2, 0, 1]]), "b2": np.zeros(3)}
    >>> input_gradient(params, [[1, -1], [0, 2]], [0, 2]).round(4)
    array([[-0.2124,  0.    ],
           [ 0.    ,  0.4255]])
    """
    network = check_network(params, X)
    y = check_targets(y, network)
    with np.errstate(all="ignore"):
        return network.as_result(gradient_of_inputs(network.params, network.X, y), "the gradient in X")


# --8<-- [start:forward]
def forward(params, X):
    """Return the ReLU's gate, its outputs, and the scores."""
    Q = X @ params["W1"] + params["b1"]  # (N, H)
    gate = Q.real > 0  # (N, H)
    H1 = gate * Q  # (N, H), the same as max(0, Q)
    s = H1 @ params["W2"] + params["b2"]  # (N, C)
    return gate, H1, s
    # --8<-- [end:forward]


# --8<-- [start:mean_loss]
def mean_loss(params, X, y, reg):
    """Return the mean cross-entropy plus the regularization."""
    _, _, s = forward(params, X)
    s = s - s.real.max(axis=1, keepdims=True)  # exp stays in range
    totals = np.exp(s).sum(axis=1)
    losses = np.log(totals) - s[np.arange(len(X)), y]
    squares = sum((params[W] ** 2).sum() for W in ["W1", "W2"])
    return losses.mean() + reg / 2 * squares
    # --8<-- [end:mean_loss]


# --8<-- [start:two_layer_net]
def gradients(params, X, y, reg):
    """Return the gradient of the loss in each parameter."""
    W1, W2 = params["W1"], params["W2"]
    gate, H1, s = forward(params, X)
    D = score_gradient(s, y)  # (N, C)
    Delta = gate * (D @ W2.T)  # (N, H)
    return {
        "W1": X.T @ Delta + reg * W1,  # (F, H)
        "b1": Delta.sum(axis=0),  # (H,)
        "W2": H1.T @ D + reg * W2,  # (H, C)
        "b2": D.sum(axis=0),  # (C,)
    }
    # --8<-- [end:two_layer_net]


# --8<-- [start:input_gradient]
def gradient_of_inputs(params, X, y):
    """Return the gradient of the loss in each input."""
    gate, _, s = forward(params, X)
    Delta = gate * (score_gradient(s, y) @ params["W2"].T)  # (N, H)
    return Delta @ params["W1"].T  # (N, F)
    # --8<-- [end:input_gradient]
