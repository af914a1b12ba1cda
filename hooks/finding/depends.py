"""The map of what rests on what: a page that is made from the derivations' own dependencies.

Each derivation names those that it uses. The drawing shows them in rows, each below all that it rests on;
a line that would only say what other lines say already is left out. The list below the drawing says it in words.
"""

import re
from collections import defaultdict
from html import escape
from itertools import combinations, pairwise
from statistics import mean

from mkdocs.structure.files import File

from hooks.formulas.equations import PAGES_OF_DERIVATIONS, page_of
from hooks.proofs import Build, folder

PAGE = "map.md"
TITLE = re.compile(r"^# # (.+)$", re.MULTILINE)
PLACE = '<div data-map="drawing"></div>'
HEAD = f"""---
title: What rests on what
description: A map of all derivations of the site, from the setting to the largest, with what each of them rests on.
search:
  boost: 0.5
---

# What rests on what

What must be true before this can be?
Each box is a derivation, and each line leads up to one that it rests on.
What stands at the top rests on nothing but what words mean.
A box leads to the page where its formulas are explained.

{PLACE}

## The same in words

"""
WIDTH, BOX, HEIGHT, STEP = 720, 126, 62, 94
GAP, PASSING = 10, 30
# On a phone the boxes stand one below the other, and the lines run beside them.
NARROW, ROW, SIDE = 320, 44, 96
# How many letters fit into a line of a box.
LETTERS = 17


def on_files(files, *, config):
    """Add the page."""
    files.append(File.generated(config, PAGE, content=HEAD + words()))
    return files


def on_page_content(content, *, page, config, files):
    """The drawing, with links that lead from this page."""
    if page.file.src_uri != PAGE:
        return content
    return content.replace(PLACE, drawing(lambda name: files.get_file_from_path(home(name)).url_relative_to(page.file)))


def uses() -> dict[str, tuple[str, ...]]:
    """What each derivation rests on, in an order in which nothing stands before what it rests on."""
    from derivations.ledger import SCRIPTS
    from derivations.proof.derivation import load

    return {one.name: tuple(one.uses) for one in load(SCRIPTS)}


def titles() -> dict[str, str]:
    """What each derivation calls itself, in the first line of its text."""
    texts = {name: (folder("derivations") / f"{name}.py").read_text(encoding="utf-8") for name in uses()}
    return {name: TITLE.search(text)[1] for name, text in texts.items()}


def home(name: str) -> str:
    """The page that explains a derivation: the first one that states a formula of it."""
    return next(page_of(one.page) for one in Build.ledger.statements if one.script == name)


def words() -> str:
    """The list: each derivation with its page, its proof, and what it rests on."""
    names, graph = titles(), uses()
    lines = []
    for name, below in graph.items():
        *early, last = [f"[{names[one]}]({home(one)})" for one in below] or [""]
        on = f"{', '.join(early)} and {last}" if early else last
        rests = f"rests on {on}" if on else "rests on nothing but what words mean"
        lines.append(
            f"- [{names[name]}]({home(name)}) {rests}; here is [its proof]({PAGES_OF_DERIVATIONS.format(name)})."
        )
    return "\n".join(lines) + "\n"


def needed(graph: dict) -> dict[str, tuple[str, ...]]:
    """The lines to draw: without those that follow from others.

    >>> needed({"a": (), "b": ("a",), "c": ("a", "b")})
    {'a': (), 'b': ('a',), 'c': ('b',)}
    """
    return {
        name: tuple(one for one in below if not any(one in all_below(graph, other) for other in below))
        for name, below in graph.items()
    }


def all_below(graph: dict, name: str) -> set[str]:
    """All that a derivation rests on, near and far, without itself."""
    return {far for near in graph[name] for far in (near, *all_below(graph, near))}


