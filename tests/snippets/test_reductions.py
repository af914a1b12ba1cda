"""What `convert` answers, what it refuses, and how the command says it.

That its answers are right is proved by training, in test_two_conventions.py.
"""

import doctest
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets import reductions as module
from snippets.reductions import (
    GRADIENT,
    HELP,
    KINDS,
    NAMES,
    OPTIMIZERS,
    REDUCTIONS,
    REQUIRED,
    RULES,
    SETTINGS,
    Change,
    Conversion,
    Recipe,
    convert,
    described,
    main,
    scaled,
    shown,
)

ROOT = Path(__file__).parents[2]

# What is in a recipe for the mean, and what it becomes for the sum, and for a sum that the update divides. N is 16.
MEAN = {"l2": 0.5, "auxiliary_weight": -0.5, "clip_norm": 2.0, "clip_value": 3.0, "loss_scale": 1024.0}
TIMES_N = {"l2": 8.0, "auxiliary_weight": -8.0, "clip_norm": 32.0, "clip_value": 48.0, "loss_scale": 64.0}
SPECIFICATION = [
    ("sgd", {"learning_rate": 4, "weight_decay": 0.5}, {"learning_rate": 0.25, "weight_decay": 8}),
    ("momentum", {"learning_rate": 4, "weight_decay": 0.5}, {"learning_rate": 0.25, "weight_decay": 8}),
    ("rmsprop", {"learning_rate": 4, "epsilon": 0.5}, {"learning_rate": 4, "epsilon": 8}),
    (
        "adagrad",
        {"learning_rate": 4, "epsilon": 0.5, "initial_accumulator": 0.25},
        {"learning_rate": 4, "epsilon": 8, "initial_accumulator": 64},
    ),
    ("adam", {"learning_rate": 4, "epsilon": 0.5}, {"learning_rate": 4, "epsilon": 8}),
    (
        "adamw",
        {"learning_rate": 4, "epsilon": 0.5, "weight_decay": 0.5},
        {"learning_rate": 4, "epsilon": 8, "weight_decay": 0.5},
    ),
]


@pytest.mark.parametrize(("optimizer", "mean", "sum_"), SPECIFICATION, ids=OPTIMIZERS)
def test_specification(optimizer, mean, sum_):
    """All six directions."""
    recipes = {
        "mean": Recipe("mean", 16, optimizer, **mean, **MEAN),
        "sum": Recipe("sum", 16, optimizer, **sum_, **TIMES_N),
        "update": Recipe("update", 16, optimizer, **mean, **TIMES_N),
    }
    for old in REDUCTIONS:
        for new in REDUCTIONS:
            conversion = convert(recipes[old], new)

            assert conversion.recipe == recipes[new]
            assert conversion.reasons == ()


numbers = st.floats(1e-6, 1e6)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(OPTIMIZERS),
    st.integers(1, 10**6),
    numbers,
    st.fixed_dictionaries({}, optional=dict.fromkeys(MEAN, numbers)),
)
def test_there_and_back(optimizer, N, rate, besides):
    """A recipe that is converted twice is the recipe again, to rounding."""
    recipe = Recipe("mean", N, optimizer, rate, **besides)
    for new in REDUCTIONS:
        back = convert(convert(recipe, new).recipe, "mean").recipe

        assert [getattr(back, name) for name in SETTINGS] == [
            value if value is None else pytest.approx(value, rel=1e-14)
            for value in (getattr(recipe, name) for name in SETTINGS)
        ]


def test_the_account_of_a_conversion():
    """Each setting that takes part, with its factor and its proof; what to mind."""
    recipe = Recipe("mean", 16, "sgd", 4, clip_norm=2, loss_scale=1024)

    assert convert(recipe, "sum") == Conversion(
        Recipe("sum", 16, "sgd", 0.25, clip_norm=32, loss_scale=64),
        (
            Change("learning_rate", 4, 0.25, -1, "eq:sgd"),
            Change("clip_norm", 2, 32, 1, "eq:clip-repaired"),
            Change("loss_scale", 1024, 64, -1, "eq:loss-scaling"),
        ),
        (),
        (module.MILLIONTH, RULES[-1].note),
    )


