"""How the doctor finds out what a function takes and returns: every shape below holds the same right gradient."""

import dataclasses
import functools
from collections import namedtuple

import numpy as np
import pytest

from snippets.doctor.calling import Refused, entries_of, filler
from snippets.doctor.judge import examine


def shares(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def right(scores, labels):
    return (shares(np.asarray(scores)) - np.eye(len(scores[0]))[labels]) / len(scores)


def right_loss(scores, labels):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels])


# What is taken.


def labels_first(y_true, logits):
    return right(logits, y_true)


def names_that_say_nothing(foo, bar):
    return right(foo, bar)


def names_that_say_nothing_turned(foo, bar):
    return right(bar, foo)


def by_keyword_only(*, logits, targets):
    return right(logits, targets)


def one_hot(logits, targets):
    assert np.shape(targets) == np.shape(logits)
    return (shares(logits) - targets) / len(targets)


def column(logits, labels):
    assert labels.shape == (len(logits), 1)
    return right(logits, labels[:, 0])


def lists(logits, labels):
    assert isinstance(logits, list) and isinstance(logits[0], list) and isinstance(labels, list)
    return right(logits, labels).tolist()


def float32_only(logits, labels):
    assert logits.dtype == np.float32
    return right(logits, labels)


def one_sample(z, label: int):
    return shares(z) - np.eye(len(z))[label]


def sizes_too(logits, labels, N, num_classes):
    return (shares(logits) - np.eye(num_classes)[labels]) / N


def into_a_buffer(logits, labels, out):
    out[...] = right(logits, labels)


def the_course(W, X, y, reg):
    scores = X @ W
    return right_loss(scores, y) + reg * np.sum(W * W), X.T @ right(scores, y) + 2 * reg * W


def one_sample_in_each_column(Z, Y):
    """Z: shape (C, m), one column for each sample."""
    return (shares(Z.T).T - Y) / Z.shape[1]


TAKES = [
    labels_first,
    names_that_say_nothing,
    names_that_say_nothing_turned,
    by_keyword_only,
    one_hot,
    column,
    lists,
    float32_only,
    one_sample,
    sizes_too,
    into_a_buffer,
    the_course,
    one_sample_in_each_column,
    functools.partial(lambda factor, scores, labels: factor * right(scores, labels), 1.0),
]


# What is returned.

Both = namedtuple("Both", "value grad")


@dataclasses.dataclass
class Answer:
    loss: float
    gradient: np.ndarray


def gradient_then_loss(scores, labels):
    return right(scores, labels), right_loss(scores, labels)


def dictionary(scores, labels):
    return {"probs": shares(scores), "dlogits": right(scores, labels), "loss": right_loss(scores, labels)}


def named(scores, labels):
    return Both(right_loss(scores, labels), right(scores, labels))


def data_class(scores, labels):
    return Answer(right_loss(scores, labels), right(scores, labels))


def generator(scores, labels):
    yield from right(scores, labels)


def tuples(scores, labels):
    return tuple(tuple(row) for row in right(scores, labels))


RETURNS = [gradient_then_loss, dictionary, named, data_class, generator, tuples]


# Classes and objects.


class TwoSteps:
    def forward(self, x, t):
        self.x, self.t = x, t
        return right_loss(x, t)

    def backward(self, dout=1):
        return dout * right(self.x, self.t)


class LabelsComeLater:
    def forward(self, x):
        self.x = x
        return shares(x)

    def backward(self, t):
        return right(self.x, t)


class KeepsTheGradient:
    def loss(self, scores, labels):
        self.grad = right(scores, labels)
        return right_loss(scores, labels)


class TakesTheData:
    def __init__(self, scores, labels):
        self.scores, self.labels = scores, labels

    def gradient(self):
        return right(self.scores, self.labels)


class NeedsClasses:
    def __init__(self, num_classes):
        self.hot = np.eye(num_classes)

    def __call__(self, scores, labels):
        return (shares(scores) - self.hot[labels]) / len(labels)


class SoftmaxAlone:
    def forward(self, x):
        self.p = shares(x)
        return self.p

    def backward(self, dout):
        return self.p * (dout - (dout * self.p).sum(axis=1, keepdims=True))


class WithContext:
    @staticmethod
    def forward(ctx, x, t):
        ctx.save_for_backward(x, t)
        return right_loss(x, t)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * right(*ctx.saved_tensors)


CLASSES = [
    TwoSteps,
    TwoSteps(),
    LabelsComeLater,
    KeepsTheGradient,
    TakesTheData,
    NeedsClasses,
    SoftmaxAlone,
    WithContext,
]


@pytest.mark.parametrize("target", [*TAKES, *RETURNS, *CLASSES], ids=lambda t: getattr(t, "__name__", type(t).__name__))
def test_the_right_gradient_is_found_in_every_shape(target):
    diagnosis = examine(target)

    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (right, "called as right(scores=scores, labels=labels), labels as numbers"),
        (labels_first, "called as labels_first(logits=scores, y_true=labels), labels as numbers"),
        (one_hot, "called as one_hot(logits=scores, targets=labels), labels as a one-hot table"),
        (TwoSteps, "called as TwoSteps: forward(scores, labels), then backward(), labels as numbers"),
    ],
)
def test_the_report_says_how_it_was_called(target, words):
    assert examine(target).evidence["called"] == words


@pytest.mark.parametrize(("reduction", "verdict"), [("mean", "correct"), ("sum", "correct")])
def test_a_function_that_lets_one_choose_is_asked_for_what_is_wanted(reduction, verdict):
    def chosen(scores, labels, reduction="none"):
        return right(scores, labels) * (len(labels) if reduction == "sum" else 1)

    def default_sum(scores, labels, reduction="sum"):
        return right(scores, labels) * (len(labels) if reduction == "sum" else 1)

    assert examine(default_sum, reduction=reduction).verdict == verdict
    assert examine(chosen).verdict == "correct"


def test_shares_in_place_of_scores_are_noticed():
    """Who takes shares is right for shares: no mistake is named."""

    def from_shares(probs, labels):
        return (probs - np.eye(probs.shape[1])[labels]) / len(labels)

    def from_scores(scores, labels):
        return (scores - np.eye(scores.shape[1])[labels]) / len(labels)

    assert examine(from_shares).verdict == "cannot-tell"
    assert examine(from_scores).mistakes == ["softmax-missing"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("reg", 0.0), ("N", 4), ("num_classes", 3), ("dout", 1.0), ("label_smoothing", 0.0), ("ignore_index", -100)],
)
def test_what_does_not_change_the_loss_is_filled_in(name, value):
    assert filler(name, 4, 3) == value


def test_what_is_not_known_is_not_filled_in():
    with pytest.raises(Refused, match="no value is known for the parameter zebra"):
        filler("zebra", 4, 3)


def test_what_is_no_function_is_refused():
    with pytest.raises(Refused, match="it is no function but one number of type int"):
        entries_of(7)
