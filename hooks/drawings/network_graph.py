"""The graph of the two-layer network: on each line the table that flows forward and the one that flows back.

Of the two tables at a line, the upper one flows forward, and the lower one flows back; their shape is the same.
It is drawn twice: from left to right, and from top to bottom for a phone.
"""

from dataclasses import dataclass
from html import escape
from textwrap import dedent

RADIUS = 16


@dataclass(frozen=True)
class Line:
    """A line of the graph, what flows forward and back along it, the shape of both, and how the second is made."""

    start: str
    end: str
    forward: str
    backward: str
    shape: str
    """Empty for a single number."""
    made: str


LINES = [
    Line("X", "first product", "X", "∂M/∂X", "N × F", "Δ W₁ᵀ"),
    Line("W₁", "first product", "W₁", "XᵀΔ", "F × H", "XᵀΔ"),
    Line("first product", "first sum", "X W₁", "Δ", "N × H", "Δ, as it comes"),
    Line("b₁", "first sum", "b₁", "∂L/∂b₁", "H", "the rows of Δ, added up"),
    Line("first sum", "ReLU", "Q", "Δ", "N × H", "∂M/∂H₁ where Q is positive, 0 elsewhere"),
    Line("ReLU", "second product", "H₁", "∂M/∂H₁", "N × H", "D W₂ᵀ"),
    Line("W₂", "second product", "W₂", "H₁ᵀD", "H × C", "H₁ᵀD"),
    Line("second product", "second sum", "H₁ W₂", "D", "N × C", "D, as it comes"),
    Line("b₂", "second sum", "b₂", "∂L/∂b₂", "C", "the rows of D, added up"),
    Line("second sum", "loss", "s", "D", "N × C", "shares minus one-hot labels, over N"),
    Line("loss", "total", "M", "1", "", "1, as it comes"),
    Line("W₁", "price", "W₁", "λ W₁", "F × H", "λ W₁"),
    Line("W₂", "price", "W₂", "λ W₂", "H × C", "λ W₂"),
    Line("price", "total", "R", "1", "", "1, as it comes"),
    Line("total", "L", "L", "1", "", "the loss reacts to itself one to one"),
]  # fmt: skip
# The sign or name in a node.
SIGNS = {"first product": "@", "second product": "@", "first sum": "+", "second sum": "+", "total": "+"}

# Where the middle of each node stands, and how wide and high it is; a circle has no size of its own.
WIDE = {
    "X": (22, 250, 34, 30), "first product": (123, 250), "first sum": (215, 250), "ReLU": (305, 250, 50, 38),
    "second product": (409, 250), "second sum": (501, 250), "loss": (592, 250, 50, 38), "total": (690, 250),
    "L": (762, 250, 26, 30), "W₁": (123, 112, 40, 28), "b₁": (215, 112, 40, 28), "W₂": (409, 112, 40, 28),
    "b₂": (501, 112, 40, 28), "price": (690, 60, 50, 86),
}  # fmt: skip
TALL = {
    "X": (80, 24, 40, 26), "first product": (80, 112), "first sum": (80, 208), "ReLU": (80, 296, 50, 30),
    "second product": (80, 392), "second sum": (80, 488), "loss": (80, 576, 50, 30), "total": (80, 664),
    "L": (80, 744, 30, 26), "W₁": (226, 112, 34, 28), "b₁": (226, 208, 34, 28), "W₂": (226, 392, 34, 28),
    "b₂": (226, 488, 34, 28), "price": (226, 664, 60, 30),
}  # fmt: skip


def network_graph() -> str:
    """The figure: the drawing for wide and for narrow screens, and the same as a table."""
    return dedent(f"""\
        <figure class="graph" data-search-exclude="">
        {drawing("wide", WIDE, (784, 306))}
        {drawing("tall", TALL, (312, 764))}
        <figcaption>Of the two tables at a line, the upper one flows <span class="graph__forward">forward</span>,
        and the lower one flows <span class="graph__backward">backward</span>, in the same shape.
        The arrowheads point forward.
        The sign @ is the matrix product.
        Two lines leave each table of weights, and its gradient is the sum of what comes back on the two.</figcaption>
        <details>
        <summary>The same as a table</summary>
        {table()}
        </details>
        </figure>""")


def drawing(name: str, places: dict, size: tuple[int, int]) -> str:
    """The drawing, and what it says in a few sentences. The style sheet shows that one which fits the screen."""
    parts = [drawn(name, places, line) for line in LINES]
    parts += [node(what, *place) for what, place in places.items()]
    title, said = f"network-graph-{name}-title", f"network-graph-{name}-words"
    # What goes down always fits; what goes to the right may have to be moved, with the keyboard too.
    moved = "" if name == "tall" else ' tabindex="0" role="group" aria-label="The graph of the network"'
    width, height = size
    return (
        f'<div class="graph__box graph__box--{name}"{moved}>'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{title} {said}">'
        f'<title id="{title}">The two-layer network: what flows forward and back on each line</title>'
        f'<desc id="{said}">{words()}</desc>'
        f"{''.join(parts)}</svg></div>"
    )


def words() -> str:
    """What the drawing shows, for someone who does not see it."""
    return (
        "The inputs X enter a matrix product with W₁, the bias b₁ is added to each row, and ReLU follows. "
        "The same with W₂ and b₂ gives the scores s, and the loss node makes one number of them. "
        "Both tables of weights also enter the price R, which is added at the end. "
        "Each line carries a table forward and its gradient, of the same shape, back. The table below lists them all."
    )


