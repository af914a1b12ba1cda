"""The graph of a batch: a copy of every node for each sample, and the two nodes in which they meet.

Of the two numbers at a line, the upper one flows forward, and the lower one flows back.
It is drawn twice: from left to right, and from top to bottom for a phone.
All numbers are computed from the running example with the very functions that the pages show.
"""

from dataclasses import dataclass
from html import escape
from textwrap import dedent

import numpy as np

RADIUS = 19


@dataclass(frozen=True)
class Layout:
    """Where things stand along the flow, and across it, in the units of the drawing."""

    name: str
    down: bool
    """Whether it flows down; else it flows to the right."""
    scores: tuple[int, int]
    softmax: tuple[int, int]
    loss: tuple[int, int]
    bend: int
    """Where the lines of the losses leave their lanes and turn to the node that adds."""
    sum: int
    divide: int
    end: int
    lane: int
    gap: int
    first: int
    """How far across its lane the first class stands."""
    row: int
    """From one class to the next."""
    node: int
    """How wide the node of a class is, across."""
    inset: tuple[int, int]
    """What a lane leaves free, across, before and after its large nodes."""
    title: tuple[int, int]
    """Where the name of a lane stands."""

    def point(self, along: float, across: float) -> tuple[float, float]:
        """Return x and y."""
        return (across, along) if self.down else (along, across)

    def top(self, i: int) -> int:
        """Where lane i begins, across."""
        return i * (self.lane + self.gap)

    def level(self, i: int, j: int) -> int:
        """Where class j of sample i stands, across."""
        return self.top(i) + self.first + j * self.row

    def breadth(self, N: int) -> int:
        """All lanes together, across."""
        return self.top(N) - self.gap


WIDE = Layout(
    "wide", False, (10, 66), (150, 216), (300, 354), 420, 468, 560, 648,
    lane=168, gap=14, first=48, row=46, node=24, inset=(26, 10), title=(10, 17),
)  # fmt: skip
# For a phone, where the drawing to the right would leave no room for the nodes at its end.
TALL = Layout(
    "tall", True, (26, 50), (108, 136), (194, 222), 282, 340, 436, 513,
    lane=160, gap=8, first=28, row=52, node=49, inset=(4, 4), title=(17, 6),
)  # fmt: skip


@dataclass(frozen=True)
class Edge:
    """A line of the graph, what flows forward along it, and what flows back."""

    start: str
    end: str
    forward: float
    backward: float


def edges() -> list[Edge]:
    """Every line of the graph for the running example."""
    from derivations.notation import EXAMPLE
    from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
    from snippets.softmax import softmax

    scores = np.array(EXAMPLE["s"], float)
    labels = np.array(EXAMPLE["y"])
    N, C = scores.shape
    shares = softmax(scores)
    losses = cross_entropy(scores, labels, reduction="none")
    gradient = cross_entropy_gradient(scores, labels, reduction="mean")
    lines = []
    for i in range(N):
        lines += [Edge(f"score {i} {j}", f"softmax {i}", scores[i, j], gradient[i, j]) for j in range(C)]
        for j in range(C):
            # Only the share of the true class reaches the loss, through minus its logarithm.
            back = -1 / (N * shares[i, j]) if j == labels[i] else 0.0
            lines.append(Edge(f"softmax {i}", f"loss {i} {j}", shares[i, j], back))
        lines.append(Edge(f"loss {i}", "sum", losses[i], 1 / N))
    lines.append(Edge("sum", "divide", losses.sum(), 1 / N))
    lines.append(Edge("divide", "end", cross_entropy(scores, labels, reduction="mean"), 1.0))
    return lines


def shown(value: float) -> str:
    """A number as it stands in the figure: three places, two for large ones, no zeros at the end.

    >>> shown(5.0), shown(-0.49634), shown(-67.81), shown(0.0), shown(-0.0)
    ('5', '−0.496', '−67.81', '0', '0')
    """
    text = f"{value:.{2 if abs(value) >= 10 else 3}f}".rstrip("0").rstrip(".")
    return {"-0": "0"}.get(text, text).replace("-", "−")


