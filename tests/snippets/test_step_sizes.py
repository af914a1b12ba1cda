"""The error of a difference quotient falls, reaches its least where the derivation says, and rises."""

import doctest

import numpy as np
import pytest

from snippets import step_sizes as module
from snippets.cross_entropy import cross_entropy
from snippets.step_sizes import (
    FORMATS,
    LABELS,
    METHODS,
    SCORES,
    STEPS,
    best,
    complex_step_error,
    curve,
    error,
    error_at,
    example_loss,
    one_sided_gradient,
)

each_format = pytest.mark.parametrize("name", FORMATS)


@each_format
def test_the_loss_is_computed_in_its_format(name):
    """From end to end, and it is the loss."""
    scores = SCORES.astype(FORMATS[name])
    value = example_loss(scores)

    assert value.dtype == FORMATS[name]
    assert value == pytest.approx(cross_entropy(SCORES, LABELS), rel=4 * float(np.finfo(FORMATS[name]).eps))


def test_each_row_of_the_loss_has_its_own_largest_score():
    """A row of 2000 and 0, and a row of 0 and 0."""
    assert example_loss(np.array([[0.0, 2000.0], [0.0, 0.0]])) == 1000 + np.log(2) / 2


@each_format
@pytest.mark.parametrize("method", METHODS)
def test_a_curve_goes_as_far_as_the_format_can_tell_the_step(name, method):
    """Below the rounding of the largest score there is no quotient. Every point is a number."""
    points = curve(name, method)
    steps = [step for step, _ in points]
    rounding = np.spacing(FORMATS[name](5)) / 2

    assert steps == [step for step in STEPS if step > rounding]
    assert all(np.isfinite(value) and value >= 0 for _, value in points)


@each_format
def test_the_best_step_is_where_the_derivation_says(name):
    """Within a factor of ten. The error there is within a factor of ten of the least."""
    found = best(name)

    assert found.name == name
    assert found.eps == np.finfo(FORMATS[name]).eps
    assert found.derived == pytest.approx((3 * found.eps) ** (1 / 3), rel=1e-3)
    assert 0.1 < found.step / found.derived < 10
    assert found.error == min(value for _, value in curve(name)) == error_at(name, found.step)
    assert found.error_there == error_at(name, found.derived) < 10 * found.error


@each_format
def test_to_the_right_of_it_the_error_is_that_of_the_mathematics(name):
    """There all formats say the same: the error is the square of the step, times something."""
    step = best(name).step

    assert error_at(name, min(1.0, 10 * step)) == pytest.approx(error_at("float64", min(1.0, 10 * step)), rel=0.5)


def test_the_slopes_of_the_two_branches():
    """A tenth of the step: a hundredth of the error on the one side, ten times the error on the other."""
    assert error_at("float64", 1e-2) / error_at("float64", 1e-3) == pytest.approx(100, rel=0.05)
    assert error_at("float64", 1e-2, "one-sided") / error_at("float64", 1e-3, "one-sided") == pytest.approx(
        10, rel=0.05
    )
    assert 1e3 < error_at("float64", 1e-12) / error_at("float64", 1e-8) < 1e6


def test_what_the_advice_for_float64_does_in_float32():
    """The step of 1e-5 is a thousand times worse there than one of 1e-2, and no step reaches 1e-7."""
    assert error_at("float32", 1e-5) > 100 * error_at("float32", 1e-2)
    assert best("float32").error > 1e-7 > best("float64").error


def test_the_central_difference_is_the_better_one():
    """In every format its least error is below that of the one-sided difference."""
    for name in FORMATS:
        assert best(name).error < min(value for _, value in curve(name, "one-sided"))


def test_the_complex_step_loses_nothing():
    assert complex_step_error() < 1e-15


def test_the_error_is_a_share_of_the_largest_slope():
    """Twice the gradient is off by all of it; one number off by the largest is off by as much."""
    true = METHODS["central"](example_loss, SCORES, 1e-5)
    one = true.copy()
    one[1, 1] -= abs(true).max() / 4

    assert error(2 * true) == pytest.approx(1, rel=1e-9)
    assert error(one) == pytest.approx(1 / 4, rel=1e-9)


def test_a_one_sided_difference_is_off_by_the_step():
    """It moves each number to the right alone, and leaves x as it is."""
    x = np.array([[1.0, -3.0]])

    assert one_sided_gradient(lambda x: (x * x).sum(), x, 0.25).tolist() == [[2.25, -5.75]]
    assert x.tolist() == [[1.0, -3.0]]


LOST = {
    "in all scores": ("float64", 1e-20),
    "in the largest score alone": ("float64", 1e-16),
    "half of the way to the next number": ("float64", 2.0**-51),
    "in float16": ("float16", 1e-3),
}


@pytest.mark.parametrize(("name", "step"), LOST.values(), ids=LOST)
@pytest.mark.parametrize("method", METHODS)
def test_a_lost_step_has_no_error(name, step, method):
    """One score that stays where it is, is enough."""
    assert error_at(name, step, method) is None


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
