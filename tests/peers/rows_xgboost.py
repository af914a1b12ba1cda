"""XGBoost."""

import sys

import numpy as np
import xgboost

from tests.peers import batch
from tests.peers.batch import BINARY_LABELS, BINARY_SCORES
from tests.peers.ledger import NONE, found, row

# The name of what requirements/peers.txt installs.
PACKAGE = "xgboost" if sys.platform == "darwin" else "xgboost-cpu"


def xgboost_row(name, call):
    return row(name, "XGBoost", call, package=PACKAGE)


def leaf(strength, weights=None):
    """Return what one tree of a single leaf adds to every score, and the loss that is printed before it."""
    # One feature that is the same for all: nothing to split.
    data = xgboost.DMatrix(np.ones((batch.N, 1)), BINARY_LABELS, weight=weights, base_margin=BINARY_SCORES)
    options = {
        "objective": "binary:logistic",
        "eta": 1.0,
        "lambda": strength,
        "min_child_weight": 0.0,
        "nthread": 1,
        "base_score": 0.5,
    }
    booster = xgboost.Booster(options, [data])
    printed = booster.eval(data)
    booster.update(data, 0)
    added = booster.predict(data, output_margin=True) - BINARY_SCORES
    return float(added.mean()), float(printed.rpartition(":")[2])


@xgboost_row("xgboost-leaf", 'objective="binary:logistic", lambda=λ')
def objective():
    """A leaf is minus the slope over the curvature plus lambda: lambda tells what the slope is divided by."""
    slope = batch.binary_gradients(BINARY_SCORES, BINARY_LABELS)
    shares = slope + BINARY_LABELS
    curvature = (shares * (1 - shares)).sum()
    strength = batch.STRENGTH
    value, _ = leaf(strength)
    pulled = batch.pull("lambda", 0.0, -slope.sum() - value * curvature, value)
    # What is left of the slope once the curvature is taken off is the pull of lambda.
    rest = slope.sum() + value * curvature
    return found(batch.named(), None, rest, loss=None, step=-strength * value, default=NONE, pulled=pulled)


@xgboost_row("xgboost-metric", 'eval_metric="logloss"')
def metric():
    total = batch.binary_losses(BINARY_SCORES, BINARY_LABELS).sum()
    return found(batch.named(), total, None, loss=leaf(0.0)[1], step=None, default=NONE)
