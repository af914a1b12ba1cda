"""A softmax whose classes are split over processes: PyTorch's own distributed engine, with gloo, on this machine."""

from unittest.mock import patch

import torch
from torch import distributed

from tests.peers import ranks


# --8<-- [start:split_classes]
def split_classes(scores, labels, first):
    """Return the mean loss over all classes, and its gradient in this
    rank's scores (N, c): class `first` and those that follow it.
    """
    largest = scores.amax(dim=1)
    distributed.all_reduce(largest, distributed.ReduceOp.MAX)
    exponentials = torch.exp(scores - largest[:, None])
    here = (labels >= first) & (labels < first + scores.shape[1])
    label = here.nonzero()[:, 0], labels[here] - first
    exponentials[label] = 0  # joins last, so that no digit is lost
    others, right = exponentials.sum(dim=1), torch.zeros_like(largest)
    right[here] = scores[label]  # 0 on every other rank
    both = torch.stack([others, right])
    distributed.all_reduce(both)  # adds up what the ranks have
    others, right = both
    sums = others + torch.exp(right - largest)
    shares = exponentials / sums[:, None]
    shares[label] = 0 - (others / sums)[here]  # share - 1
    losses = torch.log(sums) + (largest - right)
    return losses.mean(), shares / len(labels)
    # --8<-- [end:split_classes]


# --8<-- [start:split_layer]
def split_layer(hidden, weight, labels, first):
    """Return the mean loss, and its gradients in hidden (N, D) and in
    this rank's weights (c, D).
    """
    loss, error = split_classes(hidden @ weight.T, labels, first)
    d_hidden = error @ weight
    distributed.all_reduce(d_hidden)  # a sum over all classes
    return loss, d_hidden, error.T @ hidden
    # --8<-- [end:split_layer]


def step(rank, scores, labels, ends, hidden=None, weight=None):
    """Return this rank's loss, its gradients, and how many numbers it gave to each all-reduce.

    ends: after how many classes each rank's own ones end. scores: (N, C), or None, and then hidden and weight.
    """
    part = slice(0 if rank == 0 else ends[rank - 1], ends[rank])
    with patch.object(distributed, "all_reduce", wraps=distributed.all_reduce) as sent:
        if scores is None:
            loss, *gradients = split_layer(hidden, weight[part], labels, part.start)
        else:
            loss, *gradients = split_classes(scores[:, part], labels, part.start)
    return {"loss": loss, "gradients": gradients, "sent": [call.args[0].numel() for call in sent.call_args_list]}


def run(jobs, world):
    """Return for each job what each rank finds, in the order of the ranks."""
    found = ranks.found_by_each(world, jobs, "tests.peers.split_classes")
    return {job: [of_rank[job] for of_rank in found] for job in jobs}
