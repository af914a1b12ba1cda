"""Several processes that train together: real ones, with PyTorch's DistributedDataParallel on gloo."""

import subprocess

import numpy as np
import pytest
import torch

from snippets.accumulate import accumulate, rank_scale
from tests.peers import ranks

D, C, N, WORLD = 4, 3, 12, 3
RANDOM = np.random.default_rng(11)
WEIGHTS, FEATURES = RANDOM.normal(size=(D, C)), RANDOM.normal(size=(N, D))
LABELS = RANDOM.integers(0, C, N)
CLASS_WEIGHT = np.array([0.5, 2.0, 1.3])
IGNORED = np.where(np.arange(N) % 3 == 1, -100, LABELS)
EQUALLY_IGNORED = np.where(np.arange(N) % 4 == 1, -100, LABELS)
FIRST_RANK_IGNORED = np.where(np.arange(N) < 2, -100, LABELS)
SHARES = RANDOM.uniform(size=(N, C))

EQUAL = np.repeat([0, 1, 2], 4)
UNEQUAL = np.repeat([0, 1, 2], [2, 7, 3])


def counts(places, amount):
    """Return how much counts on each rank."""
    return np.bincount(places, weights=amount, minlength=WORLD)


def scales(places, amount):
    """Return what each rank multiplies its loss by."""
    return [rank_scale(of_rank, amount.sum(), WORLD) for of_rank in counts(places, amount)]


def job(places, targets=LABELS, amount=None, **options):
    """Return one step. amount: how much each sample counts; with it, the ranks' losses are scaled."""
    made = {"weights": WEIGHTS, "features": FEATURES, "targets": targets, "places": places, "options": options}
    return made if amount is None else made | {"scale": scales(places, amount)}


def kept(targets):
    return (targets != -100).astype(float)


WEIGHTED = {"weight": torch.tensor(CLASS_WEIGHT)}
ONE = np.ones(N)
# name: (step, whether it is that of one large batch)
CASES = {
    "equal batches": (job(EQUAL), True),
    "unequal batches": (job(UNEQUAL), False),
    "unequal batches, scaled": (job(UNEQUAL, amount=ONE), True),
    "equal batches, as many ignored on each": (job(EQUAL, EQUALLY_IGNORED), True),
    "equal batches, not as many ignored on each": (job(EQUAL, IGNORED), False),
    "unequal batches, some ignored": (job(UNEQUAL, IGNORED), False),
    "unequal batches, some ignored, scaled by size": (job(UNEQUAL, IGNORED, ONE), False),
    "unequal batches, some ignored, scaled by what is kept": (job(UNEQUAL, IGNORED, kept(IGNORED)), True),
    "equal batches, class weights": (job(EQUAL, **WEIGHTED), False),
    "equal batches, class weights, scaled by weight": (job(EQUAL, amount=CLASS_WEIGHT[LABELS], **WEIGHTED), True),
    "unequal batches, class weights, scaled by weight": (job(UNEQUAL, amount=CLASS_WEIGHT[LABELS], **WEIGHTED), True),
    "unequal batches, smoothed, scaled": (job(UNEQUAL, amount=ONE, label_smoothing=0.1), True),
    "unequal batches, soft targets, scaled": (job(UNEQUAL, SHARES, ONE), True),
    "one rank has nothing to learn": (job(UNEQUAL, FIRST_RANK_IGNORED), False),
    "one rank has nothing to learn, sums": (job(UNEQUAL, FIRST_RANK_IGNORED, reduction="sum"), False),
}


@pytest.fixture(scope="module")
def together():
    """What the processes found, all cases in one start."""
    return ranks.run(WORLD, {name: step for name, (step, _) in CASES.items()})


def one_batch(step):
    """Return the gradient of the mean over all samples together."""
    weights = torch.tensor(WEIGHTS, requires_grad=True)
    options = {name: value for name, value in step["options"].items() if name != "reduction"}
    scores = torch.tensor(FEATURES) @ weights
    torch.nn.functional.cross_entropy(scores, torch.tensor(step["targets"]), **options).backward()
    return weights.grad.numpy()


@pytest.mark.parametrize(("name", "same"), [(name, same) for name, (_, same) in CASES.items()], ids=CASES)
def test_against_one_large_batch(name, same, together):
    step = CASES[name][0]
    gradient, whole = together[name]["gradient"], one_batch(step)

    if same:
        np.testing.assert_allclose(gradient, whole, rtol=1e-10, atol=1e-12)
    else:
        assert abs(gradient - whole).max() > 0.05 * abs(whole).max()


def test_a_rank_without_a_target_is_not_left_out(together):
    """Its own mean is nan and its own gradient is 0, and the average counts it all the same."""
    found = together["one rank has nothing to learn"]
    others = FIRST_RANK_IGNORED != -100
    alone = [
        one_batch({"targets": np.where(others & (UNEQUAL == rank), LABELS, -100), "options": {}}) for rank in (1, 2)
    ]

    assert np.isnan(found["losses"][0])
    np.testing.assert_allclose(found["gradient"], sum(alone) / WORLD, rtol=1e-10, atol=1e-12)


def test_sums_need_no_scale_for_each_rank_but_one_for_all(together):
    """The average of the ranks' sums, times ranks over what is kept: where a rank has no mean, this still works."""
    step = CASES["one rank has nothing to learn, sums"][0]
    gradient = together["one rank has nothing to learn, sums"]["gradient"] * WORLD / kept(FIRST_RANK_IGNORED).sum()

    np.testing.assert_allclose(gradient, one_batch(step), rtol=1e-10, atol=1e-12)


def test_our_accumulation_on_one_machine_is_the_repaired_step_on_three(together):
    pieces = [(FEATURES[UNEQUAL == rank], IGNORED[UNEQUAL == rank]) for rank in range(WORLD)]
    _, gradient = accumulate(WEIGHTS, pieces, ignore_index=-100)
    repaired = together["unequal batches, some ignored, scaled by what is kept"]["gradient"]

    np.testing.assert_allclose(gradient, repaired, rtol=1e-10, atol=1e-12)


def test_a_rank_that_fails_is_reported_and_ends_the_others():
    broken = job(EQUAL, np.full(N, C))

    with pytest.raises(RuntimeError, match="out of bounds"):
        ranks.run(2, {"broken": broken | {"places": EQUAL % 2}})


def test_ranks_that_wait_for_ever_are_ended(monkeypatch):
    monkeypatch.setattr(ranks, "SECONDS", 0.2)

    with pytest.raises(subprocess.TimeoutExpired):
        ranks.run(2, {})
