"""Train a network of two layers, and see how it goes.

python -m snippets.train --data digits

The same command gives the same numbers, every time on one machine: all that is drawn at random follows from --seed.
Ctrl-C stops it, and it says what was reached.
"""

import os
import signal
import sys

STOPPED = 130
"""What a shell expects of a program that was interrupted."""

if __name__ == "__main__":
    # While all is being loaded, an interrupt would show where in the loading it struck. That helps nobody.
    def _stop_loading(*_):
        os.write(2, b"\nStopped while it was loading. Nothing is lost: start it again.\n")
        os._exit(STOPPED)

    signal.signal(signal.SIGINT, _stop_loading)

import argparse
import math
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from snippets.cross_entropy import cross_entropy
from snippets.published_numbers import TOY_LABELS, linear_and_gradients, toy_inputs
from snippets.reductions import Recipe, convert, shown
from snippets.two_conventions import STEPS
from snippets.two_layer_net import loss_and_gradients, scores

OPTIMIZERS = ("sgd", "momentum", "adam")
REDUCTIONS = ("mean", "sum")


class Data(NamedTuple):
    """What is learnt from, and what is held out to see what was learnt."""

    X: np.ndarray
    """Shape (N, F)."""
    y: np.ndarray
    """Shape (N,)."""
    X_held: np.ndarray
    y_held: np.ndarray
    classes: int
    raw_held: np.ndarray
    """What is held out, as it was before any preparation."""


class Missing(Exception):
    """A package that only this needs is not installed."""


def digits(seed):
    """Return the images of scikit-learn's digits: four fifths to learn from, one fifth held out, each digit alike.

    Raises Missing if scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split
    except ImportError as error:
        raise Missing(
            "The digits come with scikit-learn. Install it with: python -m pip install scikit-learn"
        ) from error
    images, labels = load_digits(return_X_y=True)
    X, X_held, y, y_held = train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=seed)
    # A pixel has 0 to 16. The mean comes from what is learnt from: what is held out must not be looked at.
    centre = X.mean(axis=0)
    return Data((X - centre) / 16, y, (X_held - centre) / 16, y_held, 10, X_held)


def spiral(seed):
    """Return points on three arms of a spiral, as CS231n draws them, and as many again that are held out."""
    # Other chance than that which the weights start from.
    rng = np.random.default_rng([seed, 1])
    X, y = arms(rng)
    X_held, y_held = arms(rng)
    return Data(X, y, X_held, y_held, 3, X_held)


# --8<-- [start:spiral]
def arms(rng, count=100, classes=3):
    """Return points on arms that wind about each other, and their arms."""
    radius = np.tile(np.linspace(0, 1, count), classes)
    label = np.repeat(np.arange(classes, dtype=np.int64), count)
    angle = 4 * (label + radius) + 0.2 * rng.normal(size=len(label))
    X = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return X, label
    # --8<-- [end:spiral]


def toy(seed):
    """Return the five samples of CS231n's toy model. They are the same for each seed, and none is held out."""
    X, y = toy_inputs(), TOY_LABELS
    return Data(X, y, X[:0], y[:0], 3, X[:0])


DATA = {"digits": digits, "spiral": spiral, "toy": toy}


@dataclass(frozen=True)
class Settings:
    """What a run depends on, and nothing else."""

    data: str
    optimizer: str
    rate: float
    reduction: str
    epochs: int
    batch: int
    hidden: int
    reg: float
    seed: int

    def recipe(self):
        """Return the same as a recipe, which the optimizers and the rules of `snippets.reductions` read."""
        return Recipe(self.reduction, self.batch, self.optimizer, self.rate, l2=self.reg)


# What is used if nothing is said. For the digits it was chosen by hand, with a look at what is held out, for eight seeds.
USUAL = {
    "digits": {"epochs": 40, "batch": 32, "hidden": 100, "reg": 0.001},
    "spiral": {"epochs": 1000, "batch": 300, "hidden": 100, "reg": 0.001},
    "toy": {"epochs": 100, "batch": 5, "hidden": 10, "reg": 5e-6},
}
USUAL_RATE = {
    "digits": {"sgd": 0.5, "momentum": 0.05, "adam": 0.002},
    "spiral": {"sgd": 1.0, "momentum": 0.1, "adam": 0.01},
    "toy": {"sgd": 0.1, "momentum": 0.01, "adam": 0.01},
}


