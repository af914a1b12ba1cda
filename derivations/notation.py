"""The letters and their index sets, stated once: what N, C, s, y, p, L and R mean everywhere.

Indices start at 0, in the mathematics as in the code.
"""

from fractions import Fraction

from sympy import KroneckerDelta, Symbol

from derivations.proof.letters import Notation
from derivations.proof.symbols import component

notation = Notation()

# sizes
N = notation.size("N")  # samples in the batch
C = notation.size("C")  # classes
F = notation.size("F")  # features of a sample
H = notation.size("H")  # hidden units

# indices: i and a are samples; j, k and b are classes; d is a feature; h is a hidden unit
i, a = notation.index_set("sample", N, "i a")
j, k, b = notation.index_set("class", C, "j k b")
(d,) = notation.index_set("feature", F, "d")
(h,) = notation.index_set("hidden", H, "h")

# given
s = notation.array("s", "sample", "class")  # scores
y = notation.array("y", "sample", values="class")  # labels
x = notation.array("x", "class")  # any row of C numbers
c = notation.array("c", "sample")  # one constant for each row
u = notation.number("u", "positive")
v = notation.number("v", "positive")
strength = notation.number("lambda", "nonnegative", latex=r"\lambda")  # of the regularization
W_1 = notation.array("W_1", "feature", "hidden")
W_2 = notation.array("W_2", "hidden", "class")

# defined on the pages
y_hat = notation.array("y_hat", "sample", values="class", latex=r"\hat{y}", defined=True)  # predictions
w = notation.array("w", "class", defined=True)  # exponential weights
Z = notation.array("Z", "sample", defined=True)  # a row's total of exponentials
p = notation.array("p", "sample", "class", defined=True)  # probabilities
Y = notation.array("Y", "sample", "class", defined=True)  # one-hot labels
m = notation.array("m", "sample", defined=True)  # a row's largest score
J = notation.array("J", "sample", "class", "class", defined=True)  # the softmax Jacobian of each sample
sample_loss = notation.array("L_i", "sample", latex="L", defined=True)  # written L with a sample index
R = notation.number("R", defined=True)  # regularization
L = notation.number("L", defined=True)  # the whole loss
notation.operator("softmax", "class")
notation.operator("LSE")

softmax = component("softmax")
LSE = component("LSE")
delta = KroneckerDelta

_SETS = {name: (0, Symbol(index_set.size, integer=True, positive=True) - 1)
         for index_set in notation.index_sets.values() for name in index_set.letters}  # fmt: skip


def over(*indices):
    """The written-out range of each index: ``Sum(s[i, j], *over(i, j))`` runs over all of them."""
    return tuple((index, *_SETS[index.name]) for index in indices)


# The running example: the post's scores and label, and a second sample that is predicted correctly.
EXAMPLE = {
    "sizes": {"N": 2, "C": 3, "F": 2, "H": 2},
    "s": ((Fraction("0.1"), Fraction(5), Fraction("-0.3")), (Fraction(2), Fraction(1), Fraction(-1))),
    "y": (0, 0),
    "indices": {"i": 0, "a": 0, "j": 1, "b": 1, "k": 2, "d": 0, "h": 1},
    "lambda": Fraction("0.1"),
    "W_1": ((Fraction(1), Fraction(-2)), (Fraction("0.5"), Fraction(1))),
    "W_2": ((Fraction(1), Fraction(0), Fraction(-1)), (Fraction(2), Fraction("0.5"), Fraction(1))),
    "x": (Fraction("0.1"), Fraction(5), Fraction("-0.3")),
    "c": (Fraction(7), Fraction(-3)),
    "u": Fraction("0.2"),
    "v": Fraction("0.1"),
}
