"""A training run: what it learns from, what it does in a step, what it says, and how it can be stopped."""

import doctest
import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from tqdm import tqdm

from snippets import train as module
from snippets.cross_entropy import cross_entropy
from snippets.gradient_check import numerical_gradient, relative_error
from snippets.published_numbers import TOY_LABELS, toy_inputs, toy_start
from snippets.train import DATA, Run, arms, main, mean_and_gradients, scores_of, start, sum_and_gradients, train, usual

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_lock():
    """tqdm shares a lock among processes; a test that is killed beside this one must not keep it."""
    tqdm.set_lock(threading.RLock())


# The data


@pytest.mark.parametrize("seed", [0, 7])
def test_a_fifth_of_each_digit_is_held_out(seed):
    """So no digit is rarer where it is asked for than where it is learnt."""
    data = DATA["digits"](seed)
    learnt, held = np.bincount(data.y), np.bincount(data.y_held)

    assert data.X.shape == (1437, 64) and data.X_held.shape == data.raw_held.shape == (360, 64)
    assert data.classes == len(learnt) == len(held) == 10
    assert abs(held - (learnt + held) / 5).max() <= 1


def test_every_image_is_in_one_of_both_parts():
    """None is lost, and none that is held out has been learnt from."""
    from sklearn.datasets import load_digits

    data = DATA["digits"](0)
    centre = data.raw_held[0] - 16 * data.X_held[0]
    images = np.concatenate([16 * data.X + centre, data.raw_held]).round().astype(int)
    labels = np.concatenate([data.y, data.y_held])
    found = np.array(sorted(np.column_stack([images, labels]).tolist()))
    all_images, all_labels = load_digits(return_X_y=True)
    every_one = np.array(sorted(np.column_stack([all_images, all_labels]).astype(int).tolist()))

    # Arrays: of two lists of 1,797 rows pytest would look for the shortest difference, for minutes.
    assert np.array_equal(found, every_one)


def test_what_is_held_out_is_not_looked_at():
    """The mean that is taken away is that of what is learnt from alone."""
    data = DATA["digits"](0)

    assert abs(data.X.mean(axis=0)).max() < 1e-14
    assert abs(data.X_held.mean(axis=0)).max() > 0.01
    assert 16 * data.X_held + (data.raw_held[0] - 16 * data.X_held[0]) == pytest.approx(data.raw_held)


def test_another_seed_holds_out_other_images():
    assert (DATA["digits"](0).raw_held != DATA["digits"](1).raw_held).any()
    assert (DATA["digits"](3).raw_held == DATA["digits"](3).raw_held).all()


class Still:
    """Draws nothing but zeros."""

    def normal(self, size):
        return np.zeros(size)


def test_the_arms_of_the_spiral():
    """Without chance, each arm runs from the centre to the circle, and turns by four radians on the way."""
    X, y = arms(Still(), count=3, classes=2)
    angles = [0, 2, 4, 4, 6, 8]
    expected = [
        [radius * np.sin(angle), radius * np.cos(angle)] for radius, angle in zip([0, 0.5, 1] * 2, angles, strict=True)
    ]

    assert y.tolist() == [0, 0, 0, 1, 1, 1]
    assert X == pytest.approx(np.array(expected))


def test_the_spiral_scatters_by_a_fifth_of_a_radian():
    """A hundred points on each of three arms, and as many others that are held out."""
    data = DATA["spiral"](0)
    scatter = []
    for X, y in [(data.X, data.y), (data.X_held, data.y_held)]:
        assert np.bincount(y).tolist() == [100, 100, 100]
        still, _ = arms(Still())
        turned = np.arctan2(X[:, 0], X[:, 1]) - np.arctan2(still[:, 0], still[:, 1])
        scatter.append(np.remainder(turned + np.pi, 2 * np.pi)[y >= 0] - np.pi)

    assert np.std(scatter) == pytest.approx(0.2, abs=0.02)
    assert (data.X != data.X_held).any()
    assert (data.X != DATA["spiral"](1).X).any()
    assert data.classes == 3
    assert (data.raw_held == data.X_held).all()


