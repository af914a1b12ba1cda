"""The slope that each library gives to max(0, x) at 0, for each way to write it: the table of relu.md."""

from pathlib import Path

import jax
import jax.numpy as jnp
import torch

from tests.peers.ledger import version_of

RECORD = Path(__file__).parents[2] / "benchmarks" / "at_zero.json"
ZERO = torch.zeros((), dtype=torch.float64)
WAYS = {
    "PyTorch": {
        "torch.relu(x)": torch.relu,
        "torch.where(x > 0, x, 0)": lambda x: torch.where(x > 0, x, ZERO),
        "torch.maximum(x, zero)": lambda x: torch.maximum(x, ZERO),
        "torch.clamp(x, min=0)": lambda x: torch.clamp(x, min=0),
    },
    "JAX": {
        "jax.nn.relu(x)": jax.nn.relu,
        "jnp.where(x > 0, x, 0)": lambda x: jnp.where(x > 0, x, 0.0),
        "jnp.maximum(x, 0)": lambda x: jnp.maximum(x, 0.0),
        "jnp.clip(x, 0)": lambda x: jnp.clip(x, 0.0),
    },
}
PACKAGES = {"PyTorch": "torch", "JAX": "jax"}


def slope(system, function):
    """Return what automatic differentiation gives at 0."""
    if system == "JAX":
        return float(jax.grad(function)(0.0))
    x = ZERO.clone().requires_grad_()
    function(x).backward()
    return x.grad.item()


def slope_of_the_difference(system, call):
    """Return the slope of max(0, x) - max(0, -x), which is x."""
    relu = WAYS[system][call]
    return slope(system, lambda x: relu(x) - relu(-x))


def rows():
    """Return one row for each way to write it."""
    return [
        {"system": system, "version": version_of(PACKAGES[system]), "call": call, "slope": slope(system, function)}
        for system, ways in WAYS.items()
        for call, function in ways.items()
    ]
