"""What was measured of speed and memory: the records that `make bench` writes, and how their numbers are said."""

import json
from pathlib import Path

RECORDS = Path(__file__).parents[2] / "benchmarks"
SHAPES = [(128, 10), (4096, 10), (4096, 1000), (1024, 32768)]
# Our versions in the order of the ladder, what people would install instead, and what nobody can pass.
OURS = {
    "two_loops": "two loops",
    "one_loop": "one loop",
    "vectorized": "vectorized",
    "stable": "stable",
    "in_place": "in place",
    "blocked": "blocked",
    "blocked_out": "blocked, out given",
}
PEERS = {
    "pytorch": "PyTorch",
    "pytorch_compiled": "PyTorch, compiled",
    "jax": "JAX",
    "scipy": "scipy",
    "numba": "numba",
}
LIMITS = {"exp": "one np.exp", "copy": "one copy"}


def speeds() -> dict:
    """The record of the gradient of the scores."""
    return json.loads((RECORDS / "score_gradient.json").read_text(encoding="utf-8"))


def memory() -> dict:
    """The record of the linear layer with its loss."""
    return json.loads((RECORDS / "linear_cross_entropy.json").read_text(encoding="utf-8"))


def found(record: dict, **wanted) -> dict[str, dict]:
    """The rows with these properties, by who they are of.

    >>> found({"rows": [{"who": "exp", "threads": 1}, {"who": "exp", "threads": 2}]}, threads=2)
    {'exp': {'who': 'exp', 'threads': 2}}
    """
    return {row["who"]: row for row in record["rows"] if all(row[key] == value for key, value in wanted.items())}


def at(record: dict, shape: tuple[int, int], dtype: str = "float32", threads: int = 1) -> dict[str, dict]:
    """The rows of a shape, with huge pages."""
    return found(record, shape=list(shape), dtype=dtype, threads=threads, huge_pages=True)


def spaced(number: float) -> str:
    """A whole number that is easy to read.

    >>> spaced(32768), spaced(1000)
    ('32,768', '1000')
    """
    return f"{number:,.0f}" if number >= 10_000 else f"{number:.0f}"


def sized_as(shape: tuple[int, int]) -> str:
    """A shape as a title says it, in one piece.

    >>> sized_as((1024, 32768))
    '1024\xa0×\xa032,768'
    """
    return "\xa0×\xa0".join(map(spaced, shape))


def duration(us: float) -> str:
    """A time with two or three digits.

    >>> duration(0.61), duration(15.3), duration(5432), duration(128094), duration(2.3e6)
    ('0.61 µs', '15 µs', '5.4 ms', '128 ms', '2.3 s')
    """
    for factor, unit in ((1, "µs"), (1e3, "ms"), (1e6, "s")):
        if us < 999.5 * factor or unit == "s":
            return f"{digits(us / factor)} {unit}"


def digits(number: float) -> str:
    """Two digits, or all of a whole number.

    >>> digits(0.614), digits(2.0), digits(9.96), digits(15.3), digits(128.4)
    ('0.61', '2.0', '10', '15', '128')
    """
    if number >= 9.95:
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 0.95 else f"{number:.2g}"


def taken_with(record: dict, *names: str) -> str:
    """The machine and the versions, in a sentence.

    >>> taken_with({"machine": {"processor": "A chip", "cores": 2}, "versions": {"numpy": "2.4.6"}}, "numpy")
    'Measured on A chip, 2 cores, with numpy 2.4.6.'
    """
    machine, versions = record["machine"], record["versions"]
    shown = [name for name in names if name in versions]
    words = [f"{SPELT.get(name, name)} {versions[name]}" for name in shown]
    return f"Measured on {' '.join(machine['processor'].split())}, {machine['cores']} cores, with {', '.join(words)}."


SPELT = {"torch": "PyTorch", "jax": "JAX", "python": "Python"}
