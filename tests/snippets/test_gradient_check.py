"""What the check of a gradient promises: what it measures, what it says, and what it refuses."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import gradient_check as module
from snippets.gradient_check import (
    Report,
    check_gradient,
    complex_step_gradient,
    numerical_gradient,
    relative_error,
)
from snippets.two_layer_net import loss, loss_and_gradients

searched = settings(max_examples=100, deadline=None, derandomize=True, database=None)
numbers = st.floats(-1e3, 1e3)
POINT = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]])


def squares(x):
    """The gradient is 2 x, and a central difference has no error but rounding."""
    return (x * x).sum()


def cubes(x):
    """The gradient is 3 x^2, and a central difference is off by the square of the step."""
    return (x * x * x).sum()


# What a central difference is


@given(x=numbers, h=st.floats(0.01, 1))
@searched
def test_a_square_has_no_error(x, h):
    """Source: `eq:central-square` of gradient-check.md."""
    assert numerical_gradient(squares, x, h) == pytest.approx(2 * x, abs=1e-7)


@given(x=st.floats(-10, 10), h=st.floats(0.01, 1))
@searched
def test_a_cube_has_the_square_of_the_step_for_its_error(x, h):
    """Source: `eq:central-cube` of gradient-check.md."""
    assert numerical_gradient(cubes, x, h) == pytest.approx(3 * x**2 + h**2, abs=1e-8)


def test_a_kink_gives_one_half():
    """Source: `eq:kink` of gradient-check.md."""
    assert numerical_gradient(lambda x: np.maximum(0, x).sum(), np.zeros(2)).tolist() == [0.5, 0.5]


SHAPES = [(), (1,), (5,), (2, 3), (3, 1, 2), (1, 1)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("gradient", [numerical_gradient, complex_step_gradient])
def test_each_number_is_moved_alone(gradient, shape):
    """The gradient has the shape of x, and the format float64."""
    x = np.random.default_rng(0).normal(size=shape)
    weight = np.random.default_rng(1).normal(size=shape)
    actual = gradient(lambda x: (weight * np.exp(x)).sum(), x)

    assert (np.shape(actual), actual.dtype) == (shape, np.float64)
    assert actual == pytest.approx(weight * np.exp(x), rel=1e-9)


# The step

STEPS = {
    "float64": (np.float64, 1.0, (3 * 2**-52) ** (1 / 3)),
    "float32": (np.float32, 1.0, (3 * 2**-23) ** (1 / 3)),
    "float16": (np.float16, 1.0, (3 * 2**-10) ** (1 / 3)),
    "a small number": (np.float64, -0.001, (3 * 2**-52) ** (1 / 3)),
    "nothing": (np.float64, 0.0, (3 * 2**-52) ** (1 / 3)),
    "a large number": (np.float64, -1000.0, 1000 * (3 * 2**-52) ** (1 / 3)),
}


@pytest.mark.parametrize(("dtype", "at", "step"), STEPS.values(), ids=STEPS)
def test_the_step_if_none_is_given(dtype, at, step):
    """Source: `eq:central-best` of gradient-check.md, for a third derivative of the size of the function."""
    seen = []
    numerical_gradient(lambda x: seen.append(float(x[0])) or 0.0, np.array([at], dtype))

    assert [abs(place - at) for place in seen] == pytest.approx([step, step], rel=1e-2 if dtype == np.float16 else 1e-4)
    assert sorted(np.sign(np.subtract(seen, at))) == [-1, 1]


ERRORS = {"float64": (np.float64, 1e-9), "float32": (np.float32, 1e-3), "float16": (np.float16, 0.2)}


@pytest.mark.parametrize(("dtype", "error"), ERRORS.values(), ids=ERRORS)
def test_the_step_is_good_in_each_format(dtype, error):
    """The function gets the format of x, and computes in it."""
    kinds = set()

    def f(x):
        kinds.add(x.dtype)
        return np.exp(x).sum()

    actual = numerical_gradient(f, np.array([0.0, 1.0, -1.0], dtype))

    assert kinds == {np.dtype(dtype)}
    assert relative_error(actual, np.exp([0.0, 1.0, -1.0])) < error


def test_the_width_is_what_the_rounding_leaves_of_it():
    """2,000,000 in float32 moves by eighths: a step of 0.3 becomes one of a quarter, and the slope stays 1."""
    assert numerical_gradient(lambda x: x.sum(), np.array([2_000_000], np.float32), 0.3).tolist() == [1.0]


# The function


def test_x_never_moves():
    """Whatever f does to what it gets, and even if x cannot be written to."""
    x = POINT.T.copy()[::2].T
    before = x.copy()
    x.flags.writeable = False

    def spoils(moved):
        value = squares(moved)
        moved += 100
        return value

    for gradient in (numerical_gradient, complex_step_gradient):
        assert gradient(spoils, x) == pytest.approx(2 * before, rel=1e-9)
    assert check_gradient(spoils, 2 * before, x).passed
    assert (x == before).all()


KINDS = {
    "a list": [1.0, -2.0],
    "the other byte order": np.array([1.0, -2.0], ">f8"),
    "a single number": 1.5,
}


@pytest.mark.parametrize("x", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("gradient", [numerical_gradient, complex_step_gradient])
def test_kinds_of_points(gradient, x):
    """Anything that is an array of floating numbers will do."""
    assert gradient(squares, x) == pytest.approx(2 * np.asarray(x, float), rel=1e-9)


@pytest.mark.parametrize("dtype", [">f2", "<f2", ">f4", "<f4", ">f8", "<f8"])
def test_f_gets_the_byte_order_of_the_machine(dtype):
    """Some functions refuse the other one."""
    orders = set()
    numerical_gradient(lambda x: orders.add(x.dtype.isnative) or 0.0, np.ones(1, dtype))

    assert orders == {True}


VALUES = {
    "Python's float": lambda x: float(x.sum()),
    "Python's int": lambda x: 7,
    "float32": lambda x: np.float32(x.sum()),
    "an array without axes": lambda x: np.asarray(x.sum()),
}


@pytest.mark.parametrize("f", VALUES.values(), ids=VALUES)
def test_kinds_of_values(f):
    """Anything that is one real number will do."""
    assert numerical_gradient(f, [1.0], 0.5).tolist() == [f(np.array([2.0])) - f(np.array([1.0]))]


REFUSED_VALUES = {
    "an axis": (lambda x: x[:1], ValueError, "what f returns must be one number, got shape (1,)"),
    "a table": (lambda x: np.ones((2, 2)), ValueError, "what f returns must be one number, got shape (2, 2)"),
    "nan": (lambda x: np.nan, ValueError, "what f returns must be finite in float64, got nan"),
    "inf": (lambda x: np.inf, ValueError, "what f returns must be finite in float64, got inf"),
    "a complex number": (lambda x: 1j, TypeError, "what f returns must be floating or integers, got complex128"),
    "nothing": (lambda x: None, TypeError, "what f returns must be floating or integers, got object"),
    "a truth value": (lambda x: True, TypeError, "what f returns must be floating or integers, got bool"),
    "a masked array": (
        lambda x: np.ma.masked_equal(1.0, 1), TypeError,
        "what f returns must be a plain array, got a masked array: its mask would be lost",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("f", "error", "message"), REFUSED_VALUES.values(), ids=REFUSED_VALUES)
@pytest.mark.parametrize("gradient", [numerical_gradient, lambda f, x: check_gradient(f, x, x)])
def test_other_values_are_refused(gradient, f, error, message):
    """The error says what came back."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        gradient(f, np.ones(3))


