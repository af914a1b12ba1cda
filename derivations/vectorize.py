# %% [markdown]
# # The gradient as one matrix
#
# What the vectorized code computes: the probabilities minus the one-hot labels, divided by N.

# %%
from sympy import Derivative, Sum, evaluate

from derivations.notation import L, N, Y, Z, delta, i, j, k, over, p, s, y
from derivations.script import Derivation

proof = Derivation("vectorize", __name__, uses=("score_gradient",))

# %%
with evaluate(False):
    proof.define("eq:one-hot", Y[i, j], delta(j, y[i]))
    proof.step(
        "eq:gradient-one-hot",
        Derivative(L, s[i, j]),
        1 / N * (p[i, j] - Y[i, j]),
        by="substitution of a result, definition",
        using="eq:gradient",
    )
    proof.step(
        "eq:gradient-matrix",
        Derivative(L, s),
        1 / N * (p - Y),
        by="entry by entry",
        using="eq:gradient-one-hot",
    )

# %% [markdown]
# ## Down a column
#
# An exercise: what a class gets on average, less how often it occurs.

# %%
with evaluate(False):
    error = p[i, j] - Y[i, j]
    proof.chain(
        "eq:column-sums",
        Sum(Derivative(L, s[i, j]), *over(i)),
        (Sum(1 / N * error, *over(i)), "substitution of a result"),
        (
            1 / N * Sum(p[i, j], *over(i)) - 1 / N * Sum(Y[i, j], *over(i)),
            "distributing, sum of terms, constant factor",
        ),
        using="eq:gradient-one-hot",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "vectorize.md", s[i, j], y[i], Z[i], N, Y, i, j, Y, Y, i, j, k,
        delta(j, k),
    )  # fmt: skip

# %%
proof.conclude()
