"""What all timings share: what machine this is, and how versions are timed in turns."""

import os
import platform
import statistics
import time
from pathlib import Path


def machine() -> dict:
    """What the timings depend on, as far as Linux tells; elsewhere less is known."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "caches": _caches(),
        "memory_mb": int((_field("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) // 1024,
        "system": platform.system(),
    }


def in_turns(functions: dict, seconds: float, least: int = 3) -> dict:
    """Call the functions in turns until the time is over: what else the machine does then strikes all of them alike.

    A turn is one call, or a few of a fast function after one that is not counted: the one before has emptied the cache.
    Returns for each name its median and quartiles in microseconds, and how many calls they are from.
    """
    taken = {name: [] for name in functions}
    rounds, end = 0, time.perf_counter() + seconds
    while rounds < least or time.perf_counter() < end:
        rounds += 1
        for name, function in functions.items():
            first = _timed(function)
            taken[name] += [first] if first > 1e-3 else [_timed(function) for _ in range(5)]
    return {name: summary(times) for name, times in taken.items()}


def summary(seconds: list) -> dict:
    """The median and the quartiles in microseconds.

    >>> summary([3e-6, 1e-6, 2e-6])
    {'median_us': 2.0, 'low_us': 1.5, 'high_us': 2.5, 'calls': 3}
    """
    low, median, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return {"median_us": _us(median), "low_us": _us(low), "high_us": _us(high), "calls": len(seconds)}


def first_call(function) -> tuple:
    """What the very first call takes, in microseconds, and what it returns: this is where compilers work."""
    answers = []
    return _us(_timed(lambda: answers.append(function()))), answers[0]


def _timed(function) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _us(seconds: float) -> float:
    """Microseconds with four digits, which is more than any timing has."""
    return float(f"{seconds * 1e6:.4g}")


def _field(path: str, name: str) -> str:
    """The first value of a name in one of the kernel's tables, or nothing."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _caches() -> dict:
    """The sizes of the first processor's caches for data, in bytes."""
    sizes = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            sizes["L" + level + ("d" if kind == "Data" else "")] = int(size.rstrip("K")) * 1024
    return sizes