REFUSED_COMPLEX = {
    "the real part": (
        lambda x: squares(x).real, TypeError,
        "what f returns must be complex, got float64: something on the way dropped the imaginary part",
    ),
    "an absolute value": (
        lambda x: abs(x).sum(), TypeError,
        "what f returns must be complex, got float64: something on the way dropped the imaginary part",
    ),
    "an axis": (lambda x: x, ValueError, "what f returns must be one number, got shape (3,)"),
    "nan": (lambda x: complex(np.nan, 0), ValueError, "what f returns must be finite, got (nan+0j)"),
    "inf in the imaginary part": (
        lambda x: complex(0, np.inf), ValueError, "what f returns must be finite, got infj",
    ),
    "a masked array": (
        lambda x: np.ma.masked_equal(1j, 1), TypeError,
        "what f returns must be a plain array, got a masked array: its mask would be lost",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("f", "error", "message"), REFUSED_COMPLEX.values(), ids=REFUSED_COMPLEX)
def test_the_complex_step_refuses_other_values(f, error, message):
    """A function that loses the imaginary part would get a slope of 0."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        complex_step_gradient(f, np.ones(3))


# The point

POINTS = {
    "whole numbers": (
        np.ones(2, int), TypeError,
        "x must be float16, float32 or float64, got int64: a small step would be rounded away, write x.astype(float)",
    ),
    "counts": (
        np.ones(2, np.uint8), TypeError,
        "x must be float16, float32 or float64, got uint8: a small step would be rounded away, write x.astype(float)",
    ),
    "complex numbers": (np.ones(2, complex), TypeError, "x must be float16, float32 or float64, got complex128"),
    "truth values": (np.ones(2, bool), TypeError, "x must be float16, float32 or float64, got bool"),
    "nothing": (np.ones((0, 3)), ValueError, "x must hold at least one number, got shape (0, 3)"),
    "nan": ([1.0, np.nan], ValueError, "x must be finite in float64, got nan at index (1,)"),
    "inf": (np.inf, ValueError, "x must be finite in float64, got inf"),
    "a masked array": (
        np.ma.masked_equal([1.0, 2.0], 2), TypeError,
        "x must be a plain array, got a masked array: its mask would be lost",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("x", "error", "message"), POINTS.values(), ids=POINTS)
@pytest.mark.parametrize(
    "gradient", [numerical_gradient, complex_step_gradient, lambda f, x: check_gradient(f, [1.0], x)]
)
def test_other_points_are_refused(gradient, x, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        gradient(squares, x)


LOST = "h must move each number of x: "
REFUSED_STEPS = {
    "nothing": ([1.0], 0, ValueError, "h must be positive, got 0.0"),
    "backwards": ([1.0], -1e-5, ValueError, "h must be positive, got -1e-05"),
    "nan": ([1.0], np.nan, ValueError, "h must be finite in float64, got nan"),
    "inf": ([1.0], np.inf, ValueError, "h must be finite in float64, got inf"),
    "one for each": ([1.0, 2.0], [0.1, 0.2], ValueError, "h must be one number, got shape (2,)"),
    "a complex number": ([1.0], 1j, TypeError, "h must be floating or integers, got complex128"),
    "a word": ([1.0], "small", TypeError, "h must be floating or integers, got <U5"),
    "lost in the rounding": (
        [0.0, 3.0], 1e-17, ValueError, f"{LOST}1e-17 is lost in the rounding of float64 beside 3.0 at (1,)",
    ),
    "lost in float32": (
        np.float32([[1.0]]), 1e-8, ValueError, f"{LOST}1e-08 is lost in the rounding of float32 beside 1.0 at (0, 0)",
    ),
    "lost on the right alone": (
        [2.0], 1.5e-16, ValueError, f"{LOST}1.5e-16 is lost in the rounding of float64 beside 2.0 at (0,)",
    ),
    "lost on the left alone": (
        [-2.0], 1.5e-16, ValueError, f"{LOST}1.5e-16 is lost in the rounding of float64 beside -2.0 at (0,)",
    ),
    "below the format": (
        np.float16([1.0]), 1e-9, ValueError, f"{LOST}1e-09 is lost in the rounding of float16 beside 1.0 at (0,)",
    ),
    "out of the range": (
        np.float16([1.0, 6e4]), 1e4, ValueError, f"{LOST}10000.0 leaves the range of float16 beside 60000.0 at (1,)",
    ),
    "out of the range on the left": (
        np.float16([-6e4]), 1e4, ValueError, f"{LOST}10000.0 leaves the range of float16 beside -60000.0 at (0,)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("x", "h", "error", "message"), REFUSED_STEPS.values(), ids=REFUSED_STEPS)
@pytest.mark.parametrize("gradient", [numerical_gradient, lambda f, x, h: check_gradient(f, x, x, h)])
def test_other_steps_are_refused(gradient, x, h, error, message):
    """And not taken for a slope of 0."""
    with np.errstate(all="raise"), pytest.raises(error, match=f"^{re.escape(message)}$"):
        gradient(squares, x, h)


# The complex step


def test_the_complex_step_is_exact():
    """Nothing is subtracted, so no digit is lost, where a central difference loses a third of them."""
    x = np.array([1e-30, 0.5, 3.0])

    assert complex_step_gradient(lambda x: np.log(x).sum(), x) == pytest.approx(1 / x, rel=1e-15)
    assert complex_step_gradient(cubes, POINT) == pytest.approx(3 * POINT**2, rel=1e-15)
    assert relative_error(numerical_gradient(cubes, POINT), 3 * POINT**2) > 1e-12


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_complex_step_computes_in_complex128(dtype):
    """Whatever x is."""
    kinds = set()
    complex_step_gradient(lambda x: kinds.add(x.dtype) or x.sum(), np.ones(2, dtype))

    assert kinds == {np.dtype(complex)}


# The relative error

RELATIVE = {
    "equal": ([1.0, -2.0], [1.0, -2.0], 0),
    "two zeros": (0.0, -0.0, 0),
    "a zero beside something small": (0.0, 1e-300, 1),
    "a zero beside the smallest number": (5e-324, 0.0, 1),
    "opposite signs": (1.0, -1.0, 2),
    "the largest numbers": (1.5e308, -1.5e308, 2),
    "half as large": (1.0, 2.0, 0.5),
    "twice as large": (2.0, 1.0, 0.5),
    "the worst counts": ([[1.0, 1.0], [4.0, 0.0]], [[1.0, 0.9], [1.0, 0.0]], 0.75),
    "whole numbers": ([3, 4], [3, 5], 0.2),
    "two formats": (np.float16([0.5]), np.float64([0.625]), 0.2),
    "a format in which the quotient would be rounded": (np.float16([3.0]), np.float16([2.0]), 1 / 3),
}


@pytest.mark.parametrize(("a", "b", "expected"), RELATIVE.values(), ids=RELATIVE)
def test_relative_error(a, b, expected):
    """It is the same either way, and a number of Python's own."""
    assert relative_error(a, b) == pytest.approx(expected, rel=1e-15)
    assert relative_error(b, a) == pytest.approx(expected, rel=1e-15)
    assert type(relative_error(a, b)) is float


@given(a=st.floats(1e-3, 1e3), b=st.floats(1e-3, 1e3), scale=st.sampled_from([1e-250, 1 / 7, -3.0, 1e250]))
@searched
def test_a_common_factor_has_no_say(a, b, scale):
    """Source: `eq:relative-error-scale` of gradient-check.md."""
    assert relative_error(scale * a, scale * b) == pytest.approx(relative_error(a, b), rel=1e-9, abs=1e-15)


NOT_COMPARED = {
    "a row and a column": (np.ones(3), np.ones((3, 1)), ValueError, "a and b must have the same shape, got (3,) and"),
    "a number and a row": (1.0, [1.0], ValueError, "a and b must have the same shape, got () and (1,)"),
    "nothing": ([], [], ValueError, "a and b must hold at least one number, got shape (0,)"),
    "nan": ([np.nan], [1.0], ValueError, "a must be finite in float64, got nan at index (0,)"),
    "inf and inf": ([np.inf], [np.inf], ValueError, "a must be finite in float64, got inf at index (0,)"),
    "nan in the second": ([1.0], [np.nan], ValueError, "b must be finite in float64, got nan at index (0,)"),
    "complex numbers": ([1j], [1.0], TypeError, "a must be floating or integers, got complex128"),
    "truth values": ([1.0], [True], TypeError, "b must be floating or integers, got bool"),
    "a mask in the first": (np.ma.masked_equal([1.0], 1), [1.0], TypeError, "a must be a plain array, got a masked"),
    "a mask in the second": ([1.0], np.ma.masked_equal([1.0], 1), TypeError, "b must be a plain array, got a masked"),
}


@pytest.mark.parametrize(("a", "b", "error", "message"), NOT_COMPARED.values(), ids=NOT_COMPARED)
def test_relative_error_refuses(a, b, error, message):
    """Nothing is broadcast, and nothing that is no number passes for agreement."""
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        relative_error(a, b)


# The report

WRONG = 2 * POINT
WRONG[1, 0] = 5.0
AGREES = "The gradient agrees. 6 numbers were checked."
KINK = "\nThere is a kink within the step:\nthe slope is {} on one side and {} on the other."
STILL = "\nThe function never changed. Does it compute from the array that it gets?"
REPORTS = {
    "right": (squares, 2 * POINT, POINT, AGREES),
    "one number": (squares, 3.0, 1.5, "The gradient agrees. 1 number was checked."),
    "one number, wrong": (
        squares, 2.0, 1.5,
        "The gradient differs, most:\n2 is claimed, 3 is measured. The relative error is 0.33.",
    ),
    "wrong in one place": (
        squares, WRONG, POINT,
        "The gradient differs, most at [1, 0]:\n5 is claimed, 6 is measured. The relative error is 0.17.",
    ),
    "at a kink": (
        lambda x: abs(x).sum(), [1.0, 1.0], np.array([0.0, 1.0]),
        "The gradient differs, most at [0]:\n1 is claimed, 0 is measured. The relative error is 1." + KINK.format(-1, 1),
    ),
    "beside a kink on the right": (
        lambda x: np.maximum(0, x).sum(), [0.0], np.array([-1e-6]),
        "The gradient differs, most at [0]:\n0 is claimed, 0.442749 is measured. The relative error is 1."
        + KINK.format(0, 0.885498),
    ),
    "a function that looks elsewhere": (
        lambda x: squares(POINT), 2 * POINT, POINT,
        "The gradient differs, most at [0, 0]:\n2 is claimed, 0 is measured. The relative error is 1." + STILL,
    ),
    "a function that never changes, and says so": (lambda x: 1.0, np.zeros((2, 3)), POINT, AGREES),
    "hidden by the rounding": (
        lambda x: 1e6 + 1e-9 * x.sum(), np.full((2, 3), 1e-9), POINT, AGREES + "\nToo small to be told from 0: 6.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("f", "gradient", "x", "text"), REPORTS.values(), ids=REPORTS)
def test_what_a_report_says(f, gradient, x, text):
    """It names the worst place and both numbers, and what may explain it."""
    report = check_gradient(f, gradient, x)

    assert str(report) == text
    assert report.passed == text.startswith("The gradient agrees")


def test_what_a_report_holds():
    """So that a program can go on from there."""
    report = check_gradient(squares, WRONG, POINT, h=0.5)

    assert report == Report(
        6, (1, 0), 5.0, 6.0, pytest.approx(1 / 6), pytest.approx(8.7e-6, rel=0.01), 5.5, 6.5, 0, False
    )
    assert (report.passed, report.kink) == (False, False)
    assert {type(value) for value in report} == {int, tuple, float, bool}


TOLERANCES = {"float64": (np.float64, 8.7e-6), "float32": (np.float32, 7.1e-3), "float16": (np.float16, 0.143)}


@pytest.mark.parametrize(("dtype", "tolerance"), TOLERANCES.values(), ids=TOLERANCES)
def test_the_tolerance_if_none_is_given(dtype, tolerance):
    """It is the best step: as much room as the format needs, for the error is about the square of it."""
    x = np.array([1.0, -0.5], dtype)

    assert check_gradient(squares, 2 * x, x).tolerance == pytest.approx(tolerance, rel=0.01)
    assert check_gradient(squares, (2 + 4 * tolerance) * x.astype(float), x).passed is False


def test_the_tolerance_that_is_given():
    """A relative error that is exactly the tolerance passes."""
    x = np.array([1.0])

    assert check_gradient(squares, [4.0], x, 0.5, 0.5).passed
    assert not check_gradient(squares, [4.0], x, 0.5, 0.49).passed
    assert check_gradient(squares, [2.0], x, 0.5, 0).passed


EPS = 2.0**-52
HIDDEN = {"half of it": (2 * EPS, True), "all of it": (4 * EPS, True), "a little more": (4.001 * EPS, False)}


@pytest.mark.parametrize(("claimed", "passes"), HIDDEN.values(), ids=HIDDEN)
def test_what_the_rounding_of_the_function_hides(claimed, passes):
    """A function of 1, and a step of a half: two roundings of it make a slope of four times the eps."""
    report = check_gradient(lambda x: 1.0, [claimed], [0.0], 0.5)

    assert (report.passed, report.unseen) == (passes, int(passes))


def test_what_is_hidden_in_float16_is_reckoned_in_float64():
    """A function of 100,000 is more than float16 can say."""
    report = check_gradient(lambda x: 1e5, np.float16([100.0]), np.float16([0.0]), 0.5)

    assert (report.passed, report.unseen) == (True, 1)


NOT_CHECKED = {
    "another shape": ({"gradient": np.ones((3, 2))}, ValueError, "gradient and x must have the same shape, got (3, 2)"),
    "nan": ({"gradient": np.full((2, 3), np.nan)}, ValueError, "gradient must be finite in float64, got nan at index"),
    "complex numbers": ({"gradient": 1j * POINT}, TypeError, "gradient must be floating or integers, got complex128"),
    "a negative tolerance": ({"tolerance": -0.1}, ValueError, "tolerance must be at least 0, got -0.1"),
    "a tolerance of nan": ({"tolerance": np.nan}, ValueError, "tolerance must be finite in float64, got nan"),
}


@pytest.mark.parametrize(("changes", "error", "message"), NOT_CHECKED.values(), ids=NOT_CHECKED)
def test_a_check_refuses(changes, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        check_gradient(**({"f": squares, "gradient": 2 * POINT, "x": POINT} | changes))


# Slips in a network, each of which the check must see


def network():
    """Return parameters, inputs, labels and gradients."""
    random = np.random.default_rng(0)
    params = {"W1": random.normal(size=(4, 6)), "b1": random.normal(size=6)}
    params |= {"W2": random.normal(size=(6, 3)), "b2": random.normal(size=3)}
    X, y = random.normal(size=(5, 4)), random.integers(0, 3, 5)
    return params, X, y, loss_and_gradients(params, X, y, 0.1)[1]


def reports(change):
    """Check every gradient of a network after this change to it."""
    params, X, y, gradients = network()
    return {
        name: check_gradient(lambda at, name=name: loss(params | {name: at}, X, y, 0.1), change(name, gradient), value)
        for (name, value), gradient in zip(params.items(), gradients.values(), strict=True)
    }


SLIPS = {
    "a sum for a mean": lambda name, gradient: 5 * gradient,
    "divided twice": lambda name, gradient: gradient / 5,
    "the wrong sign": lambda name, gradient: -gradient,
    "one part in ten thousand": lambda name, gradient: 1.0001 * gradient,
    "nothing at all": lambda name, gradient: 0 * gradient,
    "the penalty forgotten, or put on the bias": lambda name, gradient: gradient + 0.1,
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_seen(slip):
    """In each parameter of the network."""
    assert [report.passed for report in reports(slip).values()] == [False] * 4


def test_the_right_gradient_passes():
    """In each parameter of the network, with room to spare."""
    found = reports(lambda name, gradient: gradient)

    assert [report.passed for report in found.values()] == [True] * 4
    assert max(report.error for report in found.values()) < 1e-7


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
