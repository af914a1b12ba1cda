"""The plots about speed and memory, drawn from the records that `make bench` writes."""

from math import log10

import matplotlib

from hooks.drawings.plots import NARROW, both, figure, html_table, label, panels, scale
from hooks.drawings.svg import FIRST, INK, PAPER, QUIET, SECOND, STYLE, THIRD, inline, sized
from hooks.tables.speed_record import (
    LIMITS,
    OURS,
    PEERS,
    SHAPES,
    at,
    digits,
    duration,
    memory,
    sized_as,
    spaced,
    speeds,
    taken_with,
)

VERSIONS = ["numpy", "torch", "jax", "scipy", "numba"]
# How often each number of a large table travels between memory and processor. A pass that reads is one trip,
# one that writes as well is two; what the checks read counts, too.
TRIPS = {"stable": 9, "in_place": 8, "vectorized": 7, "blocked": 2, "blocked_out": 2, "exp": 2, "copy": 2}
LARGE = SHAPES[-1]


def ticks_between(low: float, high: float) -> list[float]:
    """Two to four round numbers in a range, on a logarithmic axis.

    >>> ticks_between(0.5, 120), ticks_between(2.5, 60)
    ([1.0, 10.0, 100.0], [3.0, 10.0, 30.0])
    >>> ticks_between(0.01, 1500)
    [0.01, 1.0, 100.0]
    """
    ticks = [10.0**power for power in range(-3, 16) if low <= 10.0**power <= high]
    if len(ticks) < 2:
        ticks = [base * 10.0**power for power in range(-3, 16) for base in (1, 3) if low <= base * 10**power <= high]
    return ticks if len(ticks) < 5 else ticks[::2]


def ladder() -> str:
    """The time of each version at each shape, beside what others take and what nobody can pass."""
    record = speeds()
    everyone = {**OURS, **PEERS}
    drawn = []
    for place, shape in enumerate(SHAPES):
        rows = at(record, shape)
        shown = [who for who in everyone if who in rows]
        with matplotlib.rc_context(STYLE):
            drawing = sized(NARROW, 82 + 19 * len(shown))
            axes = drawing.add_axes([0.37, 40 / (82 + 19 * len(shown)), 0.6, 1 - 82 / (82 + 19 * len(shown))])
            low = min(row["median_us"] for row in rows.values()) * 0.6
            high = max(rows[who]["high_us"] for who in shown) * 1.5
            axes.set(xscale="log", xlim=(low, high), ylim=(len(shown) - 0.4, -0.6))
            ticks = ticks_between(low * 1.2, high * 0.7)
            scale(axes.xaxis, ticks, [duration(tick).replace(".0", "") for tick in ticks])
            scale(axes.yaxis, list(range(len(shown))), [everyone[who] for who in shown])
            axes.grid(False, axis="y")
            for who in LIMITS:
                if who in rows:
                    axes.axvline(rows[who]["median_us"], color=THIRD, linewidth=1.4, dashes=LINES[who])
            for height, who in enumerate(shown):
                colour = FIRST if who in OURS else SECOND
                # The quartiles, and the median as a dot for ours and a ring for others.
                axes.plot([rows[who]["low_us"], rows[who]["high_us"]], [height] * 2, color=colour, linewidth=3)
                axes.plot(
                    [rows[who]["median_us"]], [height], color=colour, marker="o", markersize=7,
                    markerfacecolor=colour if who in OURS else PAPER, markeredgewidth=1.6,
                )  # fmt: skip
            axes.set_title(sized_as(shape), loc="left", x=-0.6, pad=8)
            axes.set_xlabel("time of one gradient, logarithmic")
        said = f"Times at {shape[0]} rows and {shape[1]} classes, in float32 with one thread. " + ", ".join(
            f"{words}: {duration(rows[who]['median_us'])}"
            for who, words in {**everyone, **LIMITS}.items()
            if who in rows
        )
        drawn.append(inline(drawing, f"ladder-{place}", f"Times at {sized_as(shape)}", said + "."))
    caption = (
        "Dots are our versions, rings are what others offer. The line behind each is the middle half of all its times. "
        "The dashed line is one pass of np.exp over the table, the dotted line one copy of it. "
        f"float32, one thread. {taken_with(record, *VERSIONS)}"
    )
    body = [
        [words, *(duration(row["median_us"]) if (row := at(record, shape).get(who)) else "" for shape in SHAPES)]
        for who, words in {**everyone, **LIMITS}.items()
    ]
    return figure("ladder", panels(*drawn), caption, html_table(["version", *map(sized_as, SHAPES)], body))


