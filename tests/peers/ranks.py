"""Processes that train together: PyTorch's own distributed engine, with gloo, on this machine.

Each job is one step of DistributedDataParallel, or another module's step; all jobs of a call share the processes.
"""

import os
import signal
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import numpy as np
import torch
from torch import distributed
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from snippets.accumulate import rank_scale

ROOT = Path(__file__).parents[2]
# Nothing here takes more than a few seconds; processes that wait for each other for ever are ended.
SECONDS = 120


def run(world, jobs):
    """Return for each job the gradient that the ranks agree on, and each rank's own loss.

    world: how many processes.
    jobs: a dict of dicts with
      weights (D, C), features (n, D), targets (n,) or (n, C), places (n,): which process has which sample,
      counted: how much counts on each rank (without it, no loss is scaled), options: of `cross_entropy` (optional).
    """
    found = found_by_each(world, jobs, "tests.peers.ranks")
    together = {}
    for job in jobs:
        gradients = [of_rank[job]["gradient"] for of_rank in found]
        if not all(np.array_equal(gradients[0], gradient, equal_nan=True) for gradient in gradients):
            raise RuntimeError(f"the ranks have different gradients after {job}")
        together[job] = {"gradient": gradients[0], "losses": [of_rank[job]["loss"] for of_rank in found]}
    return together


def found_by_each(world, jobs, module):
    """Return what each rank finds: a dict of what the function `step` of a module returns for each job.

    world: how many processes. jobs: a dict of dicts, the arguments of `step` after the rank.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        torch.save(jobs, folder / "jobs")
        # A process of its own first: to split one in which other frameworks have begun to work is not safe.
        command = [sys.executable, "-m", "tests.peers.ranks", name, str(world), module]
        # On some machines gloo looks for a name that nobody resolves; this is the machine itself.
        environment = os.environ | {"GLOO_SOCKET_IFNAME": loopback()}
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as leader:
            try:
                errors = leader.communicate(timeout=SECONDS)[1]
            except BaseException:
                # The leader's group: it and its ranks.
                os.killpg(leader.pid, signal.SIGKILL)
                raise
        if leader.returncode:
            raise RuntimeError(errors)
        return [torch.load(folder / f"found{rank}", weights_only=False) for rank in range(world)]


def loopback():
    """Return the name of the network interface that leads to this machine itself."""
    return "lo0" if sys.platform == "darwin" else "lo"


# --8<-- [start:ddp_step]
def ddp_step(layer, X, labels, counted, **options):
    """Leave the gradient of one large batch in a layer of which each rank has a copy.

    counted: how many of this rank's samples count, or their total weight.
    """
    model = DistributedDataParallel(layer)  # will average the gradients
    counted_by_all = torch.tensor(float(counted), dtype=torch.float64)
    distributed.all_reduce(counted_by_all)  # adds up what the ranks have
    ranks = distributed.get_world_size()
    scale = rank_scale(counted, counted_by_all.item(), ranks)
    loss = cross_entropy(model(X), labels, **options)  # this rank's own mean
    (scale * loss).backward()
    return loss
    # --8<-- [end:ddp_step]


def naive_step(layer, X, labels, **options):
    """The same without a scale."""
    # Its averaging ends with the object, so it needs a name.
    model = DistributedDataParallel(layer)
    loss = cross_entropy(model(X), labels, **options)
    loss.backward()
    return loss


def step(rank, weights, features, targets, places, counted=None, options=None):
    """Return this rank's own loss, and the gradient after the ranks have put theirs together."""
    mine = places == rank
    layer = torch.nn.Linear(*weights.shape, bias=False, dtype=torch.float64)
    layer.weight.data = torch.tensor(weights.T)
    batch = layer, torch.tensor(features[mine]), torch.tensor(targets[mine])
    if counted is None:
        loss = naive_step(*batch, **(options or {}))
    else:
        loss = ddp_step(*batch, counted[rank], **(options or {}))
    return {"loss": loss.item(), "gradient": layer.weight.grad.numpy().T}


def main(rank, folder, world, module):
    torch.set_num_threads(1)
    # A file in place of a port: two runs at once do not meet.
    distributed.init_process_group("gloo", f"file://{folder}/meet", rank=rank, world_size=world)
    jobs = torch.load(Path(folder) / "jobs", weights_only=False)
    step_of_rank = import_module(module).step
    torch.save({name: step_of_rank(rank, **job) for name, job in jobs.items()}, Path(folder) / f"found{rank}")
    distributed.barrier()
    distributed.destroy_process_group()


if __name__ == "__main__":
    # To split is far quicker than to import PyTorch once for each rank; on macOS it is not safe.
    method = "spawn" if sys.platform == "darwin" else "fork"
    torch.multiprocessing.start_processes(
        main, (sys.argv[1], int(sys.argv[2]), sys.argv[3]), nprocs=int(sys.argv[2]), start_method=method
    )
