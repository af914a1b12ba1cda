"""Check a gradient: move each number a little, and see what the function does."""

from typing import NamedTuple

import numpy as np

from snippets.checks import check_complex_number, check_number, check_pair, check_point, check_steps, check_tolerance


def numerical_gradient(f, x, h=None):
    """Return the gradient of f at x by central differences, in the shape of x and in float64.

    Source: `eq:central-best` of gradient-check.md, for the step if h is None.

    f: takes an array like x and returns one real number. It gets a copy of x in which one number has moved,
        and it must compute from that: x itself never moves, and whatever f does to its copy is lost.
    x: float16, float32 or float64, of any shape, not empty.
    h: how far a number moves either way, one positive number. None: see `best_steps`.
    Raises TypeError or ValueError for anything else, for a step that is lost in the rounding of x or leaves its
    range, and if f does not return one finite real number: see `snippets.checks.check_steps`.

    >>> x = np.array([1.0, -2.0])
    >>> numerical_gradient(lambda x: (x**3).sum(), x, h=0.01).round(6)
    array([ 3.0001, 12.0001])
    >>> relative_error(numerical_gradient(lambda x: np.exp(x).sum(), x), np.exp(x)) < 1e-9
    True
    """
    x = check_point(x)
    return central_differences(_real(f), x, _steps(x, h))[()]


def complex_step_gradient(f, x):
    """Return the gradient of f at x by steps in the imaginary direction, in the shape of x and in float64.

    f: takes a complex array of the shape of x and returns one complex number. It may not take an absolute value,
        a real part or a maximum on the way, unless of what only decides.
    x: float16, float32 or float64, of any shape, not empty. It becomes complex128.
    Nothing is subtracted, so nothing is lost: the step may be so small that its square vanishes.
    Raises TypeError or ValueError for anything else, and if f does not return one finite complex number.

    >>> x = np.array([1.0, -2.0, 0.0])
    >>> complex_step_gradient(lambda x: np.exp(x).sum(), x) - np.exp(x)
    array([0., 0., 0.])
    """
    x = check_point(x)
    return complex_steps(lambda moved: check_complex_number(f(moved), "what f returns"), x)[()]


def relative_error(a, b):
    """Return the largest difference of two numbers that stand in the same place, as a share of the larger one.

    Source: `eq:relative-error-scale` of gradient-check.md: what both are multiplied by has no say.

    a, b: numbers or arrays of the same shape, finite, floating or integers, not empty.
    Two zeros are equal. A zero beside anything else, however small, gives 1; opposite signs give up to 2.
    Raises TypeError or ValueError for anything else.

    >>> print(f"{relative_error([1.0, 0.0], [1.001, 0.0]):.6f}")
    0.000999
    >>> relative_error(1e-30, -1e-30)
    2.0
    """
    return float(relative_errors(*check_pair(a, b)).max())


def check_gradient(f, gradient, x, h=None, tolerance=None):
    """Compare a gradient with what a function does, and return a `Report`, to be printed.

    f, x and h are those of `numerical_gradient`.
    gradient: what is claimed to be the gradient of f at x, in the shape of x.
    tolerance: the relative error that passes, None for the best step for the dtype of x: see `best_step`.
        A difference that f's own rounding can make passes too: no difference quotient can see it.
    Raises TypeError or ValueError for anything else.

    >>> x = np.array([1.0, -2.0, 0.0])
    >>> print(check_gradient(lambda x: (x**2).sum(), 2 * x, x))
    The gradient agrees. 3 numbers were checked.
    >>> print(check_gradient(lambda x: (x**2).sum(), x**2, x))
    The gradient differs, most at [1]:
    4 is claimed, -4 is measured. The relative error is 2.
    >>> print(check_gradient(lambda x: np.maximum(0, x).sum(), 1.0 * (x > 0), x))
    The gradient differs, most at [2]:
    0 is claimed, 0.5 is measured. The relative error is 1.
    There is a kink within the step:
    the slope is 0 on one side and 1 on the other.
    """
    x = check_point(x)
    gradient, _ = check_pair(gradient, x, "gradient", "x")
    tolerance = check_tolerance(best_step(x.dtype) if tolerance is None else tolerance)
    steps, f = _steps(x, h), _real(f)
    measured = central_differences(f, x, steps)
    # Each of the two values of f may be rounded by as much as eps of itself.
    blur = 2 * float(np.finfo(x.dtype).eps) * abs(f(x.copy())) / np.float64(steps)
    seen = abs(gradient - measured) > blur
    errors = np.where(seen, relative_errors(gradient, measured), 0)
    worst = np.unravel_index(errors.argmax(), x.shape)
    left, right = one_sided_differences(f, x, worst, steps[worst])
    return Report(
        count=x.size,
        index=tuple(map(int, worst)),
        claimed=float(gradient[worst]),
        measured=float(measured[worst]),
        error=float(errors[worst]),
        tolerance=tolerance,
        left=left,
        right=right,
        unseen=int(np.sum((gradient != 0) & (abs(gradient) <= blur) & ~seen)),
        still=not measured.any(),
    )