def test_the_toy_is_that_of_the_course():
    """Its samples, and with the usual seed its parameters."""
    data = DATA["toy"](5)
    params, _ = toy_start()
    run = Run(usual("toy"), data)

    assert (data.X == toy_inputs()).all() and (data.y == TOY_LABELS).all()
    assert data.X_held.shape == data.raw_held.shape == (0, 4) and data.y_held.shape == (0,) and data.classes == 3
    assert run.params.keys() == params.keys()
    assert all((run.params[name] == params[name]).all() for name in params)
    assert (Run(usual("toy", seed=1), data).params["W1"] != params["W1"]).all()


# The settings


def test_what_is_said_goes_before_what_is_usual():
    settings = usual("digits", optimizer="adam", hidden=3)

    assert (settings.optimizer, settings.rate, settings.hidden, settings.batch) == ("adam", 0.002, 3, 32)
    assert (settings.reduction, settings.seed, settings.reg, settings.epochs) == ("mean", 0, 0.001, 40)
    assert usual("digits", optimizer="adam", rate=0.5).rate == 0.5


def test_the_settings_are_a_recipe():
    recipe = usual("digits", optimizer="momentum", reduction="sum").recipe()

    assert (recipe.reduction, recipe.batch_size, recipe.optimizer) == ("sum", 32, "momentum")
    assert (recipe.learning_rate, recipe.l2, recipe.momentum) == (0.05, 0.001, 0.9)


def test_the_weights_start_at_a_size_that_keeps_the_size_of_what_goes_through():
    """Of F inputs of size 1 a unit makes a number of size about the root of 2, of which the ReLU keeps half."""
    params = start(np.random.default_rng(0), 200, 300, 100)

    assert {name: values.shape for name, values in params.items()} == {
        "W1": (200, 300),
        "b1": (300,),
        "W2": (300, 100),
        "b2": (100,),
    }
    assert params["W1"].std() == pytest.approx(np.sqrt(2 / 200), rel=0.02)
    assert params["W2"].std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    assert not params["b1"].any() and not params["b2"].any()


def test_without_a_hidden_layer_there_is_one_table_of_small_weights():
    params = Run(usual("digits", hidden=0), DATA["digits"](0)).params

    assert {name: values.shape for name, values in params.items()} == {"W": (64, 10), "b": (10,)}
    assert params["W"].std() == pytest.approx(0.01, rel=0.05)
    assert not params["b"].any()


# The gradients


def problem(hidden):
    """Parameters and a batch. A bias is not 0, or its part in the scores would not be seen."""
    rng = np.random.default_rng(3)
    data = DATA["spiral"](0)
    params = Run(usual("spiral", hidden=hidden), data).params
    return (
        {name: values + 0.1 * rng.normal(size=values.shape) for name, values in params.items()},
        data.X[::40],
        data.y[::40],
    )


@pytest.mark.parametrize("hidden", [0, 4])
@pytest.mark.parametrize(("objective", "times"), [(mean_and_gradients, 1), (sum_and_gradients, 8)], ids=["mean", "sum"])
def test_loss_and_gradients(objective, times, hidden):
    """The loss is the mean or the sum, and the regularization beside it is the same. The gradients are those of the loss."""
    params, X, y = problem(hidden)
    loss, gradients = objective(params, X, y, 0.3)
    squares = sum((params[name] ** 2).sum() for name in params if name.startswith("W"))

    assert loss == pytest.approx(times * cross_entropy(scores_of(params, X), y) + 0.15 * squares)
    assert gradients.keys() == params.keys()
    for name, gradient in gradients.items():
        numerical = numerical_gradient(
            lambda values, name=name: objective(params | {name: values}, X, y, 0.3)[0], params[name]
        )
        assert relative_error(gradient, numerical) < 1e-6


# The steps


class Seen:
    """An objective that keeps what it is asked about. Its slope is 1."""

    def __init__(self):
        self.batches = []

    def __call__(self, params, X, y):
        assert (X[:, 0] == y).all()
        self.batches.append(y.tolist())
        return 0.0, {"w": np.ones(1)}


