"""How our cross-entropy is compared with another's."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy as torch_cross_entropy

from snippets.cross_entropy import cross_entropy, cross_entropy_gradient

REDUCTIONS = ["mean", "sum", "none"]
TOLERANCE = {np.float64: {"rtol": 1e-9, "atol": 1e-9}, np.float32: {"rtol": 1e-4, "atol": 1e-4}}


def of_torch(scores, targets, *, weight=None, ignore_index=-100, **options):
    """Return PyTorch's loss and the gradient of its sum."""
    scores = torch.tensor(scores, requires_grad=True)
    weight = None if weight is None else torch.tensor(weight)
    targets = torch.as_tensor(targets)
    loss = torch_cross_entropy(scores, targets, weight=weight, ignore_index=ignore_index, **options)
    loss.sum().backward()
    return loss.detach().numpy(), scores.grad.numpy()


def assert_agrees(scores, targets, **options):
    """Our loss and gradient have the dtype, the shape and the values of PyTorch's."""
    loss, gradient = of_torch(scores, targets, **options)
    our_loss = np.asarray(cross_entropy(scores, targets, **options))
    our_gradient = cross_entropy_gradient(scores, targets, **options)

    for ours, theirs in [(our_loss, loss), (our_gradient, gradient)]:
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, **TOLERANCE[scores.dtype.type])
