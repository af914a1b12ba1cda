"""Rewrite a training recipe from one convention of dividing by N to another, or say why no recipe does the same.

Three conventions. With "mean" the loss is divided by the batch size N. With "sum" nothing is divided.
With "update" the loss is the sum, and the optimizer divides the gradient that it is given, before all else.
What each rule rests on is proved in learning-rate.md, under the label that the rule names.

python -m snippets.reductions --from mean --to sum --batch-size 16 --optimizer adam --learning-rate 1e-3
"""

import argparse
import math
import numbers
import sys
from dataclasses import dataclass, fields, replace

REDUCTIONS = ("mean", "sum", "update")
ADAPTIVE = ("rmsprop", "adagrad", "adam", "adamw")
OPTIMIZERS = ("sgd", "momentum", *ADAPTIVE)


@dataclass(frozen=True)
class Setting:
    """A number in a recipe: what sentences call it, what it may be, who has it, and what it is if nothing is said."""

    words: str
    kind: str
    optimizers: tuple[str, ...] = OPTIMIZERS
    default: float | None = None


# What a number may be, as the errors say it; below, the test for it.
KINDS = {
    "count": "a whole number of at least 1",
    "positive": "a number above 0",
    "strength": "a number of at least 0",
    "fraction": "a number of at least 0 and below 1",
    "share": "a number above 0 and below 1",
    "number": "a finite number",
}
ALLOWED = {
    "count": lambda value: value >= 1 and value == int(value),
    "positive": lambda value: value > 0,
    "strength": lambda value: value >= 0,
    "fraction": lambda value: 0 <= value < 1,
    "share": lambda value: 0 < value < 1,
    "number": lambda value: True,
}

SETTINGS = {
    "batch_size": Setting("batch size", "count"),
    "learning_rate": Setting("learning rate", "positive"),
    "momentum": Setting("momentum factor", "share", ("momentum",), 0.9),
    "dampening": Setting("dampening", "fraction", ("momentum",), 0.0),
    "beta1": Setting("first beta", "fraction", ("adam", "adamw"), 0.9),
    "beta2": Setting("second beta", "share", ("adam", "adamw"), 0.999),
    "alpha": Setting("alpha", "share", ("rmsprop",), 0.99),
    "epsilon": Setting("epsilon", "strength", ADAPTIVE, 1e-8),
    "initial_accumulator": Setting("initial accumulator", "strength", ("adagrad",), 0.0),
    "l2": Setting("L2 strength", "strength", default=0.0),
    "weight_decay": Setting("decoupled decay", "strength", ("sgd", "momentum", "adamw"), 0.0),
    "auxiliary_weight": Setting("auxiliary weight", "number", default=0.0),
    "clip_norm": Setting("clipping norm", "positive"),
    "clip_value": Setting("clipping value", "positive"),
    "loss_scale": Setting("loss scale", "positive"),
}
# Without these there is no recipe. The others may be None.
REQUIRED = ("batch_size", "learning_rate")


