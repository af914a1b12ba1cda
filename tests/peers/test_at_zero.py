"""What max(0, x) has for a slope at 0, by library and by way to write it."""

import json

import pytest

from tests.peers.at_zero import RECORD, WAYS, rows, slope, slope_of_the_difference

CALLS = [(system, call) for system, ways in WAYS.items() for call in ways]


def test_the_record_is_what_runs():
    """If this fails after an update: python -m tests.peers.record"""
    assert json.loads(RECORD.read_text(encoding="utf-8")) == rows()


@pytest.mark.parametrize(("system", "call"), [(system, call) for system, call in CALLS if "relu" in call])
def test_relu_itself_chooses_zero(system, call):
    """As our gate does."""
    assert slope(system, WAYS[system][call]) == 0


@pytest.mark.parametrize("system", WAYS)
def test_other_ways_to_write_it_choose_otherwise(system):
    """Each choice lies between the slopes on the two sides."""
    slopes = {slope(system, function) for function in WAYS[system].values()}

    assert len(slopes) > 1
    assert all(0 <= chosen <= 1 for chosen in slopes)


@pytest.mark.parametrize(("system", "call"), CALLS)
def test_a_chosen_slope_can_break_a_rule_of_calculus(system, call):
    """max(0, x) - max(0, -x) is x, and its slope should be 1: it is, where one half was chosen."""
    assert slope_of_the_difference(system, call) == 2 * slope(system, WAYS[system][call])
