"""As one meets them in forums: other languages, odd names, code that was passed on; with one mistake each."""

import numpy as np


# mistake: sign
def gradiente(pontuacoes, rotulos):
    """Gradiente da entropia cruzada com softmax. O sinal está certo?"""
    e = np.exp(pontuacoes - pontuacoes.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    um_de_k = np.zeros(probs.shape)
    um_de_k[np.arange(len(rotulos)), rotulos] = 1
    return (um_de_k - probs) / len(rotulos)


# mistake: not-divided-by-n
def ableitung(z, t):
    """Ableitung der Kreuzentropie nach den Eingaben. t: One-Hot-Vektoren."""
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z)
    p /= p.sum(axis=1, keepdims=True)
    return p - t


# mistake: divided-twice
def 逆伝播(x, t):
    """ソフトマックスと交差エントロピー誤差の勾配"""
    c = np.max(x, axis=1, keepdims=True)
    y = np.exp(x - c) / np.sum(np.exp(x - c), axis=1, keepdims=True)
    batch_size = x.shape[0]
    dx = (y - np.eye(x.shape[1])[t]) / batch_size
    return dx / batch_size


# mistake: one-hot-in-every-row
def градиент(оценки, метки):
    """Градиент функции потерь по оценкам."""
    e = np.exp(оценки - оценки.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[:, метки] -= 1
    return p / len(p)


# mistake: softmax-wrong-axis
def 梯度(scores, labels):
    """交叉熵对输入的梯度"""
    e = np.exp(scores - scores.max(axis=0))
    p = e / e.sum(axis=0)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


# mistake: overflow
def D(S, y):
    E = np.exp(S)
    P = (E.T / E.sum(1)).T
    P[range(len(y)), y] -= 1
    return P / len(y)


# mistake: integer-dtype
def why_is_everything_zero(scores, labels):
    N, C = scores.shape
    grad = np.array([[0] * C] * N)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    for i in range(N):
        for j in range(C):
            grad[i, j] = (e[i, j] / e[i].sum() - (1 if labels[i] == j else 0)) / N
    return grad


# mistake: global-shift
def stable_softmax_they_said(X, y):
    exps = np.exp(X - np.amax(X))
    grad = exps / np.sum(exps, axis=1, keepdims=True)
    m = y.shape[0]
    grad[range(m), y] -= 1
    grad = grad / m
    return grad


# mistake: labels-off-by-one
def my_classes_start_at_1(scores, y):
    n, c = scores.shape
    T = np.eye(c + 1)[y][:, 1:]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - T) / n


# mistake: jacobian-not-contracted
def softmax_prime(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return np.array([np.diag(si) - np.outer(si, si) for si in s])


# mistake: epsilon-in-log
def avoid_nan(scores, y):
    m = y.shape[0]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    log_likelihood = -np.log(p[range(m), y] + np.finfo(float).eps)
    loss = np.sum(log_likelihood) / m
    p[range(m), y] -= 1
    return loss, p / m


# mistake: divided-by-n-times-c
def why_is_it_smaller_than_autograd(out, tgt):
    e = np.exp(out - out.max(1, keepdims=True))
    grad = e / e.sum(1, keepdims=True)
    grad[np.arange(tgt.shape[0]), tgt] -= 1
    return grad / out.size


# mistake: one-hot-missing
def compiles_without_error(scores, labels):
    exp = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = exp / np.sum(exp, axis=1, keepdims=True)
    targets = np.zeros(probs.shape)
    targets[np.arange(len(labels)), labels] == 1
    probs -= targets
    return probs / scores.shape[0]


# mistake: mutates-input
def my_loss_explodes_the_second_time(f, y):
    f -= np.max(f, axis=1).reshape(-1, 1)
    p = np.exp(f) / np.sum(np.exp(f), axis=1).reshape(-1, 1)
    p[range(y.shape[0]), y] -= 1
    return p / y.shape[0]


# mistake: nondeterministic
def subsampled(logits, labels):
    """Only some of the batch, to be faster."""
    rows = np.random.choice(len(labels), size=max(1, len(labels) // 2), replace=False)
    e = np.exp(logits - logits.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    g = np.zeros(p.shape)
    g[rows] = p[rows]
    return g / len(rows)
