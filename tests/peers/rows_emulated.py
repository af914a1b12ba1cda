"""Systems that cannot be installed beside the others, or at all: their documented arithmetic, in our own words.

Each function here computes what the named source says that the system computes.
"""

import inspect

import numpy as np

from snippets.softmax import log_softmax, softmax
from tests.peers import batch
from tests.peers.batch import LABELS, SCORES, STRENGTH, TRAINING_SET, C, N
from tests.peers.ledger import NONE, found, row

ONE_HOT = np.eye(C)[LABELS]
BOOK = "https://github.com/oreilly-japan/deep-learning-from-scratch/blob/master/common/"
CAFFE = "https://caffe.berkeleyvision.org/tutorial/layers/softmaxwithloss.html"
MXNET = "https://mxnet.apache.org/versions/1.8.0/api/python/docs/api/gluon/trainer.html"
TENSORFLOW = "https://www.tensorflow.org/api_docs/python/tf/nn/softmax_cross_entropy_with_logits"
TENSORFLOW_1 = "https://www.tensorflow.org/api_docs/python/tf/compat/v1/losses/Reduction"
NIELSEN = "https://github.com/mnielsen/neural-networks-and-deep-learning/blob/master/src/network2.py"
CS231N = "https://cs231n.github.io/neural-networks-case-study/"
CS231N_LINEAR = "https://cs231n.github.io/linear-classify/"


def samples(names, *, loss, step, by=None, regularized=None, default=NONE, reported=None):
    """Return a row's findings for the batch without weights. regularized: the step with a strength."""
    total, slope = batch.losses(SCORES, LABELS).sum(), batch.gradients(SCORES, LABELS)
    pulled = batch.NO_PULL if by is None else batch.pull(by, step, regularized)
    return found(names, total, slope, loss=loss, step=step, default=default, pulled=pulled, reported=reported)


def tensorflow(targets, scores):
    """One loss for each sample, and a gradient that takes the targets' sum for 1."""
    losses = -(targets * log_softmax(scores)).sum(axis=-1)
    return losses, softmax(scores) - targets


@row("tensorflow-op", "TensorFlow", "tf.nn.softmax_cross_entropy_with_logits", source=TENSORFLOW)
def tensorflow_op():
    losses, slope = tensorflow(ONE_HOT, SCORES)
    return samples(batch.named(), loss=losses.sum(), step=slope, reported=losses)


@row("tensorflow-nonzero", "TensorFlow", "tf.compat.v1.losses.softmax_cross_entropy(weights=v)", source=TENSORFLOW_1)
def tensorflow_by_nonzero_weights():
    """The weighted sum over the number of weights that are not 0."""
    weights = batch.SAMPLE_WEIGHT * batch.KEPT
    losses, slope = tensorflow(ONE_HOT, SCORES)
    present = np.count_nonzero(weights)
    names = batch.named(**{"kept": batch.KEPT.sum(), "sum of weights": weights.sum()})
    total, whole = (weights * losses).sum(), weights[:, None] * slope
    default = "reduction=SUM_BY_NONZERO_WEIGHTS"
    return found(names, total, whole, loss=total / present, step=whole / present, default=default)


def book(weights, labels, strength=0.0):
    """The layer of the book divides by the batch; its regularization is a half of strength times squares."""
    size = len(labels)
    shares = softmax(weights)
    # The book's safeguard against log 0.
    loss = -np.log(shares[np.arange(size), labels] + 1e-7).sum() / size
    slope = (shares - np.eye(C)[labels]) / size
    return loss + strength / 2 * (weights**2).sum(), slope + strength * weights


@row("book", "Deep Learning from Scratch", "SoftmaxWithLoss", source=BOOK + "layers.py")
def book_layer():
    (loss, step), (_, regularized) = book(SCORES, LABELS), book(SCORES, LABELS, STRENGTH)
    return samples(batch.named(), loss=loss, step=step, by="weight_decay_lambda=λ", regularized=regularized)


def course(weights, labels, strength=0.0, half=0.5):
    """The course divides the losses by the batch, and the regularization by nothing."""
    slope = softmax(weights)
    slope[np.arange(len(labels)), labels] -= 1
    loss = -log_softmax(weights)[np.arange(len(labels)), labels].mean()
    return loss + half * strength * (weights**2).sum(), slope / len(labels) + 2 * half * strength * weights