def test_each_epoch_has_another_order_and_full_batches():
    """Nothing is seen twice in an epoch. What fills no batch is left out, and it is not always the same."""
    seen, params = Seen(), {"w": np.zeros(1)}
    y = np.arange(11)
    epochs = list(train(params, {"w": lambda slope: -slope}, seen, y[:, None], y, 3, 4, np.random.default_rng(0)))
    by_epoch = [seen.batches[3 * epoch : 3 * epoch + 3] for epoch in range(4)]

    assert epochs == [1, 2, 3, 4]
    assert [len(batch) for batch in seen.batches] == [3] * 12
    assert all(len({sample for batch in batches for sample in batch}) == 9 for batches in by_epoch)
    assert len({tuple(map(tuple, batches)) for batches in by_epoch}) == 4
    assert len({frozenset(range(11)).difference(*batches) for batches in by_epoch}) > 1
    assert params["w"].tolist() == [-12]


def test_one_batch_may_be_everything():
    seen = Seen()
    y = np.arange(4)
    list(train({"w": np.zeros(1)}, {"w": lambda slope: slope}, seen, y[:, None], y, 4, 2, np.random.default_rng(0)))

    assert list(map(sorted, seen.batches)) == [[0, 1, 2, 3]] * 2


def ended(data="spiral", **said):
    """The parameters at the end of a short run, and where it stood on its way."""
    settings = usual(data, **{"epochs": 3, "batch": 32, "hidden": 5, **said})
    run = Run(settings, DATA[data](settings.seed))
    return run.params, list(run)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_the_sum_trains_bit_for_bit_as_the_mean(optimizer):
    """With the rate divided by the batch size, and the strength multiplied by it. For a power of two nothing is rounded."""
    mean, steps = ended(optimizer=optimizer, rate=0.5, reg=0.01)
    total, others = ended(optimizer=optimizer, rate=0.5 / 32, reg=0.32, reduction="sum")
    unchanged, _ = ended(optimizer=optimizer, rate=0.5, reg=0.01, reduction="sum")

    assert all((mean[name] == total[name]).all() for name in mean)
    assert steps == others
    assert abs(mean["W1"] - unchanged["W1"]).max() > 0.1


def test_a_seed_gives_the_same_run_and_another_another():
    one, same, other = (ended(seed=seed) for seed in (0, 0, 1))

    assert one[1] == same[1]
    assert all((one[0][name] == same[0][name]).all() for name in one[0])
    assert one[1] != other[1]


def test_where_a_run_stands():
    """Before the first epoch and after each: the mean loss without the regularization, and how many are right."""
    settings = usual("spiral", epochs=2, hidden=5, reg=10.0)
    data = DATA["spiral"](0)
    run = Run(settings, data)
    for epoch, reached in enumerate(run):
        learnt, held = scores_of(run.params, data.X), scores_of(run.params, data.X_held)

        assert reached.epoch == epoch
        assert reached.loss == cross_entropy(learnt, data.y)
        assert reached.held_loss == cross_entropy(held, data.y_held)
        assert reached.right == (learnt.argmax(axis=1) == data.y).sum()
        assert (
            reached.held_right == (held.argmax(axis=1) == data.y_held).sum() == (run.predictions() == data.y_held).sum()
        )
    assert epoch == 2


# The command

