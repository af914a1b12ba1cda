"""Lines that look right and are not: the counterexamples of vectorize.md, why-divide.md and mean-of-means.md.

One module, because each is a few lines and none is to be copied.
Each function holds a broken line of the well-known version of this code.
Its docstring shows what goes wrong, and its doctest proves that it still does.
They check no input: what an unchecked line does is the point.
"""

import math
import warnings

import numpy as np

from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.softmax import softmax


# --8<-- [start:xrange_loop]
def xrange_loop(N):
    """Python 3 has no xrange: write range(N), which is 0, ..., N-1.

    >>> xrange_loop(3)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    NameError: name 'xrange' is not defined...
    """
    return [i for i in xrange(N)]
    # --8<-- [end:xrange_loop]


# --8<-- [start:matrix_sums]
def matrix_sums(exp_scores, weights):
    """With np.matrix, which numpy discourages, * is a matrix product.

    >>> exp_scores = np.array([[1.0, 3.0], [1.0, 1.0]])
    >>> matrix_sums(exp_scores, np.ones((2, 2)))  # should be shares
    matrix([[1., 1.],
            [1., 1.]])
    >>> ones = np.ones((2, 3))
    >>> matrix_sums(ones, ones)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: shapes (2,3) and (2,3) not aligned...
    """
    with warnings.catch_warnings(action="ignore"):
        sums = np.matrix(exp_scores.sum(axis=1)).T
        return (exp_scores / sums) * weights
    # --8<-- [end:matrix_sums]


# --8<-- [start:sums_without_keepdims]
def sums_without_keepdims(exp_scores):
    """Column j is divided by the sum of row j: wrong when N is C.

    >>> sums_without_keepdims(np.array([[1.0, 3.0], [1.0, 1.0]]))
    array([[0.25, 1.5 ],
           [0.25, 0.5 ]])
    >>> exp_scores = np.ones((2, 3))
    >>> sums_without_keepdims(exp_scores)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: operands could not be broadcast together...
    """
    return exp_scores / exp_scores.sum(axis=1)
    # --8<-- [end:sums_without_keepdims]


# --8<-- [start:unchecked_labels]
def unchecked_labels(shares, labels):
    """A column hits each used class in each row; -1 hits the last.

    >>> unchecked_labels(np.zeros((2, 3)), np.array([0, 1]))
    array([[-0.5,  0. ,  0. ],
           [ 0. , -0.5,  0. ]])
    >>> unchecked_labels(np.zeros((2, 3)), np.array([[0], [1]]))
    array([[-0.5, -0.5,  0. ],
           [-0.5, -0.5,  0. ]])
    >>> unchecked_labels(np.zeros((2, 3)), np.array([0, -1]))
    array([[-0.5,  0. ,  0. ],
           [ 0. ,  0. , -0.5]])
    """
    N = len(shares)
    gradient = shares / N
    gradient[range(N), labels] -= 1 / N
    return gradient
    # --8<-- [end:unchecked_labels]


# --8<-- [start:unshifted]
def unshifted(scores):
    """Large scores give inf / inf, small ones give 0 / 0.

    >>> unshifted(np.array([[1000.0, 1001.0, 1002.0]]))
    array([[nan, nan, nan]])
    >>> unshifted(np.array([[-1000.0, -1001.0, -1002.0]]))
    array([[nan, nan, nan]])
    """
    with np.errstate(all="ignore"):  # numpy would only warn
        exp_scores = np.exp(scores)
        return exp_scores / exp_scores.sum(axis=1, keepdims=True)
    # --8<-- [end:unshifted]


# --8<-- [start:exp_limit]
def exp_limit(dtype):
    """Return the score above which exp overflows to inf.

    >>> round(exp_limit(np.float16), 2)
    11.09
    >>> round(exp_limit(np.float32), 2)
    88.72
    >>> round(exp_limit(np.float64), 2)
    709.78
    """
    return math.log(np.finfo(dtype).max)
    # --8<-- [end:exp_limit]


# --8<-- [start:global_maximum]
def global_maximum(scores):
    """One large row makes every exponential of another row vanish.

    >>> global_maximum(np.array([[1000.0, 1000.0], [0.0, 0.0]]))
    array([[0.5, 0.5],
           [nan, nan]])
    """
    with np.errstate(all="ignore"):  # numpy would only warn
        exp_scores = np.exp(scores - scores.max())
        return exp_scores / exp_scores.sum(axis=1, keepdims=True)
    # --8<-- [end:global_maximum]


# --8<-- [start:bias_gradient]
def bias_gradient(gradient):
    """The shape is (1, C), so a bias of shape (C,) cannot use it.

    >>> bias = np.zeros(3)
    >>> step = bias_gradient(np.ones((2, 3)))
    >>> bias -= step  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: non-broadcastable output operand with shape (3,)...
    """
    N = len(gradient)
    return np.dot(np.ones((1, N)), gradient)
    # --8<-- [end:bias_gradient]


# --8<-- [start:log_with_epsilon]
def log_with_epsilon(x, t):
    """No log of 0, but y - t is no longer its gradient.

    >>> t = np.array([[1.0, 0.0]])
    >>> right = log_with_epsilon(np.array([[1e-5, 20.0]]), t)
    >>> left = log_with_epsilon(np.array([[-1e-5, 20.0]]), t)
    >>> print(((right - left) / 2e-5).round(2))  # the gradient
    -0.02
    >>> print((softmax([[0, 20]]) - t).round(2))  # y - t
    [[-1.  1.]]
    """
    y = softmax(x)
    return -np.sum(t * np.log(y + 1e-7)) / len(x)
    # --8<-- [end:log_with_epsilon]


# --8<-- [start:without_dout]
def without_dout(y, t, dout):
    """The gradient of 10 times the loss should be 10 times that of the loss.

    >>> y, t = np.array([[0.25, 0.75]]), np.array([[1.0, 0.0]])
    >>> without_dout(y, t, dout=1)
    array([[-0.75,  0.75]])
    >>> without_dout(y, t, dout=10)
    array([[-0.75,  0.75]])
    """
    return (y - t) / len(t)
    # --8<-- [end:without_dout]


# --8<-- [start:mean_of_means]
def mean_of_means(W, micro_batches):
    """The only sample of a small batch counts as much as three.

    >>> W = np.array([[0.0, 9.0]])
    >>> one, three = ([[1.0]], [0]), ([[1.0]] * 3, [1] * 3)
    >>> loss, gradient = mean_of_means(W, [one, three])
    >>> print(loss.round(2))  # should be 2.25, a quarter of 9
    4.5
    >>> gradient.round(2)  # should be half of it
    array([[-0.5,  0.5]])
    """
    loss, gradient = 0, 0
    for X, labels in micro_batches:
        scores = X @ W
        loss += cross_entropy(scores, labels)
        gradient += np.transpose(X) @ cross_entropy_gradient(scores, labels)
    return loss / len(micro_batches), gradient / len(micro_batches)
    # --8<-- [end:mean_of_means]
