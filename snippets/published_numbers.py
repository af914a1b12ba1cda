"""Numbers that the course CS231n and its readers have printed, and the same numbers by our code.

python -m snippets.published_numbers             everything, as a list
python -m snippets.published_numbers --json FILE the same, into a file

The seeds are for numpy's old generator, which the course used.
"""

import json
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.softmax import softmax
from snippets.two_layer_net import loss, loss_and_gradients, scores

TOY_LABELS = np.array([0, 1, 2, 2, 1])
OURS_OF = "the course leaves out the half, so its {} is {} here"


def toy_start():
    """Return the toy network: 4 inputs, 10 hidden units, 3 classes. And the generator, as it stands then."""
    random = np.random.RandomState(0)
    W1, W2 = 0.1 * random.randn(4, 10), 0.1 * random.randn(10, 3)
    return {"W1": W1, "b1": np.zeros(10), "W2": W2, "b2": np.zeros(3)}, random


def toy_inputs():
    """Return its five samples."""
    return 10 * np.random.RandomState(1).randn(5, 4)


def toy_training():
    """Yield the loss before each step: batches of 200, drawn from 5 samples, and a rate that shrinks at each step."""
    params, random = toy_start()
    X, rate = toy_inputs(), 0.1
    while True:
        chosen = random.choice(5, 200)
        now, slopes = loss_and_gradients(params, X[chosen], TOY_LABELS[chosen], 1e-5)
        yield now
        params = {name: params[name] - rate * slopes[name] for name in params}
        rate *= 0.95


def evenly(start, stop, *shape):
    """Return evenly spaced numbers in this shape."""
    return np.linspace(start, stop, np.prod(shape)).reshape(shape)


def even_toy():
    """Return the toy network of 2015, in which nothing is drawn, and its inputs."""
    params = {"W1": evenly(-0.2, 0.6, 4, 10), "b1": evenly(-0.3, 0.7, 10)}
    params |= {"W2": evenly(-0.4, 0.1, 10, 3), "b2": evenly(-0.5, 0.9, 3)}
    return params, evenly(-0.2, 0.5, 5, 4)


def even_network():
    """Return the network of the second assignment, in which nothing is drawn, and its inputs."""
    params = {"W1": evenly(-0.7, 0.3, 5, 50), "b1": evenly(-0.1, 0.9, 50)}
    params |= {"W2": evenly(-0.3, 0.4, 50, 7), "b2": evenly(-0.9, 0.1, 7)}
    return params, evenly(-5.5, 4.5, 5, 3).T


def small_scores():
    """Return the mean loss of fifty rows of ten small scores."""
    random = np.random.RandomState(231)
    x = 0.001 * random.randn(50, 10)
    return cross_entropy(x, random.randint(10, size=50))


def spiral():
    """Return the inputs and the labels of the notes' spiral, and the generator, as it stands then."""
    random = np.random.RandomState(0)
    arms = []
    for arm in range(3):
        radius, angle = np.linspace(0, 1, 100), np.linspace(4 * arm, 4 * arm + 4, 100) + 0.2 * random.randn(100)
        arms.append(np.c_[radius * np.sin(angle), radius * np.cos(angle)])
    return np.concatenate(arms), np.repeat(np.arange(3), 100), random


def spiral_starts(drawn):
    """Return where the notes' linear classifier starts, and where their network does.

    The notes name no seed. Their notebook does, and a notebook's cell can be run again.
    The numbers in the notes are those of seed 0 if the linear start was drawn four times, and the last one taken.
    Those who run the notebook from the top draw it once.
    """
    *_, random = spiral()
    *_, W = (0.01 * random.randn(2, 3) for _ in range(drawn))
    W1, W2 = 0.01 * random.randn(2, 100), 0.01 * random.randn(100, 3)
    return {"W": W, "b": np.zeros(3)}, {"W1": W1, "b1": np.zeros(100), "W2": W2, "b2": np.zeros(3)}


def linear_scores(params, X):
    """Return the scores of a linear classifier."""
    return X @ params["W"] + params["b"]


def linear_and_gradients(params, X, y, reg):
    """Return the loss of a linear classifier, with its regularization, and the gradients."""
    s = linear_scores(params, X)
    D = cross_entropy_gradient(s, y)
    squares = (params["W"] ** 2).sum()
    return cross_entropy(s, y) + reg / 2 * squares, {"W": X.T @ D + reg * params["W"], "b": D.sum(axis=0)}


def spiral_training(objective, params):
    """Yield the loss before each step, and the parameters: all samples at once, rate 1."""
    X, y, _ = spiral()
    while True:
        now, slopes = objective(params, X, y, 0.001)
        yield now, params
        params = {name: params[name] - slopes[name] for name in params}


def linear_training(drawn):
    """Yield what the linear classifier comes to."""
    return spiral_training(linear_and_gradients, spiral_starts(drawn)[0])


