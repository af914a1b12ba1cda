"""A linear layer and its loss: seconds and memory, beside PyTorch and beside the three products alone.

python benchmarks/bench_linear_cross_entropy.py    a few minutes; writes linear_cross_entropy.json
QUICK=1 before it: small arrays, a few seconds, and writes nothing

Each measurement has a process of its own, and the processes take turns: what disturbs the machine disturbs all alike.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from snippets.linear_cross_entropy import linear_cross_entropy
from snippets.linear_cross_entropy_classes import linear_cross_entropy_classes
from snippets.score_gradient.stable import score_gradient
from snippets.softmax import log_softmax

RECORD = Path(__file__).with_name("linear_cross_entropy.json")
ROOT = RECORD.parents[1]
QUICK = bool(os.environ.get("QUICK"))
N, D, C = (256, 64, 5000) if QUICK else (2048, 512, 50257)
MILLION = (256, 4, 100_000) if QUICK else (256, 128, 1_000_000)
ROUNDS, CALLS = (1, 1) if QUICK else (3, 2)
METHOD = (
    "seconds: the median, lowest and highest of calls in fresh processes that take turns; "
    "extra_mb: highest resident memory during the first call less that before it, when the inputs are there "
    "and one tiny call has loaded the libraries; extra_first_call_mb: the same without the tiny call; "
    "megabytes are 10**6 bytes; three products: hidden @ weight.T, table @ weight, table.T @ hidden in numpy, "
    "into memory that was made before; huge_pages: whether the process asks the system for them, which it may not heed"
)
# Who, and the chunk (None: whatever the function chooses).
WAYS = [
    ("numpy rows", None),
    ("numpy classes", None),
    ("numpy naive", None),
    ("three products", None),
    ("pytorch linear_cross_entropy", None),
    ("pytorch linear_cross_entropy", 32),
    ("pytorch linear_cross_entropy", 128),
    ("pytorch linear_cross_entropy", 512),
    ("pytorch naive", None),
]
CHUNKS = {"numpy rows": [16, 64, 128, 256, 512, 1024, 2048], "numpy classes": [256, 1024, 4096, 16384, 50257]}
CLASSES = [10_000, 25_000, 100_000]
if QUICK:
    WAYS = [way for way in WAYS if way[1] is None]
    CHUNKS, CLASSES = {"numpy rows": [64]}, []


# What is measured: each function makes a call that can be timed.


def numpy_way(function):
    """Return what makes a call of one of our functions."""

    def make(hidden, weight, labels, chunk):
        return lambda: function(hidden, weight, labels, chunk=chunk)

    return make


def numpy_naive(hidden, weight, labels, chunk):
    """The table of scores in full, and the functions of the first pages."""

    def call():
        scores = hidden @ weight.T
        loss = -log_softmax(scores)[np.arange(len(labels)), labels].mean()
        error = score_gradient(scores, labels)
        return loss, error @ weight, error.T @ hidden

    return call


def three_products(hidden, weight, labels, chunk):
    """What no way can do without."""
    table = np.ones((len(hidden), len(weight)), hidden.dtype)
    d_hidden, d_weight = np.ones_like(hidden), np.ones_like(weight)

    def call():
        np.matmul(hidden, weight.T, out=table)
        np.matmul(table, weight, out=d_hidden)
        np.matmul(table.T, hidden, out=d_weight)

    return call


def pytorch_way(in_chunks):
    """Return what makes a call of PyTorch's function, forward and backward."""

    def make(hidden, weight, labels, chunk):
        import torch

        options = torch.nn.LinearCrossEntropyOptions(batch_chunk_size=chunk) if in_chunks else None
        inputs = torch.from_numpy(hidden).requires_grad_(), torch.from_numpy(weight).requires_grad_()
        targets = torch.from_numpy(labels)

        def call():
            loss = torch.nn.functional.linear_cross_entropy(*inputs, targets, options=options)
            return torch.autograd.grad(loss, inputs)

        return call

    return make


MAKE = {
    "numpy rows": numpy_way(linear_cross_entropy),
    "numpy classes": numpy_way(linear_cross_entropy_classes),
    "numpy naive": numpy_naive,
    "three products": three_products,
    "pytorch linear_cross_entropy": pytorch_way(in_chunks=True),
    "pytorch naive": pytorch_way(in_chunks=False),
}


# How it is measured.


def inputs(N, D, C):
    """Return hidden values, weights and labels. No array is made besides, or the memory would not be theirs alone."""
    random = np.random.default_rng(0)
    hidden, weight = np.empty((N, D), np.float32), np.empty((C, D), np.float32)
    random.standard_normal(out=hidden, dtype=np.float32)
    random.standard_normal(out=weight, dtype=np.float32)
    weight *= np.float32(D**-0.5)
    return hidden, weight, random.integers(0, C, N)


def resident(key):
    """Return VmRSS, the memory of this process, or VmHWM, the most it ever was, in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():  # macOS, which knows only the second
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.read_text(encoding="utf-8").split(f"{key}:")[1].split()[0]) * 1024


def measure(who, sizes, chunk=None, calls=1, warm=True):
    """Return the seconds of each call, and the memory that the first one takes beyond its inputs, in this process."""
    if warm:
        MAKE[who](*inputs(32, 8, 100), None)()
    call = MAKE[who](*inputs(*sizes), chunk)
    before = resident("VmRSS")
    seconds = [timed(call)]
    most = resident("VmHWM")
    seconds += [timed(call) for _ in range(calls - 1)]
    return {"seconds": seconds, "extra_mb": round((most - before) / 1e6, 1)}


def timed(call):
    """Return the seconds of a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measured(who, sizes, threads=None, **options):
    """Return the same from a process of its own."""
    # numpy asks the system for huge pages by itself. PyTorch does so if it is told to.
    environment = os.environ | {"THP_MEM_ALLOC_ENABLE": "1"}
    if threads:
        environment |= {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    question = json.dumps({"who": who, "sizes": sizes, **options})
    command = [sys.executable, "-m", "benchmarks.bench_linear_cross_entropy", question]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr)
    answer = json.loads(run.stdout)
    print(f"{who}, {sizes}, {options}: {min(answer['seconds']):.2f} s, {answer['extra_mb']} MB", file=sys.stderr)
    return answer


