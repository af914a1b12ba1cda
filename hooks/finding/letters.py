"""What each letter of a formula means, in words; its set and its home are taken from the derivations.

The words stand here and nowhere else. A test demands words for each letter of `derivations/notation.py`, and no others.
"""

import re
from dataclasses import dataclass
from functools import cache

from hooks.formulas import katex
from hooks.proofs import Build

WORDS = {
    # sizes
    "N": "how many samples the batch has",
    "C": "how many classes there are",
    "F": "how many features a sample has",
    "H": "how many hidden units the network has",
    "P": "how many weights the network has, all counted",
    "K": "how many steps the training takes",
    "G": "how many groups or chunks there are",
    # given
    "s": "the score of a class for a sample, before softmax",
    "y": "the label: the true class of a sample",
    "x": "any row of scores",
    "c": "a constant that is added to all scores of a row",
    "u": "a number whose meaning the text says",
    "v": "a second number whose meaning the text says",
    "lambda": "the strength of the regularization",
    "W_1": "the weights of the first layer",
    "W_2": "the weights of the second layer",
    "theta": "the weights of any network, all in one row",
    "A": "the slope of a score in a weight",
    "gamma": "what arrives from above in the backward pass, dout in code; elsewhere a number that the text names",
    "epsilon": "a small number, inside a logarithm or below Adam's fraction",
    "eta": "the learning rate",
    "mu": "the momentum: the part of the velocity that is kept",
    "beta_1": "the part of the average of gradients that Adam keeps",
    "beta_2": "the part of the average of squares that Adam keeps",
    "xi": "the gradient of a second loss beside the first",
    "tau": "the threshold of clipping",
    "N_t": "how many samples the batch of a step has",
    "z": "the group that a sample is in",
    "kappa": "whether a sample is kept, or how much it counts",
    "omega": "the weight of a class in the weighted mean",
    "q": "the soft target: the share that a class should get",
    "alpha": "how much of the label is smoothed away",
    "X": "the inputs of the network",
    "b_1": "the bias of the first layer",
    "b_2": "the bias of the second layer",
    "Theta": "a direction in which the last weights may move",
    "phi": "the first of two scores",
    "chi": "the second of two scores",
    "pi": "how often a class occurs",
    "rho": "the chunk that a class is in",
    "Lambda": "what the scores of a chunk are shifted by",
    # defined on the pages
    "y_hat": "the prediction: the class with the largest score",
    "w": "the weight of a class: the exponential of its score",
    "Z": "the total weight of a row: the sum of its exponentials",
    "p": "the share that softmax gives to a class",
    "Y": "the labels as one-hot rows",
    "m": "the largest score of a row",
    "J": "the Jacobian: how a share reacts to a score",
    "L_i": "the loss of one sample",
    "R": "the regularization: the price on large weights",
    "L": "the whole loss: the mean over the batch, and the regularization",
    "T": "the sum of the losses of all samples",
    "M": "the mean of the losses of all samples",
    "n": "how many samples a group has",
    "T_g": "the sum of the losses of a group",
    "M_g": "the mean of the losses of a group",
    "Omega": "the total weight of the batch",
    "E": "the loss of one sample with soft targets",
    "B": "the loss of one sample with a smoothed label",
    "Q": "what goes into a hidden unit",
    "H_1": "what comes out of a hidden unit",
    "D": "the gradient of the mean loss in the scores",
    "Gamma": "the gate: 1 where a hidden unit lets through, 0 elsewhere",
    "Delta": "the gradient of the mean loss in what goes into the hidden units",
    "zeta": "the difference of two scores",
    "sigma": "the sigmoid of that difference",
    "S": "the total of a chunk's shifted exponentials",
    # from step to step
    "theta_t": "the weights after some steps, trained with the mean",
    "theta_bar": "the weights after some steps, trained with the sum",
    "nu": "the velocity, trained with the mean",
    "nu_bar": "the velocity, trained with the sum",
    "psi": "the weights under Adam, trained with the mean",
    "psi_bar": "the weights under Adam, trained with the sum",
    "U": "Adam's average of gradients, trained with the mean",
    "U_bar": "Adam's average of gradients, trained with the sum",
    "V": "Adam's average of squared gradients, trained with the mean",
    "V_bar": "Adam's average of squared gradients, trained with the sum",
    # functions
    "ell": "the loss of one sample, as a function of the weights",
    "nabla": "the gradient of a batch, as a function of the weights",
    "softmax": "turns a row of scores into shares that add up to 1",
    "LSE": "log-sum-exp: the logarithm of the sum of the exponentials of a row",
}
# What an index counts, and what its set is called.
COUNTED = {
    "sample": "sample",
    "class": "class",
    "feature": "feature",
    "hidden": "hidden unit",
    "parameter": "weight",
    "step": "step",
    "group": "group",
}
# Signs that are no letters of ours: how they are written, what they say, and the section that explains them.
SIGNS = {
    "delta": (r"\delta", r"\delta_{j,b}", "Kronecker delta: 1 when both indices are the same, 0 otherwise",
              "gradient.md#act-three-how-the-total-reacts"),
    "e": ("e", "e", "Euler's number, the base of the exponential", "softmax.md#the-definition"),
    "partial": (r"\partial", r"\partial", "the derivative in one variable, while all others stay put", "gradient.md"),
}  # fmt: skip
VALUES = {
    "real": ("a number", "one number"),
    "positive": ("a positive number", "one positive number"),
    "nonnegative": ("a number that is not negative", "one number that is not negative"),
    "fraction": ("a number that is at least 0 and less than 1", "one number that is at least 0 and less than 1"),
}
SIZE = "a whole number, at least 1"
GREEK = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
]  # fmt: skip
NUMBERED = re.compile(r"(.*)_(\d)")
MATHML_SIGN = re.compile(r"<m[io][^>]*>([^<]+)</m[io]>")


