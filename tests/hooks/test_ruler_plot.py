"""The ruler has the marks of a small format, each where it belongs."""

import re

import numpy as np
import pytest

from hooks.drawings.ruler_plot import format_ruler, marks, nearest

DRAWN = format_ruler()


def test_a_gap_is_a_quarter_of_the_power_of_two_below_it():
    """And in the subnormal numbers it is that of the smallest normal one."""
    found = np.array(marks())
    powers = 2.0 ** np.floor(np.log2(np.maximum(found, 0.25)))

    assert np.diff(found) == pytest.approx(powers[:-1] / 4, rel=0)


NEAREST = {
    "a mark": (5, 5),
    "a feather on a truck": (4.25, 4),
    "half a gap goes to the even mark, down": (4.5, 4),
    "half a gap goes to the even mark, up": (5.5, 6),
    "too close to zero": (0.03, 0),
}


@pytest.mark.parametrize(("number", "mark"), NEAREST.values(), ids=NEAREST)
def test_nearest(number, mark):
    assert nearest(number) == mark


def test_the_marks_are_drawn_where_they_are():
    """Every mark on the whole ruler, and those up to 1 on the enlarged one."""
    wide = DRAWN[: DRAWN.index("plot__narrow")]
    drawn = [float(x) for x in re.findall(r'<path d="M([\d.]+) [\d.]+L\1 [\d.]+" [^>]*stroke-width:1\.4', wide)]
    whole, enlarged = drawn[: len(marks())], drawn[len(marks()) :]
    beginning = [mark for mark in marks() if mark <= 1]
    pixels = [(places[-1] - places[0]) / reach for places, reach in ((whole, 7), (enlarged, 1))]

    assert whole == pytest.approx([whole[0] + pixels[0] * mark for mark in marks()], abs=0.1)
    assert enlarged == pytest.approx([enlarged[0] + pixels[1] * mark for mark in beginning], abs=0.1)
    assert pixels[1] == pytest.approx(8 * pixels[0], rel=0.01)


@pytest.mark.parametrize("number", ["0.0625", "0.25", "0.5", "1", "7"])
def test_a_number_is_in_the_words_and_in_the_table(number):
    assert number in re.search(r"<desc.*?</desc>", DRAWN)[0]
    assert f">{number}<" in re.search(r"<details>.*</details>", DRAWN, re.DOTALL)[0]
