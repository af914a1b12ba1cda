"""The tables about speed and memory, made from the records that `make bench` writes."""

from hooks.tables.cells import table
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

# Beside what writes into memory that is there, the floor is what does so too.
FLOORS = {**LIMITS, "exp_out": "one np.exp, out given", "copy_out": "one copy, out given"}
VERSIONS = ["python", "numpy", "torch", "jax", "scipy", "numba"]
FIRST_CALLS = ["blocked", "scipy", "pytorch", "pytorch_compiled", "jax", "numba"]
# The shape at which a first call is shown.
MIDDLE = SHAPES[2]
WAYS = {
    "numpy rows": "ours, chunks of rows",
    "numpy classes": "ours, chunks of classes",
    "numpy naive": "ours, in full",
    "pytorch linear_cross_entropy": "PyTorch, `linear_cross_entropy`",
    "pytorch naive": "PyTorch, in full",
    "three products": "the three products alone",
}


def unbroken(text: str) -> str:
    """A number and its unit stay on one line.

    >>> unbroken("5.4 ms")
    '5.4&nbsp;ms'
    """
    return text.replace(" ", "&nbsp;")


def spread(row: dict | None) -> str:
    """The median, and below it where the middle half of all times lies.

    >>> spread({"median_us": 5432, "low_us": 5400, "high_us": 6010})
    '5.4&nbsp;ms<br><small>5.4&nbsp;to&nbsp;6.0</small>'
    >>> spread(None)
    ''
    """
    if row is None:
        return ""
    median = duration(row["median_us"])
    factor = {"µs": 1, "ms": 1e3, "s": 1e6}[median.split()[1]]
    low, high = (digits(row[key] / factor) for key in ("low_us", "high_us"))
    return f"{unbroken(median)}<br><small>{low}&nbsp;to&nbsp;{high}</small>"


def ladder() -> str:
    """Our versions and the limits, at each shape, in float32 on one thread."""
    record = speeds()
    found = {shape: at(record, shape) for shape in SHAPES}
    rows = [[words, *(spread(found[shape].get(who)) for shape in SHAPES)] for who, words in {**OURS, **FLOORS}.items()]
    made = table("The time of one gradient", ["version", *map(sized_as, SHAPES)], named(rows))
    small = "Below each median stands where the middle half of the times lies."
    return f"{made}\nfloat32, one thread. {small} {taken_with(record, 'python', 'numpy')}\n"


def named(rows: list[list[str]]) -> list[list[str]]:
    """The rows that say anything.

    >>> named([["two loops", "1 s", ""], ["three loops", "", ""]])
    [['two loops', '1 s', '']]
    """
    return [row for row in rows if any(row[1:])]


def ladder_threads() -> str:
    """Our fastest version beside what others offer, in both formats, on one thread and on two."""
    record = speeds()
    parts = []
    for dtype in ("float32", "float64"):
        rows = []
        for who, words in {"blocked": OURS["blocked"], **PEERS, **LIMITS}.items():
            cells = [both(*(at(record, shape, dtype, threads).get(who) for threads in (1, 2))) for shape in SHAPES]
            rows.append([words, *cells])
        parts.append(table(f"Beside other libraries, in {dtype}", [dtype, *map(sized_as, SHAPES)], named(rows)))
    small = "Small below each time: the same on two threads."
    return "\n".join([*parts, f"{small} All with huge pages. {taken_with(record, *VERSIONS)}", ""])


def both(one: dict | None, two: dict | None) -> str:
    """A time on one thread, and below it on two.

    >>> both({"median_us": 15}, {"median_us": 9.4}), both(None, None)
    ('15&nbsp;µs<br><small>9.4&nbsp;µs</small>', '')
    """
    times = [unbroken(duration(row["median_us"])) if row else "" for row in (one, two)]
    return times[0] + (f"<br><small>{times[1]}</small>" if times[1] else "")


def first_call() -> str:
    """What the very first call takes, compiler and all, beside any later one."""
    record = speeds()
    found = at(record, MIDDLE)
    rows = [
        [{**OURS, **PEERS}[who], duration(found[who]["first_call_us"]), duration(found[who]["median_us"])]
        for who in FIRST_CALLS
        if who in found
    ]
    cells = [[words, *map(unbroken, times)] for words, *times in rows]
    made = table("The first call", [sized_as(MIDDLE), "first call", "any later call"], cells)
    return f"{made}\nfloat32, one thread. {taken_with(record, *VERSIONS)}\n"


def linear_loss() -> str:
    """Time and memory of the linear layer with its loss, ours and others."""
    record = memory()
    sizes = record["sizes"]
    rows = []
    for who, words in WAYS.items():
        for row in record["rows"]:
            if row["who"] != who:
                continue
            chunk = ""
            if row["chunk"]:
                how = "its own choice" if row["default"] else "given"
                chunk = f"<br><small>{spaced(row['chunk'])} in a chunk, {how}</small>"
            low, high = (digits(row[key]) for key in ("low_s", "high_s"))
            time = f"{digits(row['median_s'])}&nbsp;s<br><small>{low}&nbsp;to&nbsp;{high}</small>"
            # The products alone are timed with all their tables there.
            rows.append([words + chunk, time, "" if row["extra_mb"] is None else f"{row['extra_mb']:.0f}"])
    made = table("Linear layer and loss", ["way", "time", "megabytes beyond the inputs"], rows)
    about = f"{spaced(sizes['N'])} samples, {sizes['D']} hidden values, {spaced(sizes['C'])} classes, {sizes['dtype']}."
    return f"{made}\n{about} {taken_with(record, 'python', 'numpy', 'torch')}\n"


SPEED_TABLES = {
    "ladder": ladder,
    "ladder_threads": ladder_threads,
    "first_call": first_call,
    "linear_loss": linear_loss,
}
