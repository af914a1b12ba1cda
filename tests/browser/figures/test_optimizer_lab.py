"""What the lab trains is what the snippets train, step for step, and what it says is what the rules say."""

from dataclasses import replace

import numpy as np
import pytest

from hooks.live.figure_data import lab
from snippets.cross_entropy import cross_entropy
from snippets.measured_differences import CASES, SHAPES, measure, network_gradient, problem, train_by_each_rate
from snippets.reductions import Recipe, convert
from snippets.two_conventions import train
from tests.browser.figures.test_every_figure import opened, put, words

RATES = lab()["rates"]
START = {"optimizer": "sgd", "change": "rate", "l2": 0, "decay": 0, "clip": "0", "rate": 1, "ragged": False}
# Each optimizer, each thing that takes part, alone and together, and rates far from what trains well.
STATES = [
    {},
    {"change": "nothing", "rate": 0.25},
    {"change": "all", "l2": 0.1},
    {"l2": 0.2, "clip": "0.5"},
    {"decay": 0.1},
    {"decay": 1, "l2": 1, "change": "all"},
    {"clip": "0.2", "change": "nothing"},
    {"ragged": True},
    {"ragged": True, "clip": "0.2", "l2": 0.02},
    {"optimizer": "momentum"},
    {"optimizer": "momentum", "l2": 0.02, "decay": 0.05, "clip": "0.5"},
    {"optimizer": "momentum", "ragged": True, "l2": 0.1},
    {"optimizer": "adam"},
    {"optimizer": "adam", "change": "nothing", "rate": 2},
    {"optimizer": "adam", "change": "all", "l2": 0.02, "clip": "0.5"},
    {"optimizer": "adam", "change": "all", "decay": 0.1},
    {"optimizer": "adam", "change": "nothing", "ragged": True, "clip": "0.2"},
    {"rate": 0.001},
    {"rate": 4, "l2": 0.2},
]
# The wildest that can be typed: the weights grow without end, and with them the scores.
WILD = {"change": "nothing", "rate": 20, "l2": 1}


@pytest.fixture(scope="module")
def figure(live_figure):
    """Return what the lab shows in a state, of which all that is not said is as at first."""
    shown = live_figure("optimizer-lab")
    return lambda state: shown(START | state)


def recipes(state):
    """Return the recipes of both runs as the snippets have them."""
    state = START | state
    optimizer = "adamw" if state["optimizer"] == "adam" and state["decay"] else state["optimizer"]
    decay = {"weight_decay": state["decay"]} if optimizer != "adam" else {}
    mean = Recipe(
        "mean",
        16,
        optimizer,
        RATES[state["optimizer"]] * state["rate"],
        l2=state["l2"],
        clip_norm=float(state["clip"]) or None,
        ragged=state["ragged"],
        **decay,
    )
    if state["change"] == "all":
        return mean, replace(convert(replace(mean, ragged=False), "sum").recipe, ragged=mean.ragged)
    return mean, replace(
        mean, reduction="sum", learning_rate=mean.learning_rate / (16 if state["change"] == "rate" else 1)
    )


def loss_of(weights):
    """Return the mean loss over all samples."""
    features, labels = (np.concatenate(part) for part in zip(*problem()[0]))
    return cross_entropy(scores_of(weights, features), labels)


def scores_of(weights, features):
    W1, b1, W2, b2 = map(np.reshape, np.split(weights, np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]), SHAPES)
    return np.tanh(features @ W1 + b1) @ W2 + b2


@pytest.mark.parametrize("state", STATES, ids=str)
def test_weights_and_losses(figure, state):
    shown = figure(state)

    for kind, recipe in zip(("mean", "sum"), recipes(state)):
        batches, start = problem(recipe.ragged)
        np.testing.assert_allclose(shown[kind]["weights"], train(recipe, batches, start, network_gradient), 1e-9, 1e-9)
        for step in (0, 1, 7, 40):
            weights = train(recipe, batches[:step], start, network_gradient)
            np.testing.assert_allclose(shown[kind]["losses"][step], loss_of(weights), rtol=1e-9)


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_scores_beyond_a_thousand(figure, step):
    """Such a training enlarges what is rounded, so only its first steps can be compared."""
    _, recipe = recipes(WILD)
    batches, start = problem()
    weights = train(recipe, batches[:step], start, network_gradient)

    np.testing.assert_allclose(figure(WILD)["sum"]["losses"][step], loss_of(weights), rtol=1e-9)
    assert (abs(scores_of(weights, batches[0][0])).max() > 1000) == (step > 1)


def state_of(case):
    """Return the state that shows a case of the page's table, or None if the lab has no such thing."""
    recipe = case.recipe
    if recipe.nesterov or recipe.loss_scale or recipe.auxiliary_weight or case.each_rate == "step":
        return None
    change = "rate" if case.powers == {"learning_rate": -1} else "all" if case.powers or case.each_rate else "nothing"
    return {
        "optimizer": recipe.optimizer,
        "change": change,
        "l2": recipe.l2,
        "decay": recipe.weight_decay or 0,
        "clip": f"{recipe.clip_norm or 0:g}",
        "ragged": recipe.ragged,
    }


IN_THE_TABLE = [case for case in CASES if state_of(case)]


