"""The slope that each library gives to max(0, x) at 0, for each way to write it: the table of relu.md."""

from pathlib import Path

import jax
import jax.numpy as jnp
import torch

from tests.peers.ledger import version_of

RECORD = Path(__file__).parents[2] / "benchmarks" / "at_zero.json"


def in_torch():
    """Return what PyTorch's autograd gives."""
    zero = torch.zeros((), dtype=torch.float64)
    ways = {
        "torch.relu(x)": torch.relu,
        "torch.where(x > 0, x, 0)": lambda x: torch.where(x > 0, x, zero),
        "torch.maximum(x, zero)": lambda x: torch.maximum(x, zero),
        "torch.clamp(x, min=0)": lambda x: torch.clamp(x, min=0),
    }
    slopes = {}
    for way, function in ways.items():
        x = torch.zeros((), dtype=torch.float64, requires_grad=True)
        function(x).backward()
        slopes[way] = x.grad.item()
    return slopes


def in_jax():
    """Return what JAX's grad gives."""
    ways = {
        "jax.nn.relu(x)": jax.nn.relu,
        "jnp.where(x > 0, x, 0)": lambda x: jnp.where(x > 0, x, 0.0),
        "jnp.maximum(x, 0)": lambda x: jnp.maximum(x, 0.0),
        "jnp.clip(x, 0)": lambda x: jnp.clip(x, 0.0),
    }
    return {way: float(jax.grad(function)(0.0)) for way, function in ways.items()}


SYSTEMS = {"PyTorch": ("torch", in_torch), "JAX": ("jax", in_jax)}


def rows():
    """Return one row for each way to write it."""
    return [
        {"system": system, "version": version_of(package), "call": call, "slope": slope}
        for system, (package, run) in SYSTEMS.items()
        for call, slope in run().items()
    ]
