"""Rows of scores at the edge of what there is, and the answer of the gradient to each, written by hand."""

from typing import NamedTuple

from numpy import inf, nan

# What the versions without a shift say where exp leaves its range, and what all say of scores that are none.
BEYOND_EXP = "the largest score of each row must lie between"
NO_SCORES = "scores must hold no nan, no +inf and at least one finite score in each row"


class Extreme(NamedTuple):
    """One row, its label, and the gradient of its loss, to the digits that are written."""

    words: str
    scores: list
    label: int
    gradient: list | str
    """What comes out in float64; or the beginning of the error."""
    unshifted: bool = True
    """Whether the versions without a shift accept the row."""


THIRD = 1 / 3
ROWS = [
    Extreme("one class", [3.0], 0, [0]),
    Extreme("all equal", [7.0, 7.0, 7.0, 7.0], 2, [0.25, 0.25, -0.75, 0.25]),
    Extreme("all equal, and large", [1e4, 1e4, 1e4], 0, [-2 * THIRD, THIRD, THIRD], unshifted=False),
    Extreme("all equal, and far below zero", [-1e4, -1e4, -1e4], 0, [-2 * THIRD, THIRD, THIRD], unshifted=False),
    Extreme("minus infinity at a class", [0.0, -inf, 0.0], 0, [-0.5, 0, 0.5]),
    Extreme("minus infinity at the label", [0.0, -inf, 0.0], 1, [0.5, -1, 0.5]),
    Extreme("all minus infinity but the label", [-inf, 2.0, -inf], 1, [0, 0, 0]),
    Extreme("all minus infinity but a rival", [-inf, 2.0, -inf], 0, [-1, 1, 0]),
    Extreme("nothing but minus infinity", [-inf, -inf], 0, NO_SCORES),
    Extreme("plus infinity", [inf, 0.0], 0, NO_SCORES),
    Extreme("not a number", [nan, 0.0], 1, NO_SCORES),
    Extreme("a subnormal gap", [5e-324, 0.0], 0, [-0.5, 0.5]),
    Extreme("zero and minus zero", [0.0, -0.0], 1, [0.5, -0.5]),
    Extreme("the label 40 ahead", [20.0, -20.0], 0, [-4.248354e-18, 4.248354e-18]),
    Extreme("the label 700 ahead", [0.0, -700.0], 0, [-9.85968e-305, 9.85968e-305]),
    Extreme("the label 740 ahead, a subnormal gradient", [0.0, -740.0], 0, [-4.2e-322, 4.2e-322]),
    Extreme("the label 20000 ahead", [1e4, -1e4], 0, [0, 0], unshifted=False),
    Extreme("the label 20000 behind", [1e4, -1e4], 1, [1, -1], unshifted=False),
    Extreme("the largest numbers", [1.7976931348623157e308, -1.7976931348623157e308], 1, [1, -1], unshifted=False),
]
