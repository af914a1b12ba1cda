"""The tables about digits say what numpy says, and what the tests hold every version to."""

import re
from functools import cache

import numpy as np
import pytest

from hooks.tables.digit_tables import DIGITS
from snippets.extreme_rows import ROWS
from snippets.lost_digits import VERSIONS


@cache
def rows(name):
    """The cells of a table, row by row, without its head."""
    lines = [line for line in DIGITS[name]().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def number(cell):
    """The number that a cell shows."""
    plain = cell.replace(",", "").replace("−", "-")
    found = re.fullmatch(r"([-\d.]+)(?:&nbsp;×&nbsp;10<sup>(-?\d+)</sup>)?", plain)
    return float(found[1] + (f"e{found[2]}" if found[2] else ""))


HOLDS = [
    ("bits", 16, 32, 64),
    ("largest number", 65504, 3.4e38, 1.8e308),
    ("smallest normal number", 6.1e-5, 1.18e-38, 2.23e-308),
    ("smallest number of all", 5.96e-8, 1.4e-45, 4.94e-324),
    ("gap after 1", 2**-10, 2**-23, 2**-52),
    ("decimal digits", np.log10(2**11), np.log10(2**24), np.log10(2**53)),
    ("gap after 1000", 0.5, 2**-14, 2**-43),
    ("exp overflows above", 11.09, 88.72, 709.78),
    ("exp is subnormal below", -9.704, -87.34, -708.4),
    ("exp is zero below", -17.33, -103.97, -745.13),
]


@pytest.mark.parametrize("place", range(len(HOLDS)), ids=[row[0] for row in HOLDS])
def test_what_the_formats_hold(place):
    """To the digits that are shown."""
    words, *expected = HOLDS[place]
    shown, *cells = rows("float_formats")[place]

    assert shown == words
    assert [number(cell) for cell in cells] == pytest.approx(expected, rel=0.005)


def test_the_formats_table_is_whole():
    assert len(rows("float_formats")) == len(HOLDS)


def test_every_extreme_row_is_shown_with_its_answer():
    """In the order of the table that the tests use."""
    shown = rows("extremes")

    assert [cells[0].partition("<br>")[0] for cells in shown] == [row.words for row in ROWS]
    for (_, answer, unshifted), row in zip(shown, ROWS, strict=True):
        if isinstance(row.gradient, str):
            assert (answer, unshifted) == ("error", "error")
        else:
            assert [number(one) for one in answer.split(", ")] == pytest.approx(row.gradient, rel=0.005, abs=0)
            assert unshifted == ("the same" if row.unshifted else "error")


def test_the_rounding_errors_of_every_version():
    """The last one is within its promise in each format; the share less 1 has lost its digits."""
    shown = {tuple(re.split("<.*?>", name)[:3:2]): cells for name, *cells in rows("rounding_error")}
    first, second, third, last = VERSIONS

    assert {name for name, _ in shown} == set(VERSIONS)
    assert [number(cell) <= 4 for words in ("any level", "label ahead") for cell in shown[last, words]] == [True] * 6
    assert number(shown[second, "label ahead"][2]) == pytest.approx(2**52, rel=0.02)
    assert 4 < number(shown[third, "label ahead"][1]) < 100
    assert shown[first, "any level"] == ["no number"] * 3
