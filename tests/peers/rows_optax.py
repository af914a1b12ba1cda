"""JAX with optax."""

import jax
import optax

from tests.peers import batch
from tests.peers.batch import LABELS, PARTS, SCORES
from tests.peers.ledger import NONE, found, row

jax.config.update("jax_enable_x64", True)
# To compile costs far more here than to compute.
jax.config.update("jax_disable_most_optimizations", True)


def stepped(optimizer, gradients):
    """Return the whole step that an optimizer makes of these gradients, one after the other."""
    weights = jax.numpy.asarray(SCORES)
    state = optimizer.init(weights)
    for gradient in gradients:
        updates, state = optimizer.update(gradient, state, weights)
        weights = optax.apply_updates(weights, updates)
    return SCORES - weights


def total(weights, chosen=slice(None)):
    return optax.softmax_cross_entropy_with_integer_labels(weights[chosen], LABELS[chosen]).sum()


@row("optax-losses", "optax", "optax.softmax_cross_entropy_with_integer_labels", package="optax", on=("JAX", "jax"))
def each_sample():
    reported = optax.softmax_cross_entropy_with_integer_labels(SCORES, LABELS)
    gradient = jax.grad(total)(SCORES)
    step = stepped(optax.sgd(1.0), [gradient])
    decay = optax.chain(optax.add_decayed_weights(batch.STRENGTH), optax.sgd(1.0))
    pulled = batch.pull("optax.add_decayed_weights(λ)", step, stepped(decay, [gradient]))
    whole, slope = batch.losses(SCORES, LABELS).sum(), batch.gradients(SCORES, LABELS)
    return found(
        batch.named(), whole, slope, loss=reported.sum(), step=step, default=NONE, pulled=pulled, reported=reported
    )


@row("optax-multisteps", "optax", "optax.MultiSteps(every_k_schedule=G)", package="optax", on=("JAX", "jax"))
def multi_steps():
    """Each micro-batch has its own mean; the optimizer divides by their number."""
    sums = [jax.grad(total)(SCORES, PARTS == part) for part in (0, 1)]
    means = [gradient / (PARTS == part).sum() for part, gradient in enumerate(sums)]
    step = stepped(optax.MultiSteps(optax.sgd(1.0), every_k_schedule=2), means)
    _, slope = batch.sum_of_means()
    return found(batch.named(G=2), None, slope, loss=None, step=step, default=NONE)
