"""What max(0, x) has for a slope at 0, by library and by way to write it."""

import json

import pytest

from tests.peers import at_zero


def test_the_record_is_what_runs():
    """If this fails after an update: python -m tests.peers.record"""
    committed = json.loads(at_zero.RECORD.read_text(encoding="utf-8"))

    assert committed == at_zero.rows()


@pytest.mark.parametrize("system", at_zero.SYSTEMS)
def test_relu_itself_chooses_zero(system):
    """As our gate does."""
    _, run = at_zero.SYSTEMS[system]
    slopes = run()

    assert [slope for call, slope in slopes.items() if "relu" in call] == [0]


@pytest.mark.parametrize("system", at_zero.SYSTEMS)
def test_other_ways_to_write_it_choose_otherwise(system):
    """Each choice lies between the slopes on the two sides."""
    _, run = at_zero.SYSTEMS[system]
    slopes = run().values()

    assert len(set(slopes)) > 1
    assert all(0 <= slope <= 1 for slope in slopes)
