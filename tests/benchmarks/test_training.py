"""The record of the training runs says what runs: counts to the last one, losses to six digits."""

import json
from functools import cache

import pytest

from benchmarks import bench_training as bench
from snippets.train import usual

# The record has six digits, and the last one may be rounded to either side.
SIX_DIGITS = 2e-5


@cache
def recorded():
    """What was written."""
    return json.loads(bench.RECORD.read_text(encoding="utf-8"))


def same(found, kept, at="") -> list[str]:
    """Where two records differ: whole numbers and words at all, other numbers by more than a rounding."""
    if isinstance(kept, dict):
        if found.keys() != kept.keys():
            return [f"{at}: {sorted(found)} and {sorted(kept)}"]
        return [line for key in kept for line in same(found[key], kept[key], f"{at}.{key}")]
    if isinstance(kept, list):
        if len(found) != len(kept):
            return [f"{at}: {len(found)} and {len(kept)}"]
        return [
            line for place, pair in enumerate(zip(found, kept, strict=True)) for line in same(*pair, f"{at}[{place}]")
        ]
    near = isinstance(kept, float) and found == pytest.approx(kept, rel=SIX_DIGITS, abs=1e-9)
    return [] if found == kept or near else [f"{at}: {found} and {kept}"]


DIFFERENCES = [
    ({"a": [1, 0.5]}, {"a": [1, 0.500001]}, []),
    ({"a": [1, 0.5]}, {"a": [1, 0.5001]}, [".a[1]: 0.5 and 0.5001"]),
    ({"a": 350}, {"a": 351}, [".a: 350 and 351"]),
    ({"a": "sgd"}, {"a": "adam"}, [".a: sgd and adam"]),
    ({"a": [1]}, {"a": [1, 2]}, [".a: 1 and 2"]),
    ({"a": 1}, {"b": 1}, [": ['a'] and ['b']"]),
]


@pytest.mark.parametrize(("found", "kept", "lines"), DIFFERENCES)
def test_a_difference_is_found(found, kept, lines):
    """Whole numbers must be the same, and so must words, names and lengths."""
    assert same(found, kept) == lines


def test_the_digits_again():
    """The curves, the confusion, and the pixels of every image that was misread."""
    assert same(bench.digits(), recorded()["digits"]) == []


def test_the_spiral_again():
    """What both classifiers reach, and their parameters."""
    assert same(bench.spiral(), recorded()["spiral"]) == []


def test_the_sum_and_the_mean_again():
    """The two runs that must agree do, to the bit. The third hangs on every rounding; what it fails in does not."""
    found, kept = bench.reductions(), recorded()["reductions"]
    chance = [rows.pop("sum_unchanged") for rows in (found, kept)]

    assert same(found, kept) == []
    assert kept["largest_weight_difference"] == 0
    assert chance[0]["settings"] == chance[1]["settings"]
    for run in chance:
        assert run["curve"]["loss"][0] == kept["mean"]["curve"]["loss"][0]
        assert min(run["curve"]["loss"][1:]) > 1
        assert max(run["curve"]["held_right"]) < recorded()["digits"]["held_out"] / 2


@pytest.mark.parametrize(("optimizer", "seed"), [("sgd", 8), ("momentum", 3), ("adam", 5)])
def test_a_seed_again(optimizer, seed):
    """One for each optimizer; all would take a minute."""
    _, steps = bench.went(usual("digits", optimizer=optimizer, seed=seed))

    assert steps[-1].held_right == recorded()["seeds"][optimizer][seed]


def test_every_seed_reads_97_in_a_hundred():
    """Whichever fifth is held out, and whatever the weights start from."""
    held = recorded()["digits"]["held_out"]

    assert recorded()["seeds"]["sgd"][0] == recorded()["digits"]["curve"]["held_right"][-1]
    for right in recorded()["seeds"].values():
        assert len(right) == 10
        assert min(right) >= 0.97 * held


def test_it_took_less_than_a_minute():
    assert recorded()["about"]["command"] == "python -m snippets.train --data digits"
    assert 0 < recorded()["about"]["seconds"] < 60


def test_the_parts_add_up():
    """All that was held out is in the confusion, and all that is off its diagonal is among the images."""
    digits = recorded()["digits"]
    right = sum(row[k] for k, row in enumerate(digits["confusion"]))

    assert sum(map(sum, digits["confusion"])) == digits["held_out"]
    assert right == digits["curve"]["held_right"][-1] == digits["held_out"] - len(digits["misread"])
    assert digits["learnt_from"] + digits["held_out"] == 1797
