"""The plots about the shape of the loss say what they show, and what they say is so."""

import re

import numpy as np
import pytest

from hooks.drawings.shape_plots import FREQUENCY, RULERS, SHAPES, descents
from snippets.curvature import hessian

DRAWN = {name: made() for name, made in SHAPES.items()}


@pytest.mark.parametrize("name", SHAPES)
def test_the_same_numbers_as_a_table(name):
    assert re.search(r"<details>.*<table[ >].*\d\.\d.*</table></details>", DRAWN[name], re.DOTALL)


def test_the_rulers_show_the_bend():
    bends = [np.array(places) @ hessian(np.array(scores)) @ places for _, scores, places in RULERS]

    assert bends == pytest.approx([2 / 3, 0.0121, 0], abs=1e-3)
    assert all(f"{words}: {abs(bend):.2f}" in DRAWN["ruler"] for (words, _, _), bend in zip(RULERS, bends, strict=True))


def test_below_the_limit_each_step_lands_nearer_and_above_it_further_away():
    limit, found = descents()
    distance = {part: np.abs(values) for part, values in found.items()}

    assert limit == pytest.approx(4)
    assert (np.diff(distance[0.25]) < 0).all()
    assert (np.diff(distance[0.9]) < 0).all()
    assert (np.diff(distance[1.1]) > 0).all()
    assert (np.diff(distance[1.5][:4]) > 0).all()
    assert (np.array(found[0.25]) > 0).all()
    assert all((np.sign(found[part][:-1]) == -np.sign(found[part][1:])).all() for part in (0.9, 1.1, 1.5))


def test_the_lowest_mean_loss_is_the_entropy():
    entropy = -FREQUENCY * np.log(FREQUENCY) - (1 - FREQUENCY) * np.log(1 - FREQUENCY)

    assert f"entropy, {entropy:.3g}," in DRAWN["divergences"]
    assert f"one bottom, of {entropy:.3g}, where the share is the frequency 0.7" in DRAWN["divergences"]
