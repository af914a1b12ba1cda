"""The plots of the pages about the shape of the loss: each is computed when the site is built."""

import matplotlib
import numpy as np

from derivations.notation import EXAMPLE
from hooks.drawings.plots import NARROW, both, digit, figure, html_table, label, panels, scale
from hooks.drawings.svg import FIRST, INK, PAPER, QUIET, SECOND, STYLE, inline, sized
from snippets.cross_entropy import cross_entropy_gradient
from snippets.curvature import curvature, step_limit
from snippets.sigmoid import sigmoid
from snippets.softmax import softmax

SURE = [float(score) for score in EXAMPLE["s"][0]]
# What is drawn on each ruler: words, scores, and where each class is put.
RULERS = [
    ("level scores", [0.0, 0.0, 0.0], [-1.0, 0.0, 1.0]),
    ("a sure network", SURE, [-1.0, 0.0, 1.0]),
    ("all moved alike", [0.0, 0.0, 0.0], [0.5, 0.5, 0.5]),
]
# Parts of the rate beyond which a step may climb.
PARTS = [0.25, 0.9, 1.1, 1.5]
STEPS = 20
# How often the first of two classes occurs.
FREQUENCY = 0.7


def ruler() -> str:
    """Three rulers with a weight for each class, and how strongly the loss bends along each."""
    bends = [float(curvature(np.array(scores), np.array(places))) for _, scores, places in RULERS]

    def draw(width):
        narrow = width == NARROW
        with matplotlib.rc_context(STYLE):
            drawing = sized(width, 440 if narrow else 186)
            for place, ((words, scores, places), bend) in enumerate(zip(RULERS, bends, strict=True)):
                box = [0.04, 0.70 - 0.325 * place, 0.92, 0.24] if narrow else [0.01 + 0.335 * place, 0.08, 0.31, 0.72]
                axes = drawing.add_axes(box)
                axes.set(xlim=(-1.6, 1.6), ylim=(-1.1, 1.6))
                axes.grid(False)
                axes.spines["bottom"].set_visible(False)
                scale(axes.xaxis, [])
                scale(axes.yaxis, [])
                axes.plot([-1.5, 1.5], [0, 0], color=QUIET, linewidth=1)
                for tick in np.linspace(-1.5, 1.5, 13):
                    whole = tick in (-1, 0, 1)
                    axes.plot([tick, tick], [0, -0.2 if whole else -0.12], color=QUIET, linewidth=0.8)
                    if whole:
                        axes.text(tick, -0.62, f"{tick:g}".replace("-", "−"), color=QUIET, ha="center", va="top")
                shares = softmax(np.array(scores))
                # Weights on one spot would hide each other, so they are stacked.
                heights = [0.42 * k for k in range(3)] if len(set(places)) == 1 else [0.0] * 3
                for k, (at, share) in enumerate(zip(places, shares, strict=True)):
                    size = 27 * np.sqrt(share)
                    y = 0.28 + heights[k]
                    axes.plot([at], [y], marker="o", markersize=size, color=FIRST, markeredgewidth=0)
                    if share > 0.1:
                        axes.text(at, y - 0.02, str(k), color=PAPER, ha="center", va="center")
                    else:
                        axes.text(at, y + 0.2, str(k), color=INK, ha="center", va="bottom")
                balance = float((shares * places).sum())
                axes.plot([balance], [-0.36], marker="^", markersize=9, color=SECOND)
                axes.set_title(f"{words}: {bend:.2f}", loc="center", pad=4)
        return drawing

    said = "Three rulers, each with a weight for class 0, 1 and 2 and a mark where they balance. " + " ".join(
        f"{words.capitalize()}: the shares are {', '.join(f'{share:.2f}' for share in softmax(np.array(scores)))}, "
        f"at the places {', '.join(f'{at:g}' for at in places)}, and the variance is {bend:.2f}."
        for (words, scores, places), bend in zip(RULERS, bends, strict=True)
    )
    caption = (
        "The area of each weight is the share of its class, and the triangle is where the ruler balances. "
        "The number is the variance of the places, and the bend of the loss in that direction. "
        "The sure network is the first sample of the running example."
    )
    rows = [
        [words, *(f"{share:.4f}" for share in softmax(np.array(scores))), *(f"{at:g}" for at in places), f"{bend:.4f}"]
        for (words, scores, places), bend in zip(RULERS, bends, strict=True)
    ]
    head = ["ruler", *(f"share {k}" for k in range(3)), *(f"place {k}" for k in range(3)), "variance"]
    title = "Weights on a ruler, and their variance"
    return figure("ruler", both("ruler", title, said, draw), caption, html_table(head, rows))


