"""A softmax whose classes are split over real processes, against one process that has them all."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from snippets.linear_cross_entropy_classes import linear_cross_entropy_classes
from tests.peers import split_classes

N, D, C, WORLD = 6, 4, 10, 3
RANDOM = np.random.default_rng(3)
SCORES = torch.tensor(RANDOM.normal(scale=3, size=(N, C)))
LABELS = torch.tensor([0, 9, 4, 4, 7, 2])
HIDDEN, WEIGHT = torch.tensor(RANDOM.normal(size=(N, D))), torch.tensor(RANDOM.normal(size=(C, D)))
EQUAL, UNEQUAL = [4, 7, 10], [1, 9, 10]
MASKED = SCORES.clone()
MASKED[:, 7:] = -torch.inf
NEARLY_RIGHT = torch.zeros(N, C, dtype=torch.float64)
NEARLY_RIGHT[range(N), LABELS] = 60

# name: the scores, the labels, and after how many classes each rank's own ones end
OF_SCORES = {
    "equal slices": (SCORES, LABELS, EQUAL),
    "unequal slices": (SCORES, LABELS, UNEQUAL),
    "every label on one rank": (SCORES, LABELS % 4, EQUAL),
    "scores of 10,000": (SCORES * 1e4, LABELS, EQUAL),
    "a rank that has no finite score": (MASKED, LABELS % 7, EQUAL),
    "nearly right": (NEARLY_RIGHT, LABELS, EQUAL),
    "float32": (SCORES.float(), LABELS, UNEQUAL),
}


@pytest.fixture(scope="module")
def found():
    """What the processes find, all in one start."""
    jobs = {
        name: {"scores": scores, "labels": labels, "ends": ends} for name, (scores, labels, ends) in OF_SCORES.items()
    }
    layer = {"scores": None, "labels": LABELS, "ends": UNEQUAL, "hidden": HIDDEN, "weight": WEIGHT}
    return split_classes.run(jobs | {"layer": layer}, WORLD)


def in_one(scores, labels):
    """Return PyTorch's loss and its gradient, in float64 and with all classes together."""
    scores = scores.double().clone().requires_grad_()
    loss = cross_entropy(scores, labels)
    loss.backward()
    return loss.item(), scores.grad


@pytest.mark.parametrize("name", OF_SCORES)
def test_the_ranks_have_the_loss_of_all_classes(name, found):
    scores, labels, _ = OF_SCORES[name]
    expected, _ = in_one(scores, labels)

    for of_rank in found[name]:
        assert of_rank["loss"].item() == pytest.approx(expected, rel=1e-6 if name == "float32" else 1e-12, abs=1e-14)


@pytest.mark.parametrize("name", OF_SCORES)
def test_the_slices_of_the_gradient_make_up_the_whole(name, found):
    scores, labels, _ = OF_SCORES[name]
    _, expected = in_one(scores, labels)
    whole = torch.cat([of_rank["gradients"][0] for of_rank in found[name]], dim=1)

    assert whole.dtype == scores.dtype
    np.testing.assert_allclose(whole, expected, rtol=0, atol=1e-7 if name == "float32" else 1e-14)


def test_a_row_that_is_nearly_right_keeps_its_digits(found):
    """The label's entry is minus the sum of all others. PyTorch's own is 0 here."""
    whole = torch.cat([of_rank["gradients"][0] for of_rank in found["nearly right"]], dim=1)
    label = range(N), LABELS

    np.testing.assert_allclose(whole[label], -(C - 1) * np.exp(-60) / N, rtol=1e-14)
    assert not in_one(NEARLY_RIGHT, LABELS)[1][label].any()


@pytest.mark.parametrize("name", OF_SCORES)
def test_all_ranks_have_the_same_loss_to_the_bit(name, found):
    assert len({of_rank["loss"].item() for of_rank in found[name]}) == 1


@pytest.mark.parametrize("name", OF_SCORES)
def test_three_numbers_travel_for_each_sample(name, found):
    """The largest score in one call, the sum and the label's score in the next, and no third call."""
    for of_rank in found[name]:
        assert of_rank["sent"] == [N, 2 * N]


def test_the_layer_agrees_with_ours_on_one_process(found):
    """The slices of the weights' gradient need no third call. The hidden values' gradient is a sum, and does."""
    loss, d_hidden, d_weight = linear_cross_entropy_classes(HIDDEN.numpy(), WEIGHT.numpy(), LABELS.numpy())

    for of_rank in found["layer"]:
        assert of_rank["loss"].item() == pytest.approx(loss, rel=1e-13)
        np.testing.assert_allclose(of_rank["gradients"][0], d_hidden, rtol=1e-12, atol=1e-15)
        assert of_rank["sent"] == [N, 2 * N, N * D]
    slices = [of_rank["gradients"][1] for of_rank in found["layer"]]
    np.testing.assert_allclose(torch.cat(slices), d_weight, rtol=1e-12, atol=1e-15)
