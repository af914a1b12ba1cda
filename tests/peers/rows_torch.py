"""PyTorch."""

import numpy as np
import torch

from tests.peers import batch, ranks
from tests.peers.batch import CLASS_WEIGHT, IGNORED, KEPT, LABELS, SCORES, N
from tests.peers.ledger import NONE, found, row

torch.set_num_threads(1)
SHARES = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.6, 0.1], [0.2, 0.2, 0.6], [1.0, 0.0, 0.0]])


def trained(criterion, targets, scores=SCORES, weight_decay=0.0):
    """Return the loss, summed if it is an array, as it comes, and one step of SGD at rate 1."""
    weights = torch.nn.Parameter(torch.tensor(scores))
    optimizer = torch.optim.SGD([weights], lr=1.0, weight_decay=weight_decay)
    reported = criterion(weights, torch.as_tensor(targets))
    reported.sum().backward()
    optimizer.step()
    return reported.detach().sum().item(), reported.detach().numpy(), scores - weights.detach().numpy()


def torch_row(name, call):
    return row(name, "PyTorch", call, package="torch")


def default(criterion):
    return f"reduction={criterion.reduction!r}"


def cross_entropy(criterion, factors, names, *, targets=LABELS, scores=SCORES, total=None, slope=None):
    """Return a row's findings for a criterion. factors: what each sample's loss is multiplied by."""
    if total is None:
        own, pushes = batch.losses(scores, LABELS), batch.gradients(scores, LABELS)
        total, slope = (factors * own).sum(), factors[:, None] * pushes
    loss, reported, step = trained(criterion, targets, scores)
    _, _, pulled = trained(criterion, targets, scores, weight_decay=batch.STRENGTH)
    standard = default(torch.nn.CrossEntropyLoss())
    pulled = batch.pull("torch.optim.SGD(weight_decay=λ)", step, pulled, scores)
    return found(names, total, slope, loss=loss, step=step, default=standard, pulled=pulled, reported=reported)


@torch_row("torch-mean", "torch.nn.CrossEntropyLoss()")
def mean():
    return cross_entropy(torch.nn.CrossEntropyLoss(), np.ones(N), batch.named())


@torch_row("torch-sum", 'torch.nn.CrossEntropyLoss(reduction="sum")')
def total():
    return cross_entropy(torch.nn.CrossEntropyLoss(reduction="sum"), np.ones(N), batch.named())


@torch_row("torch-none", 'torch.nn.CrossEntropyLoss(reduction="none")')
def none():
    return cross_entropy(torch.nn.CrossEntropyLoss(reduction="none"), np.ones(N), batch.named())


@torch_row("torch-weight", "torch.nn.CrossEntropyLoss(weight=w)")
def weight():
    names = batch.named(**{"sum of weights": CLASS_WEIGHT[LABELS].sum()})
    return cross_entropy(torch.nn.CrossEntropyLoss(torch.tensor(CLASS_WEIGHT)), CLASS_WEIGHT[LABELS], names)


@torch_row("torch-ignore", "torch.nn.CrossEntropyLoss(ignore_index=-100)")
def ignore():
    targets = np.where(KEPT, LABELS, IGNORED)
    return cross_entropy(
        torch.nn.CrossEntropyLoss(ignore_index=IGNORED), KEPT, batch.named(kept=KEPT.sum()), targets=targets
    )


@torch_row("torch-weight-ignore", "torch.nn.CrossEntropyLoss(weight=w, ignore_index=-100)")
def weight_and_ignore():
    targets = np.where(KEPT, LABELS, IGNORED)
    factors = KEPT * CLASS_WEIGHT[LABELS]
    names = batch.named(**{"kept": KEPT.sum(), "sum of weights": factors.sum()})
    return cross_entropy(torch.nn.CrossEntropyLoss(torch.tensor(CLASS_WEIGHT)), factors, names, targets=targets)