def descents() -> tuple[float, dict[float, list[float]]]:
    """The limit of the rate, and where some parts of it lead: the difference of the two scores after each step.

    Two samples look alike and have different labels, so the least loss is where both scores are the same.
    """
    features, labels = np.ones((2, 1)), np.array([0, 1])
    limit = step_limit(features)
    found = {}
    for part in PARTS:
        W, differences = np.array([[0.25, -0.25]]), []
        for _ in range(STEPS + 1):
            differences.append(float(W[0, 0] - W[0, 1]))
            W = W - part * limit * features.T @ cross_entropy_gradient(features @ W, labels)
        found[part] = differences
    return limit, found


def step_limits() -> str:
    """The way through the valley, step by step, below and above the limit of the rate."""
    limit, found = descents()
    how = {0.25: (INK, (1, 0)), 0.9: (FIRST, (4, 2)), 1.1: (INK, (1, 0)), 1.5: (SECOND, (4, 2))}
    drawn = []
    for name, words, parts in [("below", "Below the limit", PARTS[:2]), ("above", "Above the limit", PARTS[2:])]:
        with matplotlib.rc_context(STYLE):
            drawing = sized(NARROW, 250)
            axes = drawing.add_axes([0.11, 0.17, 0.86, 0.70])
            for part in parts:
                colour, dashes = how[part]
                axes.plot(found[part], color=colour, dashes=dashes, marker="o", markersize=3, linewidth=1.4)
            below = name == "below"
            axes.set(xlim=(0, STEPS), ylim=(-0.6, 0.6) if below else (-4, 4))
            scale(axes.xaxis, list(range(0, STEPS + 1, 5)))
            scale(axes.yaxis, [-0.5, 0, 0.5] if below else [-3, 0, 3])
            axes.set_xlabel("step")
            axes.set_title(f"{words}: difference of the scores", loc="left", x=-0.09)
            if below:
                label(axes, 5.2, -0.24, "0.9 times the limit", FIRST, ha="left", va="top")
                label(axes, 5.2, 0.24, "0.25 times: the line without jumps", INK, ha="left", va="bottom")
            else:
                label(axes, STEPS - 0.3, 3, "1.5 times the limit", SECOND, ha="right", va="bottom")
                label(axes, STEPS - 0.3, -3, "1.1 times: the inner line", INK, ha="right", va="top")
        said = (
            "The difference of the two scores, step by step, from 0.5 on. The bottom of the valley is at 0. "
            + " ".join(
                f"At {part:g} times the limit it is {digit(found[part][1])} after one step, "
                f"and {digit(abs(found[part][-1]))} away from the bottom after {STEPS}."
                for part in parts
            )
        )
        drawn.append(inline(drawing, f"step-limits-{name}", words, said))
    caption = (
        f"Two samples look alike and have different labels, so the bottom of the valley is where both scores are equal. "
        f"The limit of the rate is {limit:.3g}. A quarter of it walks straight down. "
        "Just below it each step lands on the other side, a little nearer. Just above it, a little further away."
    )
    rows = [[step, *(digit(values[step]) for values in found.values())] for step in [0, 1, 2, 3, 5, 10, 15, 20]]
    table = html_table(["step", *(f"{part:g} times the limit" for part in found)], rows)
    return figure("step_limits", panels(*drawn), caption, table)