def test_nothing_is_minded_where_nothing_changes():
    """A note is about a change."""
    conversion = convert(Recipe("mean", 16, "adam", 1, clip_norm=2), "mean")

    assert conversion.notes == ()
    assert [change.power for change in conversion.changes] == [0, 0, 0]
    assert convert(Recipe("mean", 1, "adam", 1, clip_norm=2), "sum").notes == ()


RATE = "and only the learning rate may change."
FOR_EACH = (
    "Only a rate for each batch would do: where nothing is divided, the rate must be divided by the size of that batch."
)
MIXED = "Not even a rate for each batch would do: {} adds up gradients, each multiplied by the size of its own batch."
NONE_EXISTS = {
    "ragged, sgd": ("sgd", {"ragged": True}, ["mean sum", "update sum"], [FOR_EACH]),
    "ragged, momentum": ("momentum", {"ragged": True}, ["mean sum", "sum mean"], [MIXED.format("the velocity")]),
    "ragged, rmsprop": ("rmsprop", {"ragged": True}, ["mean sum", "sum update"], [MIXED.format("the running average")]),
    "ragged, adagrad": ("adagrad", {"ragged": True}, ["mean sum", "sum mean"], [MIXED.format("the accumulator")]),
    "ragged, adam": ("adam", {"ragged": True}, ["mean sum", "sum mean"], [MIXED.format("each average")]),
    "ragged, adamw": ("adamw", {"ragged": True, "weight_decay": 1}, ["mean sum"], [MIXED.format("each average")]),
    "ragged, L2": (
        "sgd",
        {"ragged": True, "l2": 1, "weight_decay": 1},
        ["mean sum", "sum mean"],
        [
            FOR_EACH,
            "The L2 strength would have to follow the size of each batch.",
            "The decoupled decay would have to follow the size of each batch.",
        ],
    ),
    "ragged, what is in the loss": (
        "adam",
        {"ragged": True, "l2": 1, "auxiliary_weight": 1, "clip_norm": 1, "clip_value": 1, "loss_scale": 1},
        ["mean update", "update mean"],
        [
            f"The {words} would have to follow the size of each batch."
            for words in ("L2 strength", "auxiliary weight", "clipping norm", "clipping value")
        ],
    ),
    "only the rate, and ragged": ("sgd", {"ragged": True, "only_rate": True}, ["mean sum"], [FOR_EACH]),
    "only the rate, L2": (
        "sgd",
        {"only_rate": True, "l2": 1},
        ["mean sum", "mean update"],
        [f"The L2 strength would have to be multiplied by 16, {RATE}"],
    ),
    "only the rate, backwards": (
        "adagrad",
        {"only_rate": True, "initial_accumulator": 1, "loss_scale": 1},
        ["sum mean"],
        [
            f"The epsilon would have to be divided by 16, {RATE}",
            f"The initial accumulator would have to be divided by 256, {RATE}",
            f"The loss scale would have to be multiplied by 16, {RATE}",
        ],
    ),
}


@pytest.mark.parametrize(("optimizer", "said", "ways", "reasons"), NONE_EXISTS.values(), ids=NONE_EXISTS)
def test_none_exists(optimizer, said, ways, reasons):
    """And why."""
    only_rate = said.get("only_rate", False)
    besides = {name: value for name, value in said.items() if name != "only_rate"}
    for way in ways:
        old, new = way.split()

        conversion = convert(Recipe(old, 16, optimizer, 1, **besides), new, only_rate=only_rate)

        assert [str(reason) for reason in conversion.reasons] == reasons
        assert conversion == Conversion(None, reasons=conversion.reasons)


