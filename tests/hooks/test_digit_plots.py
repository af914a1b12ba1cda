"""The plot about digits draws what was measured, and says what it draws."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from hooks.drawings.digit_plots import DIGIT_PLOTS, LEADS, LEVELS, measured, shown
from snippets.lost_digits import VERSIONS

BARE, LESS_ONE, MAXIMUM, WHOLE = VERSIONS
COLOURS = {BARE: "--third", LESS_ONE: "--second", MAXIMUM: "--first", WHOLE: "--md-default-fg-color"}
DRAWN = DIGIT_PLOTS["rounding_error"]()


def lines(drawing):
    """The corners of the longest line of each colour."""
    found = {}
    for path in drawing.iter("path"):
        colour = re.search(r"stroke:var\((.*?)\)", path.get("style", ""))
        corners = np.array(re.findall(r"-?\d*\.?\d+", path.get("d")), float).reshape(-1, 2)
        if colour and len(corners) > len(found.get(colour[1], [])):
            found[colour[1]] = corners
    return found


@pytest.mark.parametrize(
    ("panel", "places", "names"), [(0, LEVELS, [BARE, MAXIMUM, WHOLE]), (1, LEADS, [LESS_ONE, MAXIMUM, WHOLE])]
)
def test_each_line_is_what_was_measured(panel, places, names):
    """On a logarithmic axis that all lines of a panel share."""
    drawing = list(ElementTree.fromstring(DRAWN).iter("svg"))[panel]
    found = lines(drawing)
    values = {name: [one for one in measured()[panel][name] if np.isfinite(one)] for name in names}
    heights = np.concatenate([found[COLOURS[name]][:, 1] for name in names])
    errors = np.log(np.concatenate([values[name] for name in names]))

    assert [len(found[COLOURS[name]]) for name in names] == [len(values[name]) for name in names]
    assert len(values[WHOLE]) == len(places)
    slope, offset = np.polyfit(errors, heights, 1)
    assert slope < 0
    assert abs(heights - slope * errors - offset).max() < 0.11


def test_the_table_says_the_same():
    levels, leads = measured()
    rows = [
        ["".join(cell.itertext()) for cell in row] for row in ElementTree.fromstring(DRAWN).find("details/table/tbody")
    ]
    first, last = rows[0], rows[-1]

    assert first == ["level −10000", *(shown(values[0]) for values in levels.values())]
    assert last == ["ahead by 60", "", *(shown(values[-1]) for values in leads.values())]


def test_our_version_is_below_the_line_of_the_promise():
    """And the words say by how much."""
    levels, leads = measured()

    assert max(levels[WHOLE] + leads[WHOLE]) <= 4
    assert re.search(rf"below {max(leads[WHOLE]):.3g} after a shift by a whole number", DRAWN)
