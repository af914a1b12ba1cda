"""Written out with loops, some without numpy, with one mistake each."""

import math
from math import exp, log

import numpy as np


def softmax_row(row):
    biggest = max(row)
    exps = [math.exp(v - biggest) for v in row]
    total = sum(exps)
    return [e / total for e in exps]


# mistake: not-divided-by-n
def plain_lists(scores, labels):
    result = []
    for row, label in zip(scores, labels):
        p = softmax_row(row)
        p[label] -= 1
        result.append(p)
    return result


# mistake: divided-twice
def two_loops(scores, labels):
    N, C = scores.shape
    grad = np.zeros((N, C))
    for i in range(N):
        z = scores[i] - scores[i].max()
        p = np.exp(z) / np.exp(z).sum()
        for j in range(C):
            grad[i, j] = (p[j] - (j == labels[i])) / N
    grad /= N
    return grad


# mistake: divided-by-c
def comprehension(scores, labels):
    return [
        [(q - (1.0 if j == label else 0.0)) / len(row) for j, q in enumerate(softmax_row(row))]
        for row, label in zip(scores, labels)
    ]


# mistake: divided-by-n-times-c
def cell_by_cell(scores, labels):
    rows, cols = len(scores), len(scores[0])
    out = [[0.0] * cols for _ in range(rows)]
    for r in range(rows):
        p = softmax_row(scores[r])
        for c in range(cols):
            out[r][c] = p[c] / (rows * cols)
        out[r][labels[r]] -= 1.0 / (rows * cols)
    return out


# mistake: sign
def textbook_indicator(z, y):
    n = len(z)
    k = len(z[0])
    g = np.empty((n, k))
    for i in range(n):
        p = softmax_row(z[i])
        for j in range(k):
            indicator = 1 if y[i] == j else 0
            g[i][j] = (indicator - p[j]) / n
    return g


# mistake: one-hot-missing
def condition_never_true(scores, labels):
    N, C = np.shape(scores)
    grads = np.zeros((N, C))
    for n in range(N):
        p = softmax_row(scores[n])
        for c in range(C):
            grads[n, c] = p[c]
            if c is labels:
                grads[n, c] -= 1
    return grads / N


# mistake: one-hot-in-every-row
def in_instead_of_equal(scores, labels):
    N, C = scores.shape
    grads = np.zeros((N, C))
    for n in range(N):
        p = softmax_row(scores[n])
        for c in range(C):
            grads[n, c] = p[c] - (1 if c in labels else 0)
    return grads / N


# mistake: transposed
def loops_over_classes_first(scores, labels):
    ps = [softmax_row(row) for row in scores]
    n = len(ps)
    return [[(ps[i][j] - (labels[i] == j)) / n for i in range(n)] for j in range(len(ps[0]))]


# mistake: softmax-wrong-axis
def columns_add_up(scores, labels):
    n = len(scores)
    columns = [softmax_row(column) for column in zip(*scores)]
    table = [list(row) for row in zip(*columns)]
    for i, label in enumerate(labels):
        table[i][label] -= 1
    return [[v / n for v in row] for row in table]


# mistake: softmax-twice
def twice_in_a_loop(scores, labels):
    g = []
    for s, t in zip(scores, labels):
        p = softmax_row(softmax_row(s))
        p[t] -= 1
        g.append([v / len(scores) for v in p])
    return np.array(g)


# mistake: overflow
def math_exp(scores, labels):
    n = len(scores)
    grads = []
    for row, label in zip(scores, labels):
        total = sum(exp(s) for s in row)
        grads.append([(exp(s) / total - (j == label)) / n for j, s in enumerate(row)])
    return grads


# mistake: overflow
def one_row_at_a_time(X, y):
    out = np.zeros(X.shape, dtype=np.float64)
    for i in range(X.shape[0]):
        out[i] = np.exp(X[i]) / np.sum(np.exp(X[i]))
        out[i, y[i]] -= 1
    return out / X.shape[0]


# mistake: jacobian-diagonal
def only_i_equals_j(scores, labels):
    n = len(scores)
    result = [[0.0 for _ in row] for row in scores]
    for i in range(n):
        p = softmax_row(scores[i])
        k = labels[i]
        result[i][k] = -(1 - p[k]) / n
    return result


# mistake: jacobian-not-contracted
def jacobian_of_each(scores, labels):
    jacobians = []
    for row in scores:
        p = np.array(softmax_row(row)).reshape(-1, 1)
        jacobians.append(np.diagflat(p) - p @ p.T)
    return np.stack(jacobians)


# mistake: jacobian-not-contracted
def three_loops(scores, labels):
    N, C = scores.shape
    J = np.zeros((N, C, C))
    for n in range(N):
        p = softmax_row(scores[n])
        for i in range(C):
            for j in range(C):
                J[n, i, j] = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
    return J / N


# mistake: labels-off-by-one
def matlab_port(scores, labels):
    N, C = scores.shape
    g = np.zeros((N, C))
    for i in range(N):
        p = softmax_row(scores[i])
        for j in range(1, C + 1):
            g[i, j - 1] = (p[j - 1] - (j == labels[i])) / N
    return g


# mistake: single-sample-only
def returns_too_early(scores, labels):
    N = scores.shape[0]
    grad = np.zeros(scores.shape)
    for i in range(N):
        grad[i] = softmax_row(scores[i])
        grad[i, labels[i]] -= 1
        return grad / N


# mistake: single-sample-only
def first_of_the_batch(scores, labels):
    row = scores[0]
    p = np.array(softmax_row(row))
    p[labels[0]] -= 1.0
    grad = np.zeros(np.shape(scores))
    grad[0] = p
    return grad


# mistake: log-of-softmax
def loss_then_gradient(scores, labels):
    loss, grads, n = 0.0, [], len(scores)
    for row, label in zip(scores, labels):
        p = softmax_row(row)
        loss -= np.log(p[label]) / n
        p[label] -= 1
        grads.append([v / n for v in p])
    return loss, grads


# mistake: mean-loss-sum-gradient
def loss_divided_alone(scores, labels):
    loss = 0.0
    grads = []
    for row, label in zip(scores, labels):
        top = max(row)
        lse = top + log(sum(exp(s - top) for s in row))
        loss += lse - row[label]
        grads.append([exp(s - lse) - (1 if j == label else 0) for j, s in enumerate(row)])
    return loss / len(scores), grads


# mistake: sum-loss-mean-gradient
def gradient_divided_alone(scores, labels):
    loss = 0.0
    n = len(scores)
    d = np.zeros((n, len(scores[0])))
    for i in range(n):
        top = max(scores[i])
        lse = top + np.log(sum(np.exp(s - top) for s in scores[i]))
        loss += lse - scores[i][labels[i]]
        for j, s in enumerate(scores[i]):
            d[i, j] = (np.exp(s - lse) - (j == labels[i])) / n
    return loss, d


# mistake: nondeterministic
def picks_a_class(scores, labels):
    import random

    n = len(scores)
    out = []
    for row, label in zip(scores, labels):
        p = softmax_row(row)
        drawn = label if random.random() < 0.9 else random.randrange(len(row))
        p[drawn] -= 1
        out.append([v / n for v in p])
    return out