def test_every_reason_has_its_proof():
    """A rate that follows the batch has a formula of its own; the others have that of their rule."""
    ragged = Recipe("mean", 16, "sgd", 1, ragged=True, l2=1, clip_norm=1)
    even = replace(ragged, ragged=False)

    assert [reason.proof for reason in convert(ragged, "sum").reasons] == [
        "eq:ragged",
        "eq:l2-repaired",
        "eq:clip-repaired",
    ]
    assert [reason.proof for reason in convert(ragged, "update").reasons] == ["eq:l2-repaired", "eq:clip-repaired"]
    assert [reason.proof for reason in convert(even, "sum", only_rate=True).reasons] == [
        "eq:l2-repaired",
        "eq:clip-repaired",
    ]


ONE_EXISTS = {
    "only the rate, and nothing else": ("sgd", {}, "sum", True),
    "only the rate, and nothing to change": ("sgd", {"weight_decay": 1}, "update", True),
    "only the rate, epsilon 0": ("adam", {"epsilon": 0}, "sum", True),
    "only the rate, decay of adamw": ("adamw", {"epsilon": 0, "weight_decay": 1}, "sum", True),
    "ragged, and the update divides": ("adam", {"ragged": True}, "update", False),
    "ragged, and only the rate": ("adam", {"ragged": True}, "update", True),
    "ragged, and nothing to convert": ("adam", {"ragged": True, "l2": 1}, "mean", False),
    "ragged, with a loss scale": ("sgd", {"ragged": True, "loss_scale": 1024}, "update", False),
}


@pytest.mark.parametrize(("optimizer", "besides", "new", "only_rate"), ONE_EXISTS.values(), ids=ONE_EXISTS)
def test_one_exists(optimizer, besides, new, only_rate):
    """Although it may look otherwise."""
    conversion = convert(Recipe("mean", 16, optimizer, 1, **besides), new, only_rate=only_rate)

    assert conversion.recipe.reduction == new
    assert conversion.reasons == ()


def test_a_batch_of_two_is_enough():
    """From there on the mean is another number than the sum."""
    assert convert(Recipe("mean", 2, "sgd", 1), "sum").recipe.learning_rate == 0.5


def test_a_batch_of_one_is_its_own_mean():
    """There is nothing to divide by."""
    recipe = Recipe("mean", 1, "adagrad", 1, l2=1, initial_accumulator=1)

    assert convert(recipe, "sum", only_rate=True).recipe == replace(recipe, reduction="sum")


# What is refused

