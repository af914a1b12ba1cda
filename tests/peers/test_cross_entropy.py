"""Our cross-entropy is PyTorch's: loss and gradient, over every combination of its arguments."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy as torch_cross_entropy

from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from tests.peers.agreement import REDUCTIONS, TOLERANCE, assert_agrees, of_torch

DTYPES = [np.float64, np.float32]
IGNORE = [None, -100, -1, 0, 255]


def batch_of(seed, dims, *, probabilities, weight, ignore_index, dtype, scale):
    """Return random scores, targets and the options that go with them, and whether anything is left to divide by."""
    random = np.random.default_rng(seed)
    N, C, places = dims[0], dims[1], dims[2:]
    options = {}
    scores = (random.normal(size=dims) * scale).astype(dtype)
    if weight:
        # Some classes may not count; the sum of what does is never a rounding error.
        options["weight"] = (random.integers(0, 5, size=C) / 2).astype(dtype)
    if probabilities:
        # Rows need not add up to 1, nor be positive.
        targets = random.normal(0.3, 0.5, size=dims).astype(dtype)
        if ignore_index is not None and ignore_index < 0:
            options["ignore_index"] = ignore_index
        return scores, targets, options
    targets = random.integers(0, C, size=(N, *places))
    if ignore_index is not None:
        options["ignore_index"] = ignore_index
        targets[random.random(size=targets.shape) < 0.3] = ignore_index
    if weight and not options["weight"][targets[targets != ignore_index]].any():
        # Something over 0 has a test of its own.
        options["weight"] += 1
    return scores, targets, options


SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(0, 2), st.integers(1, 3)).map(
    lambda sizes: (*sizes[:2], *([sizes[3]] * sizes[2]))
)
COMBINATIONS = list(product([False, True], [False, True], [0.0, 0.1, 1.0], REDUCTIONS, DTYPES))


@pytest.mark.parametrize(("probabilities", "weight", "label_smoothing", "reduction", "dtype"), COMBINATIONS)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), dims=SHAPES, ignore_index=st.sampled_from(IGNORE), scale=st.sampled_from([1, 1000]))
def test_every_combination(probabilities, weight, label_smoothing, reduction, dtype, seed, dims, ignore_index, scale):
    scores, targets, options = batch_of(
        seed, dims, probabilities=probabilities, weight=weight, ignore_index=ignore_index, dtype=dtype, scale=scale
    )

    assert_agrees(scores, targets, label_smoothing=label_smoothing, reduction=reduction, **options)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), dims=SHAPES, ignore_index=st.sampled_from(IGNORE), weight=st.booleans())
def test_scores_of_minus_infinity(dtype, reduction, seed, dims, ignore_index, weight):
    """A class that cannot happen, the label's own included; one finite score is left in each row."""
    scores, targets, options = batch_of(
        seed, dims, probabilities=False, weight=weight, ignore_index=ignore_index, dtype=dtype, scale=1
    )
    random = np.random.default_rng(seed)
    impossible = random.random(size=dims) < 0.4
    impossible[:, random.integers(dims[1])] = False
    scores[impossible] = -np.inf
    if weight:
        # A weight of 0 at a score of -inf is the one place where we differ; it has a test of its own.
        options["weight"] = options["weight"] + 1

    assert_agrees(scores, targets, reduction=reduction, **options)


