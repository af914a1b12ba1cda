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
P = notation.size("P")  # weights, all of a network's in one row
K = notation.size("K")  # steps of training
G = notation.size("G")  # groups that a batch is dealt into

# indices: i and a are samples; j, k and b are classes; d and f are features; h and l are hidden units;
# r is a weight; t is a step; g is a group
i, a = notation.index_set("sample", N, "i a")
j, k, b = notation.index_set("class", C, "j k b")
d, f = notation.index_set("feature", F, "d f")
h, l = notation.index_set("hidden", H, "h l")
(r,) = notation.index_set("parameter", P, "r")
(t,) = notation.index_set("step", K, "t")
(g,) = notation.index_set("group", G, "g")

# given
# scores: given, until a network computes them from these
s = notation.array("s", "sample", "class", later="X W_1 b_1 Q H_1 W_2 b_2".split())
y = notation.array("y", "sample", values="class")  # labels
x = notation.array("x", "class")  # any row of C numbers
c = notation.array("c", "sample")  # one constant for each row
u = notation.number("u", "positive")
v = notation.number("v", "positive")
strength = notation.number("lambda", "nonnegative", latex=r"\lambda")  # of the regularization
W_1 = notation.array("W_1", "feature", "hidden")
W_2 = notation.array("W_2", "hidden", "class")
theta = notation.array("theta", "parameter", latex=r"\theta")  # any weights
A = notation.array("A", "sample", "class", "parameter")  # the slope of a score in a weight
gamma = notation.number("gamma", latex=r"\gamma")  # what arrives from above: dout
epsilon = notation.number("epsilon", "positive", latex=r"\varepsilon")
eta = notation.number("eta", "positive", latex=r"\eta")  # learning rate
momentum = notation.number("mu", "fraction", latex=r"\mu")
beta_1 = notation.number("beta_1", "fraction", latex=r"\beta_1")  # Adam's two rates
beta_2 = notation.number("beta_2", "fraction", latex=r"\beta_2")
xi = notation.array("xi", "parameter", latex=r"\xi")  # the gradient of an auxiliary term
threshold = notation.number("tau", "positive", latex=r"\tau")  # of clipping
step_size = notation.array("N_t", "step", values="positive", latex="N")  # samples in the batch of a step
z = notation.array("z", "sample", values="group", promise="onto")  # which group a sample is in; no group is empty
kappa = notation.array("kappa", "sample", values="nonnegative", latex=r"\kappa", promise="not all zero")
omega = notation.array("omega", "class", values="positive", latex=r"\omega")  # the weight of a class
q = notation.array("q", "sample", "class")  # soft targets
alpha = notation.number("alpha", "fraction", latex=r"\alpha")  # label smoothing
X = notation.array("X", "sample", "feature")  # inputs
b_1 = notation.array("b_1", "hidden")  # biases
b_2 = notation.array("b_2", "class")
Theta = notation.array("Theta", "hidden", "class", latex=r"\Theta")  # a direction in the space of W_2
phi = notation.number("phi", latex=r"\phi")  # the scores of two classes
chi = notation.number("chi", latex=r"\chi")
pi = notation.array("pi", "class", values="positive", latex=r"\pi")  # how often each class occurs
rho = notation.array("rho", "class", values="group", latex=r"\rho")  # which chunk a class is in
Lambda = notation.array("Lambda", "group", latex=r"\Lambda")  # what each chunk is shifted by

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
T = notation.number("T", defined=True)  # the sum of the samples' losses
M = notation.number("M", defined=True)  # their mean
n = notation.array("n", "group", defined=True)  # samples in a group
group_sum = notation.array("T_g", "group", latex="T", defined=True)
group_mean = notation.array("M_g", "group", latex="M", defined=True)
Omega = notation.number("Omega", latex=r"\Omega", defined=True)  # the batch's total weight
E = notation.array("E", "sample", defined=True)  # cross-entropy with soft targets
B = notation.array("B", "sample", defined=True)  # the smoothed loss
Q = notation.array("Q", "sample", "hidden", defined=True)  # what goes into the hidden units
H_1 = notation.array("H_1", "sample", "hidden", defined=True)  # what comes out of them
D = notation.array("D", "sample", "class", defined=True)  # the gradient in the scores
Gamma = notation.array("Gamma", "sample", "hidden", latex=r"\Gamma", defined=True)  # the gate: which units pass
Delta = notation.array("Delta", "sample", "hidden", latex=r"\Delta", defined=True)  # the gradient in Q
zeta = notation.number("zeta", latex=r"\zeta", defined=True)  # the difference of two scores
sigma = notation.number("sigma", latex=r"\sigma", defined=True)  # the sigmoid of that
S = notation.array("S", "group", defined=True)  # a chunk's total of shifted exponentials

# defined step by step: a letter with a bar belongs to the run that uses the sum
theta_t = notation.array("theta_t", "step", "parameter", latex=r"\theta", defined=True)
theta_bar = notation.array("theta_bar", "step", "parameter", latex=r"\bar{\theta}", defined=True)
nu = notation.array("nu", "step", "parameter", latex=r"\nu", defined=True)  # velocity
nu_bar = notation.array("nu_bar", "step", "parameter", latex=r"\bar{\nu}", defined=True)
psi = notation.array("psi", "step", "parameter", latex=r"\psi", defined=True)  # weights under Adam
psi_bar = notation.array("psi_bar", "step", "parameter", latex=r"\bar{\psi}", defined=True)
U = notation.array("U", "step", "parameter", defined=True)  # Adam's average of gradients
U_bar = notation.array("U_bar", "step", "parameter", latex=r"\bar{U}", defined=True)
V = notation.array("V", "step", "parameter", defined=True)  # Adam's average of their squares
V_bar = notation.array("V_bar", "step", "parameter", latex=r"\bar{V}", defined=True)

# any function of the weights that has a derivative
ell = notation.function("ell", "parameter", leading=("sample",), latex=r"\ell")  # a sample's loss
nabla = notation.function("nabla", "parameter", leading=("step",), result=("parameter",), latex=r"\nabla")

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
    "sizes": {"N": 2, "C": 3, "F": 2, "H": 2, "P": 2, "K": 2, "G": 2},
    "s": ((Fraction("0.1"), Fraction(5), Fraction("-0.3")), (Fraction(2), Fraction(1), Fraction(-1))),
    "y": (0, 0),
    "indices": {"i": 0, "a": 0, "j": 1, "b": 1, "k": 2, "d": 0, "f": 1, "h": 1, "l": 0, "r": 0, "t": 0, "g": 0},
    "lambda": Fraction("0.1"),
    "W_1": ((Fraction(1), Fraction(-2)), (Fraction("0.5"), Fraction(1))),
    "W_2": ((Fraction(1), Fraction(0), Fraction(-1)), (Fraction(2), Fraction("0.5"), Fraction(1))),
    "x": (Fraction("0.1"), Fraction(5), Fraction("-0.3")),
    "c": (Fraction(7), Fraction(-3)),
    "u": Fraction("0.2"),
    "v": Fraction("0.1"),
    "z": (0, 1),
    "kappa": (Fraction(1), Fraction(0)),
    "omega": (Fraction(1), Fraction(2), Fraction("0.5")),
    "q": ((Fraction("0.8"), Fraction("0.1"), Fraction("0.1")), (Fraction("0.5"), Fraction("0.5"), Fraction(0))),
    "gamma": Fraction(10),
    "epsilon": Fraction("0.0000001"),
    "alpha": Fraction("0.1"),
}
