"""How wrong a difference quotient is, step by step and format by format.

The function is the mean loss of the running example, computed in the format from end to end.
Its gradient is known exactly, so the error is known too.
"""

from typing import NamedTuple

import numpy as np

from snippets.gradient_check import best_step, complex_step_gradient, numerical_gradient
from snippets.score_gradient.stable import score_gradient

SCORES = np.array([[0.1, 5, -0.3], [2, 1, -1]])
LABELS = np.array([0, 0])
FORMATS = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
# Four for each power of ten, down to where float64 loses the step.
STEPS = [10 ** (-power / 4) for power in range(65)]


# --8<-- [start:example_loss]
def example_loss(scores):
    """Return the mean loss, in the format of the scores."""
    s = scores - scores.real.max(axis=1, keepdims=True)
    totals = np.exp(s).sum(axis=1)
    losses = np.log(totals) - s[np.arange(len(s)), LABELS]
    return losses.sum() / scores.real.dtype.type(len(s))
    # --8<-- [end:example_loss]


def one_sided_gradient(f, x, h):
    """Return the gradient by differences to the right alone.

    >>> one_sided_gradient(lambda x: (x**2).sum(), np.array([1.0, 2.0]), 0.5)
    array([2.5, 4.5])
    """
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += h
        gradient[index] = (float(f(moved)) - float(f(x))) / (float(moved[index]) - float(x[index]))
    return gradient


METHODS = {"central": numerical_gradient, "one-sided": one_sided_gradient}


def error(gradient):
    """Return the largest error of a gradient of the example, as a share of the largest slope."""
    true = score_gradient(SCORES, LABELS)
    return float(abs(gradient - true).max() / abs(true).max())


def error_at(name, step, method="central"):
    """Return the error in this format at this step; None if it is lost in the rounding of the largest score.

    >>> 1e-11 < error_at("float64", 1e-5) < 1e-9, error_at("float32", 1e-9) is None
    (True, True)
    """
    x = SCORES.astype(FORMATS[name])
    if step <= np.spacing(x.max()) / 2:
        return None
    return error(METHODS[method](example_loss, x, x.dtype.type(step)))


def curve(name, method="central"):
    """Return steps and their errors in this format, as far as the steps are not lost."""
    errors = [(step, error_at(name, step, method)) for step in STEPS]
    return [(step, value) for step, value in errors if value is not None]


def complex_step_error():
    """Return the error of the complex step: it has no step to choose."""
    return error(complex_step_gradient(example_loss, SCORES))


class Best(NamedTuple):
    """What is best in a format, and what the derivation says is best."""

    name: str
    eps: float
    """The distance from 1 to the next number."""
    derived: float
    """The step that the derivation recommends."""
    error_there: float
    step: float
    """The best of `STEPS`."""
    error: float


def best(name):
    """Return the best central step in this format.

    >>> found = best("float32")
    >>> 0.1 < found.step / found.derived < 10
    True
    """
    step, least = min(curve(name), key=lambda point: point[1])
    dtype = FORMATS[name]
    derived = best_step(dtype)
    return Best(name, float(np.finfo(dtype).eps), derived, error_at(name, derived), step, least)
