"""The plot about digits: how exact each way to compute the gradient is, measured when the site is built."""

from functools import cache
from math import isfinite

import matplotlib
import numpy as np

from hooks.drawings.plots import NARROW, digit, figure, html_table, label, panels, power, scale
from hooks.drawings.svg import FIRST, INK, QUIET, SECOND, STYLE, THIRD, inline, sized
from snippets.lost_digits import VERSIONS, ahead, at_level, curve

DTYPE = np.float32
AWAY = [0, *(10 ** (step / 4) for step in range(17))]
LEVELS = [*(-level for level in reversed(AWAY[1:])), *AWAY]
LEADS = [step / 2 for step in range(1, 121)]
# No shift, and the row's maximum with the share less 1; the others in two ways.
HOW = dict(
    zip(
        VERSIONS,
        [
            {"color": THIRD, "dashes": (1, 1.2), "linewidth": 2.6},
            {"color": SECOND, "dashes": (5, 2)},
            {"color": FIRST, "dashes": (2, 1.5)},
            {"color": INK},
        ],
        strict=True,
    )
)
PROMISE = 4


@cache
def measured() -> tuple[dict, dict]:
    """The largest error of each version, in units: at each level, and for each lead of the label."""
    levels = {name: curve(name, at_level, LEVELS, DTYPE) for name in VERSIONS}
    return levels, {name: curve(name, ahead, LEADS, DTYPE) for name in list(VERSIONS)[1:]}


def drawn(axes, places: list[float], values: list[float], name: str) -> None:
    """A line, as far as there are numbers."""
    kept = [(place, value) for place, value in zip(places, values, strict=True) if isfinite(value)]
    axes.plot(*zip(*kept, strict=True), **HOW[name])


def rounding_error() -> str:
    """The error of each version against where the scores lie, and against how far ahead the label is."""
    levels, leads = measured()
    bare, less_one, maximum, whole = VERSIONS
    with matplotlib.rc_context(STYLE):
        left = sized(NARROW, 300)
        axes = left.add_axes([0.115, 0.15, 0.86, 0.72])
        right = sized(NARROW, 300)
        other = right.add_axes([0.115, 0.15, 0.86, 0.72])
        for one in (axes, other):
            one.set(yscale="log", ylim=(0.2, 3e7))
            scale(one.yaxis, [1, 100, 1e4, 1e6], ["1", "100", "10⁴", "10⁶"])
            one.axhline(PROMISE, color=QUIET, linewidth=1, dashes=(1, 2))
            one.set_title("Error in units, logarithmic", loc="left", x=-0.12, pad=12)
        for name in (bare, maximum, whole):
            drawn(axes, LEVELS, levels[name], name)
        axes.set_xscale("symlog", linthresh=1, linscale=0.4)
        axes.set_xlim(-1.6e4, 1.6e4)
        scale(axes.xaxis, [-1e4, -100, 0, 100, 1e4], ["−10⁴", "−100", "0", "100", "10⁴"])
        axes.set_xlabel("where the scores lie")
        kept = [place for place, value in zip(LEVELS, levels[bare], strict=True) if isfinite(value)]
        label(axes, kept[0] * 0.8, 3e5, "no shift", THIRD, ha="left", va="center")
        label(axes, -1.2e4, 3e5, "no\nnumber", QUIET, ha="left", va="center")
        label(axes, 1.2e4, 3e5, "no\nnumber", QUIET, ha="right", va="center")
        label(axes, 40, 9, "with a shift: below 4", INK, ha="center", va="bottom")
        for name, values in leads.items():
            drawn(other, LEADS, values, name)
        other.set_xlim(0, LEADS[-1])
        scale(other.xaxis, [0, 20, 40, 60])
        other.set_xlabel("how far the label is ahead")
        label(other, 24, 1.2e6, "p − 1: no digit left", SECOND, ha="left", va="center")
        label(other, 59, 30, "minus the others,\nrow maximum as shift", FIRST, ha="right", va="bottom")
        label(other, 59, 0.42, "minus the others, whole shift", INK, ha="right", va="center")
    far = max(max(levels[name]) for name in (maximum, whole))
    said = (
        f"The error of the gradient in float32, in units, for ordinary batches that lie anywhere from −10000 to 10000. "
        f"Without a shift there are numbers from −{-kept[0]:.0f} to {kept[-1]:.0f} alone, and down there the error is "
        f"{digit(levels[bare][LEVELS.index(kept[0])])}. "
        f"With a shift for each row it is at most {digit(far)} everywhere."
    )
    at = LEADS.index(10)
    counted = (
        "The error of the gradient in float32, in units of the row's own largest entry, against how far the label is "
        f"ahead. With the share less 1 it is {digit(leads[less_one][at])} at 10, and from about 17 on no digit is right. "
        f"With minus the others it stays below {digit(max(leads[maximum]))} after a shift by the maximum, "
        f"and below {digit(max(leads[whole]))} after a shift by a whole number."
    )
    caption = (
        "Largest error over twenty rows of ten classes in float32, against values with 50 digits. "
        "A unit is the distance from 1 to the next number, times the largest entry of the row itself. "
        "The dotted line is the promise of our versions: four units. "
        "Left: an ordinary batch, moved up or down. Right: rows that are nearly right."
    )
    rows = [
        [f"level {LEVELS[place]:.0f}".replace("-", "−"), *(shown(levels[name][place]) for name in VERSIONS)]
        for place in range(0, len(LEVELS), 4)
    ]
    rows += [
        [f"ahead by {lead:g}", "", *(shown(values[LEADS.index(lead)]) for values in leads.values())]
        for lead in (1, 2, 5, 10, 15, 20, 30, 40, 60)
    ]
    boxes = panels(
        inline(left, "rounding-error-levels", "The error against where the scores lie", said),
        inline(right, "rounding-error-leads", "The error against how far the label is ahead", counted),
    )
    return figure("rounding_error", boxes, caption, html_table(["scores", *VERSIONS], rows))


def shown(value: float) -> str:
    """An error as the table says it.

    >>> shown(1.234), shown(8388608.0).split(), shown(float("inf"))
    ('1.2', ['8.4', '×', '10⁶'], 'no number')
    """
    if not isfinite(value):
        return "no number"
    if value < 1000:
        return f"{value:.1f}" if value < 10 else f"{value:.0f}"
    front, _, exponent = f"{value:.1e}".partition("e")
    return f"{front}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{power(int(exponent))}"


DIGIT_PLOTS = {"rounding_error": rounding_error}
