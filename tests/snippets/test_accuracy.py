"""How exact each version of the gradient is, and what each answers at the edge of what there is.

An error is counted in units: the distance from 1 to the next number, times the largest entry of the row itself.
"""

from decimal import Decimal, localcontext
from functools import cache

import mpmath
import numpy as np
import pytest

from snippets.accuracy import errors, exact_gradient, worst
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.extreme_rows import BEYOND_EXP, ROWS
from snippets.lost_digits import FORMATS, VERSIONS, ahead, at_level, curve
from snippets.score_gradient import blocked, in_place, one_loop, stable, two_loops, vectorized
from snippets.score_gradient.nearly_right import keep_digits
from snippets.softmax import log_softmax, softmax

UNSHIFTED = [two_loops, one_loop, vectorized]
SHIFTED = [stable, in_place, blocked]
# The promise.
UNITS = 4
EVERY_FORMAT = pytest.mark.parametrize("dtype", FORMATS.values(), ids=FORMATS)


def named(versions):
    """Run a test once for each of these modules, under the module's own name."""
    return pytest.mark.parametrize("version", versions, ids=lambda one: one.__name__.rpartition(".")[2])


@cache
def batch(kind, dtype, seed=0):
    """Return scores (N, C) of one kind, labels, and the exact gradient, which takes the time."""
    random = np.random.default_rng(seed)
    N, C = [(40, 2), (40, 3), (20, 10), (4, 200)][seed]
    scores = BATCHES[kind](random, (N, C)).astype(dtype)
    labels = random.integers(C, size=N)
    if kind.startswith("sure"):
        # The label takes the place of the largest score, and goes ahead of it.
        rows = np.arange(N)
        best = scores.argmax(axis=1)
        scores[rows, best], scores[rows, labels] = scores[rows, labels], scores[rows, best]
        scores[rows, labels] += random.uniform(0, 30, N).astype(dtype)
    return scores, labels, exact_gradient(scores, labels)


BATCHES = {
    "anywhere": lambda random, shape: random.uniform(-1e4, 1e4, shape),
    "in the hundreds": lambda random, shape: random.uniform(-300, 300, shape),
    "in the tens": lambda random, shape: random.uniform(-30, 30, shape),
    "ordinary": lambda random, shape: random.normal(size=shape),
    "nearly level": lambda random, shape: 1e-3 * random.normal(size=shape),
    "close together, anywhere": lambda random, shape: (
        random.uniform(-1e4, 1e4, (shape[0], 1)) + random.normal(size=shape)
    ),
    "sure, ordinary": lambda random, shape: random.normal(size=shape),
    "sure, in the tens": lambda random, shape: random.uniform(-20, 20, shape),
    "sure, anywhere": lambda random, shape: random.uniform(-1e4, 1e4, (shape[0], 1)) + random.normal(size=shape),
}
# Where no exponential that counts is subnormal, and none overflows.
WITHIN_EXP = ["in the tens", "ordinary", "nearly level", "sure, ordinary", "sure, in the tens"]


@named(SHIFTED)
@EVERY_FORMAT
@pytest.mark.parametrize("kind", BATCHES)
@pytest.mark.parametrize("seed", range(4))
def test_four_units(version, dtype, kind, seed):
    """In every row, for scores anywhere between -10000 and 10000 and for rows that are nearly right."""
    scores, labels, exact = batch(kind, dtype, seed)

    assert max(errors(version.score_gradient(scores, labels), exact)) <= UNITS


@named(UNSHIFTED)
@EVERY_FORMAT
@pytest.mark.parametrize("kind", WITHIN_EXP)
@pytest.mark.parametrize("seed", range(3))
def test_four_units_without_a_shift(version, dtype, kind, seed):
    """As exact, as far as exp reaches."""
    scores, labels, exact = batch(kind, dtype, seed)

    assert max(errors(version.score_gradient(scores, labels), exact)) <= UNITS