def network_training(drawn):
    """Yield what the network comes to."""
    return spiral_training(loss_and_gradients, spiral_starts(drawn)[1])


def every(count, steps, run):
    """Return the first losses of a run, of which one is printed every so many steps.

    >>> every(3, 10, ((loss, None) for loss in range(100)))
    [0, 10, 20]
    """
    skipped = [0] + (count - 1) * [steps - 1]
    return [next(islice(run, each, None))[0] for each in skipped]


def after(steps, run):
    """Return the parameters after so many steps.

    >>> after(3, ((None, params) for params in "abcdef"))
    'd'
    """
    _, params = next(islice(run, steps, None))
    return params


def share_right(s):
    """Return the share of the spiral whose own arm has the largest score."""
    _, y, _ = spiral()
    return np.mean(s.argmax(axis=1) == y)


class Published(NamedTuple):
    """A number or several, as they were printed, and how we come to them."""

    words: str
    """What it is."""
    source: str
    """Who printed it: a key of `SOURCES`."""
    printed: str
    """As printed, with spaces between numbers."""
    ours: Callable
    """Computes the same."""
    remark: str = ""
    """What one has to know to come to it."""
    long: bool = False
    """Whether that takes seconds."""
    drifting: int = 0
    """How many of the last numbers depend on the order in which the machine adds."""


SOURCES = {
    "2015": ("Assignment 1 of 2015", "https://cs231n.github.io/assignments2015/assignment1/"),
    "2016": ("Assignment 1 of 2016", "https://cs231n.github.io/assignments2016/assignment1/"),
    "2018": ("Assignment 1 of 2018", "https://cs231n.github.io/assignments2018/assignment1/"),
    "second": ("Assignment 2 of 2018", "https://cs231n.github.io/assignments2018/assignment2/"),
    "readers": ("Notebooks that students published", ""),
    "Michigan": ("EECS 498, the same network", ""),
    "linear": ("Notes on linear classification", "https://cs231n.github.io/linear-classify/"),
    "notes": ("Notes: a case study", "https://cs231n.github.io/neural-networks-case-study/"),
}

# fmt: off
PUBLISHED = (
    Published(
        "Toy network: its scores", "2016",
        "-0.81233741 -1.27654624 -0.70335995 -0.17129677 -1.18803311 -0.47310444 -0.51590475 -1.01354314 -0.8504215 "
        "-0.15419291 -0.48629638 -0.52901952 -0.00618733 -0.12435261 -0.15226949",
        lambda: scores(toy_start()[0], toy_inputs()), "seeds 0 and 1",
    ),
    Published(
        "Toy network: its loss", "2016", "1.30378789133",
        lambda: loss(toy_start()[0], toy_inputs(), TOY_LABELS, 0.1), "strength 0.1",
    ),
    Published(
        "Toy network: its loss", "2018", "1.30378789133",
        lambda: loss(toy_start()[0], toy_inputs(), TOY_LABELS, 2 * 0.05), OURS_OF.format(0.05, 0.1),
    ),
    Published(
        "Toy training: the first loss", "readers", "1.241994",
        lambda: next(toy_training()), OURS_OF.format("0.000005", "0.00001"),
    ),
    Published(
        "Toy training: the last loss", "readers", "0.01714960793873",
        lambda: next(islice(toy_training(), 99, None)),
        "the rate shrinks to 0.95 of itself at each of the 100 steps; printed runs differ after these digits",
    ),
    Published(
        "Evenly spaced toy network: its scores", "2015",
        "-0.5328368 0.20031504 0.93346689 -0.59412164 0.15498488 0.9040914 -0.67658362 0.08978957 0.85616275 "
        "-0.77092643 0.01339997 0.79772637 -0.89110401 -0.08754544 0.71601312",
        lambda: scores(*even_toy()), "nothing is drawn",
    ),
    Published(
        "Evenly spaced toy network: its loss", "2015", "1.38191946092",
        lambda: loss(*even_toy(), TOY_LABELS, 0.1), "strength 0.1",
    ),
    Published(
        "Evenly spaced network: its scores", "second",
        "11.53165108 12.2917344 13.05181771 13.81190102 14.57198434 15.33206765 16.09215096 "
        "12.05769098 12.74614105 13.43459113 14.1230412 14.81149128 15.49994135 16.18839143 "
        "12.58373087 13.20054771 13.81736455 14.43418138 15.05099822 15.66781506 16.2846319",
        lambda: scores(*even_network()), "nothing is drawn",
    ),
    Published(
        "Evenly spaced network: its loss", "second", "3.4702243556",
        lambda: loss(*even_network(), [0, 5, 1], 0), "strength 0",
    ),
    Published(
        "Evenly spaced network: its loss", "second", "26.5948426952",
        lambda: loss(*even_network(), [0, 5, 1], 1), "strength 1",
    ),
    Published(
        "Evenly spaced network: its loss", "Michigan", "49.719461034881775",
        lambda: loss(*even_network(), [0, 5, 1], 2), OURS_OF.format(1, 2),
    ),
    Published(
        "Fifty rows of small scores: the loss", "readers", "2.302545844500738",
        small_scores, "seed 231; the course says about 2.3",
    ),
    Published(
        "Shares of three scores", "linear", "0.7 0.04 0.26",
        lambda: softmax([1, -2, 0]), "scores 1, −2 and 0",
    ),
    Published(
        "Shares of half these scores", "linear", "0.55 0.12 0.33",
        lambda: softmax([0.5, -1, 0]), "scores 0.5, −1 and 0",
    ),
    Published(
        "A score gradient", "notes", "0.2 -0.7 0.5",
        lambda: cross_entropy_gradient(np.log([0.2, 0.3, 0.5]), 1), "shares 0.2, 0.3 and 0.5, label 1",
    ),
    Published(
        "Spiral, linear: the loss every 10 steps", "notes",
        "1.096956 0.917265 0.851503 0.822336 0.807586 0.799448 0.794681 0.791764 0.789920 0.788726 "
        "0.787938 0.787409 0.787049 0.786803 0.786633 0.786514 0.786431 0.786373 0.786331 0.786302",
        lambda: every(20, 10, linear_training(4)), "the notes name no seed: 0, and the start drawn for the fourth time",
    ),
    Published(
        "Spiral, linear: share that is right", "notes", "0.49",
        lambda: share_right(linear_scores(after(200, linear_training(4)), spiral()[0])), "after 200 steps",
    ),
    Published(
        "Spiral, network: the loss every 1,000 steps", "notes",
        "1.098744 0.294946 0.259301 0.248310 0.246170 0.245649 0.245491 0.245400 0.245335 0.245292",
        lambda: every(10, 1000, network_training(4)), "drawn after the linear start; the last three depend on how a machine adds",
        long=True, drifting=3,
    ),
    Published(
        "Spiral, network: share that is right", "notes", "0.98",
        lambda: share_right(scores(after(10_000, network_training(4)), spiral()[0])), "after 10,000 steps", long=True,
    ),
    Published(
        "Spiral, linear: the loss every 10 steps", "readers",
        "1.096919 0.917310 0.851535 0.822352 0.807594 0.799452 0.794683 0.791765 0.789921 0.788726 "
        "0.787937 0.787408 0.787049 0.786803 0.786633 0.786514 0.786431 0.786373 0.786331 0.786302",
        lambda: every(20, 10, linear_training(1)), "the notebook of the notes, run from the top: seed 0",
    ),
    Published(
        "Spiral, network: the loss every 1,000 steps", "readers",
        "1.098637 0.294416 0.266441 0.251507",
        lambda: every(4, 1000, network_training(1)), "the same notebook; printed runs differ after these",
        long=True,
    ),
)
# fmt: on