COUNT = "must be a whole number of at least 1, got "
POSITIVE = "must be a number above 0, got "
STRENGTH = "must be a number of at least 0, got "
FRACTION = "must be a number of at least 0 and below 1, got "
SHARE = "must be a number above 0 and below 1, got "
NAMED = "mean, sum, update"
EVERY = "sgd, momentum, rmsprop, adagrad, adam, adamw"
REFUSED = [
    ({"reduction": "none"}, ValueError, f"reduction must be one of {NAMED}, got 'none'"),
    ({"optimizer": "Adam"}, ValueError, f"optimizer must be one of {EVERY}, got 'Adam'"),
    ({"batch_size": 0}, ValueError, f"batch_size {COUNT}0"),
    ({"batch_size": 2.5}, ValueError, f"batch_size {COUNT}2.5"),
    ({"batch_size": None}, TypeError, f"batch_size {COUNT}None"),
    ({"batch_size": True}, TypeError, f"batch_size {COUNT}True"),
    ({"learning_rate": 0}, ValueError, f"learning_rate {POSITIVE}0"),
    ({"learning_rate": -0.1}, ValueError, f"learning_rate {POSITIVE}-0.1"),
    ({"learning_rate": float("nan")}, ValueError, f"learning_rate {POSITIVE}nan"),
    ({"learning_rate": float("inf")}, ValueError, f"learning_rate {POSITIVE}inf"),
    ({"learning_rate": "0.1"}, TypeError, f"learning_rate {POSITIVE}'0.1'"),
    ({"learning_rate": None}, TypeError, f"learning_rate {POSITIVE}None"),
    ({"momentum": 0}, ValueError, f"momentum {SHARE}0"),
    ({"momentum": 1}, ValueError, f"momentum {SHARE}1"),
    ({"dampening": -0.5}, ValueError, f"dampening {FRACTION}-0.5"),
    ({"dampening": 1}, ValueError, f"dampening {FRACTION}1"),
    ({"optimizer": "adam", "beta1": 1}, ValueError, f"beta1 {FRACTION}1"),
    ({"optimizer": "adamw", "beta2": 0}, ValueError, f"beta2 {SHARE}0"),
    ({"optimizer": "rmsprop", "alpha": 0}, ValueError, f"alpha {SHARE}0"),
    ({"optimizer": "adam", "epsilon": -1e-8}, ValueError, f"epsilon {STRENGTH}-1e-08"),
    ({"optimizer": "adagrad", "initial_accumulator": -1}, ValueError, f"initial_accumulator {STRENGTH}-1"),
    ({"l2": -1}, ValueError, f"l2 {STRENGTH}-1"),
    ({"weight_decay": -1}, ValueError, f"weight_decay {STRENGTH}-1"),
    ({"auxiliary_weight": float("inf")}, ValueError, "auxiliary_weight must be a finite number, got inf"),
    ({"clip_norm": 0}, ValueError, f"clip_norm {POSITIVE}0"),
    ({"clip_value": 0}, ValueError, f"clip_value {POSITIVE}0"),
    ({"loss_scale": 0}, ValueError, f"loss_scale {POSITIVE}0"),
    ({"nesterov": 1}, TypeError, "nesterov must be True or False, got 1"),
    ({"ragged": "no"}, TypeError, "ragged must be True or False, got 'no'"),
    ({"nesterov": True, "dampening": 0.5}, ValueError, "nesterov needs the optimizer momentum, without dampening"),
    ({"optimizer": "sgd", "nesterov": True}, ValueError, "nesterov needs the optimizer momentum, without dampening"),
    ({"ragged": True, "batch_size": 1}, ValueError, "batches of at most one sample cannot be ragged"),
    ({"epsilon": 1e-8}, ValueError, "epsilon is a setting of rmsprop and adagrad and adam and adamw, not of momentum"),
    (
        {"optimizer": "adam", "weight_decay": 0.1},
        ValueError,
        "weight_decay is a setting of sgd and momentum and adamw, not of adam",
    ),
    ({"optimizer": "sgd", "momentum": 0.9}, ValueError, "momentum is a setting of momentum, not of sgd"),
]
USUAL = {"reduction": "mean", "batch_size": 16, "optimizer": "momentum", "learning_rate": 0.1}


@pytest.mark.parametrize(("said", "error", "message"), REFUSED, ids=[message for _, _, message in REFUSED])
def test_refuses(said, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error) as refusal:
        Recipe(**(USUAL | said))

    assert str(refusal.value) == message


def test_an_unknown_target_is_refused():
    """It is the argument of `convert`, and no field of a recipe."""
    with pytest.raises(ValueError) as refusal:
        convert(Recipe(**USUAL), "average")

    assert str(refusal.value) == f"reduction must be one of {NAMED}, got 'average'"


def test_the_usual_values():
    """Those of PyTorch, where the optimizer has them; nothing where it has not."""
    assert Recipe(**USUAL) == Recipe(
        "mean", 16, "momentum", 0.1, 0.9, 0.0, False, l2=0.0, weight_decay=0.0, auxiliary_weight=0.0
    )
    assert Recipe("mean", 16, "adam", 1).weight_decay is None
    assert Recipe("mean", 16, "adam", 1).beta1 == 0.9
    assert Recipe("mean", 16, "adam", 1).beta2 == 0.999
    assert Recipe("mean", 16, "rmsprop", 1).alpha == 0.99


def test_numbers_of_other_kinds_become_plain():
    """A recipe prints and compares the same, whatever it was made from."""
    recipe = Recipe("mean", np.int64(16), "sgd", np.float32(0.5), l2=1)

    assert [type(getattr(recipe, name)) for name in ("batch_size", "learning_rate", "l2")] == [int, float, float]
    assert type(Recipe("mean", 16.0, "sgd", 1).batch_size) is int