@torch_row("torch-probabilities", "torch.nn.CrossEntropyLoss(weight=w), targets are probabilities")
def probabilities():
    weighted = SHARES * CLASS_WEIGHT
    total = -(weighted * batch.log_softmax(SCORES)).sum()
    slope = batch.softmax(SCORES) * weighted.sum(axis=1, keepdims=True) - weighted
    names = batch.named(**{"sum of weights": weighted.sum()})
    criterion = torch.nn.CrossEntropyLoss(torch.tensor(CLASS_WEIGHT))
    return cross_entropy(criterion, None, names, targets=SHARES, total=total, slope=slope)


@torch_row("torch-smoothing", "torch.nn.CrossEntropyLoss(label_smoothing=a)")
def smoothing():
    smoothed = 0.9 * np.eye(batch.C)[LABELS] + 0.1 / batch.C
    total = -(smoothed * batch.log_softmax(SCORES)).sum()
    slope = batch.softmax(SCORES) - smoothed
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    return cross_entropy(criterion, None, batch.named(), total=total, slope=slope)


@torch_row("torch-sequences", "torch.nn.CrossEntropyLoss(), scores (N, C, T)")
def sequences():
    scores, labels = batch.SEQUENCES, batch.SEQUENCE_LABELS
    # PyTorch wants the classes second.
    total = batch.losses(scores, labels).sum()
    slope = batch.gradients(scores, labels).transpose(0, 2, 1)
    scores = np.ascontiguousarray(scores.transpose(0, 2, 1))
    names = batch.named_in_sequences()
    criterion = torch.nn.CrossEntropyLoss()
    return cross_entropy(criterion, None, names, targets=labels, scores=scores, total=total, slope=slope)


@torch_row("torch-sequences-ignore", "torch.nn.CrossEntropyLoss(ignore_index=-100), scores (N, C, T)")
def sequences_ignore():
    scores, labels, kept = batch.SEQUENCES, batch.SEQUENCE_LABELS, batch.SEQUENCE_KEPT
    total = (kept * batch.losses(scores, labels)).sum()
    slope = (kept[..., None] * batch.gradients(scores, labels)).transpose(0, 2, 1)
    scores = np.ascontiguousarray(scores.transpose(0, 2, 1))
    names = batch.named_in_sequences(kept=kept.sum())
    targets = np.where(kept, labels, IGNORED)
    criterion = torch.nn.CrossEntropyLoss()
    return cross_entropy(criterion, None, names, targets=targets, scores=scores, total=total, slope=slope)


@torch_row("torch-binary", "torch.nn.BCEWithLogitsLoss(), one yes or no for each score")
def binary():
    targets = np.eye(batch.C)[LABELS]
    total = batch.binary_losses(SCORES, targets).sum()
    slope = batch.binary_gradients(SCORES, targets)
    criterion = torch.nn.BCEWithLogitsLoss()
    return cross_entropy(criterion, None, batch.named(), targets=targets, total=total, slope=slope) | {
        "default": default(criterion)
    }


@torch_row("torch-accumulate", "loss.backward() for each micro-batch")
def accumulate():
    """Each micro-batch has its own mean; nothing divides by their number."""
    weights = torch.nn.Parameter(torch.tensor(SCORES))
    means = [
        torch.nn.functional.cross_entropy(weights[batch.PARTS == part], torch.tensor(LABELS[batch.PARTS == part]))
        for part in (0, 1)
    ]
    for mean in means:
        mean.backward()
    total, slope = batch.sum_of_means()
    losses = [mean.item() for mean in means]
    step = weights.grad.numpy()
    return found(batch.named(G=2), total, slope, loss=sum(losses), step=step, default=NONE, reported=losses)


@torch_row("torch-ddp", "torch.nn.parallel.DistributedDataParallel, G ranks")
def data_parallel():
    """Each rank has its own mean; the ranks' gradients are averaged. On real processes."""
    job = {"weights": SCORES, "features": np.eye(N), "targets": LABELS, "places": batch.PARTS}
    together = ranks.run(2, {"step": job})["step"]
    total, slope = batch.sum_of_means()
    losses = together["losses"]
    return found(
        batch.named(G=2), total, slope, loss=sum(losses), step=together["gradient"], default=NONE, reported=losses
    )
