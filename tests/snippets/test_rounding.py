"""What the functions that lose digits lose, and what their counterparts keep."""

import doctest

import mpmath
import numpy as np
import pytest

from snippets import rounding
from snippets.rounding import (
    log_of_softmax,
    minus_expm1,
    minus_the_others,
    running_sum,
    share_minus_one,
    small_loss,
)

EPS = 2.0**-52
SCORES = np.array([[3.0, 0.5, -1.0], [12.25, 0.0, 1.5], [40.0, 1.0, 2.0], [0.25, 5.0, -2.0], [-1.0, 7.0, 900.0]])
LABELS = np.array([0, 0, 0, 2, 1])


def missing(scores, labels):
    """Return the share of each label less 1, and its loss, with 50 digits."""
    with mpmath.workdps(50):
        found = []
        for row, label in zip(scores.tolist(), labels.tolist(), strict=True):
            gaps = [mpmath.exp(score - row[label]) for score in row]
            others = mpmath.fsum(gaps[:label] + gaps[label + 1 :])
            found.append((float(-others / (1 + others)), float(mpmath.log1p(others))))
        return np.array(found).T


@pytest.mark.parametrize("function", [minus_the_others, minus_expm1])
def test_what_is_missing_keeps_its_digits(function):
    """However near to 1 the share is."""
    expected, _ = missing(SCORES, LABELS)

    assert function(SCORES, LABELS) == pytest.approx(expected, rel=4 * EPS, abs=0)


def test_a_share_less_one_keeps_what_rounding_left():
    """It is right to a unit in the last place of 1, and no better."""
    expected, _ = missing(SCORES, LABELS)
    found = share_minus_one(SCORES, LABELS)

    assert found == pytest.approx(expected, rel=0, abs=EPS)
    assert found[2] == 0


def test_a_loss_keeps_its_digits():
    """Where the label leads, and where it is behind."""
    _, expected = missing(SCORES, LABELS)

    assert small_loss(SCORES, LABELS) == pytest.approx(expected, rel=4 * EPS, abs=0)


def test_a_single_class_has_no_loss():
    """There is nothing beside it."""
    assert small_loss(np.array([[3.0]]), np.array([0])).tolist() == [0]


LOGARITHMS = {
    "a large share": ([0.0, 0.0], [np.log(0.5), np.log(0.5)]),
    "a share of 0": ([0.0, 800.0], [-np.inf, 0]),
    "a subnormal share": ([0.0, 744.0], [np.log(1e-323), 0]),
}


@pytest.mark.parametrize(("row", "expected"), LOGARITHMS.values(), ids=LOGARITHMS)
def test_the_logarithm_of_a_share(row, expected):
    """It knows what was stored, and does not warn."""
    assert log_of_softmax(np.array([row]))[0] == pytest.approx(expected, rel=1e-15)


SUMS = {
    "ones in float16": (np.ones(3000), np.float16, 2048),
    "ones in float32": (np.ones(3000), np.float32, 3000),
    "nothing": ([], np.float32, 0),
    "each number is rounded": ([1 / 3], np.float16, np.float16(1 / 3)),
    "each sum is rounded": ([2048, 1, 1], np.float16, 2048),
}


@pytest.mark.parametrize(("values", "dtype", "expected"), SUMS.values(), ids=SUMS)
def test_a_running_sum(values, dtype, expected):
    """It stops where the next number is less than half the distance to the next sum."""
    total = running_sum(values, dtype)

    assert (total, type(total)) == (expected, dtype)


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(rounding)

    assert (failed, attempted > 5) == (0, True)