def usual(data, **said):
    """Return the settings for this data, with what was said in place of what is usual.

    >>> usual("digits", reg=0.0).rate
    0.5
    """
    optimizer = said.get("optimizer", "sgd")
    rate = USUAL_RATE[data][optimizer]
    return Settings(
        **{"data": data, "optimizer": optimizer, "rate": rate, "reduction": "mean", "seed": 0, **USUAL[data], **said}
    )


# --8<-- [start:start]
def start(rng, F, H, C):
    """Return parameters to start from: small weights, no bias."""
    return {
        "W1": rng.normal(size=(F, H)) * np.sqrt(2 / F),
        "b1": np.zeros(H),
        "W2": rng.normal(size=(H, C)) * np.sqrt(2 / H),
        "b2": np.zeros(C),
    }
    # --8<-- [end:start]


def start_linear(rng, F, C):
    """Return parameters of a classifier without a hidden layer."""
    return {"W": rng.normal(size=(F, C)) * 0.01, "b": np.zeros(C)}


def scores_of(params, X):
    """Return the scores of a network, or of a classifier without a hidden layer."""
    return X @ params["W"] + params["b"] if "W" in params else scores(params, X)


def mean_and_gradients(params, X, y, reg):
    """Return the mean loss with its regularization, and the gradients, with or without a hidden layer."""
    return (linear_and_gradients if "W" in params else loss_and_gradients)(params, X, y, reg)


# --8<-- [start:summed]
def sum_and_gradients(params, X, y, reg):
    """Return the sum loss with its regularization, and the gradients.

    Source: `eq:penalty-divided` of regularization.md.
    """
    N = len(X)
    loss, gradients = mean_and_gradients(params, X, y, reg / N)
    return N * loss, {name: N * slope for name, slope in gradients.items()}
    # --8<-- [end:summed]


# --8<-- [start:train]
def train(params, steps, objective, X, y, batch, epochs, rng):
    """Change the parameters, and yield after each epoch."""
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(X))
        # What fills no batch is left out: each has the same size.
        for first in range(0, len(X) - batch + 1, batch):
            chosen = order[first : first + batch]
            _, gradients = objective(params, X[chosen], y[chosen])
            for name, slope in gradients.items():
                params[name] = params[name] + steps[name](slope)
        yield epoch
    # --8<-- [end:train]


class Reached(NamedTuple):
    """Where a run stands. The losses are means of the cross-entropy, without the regularization."""

    epoch: int
    loss: float
    right: int
    """How many samples that are learnt from get their own class."""
    held_loss: float | None
    """None if nothing is held out."""
    held_right: int


class Run:
    """A training run: going through it trains, and gives a `Reached` before the first epoch and after each."""

    def __init__(self, settings, data):
        """Draw the parameters to start from."""
        F = data.X.shape[1]
        self.settings, self.data = settings, data
        self.rng = np.random.default_rng(settings.seed)
        if settings.data == "toy" and settings.hidden:
            # The course's own numbers.
            draw = np.random.RandomState(settings.seed).randn
            H, C = settings.hidden, data.classes
            self.params = {"W1": 0.1 * draw(F, H), "b1": np.zeros(H), "W2": 0.1 * draw(H, C), "b2": np.zeros(C)}
        elif settings.hidden:
            self.params = start(self.rng, F, settings.hidden, data.classes)
        else:
            self.params = start_linear(self.rng, F, data.classes)

    def __iter__(self):
        """Train."""
        settings, data = self.settings, self.data
        recipe = settings.recipe()
        steps = {name: STEPS[settings.optimizer](recipe) for name in self.params}
        loss = mean_and_gradients if settings.reduction == "mean" else sum_and_gradients
        yield self.reached(0)
        for epoch in train(
            self.params,
            steps,
            lambda params, X, y: loss(params, X, y, settings.reg),
            data.X,
            data.y,
            settings.batch,
            settings.epochs,
            self.rng,
        ):
            yield self.reached(epoch)

    def reached(self, epoch):
        """Return where the run stands."""
        learnt = self.measured(self.data.X, self.data.y)
        held = self.measured(self.data.X_held, self.data.y_held) if len(self.data.y_held) else (None, 0)
        return Reached(epoch, *learnt, *held)

    def measured(self, X, y):
        """Return the mean cross-entropy, and how many get their own class."""
        s = scores_of(self.params, X)
        return float(cross_entropy(s, y)), int((s.argmax(axis=1) == y).sum())

    def predictions(self):
        """Return the class that each sample that was held out gets."""
        return scores_of(self.params, self.data.X_held).argmax(axis=1)


