"""Everything that the score gradient is timed beside: our versions, the limits, and what people install instead."""

import os
from importlib.metadata import version

import numpy as np

from snippets.score_gradient import blocked, in_place, one_loop, stable, two_loops, vectorized

PACKAGES = ("numpy", "scipy", "torch", "jax", "optax", "numba")


def ours(scores, labels, threads):
    """Our versions. The loops are for tables that they finish."""
    out = np.empty_like(scores)
    far = scores + 1000
    few = threads if scores.size > blocked.FEW else None
    versions = {
        "one_loop": lambda: one_loop.score_gradient(scores, labels),
        "vectorized": lambda: vectorized.score_gradient(scores, labels),
        "stable": lambda: stable.score_gradient(scores, labels),
        "in_place": lambda: in_place.score_gradient(scores, labels),
        "blocked": lambda: blocked.score_gradient(scores, labels, threads=few),
        "blocked_out": lambda: blocked.score_gradient(scores, labels, out, threads=few),
        "blocked_far": lambda: blocked.score_gradient(far, labels, threads=few),
    }
    if scores.size < 10_000:
        versions = {"two_loops": lambda: two_loops.score_gradient(scores, labels)} | versions
    return versions


def limits(scores):
    """The table copied once, and one exponential of each score: into new memory, and into memory that is there."""
    out = np.empty_like(scores)
    return {
        "copy": scores.copy,
        "exp": lambda: np.exp(scores),
        "copy_out": lambda: np.copyto(out, scores),
        "exp_out": lambda: np.exp(scores, out=out),
    }


def scipy_gradient(scores, labels):
    """SciPy's log_softmax, and the rest in numpy."""
    from scipy.special import log_softmax

    def gradient():
        result = log_softmax(scores, axis=1)
        np.exp(result, out=result)
        result[np.arange(len(scores)), labels] -= 1
        result /= len(scores)
        return result

    return gradient


def numba_gradient(scores, labels, threads):
    """The two loops, compiled, each row less its maximum."""
    import numba

    @numba.njit(parallel=threads > 1, fastmath=True)
    def compiled(scores, labels):
        N, C = scores.shape
        gradient = np.empty_like(scores)
        for i in numba.prange(N):
            largest = scores[i, 0]
            for j in range(1, C):
                largest = max(largest, scores[i, j])
            total = scores.dtype.type(0)
            for j in range(C):
                gradient[i, j] = np.exp(scores[i, j] - largest)
                total += gradient[i, j]
            factor = 1 / (N * total)
            for j in range(C):
                gradient[i, j] *= factor
            gradient[i, labels[i]] -= scores.dtype.type(1 / N)
        return gradient

    return lambda: compiled(scores, labels)


def torch_gradient(scores, labels, threads, compiled):
    """PyTorch's cross-entropy and its gradient, one operation after the other or compiled."""
    import torch

    torch.set_num_threads(threads)
    loss = torch.nn.functional.cross_entropy
    if compiled:
        torch._dynamo.reset()
        loss = torch.compile(loss, dynamic=False)
    leaf, labels = torch.from_numpy(scores.copy()).requires_grad_(), torch.from_numpy(labels)
    return lambda: torch.autograd.grad(loss(leaf, labels), leaf)[0]


def jax_gradient(scores, labels):
    """The gradient of optax's loss, compiled by JAX. The call ends when the numbers are there."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)

    @jax.jit
    def gradient(scores, labels):
        return jax.grad(lambda s: optax.softmax_cross_entropy_with_integer_labels(s, labels).mean())(scores)

    scores, labels = jax.numpy.asarray(scores), jax.numpy.asarray(labels)
    return lambda: gradient(scores, labels).block_until_ready()


def peers(scores, labels, threads, compiled):
    """What people install instead, as far as it is there."""
    makers = {
        "scipy": lambda: scipy_gradient(scores, labels),
        "numba": lambda: numba_gradient(scores, labels, threads),
        "jax": lambda: jax_gradient(scores, labels),
        "pytorch": lambda: torch_gradient(scores, labels, threads, False),
    }
    if compiled:
        makers["pytorch_compiled"] = lambda: torch_gradient(scores, labels, threads, True)
    return makers


def use(threads):
    """Leave the process this many processors, where the system can: some libraries ask for no other setting."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def versions():
    """The versions of what is timed."""
    return {name: version(name) for name in PACKAGES}