@named(SHIFTED)
@pytest.mark.parametrize(("dtype", "lead"), [(np.float32, 63), (np.float64, 511)])
@pytest.mark.parametrize("level", [-250, 0, 0.3, 40, 1000])
def test_four_units_as_far_ahead_as_is_promised(version, dtype, lead, level):
    """The label may be ahead by 63 in float32, by 511 in float64."""
    scores, labels = ahead(0, float)
    scores += level
    scores[np.arange(len(labels)), labels] = scores.max(axis=1) + lead

    assert worst(version.score_gradient, scores.astype(dtype), labels) <= UNITS


@named(SHIFTED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", "CF")
def test_four_units_for_many_classes(version, dtype, order):
    """However the table lies in memory, a long row is not added up one number after the other."""
    scores, labels, exact = long_rows(dtype)

    assert max(errors(version.score_gradient(np.array(scores, order=order), labels), exact)) <= UNITS


@cache
def long_rows(dtype):
    """Return scores (2, 5000), labels, and the exact gradient. One row is sure, and one is sure and wrong."""
    scores, labels = np.random.default_rng(0).normal(size=(2, 5000)).astype(dtype), [0, 1]
    scores[:, 0] += 20, 10
    return scores, labels, exact_gradient(scores, labels)


@named(SHIFTED)
def test_a_row_is_right_beside_any_other(version):
    """A sure row keeps its digits, whatever the other rows are."""
    scores = np.array([[30.0, 0.3, -0.2], [1e4, -1e4, 0.0], [-9000.0, -9000.5, -1e4]])

    assert worst(version.score_gradient, scores, [0, 1, 1]) <= UNITS


def test_only_a_label_with_more_than_half_is_written_anew():
    """The others stay as they came, and the shares of the others are taken from the exponentials."""
    came = np.array([[-0.15, 0.25], [-0.25, 0.25], [0.125, -0.125], [0.5, -0.2]])
    exp_scores = np.array([[1.0, 9.0], [1.0, 9.0], [1.0, 9.0], [9.0, 1.0]])

    # Four rows: a share of half is 1/8 short of 0.
    assert keep_digits(came.copy(), exp_scores, np.array([0, 0, 1, 1])).tolist() == came.tolist()
    came[2, 1] = -0.0625
    assert keep_digits(came, exp_scores, np.array([0, 0, 1, 1]))[2].tolist() == [0.125, -0.025]


# Softmax, its logarithm and the loss


def shares_and_logarithms(scores):
    """Return the share of each class and its logarithm, with 50 digits."""
    with localcontext(prec=50):
        gaps = [[Decimal(score) - Decimal(max(row)) for score in row] for row in scores.tolist()]
        totals = [sum(gap.exp() for gap in row) for row in gaps]
        both = list(zip(gaps, totals, strict=True))
        shares = [[gap.exp() / total for gap in row] for row, total in both]
        return shares, [[gap - total.ln() for gap in row] for row, total in both]


def within(found, exact, largest):
    """Return whether no number is off by more than the promise, in units of the largest."""
    unit = Decimal(float(np.finfo(found.dtype).eps))
    flat = zip(found.ravel().tolist(), exact, largest, strict=True)
    return all(abs(Decimal(a) - b) <= UNITS * unit * size for a, b, size in flat)


@EVERY_FORMAT
@pytest.mark.parametrize("kind", BATCHES)
@pytest.mark.parametrize("seed", range(3))
def test_softmax_and_the_loss_are_as_exact_as_they_say(dtype, kind, seed):
    """A share in units of the largest one; a logarithm and a loss in units of 1, or of themselves if they are larger."""
    scores, labels, exact = batch(kind, dtype, seed)
    shares, logarithms = shares_and_logarithms(scores)
    N, C = scores.shape
    flat = [number for row in logarithms for number in row]
    loss = [-sum(row[label] for row, label in zip(logarithms, labels, strict=True)) / N]
    gradient = [number for row in exact for number in row]

    assert within(softmax(scores), [one for row in shares for one in row], [max(row) for row in shares for _ in row])
    assert within(log_softmax(scores), flat, [max(1, abs(number)) for number in flat])
    assert within(cross_entropy(scores, labels), loss, [max(1, loss[0])])
    assert within(cross_entropy_gradient(scores, labels), gradient, [1 / Decimal(N)] * (N * C))


# The table of extreme rows


@named([*UNSHIFTED, *SHIFTED])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.words)
def test_extreme_rows(version, row):
    """The answer is the one that is written, or the error is."""
    scores, labels = np.array([row.scores]), [row.label]
    refused = row.gradient if isinstance(row.gradient, str) else None
    if version in UNSHIFTED and not row.unshifted:
        refused = BEYOND_EXP
    if refused:
        with pytest.raises(ValueError, match="^" + refused.replace("+", r"\+")):
            version.score_gradient(scores, labels)
    else:
        assert version.score_gradient(scores, labels)[0] == pytest.approx(row.gradient, rel=1e-5, abs=0)