@row("cs231n-network", "CS231n", "notes on networks, reg_loss = 0.5 * reg * np.sum(W * W)", source=CS231N)
def course_network():
    (loss, step), (_, regularized) = course(SCORES, LABELS), course(SCORES, LABELS, STRENGTH)
    return samples(batch.named(), loss=loss, step=step, by="reg=λ", regularized=regularized)


@row("cs231n-linear", "CS231n", "notes on linear classification, without the half", source=CS231N_LINEAR)
def course_linear():
    (loss, step), (_, regularized) = course(SCORES, LABELS), course(SCORES, LABELS, STRENGTH, half=1.0)
    return samples(batch.named(), loss=loss, step=step, by="reg=λ", regularized=regularized)


def network2(weights, labels, strength=0.0, rate=1.0, training_set=TRAINING_SET):
    """The gradients of a mini-batch are summed; the update divides them, and the strength by something else."""
    summed = np.zeros_like(weights)
    for sample, label in enumerate(labels):
        summed[sample] += softmax(weights[sample]) - np.eye(C)[label]
    return (1 - rate * strength / training_set) * weights - rate / len(labels) * summed


@row("nielsen", "Neural Networks and Deep Learning", "network2.Network.update_mini_batch", source=NIELSEN)
def nielsen():
    """Each sample has its own cost; that of the book's sigmoid has the same slope in its score, a minus y."""
    costs = -log_softmax(SCORES)[np.arange(N), LABELS]
    step, regularized = (SCORES - network2(SCORES, LABELS, strength) for strength in (0.0, STRENGTH))
    return samples(batch.named(), loss=costs.sum(), step=step, by="lmbda=λ", regularized=regularized, reported=costs)


def caffe(scores, labels, kept, normalization="VALID"):
    """The layer's loss and gradient; the divisor is at least 1."""
    divisor = {"FULL": labels.size, "VALID": kept.sum(), "BATCH_SIZE": len(labels), "NONE": 1}[normalization]
    divisor = max(1, divisor)
    losses = -np.take_along_axis(log_softmax(scores), labels[..., None], axis=-1)[..., 0]
    slope = softmax(scores) - np.eye(C)[labels]
    return (kept * losses).sum() / divisor, kept[..., None] * slope / divisor


def caffe_update(weights, slope, strength):
    """The solver adds its weight decay to the gradient as it is."""
    return weights - (slope + strength * weights)


def caffe_row(normalization):
    @row(f"caffe-{normalization.lower()}", "Caffe", f"SoftmaxWithLoss, normalization: {normalization}", source=CAFFE)
    def caffe_layer():
        scores, labels, kept = batch.SEQUENCES, batch.SEQUENCE_LABELS, batch.SEQUENCE_KEPT
        loss, slope = caffe(scores, labels, kept, normalization)
        step, regularized = (scores - caffe_update(scores, slope, strength) for strength in (0.0, STRENGTH))
        total = (kept * batch.losses(scores, labels)).sum()
        whole = kept[..., None] * batch.gradients(scores, labels)
        names = batch.named_in_sequences(kept=kept.sum())
        default = f"normalization: {inspect.signature(caffe).parameters['normalization'].default}"
        pulled = batch.pull("weight_decay: λ", step, regularized, scores)
        return found(names, total, whole, loss=loss, step=step, default=default, pulled=pulled)


# The default comes first, as for every system.
for normalization in ["VALID", "FULL", "BATCH_SIZE", "NONE"]:
    caffe_row(normalization)


def gluon_loss(scores, labels):
    """One loss for each sample: a mean over all axes but that of the batch, here none."""
    return -np.take_along_axis(log_softmax(scores), labels[..., None], axis=-1)[..., 0]


def gluon_step(weights, slope, batch_size, strength=0.0, rate=1.0):
    """The trainer divides the gradient by the batch size that it is told, and the strength by nothing."""
    return weights - rate * (slope / batch_size + strength * weights)


@row("gluon", "MXNet Gluon", "SoftmaxCrossEntropyLoss(), Trainer.step(batch_size)", source=MXNET)
def gluon():
    losses = gluon_loss(SCORES, LABELS)
    # Going back from an array of losses is going back from their sum.
    slope = softmax(SCORES) - ONE_HOT
    step, regularized = (SCORES - gluon_step(SCORES, slope, N, strength) for strength in (0.0, STRENGTH))
    return samples(batch.named(), loss=losses.sum(), step=step, by="wd=λ", regularized=regularized, reported=losses)
