# %% [markdown]
# # Softmax
#
# The definition, what it is composed of, and what follows from it for every number of classes.

# %%
from sympy import Derivative, Rational, Sum, evaluate, exp, log

from derivations.notation import LSE, C, j, k, over, softmax, u, v, w, x
from derivations.proof.symbols import column, maximum
from derivations.script import Derivation

proof = Derivation("softmax", __name__, uses=("setting",))

# %% [markdown]
# ## The definition
#
# Take the exponential of each number, then each one's share of the total.

# %%
with evaluate(False):
    proof.introduce("eq:row", x)
    proof.define(
        "eq:softmax", softmax(x, j), exp(x[j]) / Sum(exp(x[k]), *over(k))
    )
    proof.define("eq:weights", w[j], exp(x[j]))
    proof.step(
        "eq:share", softmax(x, j), w[j] / Sum(w[k], *over(k)), by="definition"
    )

# %% [markdown]
# ## What follows at once
#
# The shares add up to one, each of them lies between 0 and 1, and the ratio of two depends only on the difference of their scores.

# %%
with evaluate(False):
    proof.step(
        "eq:sums-to-one",
        Sum(softmax(x, j), *over(j)),
        1,
        by="definition, constant factor, cancellation",
    )
    proof.inequality(
        "eq:positive",
        0,
        ("<", softmax(x, j), "positivity"),
        ("<=", 1, "positivity"),
    )
    proof.step(
        "eq:ratio",
        softmax(x, j) / softmax(x, k),
        exp(x[j] - x[k]),
        by="definition, cancellation, exponential of a sum",
    )

# %% [markdown]
# ## Does the exponential exaggerate?
#
# Not always: for 0.2 and 0.1 the plain ratio is 2, and the ratio of the exponentials is smaller.
# The exact condition compares the difference with the logarithm of the ratio.

# %%
with evaluate(False):
    proof.rounded(
        "eq:ratio-small", exp(Rational("0.2")) / exp(Rational("0.1")), "1.105"
    )
    proof.introduce("eq:positive-numbers", u, v)
    proof.equivalence(
        "eq:exaggerates",
        (exp(u) / exp(v), ">", u / v),
        (u - v, ">", log(u / v)),
        by="taking logarithms",
    )

# %% [markdown]
# ## The smooth maximum
#
# Log-sum-exp lies between the maximum and the maximum plus the logarithm of the number of classes.
# Softmax is its gradient.

# %%
with evaluate(False):
    largest = maximum(x[k], k)
    proof.define("eq:log-sum-exp", LSE(x), log(Sum(exp(x[k]), *over(k))))
    proof.inequality(
        "eq:soft-maximum",
        largest,
        ("<=", LSE(x), "largest term"),
        ("<=", largest + log(C), "largest term"),
    )
    proof.step(
        "eq:softmax-is-gradient", Derivative(LSE(x), x[j]), softmax(x, j),
        by="definition, derivative of log, linearity, derivative of exp, delta collapse",
    )  # fmt: skip

# %% [markdown]
# ## Another base
#
# An exercise: a power of another base is an exponential of scores that are divided by a number, and the slope keeps it.

# %%
with evaluate(False):
    shrunk = exp(1 / u * x[k])
    total = Sum(shrunk, *over(k))
    proof.chain(
        "eq:other-base",
        Derivative(log(total), x[j]),
        (
            1 / total * Sum(Derivative(shrunk, x[j]), *over(k)),
            "derivative of log, linearity",
        ),
        (
            1 / u * (exp(1 / u * x[j]) / total),
            "derivative of exp, linearity, derivative of a coordinate, delta collapse",
        ),
        (1 / u * softmax(column(x, C) / u, j), "definition"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention("softmax.md", j, k, j, log(C), C, u)

# %%
proof.conclude()
