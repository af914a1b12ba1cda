"""The tables about running code in the reader's browser, made from the record that `make bench` writes."""

import json
import statistics

from hooks.tables.cells import table
from hooks.tables.speed_record import RECORDS, digits, duration
from hooks.tables.speed_tables import unbroken

WAYS = {"ours": "Run, on this site", "pyscript": "PyScript's editor", "jupyterlite": "JupyterLite's console"}
SCRIPTS = {"softmax": "[softmax](softmax.md)", "score_gradient": "[the gradient](gradient.md)"}
NAMES = {
    "pyodide": "Pyodide",
    "jupyterlite": "JupyterLite",
    "jupyterlite-pyodide-kernel": "its Pyodide kernel",
    "pyscript": "PyScript",
    "python": "at home Python",
    "numpy": "numpy",
}


def measured() -> dict:
    """The record of Run and of what stands beside it."""
    return json.loads((RECORDS / "run.json").read_text(encoding="utf-8"))


def median(times: list[float]) -> str:
    """The median of some seconds, and below it the shortest and the longest.

    >>> median([2.0, 1.5, 1.0]), median([0.013, 0.02, 0.012])
    ('1.5&nbsp;s<br><small>1.0&nbsp;to&nbsp;2.0</small>', '13&nbsp;ms<br><small>12&nbsp;to&nbsp;20</small>')
    """
    middle = duration(statistics.median(times) * 1e6)
    factor = {"µs": 1e6, "ms": 1e3, "s": 1}[middle.split()[1]]
    low, high = (digits(edge(times) * factor) for edge in (min, max))
    return f"{unbroken(middle)}<br><small>{low}&nbsp;to&nbsp;{high}</small>"


def size(count: int) -> str:
    """So many bytes as people say it.

    >>> size(10_149_955), size(218_568), size(0)
    ('10&nbsp;MB', '219&nbsp;kB', '0')
    """
    if count == 0:
        return "0"
    return f"{digits(count / 1e6)}&nbsp;MB" if count >= 1e6 else f"{count / 1e3:.0f}&nbsp;kB"


def conditions(record: dict, *names: str) -> str:
    """The machine, the browser and the versions, in a sentence.

    >>> machine = {"processor": "A  chip", "cores": 2}
    >>> conditions({"machine": machine, "versions": {"browser": "Chromium 1", "pyodide": "314"}}, "pyodide")
    'Measured on A chip, 2 cores, in Chromium 1, with Pyodide 314.'
    """
    machine, versions = record["machine"], record["versions"]
    words = ", ".join(f"{NAMES[name]} {versions[name]}" for name in names)
    chip = " ".join(machine["processor"].split())
    return f"Measured on {chip}, {machine['cores']} cores, in {versions['browser']}, with {words}."


def numpy_times() -> str:
    """From the click to numpy's answer: in a new browser, on the second visit, and where Python runs already."""
    record = measured()
    found = record["numpy"]
    rows = [[words, *(median(found[who][name]) for name in ("cold", "warm", "live"))] for who, words in WAYS.items()]
    made = table("From the click to numpy's answer", ["way", "first visit", "second visit", "next click"], rows)
    small = f"Below each median of {record['rounds']['numpy']} visits stand the shortest and the longest time."
    return f"{made}\n{small} {conditions(record, *list(NAMES)[:4])}\n"


def proof_times() -> str:
    """From the click to the last line of a whole proof: in a new browser, and on the second visit."""
    record = measured()
    found = record["derivation"]
    rows = [[words, *(median(found[who][name]["last"]) for name in ("cold", "warm"))] for who, words in WAYS.items()]
    made = table("From the click to the end of a proof", ["way", "first visit", "second visit"], rows)
    small = f"Below each median of {record['rounds']['derivation']} visits stand the shortest and the longest time."
    return f"{made}\n{small} {conditions(record, *list(NAMES)[:4])}\n"


def loaded() -> str:
    """What is sent: with the page, on the first click for numpy or for a proof, and on the second visit."""
    record = measured()
    rows = []
    for who, words in WAYS.items():
        one, other = record["numpy"][who], record["derivation"][who]
        second = max(one["warm_page_bytes"] + one["warm_press_bytes"], other["warm_bytes"])
        cells = [one["cold_page_bytes"], one["cold_press_bytes"], other["cold_bytes"], second]
        rows.append([words, *map(size, cells)])
    head = ["way", "before a click", "click: numpy", "click: a proof", "second visit"]
    return table("What is sent", head, rows)


def at_home() -> str:
    """Two whole derivations at home and in a browser in which Python runs, and how many times longer it is there."""
    record = measured()
    rows = []
    for name, words in SCRIPTS.items():
        home, here = record["native"][name], record["derivation"]["ours"]["live"][name]
        ratio = statistics.median(here) / statistics.median(home)
        rows.append([words, median(home), median(here), f"{digits(ratio)} times"])
    made = table("A whole proof, at home and here", ["derivation", "at home", "here", "that is"], rows)
    return f"{made}\n{conditions(record, 'pyodide', 'python', 'numpy')}\n"


RUN_TABLES = {
    "run_numpy": numpy_times,
    "run_proof": proof_times,
    "run_bytes": loaded,
    "run_at_home": at_home,
}