TWO = np.array([[0.1, 5.0, -0.3], [2.0, 1.0, -1.0]])
# name: (scores, targets, options)
EDGES = {
    "no axis of samples": (TWO[0], np.array(0), {}),
    "no axis of samples, probabilities": (TWO[0], np.array([0.5, 0.25, 0.25]), {"label_smoothing": 0.1}),
    "no sample": (np.zeros((0, 3)), np.zeros(0, int), {}),
    "no place": (np.zeros((2, 3, 0)), np.zeros((2, 0), int), {}),
    "one sample with a weight, which cancels": (TWO[:1], np.array([1]), {"weight": np.array([3.0, 7.0, 2.0])}),
    "one class": (np.array([[4.0], [-2.0]]), np.array([0, 0]), {"label_smoothing": 0.2}),
    "every target ignored": (TWO, np.array([-100, -100]), {"ignore_index": -100}),
    "every target ignored, with weights": (TWO, np.array([2, 2]), {"ignore_index": 2, "weight": np.ones(3)}),
    "every target ignored, smoothed": (TWO, np.array([-1, -1]), {"ignore_index": -1, "label_smoothing": 0.1}),
    "weights that are all 0": (TWO, np.array([0, 1]), {"weight": np.zeros(3)}),
    "the labels' weights are 0": (TWO, np.array([1, 1]), {"weight": np.array([1.0, 0.0, 1.0])}),
    "weights below 0": (TWO, np.array([0, 1]), {"weight": np.array([-2.0, 5.0, -1.0]), "label_smoothing": 0.1}),
    "scores far beyond exp": (TWO * 1e5, np.array([0, 1]), {}),
    "equal scores": (np.zeros((2, 3)), np.array([0, 2]), {}),
    "targets of 0": (TWO, np.zeros((2, 3)), {}),
    "five axes": (np.arange(72.0).reshape(2, 3, 2, 2, 3) / 9, np.arange(24).reshape(2, 2, 2, 3) % 3, {}),
}


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("scores", "targets", "options"), EDGES.values(), ids=EDGES)
def test_edges(scores, targets, options, reduction):
    assert_agrees(scores, targets, reduction=reduction, **options)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_target_of_0_counts_0_even_where_the_score_is_minus_infinity(reduction):
    """Here we differ: PyTorch multiplies 0 by infinity. The limit is finite, and we give the limit."""
    scores, targets = np.array([[0.0, 1.0, -np.inf]]), np.array([[0.25, 0.75, 0.0]])
    loss, gradient = of_torch(scores, targets, reduction=reduction)
    near = np.where(np.isinf(scores), -700.0, scores)

    assert np.isnan(loss).all()
    np.testing.assert_allclose(
        cross_entropy(scores, targets, reduction=reduction), of_torch(near, targets, reduction=reduction)[0]
    )
    np.testing.assert_allclose(
        cross_entropy_gradient(scores, targets, reduction=reduction),
        of_torch(near, targets, reduction=reduction)[1],
        atol=1e-300,
    )


def test_labels_whose_weights_add_up_to_0_have_no_mean():
    """What smoothing spreads over the others is then divided by 0: inf for us, nan for PyTorch, finite for neither."""
    options = {"weight": np.array([1.0, 0.0, 1.0]), "label_smoothing": 0.5}

    assert not np.isfinite(cross_entropy(TWO, [1, 1], **options))
    assert not np.isfinite(of_torch(TWO, np.array([1, 1]), **options)[0])


# What both refuse: name: (targets, options)
REFUSED_BY_BOTH = {
    "a label beyond the classes": (np.array([0, 3]), {}),
    "a label below 0": (np.array([0, -1]), {}),
    "weights of the wrong length": (np.array([0, 1]), {"weight": np.ones(2)}),
    "a label too few": (np.array([0]), {}),
    "an unknown reduction": (np.array([0, 1]), {"reduction": "average"}),
    "probabilities with a class to ignore": (TWO, {"ignore_index": 1}),
}


@pytest.mark.parametrize(("targets", "options"), REFUSED_BY_BOTH.values(), ids=REFUSED_BY_BOTH)
def test_both_refuse(targets, options):
    with pytest.raises((TypeError, ValueError)):
        cross_entropy(TWO, targets, **options)
    with pytest.raises((TypeError, ValueError)):
        cross_entropy_gradient(TWO, targets, **options)
    with pytest.raises((RuntimeError, IndexError, ValueError)):
        of_torch(TWO, targets, **options)


@pytest.mark.parametrize("label_smoothing", [-0.5, float("nan")])
def test_we_refuse_a_smoothing_that_pytorch_lets_pass(label_smoothing):
    targets = torch.tensor([0, 1])

    torch_cross_entropy(torch.tensor(TWO), targets, label_smoothing=label_smoothing)
    with pytest.raises(ValueError, match="label_smoothing"):
        cross_entropy(TWO, targets.numpy(), label_smoothing=label_smoothing)


def test_the_comparison_is_not_lenient():
    """A gradient that is off by a millionth is noticed, and so is one of another shape."""
    loss, gradient = of_torch(TWO, np.array([0, 1]))

    assert not np.allclose(gradient, gradient * (1 + 1e-6), **TOLERANCE[np.float64])
    assert loss.shape == () and gradient.shape == TWO.shape
