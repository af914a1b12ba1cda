"""The decimal numbers that the pages' sentences show, each computed when the site is built.

A page writes ``{{ number NAME .3f }}``; NAME is a key of ``NUMBERS``, and ``.3f`` says how to print it.
Every number is computed with 30 digits and then rounded to a float, from the running example where it
speaks of that.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from mpmath import exp, log, mpf, workdps

from derivations.notation import EXAMPLE

NUMBERS: dict[str, Callable] = {}


def number(function: Callable) -> Callable:
    """Enter a function into ``NUMBERS`` under its own name; it computes with 30 digits and gives a float."""

    def computed() -> float:
        with workdps(30):
            return float(function())

    computed.__name__, computed.__doc__ = function.__name__, function.__doc__
    NUMBERS[function.__name__] = computed
    return computed


def _first_row() -> list[mpf]:
    return [mpf(score.numerator) / score.denominator for score in EXAMPLE["s"][0]]


@number
def euler():
    """Euler's number e."""
    return exp(1)


@number
def ratio_plain():
    """The example's largest score divided by the next one."""
    second, largest = sorted(_first_row())[-2:]
    return largest / second


@number
def ratio_stretched():
    """The same ratio after the exponential."""
    second, largest = sorted(_first_row())[-2:]
    return exp(largest) / exp(second)


@number
def twice_share_limit():
    """What the largest of three shares tends to when softmax is applied to a perfect row (1, 0, 0)."""
    return exp(1) / (exp(1) + 2 * exp(0))


@number
def twice_loss_limit():
    """The loss at that share: the least that three classes can reach when softmax is applied twice."""
    return log(exp(1) + 2 * exp(0)) - 1


@number
def log_two():
    """The least loss of a wrong prediction."""
    return log(mpf(2))


@number
def log_three():
    """The loss of pure guessing among three classes."""
    return log(mpf(3))


@number
def example_share():
    """The share that the example's first sample gives to its label."""
    weights = [exp(score) for score in _first_row()]
    return weights[EXAMPLE["y"][0]] / sum(weights)


def _overflow(dtype) -> mpf:
    """The score above which the exponential exceeds the largest number of a format."""
    return log(mpf(float(np.finfo(dtype).max)))


@number
def overflow_float16():
    """The score above which the exponential overflows in float16."""
    return _overflow(np.float16)


@number
def overflow_float32():
    """The score above which the exponential overflows in float32."""
    return _overflow(np.float32)


@number
def overflow_float64():
    """The score above which the exponential overflows in float64."""
    return _overflow(np.float64)


def _share_behind(gap: int) -> mpf:
    """The share of the true class whose score lies this far below its only rival's."""
    return 1 / (1 + exp(mpf(gap)))


@number
def claimed_slope():
    """What softmax minus label says at the true class when its score lies 20 below a single rival's."""
    return _share_behind(20) - 1


@number
def epsilon_slope():
    """The slope of minus the logarithm of share plus 1e-7 there: `eq:log-epsilon` of why-divide.md."""
    share = _share_behind(20)
    return share / (share + mpf("1e-7")) * (share - 1)


def _record(name: str) -> dict:
    """What the last full run of ``make mutants`` counted; a test says when it is out of date."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / f"mutants_{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


@number
def statement_mutants():
    """Changed formulas and steps that the last full run judged."""
    return _record("statements")["mutants"]


@number
def statement_survivors():
    """Of these, the ones that were confirmed."""
    return _record("statements")["survived"]


@number
def snippet_mutants():
    """Changed snippets that the last full run tested."""
    return _record("snippets")["mutants"]


@number
def snippet_survivors():
    """Of these, the ones that no test noticed."""
    return _record("snippets")["survived"]
