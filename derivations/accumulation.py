# %% [markdown]
# # The mean of means
#
# A batch is dealt into groups: micro-batches, machines, sequences.
# Sums add up whatever the groups are; means do not.

# %%
from sympy import Derivative, Integer, Sum, evaluate

from derivations.notation import (
    G, M, N, T, a, b, delta, g, group_mean, group_sum, i, n, over, s,
    sample_loss, u, z,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation("accumulation", __name__, uses=("one_over_n",))

# %% [markdown]
# ## Groups
#
# Each sample is in one group, and no group is empty.

# %%
with evaluate(False):
    belongs = delta(g, z[i])
    proof.introduce("eq:groups", z[i])
    proof.define("eq:group-size", n[g], Sum(belongs, *over(i)))
    proof.define(
        "eq:group-sum", group_sum[g], Sum(belongs * sample_loss[i], *over(i))
    )
    proof.define("eq:group-mean", group_mean[g], group_sum[g] / n[g])

# %% [markdown]
# ## Sizes and sums add up

# %%
with evaluate(False):
    proof.chain(
        "eq:sizes-add-up",
        Sum(n[g], *over(g)),
        (Sum(Sum(belongs, *over(i)), *over(g)), "definition"),
        (Sum(Sum(belongs, *over(g)), *over(i)), "exchange of sums"),
        (Sum(Integer(1), *over(i)), "delta collapse"),
        (N, "sum of a constant"),
    )
    part = belongs * sample_loss[i]
    proof.chain(
        "eq:sums-add-up",
        Sum(group_sum[g], *over(g)),
        (Sum(Sum(part, *over(i)), *over(g)), "definition"),
        (Sum(Sum(part, *over(g)), *over(i)), "exchange of sums"),
        (Sum(sample_loss[i], *over(i)), "delta collapse"),
        (T, "definition"),
    )

# %% [markdown]
# ## The mean of the batch from its groups

# %%
with evaluate(False):
    proof.chain(
        "eq:global-mean",
        M,
        (1 / N * T, "definition"),
        (1 / N * Sum(group_sum[g], *over(g)), "substitution of a result"),
        using="eq:sums-add-up",
    )
    proof.step(
        "eq:weighted-means",
        M,
        Sum(n[g] / N * group_mean[g], *over(g)),
        by="substitution of a result, definition, cancellation, constant factor",
        using="eq:global-mean",
    )
    share = belongs * sample_loss[i] / n[g]
    proof.chain(
        "eq:mean-of-means",
        1 / G * Sum(group_mean[g], *over(g)),
        (
            1 / G * Sum(Sum(share, *over(i)), *over(g)),
            "definition, constant factor",
        ),
        (1 / G * Sum(Sum(share, *over(g)), *over(i)), "exchange of sums"),
        (
            1 / G * Sum(sample_loss[i] / n[z[i]], *over(i)),
            "delta collapse",
        ),
    )
    proof.step("eq:equal-groups", 1 / (G * (N / G)), 1 / N, by="cancellation")
    proof.step(
        "eq:rank-repair",
        1 / G * Sum(G * n[g] / N * group_mean[g], *over(g)),
        M,
        by="constant factor, cancellation, substitution of a result",
        using="eq:weighted-means",
    )

# %% [markdown]
# ## The gradient, group by group

# %%
with evaluate(False):
    proof.step(
        "eq:accumulated-gradient",
        Derivative(M, s[a, b]),
        1 / N * Sum(Derivative(group_sum[g], s[a, b]), *over(g)),
        by="substitution of a result, linearity",
        using="eq:global-mean",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "mean-of-means.md", G, g, G, N, u, N,
    )  # fmt: skip

# %%
proof.conclude()
