"""The models: each mistake gives what a function with it would give, and the probes tell them all apart."""

import numpy as np
import pytest

from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.doctor import MISTAKES, probes
from snippets.doctor.calling import Seen
from snippets.doctor.fitting import explain, layouts_of
from snippets.doctor.models import FACTORS, RIGHT, STAGES, Impossible, factor_mistakes, factor_of, models
from snippets.doctor.truth import Batch, true_gradient, true_loss

BATCHES = probes.batches(probes.SIZES)


@pytest.mark.parametrize("batch", [*BATCHES, *probes.LARGE.values()], ids=lambda batch: f"{batch.N} by {batch.C}")
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_truth_is_that_of_the_snippets(batch, reduction):
    expected = cross_entropy_gradient(batch.scores, batch.labels, reduction=reduction)
    loss = cross_entropy(batch.scores, batch.labels, reduction=reduction)

    assert np.abs(true_gradient(batch, reduction) - expected).max() < 1e-14
    assert true_loss(batch, reduction) == pytest.approx(loss, rel=1e-14, abs=1e-14)


def test_the_truth_knows_what_does_not_count():
    scores, labels, weight = probes.irregular(12, 5).reshape(4, 3), np.array([0, 2, 1, 2]), np.array([1.0, 2, 5])
    ignored = Batch(scores, labels, ignored=2, weight=weight, smoothing=0.2)
    expected = cross_entropy_gradient(scores, labels, ignore_index=2, weight=weight)
    plain = Batch(scores, labels, ignored=2, weight=weight)

    assert np.abs(true_gradient(plain) - expected).max() < 1e-15
    assert np.abs(true_gradient(ignored)[[1, 3]]).max() == 0


def test_the_right_model_is_the_truth():
    for batch in BATCHES:
        assert np.abs(RIGHT.gradient(batch) - true_gradient(batch, "sum")).max() < 1e-15


def test_every_mistake_of_a_stage_has_its_words():
    named = {name for stage in STAGES for identifier, _ in stage.values() for name in (identifier or "").split()}

    assert named - set(MISTAKES) == set()


def test_every_factor_has_its_words():
    named = {name for factor in FACTORS for reduction in ("mean", "sum") for name in factor_mistakes(factor, reduction)}

    assert named - set(MISTAKES) == set()


def seen_of(model, factor=1.0):
    seen = []
    for batch in BATCHES:
        try:
            with np.errstate(all="ignore"):
                gradient = model.gradient(batch) * factor / batch.N
            seen.append(Seen(batch, gradient=gradient, dtype=gradient.dtype))
        except Impossible:
            seen.append(Seen(batch, error=("IndexError", "")))
    return seen


def test_each_model_is_told_from_all_simpler_ones_and_its_equals():
    """A model that another one explains as well could be called by the wrong name."""
    confused = {}
    for model in models(1):
        with np.errstate(all="ignore"):
            fit = explain(seen_of(model), "mean", deepest=1)
        named = None if fit is None else (set(fit.mistakes), [set(other.mistakes) for other in fit.others])
        if named != (set(model.mistakes()), []):
            confused[model] = named

    assert confused == {}


@pytest.mark.parametrize("name", [name for name in FACTORS if name != "1"])
def test_each_factor_is_read_off(name):
    seen = [
        Seen(b, gradient=true_gradient(b) * factor_of(b, name), dtype=np.dtype(float))
        for b in BATCHES
        if np.isfinite(factor_of(b, name))
    ]

    assert explain(seen, "mean", deepest=0).factor == name


@pytest.mark.parametrize(
    ("shape", "layouts"),
    [
        ((4, 3), ["right"]),
        ((3, 4), ["transposed", "reshaped"]),
        ((12,), ["another shape"]),
        ((3,), ["one row for all"]),
    ],
)
def test_the_shape_tells_the_layout(shape, layouts):
    assert layouts_of([Seen(BATCHES[0], gradient=np.zeros(shape))]) == layouts