@named(SHIFTED)
@EVERY_FORMAT
@pytest.mark.parametrize("row", [row for row in ROWS if isinstance(row.gradient, list)], ids=lambda row: row.words)
def test_extreme_rows_in_each_format(version, dtype, row):
    """The same row in this format, as far as it can hold it, is answered as exactly."""
    limits = np.finfo(dtype)
    scores = np.array([row.scores])
    finite = np.isfinite(scores)
    scores[finite] = np.clip(scores[finite], float(limits.min), float(limits.max))

    assert worst(version.score_gradient, scores.astype(dtype), [row.label]) <= UNITS


def test_the_table_has_each_kind():
    """Answers, errors, and rows that only a shift makes possible."""
    assert {type(row.gradient) for row in ROWS} == {list, str}
    assert {row.unshifted for row in ROWS} == {True, False}
    assert len({row.words for row in ROWS}) == len(ROWS)


# The measure itself


def test_the_exact_gradient_is_exact():
    """It agrees with mpmath to 47 digits."""
    scores, labels, found = batch("sure, in the tens", float)
    with mpmath.workdps(120):
        for row, label, entries in zip(scores.tolist(), labels, found, strict=True):
            weights = [mpmath.exp(score) for score in row]
            for j, entry in enumerate(entries):
                share = weights[j] / mpmath.fsum(weights)
                right = (share - (j == label)) / len(scores)

                assert abs(mpmath.mpf(str(entry)) / right - 1) < mpmath.mpf(10) ** -47


def test_the_exact_gradient_has_fifty_digits():
    """No more and no less."""
    entries = exact_gradient(np.array([[0.0, 1.0, 2.0]]), [0])[0]

    assert {len(entry.as_tuple().digits) for entry in entries} == {50}


def test_each_row_needs_a_label_and_an_answer():
    """A row that nothing is compared with is no row that is right."""
    gradient = np.zeros((2, 2))
    right = exact_gradient(gradient, [0, 0])
    with pytest.raises(ValueError, match="zip"):
        exact_gradient(gradient, [0])
    with pytest.raises(ValueError, match="zip"):
        errors(gradient, right[:1])
    with pytest.raises(ValueError, match="zip"):
        errors(gradient[:, :1], right)


def test_the_exact_gradient_of_classes_that_cannot_happen():
    """Minus infinity has no digits to lose."""
    assert [float(entry) for entry in exact_gradient(np.array([[0, -np.inf, 0]]), [1])[0]] == [0.5, -1, 0.5]


