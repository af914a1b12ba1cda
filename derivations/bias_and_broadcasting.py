# %% [markdown]
# # A bias and its broadcast
#
# A bias is added to every row. Its gradient is the sum of the rows.

# %%
from sympy import (
    Derivative, Integer, OneMatrix, Sum, evaluate, exp, log,
)  # fmt: skip

from derivations.notation import (
    C, D, Delta, L, M, N, Q, b_1, b_2, delta, h, i, j, k, l, over, p, s,
    softmax, u, x, y,
)  # fmt: skip
from derivations.proof.symbols import column, gradient
from derivations.script import Derivation

proof = Derivation("bias_and_broadcasting", __name__, uses=("backprop",))

# %% [markdown]
# ## One bias, all scores

# %%
with evaluate(False):
    bias = b_2[k]
    coordinate = (
        "definition, linearity, independence, derivative of a coordinate"
    )
    proof.step(
        "eq:bias-slope",
        Derivative(s[i, j], bias),
        delta(j, k),
        by=coordinate,
    )
    proof.chain(
        "eq:second-bias-gradient",
        Derivative(L, bias),
        (Derivative(M, bias), "definition, linearity, independence"),
        (
            Sum(Sum(D[i, j] * Derivative(s[i, j], bias), *over(j)), *over(i)),
            "chain rule",
        ),
        (
            Sum(Sum(D[i, j] * delta(j, k), *over(j)), *over(i)),
            "substitution of a result",
        ),
        (Sum(D[i, k], *over(i)), "delta collapse"),
        using="eq:bias-slope",
    )
    ones = OneMatrix(N, 1)
    proof.step(
        "eq:second-bias-matrix",
        gradient(L, b_2),
        D.T * ones,
        by="entry by entry",
        using="eq:second-bias-gradient",
    )

# %% [markdown]
# ## The first layer's

# %%
with evaluate(False):
    first = b_1[h]
    proof.step(
        "eq:first-bias-slope",
        Derivative(Q[i, l], first),
        delta(l, h),
        by=coordinate,
    )
    proof.chain(
        "eq:first-bias-gradient",
        Derivative(L, first),
        (Derivative(M, first), "definition, linearity, independence"),
        (
            Sum(
                Sum(Delta[i, l] * Derivative(Q[i, l], first), *over(l)),
                *over(i),
            ),
            "chain rule",
        ),
        (
            Sum(Sum(Delta[i, l] * delta(l, h), *over(l)), *over(i)),
            "substitution of a result",
        ),
        (Sum(Delta[i, h], *over(i)), "delta collapse"),
        using="eq:first-bias-slope",
    )
    proof.step(
        "eq:first-bias-matrix",
        gradient(L, b_1),
        Delta.T * ones,
        by="entry by entry",
        using="eq:first-bias-gradient",
    )

# %% [markdown]
# ## What it says

# %%
with evaluate(False):
    proof.step(
        "eq:bias-and-frequencies",
        Derivative(L, bias),
        1 / N * Sum(p[i, k], *over(i)) - 1 / N * Sum(delta(k, y[i]), *over(i)),
        by="substitution of a result, definition, distributing, sum of terms, "
        "constant factor",
        using=("eq:second-bias-gradient", "eq:mean-gradient"),
    )
    proof.chain(
        "eq:bias-adds-to-zero",
        Sum(Derivative(L, bias), *over(k)),
        (
            Sum(Sum(D[i, k], *over(k)), *over(i)),
            "substitution of a result, exchange of sums",
        ),
        (
            Sum(
                1
                / N
                * (Sum(p[i, k], *over(k)) - Sum(delta(k, y[i]), *over(k))),
                *over(i),
            ),
            "definition, substitution of a result, constant factor, "
            "sum of terms",
        ),
        (
            Sum(1 / N * (Integer(1) - 1), *over(i)),
            "definition, constant factor, cancellation, delta collapse",
        ),
        (0, "cancellation, sum of a constant"),
        using=("eq:second-bias-gradient", "eq:mean-gradient"),
    )

# %% [markdown]
# ## One knob for all scores
#
# It was copied to each score, so what comes back is added up.

# %%
with evaluate(False):
    louder = u * column(x, C)
    proof.chain(
        "eq:knob-slope",
        Derivative(-log(softmax(louder, k)), u),
        (
            Derivative(log(Sum(exp(u * x[j]), *over(j))) - u * x[k], u),
            "definition, logarithm of a product",
        ),
        (
            Sum(softmax(louder, j) * x[j], *over(j)) - x[k],
            "definition, linearity, derivative of log, derivative of exp, "
            "derivative of a coordinate, constant factor",
        ),
        (
            Sum((softmax(louder, j) - delta(j, k)) * x[j], *over(j)),
            "distributing, sum of terms, delta collapse",
        ),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "broadcasting.md", j, M, Delta, D, D, k, D, D, N, x, k, u,
    )  # fmt: skip

# %%
proof.conclude()