TOY = """\
toy: 5 samples to learn from, none held out; 4 numbers each, 3 classes
10 hidden units, momentum, rate 0.01, mean over batches of 2, reg 0, seed 0
epoch     loss   right
    0   1.2659    0.0%
    1   1.1814   40.0%
    2   0.9666   80.0%
    3   0.8105   80.0%
Learnt: 4 of 5 right, loss 0.8105.
"""
SPIRAL = """\
spiral: 300 samples to learn from, 300 held out; 2 numbers each, 3 classes
no hidden layer, sgd, rate 2, mean over batches of 300, reg 0.001, seed 4
epoch     loss   right  held out: loss   right
    0   1.1028   11.7%          1.1028   12.0%
    1   1.0435   50.7%          1.0426   50.0%
    2   0.9966   50.3%          0.9951   50.0%
    4   0.9293   51.3%          0.9267   51.0%
    6   0.8846   51.3%          0.8813   51.0%
    8   0.8538   51.7%          0.8500   51.3%
   10   0.8318   51.7%          0.8276   51.3%
   12   0.8155   51.7%          0.8111   51.3%
   14   0.8032   51.3%          0.7985   50.7%
   16   0.7937   51.3%          0.7888   50.7%
   18   0.7862   51.3%          0.7812   50.7%
   20   0.7802   51.3%          0.7751   50.7%
   22   0.7754   51.3%          0.7701   51.0%
   24   0.7714   51.3%          0.7661   51.0%
   25   0.7697   51.0%          0.7643   50.7%
Held out: 152 of 300 right (50.7%).
"""
DIGITS = """\
digits: 1437 samples to learn from, 360 held out; 64 numbers each, 10 classes
8 hidden units, sgd, rate 0.5, mean over batches of 32, reg 0.001, seed 0
epoch     loss   right  held out: loss   right
    0   2.3762    8.9%          2.3882   12.2%
    1   0.7577   79.8%          0.7946   78.1%
    2   0.4057   89.5%          0.4634   88.1%
Held out: 317 of 360 right (88.1%).
Misread: 1 as 6, 1 as 9, 2 as 1, 3 as 0, 3 as 7, 4 as 1 (2 times), 4 as 9, 5 as 1, 5 as 9 (2 times), 6 as 0, \
6 as 1 (2 times), 7 as 4, 8 as 1 (8 times), 8 as 2, 8 as 4, 8 as 5 (2 times), 8 as 9 (4 times), 9 as 1 (3 \
times), 9 as 3 (8 times), 9 as 8.
"""
ANSWERS = [
    ("--data toy --optimizer momentum --batch 2 --epochs 3 --reg 0", TOY),
    ("--data spiral --hidden 0 --epochs 25 --rate 2 --seed 4", SPIRAL),
    ("--data digits --epochs 2 --hidden 8", DIGITS),
]


@pytest.mark.parametrize(("line", "expected"), ANSWERS, ids=[line for line, _ in ANSWERS])
def test_the_command_answers(capsys, line, expected):
    """What it does, a table, and what came of it. Nothing else is said where nobody watches."""
    assert main(line.split()) == 0

    said = capsys.readouterr()
    assert said.out == expected
    assert said.err == ""


def test_the_usual_settings_under_the_sum_come_with_advice(capsys):
    """They are for the mean. Whoever gives a rate or a strength knows."""
    main("--data toy --epochs 1 --reduction sum".split())
    adam = capsys.readouterr().err
    main("--data toy --epochs 1 --reduction sum --optimizer adam".split())

    assert adam == "The usual settings are for the mean. The sum trains alike with: --rate 0.02 --reg 2.5e-5\n"
    assert capsys.readouterr().err.endswith(" alike with: --reg 2.5e-5\n")
    for given in ["--rate 0.02", "--reg 0.1", "--reduction mean"]:
        main([*"--data toy --epochs 1 --reduction sum".split(), *given.split()])
        assert capsys.readouterr().err == ""


def test_numbers_that_grow_too_large(capsys):
    """The epoch, the reason, and what may help; exit code 1."""
    assert main("--data toy --rate 1e300".split()) == 1

    said = capsys.readouterr().err
    assert said.startswith("Stopped in epoch 1: the numbers grew too large. ")
    assert said.endswith(".\nA smaller --rate may help.\n")


def test_numbers_that_grow_too_large_without_a_hidden_layer(capsys):
    """Said in words, and not in warnings of numpy."""
    assert main("--data toy --rate 1e300 --hidden 0".split()) == 1
    assert capsys.readouterr().err.startswith("Stopped in epoch 2: the numbers grew too large. scores must hold no nan")