ERRORS = {
    "right": ([[0.5, -0.5]], [[0.5, -0.5]], [0]),
    "one unit": ([[1 + 2**-52, -1]], [[1, -1]], [1]),
    "half of the largest entry": ([[0.5, -1]], [[1, -1]], [2**51]),
    "against the row's own largest": ([[1, -1], [3e-20, -2e-20]], [[1, -1], [2e-20, -2e-20]], [0, 2**51]),
    "infinite": ([[np.inf, 0]], [[1, -1]], [np.inf]),
    "a row after an infinite one": ([[np.inf, 0], [1, -1]], [[1, -1], [1, -1]], [np.inf, 0]),
    "not a number": ([[np.nan, 0]], [[1, -1]], [np.inf]),
    "no unit is less than the smallest number": ([[0, 5e-324]], [[0, 1e-324]], [1]),
}


@pytest.mark.parametrize(("gradient", "exact", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors(gradient, exact, expected):
    """Each row has its own unit."""
    right = [[Decimal(repr(number)) for number in row] for row in exact]

    assert errors(np.array(gradient, float), right) == pytest.approx(expected, rel=0.2)


def test_a_unit_is_that_of_the_format():
    """float32 has fewer digits, so its units are larger."""
    right = exact_gradient(np.array([[0.0, 0.0]]), [0])
    gradient = np.array([[-0.5, 0.5 + 2**-20]])

    assert errors(gradient, right) == [2**33]
    assert errors(gradient.astype(np.float32), right) == [16]


# What the plot shows

FIRST, SECOND, THIRD, LAST = VERSIONS


def test_the_batches_are_always_the_same():
    """Scores of twenty rows and ten classes, twice as far apart where the label does not lead."""
    levels, leads = at_level(5, float)[0], ahead(5, float)[0]

    assert levels.shape == leads.shape == (20, 10)
    assert levels[0, :2] == pytest.approx([5 + 2 * 0.12573022, 5 - 2 * 0.13210486])
    assert leads[0, :2] == pytest.approx([0.12573022, -0.13210486])


def test_each_label_is_ahead_by_as_much():
    """Of the largest of the others in its own row."""
    scores, labels = ahead(5, float)
    rows = np.arange(len(labels))
    best = np.where(np.arange(10) == labels[:, None], -np.inf, scores).max(axis=1)
    lead = scores[rows, labels] - best

    assert lead == pytest.approx(np.maximum(lead, 5))
    assert np.median(lead) == pytest.approx(5)


@pytest.mark.parametrize("name", [SECOND, THIRD, LAST])
def test_each_row_has_a_shift_of_its_own(name):
    """Two rows that lie far apart."""
    scores = np.array([[1000.0, 999.0], [0.0, -1.0]])

    assert worst(VERSIONS[name], scores, [0, 1]) <= UNITS


@pytest.mark.parametrize(("dtype", "beyond"), [(np.float16, 30), (np.float32, 100), (np.float64, 800)])
def test_without_a_shift_there_is_no_number(dtype, beyond):
    """Below the range of exp all weights vanish, above it they overflow."""
    assert curve(FIRST, at_level, [-2 * beyond, 0, beyond], dtype) == [np.inf, pytest.approx(1, abs=3), np.inf]


@pytest.mark.parametrize("name", [SECOND, THIRD, LAST])
def test_any_shift_reaches_everywhere(name):
    """For a batch that is not sure, the row's maximum does as well as a whole number."""
    assert max(curve(name, at_level, [-1e4, -100, 0, 100, 1e4], np.float32)) <= UNITS


def test_a_share_less_one_loses_every_digit():
    """More with every step that the label is ahead, until none is left."""
    few, some, all_of_them = curve(SECOND, ahead, [4, 8, 40], np.float32)

    assert UNITS < few < some / 10
    assert all_of_them == pytest.approx(2**23, rel=0.01)


def test_the_maximum_rounds_a_little():
    """The others keep nearly all digits, and a whole shift keeps all."""
    assert UNITS < curve(THIRD, ahead, [60], np.float32)[0] < 100
    assert max(curve(LAST, ahead, [1, 10, 30, 60], np.float32)) <= UNITS
