"""The gradient doctor: hand it your gradient of the softmax loss, and it says what is wrong with it.

>>> import numpy as np
>>> def gradient(scores, labels):
...     exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
...     shares = exp_scores / exp_scores.sum(axis=1, keepdims=True)
...     shares[np.arange(len(labels)), labels] -= 1
...     return shares
>>> diagnose(gradient).mistakes
['not-divided-by-n']
>>> diagnose(gradient, reduction="sum").verdict
'correct'
"""

from snippets.doctor.isolation import examine_apart, examine_source
from snippets.doctor.report import Diagnosis
from snippets.doctor.words import MISTAKES, Mistake

__all__ = ["MISTAKES", "Diagnosis", "Mistake", "assert_correct_gradient", "diagnose", "diagnose_source"]


def diagnose(function, *, reduction="mean", seconds=None, fix=True, **options):
    """Return the Diagnosis of a function, of a class with forward and backward, or of an object of such a class.

    reduction: "mean" or "sum", which loss the gradient should be of.
    seconds: the time limit; None is 10, or 60 where PyTorch, JAX, Keras or TensorFlow is loaded. fix: whether a repair is looked for, if Python can find the source.
    options: ignore_index, label_smoothing: what the function does by itself.
    The function runs in a process of its own where that is safe, else here.
    Raises ValueError for an unknown reduction, TypeError for an unknown option.
    """
    _check(reduction, options)
    return examine_apart(function, seconds, fix, {"reduction": reduction, **options})


def diagnose_source(text, name=None, *, reduction="mean", fix=True, **options):
    """Return the Diagnosis of a function in this Python text, run here, with no time limit.

    name: the function or class; None takes the one that looks most like a gradient.
    Raises ValueError for an unknown reduction, TypeError for an unknown option.
    """
    _check(reduction, options)
    return examine_source(text, name, fix, {"reduction": reduction, **options})


def assert_correct_gradient(function, **options):
    """Raise AssertionError with the whole report unless the doctor calls the function correct. For pytest.

    options: those of `diagnose`.
    """
    diagnosis = diagnose(function, **options)
    if not diagnosis.correct:
        raise AssertionError("\n" + str(diagnosis))


def _check(reduction, options):
    if reduction not in ("mean", "sum"):
        raise ValueError(f'reduction must be "mean" or "sum", got {reduction!r}')
    unknown = set(options) - {"ignore_index", "label_smoothing"}
    if unknown:
        raise TypeError(f"unknown option {min(unknown)}: known are ignore_index and label_smoothing")