BAD_USAGE = [
    ("", "the following arguments are required: --data"),
    ("--data cats", "argument --data: invalid choice: 'cats' (choose from "),
    ("--data toy --optimizer lion", "argument --optimizer: invalid choice: 'lion' (choose from "),
    ("--data toy --reduction none", "argument --reduction: invalid choice: 'none' (choose from "),
    ("--data toy --rate 0", "argument --rate: must be a finite number above 0, got '0'"),
    ("--data toy --rate nan", "argument --rate: must be a finite number above 0, got 'nan'"),
    ("--data toy --rate inf", "argument --rate: must be a finite number above 0, got 'inf'"),
    ("--data toy --rate fast", "argument --rate: must be a finite number above 0, got 'fast'"),
    ("--data toy --epochs 0", "argument --epochs: must be a whole number of at least 1, got '0'"),
    ("--data toy --epochs 1.5", "argument --epochs: must be a whole number of at least 1, got '1.5'"),
    ("--data toy --batch 0", "argument --batch: must be a whole number of at least 1, got '0'"),
    ("--data toy --batch 6", "argument --batch: toy has 5 samples, got 6"),
    ("--data toy --hidden -1", "argument --hidden: must be a whole number of at least 0 and at most 10000, got '-1'"),
    ("--data toy --hidden 10001", "argument --hidden: must be a whole number of at least 0 and at most 10000, got '10001'"),
    ("--data toy --reg -0.1", "argument --reg: must be a finite number of at least 0, got '-0.1'"),
    ("--data toy --seed -1", "argument --seed: must be a whole number of at least 0 and at most 4294967295, got '-1'"),
    ("--data toy --seed 4294967296", "argument --seed: must be a whole number of at least 0 and at most 4294967295, got '4294967296'"),
    ("--data toy more", "unrecognized arguments: more"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "why"), BAD_USAGE, ids=[why for _, why in BAD_USAGE])
def test_bad_usage(capsys, line, why):
    """One line that says why, and exit code 2."""
    with pytest.raises(SystemExit) as end:
        main(line.split())

    assert end.value.code == 2
    assert f"python -m snippets.train: error: {why}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    ["--data toy --hidden 10000 --epochs 1", "--data toy --seed 4294967295 --epochs 1 --batch 5 --hidden 0 --reg 0"],
)
def test_the_ends_of_what_is_allowed(line, capsys):
    assert main(line.split()) == 0


MISSING = [
    (
        "sklearn.datasets",
        "--data digits",
        "The digits come with scikit-learn. Install it with: python -m pip install scikit-learn\n",
    ),
    ("tqdm", "--data toy", "The progress bar is tqdm's. Install it with: python -m pip install tqdm\n"),
]


@pytest.mark.parametrize(("package", "line", "words"), MISSING, ids=[package for package, *_ in MISSING])
def test_a_package_that_is_missing(capsys, monkeypatch, package, line, words):
    """What to install, and exit code 1."""
    monkeypatch.setitem(sys.modules, package, None)

    assert main(line.split()) == 1
    assert capsys.readouterr().err == words


HELP = """\
Train a network of two layers. Exit code 0 if it reaches its last epoch, 1 if it cannot, 2 for bad usage, 130 if it is interrupted.
options: -h, --help show this help message and exit
--data {digits,spiral,toy} images of digits, points on a spiral, or the five samples of CS231n
--optimizer {sgd,momentum,adam} sgd unless said
--rate NUMBER the learning rate
--reduction {mean,sum} what is made of the losses of a batch: mean unless said
--epochs NUMBER how often to walk through the samples
--batch NUMBER samples in a batch
--hidden NUMBER hidden units; 0 for a classifier without a hidden layer
--reg NUMBER strength of half the squares of the weights
--seed NUMBER what all chance follows from: 0 unless said
"""


def test_the_help_says_what_each_option_is(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])

    assert end.value.code == 0
    assert " ".join(capsys.readouterr().out.split()).endswith(" ".join(HELP.split()))


class Bar:
    """A progress bar that keeps what it is told."""

    def __init__(self, epochs):
        self.told, self.n = [epochs], 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def write(self, line):
        pass

    def set_postfix_str(self, words, refresh):
        self.told.append((words, refresh))

    def update(self, epochs):
        self.n += epochs
        self.told.append(self.n)


def test_the_bar_follows_the_epochs(monkeypatch):
    """It stands at the epoch that is over, beside the loss; it is drawn when it moves, and not twice."""
    bars = []
    monkeypatch.setattr(module, "bar_of", lambda epochs: bars.append(Bar(epochs)) or bars[0])
    main(["--data", "toy", "--epochs", "2"])

    assert bars[0].told == [2, ("loss 1.2659", False), 0, ("loss 0.8928", False), 1, ("loss 0.7061", False), 2]


class Terminal(io.StringIO):
    """Where someone watches."""

    def isatty(self):
        return True


