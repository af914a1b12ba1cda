"""A plot as its tests look at it."""

import re
from functools import cache
from xml.etree import ElementTree

import numpy as np

from hooks.drawings.figures import EVERY_PLOT


@cache
def html(name) -> str:
    """A figure, as it goes into the page."""
    return EVERY_PLOT[name]()


def parsed(name) -> ElementTree.Element:
    """A figure, which is sound XML as well."""
    return ElementTree.fromstring(html(name))


def cells(name) -> list[list[str]]:
    """The table of a figure, row by row, without its head."""
    return [["".join(cell.itertext()) for cell in row] for row in parsed(name).find("details/table/tbody")]


def points(path: str) -> np.ndarray:
    """The corners of a path."""
    return np.array([float(number) for number in re.findall(r"-?\d*\.?\d+", path)]).reshape(-1, 2)


def lines(drawing, variable: str) -> list[np.ndarray]:
    """The corners of each line in this colour, in the order of drawing."""
    found = [path for path in drawing.iter("path") if f"stroke:var({variable})" in path.get("style", "")]
    return [points(path.get("d")) for path in found]