class Report(NamedTuple):
    """What a check found: how many numbers it compared, and the worst of them."""

    count: int
    index: tuple
    claimed: float
    measured: float
    error: float
    tolerance: float
    left: float
    """The slope from the point on the left to x."""
    right: float
    """The slope from x to the point on the right."""
    unseen: int
    """How many of the claimed numbers are so small that f's rounding hides them."""
    still: bool
    """Whether f never changed."""

    @property
    def passed(self):
        """Whether the gradient agrees."""
        return self.error <= self.tolerance

    @property
    def kink(self):
        """Whether a kink explains the difference: the claim is a hundred times nearer to the slope of one side."""
        nearest = min(abs(self.claimed - self.left), abs(self.claimed - self.right))
        return not self.passed and nearest < abs(self.claimed - self.measured) / 100

    def __str__(self):
        """What to print."""
        if self.passed:
            checked = "1 number was" if self.count == 1 else f"{self.count} numbers were"
            lines = [f"The gradient agrees. {checked} checked."]
        else:
            place = f" at {list(self.index)}" if self.index else ""
            both = f"{self.claimed:.6g} is claimed, {self.measured:.6g} is measured."
            lines = [f"The gradient differs, most{place}:", f"{both} The relative error is {self.error:.2g}."]
        if self.kink:
            sides = f"the slope is {self.left:.6g} on one side and {self.right:.6g} on the other."
            lines += ["There is a kink within the step:", sides]
        if self.still and not self.passed:
            lines.append("The function never changed. Does it compute from the array that it gets?")
        if self.unseen:
            lines.append(f"Too small to be told from 0: {self.unseen}.")
        return "\n".join(lines)


def _steps(x, h):
    """Return how far each number moves."""
    return check_steps(x, best_steps(x) if h is None else check_number(h, "h"))


def _real(f):
    """Return f, and refuse what is not one finite real number."""
    return lambda moved: check_number(f(moved), "what f returns")


def best_step(dtype):
    """Return the best step for a number that is not large.

    >>> print(f"{best_step(np.float64):.1e}")
    8.7e-06
    """
    return float(best_steps(np.zeros((), dtype)))


# --8<-- [start:best_steps]
def best_steps(x):
    """Return the best steps, if f is as large as its third derivative."""
    eps = np.finfo(x.dtype).eps
    return np.cbrt(3 * eps) * np.maximum(1, abs(x))
    # --8<-- [end:best_steps]


# --8<-- [start:central_differences]
def central_differences(f, x, steps):
    """Return how much f changes from left to right, per width."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        left, right = x.copy(), x.copy()
        left[index] -= steps[index]
        right[index] += steps[index]
        width = float(right[index]) - float(left[index])  # 2h, as rounded
        gradient[index] = (f(right) - f(left)) / width
    return gradient
    # --8<-- [end:central_differences]


# --8<-- [start:one_sided_differences]
def one_sided_differences(f, x, index, step):
    """Return the slope on the left of one number, and on its right."""
    left, right = x.copy(), x.copy()
    left[index] -= step
    right[index] += step
    here, middle = float(x[index]), f(x.copy())
    before = (middle - f(left)) / (here - float(left[index]))
    after = (f(right) - middle) / (float(right[index]) - here)
    return before, after
    # --8<-- [end:one_sided_differences]


# --8<-- [start:complex_steps]
def complex_steps(f, x):
    """Return what a tiny imaginary step adds to f, per step."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-100j
        gradient[index] = f(moved).imag / 1e-100
    return gradient
    # --8<-- [end:complex_steps]


# --8<-- [start:relative_errors]
def relative_errors(a, b):
    """Return each difference as a share of the larger number."""
    size = np.maximum(abs(a), abs(b))
    size = np.where(a == b, np.inf, size)  # no error, even of 0 and 0
    return abs(a / size - b / size)
    # --8<-- [end:relative_errors]
