"""Right in mathematics and wrong in numbers, or in what it does to the caller's arrays."""

import numpy as np

rng = np.random.default_rng()


def stable(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# mistake: overflow
def no_shift(scores, labels):
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    probs[range(len(labels)), labels] -= 1
    return probs / len(labels)


# mistake: overflow
def shifted_by_the_mean(z, y):
    z = z - z.mean(axis=1, keepdims=True)
    a = np.exp(z)
    a = a / a.sum(axis=1, keepdims=True)
    return (a - np.eye(z.shape[1])[y]) / z.shape[0]


# mistake: overflow
def log_of_sum_of_exp(logits, labels):
    log_z = np.log(np.exp(logits).sum(axis=1, keepdims=True))
    g = np.exp(logits - log_z)
    g[np.arange(len(g)), labels] -= 1
    return g / len(g)


# mistake: overflow
def quiet_overflow(scores, labels):
    with np.errstate(all="ignore"):
        e = np.exp(scores.astype(np.float32))
        p = e / e.sum(axis=-1, keepdims=True)
        p[np.arange(len(p)), labels] -= 1
        return p / len(p)


# mistake: global-shift
def largest_of_all(scores, labels):
    exps = np.exp(scores - np.max(scores))
    p = exps / exps.sum(axis=1, keepdims=True)
    p[np.arange(scores.shape[0]), labels] -= 1
    return p / scores.shape[0]


# mistake: global-shift
def one_constant(x, t):
    c = x.max()  # prevent overflow
    y = np.exp(x - c) / np.exp(x - c).sum(axis=1).reshape(-1, 1)
    return (y - np.eye(x.shape[1])[t]) / len(t)


# mistake: global-shift
def flat_maximum(logits, target):
    shift = max(logits.ravel())
    e = np.exp(np.subtract(logits, shift))
    e /= np.add.reduce(e, axis=1)[:, np.newaxis]
    e[np.arange(len(e)), target] -= 1.0
    e *= 1.0 / len(e)
    return e


# mistake: log-of-softmax
def log_p(scores, labels):
    N = len(labels)
    p = stable(scores)
    loss = -np.mean(np.log(p[np.arange(N), labels]))
    p[np.arange(N), labels] -= 1
    return loss, p / N


# mistake: log-of-softmax
def chain_rule_through_p(scores, labels):
    N = scores.shape[0]
    p = stable(scores)
    dp = np.zeros(p.shape)
    dp[np.arange(N), labels] = -1.0 / (N * p[np.arange(N), labels])
    return p * (dp - np.sum(dp * p, axis=1, keepdims=True))


# mistake: log-of-softmax
def one_hot_times_log(scores, onehot):
    q = stable(scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = -(onehot * np.log(q)).sum() / len(q)
    return loss, (q - onehot) / len(q)


# mistake: epsilon-in-log
def delta_in_log(y, t):
    p = stable(y)
    delta = 1e-7
    loss = -np.sum(np.log(p[np.arange(len(t)), t] + delta)) / len(t)
    grad = p.copy()
    grad[np.arange(len(t)), t] -= 1
    return loss, grad / len(t)


# mistake: epsilon-in-log
def clipped(logits, onehot, eps=1e-12):
    p = np.clip(stable(logits), eps, 1 - eps)
    loss = -np.sum(onehot * np.log(p)) / p.shape[0]
    return loss, (stable(logits) - onehot) / p.shape[0]


# mistake: epsilon-in-log
def divides_by_p_plus_eps(scores, labels):
    N = len(scores)
    p = stable(scores)
    dp = np.zeros_like(p)
    dp[np.arange(N), labels] = -1 / (p[np.arange(N), labels] + 1e-8) / N
    return p * (dp - (dp * p).sum(axis=1, keepdims=True))


# mistake: epsilon-in-log
def only_the_loss(scores, labels):
    p = stable(scores)[np.arange(len(scores)), labels]
    return -np.log(np.maximum(p, 1e-15)).mean()


# mistake: mutates-input
def takes_the_maximum_away(scores, labels):
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


# mistake: mutates-input
def everything_in_place(x, t):
    np.subtract(x, x.max(axis=1, keepdims=True), out=x)
    np.exp(x, out=x)
    x /= x.sum(axis=1, keepdims=True)
    x[np.arange(len(t)), t] -= 1
    x /= len(t)
    return x


# mistake: mutates-input
def an_alias_is_no_copy(logits, labels):
    g = logits
    g[:] = stable(logits)
    g[np.arange(len(labels)), labels] -= 1
    return g / len(labels)


# mistake: mutates-input
def sorts_the_labels(logits, labels):
    g = stable(logits)
    g[np.arange(len(labels)), labels] -= 1
    labels.sort()
    return g / len(labels)


# mistake: integer-dtype
def like_the_scores(scores, labels):
    grad = np.zeros_like(scores)
    p = stable(scores)
    grad[...] = p
    grad[np.arange(len(labels)), labels] = p[np.arange(len(labels)), labels] - 1
    return grad / len(labels)


# mistake: integer-dtype
def typed_table(scores, labels):
    N, C = scores.shape
    out = np.zeros((N, C), dtype=int)
    p = stable(scores)
    for i in range(N):
        for j in range(C):
            out[i, j] = (p[i, j] - (labels[i] == j)) / N
    return out


# mistake: integer-dtype
def keeps_the_type(scores, labels):
    scores = np.asarray(scores)
    p = stable(scores)
    p[np.arange(len(p)), labels] -= 1
    return (p / len(p)).astype(scores.dtype)


# mistake: float16-accumulation
def half(scores, labels):
    x = scores.astype(np.float16)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


# mistake: float16-accumulation
def half_inside(scores, labels):
    """Computed in half precision to save memory, returned as given."""
    dtype = scores.dtype
    p = stable(scores).astype("float16")
    p[np.arange(len(p)), labels] -= np.float16(1)
    p = p / np.float16(len(p))
    return p.astype(dtype)


# mistake: float16-accumulation
def half_sums(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    sums = e.astype(np.float16).sum(axis=1, keepdims=True, dtype=np.float16)
    p = e / sums.astype(e.dtype)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


# mistake: matrix-result
def matrix_of_sums(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    sums = np.matrix(e.sum(axis=1)).T
    D = e / sums
    D[range(len(labels)), labels] -= 1
    return D / len(labels)


# mistake: matrix-result
def asmatrix(scores, labels):
    X = np.asmatrix(scores)
    E = np.exp(X - X.max(1))
    P = E / E.sum(1)
    P[np.arange(len(labels)), labels] -= 1
    return P / len(labels)


# mistake: matrix-result
def matrix_at_the_end(scores, labels):
    p = stable(scores)
    p[np.arange(len(p)), labels] -= 1
    return np.matrix(p) * (1.0 / len(p))


# mistake: nondeterministic
def with_noise(scores, labels):
    p = stable(scores + rng.normal(scale=0.01, size=scores.shape))
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


# mistake: nondeterministic
def with_dropout(scores, labels, rate=0.5):
    p = stable(scores)
    p[np.arange(len(p)), labels] -= 1
    keep = np.random.rand(*p.shape) >= rate
    return p * keep / (1 - rate) / len(p)


def accumulate(total=[]):
    def add(x):
        total.append(x)
        return np.sum([t for t in total if np.shape(t) == np.shape(x)], axis=0)

    return add


grads = accumulate()


# mistake: nondeterministic
def never_zeroed(scores, labels):
    p = stable(scores)
    p[np.arange(len(p)), labels] -= 1
    return grads(p / len(p))


# mistake: single-sample-only
def vector_only(z, y):
    p = np.exp(z - np.max(z))
    p /= p.sum()
    p[y] -= 1
    return p


# mistake: single-sample-only
def label_as_a_number(logits, label):
    k = int(label)
    p = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    p[..., k] -= 1
    return p
