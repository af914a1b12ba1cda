"""Every label is ignored, or masked by hand: what becomes of the nan in PyTorch, as mean-of-means.md says."""

import torch
from torch.nn.functional import cross_entropy

IGNORED = torch.tensor([-100, -100])


def scores():
    return torch.tensor([[0.1, 5.0, -0.3], [2.0, 1.0, -1.0]], requires_grad=True)


def gradients(combine):
    """Combine the loss of nothing with the squared length of some weights; return the sum, and both gradients."""
    ours, weights = scores(), torch.tensor([1.0, 2.0], requires_grad=True)
    loss = combine(cross_entropy(ours, IGNORED), (weights**2).sum())
    loss.backward()
    return loss, ours.grad, weights.grad


def test_a_nan_that_is_added_does_not_reach_the_weights():
    loss, of_scores, of_weights = gradients(lambda nothing, other: nothing + other)

    assert loss.isnan()
    assert of_scores.eq(0).all()
    assert of_weights.tolist() == [2.0, 4.0]


def test_a_nan_that_multiplies_a_loss_reaches_its_weights():
    _, of_scores, of_weights = gradients(lambda nothing, other: nothing * other)

    assert of_scores.eq(0).all()
    assert of_weights.isnan().all()


def test_a_mean_by_hand_over_an_empty_mask_makes_every_gradient_nan():
    ours, mask = scores(), torch.zeros(2)
    losses = cross_entropy(ours, torch.tensor([0, 1]), reduction="none")
    ((losses * mask).sum() / mask.sum()).backward()

    assert ours.grad.isnan().all()


def test_the_sum_of_nothing_is_zero():
    ours = scores()
    loss = cross_entropy(ours, IGNORED, reduction="sum")
    loss.backward()

    assert loss == 0
    assert ours.grad.eq(0).all()