def rows(graph: dict) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The derivations by row, each in the row after the last one that it rests on; and all lines, each to the next row.

    A line that passes a row has a place in it, so that it does not run through a box.

    >>> rows({"a": (), "b": ("a",), "c": ("b",), "d": ("c", "a")})[0]
    [['a'], ['b', 'a>d 1'], ['c', 'a>d 2'], ['d']]
    """
    depth: dict[str, int] = {}
    for name, below in graph.items():
        depth[name] = 1 + max((depth[one] for one in below), default=-1)
    found = [[name for name in graph if depth[name] == row] for row in range(max(depth.values()) + 1)]
    lines = []
    for name, below in graph.items():
        for one in below:
            passed = [f"{one}>{name} {row}" for row in range(depth[one] + 1, depth[name])]
            for row, place in enumerate(passed, start=depth[one] + 1):
                found[row].append(place)
            way = [one, *passed, name]
            lines += pairwise(way)
    return found, lines


def ordered(levels: list[list[str]], lines: list[tuple[str, str]]) -> list[list[str]]:
    """The rows in an order in which lines cross little: again and again each goes to the middle of its neighbours.

    >>> ordered([["a", "b"], ["c", "d"]], [("a", "d"), ("b", "c")])
    [['a', 'b'], ['d', 'c']]
    """
    near: dict[str, list[str]] = defaultdict(list)
    for above, below in lines:
        near[above].append(below)
        near[below].append(above)
    best = levels = [list(row) for row in levels]
    for _ in range(12):
        for row in (*range(1, len(levels)), *reversed(range(len(levels) - 1))):
            place = places(levels)
            levels[row] = sorted(levels[row], key=lambda one, place=place: mean(place[other] for other in near[one]))
            if crossings(levels, lines) < crossings(best, lines):
                best = [list(row) for row in levels]
    return best


def places(levels: list[list[str]]) -> dict[str, float]:
    """Where the middle of each box stands. A line that only passes needs less room; what is left over is shared."""
    found = {}
    for level in levels:
        wide = [PASSING if ">" in one else BOX + GAP for one in level]
        share = (WIDTH - sum(wide)) / len(level)
        end = 0.0
        for one, width in zip(level, wide, strict=True):
            found[one] = end + (width + share) / 2
            end += width + share
    return found


def crossings(levels: list[list[str]], lines: list[tuple[str, str]]) -> int:
    """How many pairs of lines between two rows cross."""
    place = places(levels)
    row = {one: number for number, level in enumerate(levels) for one in level}
    return sum(
        row[one[0]] == row[other[0]] and (place[one[0]] - place[other[0]]) * (place[one[1]] - place[other[1]]) < 0
        for one, other in combinations(lines, 2)
    )


def drawing(link) -> str:
    """The map for wide and for narrow screens. link(name) is the address of a derivation's page."""
    graph, names = needed(uses()), titles()
    return (
        '<figure class="map" data-search-exclude="">'
        f"{svg('wide', *wide(graph, names, link))}{svg('narrow', *narrow(graph, names, link))}"
        "<figcaption>Each line leads up to what a derivation rests on. "
        "A line that other lines make superfluous is left out.</figcaption></figure>"
    )


def svg(kind: str, width: int, height: int, inside: str) -> str:
    """A drawing with its name. It holds links, so it is no image but a group of them."""
    return (
        f'<svg class="map__{kind}" viewBox="0 0 {width} {height}" role="group" aria-labelledby="map-{kind}">'
        f'<title id="map-{kind}">What rests on what</title>{inside}</svg>'
    )


def wide(graph: dict, names: dict, link) -> tuple[int, int, str]:
    """Rows of boxes, one below the other."""
    levels, lines = rows(graph)
    levels = ordered(levels, lines)
    at = places(levels)
    top = {one: number * STEP + 1 for number, level in enumerate(levels) for one in level}
    parts = []
    for above, below in lines:
        start, end = top[above] + HEIGHT, top[below]
        middle = (start + end) / 2
        x, to = round(at[above], 1), round(at[below], 1)
        # Through a place that it only passes, a line goes straight down.
        passing = "" if below in graph else f"V{end + HEIGHT}"
        parts.append(f'<path d="M{x:g} {start}C{x:g} {middle:g} {to:g} {middle:g} {to:g} {end}{passing}"/>')
    parts += [box(link(name), names[name], round(at[name] - BOX / 2, 1), top[name], BOX, HEIGHT) for name in graph]
    return WIDTH, (len(levels) - 1) * STEP + HEIGHT + 2, "".join(parts)


def narrow(graph: dict, names: dict, link) -> tuple[int, int, str]:
    """All boxes in one column, and the lines beside them: the further a line goes, the further out."""
    order = list(graph)
    middle = {name: at * ROW + (ROW - 8) / 2 + 1 for at, name in enumerate(order)}
    parts = []
    for name, below in graph.items():
        for one in below:
            far = 8 + (SIDE - 14) * (order.index(name) - order.index(one)) / len(order)
            # A curve reaches three quarters of the way to the points that pull it.
            x, y, to = SIDE - far * 4 / 3, middle[name], middle[one]
            parts.append(f'<path d="M{SIDE} {y:g}C{x:.4g} {y:g} {x:.4g} {to:g} {SIDE} {to:g}"/>')
    parts += [
        box(link(name), names[name], SIDE, at * ROW + 1, NARROW - SIDE - 1, ROW - 8) for at, name in enumerate(order)
    ]
    return NARROW, len(order) * ROW, "".join(parts)


def box(address: str, title: str, x: float, y: float, width: float, height: float) -> str:
    """A box that is a link, with its name in one line or several."""
    lines = broken(title, round(width / BOX * LETTERS))
    first = y + height / 2 + 4 - 7 * (len(lines) - 1)
    middle = x + width / 2
    words = "".join(
        f'<tspan x="{middle:g}" y="{first + 14 * at:g}">{escape(one)}</tspan> ' for at, one in enumerate(lines)
    )
    return (
        f'<a href="{address}"><rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4"/>'
        f"<text>{words.rstrip()}</text></a>"
    )


def broken(title: str, room: int) -> list[str]:
    """A name in lines of at most so many letters, if its words allow it.

    >>> broken("The gradient of the loss", 14)
    ['The gradient', 'of the loss']
    """
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