@pytest.mark.parametrize("case", IN_THE_TABLE, ids=lambda case: f"{case.words} {case.powers or case.each_rate}")
def test_it_ends_as_far_apart_as_the_table_of_the_page_says(figure, case):
    np.testing.assert_allclose(figure(state_of(case))["apart"][-1], measure(case), rtol=1e-6, atol=1e-12)


def test_most_of_the_table_is_in_the_lab():
    assert len(IN_THE_TABLE) == 17


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_a_rate_for_each_batch(figure, optimizer):
    batches, start = problem(ragged=True)
    recipe, _ = recipes({"optimizer": optimizer, "ragged": True})
    expected = train_by_each_rate(recipe, batches, start, inside=True)

    shown = figure({"optimizer": optimizer, "ragged": True, "change": "all"})

    np.testing.assert_allclose(shown["sum"]["weights"], expected, 1e-9, 1e-9)


# What takes part, and the formulas that say why the runs part; none if they agree.
REASONS = [
    ({}, []),
    ({"change": "nothing"}, ["eq:sgd"]),
    ({"l2": 0.1, "decay": 0.1, "clip": "0.5"}, ["eq:l2", "eq:decay", "eq:clip"]),
    ({"l2": 0.1, "decay": 0.1, "clip": "0.5", "change": "all"}, []),
    ({"ragged": True}, ["eq:ragged"]),
    ({"ragged": True, "change": "all"}, []),
    ({"optimizer": "momentum"}, []),
    ({"optimizer": "momentum", "change": "nothing", "decay": 0.1}, ["eq:same-weights"]),
    ({"optimizer": "momentum", "ragged": True, "l2": 0.1}, ["eq:ragged", "eq:l2"]),
    ({"optimizer": "adam"}, ["eq:adam-invariant"]),
    ({"optimizer": "adam", "change": "nothing"}, ["eq:adam-epsilon"]),
    ({"optimizer": "adam", "change": "nothing", "decay": 0.1}, ["eq:adam-epsilon"]),
    ({"optimizer": "adam", "change": "nothing", "l2": 0.1}, ["eq:l2"]),
    ({"optimizer": "adam", "change": "all", "decay": 0.1, "l2": 0.1, "clip": "0.5"}, []),
    ({"optimizer": "adam", "change": "all", "ragged": True}, ["eq:ragged"]),
]


@pytest.mark.parametrize(("state", "labels"), REASONS, ids=str)
def test_it_names_the_formulas(figure, state, labels):
    assert [one["label"] for one in figure(state)["reasons"]] == labels


# What cannot be told from the formulas alone.
SAID = [
    # All steps are clipped: the length of a gradient is no reason then.
    ({"clip": "0.2", "change": "nothing"}, "Both runs are clipped at every step", "does not make up"),
    ({"clip": "0.2", "change": "nothing", "l2": 0.1, "rate": 0.25}, "16 times less beside the sum", "does not make up"),
    ({"clip": "0.2", "rate": 0.25}, "the divided rate only makes the steps shorter.", "sooner"),
    ({"clip": "0.2", "rate": 0.25, "optimizer": "adam", "ragged": True, "change": "nothing"}, "whatever", "no recipe"),
    # Runs that hardly move stay close to each other, and do not agree for that.
    ({"optimizer": "adam", "rate": 0.001}, "The two runs part: their weights are up to 0.00073 apart", "never more"),
    ({"optimizer": "adam", "change": "nothing"}, "never more than", "The two runs part"),
    (
        {"clip": "0.2", "change": "nothing", "rate": 2, "decay": 1, "l2": 0.1, "ragged": True},
        "and at the end",
        "at the end their",
    ),
]


@pytest.mark.parametrize(("state", "said", "unsaid"), SAID, ids=str)
def test_its_words_are_true_of_the_runs(chromium, bare, state, said, unsaid):
    with opened(chromium, bare("optimizer-lab")) as page:
        put(page, "optimizer-lab", START | state)

        assert said in words(page)
        assert unsaid not in words(page)


EVERYTHING = [
    {"optimizer": optimizer, "change": change, "l2": l2, "decay": decay, "clip": clip, "ragged": ragged}
    for optimizer in RATES
    for change in ("nothing", "rate", "all")
    for l2, decay in ((0, 0), (0.1, 0), (0, 0.1))
    for clip in ("0", "0.5")
    for ragged in (False, True)
]


@pytest.fixture(scope="module")
def everything(figure):
    return [(state, figure(state)) for state in EVERYTHING]


def test_the_runs_agree_just_where_no_reason_is_named(everything):
    wrong = [state for state, shown in everything if (shown["worst"] < 1e-9) != (shown["reasons"] == [])]

    assert wrong == []


def test_runs_that_agree_clip_the_same_steps(everything):
    agree = [(state, shown) for state, shown in everything if not shown["reasons"]]
    wrong = [state for state, shown in agree if shown["mean"]["clipped"] != shown["sum"]["clipped"]]

    assert wrong == []
    assert {shown["mean"]["clipped"] for _, shown in agree} != {0}


def test_if_all_steps_are_clipped_the_runs_agree_all_the_same(figure):
    """The rules are for all data. Here the length of the gradient counts for nothing at all."""
    shown = figure({"clip": "0.2", "change": "nothing"})

    assert (shown["worst"], shown["mean"]["clipped"], shown["sum"]["clipped"]) == (0, 40, 40)