def text(x: float, y: float, what: str, kind: str) -> str:
    """A few words in the drawing."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(what)}</text>'


def node(what: str, x: float, y: float, width: float = 0, height: float = 0) -> str:
    """A circle with a sign, or a box with a name."""
    if not width:
        return f'<circle class="graph__node" cx="{x}" cy="{y}" r="{RADIUS}"/>' + text(
            x, y + 5, SIGNS[what], "graph__node-name"
        )
    box = f'<rect class="graph__node" x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width}" height="{height}"'
    return f'{box} rx="4"/>' + text(x, y + 4, what, "graph__node-name")


def drawn(name: str, places: dict, line: Line) -> str:
    """A line with its two tables and their shape."""
    (x, y, *_), (to_x, to_y, *_) = places[line.start], places[line.end]
    if line.end == "price":
        return to_price(name, places, line)
    if y == to_y:
        away = 1 if to_x > x else -1
        x, to_x = x + away * half(places[line.start], 0), to_x - away * half(places[line.end], 0)
        centre = (x + to_x) / 2
        labels = stacked(line, centre, (y - 19, y - 6, y + 15, y + 28))
        return f'<path class="graph__line" d="M {x:g} {y} L {to_x:g} {y} {arrow(to_x, y, away, 0)}"/>{labels}'
    y, to_y = y + half(places[line.start], 1), to_y - half(places[line.end], 1)
    centre = (y + to_y) / 2
    if name == "wide":
        labels, room = stacked(line, x, (centre - 16, centre - 3, centre + 13, centre + 26)), 32
    else:
        labels, room = in_a_row(line, x, centre), 17
    # The line makes room for what stands in it.
    broken = f"M {x} {y:g} L {x} {centre - room + 1:g} M {x} {centre + room - 1:g} L {x} {to_y:g}"
    return f'<path class="graph__line" d="{broken} {arrow(x, to_y, 0, 1)}"/>{labels}'


def arrow(x: float, y: float, right: int, down: int) -> str:
    """A small head at the end of a line that goes to the right (1) or left (-1), or down."""
    ends = [(x - 5 * right + side * down, y - 5 * down + side * right) for side in (-3, 3)]
    (first_x, first_y), (second_x, second_y) = ends
    return f"M {first_x:g} {first_y:g} L {x:g} {y:g} L {second_x:g} {second_y:g}"


def half(place: tuple, axis: int) -> float:
    """How far a node reaches from its middle."""
    return place[2 + axis] / 2 if len(place) > 2 else RADIUS


def stacked(line: Line, x: float, levels: tuple) -> str:
    """The two tables, each above its shape."""
    if not line.shape:
        return text(x, levels[1], line.forward, "graph__forward") + text(x, levels[2], line.backward, "graph__backward")
    kinds = ("graph__forward", "graph__name", "graph__backward", "graph__name")
    what = (line.forward, line.shape, line.backward, line.shape)
    return "".join(text(x, y, one, kind) for one, y, kind in zip(what, levels, kinds, strict=True))


def in_a_row(line: Line, x: float, y: float) -> str:
    """The two tables, each beside its shape."""
    shape = f'<tspan class="graph__name" font-weight="400"> {escape(line.shape)}</tspan>' if line.shape else ""
    rows = [(line.forward, "graph__forward", -3), (line.backward, "graph__backward", 13)]
    return "".join(
        f'<text class="{kind}" x="{x:g}" y="{y + down:g}">{escape(what)}{shape}</text>' for what, kind, down in rows
    )


def to_price(name: str, places: dict, line: Line) -> str:
    """A line from weights to the price, around everything else."""
    (x, y, width, height), (to_x, to_y, to_width, to_height) = places[line.start], places[line.end]
    first = line.start == "W₁"
    if name == "wide":
        lane, centre = (36, x + 60) if first else (84, 594)
        side = to_x - to_width / 2
        path = f"M {x} {y - height / 2:g} L {x} {lane} L {side:g} {lane} {arrow(side, lane, 1, 0)}"
        levels = (lane - 19, lane - 6, lane + 15, lane + 28)
    else:
        lane, gap = (284, 330) if first else (250, 570)
        start, centre = f"{x + width / 2:g} {y}", lane
        if first:  # comes to the side of the price
            side = to_x + to_width / 2
            end = f"{lane} {to_y} L {side:g} {to_y} {arrow(side, to_y, -1, 0)}"
        else:  # comes to its top
            top = to_y - to_height / 2
            end = f"{lane} {top:g} {arrow(lane, top, 0, 1)}"
        path = f"M {start} L {lane} {y} L {lane} {gap - 31} M {lane} {gap + 31} L {end}"
        levels = (gap - 16, gap - 3, gap + 13, gap + 26)
    return f'<path class="graph__line" d="{path}"/>' + stacked(line, centre, levels)


def table() -> str:
    """What flows along each line, forward and back. The shape stands below, or a phone would hide a column."""
    head = "<tr><th>line</th><th>forward</th><th>backward</th></tr>"
    rows = "".join(
        f"<tr><td>{escape(line.start)} to {escape(line.end)}</td>"
        f"<td>{escape(line.forward)}<br/><small>{line.shape or 'one number'}</small></td>"
        f"<td>{escape(line.made)}</td></tr>"
        for line in LINES
    )
    named = 'tabindex="0" aria-label="The network, line by line"'
    return f"<table {named}><thead>{head}</thead><tbody>{rows}</tbody></table>"
