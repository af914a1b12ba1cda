"""One step on three processes, in many cases, and what is to be compared with it: the table of mean-of-means.md."""

from pathlib import Path

import numpy as np
import torch

from snippets.accumulate import rank_scale
from tests.peers import ranks
from tests.peers.ledger import version_of

RECORD = Path(__file__).parents[2] / "benchmarks" / "data_parallel.json"
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


def job(places, targets=LABELS, amount=None, **options):
    """Return one step. amount: how much each sample counts; with it, the ranks' losses are scaled."""
    made = {"weights": WEIGHTS, "features": FEATURES, "targets": targets, "places": places, "options": options}
    return made if amount is None else made | {"counted": counts(places, amount)}


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
    "one rank has nothing to learn, scaled": (job(UNEQUAL, FIRST_RANK_IGNORED, kept(FIRST_RANK_IGNORED)), True),
    "one rank has nothing to learn, sums": (job(UNEQUAL, FIRST_RANK_IGNORED, reduction="sum"), False),
}
# The cases of the table, and what it calls them: what was ignored or weighted, and what the ranks' means were scaled by.
SHOWN = {
    "equal batches": ("nothing ignored", "nothing"),
    "unequal batches": ("nothing ignored", "nothing"),
    "unequal batches, scaled": ("nothing ignored", "its number of samples"),
    "equal batches, not as many ignored on each": ("some labels ignored", "nothing"),
    "unequal batches, some ignored, scaled by size": ("some labels ignored", "its number of samples"),
    "unequal batches, some ignored, scaled by what is kept": ("some labels ignored", "its number of labels kept"),
    "equal batches, class weights": ("class weights", "nothing"),
    "equal batches, class weights, scaled by weight": ("class weights", "the sum of its weights"),
}


def together():
    """Return what the processes find, all cases in one start."""
    return ranks.run(WORLD, {name: step for name, (step, _) in CASES.items()})


def one_batch(step):
    """Return the gradient of the mean over all samples together."""
    weights = torch.tensor(WEIGHTS, requires_grad=True)
    options = {name: value for name, value in step["options"].items() if name != "reduction"}
    scores = torch.tensor(FEATURES) @ weights
    torch.nn.functional.cross_entropy(scores, torch.tensor(step["targets"]), **options).backward()
    return weights.grad.numpy()


def rows(found):
    """Return the rows of the table, from what the processes found."""
    made = []
    for name, (words, scaled_by) in SHOWN.items():
        step = CASES[name][0]
        whole = one_batch(step)
        difference = abs(found[name]["gradient"] - whole).max() / abs(whole).max()
        counted = step.get("counted")
        made.append(
            {
                "batch": words,
                "samples": np.bincount(step["places"]).tolist(),
                "kept": counts(step["places"], kept(step["targets"])).astype(int).tolist(),
                "scaled_by": scaled_by,
                "scales": None
                if counted is None
                else [float(f"{rank_scale(of_rank, counted.sum(), WORLD):.5g}") for of_rank in counted],
                # What is only rounding is not the same on every machine.
                "largest_relative_difference": float(f"{difference:.3g}") if difference > 1e-12 else 0.0,
                "version": version_of("torch"),
                "test": "tests/peers/test_data_parallel.py::test_the_record_is_what_runs",
            }
        )
    return made