def test_the_bar_is_seen_where_someone_watches_and_leaves_nothing_behind(monkeypatch):
    """It counts epochs, and knows how many there are."""
    # A thread that looks after the bar would outlive this test.
    monkeypatch.setattr(tqdm, "monitor_interval", 0)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with module.bar_of(7) as bar:
        bar.update(3)
    seen = sys.stderr.getvalue()

    assert "| 0/7 [" in seen and "epoch/s" in seen
    assert "\n" not in seen and seen.endswith("\r")


def test_nothing_held_out_is_nothing_right():
    assert all((one.held_loss, one.held_right) == (None, 0) for one in Run(usual("toy", epochs=1), DATA["toy"](0)))


def test_the_examples():
    assert doctest.testmod(module).failed == 0


# Interrupted


def interrupting(monkeypatch, epoch):
    """Someone presses Ctrl-C in this epoch."""

    def interrupted(params, steps, objective, X, y, batch, epochs, rng):
        for reached in train(params, steps, objective, X, y, batch, epochs, rng):
            if reached == epoch:
                raise KeyboardInterrupt
            yield reached

    monkeypatch.setattr(module, "train", interrupted)


def test_interrupted_in_an_epoch(capsys, monkeypatch):
    """What was reached, how to go further, and how to come just here again; exit code 130."""
    interrupting(monkeypatch, 3)

    assert main("--data spiral --rate 0.5 --epochs 9 --hidden 4".split()) == 130
    assert capsys.readouterr().err == INTERRUPTED


INTERRUPTED = """
Stopped after 2 of 9 epochs: loss 1.0563, 32.3% right; held out: loss 1.0582, 32.0% right. Nothing was written.
To go further, start again; it takes the same way: \
python -m snippets.train --data spiral --rate 0.5 --epochs 9 --hidden 4
To come just here: python -m snippets.train --data spiral --rate 0.5 --epochs 2 --hidden 4
"""


def test_interrupted_with_nothing_held_out(capsys, monkeypatch):
    interrupting(monkeypatch, 2)

    assert main("--data toy".split()) == 130
    assert capsys.readouterr().err.startswith(
        "\nStopped after 1 of 100 epochs: loss 0.8928, 60.0% right. Nothing was written.\n"
    )


def test_the_command_that_is_named_comes_to_what_was_reached(capsys, monkeypatch):
    """So nothing is lost but time."""
    interrupting(monkeypatch, 3)
    main("--data spiral --rate 0.5 --epochs 9 --hidden 4".split())
    again = capsys.readouterr().err.splitlines()[-1].partition("python -m snippets.train ")[2]
    monkeypatch.undo()
    main(again.split())

    assert "\n    2   1.0563   32.3%          1.0582   32.0%\n" in capsys.readouterr().out


def raising(seed):
    raise KeyboardInterrupt


@pytest.mark.parametrize("when", ["while it loads", "in the first epoch"])
def test_interrupted_before_there_is_anything(capsys, monkeypatch, when):
    """How to start again; exit code 130."""
    if when == "while it loads":
        monkeypatch.setitem(module.DATA, "toy", raising)
    else:
        interrupting(monkeypatch, 1)

    assert main("--data toy --seed 3".split()) == 130
    assert capsys.readouterr().err == (
        "\nStopped before the end of the first epoch. Nothing was written.\n"
        "To start again: python -m snippets.train --data toy --seed 3\n"
    )


def started(line, **environment):
    """The command, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "snippets.train", *line.split()],
        cwd=ROOT, env=os.environ | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_ctrl_c_while_it_trains():
    """A real interrupt of a real process. Its lines come one by one, though nobody watches."""
    with started("--data toy --epochs 1000000") as process:
        while not process.stdout.readline().startswith("    1 "):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()

    assert process.returncode == 130
    assert said.startswith(("\nStopped after ", "\nStopped before "))
    assert "Traceback" not in said


def test_ctrl_c_while_it_loads(tmp_path):
    """Whatever is being loaded, what is said is the same."""
    (tmp_path / "sklearn.py").write_text(
        "import time\nprint('loading', flush=True)\ntime.sleep(60)\n", encoding="utf-8"
    )
    with started("--data digits", PYTHONPATH=str(tmp_path)) as process:
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()

    assert process.returncode == 130
    assert said == "\nStopped while it was loading. Nothing is lost: start it again.\n"
