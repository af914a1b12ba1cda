"""Several processes that train together: real ones, with PyTorch's DistributedDataParallel on gloo."""

import json
import subprocess

import numpy as np
import pytest

from snippets.accumulate import accumulate
from tests.peers import data_parallel, ranks
from tests.peers.data_parallel import (
    CASES,
    EQUAL,
    FEATURES,
    FIRST_RANK_IGNORED,
    IGNORED,
    LABELS,
    RECORD,
    UNEQUAL,
    WEIGHTS,
    WORLD,
    C,
    N,
    job,
    kept,
    one_batch,
)


@pytest.fixture(scope="module")
def together():
    """What the processes found, all cases in one start."""
    return data_parallel.together()


def test_the_record_is_what_runs(together):
    """If this fails after an update: python -m tests.peers.record"""
    committed, ran = json.loads(RECORD.read_text(encoding="utf-8")), data_parallel.rows(together)

    for row, fresh in zip(committed, ran, strict=True):
        number = "largest_relative_difference"
        assert row == fresh | {number: pytest.approx(fresh[number], rel=0.02)}


def test_the_record_shows_where_the_step_is_that_of_one_batch():
    """Only a scale by what the mean divides by repairs it."""
    for name, row in zip(data_parallel.SHOWN, json.loads(RECORD.read_text(encoding="utf-8")), strict=True):
        assert (row["largest_relative_difference"] == 0) == CASES[name][1]


@pytest.mark.parametrize(("name", "same"), [(name, same) for name, (_, same) in CASES.items()], ids=CASES)
def test_against_one_large_batch(name, same, together):
    step = CASES[name][0]
    gradient, whole = together[name]["gradient"], one_batch(step)

    if same:
        np.testing.assert_allclose(gradient, whole, rtol=1e-10, atol=1e-12)
    else:
        assert abs(gradient - whole).max() > 0.05 * abs(whole).max()


def test_a_rank_without_a_target_is_not_left_out(together):
    """Its own mean is nan and its own gradient is 0, and the average counts it all the same."""
    found = together["one rank has nothing to learn"]
    others = FIRST_RANK_IGNORED != -100
    alone = [
        one_batch({"targets": np.where(others & (UNEQUAL == rank), LABELS, -100), "options": {}}) for rank in (1, 2)
    ]

    assert np.isnan(found["losses"][0])
    np.testing.assert_allclose(found["gradient"], sum(alone) / WORLD, rtol=1e-10, atol=1e-12)


def test_sums_need_no_scale_for_each_rank_but_one_for_all(together):
    """The average of the ranks' sums, times ranks over what is kept: where a rank has no mean, this still works."""
    step = CASES["one rank has nothing to learn, sums"][0]
    gradient = together["one rank has nothing to learn, sums"]["gradient"] * WORLD / kept(FIRST_RANK_IGNORED).sum()

    np.testing.assert_allclose(gradient, one_batch(step), rtol=1e-10, atol=1e-12)


def test_our_accumulation_on_one_machine_is_the_repaired_step_on_three(together):
    pieces = [(FEATURES[UNEQUAL == rank], IGNORED[UNEQUAL == rank]) for rank in range(WORLD)]
    _, gradient = accumulate(WEIGHTS, pieces, ignore_index=-100)
    repaired = together["unequal batches, some ignored, scaled by what is kept"]["gradient"]

    np.testing.assert_allclose(gradient, repaired, rtol=1e-10, atol=1e-12)


def test_a_rank_that_fails_is_reported_and_ends_the_others():
    broken = job(EQUAL, np.full(N, C))

    with pytest.raises(RuntimeError, match="out of bounds"):
        ranks.run(2, {"broken": broken | {"places": EQUAL % 2}})


def test_ranks_that_wait_for_ever_are_ended(monkeypatch):
    monkeypatch.setattr(ranks, "SECONDS", 0.2)

    with pytest.raises(subprocess.TimeoutExpired):
        ranks.run(2, {})
