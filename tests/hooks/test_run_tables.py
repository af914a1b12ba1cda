"""The tables about Run show what was measured."""

import re
from statistics import median

import pytest

from derivations.computed import NUMBERS
from hooks.tables.run_tables import RUN_TABLES, SCRIPTS, WAYS, measured, size

TIME = re.compile(r"([\d.]+)&nbsp;(µs|ms|s)<br><small>([\d.]+)&nbsp;to&nbsp;([\d.]+)</small>")
SECONDS = {"µs": 1e-6, "ms": 1e-3, "s": 1}


def rows(name):
    """The cells of a table, without its head."""
    lines = [line for line in RUN_TABLES[name]().splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines[1:]]


def times(cell):
    """The median, the least and the largest of a cell, in seconds."""
    middle, unit, low, high = TIME.fullmatch(cell).groups()
    return [float(number) * SECONDS[unit] for number in (middle, low, high)]


def summary(found):
    return pytest.approx([median(found), min(found), max(found)], rel=0.051)


NUMPY = [
    (place, column, who, name)
    for place, who in enumerate(WAYS)
    for column, name in enumerate(["cold", "warm", "live"], start=1)
]


@pytest.mark.parametrize(("place", "column", "who", "name"), NUMPY)
def test_the_times_of_numpy(place, column, who, name):
    """Two digits of the median, and of the shortest and the longest time below it."""
    row = rows("run_numpy")[place]

    assert row[0] == WAYS[who]
    assert times(row[column]) == summary(measured()["numpy"][who][name])


PROOF = [(place, column, who, name) for place, column, who, name in NUMPY if name != "live"]


@pytest.mark.parametrize(("place", "column", "who", "name"), PROOF)
def test_the_times_of_a_proof(place, column, who, name):
    """They are those of its last line, not of its first."""
    row = rows("run_proof")[place]

    assert row[0] == WAYS[who]
    assert times(row[column]) == summary(measured()["derivation"][who][name]["last"])


@pytest.mark.parametrize(("place", "name"), list(enumerate(SCRIPTS)))
def test_the_times_at_home(place, name):
    """At home, here, and the one divided by the other."""
    record = measured()
    home, here = record["native"][name], record["derivation"]["ours"]["live"][name]
    _, at_home, in_the_page, ratio = rows("run_at_home")[place]

    assert [times(at_home), times(in_the_page)] == [summary(home), summary(here)]
    assert float(ratio.removesuffix(" times")) == pytest.approx(median(here) / median(home), rel=0.051)


@pytest.mark.parametrize(("place", "who"), list(enumerate(WAYS)))
def test_what_is_sent(place, who):
    """Before a click, on it, and on the second visit; of numpy and of a proof."""
    one, other = measured()["numpy"][who], measured()["derivation"][who]
    again = max(one["warm_page_bytes"] + one["warm_press_bytes"], other["warm_bytes"])
    expected = [one["cold_page_bytes"], one["cold_press_bytes"], other["cold_bytes"], again]

    assert rows("run_bytes")[place] == [WAYS[who], *map(size, expected)]


def test_the_sentences_show_the_same_record():
    """What stands in the text of the page is what stands in its tables."""
    record = measured()
    ours, proof = record["numpy"]["ours"], record["derivation"]["ours"]["live"]["score_gradient"]
    expected = {
        "run_before_kilobytes": ours["cold_page_bytes"] / 1000,
        "run_stop_milliseconds": 1000 * median(ours["stop"]),
        "run_next_page_milliseconds": 1000 * median(ours["next_page"]),
        "run_proof_ratio": median(proof) / median(record["native"]["score_gradient"]),
    }

    assert {name: NUMBERS[name]() for name in expected} == expected


def test_the_machine_and_the_versions_are_named():
    """Times without them say little."""
    versions = measured()["versions"]
    for name in ("run_numpy", "run_proof"):
        shown = RUN_TABLES[name]().rsplit("\n\n")[-1]

        assert [
            versions[key] for key in ("browser", "pyodide", "jupyterlite", "pyscript") if versions[key] not in shown
        ] == []