HEAD = "epoch     loss   right  held out: loss   right"


def line(run, reached):
    """Return where a run stands as a line of a table."""
    text = f"{reached.epoch:5}  {reached.loss:7.4f}  {share(reached.right, run.data.y)}"
    if reached.held_loss is not None:
        text += f"  {reached.held_loss:14.4f}  {share(reached.held_right, run.data.y_held)}"
    return text


def share(right, y):
    """Return how many are right, in percent, as a column.

    >>> share(352, range(360))
    ' 97.8%'
    """
    return f"{100 * right / len(y):5.1f}%"


def is_shown(epoch, epochs):
    """Say whether an epoch gets a line: the first two, about ten more, and the last.

    >>> [epoch for epoch in range(41) if is_shown(epoch, 40)]
    [0, 1, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40]
    >>> [epoch for epoch in range(6) if is_shown(epoch, 5)]
    [0, 1, 2, 3, 4, 5]
    """
    return epoch in (1, epochs) or epoch % max(epochs // 10, 1) == 0


def beginning(run):
    """Return what is about to be done, in a few lines."""
    settings, data = run.settings, run.data
    held = f", {len(data.y_held)} held out" if len(data.y_held) else ", none held out"
    layers = f"{settings.hidden} hidden units" if settings.hidden else "no hidden layer"
    return (
        f"{settings.data}: {len(data.y)} samples to learn from{held}; "
        f"{data.X.shape[1]} numbers each, {data.classes} classes\n"
        f"{layers}, {settings.optimizer}, rate {shown(settings.rate)}, {settings.reduction} over batches of "
        f"{settings.batch}, reg {shown(settings.reg)}, seed {settings.seed}"
    )


def end(run, reached):
    """Return what came of it, in a few lines."""
    if reached.held_loss is None:
        return f"Learnt: {reached.right} of {len(run.data.y)} right, loss {reached.loss:.4g}."
    total = len(run.data.y_held)
    text = f"Held out: {reached.held_right} of {total} right ({100 * reached.held_right / total:.1f}%)."
    wrong = Counter(pair for pair in zip(run.data.y_held.tolist(), run.predictions().tolist()) if pair[0] != pair[1])
    if wrong and run.settings.data == "digits":
        pairs = [
            f"{true} as {taken}" + (f" ({count} times)" if count > 1 else "")
            for (true, taken), count in sorted(wrong.items())
        ]
        text += f"\nMisread: {', '.join(pairs)}."
    return text


def stopped(run, reached, said):
    """Return what to know after an interrupt: what was reached, and how to get there again.

    said: what was asked for, option by option.
    """
    if reached is None or reached.epoch == 0:
        return f"Stopped before the end of the first epoch. Nothing was written.\nTo start again: {command(said)}"
    text = f"loss {reached.loss:.4f}, {share(reached.right, run.data.y).strip()} right"
    if reached.held_loss is not None:
        text += f"; held out: loss {reached.held_loss:.4f}, {share(reached.held_right, run.data.y_held).strip()} right"
    return (
        f"Stopped after {reached.epoch} of {run.settings.epochs} epochs: {text}. Nothing was written.\n"
        f"To go further, start again; it takes the same way: {command(said)}\n"
        f"To come just here: {command(said | {'epochs': reached.epoch})}"
    )


def command(said):
    """Return the command that asks for this.

    >>> command({"data": "toy", "rate": 0.00001, "epochs": 3})
    'python -m snippets.train --data toy --rate 1e-5 --epochs 3'
    """
    options = [f"--{name} {value if isinstance(value, str) else shown(value)}" for name, value in said.items()]
    return " ".join(["python -m snippets.train", *options])


def advice(settings):
    """Return what to say if the usual settings, which are for the mean, meet the sum."""
    mean = Recipe("mean", settings.batch, settings.optimizer, settings.rate, l2=settings.reg)
    options = {"learning_rate": "--rate", "l2": "--reg"}
    changes = [change for change in convert(mean, "sum").changes if change.setting in options and change.power]
    said = " ".join(f"{options[change.setting]} {shown(change.after)}" for change in changes)
    return f"The usual settings are for the mean. The sum trains alike with: {said}"


def number(kind, least, above=False, most=math.inf):
    """Return a reader of numbers of this kind, at least or above this, and finite."""
    words = f"{'a whole number' if kind is int else 'a finite number'} {'above' if above else 'of at least'} {least}"
    if most < math.inf:
        words += f" and at most {most}"

    def read(text):
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value <= most and (value > least if above else value >= least)):
            raise argparse.ArgumentTypeError(f"must be {words}, got {text!r}")
        return value

    return read


