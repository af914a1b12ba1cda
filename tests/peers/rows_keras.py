"""Keras 3, on PyTorch."""

import keras
import numpy as np

from tests.peers import batch
from tests.peers.batch import CLASS_WEIGHT, LABELS, SAMPLE_WEIGHT, SCORES, C, N, T
from tests.peers.ledger import found, row


def trained(loss, inputs, targets, weights, *, strength=0.0, before=(), **fit):
    """Return the loss that one step of `fit` reports, and that step, at rate 1. before: layers before the scores."""
    regularizer = keras.regularizers.L2(strength)
    layer = keras.layers.Dense(C, use_bias=False, kernel_regularizer=regularizer)
    model = keras.Sequential([keras.Input(inputs.shape[1:]), *before, layer])
    layer.set_weights([weights])
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss=loss)
    history = model.fit(inputs, targets, batch_size=len(inputs), epochs=1, shuffle=False, verbose=0, **fit)
    return float(history.history["loss"][0]), weights - layer.kernel.value.detach().numpy()


def keras_row(name, call):
    return row(name, "Keras", call, package="keras", on=("PyTorch", "torch"))


def cross_entropy(factors, names, *, sequences=False, inputs=None, targets=None, loss=None, **fit):
    """Return a row's findings. factors: what each sample's loss is multiplied by."""
    scores, labels = (batch.SEQUENCES, batch.SEQUENCE_LABELS) if sequences else (SCORES, LABELS)
    # Each step of each sequence has a weight of its own.
    inputs = np.eye(labels.size).reshape(*labels.shape, -1) if inputs is None else inputs
    weights = scores.reshape(-1, C)
    targets = labels if targets is None else targets
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    value, step = trained(loss, inputs, targets, weights, **fit)
    _, pulled = trained(loss, inputs, targets, weights, strength=batch.STRENGTH, **fit)
    total = (factors * batch.losses(scores, labels)).sum()
    slope = (factors[..., None] * batch.gradients(scores, labels)).reshape(-1, C)
    standard = f"reduction={keras.losses.SparseCategoricalCrossentropy().reduction!r}"
    pulled = batch.pull("keras.regularizers.L2(λ)", step, pulled, weights)
    return found(names, total, slope, loss=value, step=step, default=standard, pulled=pulled)


@keras_row("keras-default", "keras.losses.SparseCategoricalCrossentropy(from_logits=True)")
def sum_over_batch_size():
    return cross_entropy(np.ones(N), batch.named())


@keras_row("keras-sum", 'keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")')
def total():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
    return cross_entropy(np.ones(N), batch.named(), loss=loss)


@keras_row("keras-sample-weight", "model.fit(sample_weight=v)")
def sample_weight():
    names = batch.named(**{"sum of weights": SAMPLE_WEIGHT.sum()})
    return cross_entropy(SAMPLE_WEIGHT, names, sample_weight=SAMPLE_WEIGHT)


@keras_row("keras-class-weight", "model.fit(class_weight=w)")
def class_weight():
    names = batch.named(**{"sum of weights": CLASS_WEIGHT[LABELS].sum()})
    return cross_entropy(CLASS_WEIGHT[LABELS], names, class_weight=dict(enumerate(CLASS_WEIGHT)))


@keras_row("keras-weighted-mean", 'reduction="mean_with_sample_weight", model.fit(sample_weight=v)')
def mean_with_sample_weight():
    names = batch.named(**{"sum of weights": SAMPLE_WEIGHT.sum()})
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    return cross_entropy(SAMPLE_WEIGHT, names, loss=loss, sample_weight=SAMPLE_WEIGHT)


@keras_row("keras-sequences", "keras.losses.SparseCategoricalCrossentropy(from_logits=True), scores (N, T, C)")
def sequences():
    return cross_entropy(np.ones((N, T)), batch.named_in_sequences(), sequences=True)


@keras_row("keras-mask", "keras.layers.Masking(), scores (N, T, C)")
def mask():
    kept = batch.SEQUENCE_KEPT
    # A step whose inputs are all 0 is masked.
    inputs = np.eye(kept.size).reshape(*kept.shape, -1) * kept[..., None]
    names = batch.named_in_sequences(kept=kept.sum())
    return cross_entropy(kept, names, sequences=True, inputs=inputs, before=[keras.layers.Masking()])


@keras_row("keras-ignore", "keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)")
def ignore_class():
    kept = batch.SEQUENCE_KEPT
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    targets = np.where(kept, batch.SEQUENCE_LABELS, -1)
    names = batch.named_in_sequences(kept=kept.sum())
    return cross_entropy(kept, names, sequences=True, loss=loss, targets=targets)