LINES = {"exp": (5, 2), "copy": (1, 1.5)}


def points_of_the_roof(record: dict) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Entries for a byte and entries for a second of each version; bytes for a second; exponentials for a second."""
    rows = at(record, LARGE)
    entries = LARGE[0] * LARGE[1]
    width = 4
    points = {
        who: (1 / (trips * width), 1e6 * entries / rows[who]["median_us"])
        for who, trips in TRIPS.items()
        if who in rows and who != "copy"
    }
    stream = 1e6 * entries * 2 * width / rows["copy_out"]["median_us"]
    # The exponential by itself is fastest where the table fits into a cache.
    level = max(1e6 * n * c / at(record, (n, c))["exp_out"]["median_us"] for n, c in SHAPES)
    return points, stream, level


def apart(heights: list[float], ratio: float) -> list[float]:
    """Heights on a logarithmic axis of this ratio, moved up until no word lies on another.

    >>> apart([1, 100], 1000), apart([10, 10], 10**16)
    ([1, 100], [10, 100.0])
    """
    least = ratio ** (1 / 16)
    moved = []
    for height in heights:
        moved.append(max(height, moved[-1] * least) if moved else height)
    return moved


def roofline() -> str:
    """Entries per second against entries per byte: the limit of the memory, the limit of np.exp, and our versions."""
    record = speeds()
    points, stream, level = points_of_the_roof(record)
    corner = level / stream
    # The corner of the roof is in sight, and there is room for words on the right.
    ends = 0.02, max(1, 1.8 * corner)
    low, high = min(y for _, y in points.values()) / 2, level * 2.4

    def draw(width):
        narrow = width == NARROW
        with matplotlib.rc_context(STYLE):
            drawing = sized(width, 340)
            axes = drawing.add_axes([0.13 if narrow else 0.07, 0.135, 0.84 if narrow else 0.9, 0.765])
            axes.plot([ends[0], corner], [stream * ends[0], level], color=THIRD)
            axes.plot([corner, ends[1]], [level, level], color=THIRD, dashes=(5, 2))
            for who, (x, y) in points.items():
                ours = who in OURS
                axes.plot(
                    [x], [y], color=FIRST if ours else QUIET, marker="o", markersize=8,
                    markerfacecolor=FIRST if ours else PAPER, markeredgewidth=1.6,
                )  # fmt: skip
            # Words stand on the right of their marks, one above the other.
            for group in (["stable", "in_place", "vectorized"], ["blocked", "blocked_out", "exp"]):
                group = sorted((who for who in group if who in points), key=lambda who: points[who][1])
                x = max(points[who][0] for who in group) * (1.14 if narrow else 1.08)
                for who, y in zip(group, apart([points[who][1] for who in group], high / low), strict=True):
                    axes.plot([points[who][0], x], [points[who][1], y], color=QUIET, linewidth=0.7, zorder=1)
                    label(axes, x, y, f" { {**OURS, **LIMITS}[who] }", INK if who in OURS else QUIET, va="center")
            axes.set(xscale="log", yscale="log", xlim=ends, ylim=(low, high))
            parts = [part for part in (40, 20, 10, 5, 2, 1) if 1 / part < ends[1]]
            scale(axes.xaxis, [1 / part for part in parts], [f"1/{part}" if part > 1 else "1" for part in parts])
            ticks = [
                base * 10**power for power in range(6, 12) for base in (1, 3) if low <= base * 10**power <= level * 2
            ]
            scale(axes.yaxis, ticks, [spaced(tick / 1e6) for tick in ticks])
            axes.set_xlabel("finished entries for each byte moved")
            axes.set_title("Million entries per second", loc="left", x=-0.14 if narrow else -0.07)
            label(axes, ends[1] * 0.98, level * 1.1, "np.exp in the cache", THIRD, ha="right", va="bottom")
            label(axes, 0.0315, stream * 0.0315 * 1.12, "memory", THIRD, ha="right", va="bottom")
        return drawing

    share = {who: y / min(level, stream * x) for who, (x, y) in points.items()}
    said = (
        f"A roof with a slope and a level. The slope is the memory, {digits(stream / 1e9)} billion bytes a second. "
        f"The level is one exponential for each entry, {spaced(level / 1e6)} million a second. Below it stand "
        + ", ".join(
            f"{ {**OURS, **LIMITS}[who] } with {spaced(y / 1e6)} million at {1 / x:.0f} bytes for an entry"
            for who, (x, y) in points.items()
        )
        + "."
    )
    caption = (
        f"{sized_as(LARGE)}, float32, one thread. A finished entry is one number of the gradient, with its one exponential. "
        "The slope is the speed of a copy into memory that is there, the level the fastest np.exp at any shape. "
        "Bytes are counted, not measured: one trip for each time that a pass reads or writes an entry in memory. "
        f"{taken_with(record, 'numpy')}"
    )
    rows = [
        [{**OURS, **LIMITS}[who], TRIPS[who], f"{4 * TRIPS[who]}", spaced(y / 1e6), f"{100 * share[who]:.0f}%"]
        for who, (x, y) in points.items()
    ]
    head = ["version", "trips of an entry", "bytes", "million entries per second", "of the roof above it"]
    title = "What memory and np.exp allow, and what is reached"
    return figure("roofline", both("roofline", title, said, draw), caption, html_table(head, rows))


WAYS = {
    "pytorch naive": ("PyTorch, in full", SECOND, (1, 1.2)),
    "numpy naive": ("numpy, in full", INK, (1, 1.2)),
    "pytorch linear_cross_entropy": ("PyTorch, in chunks", SECOND, (5, 2)),
    "numpy rows": ("chunks of rows", FIRST, (1, 0)),
    "numpy classes": ("chunks of classes", THIRD, (4, 2)),
}

WHOLE = {"numpy rows": "N", "numpy classes": "C"}


def memory_by_chunk(record: dict, who: str) -> list[tuple[int, float]]:
    """Size of a chunk and megabytes, from small to large."""
    return sorted((row["chunk"], row["extra_mb"]) for row in record["curve_chunk"] if row["who"] == who)


def memory_by_classes(record: dict) -> dict[str, list[tuple[int, float]]]:
    """Number of classes and megabytes of each way, with the chunks that it picks itself."""
    size = record["sizes"]["C"]
    found = {}
    for who in WAYS:
        points = {row["C"]: row["extra_mb"] for row in record["curve_classes"] if row["who"] == who}
        for row in record["rows"]:
            if row["who"] == who and (row["default"] or row["chunk"] is None):
                points[size] = row["extra_mb"]
        found[who] = sorted(points.items())
    return found


def chunk_memory() -> str:
    """The memory beyond the inputs, against the size of a chunk and against the number of classes."""
    record = memory()
    sizes = record["sizes"]
    curves = {who: memory_by_chunk(record, who) for who in WHOLE}
    classes = memory_by_classes(record)
    with matplotlib.rc_context(STYLE):
        left, right = sized(NARROW, 300), sized(NARROW, 300)
        axes, other = (one.add_axes([0.14, 0.15, 0.79, 0.72]) for one in (left, right))
        highest = max(mb for points in curves.values() for _, mb in points)
        end = max(points[-1][0] / sizes[WHOLE[who]] for who, points in curves.items())
        axes.set(xlim=(0, end * 1.05), ylim=(0, highest * 1.12))
        step = next(step for step in (0.25, 0.1, 0.05, 0.02, 0.01) if 3 * step <= end)
        shares = [step * place for place in range(int(end / step + 1e-9) + 1)]
        scale(axes.xaxis, shares, [f"{100 * share:.0f}%" if share else "0" for share in shares])
        axes.axhline(record["outputs_mb"], color=QUIET, linewidth=1, dashes=(1, 2))
        label(axes, end, record["outputs_mb"] * 0.9, "the two gradients alone", QUIET, ha="right", va="top")
        for place, (who, points) in enumerate(curves.items()):
            words, colour, dashes = WAYS[who]
            whole = sizes[WHOLE[who]]
            along = [chunk / whole for chunk, _ in points]
            axes.plot(along, [mb for _, mb in points], color=colour, dashes=dashes, marker="o", markersize=4)
            y = highest * (1.03 - 0.09 * place)
            axes.plot([0.03 * end, 0.14 * end], [y, y], color=colour, dashes=dashes)
            label(axes, 0.16 * end, y, words, colour, ha="left", va="center_baseline")
        axes.set_xlabel("share of the table that a chunk holds")
        most = max(c for points in classes.values() for c, _ in points)
        top = max(mb for points in classes.values() for _, mb in points)
        other.set(xlim=(0, most * 1.03), ylim=(0, top * 1.08))
        for who, points in classes.items():
            _, colour, dashes = WAYS[who]
            other.plot(*zip(*points, strict=True), color=colour, dashes=dashes, marker="o", markersize=4)
        # A key in the empty corner, for the lower lines lie close together.
        for place, (who, points) in enumerate(classes.items()):
            words, colour, dashes = WAYS[who]
            y = top * (1.0 - 0.085 * place)
            other.plot([most * 0.02, most * 0.12], [y, y], color=colour, dashes=dashes)
            label(other, most * 0.14, y, words, colour, ha="left", va="center_baseline")
        other.set_xlabel("classes")
        step = 10 ** int(log10(most)) // (2 if most < 2 * 10 ** int(log10(most)) else 1)
        ticks = list(range(0, int(most) + 1, step))
        ticks = ticks[::2] if len(ticks) > 4 else ticks
        scale(other.xaxis, ticks, [spaced(tick) for tick in ticks])
        for one in (axes, other):
            one.set_title("Megabytes beyond the inputs", loc="left", x=-0.15, pad=12)
    said = (
        f"Memory beyond the inputs at {spaced(sizes['N'])} samples, {sizes['D']} hidden values and "
        f"{spaced(sizes['C'])} classes, against the share of the table that a chunk holds. "
        + " ".join(
            f"In {WAYS[who][0]} it rises from {points[0][1]:.0f} megabytes at {spaced(points[0][0])} in a chunk "
            f"to {points[-1][1]:.0f} at {spaced(points[-1][0])}."
            for who, points in curves.items()
        )
        + f" The two gradients alone are {record['outputs_mb']:.0f} megabytes."
    )
    counted = "Memory beyond the inputs against the number of classes. " + " ".join(
        f"{WAYS[who][0][:1].upper()}{WAYS[who][0][1:]}: {points[-1][1]:.0f} megabytes at {spaced(points[-1][0])} classes."
        for who, points in classes.items()
    )
    caption = (
        f"Against the chunk: the larger it is, the more memory beyond the two gradients, which nobody can save. "
        f"{spaced(sizes['C'])} classes. Against the classes: with every chunk as large as each function picks it; "
        f"there the gradient of the weights grows for all. {spaced(sizes['N'])} samples, {sizes['D']} hidden values, "
        f"float32. {taken_with(record, 'numpy', 'torch')}"
    )
    rows = [
        [f"{WAYS[who][0]}, {spaced(chunk)} in a chunk", f"{mb:.0f}"]
        for who, points in curves.items()
        for chunk, mb in points
    ]
    rows += [
        [f"{WAYS[who][0]}, {spaced(c)} classes", f"{mb:.0f}"] for who, points in classes.items() for c, mb in points
    ]
    boxes = panels(
        inline(left, "chunk-memory-chunks", "Memory against the size of a chunk", said),
        inline(right, "chunk-memory-classes", "Memory against the number of classes", counted),
    )
    return figure("chunk_memory", boxes, caption, html_table(["way", "megabytes"], rows))


SPEED_PLOTS = {"ladder": ladder, "roofline": roofline, "chunk_memory": chunk_memory}