def batch_graph() -> str:
    """The figure: the drawing for wide and for narrow screens, and the same numbers as a table."""
    lines = edges()
    return dedent(f"""\
        <figure class="graph" data-search-exclude="">
        {drawing(WIDE, lines)}
        {drawing(TALL, lines)}
        <figcaption>Of the two numbers at a line, the upper one flows <span class="graph__forward">forward</span>,
        and the lower one flows <span class="graph__backward">backward</span>.
        Read the second kind from the end to the start.</figcaption>
        <details>
        <summary>The same numbers as a table</summary>
        {table(lines)}
        </details>
        </figure>""")


def drawing(layout: Layout, lines: list[Edge]) -> str:
    """The drawing, and what it says in a sentence. The style sheet shows that one which fits the screen."""
    N = sum(line.end == "sum" for line in lines)
    C = sum(line.end == "softmax 0" for line in lines)
    middle = layout.breadth(N) / 2
    width, height = layout.point(layout.end + (4 if layout.down else 20), layout.breadth(N))
    parts = [lane(layout, i, C) for i in range(N)]
    parts += [drawn(layout, line, middle) for line in lines]
    parts += [
        circle(layout, layout.sum, middle, "+", "sum"),
        circle(layout, layout.divide, middle, f"÷ {N}", "mean"),
    ]
    title, said = f"batch-graph-{layout.name}-title", f"batch-graph-{layout.name}-words"
    # What goes down always fits; what goes to the right may have to be moved, with the keyboard too.
    moved = "" if layout.down else ' tabindex="0" role="group" aria-label="The graph of a batch"'
    return (
        f'<div class="graph__box graph__box--{layout.name}"{moved}>'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{title} {said}">'
        f'<title id="{title}">The computation of the loss of a batch of {N} samples</title>'
        f'<desc id="{said}">{words(N)}</desc>'
        f"{''.join(parts)}</svg></div>"
    )


def words(N: int) -> str:
    """What the drawing shows, for someone who does not see it."""
    return (
        f"{N} lanes, one for each sample. In each lane the scores enter a softmax node, "
        "and the shares that leave it enter a loss node. "
        f"The losses of all lanes enter one node that adds, and then one node that divides by {N}. "
        "Each line carries a number forward and a number back. The table below lists them all."
    )


def lane(layout: Layout, i: int, C: int) -> str:
    """The copies of the nodes that belong to sample i, on a ground of their own."""
    from derivations.notation import EXAMPLE

    top, (before, after) = layout.top(i), layout.inset
    across = (top + before, top + layout.lane - after)
    along, down = layout.title
    x, y = (top + down, along) if layout.down else (along, top + down)
    parts = [
        rectangle(layout, "graph__lane", (0, layout.loss[1] + 10), (top, top + layout.lane), 8),
        text(x, y, f"sample {i}, true class {EXAMPLE['y'][i]}", "graph__name graph__name--left"),
        node(layout, layout.softmax, across, "softmax"),
        node(layout, layout.loss, across, "loss"),
    ]
    half = layout.node / 2
    parts += [
        node(layout, layout.scores, (layout.level(i, j) - half, layout.level(i, j) + half), f"class {j}")
        for j in range(C)
    ]
    return "".join(parts)


def rectangle(layout: Layout, kind: str, along: tuple, across: tuple, rounded: int) -> str:
    """A rectangle between two places along the flow and two across it."""
    (left, top), (right, bottom) = layout.point(along[0], across[0]), layout.point(along[1], across[1])
    size = f'width="{right - left:g}" height="{bottom - top:g}"'
    return f'<rect class="{kind}" x="{left:g}" y="{top:g}" {size} rx="{rounded}"/>'