# What the command line says of each field of a recipe.
HELP = {
    "batch_size": "samples in a batch; in the largest one, if batches are ragged",
    "optimizer": ", ".join(OPTIMIZERS),
    "learning_rate": "the rate",
    "momentum": "momentum: 0.9 unless said; the velocity collects gradients without the rate, as in PyTorch",
    "dampening": "momentum: 0 unless said, as in PyTorch",
    "nesterov": "momentum: look ahead",
    "beta1": "adam, adamw: 0.9 unless said",
    "beta2": "adam, adamw: 0.999 unless said",
    "alpha": "rmsprop: 0.99 unless said",
    "epsilon": "added to the root that the step is divided by: 1e-8 unless said",
    "initial_accumulator": "adagrad: what the sum of squares starts from, 0 unless said",
    "l2": "strength of half the squared norm of the weights, in the loss",
    "weight_decay": "sgd, momentum, adamw: decoupled decay, times the rate",
    "auxiliary_weight": "weight of a further loss that does not change with the reduction",
    "clip_norm": "largest norm of the whole gradient",
    "clip_value": "largest size of each entry of the gradient",
    "loss_scale": "what the loss is multiplied by for float16",
    "ragged": "batches have different sizes, or the mean divides by what changes",
}


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. None means: not used, or the usual value.

    >>> Recipe("mean", 16, "adam", 0.001).epsilon
    1e-08
    >>> Recipe("mean", 16, "adam", -1)
    Traceback (most recent call last):
    ValueError: learning_rate must be a number above 0, got -1
    """

    reduction: str
    batch_size: int
    optimizer: str
    learning_rate: float
    momentum: float | None = None
    dampening: float | None = None
    nesterov: bool = False
    beta1: float | None = None
    beta2: float | None = None
    alpha: float | None = None
    epsilon: float | None = None
    initial_accumulator: float | None = None
    l2: float | None = None
    weight_decay: float | None = None
    auxiliary_weight: float | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    loss_scale: float | None = None
    ragged: bool = False

    def __post_init__(self):
        """Fill in the usual values, and refuse what makes no sense."""
        check_choice("reduction", self.reduction, REDUCTIONS)
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name, setting in SETTINGS.items():
            object.__setattr__(self, name, _checked(name, setting, getattr(self, name), self.optimizer))
        for name in ("nesterov", "ragged"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be True or False, got {getattr(self, name)!r}")
        if self.nesterov and self.dampening != 0:
            raise ValueError("nesterov needs the optimizer momentum, without dampening")
        if self.ragged and self.batch_size == 1:
            raise ValueError(ONE_SAMPLE)


@dataclass(frozen=True)
class Rule:
    """What becomes of a setting when the gradient that it meets is multiplied by N.

    power: the setting is multiplied by this power of N.
    meets: "loss" for what is added to the loss or acts on its gradient, "optimizer" for what comes later.
    proof: the label of the formula that the rule rests on.
    ragged: why no fixed value does it when N changes from batch to batch; empty if another rule says so.
    note: what to mind, whenever the setting changes.
    """

    setting: str
    optimizers: tuple[str, ...]
    power: int
    meets: str
    proof: str
    ragged: str = ""
    note: str = ""


# By which power of N a convention multiplies the gradient, where a setting meets it.
GRADIENT = {
    "loss": {"mean": 0, "sum": 1, "update": 1},
    "optimizer": {"mean": 0, "sum": 1, "update": 0},
}

FOR_EACH = (
    "Only a rate for each batch would do: where nothing is divided, the rate must be divided by the size of that batch."
)
# The formula that shows what ragged batches do to a rate.
RAGGED = "eq:ragged"
MIXED = "Not even a rate for each batch would do: {} adds up gradients, each multiplied by the size of its own batch."
EACH = "The {} would have to follow the size of each batch."
ROOT = (
    "Epsilon stands outside the root here. One that stands under the root is multiplied by the square of that factor."
)
MILLIONTH = (
    "PyTorch's clip_grad_norm_ adds 0.000001 to the norm. This constant stays as it is, "
    "so there the two runs agree to about a millionth and not to rounding."
)

RULES = (
    Rule("learning_rate", ("sgd",), -1, "optimizer", "eq:sgd", FOR_EACH),
    Rule("learning_rate", ("momentum",), -1, "optimizer", "eq:same-weights", MIXED.format("the velocity")),
    Rule("learning_rate", ("rmsprop",), 0, "optimizer", "eq:adam-invariant", MIXED.format("the running average")),
    Rule("learning_rate", ("adagrad",), 0, "optimizer", "eq:adam-invariant", MIXED.format("the accumulator")),
    Rule("learning_rate", ("adam", "adamw"), 0, "optimizer", "eq:adam-same-weights", MIXED.format("each average")),
    Rule("epsilon", ADAPTIVE, 1, "optimizer", "eq:adam-epsilon", note=ROOT),
    Rule("initial_accumulator", ("adagrad",), 2, "optimizer", "eq:adam-invariant"),
    Rule(
        "l2",
        OPTIMIZERS,
        1,
        "loss",
        "eq:l2-repaired",
        EACH.format("L2 strength"),
        "This is for a penalty in the loss. A decay that the optimizer adds to the gradient it is given "
        "changes alike between mean and sum, and not at all between mean and update.",
    ),
    Rule(
        "auxiliary_weight",
        OPTIMIZERS,
        1,
        "loss",
        "eq:auxiliary",
        EACH.format("auxiliary weight"),
        "This is for a term that does not know the reduction. "
        "A loss that is averaged or summed over the same batch keeps its weight.",
    ),
    Rule(
        "weight_decay",
        ("sgd", "momentum"),
        1,
        "optimizer",
        "eq:decay-repaired",
        EACH.format("decoupled decay"),
        "This is for a decay that is multiplied by the rate. One that is not stays as it is.",
    ),
    Rule("weight_decay", ("adamw",), 0, "optimizer", "eq:adam-same-weights"),
    Rule("clip_norm", OPTIMIZERS, 1, "loss", "eq:clip-repaired", EACH.format("clipping norm"), MILLIONTH),
    Rule("clip_value", OPTIMIZERS, 1, "loss", "eq:clip-repaired", EACH.format("clipping value")),
    Rule(
        "loss_scale",
        OPTIMIZERS,
        -1,
        "loss",
        "eq:loss-scaling",
        note="In exact numbers the loss scale cancels. It changes so that float16 meets the same numbers as before; "
        "these round alike only if the batch size is a power of two.",
    ),
)

IDENTICAL = "With {new} in place of {old}, this trains identically:"
NONE = "No recipe with {new} trains identically to this one with {old}, for all data:"
REST = "All other settings stay as they are."
ONE_SAMPLE = "batches of at most one sample cannot be ragged"
ONLY_RATE = "The {words} would have to be {change}, and only the learning rate may change."


@dataclass(frozen=True)
class Change:
    """A setting before and after. Its factor is this power of N, by the formula with this label."""

    setting: str
    before: float
    after: float
    power: int
    proof: str


@dataclass(frozen=True)
class Reason:
    """Why there is no recipe, and the label of the formula that shows it."""

    text: str
    proof: str

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class Conversion:
    """The recipe that trains identically, or None and the reasons; what became of each setting; what to mind."""

    recipe: Recipe | None
    changes: tuple[Change, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()


def convert(recipe, reduction, *, only_rate=False):
    """Return the recipe that trains identically under another reduction, or the reasons why there is none.

    Identically: for every network and all data, the same weights after every step, up to rounding.
    So a reason may spare a recipe in a special case, such as clipping that happens at every single step.
    only_rate: accept no other change than that of the learning rate.
    Raises ValueError for an unknown reduction.

    >>> recipe = Recipe("mean", 16, "momentum", 0.1, l2=0.01)
    >>> converted = convert(recipe, "sum").recipe
    >>> converted.learning_rate, converted.l2
    (0.00625, 0.16)

    Under Adam the rate stays, and epsilon changes.

    >>> converted = convert(Recipe("mean", 16, "adam", 0.001), "sum").recipe
    >>> converted.learning_rate, converted.epsilon
    (0.001, 1.6e-07)

    Not every recipe has a counterpart.

    >>> print(*convert(recipe, "sum", only_rate=True).reasons)
    The L2 strength would have to be multiplied by 16, and only the learning rate may change.
    >>> convert(Recipe("mean", 16, "adam", 0.001, ragged=True), "sum").recipe is None
    True
    """
    check_choice("reduction", reduction, REDUCTIONS)
    changes, reasons, notes = [], [], []
    for rule in RULES:
        before = getattr(recipe, rule.setting)
        # Nothing and zero stay what they are.
        if recipe.optimizer not in rule.optimizers or not before:
            continue
        shift = GRADIENT[rule.meets][reduction] - GRADIENT[rule.meets][recipe.reduction]
        power = rule.power * shift if recipe.batch_size > 1 else 0
        if recipe.ragged:
            proof = RAGGED if rule.setting == "learning_rate" else rule.proof
            reasons += [Reason(rule.ragged, proof)] * bool(rule.ragged and shift)
        elif only_rate and power and rule.setting != "learning_rate":
            words, change = SETTINGS[rule.setting].words, described(power, recipe.batch_size)
            reasons.append(Reason(ONLY_RATE.format(words=words, change=change), rule.proof))
        notes += [rule.note] * bool(rule.note and power)
        changes.append(Change(rule.setting, before, scaled(before, recipe.batch_size, power), power, rule.proof))
    if reasons:
        return Conversion(None, reasons=tuple(reasons))
    after = {change.setting: change.after for change in changes}
    return Conversion(replace(recipe, reduction=reduction, **after), tuple(changes), (), tuple(notes))


def scaled(value, N, power):
    """Return a value times a power of N, with a single rounding where N is small.

    >>> scaled(0.3, 3, -1), scaled(0.3, 3, 0), scaled(0.1, 10, 2)
    (0.09999999999999999, 0.3, 10.0)
    """
    return value * N ** max(power, 0) / N ** max(-power, 0)


def described(power, N):
    """Return what happens to a value, in words.

    >>> described(2, 16), described(-1, 16), described(0, 16)
    ('multiplied by 256', 'divided by 16', 'unchanged')
    """
    if power > 0:
        return f"multiplied by {N**power}"
    if power < 0:
        return f"divided by {N**-power}"
    return "unchanged"


def shown(value):
    """Return a number as people write it, with 12 digits at most.

    >>> shown(0.1 * 3), shown(1e-8 * 16), shown(65536.0), shown(1e300)
    ('0.3', '1.6e-7', '65536', '1e300')
    """
    digits, _, exponent = f"{value:.12g}".partition("e")
    return f"{digits}e{int(exponent)}" if exponent else digits


def check_choice(name, value, choices):
    """Refuse what is not among the choices."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")


