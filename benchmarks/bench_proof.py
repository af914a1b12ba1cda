"""What a proof costs: it grows with the number of statements, and not with N or C.

First the whole checker over a growing share of the site's formulas, each run in a fresh process.
Then one statement, the gradient, for growing N and C: by the normal form, which never sees a size,
and, as the peer, by SymPy with every sum written out at that size.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy
import sympy

from derivations import ledger
from derivations.notation import notation
from derivations.proof import concrete
from derivations.proof.normal import Normalizer

HERE = Path(__file__).parent
# A quick run proves a few formulas once, and writes nothing.
QUICK = bool(os.environ.get("QUICK"))
RUNS = 1 if QUICK else 3
SHARES = (0.02, 0.04) if QUICK else (0.25, 0.5, 0.75, 1.0)
SIZES = ((2, 3), (4, 8)) if QUICK else ((2, 3), (4, 8), (8, 16), (16, 32))

COUNT = """
import sys, time
from derivations import ledger
share = float(sys.argv[1])
formulas = ledger.formulas_of
ledger.formulas_of = lambda docs: (found := formulas(docs))[: round(len(found) * share)]
start = time.perf_counter()
account = ledger.prove()
print(len(account.statements), time.perf_counter() - start)
"""


def by_statements() -> list[dict]:
    """Seconds for the first part of the site's formulas, the median of fresh processes."""
    rows = []
    for share in SHARES:
        runs = []
        for _ in range(RUNS):
            out = subprocess.run([sys.executable, "-c", COUNT, str(share)], capture_output=True, text=True, check=True)
            count, seconds = out.stdout.split()
            runs.append(float(seconds))
        median = statistics.median(runs)
        rows.append({"statements": int(count), "seconds": round(median, 2), "each": round(median / int(count), 4)})
    return rows


def by_size() -> list[dict]:
    """Seconds for the gradient at one size: the normal form, and SymPy written out."""
    library = ledger.library()
    reading = library.claims["eq:gradient"].reading
    rows = []
    for samples, classes in SIZES:
        normal, written = [], []
        for _ in range(RUNS):
            normal.append(_timed(_by_normal_form, reading, library.definitions))
            written.append(_timed(_written_out, reading, library.definitions, samples, classes))
        row = {
            "N": samples,
            "C": classes,
            "normal form": statistics.median(normal),
            "SymPy": statistics.median(written),
        }
        rows.append({name: round(value, 4) for name, value in row.items()})
    return rows


def _written_out(reading, definitions, samples: int, classes: int) -> bool:
    """One entry of the gradient, with all sums written out, by SymPy's own calculus."""
    names = [[f"s_{n}_{c}" for c in range(classes)] for n in range(samples)]
    entries = numpy.array([[sympy.Symbol(name, real=True) for name in row] for row in names], dtype=object)
    labels = numpy.array([n % classes for n in range(samples)], dtype=object)
    given = {"s": entries, "y": labels, "W_1": numpy.zeros((1, 1), object), "W_2": numpy.zeros((1, classes), object)}
    given["lambda"] = numpy.array(sympy.Symbol("lambda"), dtype=object)
    world = concrete.WrittenOut(definitions, {"N": samples, "C": classes, "F": 1, "H": 1}, given)
    at = {notation.index_node("a"): 0, notation.index_node("b"): 1}
    return concrete.is_zero(world.value(reading.sides[0], at) - world.value(reading.sides[1], at))


def _by_normal_form(reading, definitions) -> bool:
    """The same statement for every N and C at once, with nothing remembered from before."""
    return Normalizer(definitions).equal(*reading.sides)


def _timed(function, *arguments) -> float:
    start = time.perf_counter()
    if not function(*arguments):
        raise RuntimeError("the statement was not confirmed, so its time means nothing")
    return time.perf_counter() - start


def show(title: str, rows: list[dict]) -> None:
    print(f"\n{title}")
    widths = {name: max(len(name), 8) for name in rows[0]}
    print("  ".join(f"{name:>{width}}" for name, width in widths.items()))
    for row in rows:
        print("  ".join(f"{row[name]:>{width}}" for name, width in widths.items()))


if __name__ == "__main__":
    record = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sympy": sympy.__version__,
        "runs": RUNS,
        "by_statements": by_statements(),
        "by_size": by_size(),
    }
    show("seconds by number of statements", record["by_statements"])
    show("seconds for the gradient, by N and C", record["by_size"])
    if not QUICK:
        (HERE / "proof.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
