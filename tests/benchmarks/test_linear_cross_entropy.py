"""The memory of the linear loss, measured in processes of its own, and what its record must hold."""

import json
from functools import cache

import pytest

from benchmarks import bench_linear_cross_entropy as bench

MODEL = (2048, 512, 50257)
MILLION = (256, 4, 1_000_000)
OURS = ["numpy rows", "numpy classes"]


@cache
def recorded():
    """What was written."""
    return json.loads(bench.RECORD.read_text(encoding="utf-8"))


def extra_mb(who, sizes):
    """Return the megabytes beyond the inputs, in a process of its own; on one processor, since others are at work."""
    return bench.measured(who, sizes, threads=1)["extra_mb"]


@pytest.mark.parametrize("who", OURS)
def test_a_language_model_takes_less_than_160_megabytes(who):
    """The table of scores would be 412, and the two gradients are 107."""
    assert bench.outputs_mb(*MODEL) < extra_mb(who, MODEL) < 160


def test_the_measure_sees_the_table_where_there_is_one():
    """Or the limit above would mean nothing."""
    assert extra_mb("numpy naive", (256, 8, 50257)) > 50


@pytest.mark.parametrize(("who", "most"), [("numpy rows", 300), ("numpy classes", 60)])
def test_a_million_classes(who, most):
    """The table would be 1024 megabytes. The rows keep 64 of 256 at a time, or the products would be slow."""
    assert extra_mb(who, MILLION) < most


# The record


def test_the_record_has_every_way():
    """Each at the size of a language model."""
    assert [row["who"] for row in recorded()["rows"]] == [who for who, _ in bench.WAYS]
    assert recorded()["sizes"] == {"N": 2048, "D": 512, "C": 50257, "dtype": "float32"}
    assert recorded()["outputs_mb"] == bench.outputs_mb(*MODEL)


def test_the_record_says_what_it_ran_on():
    """A time without its machine and versions says nothing."""
    assert {"processor", "cores", "threads", "memory_gb", "caches"} <= recorded()["machine"].keys()
    assert {"python", "numpy", "blas", "torch"} <= recorded()["versions"].keys()


def test_the_times_of_the_record_are_in_order():
    """The median is between the lowest and the highest."""
    for row in recorded()["rows"]:
        assert 0 < row["low_s"] <= row["median_s"] <= row["high_s"]


def test_the_record_keeps_the_limit():
    """What is measured above was so when the record was made."""
    ours = [row for row in recorded()["rows"] if row["who"] in OURS]

    assert len(ours) == len(OURS)
    for row in ours:
        assert recorded()["outputs_mb"] < row["extra_mb"] < 160


def test_the_chunks_of_the_record_are_those_that_are_chosen():
    """The functions are not asked to hold what the record does not say."""
    chosen = {row["who"]: row["chunk"] for row in recorded()["rows"] if row["default"]}

    assert chosen == {"numpy rows": 158, "numpy classes": 1006, "pytorch linear_cross_entropy": 16}


def test_the_memory_grows_with_the_chunk():
    """Each curve is one of growing chunks and growing memory."""
    for who in OURS:
        points = [(point["chunk"], point["extra_mb"]) for point in recorded()["curve_chunk"] if point["who"] == who]

        assert len(points) > 2
        assert points == sorted(points)
        assert [extra for _, extra in points] == sorted(extra for _, extra in points)
