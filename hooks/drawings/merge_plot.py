"""The picture of a merge: two sums in units of their own, and both in the larger unit."""

import matplotlib
import numpy as np
from matplotlib.patches import Polygon

from derivations.notation import EXAMPLE
from hooks.drawings.plots import NARROW, both, figure, html_table, label, scale
from hooks.drawings.svg import FIRST, INK, LINE, PAPER, SECOND, STYLE, sized
from snippets.log_sum_exp import merge, pair

# The second row of the running example and then the first, so that the unit rises.
CHUNKS = [np.array([float(score) for score in row]) for row in reversed(EXAMPLE["s"])]
HEIGHT = 0.34


def pairs() -> tuple[tuple[float, float], ...]:
    """The pair of each chunk, and that of both together."""
    first, second = map(pair, CHUNKS)
    return first, second, merge(first, second)


def merged_chunks() -> str:
    """Above the first chunk in its own unit, below the second one, and between them both in the larger unit."""
    (low, first), (high, second), (top, together) = pairs()
    moved = first * np.exp(low - top)
    units = [f"e{str(round(unit)).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}" for unit in (low, high)]
    names = [
        f"{scores(CHUNKS[0])}, in units of {units[0]}: {first:.3f}",
        f"together, in units of {units[1]}: {together:.3f}",
        f"{scores(CHUNKS[1])}, in units of {units[1]}: {second:.3f}",
    ]

    def draw(width):
        narrow = width == NARROW
        with matplotlib.rc_context(STYLE):
            drawing = sized(width, 300 if narrow else 270)
            axes = drawing.add_axes([0.03, 0.1, 0.94, 0.89])
            axes.set(xlim=(0, 1.5), ylim=(-0.6, 2.75))
            axes.grid(False)
            scale(axes.xaxis, [0, 0.5, 1, 1.5])
            scale(axes.yaxis, [])
            axes.add_patch(funnel([(0, 2), (first, 2), (together, 1 + HEIGHT), (second, 1 + HEIGHT)]))
            axes.add_patch(funnel([(0, HEIGHT), (second, HEIGHT), (second, 1), (0, 1)]))
            stack(axes, 2, 0, np.exp(CHUNKS[0] - low), FIRST)
            stack(axes, 1, 0, np.exp(CHUNKS[1] - top), SECOND)
            stack(axes, 1, second, np.exp(CHUNKS[0] - top), FIRST)
            stack(axes, 0, 0, np.exp(CHUNKS[1] - high), SECOND)
            for place, words in zip((2, 1), names[:2], strict=True):
                label(axes, 0, place + HEIGHT + 0.08, words, INK, ha="left", va="bottom")
            label(axes, 0, -0.08, names[2], INK, ha="left", va="top")
        return drawing

    said = (
        f"Three bars, each a sum of exponentials. Above, the first chunk, the scores {scores(CHUNKS[0])}: "
        f"{first:.4f} in its own unit, {units[0]}. Below, the second chunk, the scores {scores(CHUNKS[1])}: "
        f"{second:.4f} in its own unit, {units[1]}. Between them both in the unit {units[1]}: the second is as long "
        f"as before, the first has shrunk to {moved:.4f}, and together they are {together:.4f}."
    )
    caption = (
        f"Each piece of a bar is the exponential of one score, in the unit that stands at the bar. "
        f"On the way to the larger unit the first chunk shrinks by the factor e to the minus {round(top - low)}, "
        f"and the second one stays as it is."
    )
    rows = [
        [scores(CHUNKS[0]), units[0], f"{first:.4f}", f"{moved:.4f}"],
        [scores(CHUNKS[1]), units[1], f"{second:.4f}", f"{second:.4f}"],
        ["together", units[1], "", f"{together:.4f}"],
    ]
    table = html_table(["scores", "own unit", "sum in it", f"sum in units of {units[1]}"], rows)
    title = "Two sums in their own units, and both in the larger one"
    return figure("merged_chunks", both("merged_chunks", title, said, draw), caption, table)


def scores(chunk) -> str:
    """The scores of a chunk in words.

    >>> scores(np.array([2.0, 1.0, -1.0]))
    '2, 1 and −1'
    """
    *most, last = (f"{score:g}".replace("-", "−") for score in chunk)
    return f"{', '.join(most)} and {last}"


def stack(axes, place: float, start: float, lengths, colour: str) -> None:
    """The pieces of a bar, one behind the other."""
    for length in lengths:
        axes.barh(place, length, HEIGHT, start, align="edge", color=colour, edgecolor=PAPER, linewidth=1)
        start += length


def funnel(corners: list[tuple[float, float]]) -> Polygon:
    """What leads from a bar to the same bar in another unit."""
    return Polygon(corners, closed=True, facecolor=LINE, edgecolor="none", alpha=0.5)


MERGES = {"merged_chunks": merged_chunks}
