# %% [markdown]
# # The shape of the loss
#
# The second derivatives are a variance, so they are never negative: the loss is convex in the scores.

# %%
from sympy import Derivative, Rational, Sum, evaluate, exp, log

from derivations.notation import (
    C, J, L, N, W_2, a, b, delta, eta, i, j, k, over, p, s, sample_loss,
    softmax, strength, u, v, x, y,
)  # fmt: skip
from derivations.proof.symbols import column, sum_except, table
from derivations.script import Derivation

proof = Derivation("hessian", __name__, uses=("softmax_jacobian",))

# %% [markdown]
# ## The second derivatives

# %%
with evaluate(False):
    error = p[a, b] - delta(b, y[a])
    curve = p[a, b] * (delta(b, k) - p[a, k])
    proof.chain(
        "eq:second-derivative",
        Derivative(Derivative(sample_loss[a], s[a, b]), s[a, k]),
        (Derivative(error, s[a, k]), "substitution of a result"),
        (curve, "linearity, independence, substitution of a result"),
        using=("eq:chain-rule", "eq:jacobian"),
    )
    proof.step(
        "eq:hessian",
        Derivative(Derivative(L, s[a, b]), s[i, k]),
        1 / N * delta(a, i) * curve,
        by="substitution of a result, linearity, independence, own sample",
        using=("eq:gradient", "eq:jacobian"),
    )
    proof.step(
        "eq:hessian-jacobian",
        Derivative(Derivative(L, s[a, b]), s[a, k]),
        1 / N * J[a, b, k],
        by="substitution of a result, linearity, independence, definition",
        using="eq:gradient",
    )

# %% [markdown]
# ## A variance

# %%
with evaluate(False):
    form = Sum(Sum(x[j] * J[a, j, k] * x[k], *over(k)), *over(j))
    mean = Sum(p[a, j] * x[j], *over(j))
    other_mean = Sum(p[a, k] * x[k], *over(k))
    spread = Sum(p[a, j] * (x[j] - other_mean) ** 2, *over(j))
    proof.chain(
        "eq:curvature",
        form,
        (Sum(p[a, j] * x[j] ** 2, *over(j)) - mean**2, "multiplying out"),
        (spread, "multiplying out"),
        using="eq:jacobian",
    )
    row_of_numbers = column(x, C)
    proof.step(
        "eq:curvature-matrix",
        row_of_numbers.T * table(J, a, C, C) * row_of_numbers,
        form,
        by="multiplying out",
        using="eq:jacobian",
    )
    proof.inequality("eq:convex", spread, (">=", 0, "squares"))
    proof.step(
        "eq:null-direction",
        Sum(J[a, j, k], *over(k)),
        0,
        by="multiplying out",
        using="eq:jacobian",
    )
    pairs = p[a, j] * p[a, k] * (x[j] - x[k]) ** 2
    proof.step(
        "eq:curvature-pairs",
        form,
        Rational(1, 2) * Sum(Sum(pairs, *over(k)), *over(j)),
        by="multiplying out",
        using="eq:jacobian",
    )

# %% [markdown]
# ## How steep a row can curve

# %%
with evaluate(False):
    sums = p[a, j] * p[a, k] * (x[j] + x[k]) ** 2
    proof.step(
        "eq:curvature-bound",
        2 * Sum(p[a, j] * (1 - p[a, j]) * x[j] ** 2, *over(j)) - form,
        Rational(1, 2) * Sum(sum_except(sums, k, j), *over(j)),
        by="multiplying out",
        using="eq:jacobian",
    )
    proof.step(
        "eq:share-times-rest",
        Rational(1, 2) - 2 * u * (1 - u),
        2 * (u - Rational(1, 2)) ** 2,
        by="algebra",
    )

# %% [markdown]
# ## What a step gains

# %%
with evaluate(False):
    proof.step(
        "eq:step-gain",
        eta * u - v / 2 * eta**2 * u,
        eta * u * (1 - eta * v / 2),
        by="multiplying out",
    )

# %% [markdown]
# ## Temperature

# %%
with evaluate(False):
    colder = row_of_numbers / u
    total = log(Sum(exp(1 / u * x[j]), *over(j)))
    proof.chain(
        "eq:temperature",
        Derivative(-log(softmax(colder, k)), x[b]),
        (
            Derivative(total - 1 / u * x[k], x[b]),
            "definition, logarithm of a product",
        ),
        (
            1 / u * (softmax(colder, b) - delta(b, k)),
            "definition, linearity, derivative of log, derivative of exp, "
            "derivative of a coordinate, delta collapse, common factor",
        ),
    )

# %% [markdown]
# ## Newton on a cliff
#
# In the score of the label alone, the bend times the step is minus the slope.

# %%
with evaluate(False):
    right = p[a, y[a]]
    bend = right * (1 - right)
    proof.chain(
        "eq:newton-step",
        bend * exp(sample_loss[a]),
        (
            bend * (1 / right),
            "definition, exponential of a sum, exp undoes log",
        ),
        (1 - right, "cancellation"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "loss-shape.md", C, x[j], x, W_2, strength, p[a, j], N, u, v, v, v, N,
        N, N, N, N, log(2), N, strength, u, k, x,
    )  # fmt: skip

# %%
proof.conclude()
