"""The picture of a format: a ruler whose marks lie apart as far as they are from zero."""

import matplotlib

from hooks.drawings.plots import NARROW, both, figure, html_table, label, scale
from hooks.drawings.svg import FIRST, INK, LINE, QUIET, SECOND, STYLE, sized

# A format that is small enough to draw: so many marks for each doubling, normal from the first of these numbers on.
MARKS = 4
DOUBLINGS = [0.25, 0.5, 1, 2, 4]


def marks() -> list[float]:
    """All numbers of the format that are not negative.

    >>> marks()[:4], marks()[-4:]
    ([0.0, 0.0625, 0.125, 0.1875], [4.0, 5.0, 6.0, 7.0])
    """
    subnormal = [DOUBLINGS[0] * step / MARKS for step in range(MARKS)]
    return subnormal + [start * (1 + step / MARKS) for start in DOUBLINGS for step in range(MARKS)]


def nearest(number: float) -> float:
    """The mark that a number is rounded to; of two that are as near, the even one.

    >>> nearest(4.25), nearest(4.5), nearest(0.03)
    (4.0, 4.0, 0.0)
    """
    every = marks()
    return min(every, key=lambda mark: (abs(mark - number), every.index(mark) % 2))


def format_ruler() -> str:
    """Above the whole ruler, below its beginning."""
    every = marks()
    last, first = every[-1], DOUBLINGS[0]

    def draw(width):
        narrow = width == NARROW
        with matplotlib.rc_context(STYLE):
            drawing = sized(width, 250)
            for bottom, end in ((0.66, 8), (0.16, 1)):
                axes = drawing.add_axes([0.04, bottom, 0.92, 0.3])
                axes.set(xlim=(0, end), ylim=(0, 2))
                axes.grid(False)
                scale(axes.yaxis, [])
                scale(axes.xaxis, [0, 1, 2, 4, 8] if end == 8 else [0, 0.25, 0.5, 1])
                for mark in every:
                    if mark <= end:
                        colour = SECOND if mark < first else FIRST
                        axes.plot([mark, mark], [0, 0.9], color=colour, linewidth=1.4, clip_on=False)
                if end == 8:
                    axes.axvspan(last + 0.12, end, color=LINE, linewidth=0)
                    label(axes, end, 1.15, "∞", INK, ha="right", va="bottom")
                    for start in DOUBLINGS[-3:]:
                        label(axes, 1.5 * start, 1.15, f"gap {start / MARKS:g}", INK, ha="center", va="bottom")
                else:
                    label(axes, 0, 1.15, "subnormal", SECOND, ha="left", va="bottom")
                    words = "the first eighth" if narrow else "the first eighth of the ruler, enlarged"
                    label(axes, 1, 1.15, words, QUIET, ha="right", va="bottom")
        return drawing

    gaps = ", ".join(f"{start / MARKS:g} between {start:g} and {2 * start:g}" for start in DOUBLINGS)
    said = (
        f"A ruler from 0 to 8 with {MARKS} marks for each doubling. The gap is {gaps}. "
        f"Below {first:g} the gap stays {first / MARKS:g}, down to zero. The last mark is {last:g}, "
        f"and beyond it there is only infinity."
    )
    caption = (
        f"All numbers of a format that is small enough to draw: {MARKS} marks for each doubling. "
        f"Below {first:g} the marks stop growing closer: these numbers are called subnormal. "
        f"On this ruler 4 and a quarter is {nearest(4.25):g}, and the last number is {last:g}."
    )
    ends = [*DOUBLINGS[1:], last]
    rows = [["0", f"{first:g}", f"{first / MARKS:g}"]]
    rows += [[f"{start:g}", f"{end:g}", f"{start / MARKS:g}"] for start, end in zip(DOUBLINGS, ends, strict=True)]
    table = html_table(["from", "to", "gap"], rows)
    title = "A ruler whose marks grow apart"
    return figure("format_ruler", both("format_ruler", title, said, draw), caption, table)


FORMATS = {"format_ruler": format_ruler}