def _checked(name, setting, value, optimizer):
    """Return the value of a setting, or its usual value, or refuse it."""
    mine = optimizer in setting.optimizers
    if value is None and name not in REQUIRED:
        return setting.default if mine else None
    expected = f"{name} must be {KINDS[setting.kind]}, got {value!r}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(expected)
    if not (math.isfinite(value) and ALLOWED[setting.kind](value)):
        raise ValueError(expected)
    if not mine:
        raise ValueError(f"{name} is a setting of {' and '.join(setting.optimizers)}, not of {optimizer}")
    return int(value) if setting.kind == "count" else float(value)


# What the conventions are called in a sentence.
NAMES = {"mean": "the mean", "sum": "the sum", "update": "the sum that the update divides"}


def report(recipe, reduction, conversion):
    """Return the answer as text.

    >>> recipe = Recipe("mean", 16, "adam", 0.001)
    >>> print(report(recipe, "sum", convert(recipe, "sum")))
    With the sum in place of the mean, this trains identically:
    <BLANKLINE>
      setting        before  after   change            formula
      learning rate  0.001   0.001   unchanged         eq:adam-same-weights
      epsilon        1e-8    1.6e-7  multiplied by 16  eq:adam-epsilon
    <BLANKLINE>
    All other settings stay as they are.
    Mind: Epsilon stands outside the root here. One that stands under the root is multiplied by the square of that factor.
    """
    new, old = NAMES[reduction], NAMES[recipe.reduction]
    if conversion.recipe is None:
        return "\n".join(
            [NONE.format(new=new, old=old), "", *(f"  {reason} [{reason.proof}]" for reason in conversion.reasons)]
        )
    rows = [("setting", "before", "after", "change", "formula")]
    for change in conversion.changes:
        words = SETTINGS[change.setting].words
        happens = described(change.power, recipe.batch_size)
        rows.append((words, shown(change.before), shown(change.after), happens, change.proof))
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    table = ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    notes = [f"Mind: {note}" for note in conversion.notes]
    return "\n".join([IDENTICAL.format(new=new, old=old), "", *table, "", REST, *notes])


