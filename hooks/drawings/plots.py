"""The plots: drawn by matplotlib from what was computed, with words and a table that say the same.

Those of the training runs are drawn from benchmarks/training.json, which a test keeps.
"""

import json
from collections.abc import Callable
from html import escape
from math import log
from pathlib import Path as File

import matplotlib
import numpy as np
from contourpy import contour_generator
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, NullLocator

from hooks.drawings.svg import FIRST, INK, LINE, PAPER, QUIET, SECOND, STYLE, THIRD, inline, sized

RECORD = File(__file__).parents[2] / "benchmarks" / "training.json"
# A plot beside another one, and on a phone; and one that has the whole width of a page.
NARROW, WIDE = 330, 688


def recorded() -> dict:
    """What the training runs came to."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def figure(name: str, boxes: list[str], caption: str, table: str, kind: str = "") -> str:
    """Drawings with a caption, and the same numbers as a table for whoever wants them."""
    kinds = " ".join(["plot", *([f"plot--{kind}"] if kind else [])])
    return "\n".join(
        [
            f'<figure class="{kinds}" data-search-exclude="">',
            *boxes,
            f"<figcaption>{caption}</figcaption>",
            # A wide table can be moved with the keyboard.
            "<details><summary>The same numbers as a table</summary>",
            table.replace("<table>", '<table tabindex="0" aria-label="The same numbers">') + "</details>",
            "</figure>",
        ]
    )


def panels(*drawn: str) -> list[str]:
    """Drawings side by side where there is room, and else one above the other."""
    return ['<div class="plot__panels">', *drawn, "</div>"]


def both(name: str, title: str, words: str, draw: Callable) -> list[str]:
    """One drawing for wide screens, which can be moved sideways where it does not fit, and one for a phone."""
    wide, narrow = (inline(draw(width), f"{name}-{size}", title, words) for size, width in SIZES.items())
    return [
        f'<div class="plot__wide" tabindex="0" role="group" aria-label="{escape(title)}">{wide}</div>',
        f'<div class="plot__narrow">{narrow}</div>',
    ]


SIZES = {"wide": WIDE, "narrow": NARROW}


def html_table(head: list[str], rows: list[list]) -> str:
    """A table whose first column names its rows.

    >>> html_table(["epoch", "loss"], [[1, "0.25"]])
    '<table><thead><tr><th>epoch</th><th>loss</th></tr></thead><tbody><tr><th>1</th><td>0.25</td></tr></tbody></table>'
    """
    first = "".join(f"<th>{escape(str(cell))}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{escape(str(name))}</th>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"
        for name, *cells in rows
    )
    return f"<table><thead><tr>{first}</tr></thead><tbody>{body}</tbody></table>"


def percent(part: float, whole: float) -> str:
    """A share as the figures say it.

    >>> percent(353, 360)
    '98.1%'
    """
    return f"{100 * part / whole:.1f}%"


def digit(value: float) -> str:
    """A number with three digits, as the figures say it.

    >>> digit(0.083123), digit(2.3989)
    ('0.0831', '2.4')
    >>> digit(1e-7).split()
    ['1', '×', '10⁻⁷']
    """
    text = f"{value:.3g}"
    if "e" not in text:
        return text
    digits, _, exponent = text.partition("e")
    # It is never broken between two lines.
    return f"{digits}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{power(int(exponent))}"


def power(exponent: int) -> str:
    """A power of ten.

    >>> power(-7)
    '10⁻⁷'
    """
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def scale(axis, ticks: list[float], words: list[str] | None = None) -> None:
    """These ticks and no others; as they are, or with these words."""
    axis.set_minor_locator(NullLocator())
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_ticklabels(words or [f"{tick:g}".replace("-", "−") for tick in ticks])


def label(axes, x: float, y: float, words: str, colour: str, **how) -> None:
    """Words at a line, which no line crosses."""
    axes.text(x, y, words, color=colour, gid="class plot__label", **how)


def digits_curves() -> str:
    """Loss and share of right answers after each epoch, of what is learnt from and of what is held out."""
    run = recorded()["digits"]
    curve, learnt, held = run["curve"], run["learnt_from"], run["held_out"]
    epochs = range(len(curve["loss"]))
    last = len(epochs) - 1
    with matplotlib.rc_context(STYLE):
        losses = sized(NARROW, 270)
        axes = losses.add_axes([0.125, 0.16, 0.84, 0.72])
        axes.plot(epochs, curve["loss"], color=INK)
        axes.plot(epochs, curve["held_loss"], color=FIRST, dashes=(4, 2))
        axes.set_yscale("log")
        axes.set_ylim(0.02, 3)
        scale(axes.yaxis, [0.03, 0.1, 0.3, 1, 3])
        label(axes, last, curve["held_loss"][-1] * 1.18, "held out", FIRST, ha="right", va="bottom")
        label(axes, last, curve["loss"][-1] * 1.18, "learnt from", INK, ha="right", va="bottom")
        axes.set_title("Loss, logarithmic", loc="left", x=-0.13, pad=12)
        shares = sized(NARROW, 270)
        right = shares.add_axes([0.125, 0.16, 0.84, 0.72])
        # Before the first epoch nothing is learnt yet; the axis begins where the learning shows.
        right.plot(epochs[1:], [100 * count / learnt for count in curve["right"][1:]], color=INK)
        right.plot(epochs[1:], [100 * count / held for count in curve["held_right"][1:]], color=FIRST, dashes=(4, 2))
        right.set_ylim(92, 100.4)
        scale(right.yaxis, [92, 94, 96, 98, 100])
        label(right, last, 100 * curve["held_right"][-1] / held - 0.5, "held out", FIRST, ha="right", va="top")
        label(right, last, 99.65, "learnt from", INK, ha="right", va="top")
        right.set_title("Right answers in percent, from 92 up", loc="left", x=-0.13, pad=12)
        for one in (axes, right):
            one.set_xlim(0, last)
            scale(one.xaxis, list(range(0, last + 1, 10)))
            one.set_xlabel("epoch")
    said = (
        f"From {digit(curve['loss'][0])} before the first epoch, the loss of the {learnt} images that are learnt from "
        f"falls to {digit(curve['loss'][-1])} after {last} epochs, and that of the {held} held out "
        f"to {digit(curve['held_loss'][-1])}, where it stays. Most of it happens in the first four epochs."
    )
    counted = (
        f"After one epoch {percent(curve['held_right'][1], held)} of the images held out are read right, "
        f"after {last} epochs {percent(curve['held_right'][-1], held)}. "
        f"Of those that are learnt from it is {percent(curve['right'][-1], learnt)}."
    )
    caption = (
        f"The network learns the images it is shown, down to a loss of {digit(curve['loss'][-1])}. "
        f"What it has never seen it reads right {curve['held_right'][-1]} times in {held}, "
        f"at a loss of {digit(curve['held_loss'][-1])}. "
        f"Before the first epoch it guesses: {percent(curve['held_right'][0], held)} are right."
    )
    rows = [
        [
            epoch,
            digit(curve["loss"][epoch]),
            percent(curve["right"][epoch], learnt),
            digit(curve["held_loss"][epoch]),
            percent(curve["held_right"][epoch], held),
        ]
        for epoch in [0, 1, 2, 4, *range(5, last + 1, 5)]
    ]
    table = html_table(["epoch", "loss", "right", "held out: loss", "held out: right"], rows)
    drawn = panels(
        inline(losses, "digits-loss", "The loss after each epoch", said),
        inline(shares, "digits-right", "The share of right answers after each epoch", counted),
    )
    return figure("digits_curves", drawn, caption, table)


def mistakes(confusion: list[list[int]]) -> list[tuple[int, int, int]]:
    """True digit, digit read, and how often, for all that was misread; the most frequent first.

    >>> mistakes([[5, 1], [2, 7]])
    [(1, 0, 2), (0, 1, 1)]
    """
    found = [
        (true, taken, count)
        for true, row in enumerate(confusion)
        for taken, count in enumerate(row)
        if count and true != taken
    ]
    return sorted(found, key=lambda one: (-one[2], one[:2]))


def times(count: int) -> str:
    """How often.

    >>> times(1), times(3)
    ('once', '3 times')
    """
    return "once" if count == 1 else f"{count} times"


def digits_confusion() -> str:
    """How often each digit that was held out was read as each digit."""
    confusion = recorded()["digits"]["confusion"]
    found = mistakes(confusion)
    total, classes = sum(map(sum, confusion)), len(confusion)
    with matplotlib.rc_context(STYLE):
        drawing = sized(NARROW, 330)
        axes = drawing.add_axes([0.13, 0.02, 0.86, 0.85])
        axes.set(xlim=(-0.5, classes - 0.5), ylim=(classes - 0.5, -0.5))
        for true, row in enumerate(confusion):
            for taken, count in enumerate(row):
                if not count:
                    continue
                wrong = true != taken
                axes.add_patch(
                    Rectangle(
                        (taken - 0.47, true - 0.47), 0.94, 0.94,
                        facecolor=SECOND if wrong else FIRST, alpha=0.3 if wrong else 0.16, linewidth=0,
                    )
                )  # fmt: skip
                axes.text(
                    taken, true, str(count), ha="center", va="center_baseline", weight="bold" if wrong else "normal"
                )
        axes.grid(False)
        for axis in (axes.xaxis, axes.yaxis):
            scale(axis, list(range(classes)))
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.set_xlabel("read as", labelpad=4)
        axes.set_ylabel("is", labelpad=4)
        for spine in axes.spines.values():
            spine.set_visible(False)
        # A thin line round each cell, so that an empty one is seen.
        for place in range(classes + 1):
            axes.plot([place - 0.5] * 2, [-0.5, classes - 0.5], color=LINE, linewidth=0.6, clip_on=False)
            axes.plot([-0.5, classes - 0.5], [place - 0.5] * 2, color=LINE, linewidth=0.6, clip_on=False)
    wrong = sum(count for _, _, count in found)
    pairs = ", ".join(f"{true} as {taken} ({times(count)})" for true, taken, count in found)
    said = (
        f"A table of {classes} rows for what a digit is and {classes} columns for what it is read as. "
        f"{total - wrong} of {total} lie on the diagonal. Off it: {pairs}."
    )
    caption = (
        f"Each row is a digit, each column what the network takes it for. "
        f"On the diagonal, {total - wrong} of {total} are right. The {wrong} misread: {pairs}."
    )
    rows = [[true, *row] for true, row in enumerate(confusion)]
    drawn = [
        f'<div class="plot__single">{inline(drawing, "digits-confusion", "What each digit is read as", said)}</div>'
    ]
    return figure("digits_confusion", drawn, caption, html_table(["is", *map(str, range(classes))], rows), "beside")


def squares(places: list[tuple[int, int]]) -> Path:
    """One path that goes round all these pixels."""
    corners, codes = [], []
    for x, y in places:
        corners += [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
        codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(corners, codes)


def image(one: dict, name: str):
    """An image of eight times eight pixels as a drawing of its own."""
    with matplotlib.rc_context(STYLE):
        drawing = sized(88, 88)
        axes = drawing.add_axes([0, 0, 1, 1])
        axes.set(xlim=(0, 8), ylim=(8, 0))
        axes.axis("off")
        axes.add_patch(Rectangle((0, 0), 8, 8, facecolor="none", edgecolor=LINE, linewidth=1.5))
        pixels = np.array(one["pixels"]).reshape(8, 8)
        for grey in range(1, 17):
            places = [(x, y) for y, x in np.argwhere(pixels == grey).tolist()]
            if places:
                axes.add_patch(PathPatch(squares(places), facecolor=INK, alpha=round(grey / 16, 3), linewidth=0))
    title = f"An image of a {one['true']}, read as {one['taken']}"
    words = f"The share of {one['taken']} is {percent(one['share_of_taken'], 1)}, that of {one['true']} {percent(one['share_of_true'], 1)}."
    return inline(drawing, name, title, words)


def digits_misread() -> str:
    """The images that were held out and misread, with what the network took them for, and how sure it was."""
    found = recorded()["digits"]["misread"]
    shown = sorted(found, key=lambda one: -one["share_of_taken"])
    boxes = [
        f'<div class="plot__image">{image(one, f"misread-{place}")}'
        f"<p>is {one['true']}<br/>read as {one['taken']}<br/><span>{percent(one['share_of_taken'], 1)} sure</span></p></div>"
        for place, one in enumerate(shown)
    ]
    caption = (
        f"All {len(shown)} images that were held out and misread, the surest mistake first. "
        "Each has eight times eight pixels."
    )
    rows = [
        [one["true"], one["taken"], percent(one["share_of_taken"], 1), percent(one["share_of_true"], 1)]
        for one in shown
    ]
    table = html_table(["is", "read as", "share of what was read", "share of what it is"], rows)
    return figure("digits_misread", ['<div class="plot__images">', *boxes, "</div>"], caption, table)


def sum_and_mean() -> str:
    """The same run under the mean, under the sum with its settings converted, and under the sum without."""
    record = recorded()["reductions"]
    mean, converted, unchanged = (record[name] for name in ("mean", "sum_converted", "sum_unchanged"))
    held = recorded()["digits"]["held_out"]
    batch, classes = mean["settings"]["batch"], len(recorded()["digits"]["confusion"])
    epochs = range(len(mean["curve"]["loss"]))
    last = len(epochs) - 1

    def draw(width):
        narrow = width == NARROW
        with matplotlib.rc_context(STYLE):
            drawing = sized(width, 330)
            axes = drawing.add_axes([0.12 if narrow else 0.06, 0.13, 0.85 if narrow else 0.92, 0.78])
            axes.axhline(log(classes), color=QUIET, linewidth=1, dashes=(1, 2))
            axes.plot(epochs, unchanged["curve"]["loss"], color=SECOND, dashes=(5, 2))
            axes.plot(epochs, mean["curve"]["loss"], color=INK)
            axes.plot(
                epochs[::4], converted["curve"]["loss"][::4], color=FIRST, linestyle="none",
                marker="o", markersize=8, markerfacecolor="none", markeredgewidth=1.6,
            )  # fmt: skip
            axes.set(yscale="log", xlim=(-0.5, last + 0.5), ylim=(0.02, 9))
            scale(axes.yaxis, [0.03, 0.1, 0.3, 1, 3])
            scale(axes.xaxis, list(range(0, last + 1, 10)))
            axes.set_xlabel("epoch")
            axes.set_title("Loss of what is learnt from, logarithmic", loc="left", x=-0.12 if narrow else -0.055)
            label(axes, last, 5, "sum, same settings", SECOND, ha="right", va="center")
            label(axes, last, 1.62, "guessing", QUIET, ha="right", va="center")
            gap = "\n" if narrow else " "
            rings = f"sum, rate ÷ {batch},{gap}strength × {batch}: the rings"
            label(axes, last, 0.12 if narrow else 0.09, "mean: the line", INK, ha="right", va="bottom")
            label(axes, last, 0.043, rings, FIRST, ha="right", va="bottom")
        return drawing

    difference = record["largest_weight_difference"]
    same = (
        "not a bit of any weight differs" if difference == 0 else f"no weight differs by more than {digit(difference)}"
    )
    lowest = min(unchanged["curve"]["loss"][1:])
    best = max(unchanged["curve"]["held_right"])
    said = (
        f"Under the mean the loss falls from {digit(mean['curve']['loss'][0])} to {digit(mean['curve']['loss'][-1])} "
        f"in {last} epochs. Under the sum, with the rate divided by {batch} and the strength of the regularization "
        f"multiplied by {batch}, all points lie on the same line: after {last} epochs {same}. "
        f"Under the sum with the settings unchanged the loss never falls below {digit(lowest)}: "
        f"it swings about {digit(log(classes))}, the loss of guessing."
    )
    caption = (
        f"One run, three times. With the rate divided by the batch size {batch} and the regularization's strength "
        f"multiplied by it, the sum trains as the mean does: after {last} epochs {same}. "
        f"With unchanged settings the sum takes steps {batch} times as long and learns next to nothing: "
        f"at best {percent(best, held)} of what is held out. "
        "How it stumbles hangs on the last digit of every rounding, so another machine would draw another dashed line."
    )
    rows = [
        [epoch, *(digit(one["curve"]["loss"][epoch]) for one in (mean, converted, unchanged))]
        for epoch in [0, 1, 2, 4, *range(5, last + 1, 5)]
    ]
    table = html_table(["epoch", "mean", "sum, converted", "sum, unchanged"], rows)
    return figure(
        "sum_and_mean", both("sum-and-mean", "The loss under the sum and the mean", said, draw), caption, table
    )


ARMS = (FIRST, SECOND, THIRD)
EDGE = 1.25


def parted(axes, params: dict, classes: int) -> None:
    """The regions that a classifier gives to the classes, each in its tint, with a line between them."""
    from snippets.train import scores_of

    along = np.linspace(-EDGE, EDGE, 121)
    grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    scores = scores_of(params, grid).reshape(len(along), len(along), classes)
    for k in range(classes):
        # Above 0 where this class has the largest score.
        lead = scores[..., k] - np.delete(scores, k, axis=-1).max(axis=-1)
        corners, codes = contour_generator(along, along, lead, fill_type="OuterCode").filled(0, np.inf)
        for border in map(Path, corners, codes):
            # Corners that nobody could see would take most of the file.
            plain = border.transformed(axes.transData).cleaned(simplify=True)
            axes.add_patch(PathPatch(plain, transform=None, facecolor=(ARMS[k], 0.16), edgecolor=QUIET, linewidth=0.8))


def dots(axes, points: np.ndarray, k: int) -> None:
    """The points of an arm: dots, squares or crosses, all in one path."""
    size = 0.024
    if k == 2:
        shape = np.array([(-size, -size), (size, size), (-size, size), (size, -size)])
        codes = [Path.MOVETO, Path.LINETO] * 2
        how = {"linewidth": 1.4, "capstyle": "round"}
    else:
        # A line of no length has an end of some width: a dot or a square.
        shape, codes = np.zeros((2, 2)), [Path.MOVETO, Path.LINETO]
        how = {"linewidth": 5, "capstyle": "round"} if k == 0 else {"linewidth": 4.4, "capstyle": "projecting"}
    corners = (points[:, None, :] + shape).reshape(-1, 2)
    axes.add_patch(PathPatch(Path(corners, codes * len(points)), facecolor="none", edgecolor=ARMS[k], **how))


def spiral_boundaries() -> str:
    """What a classifier without a hidden layer makes of the spiral, and what the network makes of it."""
    from snippets.train import spiral

    record = recorded()["spiral"]
    data = spiral(record["network"]["settings"]["seed"])
    titles = {
        "linear": "Without a hidden layer",
        "network": f"With {record['network']['settings']['hidden']} hidden units",
    }
    drawn = []
    for name, title in titles.items():
        row = record[name]
        params = {key: np.array(values) for key, values in row["params"].items()}
        with matplotlib.rc_context(STYLE):
            drawing = sized(NARROW, 352)
            axes = drawing.add_axes([0.003, 0.003, 0.994, 0.92])
            axes.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE))
            axes.grid(False)
            for spine in axes.spines.values():
                spine.set(visible=True, edgecolor=LINE)
            scale(axes.xaxis, [])
            scale(axes.yaxis, [])
            parted(axes, params, data.classes)
            for k in range(data.classes):
                dots(axes, data.X[data.y == k], k)
            axes.set_title(f"{title}: {percent(row['right'], row['learnt_from'])} right", loc="left", fontsize=13)
        regions = (
            "three straight wedges that meet in one point"
            if name == "linear"
            else "three regions that wind as the arms do"
        )
        words = (
            f"{row['learnt_from']} points on three arms of a spiral, and the regions that the classifier gives them: "
            f"{regions}. {percent(row['right'], row['learnt_from'])} of the points lie in the region of their own arm, "
            f"and {percent(row['held_right'], row['held_out'])} of {row['held_out']} further points that were held out."
        )
        drawn.append(inline(drawing, f"spiral-{name}", title, words))
    linear, network = record["linear"], record["network"]
    caption = (
        f"Dots, squares and crosses are the three arms; a tint is where a classifier expects an arm. "
        f"Straight borders get {percent(linear['right'], linear['learnt_from'])} right, at a loss of {digit(linear['loss'])}. "
        f"The network bends them: {percent(network['right'], network['learnt_from'])}, at a loss of {digit(network['loss'])}; "
        f"of {network['held_out']} further points, {percent(network['held_right'], network['held_out'])}."
    )
    rows = [
        [
            title,
            digit(row["loss"]),
            percent(row["right"], row["learnt_from"]),
            digit(row["held_loss"]),
            percent(row["held_right"], row["held_out"]),
        ]
        for title, row in zip(titles.values(), record.values(), strict=True)
    ]
    table = html_table(["classifier", "loss", "right", "held out: loss", "held out: right"], rows)
    return figure("spiral_boundaries", panels(*drawn), caption, table)


def step_sizes() -> str:
    """How wrong a difference quotient is, step by step, for three formats; one-sided too, and the complex step."""
    from snippets.step_sizes import FORMATS, best, complex_step_error, curve

    curves = {name: curve(name) for name in FORMATS}
    one_sided = curve("float64", "one-sided")
    lowest = {name: best(name) for name in FORMATS}
    exact = complex_step_error()

    def draw(width):
        narrow = width == NARROW
        with matplotlib.rc_context(STYLE):
            drawing = sized(width, 370)
            axes = drawing.add_axes([0.135 if narrow else 0.065, 0.125, 0.84 if narrow else 0.91, 0.79])
            how = {
                "float16": {"color": SECOND, "dashes": (1, 1.4), "linewidth": 2.4},
                "float32": {"color": FIRST, "dashes": (5, 2)},
                "float64": {"color": INK},
            }
            axes.plot(*zip(*one_sided, strict=True), color=QUIET, linewidth=1, dashes=(7, 2, 1, 2))
            axes.axhline(exact, color=THIRD, linewidth=1.4, dashes=(2, 2))
            for name, points in curves.items():
                axes.plot(*zip(*points, strict=True), **how[name])
                row = lowest[name]
                axes.plot(
                    [row.derived], [row.error_there], color=how[name]["color"], marker="o", markersize=8,
                    markerfacecolor=PAPER, markeredgewidth=1.8,
                )  # fmt: skip
            axes.set(xscale="log", yscale="log", xlim=(3e-16, 2), ylim=(2e-17, 3))
            for axis, ticks in [(axes.xaxis, range(-15, 1, 3)), (axes.yaxis, range(-16, 1, 4))]:
                scale(axis, [10.0**tick for tick in ticks], [power(tick) if tick else "1" for tick in ticks])
            axes.set_xlabel("step")
            axes.set_title("Relative error of the gradient", loc="left", x=-0.125 if narrow else -0.06)
            label(axes, 0.12, 0.06, "float16", SECOND, ha="right" if narrow else "center", va="bottom")
            label(axes, 1.5e-7, 0.15, "float32", FIRST, ha="right", va="center")
            label(axes, 1.2e-5, 5e-12, "float64", INK, ha="center", va="top")
            one = "one-sided" if narrow else "one-sided, float64"
            label(axes, 1e-5, 3e-6, one, QUIET, ha="right", va="bottom")
            label(axes, 3e-6, exact * 2.5, "complex step, float64", THIRD, ha="center", va="bottom")
        return drawing

    said = "The error of a central difference against its step, both on logarithmic axes. " + " ".join(
        f"In {name} the error falls to {digit(row.error)} at a step of {digit(row.step)}, "
        "and grows to the left and to the right of it."
        for name, row in lowest.items()
    )
    least = min(one_sided, key=lambda point: point[1])
    said += (
        f" One-sided differences in float64 come down to {digit(least[1])}, at a step of {digit(least[0])}. "
        f"The complex step has an error of {digit(exact)} and no valley."
    )
    caption = (
        "The largest error of the gradient of the running example, as a share of its largest entry. "
        "Lines end where a step is lost in the rounding of a score. "
        "The rings stand at the steps that the derivation below recommends. "
        f"The complex step has no valley: its error is {digit(exact)}."
    )
    steps = [10.0**-place for place in range(17)]
    near = {
        name: {round(-np.log10(step) * 4): error for step, error in points}
        for name, points in {**curves, "one-sided": one_sided}.items()
    }
    rows = [
        [
            power(-place) if place else "1",
            *(digit(row[4 * place]) if 4 * place in row else "lost" for row in near.values()),
        ]
        for place, _ in enumerate(steps)
    ]
    table = html_table(["step", *curves, "float64, one-sided"], rows)
    title = "The error of a difference quotient against its step"
    return figure("step_sizes", both("step-sizes", title, said, draw), caption, table)


PLOTS = {
    "step_sizes": step_sizes,
    "digits_curves": digits_curves,
    "digits_confusion": digits_confusion,
    "digits_misread": digits_misread,
    "sum_and_mean": sum_and_mean,
    "spiral_boundaries": spiral_boundaries,
}
