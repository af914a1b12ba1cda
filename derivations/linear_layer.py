# %% [markdown]
# # The last layer and its loss, in chunks
#
# The table of scores is never needed as a whole.

# %%
from sympy import Derivative, Integer, Sum, evaluate, exp, log

from derivations.notation import (
    C, D, H, H_1, M, N, W_2, Z, a, b, c, delta, g, h, i, j, k, kappa, over, p,
    rho, s, sample_loss, u, v, x, y, z,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation(
    "linear_layer",
    __name__,
    uses=("backprop", "streaming_log_sum_exp", "softmax_jacobian"),
)

# %% [markdown]
# ## What must be kept
#
# One number for each sample: the logarithm of its total.

# %%
with evaluate(False):
    proof.step(
        "eq:error-from-total",
        D[i, j],
        1 / N * (exp(s[i, j] - log(Z[i])) - delta(j, y[i])),
        by="substitution of a result, definition, exponential of a sum, exp undoes log",
        using="eq:error-matrix",
    )
    error = p[i, j] - delta(j, y[i])
    proof.chain(
        "eq:label-rows",
        Derivative(M, H_1[i, h]),
        (
            1 / N * Sum(error * W_2[h, j], *over(j)),
            "substitution of a result, definition, constant factor",
        ),
        (
            1 / N * (Sum(p[i, j] * W_2[h, j], *over(j)) - W_2[h, y[i]]),
            "distributing, sum of terms, delta collapse",
        ),
        using=("eq:hidden-gradient", "eq:error-matrix"),
    )
    error = p[i, k] - delta(k, y[i])
    proof.chain(
        "eq:label-columns",
        Derivative(M, W_2[h, k]),
        (
            Sum(
                Sum(D[i, j] * Derivative(s[i, j], W_2[h, k]), *over(j)),
                *over(i),
            ),
            "chain rule",
        ),
        (
            Sum(H_1[i, h] * D[i, k], *over(i)),
            "substitution of a result, delta collapse",
        ),
        (
            1 / N * Sum(H_1[i, h] * error, *over(i)),
            "substitution of a result, definition, constant factor",
        ),
        (
            1
            / N
            * (
                Sum(H_1[i, h] * p[i, k], *over(i))
                - Sum(H_1[i, h] * delta(k, y[i]), *over(i))
            ),
            "distributing, sum of terms",
        ),
        using=("eq:score-slope", "eq:error-matrix"),
    )

# %% [markdown]
# ## Chunks of rows, chunks of classes
#
# A sum may be taken chunk by chunk, whatever its terms are.

# %%
with evaluate(False):
    dealt = "exchange of sums, delta collapse"
    proof.step(
        "eq:rows-in-chunks",
        Sum(c[i], *over(i)),
        Sum(Sum(delta(g, z[i]) * c[i], *over(i)), *over(g)),
        by=dealt,
    )
    proof.step(
        "eq:classes-in-chunks",
        Sum(x[j], *over(j)),
        Sum(Sum(delta(g, rho[j]) * x[j], *over(j)), *over(g)),
        by=dealt,
    )

# %% [markdown]
# ## What it costs

# %%
with evaluate(False):
    proof.step(
        "eq:rows-memory", u * v * C / (u * N * C), v / N, by="cancellation"
    )
    proof.step(
        "eq:classes-memory", u * N * v / (u * N * C), v / C, by="cancellation"
    )
    proof.step(
        "eq:once-more",
        8 * N * H * C / (6 * N * H * C),
        Integer(4) / 3,
        by="cancellation",
    )
    proof.step(
        "eq:table-bytes",
        Integer(4) * 2048 * 50257,
        Integer(411705344),
        by="algebra",
    )

# %% [markdown]
# ## A factor for each sample
#
# It reaches the sample's own row of errors, and no other.

# %%
with evaluate(False):
    weighted = Sum(kappa[i] * sample_loss[i], *over(i))
    proof.chain(
        "eq:own-factor",
        Derivative(1 / N * weighted, s[a, b]),
        (
            1 / N * (kappa[a] * (p[a, b] - delta(b, y[a]))),
            "linearity, one term survives, substitution of a result",
        ),
        (kappa[a] * D[a, b], "substitution of a result, definition"),
        using=("eq:chain-rule", "eq:error-matrix"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "larger.md", H, log(Z[i]), c[i], W_2, v, u, v, 2 * N * H * C, N,
        kappa[i],
    )  # fmt: skip

# %%
proof.conclude()
