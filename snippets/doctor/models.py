"""Mistakes as models: each gives what a function with that mistake would return.

A gradient is made in five stages: which labels, which shares, what is subtracted, how the two are joined,
which entries are filled in. At each stage one thing is right, and everything else is a named mistake.
A model picks one way at each stage. Factors, signs and transposes are not tried but read off the answer.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from snippets.doctor.truth import one_hot, softmax


class Impossible(Exception):
    """A function of this model would raise here."""


# The stages. Each table: a name of our own -> (the mistake's identifier, or two of them, the function).

# Which class is taken for the right one. A label of -1 is no class.


def _up_or_raise(labels, C):
    if (labels >= C - 1).any():
        raise Impossible
    return labels + 1


LABELS = {
    "right": (None, lambda y, C: y),
    "next, the last becomes the first": ("labels-off-by-one", lambda y, C: (y + 1) % C),
    "before, the first becomes the last": ("labels-off-by-one", lambda y, C: (y - 1) % C),
    "next, the last has none": ("labels-off-by-one", lambda y, C: np.where(y + 1 < C, y + 1, -1)),
    "before, the first has none": ("labels-off-by-one", lambda y, C: np.where(y > 0, y - 1, -1)),
    "next, the last stays": ("labels-off-by-one", lambda y, C: np.minimum(y + 1, C - 1)),
    "before, the first stays": ("labels-off-by-one", lambda y, C: np.maximum(y - 1, 0)),
    "next, the last raises": ("labels-off-by-one", _up_or_raise),
}


# What is taken for the shares.


def _only_square(scores):
    N, C = scores.shape
    if 1 not in (N, C) and N != C:
        raise Impossible


def _sums_of_other_rows(scores):
    _only_square(scores)
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=1)


def _shifted_sums_of_other_rows(scores):
    _only_square(scores)
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1)


def _maxima_of_other_rows(scores):
    _only_square(scores)
    return softmax(scores - scores.max(axis=1))


def _both_of_other_rows(scores):
    _only_square(scores)
    exponentials = np.exp(scores - scores.max(axis=1))
    return exponentials / exponentials.sum(axis=1)


def _mixed_axes(shift, total):
    def shares(scores):
        exponentials = np.exp(scores - scores.max(axis=shift, keepdims=True))
        return exponentials / exponentials.sum(axis=total, keepdims=True)

    return shares


def _whole(scores):
    return softmax(scores.reshape(1, -1)).reshape(scores.shape)


def _log(shares):
    return np.log(np.maximum(shares, 1e-300))


SHARES = {
    "right": (None, softmax),
    "down the columns": ("softmax-wrong-axis", lambda s: softmax(s, axis=0)),
    "over the whole table": ("softmax-wrong-axis", _whole),
    "twice": ("softmax-twice", lambda s: softmax(softmax(s))),
    "three times": ("softmax-twice", lambda s: softmax(softmax(softmax(s)))),
    "down the columns, twice": ("softmax-wrong-axis softmax-twice", lambda s: softmax(softmax(s, axis=0), axis=0)),
    "over the whole table, twice": ("softmax-wrong-axis softmax-twice", lambda s: _whole(_whole(s))),
    "none": ("softmax-missing", lambda s: s),
    "exponentials": ("not-normalized", np.exp),
    "shifted exponentials": ("not-normalized", lambda s: np.exp(s - s.max(axis=1, keepdims=True))),
    "exponentials over the largest": ("not-normalized", lambda s: np.exp(s - s.max())),
    "logarithms": ("log-softmax-for-softmax", lambda s: _log(softmax(s))),
    "sigmoid": ("sigmoid-for-softmax", lambda s: 1 / (1 + np.exp(-s))),
    "rows' maxima, columns' sums": ("softmax-wrong-axis", _mixed_axes(1, 0)),
    "rows' maxima, the whole sum": ("softmax-wrong-axis", _mixed_axes(1, None)),
    "columns' maxima, the whole sum": ("softmax-wrong-axis", _mixed_axes(0, None)),
    "sums without keepdims": ("keepdims-missing", _sums_of_other_rows),
    "sums without keepdims, shifted": ("keepdims-missing", _shifted_sums_of_other_rows),
    "maxima without keepdims": ("keepdims-missing", _maxima_of_other_rows),
    "both without keepdims": ("keepdims-missing", _both_of_other_rows),
    "columns' maxima taken away": ("shift-wrong-axis", lambda s: softmax(s - s.max(axis=0))),
    "of whole scores": ("integer-dtype", lambda s: softmax(np.trunc(s))),
    "of rounded scores": ("integer-dtype", lambda s: softmax(np.rint(s))),
    "of scores cut down": ("integer-dtype", lambda s: softmax(np.floor(s))),
    "minus the scores": ("scores-negated", lambda s: softmax(-s)),
    "base 2": ("base-2", lambda s: softmax(s * np.log(2))),
    "down the columns, then the rows": ("softmax-wrong-axis softmax-twice", lambda s: softmax(softmax(s, axis=0))),
    "over the whole table, then the rows": ("softmax-wrong-axis softmax-twice", lambda s: softmax(_whole(s))),
    "the rows, then down the columns": ("softmax-wrong-axis softmax-twice", lambda s: softmax(softmax(s), axis=0)),
    "rows' maxima, columns' sums, then the rows": (
        "softmax-wrong-axis softmax-twice",
        lambda s: softmax(_mixed_axes(1, 0)(s)),
    ),
    "rows' maxima, the whole sum, then the rows": (
        "softmax-wrong-axis softmax-twice",
        lambda s: softmax(_mixed_axes(1, None)(s)),
    ),
}


# What is subtracted.


def _smoothed(amount, over):
    def targets(T, y):
        C = T.shape[1]
        if over == "C":
            return (1 - amount) * T + amount / C
        return (1 - amount) * T + amount / max(C - 1, 1) * (1 - T)

    return targets


def _used_columns(T, y):
    return np.broadcast_to(T.max(axis=0), T.shape)


def _whole_rows(T, y):
    N, C = T.shape
    if (y >= N).any():
        raise Impossible
    hit = np.zeros((N, C))
    hit[y] = 1
    return hit


def _flat(T, y):
    hit = np.zeros(T.size)
    hit[y] = 1
    return hit.reshape(T.shape)


def _only_row(k):
    def targets(T, y):
        kept = np.zeros_like(T)
        kept[k] = T[k]
        return kept

    return targets


def _last_label(T, y):
    hit = np.zeros_like(T)
    hit[:, y[-1]] = 1
    return hit


def _first_label(T, y):
    hit = np.zeros_like(T)
    hit[:, y[0]] = 1
    return hit


SUBTRACTED = {
    "right": (None, lambda T, y: T),
    "nothing": ("one-hot-missing", lambda T, y: np.zeros_like(T)),
    "each used class, in every row": ("one-hot-in-every-row", _used_columns),
    "each label, in every row": (
        "one-hot-in-every-row",
        lambda T, y: np.broadcast_to(T.sum(axis=0), T.shape),
    ),
    "the mean of the labels, in every row": (
        "one-hot-in-every-row",
        lambda T, y: np.broadcast_to(T.mean(axis=0), T.shape),
    ),
    "the last label, in every row": ("one-hot-in-every-row", _last_label),
    "the first label, in every row": ("one-hot-in-every-row", _first_label),
    "1 everywhere": ("one-subtracted-everywhere", lambda T, y: np.ones_like(T)),
    "in the first row only": ("single-sample-only", _only_row(0)),
    "in the last row only": ("one-hot-in-one-row", _only_row(-1)),
    "twice": ("one-hot-twice", lambda T, y: 2 * T),
    "the labels as numbers": ("labels-as-numbers", lambda T, y: np.broadcast_to(y[:, None].astype(float), T.shape)),
    "the number of the label, at the label": ("labels-as-numbers", lambda T, y: T * y[:, None]),
    "whole rows": ("one-hot-misplaced", _whole_rows),
    "in the flat table": ("one-hot-misplaced", _flat),
    "added": ("one-hot-added", lambda T, y: -T),
    "all but the label": ("one-hot-inverted", lambda T, y: 1 - T),
    **{
        f"smoothed by {amount}, over C": ("label-smoothing", _smoothed(amount, "C"))
        for amount in (0.1, 0.05, 0.2, 0.01)
    },
    **{
        f"smoothed by {amount}, over C - 1": ("smoothing-over-c-minus-1", _smoothed(amount, "C - 1"))
        for amount in (0.1, 0.05, 0.2, 0.01)
    },
}


# How shares and targets are joined. s: the scores, P: the shares, T: the targets.


def _through_jacobian(P, upstream):
    return P * (upstream - (P * upstream).sum(axis=1, keepdims=True))


def _tiny(P):
    return np.maximum(P, 1e-300)


def _loss_of_softmax_twice(s, P, T, N, C):
    return _through_jacobian(P, softmax(P) - T)


def _loss_down_the_columns(s, P, T, N, C):
    return softmax(s, axis=0) * T.sum(axis=0) - T


def _loss_over_the_whole(s, P, T, N, C):
    return N * _whole(s) - T


def _with_epsilon(epsilon):
    def joined(s, P, T, N, C):
        return (P - T) * ((T * P).sum(axis=1) / ((T * P).sum(axis=1) + epsilon))[:, None]

    return joined


def _epsilon_on_the_way(epsilon):
    def joined(s, P, T, N, C):
        return _through_jacobian(P, -T / (P + epsilon))

    return joined


def _assigned(s, P, T, N, C):
    return np.where(T != 0, -T, P)


def _at_label_only(s, P, T, N, C):
    return T * (P - 1)


EPSILONS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)
JOINED = {
    "right": (None, lambda s, P, T, N, C: P - T),
    "times p(1 - p)": ("jacobian-diagonal", lambda s, P, T, N, C: (P - T) * P * (1 - P)),
    "only at the label": ("jacobian-diagonal", _at_label_only),
    "p(1 - p) alone": ("jacobian-diagonal", lambda s, P, T, N, C: P * (1 - P)),
    "p(1 - p) at the label": ("jacobian-diagonal", lambda s, P, T, N, C: -T * P * (1 - P)),
    "(1 - p) p, less the label's": ("jacobian-diagonal", lambda s, P, T, N, C: P * (1 - P) - T),
    "in the shares": ("gradient-in-the-shares", lambda s, P, T, N, C: -T / _tiny(P)),
    "in the shares, both kinds": (
        "gradient-in-the-shares",
        lambda s, P, T, N, C: (P - T) / _tiny(P * (1 - P)),
    ),
    "through the Jacobian once more": (
        "jacobian-twice",
        lambda s, P, T, N, C: _through_jacobian(P, P - T),
    ),
    "no logarithm": ("log-missing", lambda s, P, T, N, C: _through_jacobian(P, -T)),
    "assigned, not subtracted": ("one-hot-assigned", _assigned),
    "softmax twice, differentiated": ("softmax-twice", _loss_of_softmax_twice),
    "columns, differentiated": ("softmax-wrong-axis", _loss_down_the_columns),
    "whole table, differentiated": ("softmax-wrong-axis", _loss_over_the_whole),
    "divided before the one-hot": ("divided-before-subtracting", lambda s, P, T, N, C: P - N * T),
    "only the one-hot divided": ("only-the-one-hot-divided", lambda s, P, T, N, C: N * P - T),
    "less its own mean": ("mean-subtracted", lambda s, P, T, N, C: (P - T) - (P - T).mean(axis=0)),
    "absolute": ("sign-lost", lambda s, P, T, N, C: np.abs(P - T)),
    "squared": ("squared", lambda s, P, T, N, C: (P - T) ** 2),
    **{f"log(p + {e:g})": ("epsilon-in-log", _with_epsilon(e)) for e in EPSILONS},
    **{f"1 / (p + {e:g})": ("epsilon-in-log", _epsilon_on_the_way(e)) for e in EPSILONS},
}


# Which entries are filled in.


def _rows(kept):
    def filled(G):
        result = np.zeros_like(G)
        result[kept] = G[kept]
        return result

    return filled


def _columns(kept):
    def filled(G):
        result = np.zeros_like(G)
        result[:, kept] = G[:, kept]
        return result

    return filled


def _first_row_everywhere(G):
    return np.broadcast_to(G[:1], G.shape)


def _divided_each_time(G):
    N = len(G)
    return G * (1.0 / N) ** np.arange(N - 1, -1, -1)[:, None]


FILLED = {
    "right": (None, lambda G: G),
    "the first row": ("single-sample-only", _rows(slice(0, 1))),
    "the first row, everywhere": ("single-sample-only", _first_row_everywhere),
    "the last row": ("single-sample-only", _rows(slice(-1, None))),
    "all but the last row": ("loop-too-short", _rows(slice(0, -1))),
    "all but the first row": ("loop-too-short", _rows(slice(1, None))),
    "all but the last class": ("loop-too-short", _columns(slice(0, -1))),
    "all but the first class": ("loop-too-short", _columns(slice(1, None))),
    "rows added up": ("rows-added-up", lambda G: np.cumsum(G, axis=0)),
    "divided once more in each turn": ("divided-in-the-loop", _divided_each_time),
    "the mean, in every row": ("rows-averaged", lambda G: np.broadcast_to(G.mean(axis=0), G.shape)),
}

STAGES = (LABELS, SHARES, SUBTRACTED, JOINED, FILLED)


class Model(NamedTuple):
    """One way at each of the five stages, by name."""

    labels: str = "right"
    shares: str = "right"
    subtracted: str = "right"
    joined: str = "right"
    filled: str = "right"

    def mistakes(self):
        """Return the identifiers of what is not right, in the order of the stages, each once."""
        named = [(stage[name][0] or "").split() for stage, name in zip(STAGES, self, strict=True)]
        return list(dict.fromkeys(name for names in named for name in names))

    def size(self):
        """Return how many stages are not right."""
        return sum(name != "right" for name in self)

    def gradient(self, batch):
        """Return what a function with these mistakes gives for the sum of the losses, shape (N, C).

        Raises Impossible where such a function would raise.
        """
        key = self
        if key not in batch.memory:
            try:
                batch.memory[key] = self._gradient(batch)
            except Impossible:
                batch.memory[key] = None
        if batch.memory[key] is None:
            raise Impossible
        return batch.memory[key]

    def _gradient(self, batch):
        C, s = batch.C, batch.scores
        y = self.looked_up(batch)
        T = one_hot(y, C)
        if batch.smoothing:
            T = (1 - batch.smoothing) * T + batch.smoothing / C
        T = SUBTRACTED[self.subtracted][1](T, y)
        P = self.shares_of(batch)
        G = JOINED[self.joined][1](s, P, T, batch.N, C)
        return FILLED[self.filled][1](G * batch.counts()[:, None])

    def looked_up(self, batch):
        """Return the class that is taken for the right one, shape (N,)."""
        return LABELS[self.labels][1](batch.labels, batch.C)

    def shares_of(self, batch):
        """Return what is taken for the shares, shape (N, C)."""
        key = "shares", self.shares
        if key not in batch.memory:
            try:
                batch.memory[key] = SHARES[self.shares][1](batch.scores)
            except Impossible:
                batch.memory[key] = None
        if batch.memory[key] is None:
            raise Impossible
        return batch.memory[key]


RIGHT = Model()


def models(size):
    """Return every model with that many stages that are not right."""
    found = []
    for chosen in combinations(range(len(STAGES)), size):
        partial = [{}]
        for k in chosen:
            names = [name for name in STAGES[k] if name != "right"]
            partial = [{**picked, Model._fields[k]: name} for picked in partial for name in names]
        found += [Model(**picked) for picked in partial]
    return found


# Factors: what the answer is, divided by the right one. Read off the answers, the first that fits all is taken.
# Those of the mean loss; for the sum the roles of N change.
FACTORS = {
    "1": lambda N, C, K: 1.0,
    "N": lambda N, C, K: N,
    "1/N": lambda N, C, K: 1 / N,
    "N/C": lambda N, C, K: N / C,
    "1/C": lambda N, C, K: 1 / C,
    "1/(N*C)": lambda N, C, K: 1 / (N * C),
    "2": lambda N, C, K: 2.0,
    "1/2": lambda N, C, K: 0.5,
    "2*N": lambda N, C, K: 2.0 * N,
    "N/2": lambda N, C, K: N / 2,
    "C": lambda N, C, K: C,
    "N*C": lambda N, C, K: N * C,
    "N*N": lambda N, C, K: N * N,
    "1/(N*N)": lambda N, C, K: 1 / (N * N),
    "C/N": lambda N, C, K: C / N,
    "N/(N-1)": lambda N, C, K: N / (N - 1) if N > 1 else np.inf,
    "N/(N+1)": lambda N, C, K: N / (N + 1),
    "N/(C-1)": lambda N, C, K: N / (C - 1) if C > 1 else np.inf,
    "N/K": lambda N, C, K: N / K,
    "1/K": lambda N, C, K: 1 / K,
    "2/C": lambda N, C, K: 2 / C,
    "2/N": lambda N, C, K: 2 / N,
    "2*N/C": lambda N, C, K: 2 * N / C,
    "1/(2*N)": lambda N, C, K: 0.5 / N,
    "1/sqrt(N)": lambda N, C, K: N**-0.5,
    "sqrt(N)": lambda N, C, K: N**0.5,
    "1/(C*C)": lambda N, C, K: 1 / (C * C),
    "N/(C*C)": lambda N, C, K: N / (C * C),
}


def factor_of(batch, name):
    """Return that factor for this batch. K is the number of different labels."""
    return float(FACTORS[name](batch.N, batch.C, len(np.unique(batch.labels))))


def factor_mistakes(name, reduction):
    """Return the mistakes that such a factor is, for a function that should give the mean's or the sum's gradient.

    >>> factor_mistakes("N", "mean"), factor_mistakes("1/(N*C)", "mean"), factor_mistakes("1/N", "sum")
    (['not-divided-by-n'], ['divided-twice', 'divided-by-c'], ['divided-by-n'])
    """
    return list(_NAMED[reduction].get(name, ["wrong-factor"]))


_NAMED = {
    "mean": {
        "1": [],
        "N": ["not-divided-by-n"],
        "1/N": ["divided-twice"],
        "N/C": ["divided-by-c"],
        "1/C": ["divided-by-n-times-c"],
        "1/(N*C)": ["divided-twice", "divided-by-c"],
        "1/(C*C)": ["divided-by-n-times-c", "divided-by-c"],
        "N*C": ["not-divided-by-n", "wrong-factor"],
        "N*N": ["not-divided-by-n", "wrong-factor"],
        "2*N": ["not-divided-by-n", "wrong-factor"],
        "1/(N*N)": ["divided-twice", "wrong-factor"],
        "2/N": ["divided-twice", "wrong-factor"],
        "1/(2*N)": ["divided-twice", "wrong-factor"],
        "2/C": ["divided-by-n-times-c", "wrong-factor"],
        "2*N/C": ["divided-by-c", "wrong-factor"],
        "N/(C*C)": ["divided-by-c", "wrong-factor"],
        "N/2": ["not-divided-by-n", "wrong-factor"],
    },
    "sum": {
        "1": [],
        "1/N": ["divided-by-n"],
        "1/C": ["divided-by-c"],
        "1/(N*C)": ["divided-by-n-times-c"],
        "1/(N*N)": ["divided-by-n", "divided-twice"],
    },
}
