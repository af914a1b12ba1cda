"""The decimal numbers that the pages' sentences show, each computed when the site is built.

A page writes ``{{ number NAME .3f }}``; NAME is a key of ``NUMBERS``, and ``.3f`` says how to print it.
Every number is computed with 30 digits and then rounded to a float, from the running example where it
speaks of that.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from mpmath import exp, log, mpf, sqrt, workdps

from derivations.notation import EXAMPLE
from snippets.step_sizes import error_at

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


def _in_a_million(share: float) -> float:
    """A share as parts in a million, with two digits: the rest differs from machine to machine."""
    return float(f"{1e6 * share:.2g}")


@number
def float32_good_step():
    """The error of a gradient check of the example in float32 with a step of 1e-2, in parts in a million."""
    return _in_a_million(error_at("float32", 1e-2))


@number
def float32_small_step():
    """The same with the step of 1e-5 that suits float64."""
    return _in_a_million(error_at("float32", 1e-5))


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


# train.md


@number
def log_ten():
    """The loss of pure guessing among ten classes."""
    return log(mpf(10))


@number
def log_thousand():
    """The same among a thousand."""
    return log(mpf(1000))


@number
def log_vocabulary():
    """The same among the 50,257 tokens of GPT-2."""
    return log(mpf(50257))


@number
def twice_loss_ten():
    """The least loss that ten classes can reach when softmax is applied twice."""
    return log(exp(1) + 9 * exp(0)) - 1


@number
def keras_epsilon():
    """The least share that Keras lets into its logarithm."""
    return mpf("1e-7")


@number
def keras_ceiling():
    """Minus the logarithm of that."""
    return -log(mpf("1e-7"))


@number
def float32_ceiling():
    """Minus the logarithm of the smallest normal float32."""
    return -log(mpf(float(np.finfo(np.float32).smallest_normal)))


def _training() -> dict:
    """What the recorded training runs came to; a test runs them again."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "training.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _digits() -> tuple[int, int]:
    """How many held-out digits are read right, and how many there are."""
    digits = _training()["digits"]
    return digits["curve"]["held_right"][-1], digits["held_out"]


@number
def digits_held_right():
    """Held-out digits that are read right."""
    return _digits()[0]


@number
def digits_held():
    """Held-out digits."""
    return _digits()[1]


@number
def digits_held_percent():
    """The one in percent of the other."""
    right, all_of_them = _digits()
    return mpf(100) * right / all_of_them


@number
def digits_one_image():
    """What one held-out digit is in percent."""
    return mpf(100) / _digits()[1]


@number
def digits_scatter():
    """The standard deviation, in percent, of the share of right answers among so many independent ones."""
    right, all_of_them = _digits()
    share = mpf(right) / all_of_them
    return 100 * sqrt(share * (1 - share) / all_of_them)


@number
def digits_worst_seed():
    """The lowest percentage of held-out digits that are read right, over the recorded seeds."""
    return mpf(100) * min(_training()["seeds"]["sgd"]) / _digits()[1]


@number
def digits_best_seed():
    """The highest."""
    return mpf(100) * max(_training()["seeds"]["sgd"]) / _digits()[1]


@number
def digits_epochs():
    """How often that run sees each digit."""
    return _training()["digits"]["settings"]["epochs"]


@number
def digits_batch():
    """The size of its batches."""
    return _training()["digits"]["settings"]["batch"]


@number
def digits_first_loss():
    """Its loss before the first step."""
    return _training()["digits"]["curve"]["loss"][0]


def _spiral(model: str) -> mpf:
    """The percentage of the points on the spiral that a model gets right, of those that it learns from."""
    run = _training()["spiral"][model]
    return mpf(100) * run["right"] / run["learnt_from"]


@number
def spiral_linear_percent():
    """Without a hidden layer."""
    return _spiral("linear")


@number
def spiral_network_percent():
    """With one."""
    return _spiral("network")


@number
def spiral_hidden():
    """Its hidden units."""
    return _training()["spiral"]["network"]["settings"]["hidden"]


# two-classes.md


@number
def sigmoid_of_one():
    """The largest share that a sigmoid makes of a share."""
    return 1 / (1 + exp(mpf(-1)))


# streaming.md


def _merged() -> tuple[list[mpf], list[mpf]]:
    """The largest score and the shifted sum of each of two chunks: the second and the first row of the example."""
    chunks = [[mpf(score.numerator) / score.denominator for score in row] for row in reversed(EXAMPLE["s"])]
    largest = [max(chunk) for chunk in chunks]
    return largest, [sum(exp(score - top) for score in chunk) for chunk, top in zip(chunks, largest, strict=True)]


def _moved() -> tuple[mpf, mpf]:
    """Both sums in the unit of the larger score."""
    largest, sums = _merged()
    one, other = (total * exp(top - max(largest)) for top, total in zip(largest, sums, strict=True))
    return one, other


@number
def merge_first_sum():
    """The first chunk's sum of exponentials, shifted by its own largest score."""
    return _merged()[1][0]


@number
def merge_second_sum():
    """The second chunk's."""
    return _merged()[1][1]


@number
def merge_first_moved():
    """The first one's, shifted by the largest score of both."""
    return _moved()[0]


@number
def merge_together():
    """Both sums in that unit."""
    return sum(_moved())


@number
def merge_log_sum_exp():
    """The log-sum-exp of both chunks: `eq:lse-merge` of streaming.md."""
    return max(_merged()[0]) + log(sum(_moved()))