@dataclass(frozen=True)
class Entry:
    """What is known of a letter, or of all indices that count the same."""

    names: tuple[str, ...]
    written: str
    """In TeX, with the indices that it usually has."""
    words: str
    kind: str
    """The set or shape, in words."""
    size: str
    """The shape in signs; empty for a single number."""
    keys: tuple[str, ...]
    """The signs by which it is known in a formula, with the accent behind each."""
    number: str = ""
    """The digit that is part of its name."""
    first: str | None = None
    """The letters of its first index; empty if it has none, and None where that tells nothing."""
    section: str = ""
    """Where it is explained, if no formula defines it."""


@cache
def signs(tex: str) -> str:
    r"""What is seen of a letter, an accent behind it.

    >>> signs("W"), signs(r"\bar{\theta}")
    ('W', 'θˉ')
    """
    return "".join(MATHML_SIGN.findall(katex.render(tex).partition('<span class="katex-html"')[0]))


def entries() -> list[Entry]:
    """All letters: sizes, indices, arrays and numbers, functions, and signs."""
    from derivations.notation import notation

    found = [Entry((size,), size, WORDS[size], SIZE, "", (size,)) for size in notation.sizes]
    found += [index_entry(one) for one in notation.index_sets.values()]
    found += [letter_entry(one, notation) for one in notation.letters.values()]
    found += [function_entry(one, notation) for one in notation.functions.values()]
    for name in notation.operators:
        tex = rf"\operatorname{{{name}}}"
        found.append(Entry((name,), tex, WORDS[name], "a function of a row of numbers", "", (name,)))
    for name, (tex, written, words, section) in SIGNS.items():
        found.append(Entry((name,), written, words, "", "", (signs(tex),), section=section))
    return found


def index_entry(one) -> Entry:
    """The letters that count the same things."""
    words = f"which {COUNTED[one.sort]}"
    return Entry(one.letters, ", ".join(one.letters), words, f"from 0 to {one.size} − 1", "", one.letters, first="")


