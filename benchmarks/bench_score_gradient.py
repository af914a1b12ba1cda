"""Time the score gradient: each of our versions, beside the frameworks and beside what memory and exp allow.

python benchmarks/bench_score_gradient.py          four minutes; writes score_gradient.json
QUICK=1 python benchmarks/bench_score_gradient.py  some seconds; writes nothing

Each number of threads, with and without huge pages, is a process of its own, since both are settled when one starts.
In it all are timed in turns. Every version's answer is compared first: the time of a wrong one means nothing.
"""

import ctypes
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
RECORD = Path(__file__).with_name("score_gradient.json")
QUICK = bool(os.environ.get("QUICK"))
# Each shape, and for how many seconds its versions take turns in float32; float64 gets half as much again.
SHAPES = {(128, 10): 1.5, (4096, 10): 2, (4096, 1000): 3, (1024, 32768): 10}
LARGE = list(SHAPES)[2:]
SETTINGS = [{"threads": threads, "huge_pages": huge_pages} for huge_pages in (True, False) for threads in (1, 2)]
METHOD = (
    "A process for each number of threads, with huge pages or without. "
    "In it all versions are called in turns; low and high are the quartiles of the calls."
)
NO_HUGE_PAGES = 41  # PR_SET_THP_DISABLE of Linux


def main() -> None:
    """Time all, print it, and write the record unless it is to be quick."""
    rows, ideas = [], []
    for setting in SETTINGS[:1] if QUICK else SETTINGS:
        part = run(setting)
        rows += part["rows"]
        ideas += part["ideas"]
    from benchmarks.score_gradient_peers import versions
    from benchmarks.timing import machine

    record = {
        "machine": machine(),
        "versions": {"python": platform.python_version(), **versions()},
        "method": {"what": METHOD},
        "rows": rows,
        "ideas": ideas,
    }
    show(record)
    if not QUICK:
        RECORD.write_text(lines(record) + "\n", encoding="utf-8")


def run(setting: dict) -> dict:
    """Time one setting in a process of its own."""
    threads, huge = str(setting["threads"]), str(int(setting["huge_pages"]))
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, threads)
    # The C library's own memory, which PyTorch and JAX use; then numpy's.
    environment |= {"GLIBC_TUNABLES": f"glibc.malloc.hugetlb={huge}", "NUMPY_MADVISE_HUGEPAGE": huge}
    command = [sys.executable, __file__, json.dumps(setting)]
    with tempfile.TemporaryDirectory() as folder:
        # PyTorch keeps what it has compiled; a first call is one without that.
        environment["TORCHINDUCTOR_CACHE_DIR"] = folder
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def child(threads: int, huge_pages: bool) -> dict:
    """Time one setting in this process."""
    if not huge_pages and sys.platform == "linux":
        ctypes.CDLL(None).prctl(NO_HUGE_PAGES, 1, 0, 0, 0)
    from benchmarks.score_gradient_ideas import ideas
    from benchmarks.score_gradient_peers import use

    use(threads)
    rows = []
    for shape, seconds in SHAPES.items():
        if not huge_pages and shape not in LARGE or QUICK and shape == LARGE[-1]:
            continue
        for dtype in ("float32", "float64"):
            about = {"shape": shape, "dtype": dtype, "threads": threads, "huge_pages": huge_pages}
            budget = seconds * (1 if dtype == "float32" else 1.5) / (10 if QUICK else 1)
            start = time.perf_counter()
            rows += [about | {"who": who} | row for who, row in timed(shape, dtype, threads, huge_pages, budget)]
            print(f"{about} {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return {"rows": rows, "ideas": ideas(QUICK) if threads == 1 and huge_pages else []}


def timed(shape, dtype, threads, huge_pages, seconds) -> list:
    """The name and the times of each version at one shape and dtype."""
    import numpy as np

    from benchmarks.score_gradient_peers import limits, ours, peers
    from benchmarks.timing import first_call, in_turns

    random = np.random.default_rng(0)
    scores = random.standard_normal(shape).astype(dtype)
    labels = random.integers(0, shape[1], shape[0])
    functions = limits(scores)
    first = {name: first_call(function)[0] for name, function in functions.items()}
    expected = None
    makers = {name: lambda function=function: function for name, function in ours(scores, labels, threads).items()}
    # The compiler takes seconds for each, and huge pages do not change what it makes.
    for name, maker in (makers | peers(scores, labels, threads, compiled=huge_pages and not QUICK)).items():
        try:
            function = maker()
            first[name], answer = first_call(function)
        except Exception as problem:
            print(f"{name} cannot run here: {type(problem).__name__}: {problem}", file=sys.stderr)
            continue
        answer = np.asarray(answer)
        expected = answer if expected is None else expected
        if name != "blocked_far" and abs(answer - expected).max() > 1e-5 / shape[0]:
            sys.exit(f"{name} gives another gradient at {shape}, {dtype}, so its time means nothing.")
        functions[name] = function
    del expected, answer
    return [(name, row | {"first_call_us": first[name]}) for name, row in in_turns(functions, seconds).items()]


def lines(record: dict) -> str:
    """The record as JSON, with a line for each row.

    >>> print(lines({"a": {"b": 1}, "rows": [{"c": 2}, {"c": 3}]}))
    {
     "a": {"b": 1},
     "rows": [
      {"c": 2},
      {"c": 3}
     ]
    }
    """
    parts = []
    for name, value in record.items():
        if isinstance(value, list):
            value = "[\n" + ",\n".join("  " + json.dumps(row) for row in value) + "\n ]"
        else:
            value = json.dumps(value)
        parts.append(f" {json.dumps(name)}: {value}")
    return "{\n" + ",\n".join(parts) + "\n}"


def show(record: dict) -> None:
    """Print the medians, a line for each shape, dtype and setting; then what each idea brings."""
    groups = {}
    for row in record["rows"]:
        pages = "huge pages" if row["huge_pages"] else "small pages"
        key = f"{tuple(row['shape'])} {row['dtype']}, {row['threads']} threads, {pages}"
        groups.setdefault(key, []).append(f"{row['who']} {row['median_us']:.0f}")
    for key, found in groups.items():
        print(f"{key}: {', '.join(found)}")
    for row in record["ideas"]:
        gain = row["without_us"] / row["with_us"]
        print(f"{row['idea']} at {tuple(row['shape'])} {row['dtype']}: {gain:.2f} times as fast")


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(child(**json.loads(sys.argv[1]))))
    else:
        main()
