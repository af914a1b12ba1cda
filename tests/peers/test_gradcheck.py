"""PyTorch's own gradient check, in double and in single precision: what gradient-check.md says of it."""

import warnings

import numpy as np
import pytest
import torch

from snippets.gradient_check import numerical_gradient

SCORES = [[0.1, 5.0, -0.3], [2.0, 1.0, -1.0]]
LABELS = torch.tensor([0, 0])
LOSS = torch.nn.CrossEntropyLoss()


def checked(dtype, **options):
    """Return what PyTorch's check says of the gradient of its own loss, and what it warns of."""
    scores = torch.tensor(SCORES, dtype=dtype, requires_grad=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        passed = torch.autograd.gradcheck(lambda s: LOSS(s, LABELS), scores, raise_exception=False, **options)
    return passed, [str(one.message) for one in caught]


def test_double_precision_passes():
    assert checked(torch.float64) == (True, [])


def test_single_precision_is_warned_of_and_fails():
    """The very same gradient, which is right."""
    passed, said = checked(torch.float32)

    assert not passed
    assert any("double precision" in one for one in said)


def test_single_precision_passes_with_a_long_step_and_a_wide_tolerance():
    """So it is the check that was too strict, and not the gradient that was wrong."""
    passed, _ = checked(torch.float32, eps=1e-2, atol=1e-3, rtol=1e-2)

    assert passed


def test_tensors_are_single_precision_unless_one_says_otherwise():
    assert torch.tensor(SCORES).dtype == torch.float32


@pytest.mark.parametrize(("dtype", "reached"), [(np.float32, False), (np.float64, True)])
def test_no_step_reaches_the_usual_threshold_in_single_precision(dtype, reached):
    """PyTorch's loss, and our difference quotient with steps of every size."""
    scores = torch.tensor(SCORES, dtype=torch.float64, requires_grad=True)
    LOSS(scores, LABELS).backward()
    exact = scores.grad.numpy()
    errors = []
    for power in range(1, 13):
        h = 10 ** (-power / 2)
        found = numerical_gradient(lambda s: float(LOSS(torch.tensor(s), LABELS)), np.array(SCORES, dtype), h)
        errors.append(abs(found - exact).max() / abs(exact).max())

    assert (min(errors) < 1e-7) == reached
