"""Losses that come back again and again: where libraries cut the logarithm off, as the table of train.md says."""

import keras
import numpy as np
import pytest
import torch

from derivations.computed import NUMBERS


def test_keras_puts_a_small_number_in_the_place_of_zero():
    """Only where it is given shares; given scores, it takes their logarithms as they are."""
    truth, shares = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    loss = keras.losses.CategoricalCrossentropy()

    assert keras.config.epsilon() == NUMBERS["keras_epsilon"]()
    assert float(loss(truth, shares)) == pytest.approx(NUMBERS["keras_ceiling"](), rel=1e-6)
    from_scores = keras.losses.CategoricalCrossentropy(from_logits=True)
    assert float(from_scores(truth, np.array([[0.0, 500.0]]))) == pytest.approx(500)


def test_pytorch_cuts_the_binary_loss_off_at_100():
    shares, truth = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])

    assert torch.nn.BCELoss(reduction="none")(shares, truth).tolist() == [100, 100]


def test_the_smallest_float32_has_this_logarithm():
    """Caffe puts it in the place of a smaller share."""
    assert -np.log(np.float32(2.0**-126)) == pytest.approx(NUMBERS["float32_ceiling"](), rel=1e-6)
