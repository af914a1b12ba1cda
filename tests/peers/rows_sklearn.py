"""scikit-learn."""

import inspect

import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from tests.peers import batch
from tests.peers.batch import BINARY_LABELS, BINARY_SCORES, LABELS, SAMPLE_WEIGHT, SCORES, N
from tests.peers.ledger import found, row

SAMPLES = np.eye(N)


def sklearn_row(name, call):
    return row(name, "scikit-learn", call, package="scikit-learn")


def default(function, name):
    return f"{name}={inspect.signature(function).parameters[name].default!r}"


@sklearn_row("sklearn-log-loss", "sklearn.metrics.log_loss(y, p)")
def metric():
    loss = log_loss(LABELS, softmax(SCORES, axis=1))
    total = batch.losses(SCORES, LABELS).sum()
    return found(batch.named(), total, None, loss=loss, step=None, default=default(log_loss, "normalize"))


@sklearn_row("sklearn-log-loss-sum", "sklearn.metrics.log_loss(y, p, normalize=False)")
def metric_sum():
    loss = log_loss(LABELS, softmax(SCORES, axis=1), normalize=False)
    total = batch.losses(SCORES, LABELS).sum()
    return found(batch.named(), total, None, loss=loss, step=None, default=default(log_loss, "normalize"))


@sklearn_row("sklearn-log-loss-weights", "sklearn.metrics.log_loss(y, p, sample_weight=v)")
def metric_weights():
    loss = log_loss(LABELS, softmax(SCORES, axis=1), sample_weight=SAMPLE_WEIGHT)
    total = (SAMPLE_WEIGHT * batch.losses(SCORES, LABELS)).sum()
    names = batch.named(**{"sum of weights": SAMPLE_WEIGHT.sum()})
    return found(names, total, None, loss=loss, step=None, default=default(log_loss, "normalize"))


@sklearn_row("sklearn-logistic", "sklearn.linear_model.LogisticRegression(C=1/λ)")
def logistic_regression():
    """At the optimum the slope of the losses and the pull of the regularization cancel."""
    model = LogisticRegression(C=1 / batch.STRENGTH, fit_intercept=False, tol=1e-12, max_iter=10_000)
    weights = model.fit(SAMPLES, LABELS).coef_.T
    slope = batch.gradients(weights, LABELS)
    pulled = batch.pull("C=1/λ", slope, np.zeros_like(slope), weights)
    # That the pull is not divided is relative to the losses: then nor are they.
    step = batch.STRENGTH * -weights
    return found(
        batch.named(), None, slope, loss=None, step=step, default=default(LogisticRegression, "C"), pulled=pulled
    )


def epoch(alpha):
    """Return how far the weights move in one pass over the samples, for each unit of a tiny rate."""
    rate = 1e-5
    model = SGDClassifier(
        loss="log_loss", alpha=alpha, fit_intercept=False, learning_rate="constant", eta0=rate, shuffle=False
    )
    model.partial_fit(SAMPLES, BINARY_LABELS, classes=[0, 1])
    model.coef_ = BINARY_SCORES[None].copy()
    model.partial_fit(SAMPLES, BINARY_LABELS)
    return (BINARY_SCORES - model.coef_[0]) / rate


@sklearn_row("sklearn-sgd", 'sklearn.linear_model.SGDClassifier(loss="log_loss", alpha=λ), one epoch')
def sgd_classifier():
    step = epoch(0.0)
    pulled = batch.pull("alpha=λ", step, epoch(batch.STRENGTH), BINARY_SCORES)
    slope = batch.binary_gradients(BINARY_SCORES, BINARY_LABELS)
    return found(
        batch.named(), None, slope, loss=None, step=step, default=default(SGDClassifier, "alpha"), pulled=pulled
    )


def network(alpha):
    """Return the loss and one step at rate 1 of a network without hidden layers."""
    model = MLPClassifier((), solver="sgd", alpha=alpha, momentum=0.0, learning_rate_init=1.0, shuffle=False)
    model.partial_fit(SAMPLES, LABELS, classes=[0, 1, 2])
    model.coefs_ = [SCORES.copy()]
    model.intercepts_ = [np.zeros(batch.C)]
    model.partial_fit(SAMPLES, LABELS)
    return model.loss_, SCORES - model.coefs_[0]


@sklearn_row("sklearn-mlp", "sklearn.neural_network.MLPClassifier(alpha=λ)")
def mlp_classifier():
    loss, step = network(0.0)
    pulled = batch.pull("alpha=λ", step, network(batch.STRENGTH)[1])
    total, slope = batch.losses(SCORES, LABELS).sum(), batch.gradients(SCORES, LABELS)
    standard = default(MLPClassifier, "alpha")
    return found(batch.named(), total, slope, loss=loss, step=step, default=standard, pulled=pulled)
