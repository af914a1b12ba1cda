"""Keras 3, on PyTorch."""

import keras
import numpy as np

from tests.peers import batch
from tests.peers.batch import C, CLASS_WEIGHT, KEPT, LABELS, SAMPLE_WEIGHT, SCORES, N, T
from tests.peers.ledger import found, row


def trained(loss, inputs, targets, weights, *, strength=0.0, **fit):
    """Return the loss that one step of `fit` reports, and that step, at rate 1."""
    regularizer = keras.regularizers.L2(strength)
    layer = keras.layers.Dense(C, use_bias=False, kernel_regularizer=regularizer)
    model = keras.Sequential([keras.Input(inputs.shape[1:]), layer])
    layer.set_weights([weights])
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss=loss)
    history = model.fit(inputs, targets, batch_size=len(inputs), epochs=1, shuffle=False, verbose=0, **fit)
    return history.history["loss"][0], weights - layer.get_weights()[0]


def keras_row(name, call):
    return row(name, "Keras", call, package="keras")


def cross_entropy(factors, names, *, reduction=None, sequences=False, loss=None, **fit):
    """Return a row's findings. factors: what each sample's loss is multiplied by."""
    scores, labels = (batch.SEQUENCES, batch.SEQUENCE_LABELS) if sequences else (SCORES, LABELS)
    # Each step of each sequence has a weight of its own.
    inputs = np.eye(labels.size).reshape(*labels.shape, -1)
    weights = scores.reshape(-1, C)
    options = {} if reduction is None else {"reduction": reduction}
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True, **options)
    value, step = trained(loss, inputs, labels, weights, **fit)
    _, pulled = trained(loss, inputs, labels, weights, strength=batch.STRENGTH, **fit)
    total = (factors * batch.losses(scores, labels)).sum()
    slope = (factors[..., None] * batch.gradients(scores, labels)).reshape(-1, C)
    standard = f"reduction={keras.losses.SparseCategoricalCrossentropy().reduction!r}"
    pulled = batch.pull(step, pulled, weights)
    return found(names, total, slope, loss=value, step=step, default=standard, pulled=pulled)


@keras_row("keras-default", "keras.losses.SparseCategoricalCrossentropy(from_logits=True)")
def sum_over_batch_size():
    return cross_entropy(np.ones(N), batch.named())


@keras_row("keras-sum", 'keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")')
def total():
    return cross_entropy(np.ones(N), batch.named(), reduction="sum")


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
    return cross_entropy(SAMPLE_WEIGHT, names, reduction="mean_with_sample_weight", sample_weight=SAMPLE_WEIGHT)


@keras_row("keras-sequences", "keras.losses.SparseCategoricalCrossentropy(from_logits=True), scores (N, T, C)")
def sequences():
    return cross_entropy(np.ones((N, T)), batch.named_in_sequences(), sequences=True)


@keras_row("keras-mask", "a mask over the steps, as of keras.layers.Masking")
def mask():
    """The mask travels with the scores."""
    kept = batch.SEQUENCE_KEPT
    plain = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def loss(targets, scores):
        keras.src.backend.set_keras_mask(scores, keras.ops.convert_to_tensor(kept.astype(bool)))
        return plain(targets, scores)

    return cross_entropy(kept, batch.named_in_sequences(kept=kept.sum()), sequences=True, loss=loss)