def parser():
    """Return the reader of the command line: an option for each field of a recipe."""
    made = argparse.ArgumentParser(
        prog="python -m snippets.reductions",
        description="Rewrite a training recipe for another reduction of the loss. "
        "Exit code 0 if there is a recipe that trains identically, 1 if there is none, 2 for bad usage.",
    )
    made.add_argument("--from", dest="reduction", required=True, choices=REDUCTIONS, help="the reduction of the recipe")
    made.add_argument("--to", required=True, choices=REDUCTIONS, help="the reduction that is wanted")
    made.add_argument("--only-rate", action="store_true", help="accept no other change than that of the learning rate")
    for one in fields(Recipe)[1:]:
        option, text = "--" + one.name.replace("_", "-"), HELP[one.name]
        if one.default is False:
            made.add_argument(option, action="store_true", help=text)
        elif one.name == "optimizer":
            made.add_argument(option, required=True, choices=OPTIMIZERS, metavar="NAME", help=text)
        else:
            kind = int if one.name == "batch_size" else float
            made.add_argument(option, type=kind, required=one.name in REQUIRED, metavar="NUMBER", help=text)
    return made


def main(arguments=None):
    """Print the answer. Return 0 if there is a recipe, 1 if there is none; bad usage ends with 2."""
    reader = parser()
    said = vars(reader.parse_args(arguments))
    reduction, only_rate = said.pop("to"), said.pop("only_rate")
    try:
        recipe = Recipe(**said)
    except ValueError as error:
        reader.error(str(error))
    conversion = convert(recipe, reduction, only_rate=only_rate)
    print(report(recipe, reduction, conversion))
    return int(conversion.recipe is None)


if __name__ == "__main__":
    sys.exit(main())