# The rules themselves


def test_the_rules_are_complete():
    """Each optimizer has one rule for its rate, and one for each setting that a gradient meets."""
    never = {"batch_size", "momentum", "dampening", "beta1", "beta2", "alpha"}
    for optimizer in OPTIMIZERS:
        has = sorted(
            name for name, setting in SETTINGS.items() if optimizer in setting.optimizers and name not in never
        )

        assert sorted(rule.setting for rule in RULES if optimizer in rule.optimizers) == has


def test_the_data_agree():
    """What one table names, another knows."""
    assert set(KINDS) == set(module.ALLOWED) == {setting.kind for setting in SETTINGS.values()}
    assert set(NAMES) == set(REDUCTIONS)
    assert {rule.meets for rule in RULES} == set(GRADIENT)
    assert {one.name for one in fields(Recipe)} == {*SETTINGS, "reduction", "optimizer", "nesterov", "ragged"}
    assert set(REQUIRED) < set(SETTINGS)
    assert set(HELP) == {one.name for one in fields(Recipe)} - {"reduction"}


# Numbers and words

SCALED = [
    ((0.3, 7, -1), 0.3 / 7),
    ((0.3, 3, 1), 0.3 * 3),
    ((0.3, 3, 0), 0.3),
    ((0.3, 3, 2), 0.3 * 9),
    ((0.3, 3, -2), 0.3 / 9),
]


@pytest.mark.parametrize(("given_", "expected"), SCALED)
def test_scaled(given_, expected):
    """Not a digit more is lost than must be."""
    assert scaled(*given_) == expected


SHOWN = [
    (0.0, "0"),
    (1.0, "1"),
    (-0.25, "-0.25"),
    (1 / 3, "0.333333333333"),
    (0.0001, "0.0001"),
    (0.00001, "1e-5"),
    (0.000125 / 2, "6.25e-5"),
    (1e-8 * 3, "3e-8"),
    (123456789012.0, "123456789012"),
    (1e12, "1e12"),
    (1.5e20, "1.5e20"),
]


@pytest.mark.parametrize(("value", "expected"), SHOWN)
def test_shown(value, expected):
    """Short, and without zeros that say nothing."""
    assert shown(value) == expected


def test_described():
    """In words."""
    assert [described(power, 3) for power in (-2, -1, 0, 1, 2)] == [
        "divided by 9",
        "divided by 3",
        "unchanged",
        "multiplied by 3",
        "multiplied by 9",
    ]


# The command

ANSWER = """\
With the mean in place of the sum that the update divides, this trains identically:

  setting          before  after  change        formula
  learning rate    0.1     0.1    unchanged     eq:same-weights
  decoupled decay  0.01    0.01   unchanged     eq:decay-repaired
  clipping value   2       0.5    divided by 4  eq:clip-repaired

All other settings stay as they are.
"""
NO_ANSWER = """\
No recipe with the sum trains identically to this one with the mean, for all data:

  The L2 strength would have to be multiplied by 4, and only the learning rate may change. [eq:l2-repaired]
  The clipping value would have to be multiplied by 4, and only the learning rate may change. [eq:clip-repaired]
"""


def test_the_command_answers(capsys):
    """A table, and exit code 0."""
    code = main(
        "--from update --to mean --batch-size 4 --optimizer momentum --learning-rate 0.1 --nesterov "
        "--weight-decay .01 --clip-value 2 --momentum .5".split()
    )

    assert capsys.readouterr().out == ANSWER
    assert code == 0


def test_the_command_says_that_there_is_none(capsys):
    """The reasons, and exit code 1."""
    code = main(
        "--from mean --to sum --batch-size 4 --optimizer sgd --learning-rate 1 --l2 1 --clip-value 2 --only-rate".split()
    )

    assert capsys.readouterr().out == NO_ANSWER
    assert code == 1