def node(layout: Layout, along: tuple, across: tuple, name: str) -> str:
    """A box with its name."""
    x, y = layout.point(sum(along) / 2, sum(across) / 2)
    return rectangle(layout, "graph__node", along, across, 4) + text(x, y + 4, name, "graph__node-name")


def circle(layout: Layout, along: float, middle: float, sign: str, name: str) -> str:
    """A node that all samples enter, with its sign and its name."""
    x, y = layout.point(along, middle)
    place = (x + RADIUS + 10, y + 5, name, "graph__name graph__name--left")
    if not layout.down:
        place = (x, y + RADIUS + 16, name, "graph__name")
    return (
        f'<circle class="graph__node" cx="{x:g}" cy="{y:g}" r="{RADIUS}"/>'
        + text(x, y + 5, sign, "graph__node-name")
        + text(*place)
    )


def drawn(layout: Layout, line: Edge, middle: float) -> str:
    """A line with its two numbers."""
    kind, *place = line.start.split()
    turn = ""
    if kind == "score":
        start, end, across = layout.scores[1], layout.softmax[0], layout.level(*map(int, place))
    elif kind == "softmax":
        start, end, across = layout.softmax[1], layout.loss[0], layout.level(*map(int, line.end.split()[1:]))
    elif kind == "loss":
        start, end, across = layout.loss[1], layout.bend, layout.level(int(place[0]), 1)
        near = layout.sum - RADIUS
        turn = f" C {pair(layout, end + 18, across)} {pair(layout, near - 16, middle)} {pair(layout, near, middle)}"
    elif kind == "sum":
        start, end, across = layout.sum + RADIUS, layout.divide - RADIUS, middle
    else:
        start, end, across = layout.divide + RADIUS, layout.end, middle
    # The numbers of a loss stand outside of its lane.
    centre = (start + end) / 2 + (5 if kind == "loss" else 0)
    path = f"M {pair(layout, start, across)}"
    if layout.down:
        # The line makes room for its numbers.
        path += f" L {pair(layout, centre - 15, across)} M {pair(layout, centre + 15, across)}"
    path += f" L {pair(layout, end, across)}{turn}"
    return f'<path class="graph__line" d="{path}"/>' + numbers(layout, line, *layout.point(centre, across))


def pair(layout: Layout, along: float, across: float) -> str:
    """A point, as a path names it."""
    return "{:g} {:g}".format(*layout.point(along, across))


def numbers(layout: Layout, line: Edge, x: float, y: float) -> str:
    """The forward number, and below it the backward number: above and below the line, or in it if it goes down."""
    above, below = (-2, 13) if layout.down else (-6, 16)
    return text(x, y + above, shown(line.forward), "graph__forward") + text(
        x, y + below, shown(line.backward), "graph__backward"
    )


def text(x: float, y: float, what: str, kind: str) -> str:
    """A few words in the drawing."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(what)}</text>'


def table(lines: list[Edge]) -> str:
    """The numbers of all lines, each line with the words for where it leads."""
    head = "<tr><th>line</th><th>forward</th><th>backward</th></tr>"
    rows = "".join(
        f"<tr><td>{name(line)}</td><td>{shown(line.forward)}</td><td>{shown(line.backward)}</td></tr>" for line in lines
    )
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def name(line: Edge) -> str:
    """A line in words.

    >>> name(Edge("score 0 2", "softmax 0", 0, 0)), name(Edge("sum", "divide", 0, 0))
    ('sample 0: score of class 2', 'sum of the losses')
    """
    kind, *place = line.start.split()
    if kind == "score":
        return f"sample {place[0]}: score of class {place[1]}"
    if kind == "softmax":
        return f"sample {place[0]}: share of class {line.end.split()[2]}"
    if kind == "loss":
        return f"sample {place[0]}: loss"
    return {"sum": "sum of the losses", "divide": "mean of the losses"}[kind]