# What is written.


def chunk_of(who, chunk):
    """Return how many rows or classes are taken at a time, where the function chooses."""
    if who == "pytorch linear_cross_entropy" and chunk is None:
        import torch

        sizes = {"num_batches": N, "in_features": D, "num_classes": C}
        options = torch.nn.LinearCrossEntropyOptions()
        return options._adjust(**sizes, dtype=torch.float32, device=torch.device("cpu")).batch_chunk_size
    if who in ("numpy rows", "numpy classes") and chunk is None:
        from snippets.checks import check_chunk

        if who == "numpy rows":
            return check_chunk(None, N, C * 4, megabytes=32, least=64)
        return check_chunk(None, C, N * 4, megabytes=8, least=64)
    return chunk


def rows():
    """Every way at the size of a language model: seconds and memory."""
    turns = [[measured(who, (N, D, C), chunk=chunk, calls=CALLS) for who, chunk in WAYS] for _ in range(ROUNDS)]
    return [row(*way, found) for way, found in zip(WAYS, zip(*turns, strict=True), strict=True)]


def row(who, chunk, found):
    """Return a line of the table, from what was found of one way in each turn."""
    seconds = [one for turn in found for one in turn["seconds"]]
    made = {
        "who": who,
        "chunk": chunk_of(who, chunk),
        "default": chunk is None and chunk_of(who, chunk) is not None,
        "huge_pages": True,
        "median_s": round(statistics.median(seconds), 3),
        "low_s": round(min(seconds), 3),
        "high_s": round(max(seconds), 3),
        "extra_mb": found[0]["extra_mb"],
        "extra_first_call_mb": None,
    }
    if who == "three products":  # their memory is made before
        return made | {"extra_mb": None}
    if chunk is None and not QUICK:
        made["extra_first_call_mb"] = measured(who, (N, D, C), warm=False)["extra_mb"]
    return made


def outputs_mb(N, D, C):
    """Return how large both gradients are in float32."""
    return round(4e-6 * D * (N + C), 1)


def point(who, sizes, chunk=None):
    """Return a point of a curve."""
    found = measured(who, sizes, chunk=chunk)
    return {"seconds": round(found["seconds"][0], 3), "extra_mb": found["extra_mb"], "outputs_mb": outputs_mb(*sizes)}


def machine():
    """Return what this ran on."""
    info, caches = Path("/proc/cpuinfo"), Path("/sys/devices/system/cpu/cpu0/cache")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "threads": int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "caches": {
            f"level {(folder / 'level').read_text().strip()}": (folder / "size").read_text().strip()
            for folder in sorted(caches.glob("index*"))
            if (folder / "type").read_text().strip() != "Instruction"
        },
    }


def versions():
    """Return what was measured."""
    import torch

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "torch": torch.__version__,
    }


def record():
    """Measure everything."""
    return {
        "machine": machine(),
        "versions": versions(),
        "method": METHOD,
        "sizes": {"N": N, "D": D, "C": C, "dtype": "float32"},
        "inputs_mb": outputs_mb(N, D, C),
        "outputs_mb": outputs_mb(N, D, C),
        "table_mb": round(4e-6 * N * C, 1),
        "rows": rows(),
        "curve_chunk": [
            {"who": who, "chunk": chunk, **point(who, (N, D, C), chunk)} for who in CHUNKS for chunk in CHUNKS[who]
        ],
        "curve_classes": [
            {"who": who, "C": classes, **point(who, (N, D, classes))}
            for classes in CLASSES
            for who in MAKE
            if who != "three products"
        ],
        "million": [
            {"who": who, "N": MILLION[0], "D": MILLION[1], "C": MILLION[2], **point(who, MILLION)}
            | {"table_mb": round(4e-6 * MILLION[0] * MILLION[2], 1)}
            for who in ("numpy rows", "numpy classes")
        ],
    }


def lines(made):
    """Return the record as JSON, with a line for each row.

    >>> print(lines({"a": 1, "b": [{"c": 2}, {"c": 3}]}))
    {
     "a": 1,
     "b": [
      {"c": 2},
      {"c": 3}
     ]
    }
    """
    parts = []
    for name, value in made.items():
        text = json.dumps(value)
        if isinstance(value, list):
            text = "[\n" + ",\n".join(f"  {json.dumps(one)}" for one in value) + "\n ]"
        parts.append(f" {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}"


def main(arguments):
    """Answer one question, as a process of its own; or ask them all, and write the answers down."""
    if arguments:
        print(json.dumps(measure(**json.loads(arguments[0]))))
        return
    made = record()
    if not QUICK:
        RECORD.write_text(lines(made) + "\n", encoding="utf-8")
    for one in made["rows"]:
        extra = "" if one["extra_mb"] is None else f", {one['extra_mb']:.0f} MB beyond the inputs"
        chunk = f", {one['chunk']} at a time" if one["chunk"] else ""
        print(f"{one['who']}{chunk}: {one['median_s']:.2f} s ({one['low_s']:.2f} to {one['high_s']:.2f}){extra}")
    print(f"the gradients alone: {made['outputs_mb']:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