def test_the_command_takes_every_field(capsys):
    """Each under its own name, and of its own type."""
    common = "--from mean --to update --batch-size 4 --learning-rate 1 --ragged --loss-scale 8".split()
    for optimizer, own in {
        "momentum": ["--dampening=.5", "--momentum=.5"],
        "adam": ["--beta1=.5", "--beta2=.5", "--epsilon=1"],
        "rmsprop": ["--alpha=.5"],
        "adagrad": ["--initial-accumulator=1"],
    }.items():
        assert main([*common, "--optimizer", optimizer, *own]) == 0
    refused = ["--l2=1", "--auxiliary-weight=-1", "--clip-norm=1"]

    assert main([*common, "--optimizer=sgd", *refused]) == 1
    assert capsys.readouterr().out.endswith(
        "\n  The L2 strength would have to follow the size of each batch. [eq:l2-repaired]\n"
        "  The auxiliary weight would have to follow the size of each batch. [eq:auxiliary]\n"
        "  The clipping norm would have to follow the size of each batch. [eq:clip-repaired]\n"
    )


FULL = "--from mean --to sum --batch-size 4 --optimizer sgd --learning-rate 1"
BAD_USAGE = [
    ("", "the following arguments are required: --from, --to, --batch-size, --optimizer, --learning-rate"),
    (FULL.replace("mean", "average"), "argument --from: invalid choice: 'average' (choose from"),
    (FULL.replace("--to sum", "--to none"), "argument --to: invalid choice: 'none' (choose from"),
    (FULL.replace("sgd", "lion"), "argument --optimizer: invalid choice: 'lion' (choose from"),
    (FULL.replace("4", "4.5"), "argument --batch-size: invalid int value: '4.5'"),
    (FULL.replace("rate 1", "rate fast"), "argument --learning-rate: invalid float value: 'fast'"),
    (FULL.replace("rate 1", "rate -1"), "learning_rate must be a number above 0, got -1.0"),
    (FULL + " --momentum .9", "momentum is a setting of momentum, not of sgd"),
    (FULL + " --more", "unrecognized arguments: --more"),
]


@pytest.mark.parametrize(("line", "why"), BAD_USAGE, ids=[why for _, why in BAD_USAGE])
def test_bad_usage(capsys, line, why):
    """One line that says why, and exit code 2."""
    with pytest.raises(SystemExit) as end:
        main(line.split())

    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: python -m snippets.reductions ")
    assert why in said.splitlines()[-1].removeprefix("python -m snippets.reductions: error: ")


def test_the_command_explains_itself(capsys, monkeypatch):
    """What it does, how it ends, and what each option means."""
    monkeypatch.setenv("COLUMNS", "500")
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    said = re.sub(r"\s+", " ", capsys.readouterr().out)

    assert end.value.code == 0
    assert (
        " Rewrite a training recipe for another reduction of the loss. "
        "Exit code 0 if there is a recipe that trains identically, 1 if there is none, 2 for bad usage. "
    ) in said
    assert " --from {mean,sum,update} the reduction of the recipe " in said
    assert " --to {mean,sum,update} the reduction that is wanted " in said
    assert " --only-rate accept no other change than that of the learning rate " in said
    assert " --optimizer NAME sgd, momentum, rmsprop, adagrad, adam, adamw " in said
    assert " --clip-norm NUMBER largest norm of the whole gradient " in said
    assert " --nesterov momentum: look ahead " in said
    for one in fields(Recipe)[1:]:
        assert f" --{one.name.replace('_', '-')} " in said
        assert f" {HELP[one.name]}" in said


def test_the_command_as_it_is_typed():
    """From the folder of the project."""
    line = "-m snippets.reductions --from mean --to sum --batch-size 16 --optimizer adam --learning-rate 1e-3".split()
    done = subprocess.run([sys.executable, *line], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "epsilon        1e-8    1.6e-7  multiplied by 16" in done.stdout
    assert (
        subprocess.run([sys.executable, *line, "--ragged"], cwd=ROOT, capture_output=True, check=False).returncode == 1
    )


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