def parser():
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m snippets.train",
        description="Train a network of two layers. Exit code 0 if it reaches its last epoch, "
        "1 if it cannot, 2 for bad usage, 130 if it is interrupted.",
    )
    add = made.add_argument
    add(
        "--data",
        required=True,
        choices=DATA,
        help="images of digits, points on a spiral, or the five samples of CS231n",
    )
    add("--optimizer", choices=OPTIMIZERS, help="sgd unless said")
    add("--rate", type=number(float, 0, above=True), metavar="NUMBER", help="the learning rate")
    add("--reduction", choices=REDUCTIONS, help="what is made of the losses of a batch: mean unless said")
    add("--epochs", type=number(int, 1), metavar="NUMBER", help="how often to walk through the samples")
    add("--batch", type=number(int, 1), metavar="NUMBER", help="samples in a batch")
    add(
        "--hidden",
        type=number(int, 0, most=10_000),
        metavar="NUMBER",
        help="hidden units; 0 for a classifier without a hidden layer",
    )
    add("--reg", type=number(float, 0), metavar="NUMBER", help="strength of half the squares of the weights")
    add(
        "--seed",
        type=number(int, 0, most=2**32 - 1),
        metavar="NUMBER",
        help="what all chance follows from: 0 unless said",
    )
    return made


def bar_of(epochs):
    """Return a progress bar, which is seen only where someone watches. Raises Missing if tqdm is not installed."""
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise Missing("The progress bar is tqdm's. Install it with: python -m pip install tqdm") from error
    return tqdm(total=epochs, unit="epoch", disable=None, leave=False)


def main(arguments=None, loaded=lambda: None):
    """Train and print how it goes. Return the exit code; bad usage ends with 2.

    loaded: called once all is loaded, before the training begins.
    """
    reader = parser()
    said = {name: value for name, value in vars(reader.parse_args(arguments)).items() if value is not None}
    settings = usual(**said)
    run = reached = None
    try:
        data = DATA[settings.data](settings.seed)
        if settings.batch > len(data.y):
            reader.error(f"argument --batch: {settings.data} has {len(data.y)} samples, got {settings.batch}")
        run = Run(settings, data)
        print(beginning(run))
        if settings.reduction == "sum" and said.keys().isdisjoint({"rate", "reg"}):
            print(advice(settings), file=sys.stderr)
        # What grows too large is refused in words, below.
        with bar_of(settings.epochs) as bar, np.errstate(all="ignore"):
            loaded()
            print(HEAD if len(data.y_held) else HEAD[:22])
            for reached in run:
                if is_shown(reached.epoch, settings.epochs):
                    bar.write(line(run, reached))
                bar.set_postfix_str(f"loss {reached.loss:.4f}", refresh=False)
                bar.update(reached.epoch - bar.n)
        print(end(run, reached))
    except KeyboardInterrupt:
        print("\n" + stopped(run, reached, said), file=sys.stderr)
        return STOPPED
    except Missing as error:
        print(error, file=sys.stderr)
        return 1
    except ValueError as error:
        # The snippets refuse numbers that are no numbers any more. Here that has one cause.
        print(f"Stopped in epoch {reached.epoch + 1}: the numbers grew too large. {error}.", file=sys.stderr)
        print("A smaller --rate may help.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    # Who reads it through a pipe sees each line at once.
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main(loaded=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)))
