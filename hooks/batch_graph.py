"""The graph of a batch: a copy of every node for each sample, and the two nodes in which they meet.

Above each line stands what flows forward, below it what flows back.
All numbers are computed from the running example with the very functions that the pages show.
"""

from dataclasses import dataclass
from html import escape
from textwrap import dedent

import numpy as np

# Where things stand, from left to right, in the units of the drawing.
WIDTH, LANE, ROW, GAP = 668, 168, 46, 14
SCORES, SOFTMAX, LOSS, SUM, DIVIDE, END = (10, 66), (150, 216), (300, 354), 468, 560, 648
RADIUS = 19


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
    """The figure: the drawing, what it says in a sentence, and the same numbers as a table."""
    lines = edges()
    N = sum(line.end == "sum" for line in lines)
    C = sum(line.end == "softmax 0" for line in lines)
    height = N * LANE + (N - 1) * GAP
    parts = [lane(i, C) for i in range(N)]
    parts += [drawn(line, height) for line in lines]
    middle = height / 2
    parts += [
        circle(SUM, middle, "+"),
        circle(DIVIDE, middle, f"÷ {N}"),
        text(SUM, middle + RADIUS + 16, "sum", "graph__name"),
        text(DIVIDE, middle + RADIUS + 16, "mean", "graph__name"),
    ]
    return dedent(f"""\
        <figure class="graph" data-search-exclude="">
        <div class="graph__box" tabindex="0" role="group" aria-label="The graph of a batch">
        <svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="batch-graph-title batch-graph-words">
        <title id="batch-graph-title">The computation of the loss of a batch of {N} samples</title>
        <desc id="batch-graph-words">{words(N)}</desc>
        {"".join(parts)}
        </svg>
        </div>
        <figcaption>Above each line: <span class="graph__forward">forward</span>.
        Below each line: <span class="graph__backward">backward</span>.
        Read the second kind from right to left.</figcaption>
        <details>
        <summary>The same numbers as a table</summary>
        {table(lines)}
        </details>
        </figure>""")


def words(N: int) -> str:
    """What the drawing shows, for someone who does not see it."""
    return (
        f"{N} lanes, one for each sample. In each lane the scores enter a softmax node, "
        "and the shares that leave it enter a loss node. "
        f"The losses of all lanes enter one node that adds, and then one node that divides by {N}. "
        "Each line carries a number forward and a number back. The table below lists them all."
    )


def lane(i: int, C: int) -> str:
    """The copies of the nodes that belong to sample i, on a ground of their own."""
    from derivations.notation import EXAMPLE

    top = i * (LANE + GAP)
    label = EXAMPLE["y"][i]
    parts = [
        f'<rect class="graph__lane" x="0" y="{top}" width="{LOSS[1] + 10}" height="{LANE}" rx="8"/>',
        text(10, top + 17, f"sample {i}, true class {label}", "graph__name graph__name--left"),
        box(SOFTMAX, top, "softmax"),
        box(LOSS, top, "loss"),
    ]
    parts += [
        f'<rect class="graph__node" x="{SCORES[0]}" y="{level(i, j) - 12}" width="{SCORES[1] - SCORES[0]}" '
        f'height="24" rx="4"/>' + text(sum(SCORES) / 2, level(i, j) + 4, f"class {j}", "graph__node-name")
        for j in range(C)
    ]
    return "".join(parts)


def level(i: int, j: float) -> float:
    """How far down class j of sample i stands."""
    return i * (LANE + GAP) + 48 + j * ROW


def box(place: tuple[int, int], top: float, name: str) -> str:
    """A node that all classes of a sample enter."""
    left, right = place
    return (
        f'<rect class="graph__node" x="{left}" y="{top + 26}" width="{right - left}" height="{LANE - 36}" rx="4"/>'
        + text((left + right) / 2, top + 26 + (LANE - 36) / 2 + 4, name, "graph__node-name")
    )


def circle(x: float, y: float, name: str) -> str:
    """A node that all samples enter."""
    return f'<circle class="graph__node" cx="{x}" cy="{y}" r="{RADIUS}"/>' + text(x, y + 5, name, "graph__node-name")


def drawn(line: Edge, height: float) -> str:
    """A line with its two numbers."""
    kind, *place = line.start.split()
    middle = height / 2
    if kind == "score":
        left, right, y = SCORES[1], SOFTMAX[0], level(*map(int, place))
    elif kind == "softmax":
        left, right, y = SOFTMAX[1], LOSS[0], level(*map(int, line.end.split()[1:]))
    elif kind == "loss":
        left, right, y = LOSS[1], LOSS[1] + 66, level(int(place[0]), 1)
        bend = f"C {right + 18} {y} {SUM - RADIUS - 16} {middle} {SUM - RADIUS} {middle}"
        path = f'<path class="graph__line" d="M {left} {y} H {right} {bend}"/>'
        return path + numbers(line, (left + 10 + right) / 2 + 4, y)
    elif kind == "sum":
        left, right, y = SUM + RADIUS, DIVIDE - RADIUS, middle
    else:
        left, right, y = DIVIDE + RADIUS, END, middle
    return f'<path class="graph__line" d="M {left} {y} H {right}"/>' + numbers(line, (left + right) / 2, y)


def numbers(line: Edge, x: float, y: float) -> str:
    """The forward number above a line, the backward number below it."""
    return text(x, y - 6, shown(line.forward), "graph__forward") + text(
        x, y + 16, shown(line.backward), "graph__backward"
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
