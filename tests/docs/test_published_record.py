"""The record of published numbers, which a page shows as a table, is what runs now. This takes some seconds."""

import json
from pathlib import Path

import pytest

from snippets.published_numbers import record

RECORD = Path(__file__).parents[2] / "benchmarks" / "published_numbers.json"


@pytest.fixture(scope="module")
def rows():
    """Each recorded row, and the same row as it comes out now."""
    kept = json.loads(RECORD.read_text(encoding="utf-8"))
    return list(zip(kept, record(), strict=True))


def settled(row, key):
    """Return the numbers of a row without those that depend on the order in which a machine adds."""
    return row[key][: len(row[key]) - row["drifting"]]


def test_the_record_is_what_runs_now(rows):
    """To write it again: python -m snippets.published_numbers --json benchmarks/published_numbers.json."""
    for kept, now in rows:
        for key in ("words", "source", "remark", "printed", "drifting"):
            assert kept[key] == now[key]
        assert settled(kept, "ours") == settled(now, "ours"), kept["words"]
        assert kept["ours"] == pytest.approx(now["ours"], abs=2e-5)


def test_every_settled_digit_is_the_same(rows):
    """Here as in the record."""
    for kept, now in rows:
        assert all(settled(kept, "same") + settled(now, "same")), kept["words"]


def test_what_drifts_is_near(rows):
    """The last numbers of a run of ten thousand steps are within a few units of the last printed digit."""
    drifting = [row for pair in rows for row in pair if row["drifting"]]

    assert len(drifting) == 2
    for row in drifting:
        assert row["ours"] == pytest.approx([float(one) for one in row["printed"]], abs=2e-5)
