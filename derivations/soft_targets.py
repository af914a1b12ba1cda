# %% [markdown]
# # Soft targets
#
# A target for each class in place of one label; label smoothing is a special case.

# %%
from sympy import Derivative, Integer, Sum, evaluate, log

from derivations.notation import (
    B, C, E, a, alpha, b, delta, i, j, over, p, q, s, sample_loss, u, y,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation("soft_targets", __name__, uses=("one_over_n",))

# %% [markdown]
# ## The gradient for any targets

# %%
with evaluate(False):
    proof.introduce("eq:targets", q)
    proof.define("eq:soft-loss", E[i], -Sum(q[i, j] * log(p[i, j]), *over(j)))
    slope = Derivative(log(p[a, j]), s[a, b])
    proof.step(
        "eq:log-share-gradient",
        slope,
        delta(j, b) - p[a, b],
        by="derivative of log, substitution of a result, cancellation",
        using="eq:jacobian",
    )
    totals = Sum(q[a, j], *over(j))
    proof.chain(
        "eq:soft-gradient",
        Derivative(E[a], s[a, b]),
        (-Sum(q[a, j] * slope, *over(j)), "definition, linearity"),
        (
            -Sum(q[a, j] * (delta(j, b) - p[a, b]), *over(j)),
            "substitution of a result",
        ),
        (
            p[a, b] * totals - q[a, b],
            "distributing, sum of terms, constant factor, delta collapse",
        ),
        using="eq:log-share-gradient",
    )
    proof.step(
        "eq:soft-difference",
        (p[a, b] * totals - q[a, b]) - (p[a, b] - q[a, b]),
        p[a, b] * (totals - 1),
        by="algebra",
    )

# %% [markdown]
# ## Label smoothing

# %%
with evaluate(False):
    proof.introduce("eq:smoothing", alpha)
    smoothed = (1 - alpha) * delta(j, y[i]) + alpha / C
    proof.step(
        "eq:smoothed-targets-sum",
        Sum(smoothed, *over(j)),
        Integer(1),
        by="sum of terms, delta collapse, sum of a constant, cancellation",
    )
    proof.define(
        "eq:smoothed-loss",
        B[i],
        (1 - alpha) * sample_loss[i] - alpha / C * Sum(log(p[i, j]), *over(j)),
    )
    share = alpha / C
    error = p[a, b] - delta(b, y[a])
    proof.chain(
        "eq:smoothed-gradient",
        Derivative(B[a], s[a, b]),
        (
            (1 - alpha) * Derivative(sample_loss[a], s[a, b])
            - share * Sum(slope, *over(j)),
            "definition, linearity",
        ),
        (
            (1 - alpha) * error - share * Sum(delta(j, b) - p[a, b], *over(j)),
            "substitution of a result",
        ),
        (
            (1 - alpha) * error - share * (1 - C * p[a, b]),
            "sum of terms, delta collapse, sum of a constant",
        ),
        (p[a, b] - (1 - alpha) * delta(b, y[a]) - share, "algebra"),
        using=("eq:chain-rule", "eq:log-share-gradient"),
    )
    proof.chain(
        "eq:smoothing-pull",
        Derivative(B[a], s[a, b]) - Derivative(sample_loss[a], s[a, b]),
        (
            (p[a, b] - (1 - alpha) * delta(b, y[a]) - share) - error,
            "substitution of a result",
        ),
        (alpha * (delta(b, y[a]) - 1 / C), "algebra"),
        using=("eq:smoothed-gradient", "eq:chain-rule"),
    )
    proof.step(
        "eq:smoothing-others",
        (1 - (C - 1) * u) * delta(j, y[i]) + u * (1 - delta(j, y[i])),
        (1 - C * u) * delta(j, y[i]) + u,
        by="algebra",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "soft-targets.md", u, C, u,
    )  # fmt: skip

# %%
proof.conclude()
