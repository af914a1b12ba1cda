# %% [markdown]
# # The softmax Jacobian, and the gradient once more
#
# The second route: first the derivative of every probability in every score, then the chain rule.
# Both routes end at the same line.

# %%
from sympy import Derivative, Sum, evaluate, exp, log

from derivations.notation import (
    C, J, L, N, Z, a, b, delta, i, j, k, over, p, s, sample_loss, softmax, u,
    x, y,
)  # fmt: skip
from derivations.proof.symbols import column, diag, row
from derivations.script import Derivation

proof = Derivation("softmax_jacobian", __name__, uses=("score_gradient",))

with evaluate(False):
    variable = s[i, k]
    above, other = exp(s[i, j]), exp(s[i, k])

# %% [markdown]
# ## One probability, one score

# %%
with evaluate(False):
    slope = above * delta(j, k)
    proof.chain(
        "eq:jacobian",
        Derivative(p[i, j], variable),
        (Derivative(above / Z[i], variable), "definition"),
        (
            (
                Z[i] * Derivative(above, variable)
                - above * Derivative(Z[i], variable)
            )
            / Z[i] ** 2,
            "quotient rule",
        ),
        (
            (Z[i] * slope - above * Derivative(Z[i], variable)) / Z[i] ** 2,
            "derivative of exp",
        ),
        (
            (Z[i] * slope - above * other) / Z[i] ** 2,
            "substitution of a result",
        ),
        (
            Z[i] * slope / Z[i] ** 2 - above * other / Z[i] ** 2,
            "splitting a fraction",
        ),
        (
            above / Z[i] * delta(j, k) - above / Z[i] * (other / Z[i]),
            "cancellation",
        ),
        (p[i, j] * delta(j, k) - p[i, j] * p[i, k], "definition"),
        (p[i, j] * (delta(j, k) - p[i, k]), "distributing"),
        using="eq:total-derivative",
    )

# %% [markdown]
# ## All of them at once, as a matrix for each sample

# %%
with evaluate(False):
    proof.define(
        "eq:jacobian-matrix", J[i, j, k], Derivative(p[i, j], variable)
    )
    shares = row(p, i)
    proof.step(
        "eq:jacobian-matrix-form",
        row(J, i),
        diag(shares) - shares * shares.T,
        by="entry by entry",
        using="eq:jacobian",
    )

# %% [markdown]
# ## The chain rule through the probabilities

# %%
with evaluate(False):
    outer = Derivative(sample_loss[i], p[i, j])
    outer_value = -(delta(j, y[i]) / p[i, j])
    proof.step(
        "eq:loss-in-p",
        outer,
        outer_value,
        by="definition, linearity, derivative of log, derivative of a coordinate, exchange under a delta",
    )
    difference = delta(j, k) - p[i, k]
    proof.chain(
        "eq:chain-rule",
        Derivative(sample_loss[i], variable),
        (Sum(outer * Derivative(p[i, j], variable), *over(j)), "chain rule"),
        (
            Sum(outer_value * p[i, j] * difference, *over(j)),
            "substitution of a result",
        ),
        (Sum(-delta(j, y[i]) * difference, *over(j)), "cancellation"),
        (-(delta(k, y[i]) - p[i, k]), "delta collapse"),
        (p[i, k] - delta(k, y[i]), "distributing"),
        using=("eq:loss-in-p", "eq:jacobian"),
    )

# %% [markdown]
# ## Both routes meet

# %%
with evaluate(False):
    proof.chain(
        "eq:both-routes",
        Derivative(L, variable),
        (
            1 / N * Derivative(sample_loss[i], variable),
            "substitution of a result",
        ),
        (1 / N * (p[i, k] - delta(k, y[i])), "substitution of a result"),
        using=("eq:one-sample", "eq:chain-rule"),
    )

# %% [markdown]
# ## Worked out in exercises
#
# A factor that moves with the scores, a temperature, and the table of the logarithm.

# %%
with evaluate(False):
    share, error = p[a, y[a]], p[a, b] - delta(b, y[a])
    missing = 1 - share
    proof.chain(
        "eq:missing-share-times-loss",
        Derivative(missing * sample_loss[a], s[a, b]),
        (
            missing * Derivative(sample_loss[a], s[a, b])
            + sample_loss[a] * Derivative(missing, s[a, b]),
            "product rule",
        ),
        (
            missing * error + sample_loss[a] * share * error,
            "linearity, independence, substitution of a result, distributing",
        ),
        ((1 - share + share * sample_loss[a]) * error, "common factor"),
        using=("eq:chain-rule", "eq:jacobian"),
    )
    cooled = softmax(column(x, C) / u, j)
    total = Sum(exp(1 / u * x[b]), *over(b))
    gap = delta(j, k) - softmax(column(x, C) / u, k)
    proof.chain(
        "eq:temperature-table",
        Derivative(cooled, x[k]),
        (
            cooled * Derivative(log(cooled), x[k]),
            "derivative of log, cancellation",
        ),
        (
            cooled * Derivative(1 / u * x[j] - log(total), x[k]),
            "definition, logarithm of a product",
        ),
        (
            1 / u * cooled * gap,
            "linearity, derivative of a coordinate, substitution of a result, common factor",
        ),
        using="eq:other-base",
    )
    slope = Derivative(log(p[i, j]), s[i, k])
    slope_rule = "derivative of log, substitution of a result, cancellation"
    proof.chain(
        "eq:log-table-rows",
        Sum(slope, *over(k)),
        (Sum(delta(j, k) - p[i, k], *over(k)), slope_rule),
        (
            1 - Sum(p[i, k], *over(k)),
            "sum of terms, constant factor, delta collapse",
        ),
        (0, "definition, constant factor, cancellation"),
        using="eq:jacobian",
    )
    proof.chain(
        "eq:log-table-columns",
        Sum(slope, *over(j)),
        (Sum(delta(j, k) - p[i, k], *over(j)), slope_rule),
        (1 - C * p[i, k], "sum of terms, delta collapse, sum of a constant"),
        using="eq:jacobian",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention("jacobian.md", C, C, C, C, j, k, i, N, u, x)

# %%
proof.conclude()