def digits_of(printed):
    """Return how many digits of a printed number count, 14 at most: further ones depend on the machine.

    >>> digits_of("-0.00618733"), digits_of("0.789920"), digits_of("49.719461034881775")
    (6, 6, 14)
    """
    return min(len(printed.lstrip("-0.").replace(".", "")), 14)


def same_digits(value, printed):
    """Return whether a value, rounded to the digits of a printed number, is that number.

    >>> same_digits(1.30378789133049, "1.30378789133"), same_digits(1.303787891336, "1.30378789133")
    (True, False)
    """
    digits = digits_of(printed) - 1
    return f"{value:.{digits}e}" == f"{float(printed):.{digits}e}"


def compare(row):
    """Return, for each number of a row, what was printed, what we get, and whether the digits are the same."""
    printed, values = row.printed.split(), np.ravel(row.ours())
    return [(one, float(value), same_digits(value, one)) for one, value in zip(printed, values, strict=True)]


def record():
    """Return a dict for each row, to be kept: the words, the source, and what `compare` found."""
    rows = []
    for row in PUBLISHED:
        compared = compare(row)
        same = [agrees for *_, agrees in compared]
        # The last numbers of a long run may differ in their last digit from machine to machine.
        rows.append(
            {
                "words": row.words,
                "source": row.source,
                "remark": row.remark,
                "printed": [one for one, *_ in compared],
                "ours": [float(f"{value:.{max(digits_of(one), 6) - 1}e}") for one, value, _ in compared],
                "same": same,
                "drifting": row.drifting,
            }
        )
    return rows


def main(arguments):
    """Print every row, or write all of them into a file. Return 0 if every digit that must agree does."""
    if arguments and (arguments[0] != "--json" or len(arguments) != 2):
        print(__doc__, file=sys.stderr)
        return 2
    rows = record()
    if arguments:
        Path(arguments[1]).write_bytes(f"{json.dumps(rows, indent=1)}\n".encode())
    else:
        for row in rows:
            print(f"{sum(row['same'])} of {len(row['same'])} the same: {row['words']} ({SOURCES[row['source']][0]})")
    return int(not all(all(row["same"][: len(row["same"]) - row["drifting"]]) for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
