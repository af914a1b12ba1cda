"""The record of the score gradient's times is whole, and what is timed computes the gradient."""

import json
from functools import cache

import numpy as np
import pytest

from benchmarks import bench_score_gradient as bench
from benchmarks import score_gradient_ideas as ideas
from benchmarks import timing
from snippets.score_gradient import stable

OURS = ["one_loop", "vectorized", "stable", "in_place", "blocked", "blocked_out", "blocked_far"]
LIMITS = ["copy", "exp", "copy_out", "exp_out"]
PEERS = ["scipy", "numba", "jax", "pytorch"]


@cache
def recorded():
    """What was written."""
    return json.loads(bench.RECORD.read_text(encoding="utf-8"))


def expected_rows():
    """Each setting, shape, dtype and version that must have been timed."""
    for huge_pages in (True, False):
        for threads in (1, 2):
            for shape in [(128, 10), (4096, 10), (4096, 1000), (1024, 32768)]:
                if not huge_pages and shape[1] == 10:
                    continue
                loops = ["two_loops"] if shape == (128, 10) else []
                compiled = ["pytorch_compiled"] if huge_pages else []
                for dtype in ("float32", "float64"):
                    for who in [*loops, *OURS, *LIMITS, *PEERS, *compiled]:
                        yield shape, dtype, threads, huge_pages, who


def test_everything_was_timed():
    """Once, in every setting. Without huge pages there are no small tables, which have none, and nothing to compile."""
    keys = ("shape", "dtype", "threads", "huge_pages", "who")
    found = [(tuple(row["shape"]), *(row[key] for key in keys[1:])) for row in recorded()["rows"]]

    assert sorted(found) == sorted(expected_rows())


def test_each_time_has_a_spread():
    """The median lies between the quartiles, of at least three calls."""
    for row in recorded()["rows"]:
        assert 0 < row["low_us"] <= row["median_us"] <= row["high_us"]
        assert row["calls"] >= 3
        assert row["first_call_us"] > 0


def test_the_record_says_where_it_was_made():
    """A time without its machine and versions is no time."""
    machine, versions = recorded()["machine"], recorded()["versions"]

    assert machine.keys() == {"processor", "cores", "caches", "memory_mb", "system"}
    assert versions.keys() == {"python", "numpy", "scipy", "torch", "jax", "optax", "numba"}
    assert all(machine.values())
    assert all(versions.values())


IDEAS = {
    10: ["in_place", "label", "no_shift", "transposed"],
    1000: ["blocks", "buffer", "in_place", "label", "no_shift", "out", "pieces", "product", "straight"],
}


@pytest.mark.parametrize("shape", [(128, 10), (4096, 10), (4096, 1000), (1024, 32768)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_idea_was_timed(shape, dtype):
    """With it and without it, where it matters."""
    rows = [row for row in recorded()["ideas"] if (tuple(row["shape"]), row["dtype"]) == (shape, dtype)]

    assert sorted(row["idea"] for row in rows) == IDEAS[min(shape[1], 1000)]
    assert all(row["without_us"] > 0 and row["with_us"] > 0 for row in rows)


@pytest.mark.parametrize("shape", [(7, 10), (5, 300)])
@pytest.mark.parametrize("rows", [1, 2, 5, 7])
@pytest.mark.parametrize("way", [ideas.tried, ideas.shifted, ideas.by_way_of], ids=lambda way: way.__name__)
def test_each_way_is_the_gradient(way, rows, shape):
    """Ways that give different answers cannot be compared in time."""
    random = np.random.default_rng(0)
    scores, labels = random.standard_normal(shape), random.integers(0, shape[1], shape[0])
    expected = stable.score_gradient(scores, labels)

    assert way(scores, labels, np.empty_like(scores), rows) == pytest.approx(expected, abs=1e-15)


def test_turned_over_is_the_same():
    """The table with a row for each class holds the same shares."""
    scores = np.random.default_rng(0).standard_normal((7, 10))
    expected = ideas.whole(scores, None, np.empty_like(scores))

    assert expected.sum(axis=1) == pytest.approx(np.full(7, 1 / 7))
    assert ideas.transposed(scores, None, np.empty_like(scores).T).T == pytest.approx(expected, abs=1e-16)


def test_picking_and_buffering_leave_the_numbers():
    """The label is read and written back; the factor is 1."""
    table, work, labels = np.arange(12.0).reshape(3, 4), np.zeros((3, 4)), np.array([1, 0, 3])
    ideas.pick(table, (np.arange(3), labels))
    ideas.pick(table.ravel(), ideas.flat(labels, 4))
    ideas.buffered(table, work, 16)

    assert ideas.flat(labels, 4).tolist() == [1, 4, 11]
    assert table.tolist() == work.tolist() == np.arange(12.0).reshape(3, 4).tolist()


def test_turns_are_taken():
    """Each function is called as often as the others, and one after the other."""
    called = []
    functions = {"a": lambda: called.append("a"), "b": lambda: called.append("b")}
    times = timing.in_turns(functions, seconds=0, least=2)

    assert "".join(called) == 2 * ("a" * 6 + "b" * 6)
    assert {name: time["calls"] for name, time in times.items()} == {"a": 10, "b": 10}


def test_a_first_call_is_a_call():
    """Its answer is compared before anything else is timed."""
    microseconds, answer = timing.first_call(lambda: 7)

    assert (microseconds > 0, answer) == (True, 7)