def sigmoid_curves() -> str:
    """The sigmoid with its slope, and the loss for either label."""
    z = np.linspace(-6, 6, 121)
    share = sigmoid(z)
    losses = -np.log(share), -np.log(1 - share)
    with matplotlib.rc_context(STYLE):
        left = sized(NARROW, 250)
        axes = left.add_axes([0.11, 0.17, 0.86, 0.70])
        axes.plot(z, share, color=INK)
        axes.plot(z, share * (1 - share), color=FIRST, dashes=(4, 2))
        label(axes, 1.2, 0.9, "sigmoid", INK, ha="right", va="bottom")
        label(axes, 1.4, 0.22, "its slope", FIRST, ha="left", va="bottom")
        axes.set_ylim(0, 1.04)
        scale(axes.yaxis, [0, 0.25, 0.5, 0.75, 1])
        axes.set_title("Share of the first class", loc="left", x=-0.11)
        right = sized(NARROW, 250)
        other = right.add_axes([0.11, 0.17, 0.86, 0.70])
        other.plot(z, losses[0], color=INK)
        other.plot(z, losses[1], color=SECOND, dashes=(4, 2))
        label(other, -4.6, 5.1, "first is true", INK, ha="left", va="bottom")
        label(other, 4.6, 5.1, "second is true", SECOND, ha="right", va="bottom")
        other.set_ylim(0, 6.2)
        scale(other.yaxis, [0, 2, 4, 6])
        other.set_title("Loss", loc="left", x=-0.11)
        for one in (axes, other):
            one.set_xlim(-6.4, 6.4)
            scale(one.xaxis, [-6, -3, 0, 3, 6])
            one.set_xlabel("first score minus second score")
    at = {where: int(np.argmin(abs(z - where))) for where in (-6, -3, 0, 3, 6)}
    said = (
        f"An S-shaped curve that rises from {digit(share[at[-6]])} at -6 through one half at 0 to {digit(share[at[6]])} "
        "at 6. Its slope is a bump that is a quarter high at 0 and flat at both ends."
    )
    second = (
        f"Two curves that cross at 0, at a height of {digit(losses[0][at[0]])}. The loss if the first class is true "
        f"falls from {digit(losses[0][at[-6]])} at -6 to nearly 0 at 6; the other one is its mirror image."
    )
    caption = (
        "The share goes from 0 to 1, and its slope is also the bend of the loss. "
        "The loss is nearly a straight line where the network is sure and wrong, nearly 0 where it is sure and right."
    )
    rows = [
        [f"{where}", *(digit(values[k]) for values in (share, share * (1 - share), *losses))] for where, k in at.items()
    ]
    table = html_table(["difference", "sigmoid", "its slope", "loss, first is true", "loss, second is true"], rows)
    drawn = panels(
        inline(left, "sigmoid-share", "The sigmoid and its slope", said),
        inline(right, "sigmoid-loss", "The loss for either label", second),
    )
    return figure("sigmoid_curves", drawn, caption, table)


def divergences() -> str:
    """The mean loss of a guess between two classes, and what it has more than the entropy."""
    guesses = np.linspace(0.02, 0.98, 97)
    losses = -FREQUENCY * np.log(guesses) - (1 - FREQUENCY) * np.log(1 - guesses)
    entropy = float(losses.min())
    shown = 0.3
    at = int(np.argmin(abs(guesses - shown)))

    def draw(width):
        narrow = width == NARROW
        with matplotlib.rc_context(STYLE):
            drawing = sized(width, 280)
            axes = drawing.add_axes([0.12 if narrow else 0.06, 0.16, 0.85 if narrow else 0.92, 0.73])
            axes.axhline(entropy, color=FIRST, dashes=(4, 2))
            axes.plot([guesses[at]] * 2, [entropy, losses[at]], color=SECOND, linewidth=3)
            axes.plot(guesses, losses, color=INK)
            axes.plot([FREQUENCY], [entropy], marker="o", markersize=8, color=INK, markerfacecolor=PAPER)
            axes.set(xlim=(0, 1), ylim=(0.3, 2.2))
            scale(axes.xaxis, [0, 0.25, 0.5, FREQUENCY, 1])
            scale(axes.yaxis, [0.5, 1, 1.5, 2])
            axes.set_xlabel("share that the model gives to the first class")
            axes.set_title("Mean loss", loc="left", x=-0.1 if narrow else -0.05)
            label(axes, 0.14, 1.62, "cross-entropy", INK, ha="left", va="bottom")
            label(axes, 0.02, entropy - 0.05, "entropy", FIRST, ha="left", va="top")
            label(axes, guesses[at] - 0.02, entropy + 0.1, "divergence", SECOND, ha="right", va="center")
        return drawing

    said = (
        f"A curve with one bottom, of {digit(entropy)}, where the share is the frequency {FREQUENCY:g}. "
        f"A straight line touches it there. At a share of {shown:g} the curve is at {digit(losses[at])}, "
        f"{digit(losses[at] - entropy)} above the line."
    )
    caption = (
        f"The first of two classes occurs {FREQUENCY:.0%} of the time. The mean loss is lowest for a model that says so, "
        f"and even then it is the entropy, {digit(entropy)}, and not zero. What a model pays more is the divergence."
    )
    places = [0.1, 0.3, 0.5, 0.7, 0.9]
    rows = []
    for place in places:
        loss = float(losses[int(np.argmin(abs(guesses - place)))])
        rows.append([f"{place:g}", digit(loss), digit(entropy), digit(loss - entropy) if loss > entropy else "0"])
    table = html_table(["share", "cross-entropy", "entropy", "divergence"], rows)
    title = "Cross-entropy, entropy and divergence of a guess between two classes"
    return figure("divergences", both("divergences", title, said, draw), caption, table)


SHAPES = {
    "ruler": ruler,
    "step_limits": step_limits,
    "sigmoid_curves": sigmoid_curves,
    "divergences": divergences,
}