def letter_entry(one, notation) -> Entry:
    """A number, or an array."""
    numbered = NUMBERED.fullmatch(one.latex)
    base, number = numbered.groups() if numbered else (one.latex, "")
    indices = indices_of(one.axes, notation)
    below = ",".join([*([number] if number else []), *indices])
    kind = each(one.axes, one.values)
    first = " ".join(notation.index_sets[one.axes[0]].letters) if one.axes else ""
    size = shape(one.axes, notation)
    return Entry((one.name,), f"{base}_{{{below}}}" if below else base, WORDS[one.name], kind, size,
                 (signs(base),), number, first)  # fmt: skip


def function_entry(one, notation) -> Entry:
    """A function of the weights."""
    leading, result = (indices_of(axes, notation) for axes in (one.leading, one.result))
    below = f"_{{{','.join(leading)}}}" if leading else ""
    after = f"_{{{','.join(result)}}}" if result else ""
    kind = f"one function for {all_of(one.leading)}"
    if result:
        kind += f"; it has a number for {all_of(one.result)}"
    first = " ".join(notation.index_sets[one.leading[0]].letters)
    written = rf"{one.latex}{below}(\theta){after}"
    return Entry((one.name,), written, WORDS[one.name], kind, "", (signs(one.latex),), first=first)


def indices_of(axes, notation) -> list[str]:
    """A letter for each axis; two axes of one kind have two letters."""
    return [notation.index_sets[axis].letters[axes[:at].count(axis)] for at, axis in enumerate(axes)]


def each(axes, values: str) -> str:
    """The set of a letter in words.

    >>> each((), "positive"), each(("sample", "class"), "real"), each(("sample",), "class")
    ('a positive number', 'one number for each sample and class', 'one class for each sample')
    """
    if not axes:
        return VALUES[values][0]
    one = VALUES[values][1] if values in VALUES else f"one {COUNTED[values]}"
    return f"{one} for {all_of(axes)}"


def all_of(axes) -> str:
    """What an array has a number for.

    >>> all_of(("sample", "class", "class")), all_of(("step", "parameter"))
    ('each sample and each two classes', 'each step and weight')
    """
    if axes[-2:] == ("class", "class"):
        return f"each {COUNTED[axes[0]]} and each two classes"
    *most, last = [COUNTED[axis] for axis in axes]
    return f"each {', '.join(most)} and {last}" if most else f"each {last}"


def shape(axes, notation) -> str:
    """How many numbers an array has."""
    return "\u00a0×\u00a0".join(notation.index_sets[axis].size for axis in axes)


def said(entry: Entry) -> str:
    r"""How to say a Greek letter.

    >>> said(Entry(("eta",), r"\eta", "", "", "", ("η",))), said(Entry(("s",), "s_{i,j}", "", "", "", ("s",)))
    ('eta', '')
    """
    found = re.match(r"(?:\\bar\{)?\\(var)?([A-Za-z]+)", entry.written)
    name = found[2] if found else ""
    if name.lower() not in GREEK:
        return ""
    return ("capital " if name[0].isupper() else "") + name.lower() + (" with a bar" if "bar" in entry.written else "")


def used(formulas) -> set[str]:
    """The names of all letters in these formulas, as the checker read them."""
    from derivations.ledger import Found
    from derivations.notation import notation
    from derivations.proof import tree

    names = set()
    for formula in formulas:
        reading = Found(formula).reading
        for part in (part for side in reading.all_sides for part in tree.walk(side)) if reading else ():
            if part.op in ("letter", "at", "index", "call", "apply"):
                names.add(part.args[0])
            elif part.op == "ones":
                names.add(notation.index_sets[part.args[0]].size)
            elif part.op in ("delta", "partial"):
                names.add(part.op)
            elif part.op == "exp":
                names.add("e")
    return names


def homes() -> dict[str, tuple[str, str]]:
    """The page and the label of the formula that introduces each letter: the first one in reading order."""
    from derivations.ledger import library

    claims = library().claims
    found: dict[str, tuple[str, str]] = {}
    for one in Build.ledger.statements:
        for name in claims[one.label].introduces if one.label in claims else ():
            found.setdefault(name, (one.page, one.label))
    return found
