"""ONNX: the operator of the standard, in the standard's own reference evaluator."""

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator

from tests.peers import batch
from tests.peers.batch import CLASS_WEIGHT, IGNORED, KEPT, LABELS, SCORES
from tests.peers.ledger import found, row

OPERATOR = "SoftmaxCrossEntropyLoss"
DEFAULT = onnx.defs.get_schema(OPERATOR).attributes["reduction"].default_value.s.decode()


def evaluated(scores, labels, weight=None, **attributes):
    """Return what the operator gives, in float32."""
    inputs = {"scores": scores.astype(np.float32), "labels": labels.astype(np.int64)}
    if weight is not None:
        inputs["weight"] = weight.astype(np.float32)
    node = onnx.helper.make_node(OPERATOR, list(inputs), ["loss"], **attributes)
    return ReferenceEvaluator(node).run(None, inputs)[0]


def onnx_row(name, call):
    return row(name, "onnx's reference evaluator", call, package="onnx")


def findings(names, total, reported):
    standard = f"reduction={DEFAULT!r}"
    return found(names, total, None, loss=reported.sum(), step=None, default=standard, reported=reported)


@onnx_row("onnx-mean", "SoftmaxCrossEntropyLoss")
def mean():
    return findings(batch.named(), batch.losses(SCORES, LABELS).sum(), evaluated(SCORES, LABELS))


@onnx_row("onnx-sum", 'SoftmaxCrossEntropyLoss, reduction="sum"')
def total():
    return findings(batch.named(), batch.losses(SCORES, LABELS).sum(), evaluated(SCORES, LABELS, reduction="sum"))


@onnx_row("onnx-weight-ignore", "SoftmaxCrossEntropyLoss, weights and ignore_index")
def weight_and_ignore():
    factors = KEPT * CLASS_WEIGHT[LABELS]
    labels = np.where(KEPT, LABELS, IGNORED)
    names = batch.named(**{"kept": KEPT.sum(), "sum of weights": factors.sum()})
    total = (factors * batch.losses(SCORES, LABELS)).sum()
    return findings(names, total, evaluated(SCORES, labels, CLASS_WEIGHT, ignore_index=IGNORED))


@onnx_row("onnx-sequences", "SoftmaxCrossEntropyLoss, scores (N, C, T)")
def sequences():
    total = batch.losses(batch.SEQUENCES, batch.SEQUENCE_LABELS).sum()
    reported = evaluated(batch.SEQUENCES.transpose(0, 2, 1), batch.SEQUENCE_LABELS)
    return findings(batch.named_in_sequences(), total, reported)
