"""The committed record is what the systems do, and what it is found with can tell the numbers apart."""

import json
import re
from itertools import combinations

import keras
import numpy as np
import pytest
import torch

from tests.peers import batch
from tests.peers.record import RECORD, ROWS

COMMITTED = json.loads(RECORD.read_text(encoding="utf-8"))
NUMBERS = ["loss", "largest_gradient"]


def exact(row):
    """Return what may not differ at all from one machine to the next."""
    return {key: value for key, value in row.items() if key not in NUMBERS}


@pytest.mark.parametrize(("name", "committed"), list(zip(ROWS, COMMITTED, strict=True)), ids=list(ROWS))
def test_record_is_what_runs(name, committed):
    """If this fails after an update: python -m tests.peers.record"""
    ran = ROWS[name]()

    assert exact(committed) == exact(ran)
    for number in NUMBERS:
        nothing = ran[number] is None
        assert committed[number] == (None if nothing else pytest.approx(ran[number], rel=1e-3))


def test_every_row_names_its_test_and_every_emulated_row_its_source():
    names = [row["test"].partition("[")[2].rstrip("]") for row in COMMITTED]

    assert names == list(ROWS)
    assert all(row["version"] if row["how"] == "run" else row["source"] for row in COMMITTED)


def test_what_a_system_does_by_default_comes_first():
    """The tables of the page take each system's first row. So it is what happens if nothing is said."""
    first = {}
    for row in COMMITTED:
        first.setdefault(row["system"], row)

    assert first["Caffe"]["call"] == "SoftmaxWithLoss, normalization: VALID"
    for row in first.values():
        option = re.match(r"\w+[=:] ?", row["default"])
        # The call leaves the choice open, or it says what the default is.
        assert not option or option[0] not in row["call"] or row["default"] in row["call"]
        assert not re.search(r"weight=|ignore|class_weight|\(N, ", row["call"])


def test_one_loss_for_each_sample_is_not_a_sum():
    for name in ("torch-none", "optax-losses", "tensorflow-op"):
        assert found(name)["denominator_means"] == "nothing: one loss for each sample"
    for name in ("torch-sum", "keras-sum", "onnx-sum", "xgboost-leaf", "torch-accumulate"):
        assert found(name)["denominator_means"] == "nothing: the losses are summed"


def test_pytorch_takes_the_mean_by_default():
    """What the question's answer says of PyTorch."""
    assert torch.nn.CrossEntropyLoss().reduction == "mean"
    assert found("torch-mean")["denominator"] == "N"


def test_keras_sums_over_batch_size_by_default():
    """What the question's answer says of Keras, and what the name leaves out: the steps of a sequence count."""
    assert keras.losses.SparseCategoricalCrossentropy().reduction == "sum_over_batch_size"
    assert found("keras-default")["denominator"] == "N"
    assert found("keras-sequences")["denominator"] == "N T"
    assert found("keras-sample-weight")["denominator"] == "N"


def found(name):
    return next(row for row in COMMITTED if row["test"].endswith(f"[{name}]"))


@pytest.mark.parametrize(
    "names",
    [
        batch.named(kept=batch.KEPT.sum(), G=2),
        batch.named(**{"kept": batch.KEPT.sum(), "sum of weights": batch.SAMPLE_WEIGHT.sum()}),
        batch.named(**{"kept": batch.KEPT.sum(), "sum of weights": batch.CLASS_WEIGHT[batch.LABELS].sum()}),
        batch.named_in_sequences(kept=batch.SEQUENCE_KEPT.sum()),
    ],
)
def test_no_two_numbers_of_the_batch_are_near_each_other(names):
    for one, other in combinations(names.values(), 2):
        assert abs(one - other) > 0.04 * max(one, other)


REFUSED = {
    "a number that nobody named": (2.5, {"1": 1, "N": 5}),
    "two names for one number": (2, {"N": 5, "T": 5}),
}


@pytest.mark.parametrize(("part", "names"), REFUSED.values(), ids=REFUSED)
def test_a_number_without_one_name_is_refused(part, names):
    with pytest.raises(ValueError, match="of the numbers"):
        batch.which(10, part, names)


WHERE = [("1", "1", "nowhere"), ("N", "N", "loss"), ("1", "N", "update")]


@pytest.mark.parametrize(("loss", "step", "place"), WHERE)
def test_where(loss, step, place):
    assert batch.where(loss, step) == place


def test_a_loss_and_a_step_that_are_divided_differently_have_no_place():
    with pytest.raises(ValueError, match="divided by"):
        batch.where("N", "kept")


def test_regularization_is_told_apart():
    weights = np.array([1.0, -2.0])

    assert batch.pull("λ", weights, weights * (1 + 2 * batch.STRENGTH), weights)["regularization_gradient"] == "2 λ w"
    with pytest.raises(ValueError, match="none of"):
        batch.pull("λ", weights, weights * (1 + 3 * batch.STRENGTH), weights)
