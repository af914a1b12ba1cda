# %% [markdown]
# # The gradient of the loss in the scores
#
# Ten steps on paper, about twenty here: each line follows from the line before by one rule.
# SymPy is told to evaluate nothing, so what stands here is what was written, and the checker compares it with the page.

# %%
from sympy import (
    Derivative, Eq, Integer, Ne, Piecewise, Sum, evaluate, exp, log,
)  # fmt: skip

from derivations.notation import (
    C, L, N, R, Z, a, b, delta, i, j, over, p, s, sample_loss, y,
)  # fmt: skip
from derivations.proof.symbols import where
from derivations.script import Derivation

proof = Derivation("score_gradient", __name__, uses=("loss",))

with evaluate(False):
    variable = s[a, b]
    gradient = Derivative(L, variable)
    weight = exp(s[a, y[a]])  # of the label
    share = exp(s[a, b]) / Z[a]


def step(label, right, by, *, after=None, using=()):
    """One more way to write the gradient."""
    proof.step(label, gradient, right, by=by, after=after, using=using)


# %% [markdown]
# ## From the batch to one sample
#
# The definition of the loss is put in.
# The derivative passes through the sum, the regularization falls away, and so do all samples but one.

# %%
with evaluate(False):
    step(
        "eq:the-definition",
        Derivative(1 / N * Sum(sample_loss[i], *over(i)) + R, variable),
        "definition",
    )
    step(
        "eq:linearity",
        1 / N * Sum(Derivative(sample_loss[i], variable), *over(i))
        + Derivative(R, variable),
        "linearity",
        after="eq:the-definition",
    )
    step(
        "eq:drop-regularization",
        1 / N * Sum(Derivative(sample_loss[i], variable), *over(i)),
        "independence",
        after="eq:linearity",
    )
    step(
        "eq:one-sample",
        1 / N * Derivative(sample_loss[a], variable),
        "one term survives",
        after="eq:drop-regularization",
    )

# %% [markdown]
# ## Through the logarithm and the fraction

# %%
with evaluate(False):
    step(
        "eq:expand-loss",
        1 / N * Derivative(-log(weight / Z[a]), variable),
        "definition",
        after="eq:one-sample",
    )
    step(
        "eq:sign-out",
        -1 / N * Derivative(log(weight / Z[a]), variable),
        "linearity",
        after="eq:expand-loss",
    )
    step(
        "eq:derivative-of-log",
        -1 / N * (Z[a] / weight) * Derivative(weight / Z[a], variable),
        "derivative of log",
        after="eq:sign-out",
    )
    change = Z[a] * Derivative(weight, variable) - weight * Derivative(
        Z[a], variable
    )
    step(
        "eq:quotient-rule",
        -1 / N * (Z[a] / weight) * change / Z[a] ** 2,
        "quotient rule",
        after="eq:derivative-of-log",
    )

# %% [markdown]
# ## The derivative of the total
#
# A result on its own, which is then put in.

# %%
with evaluate(False):
    proof.chain(
        "eq:total-derivative",
        Derivative(Z[a], variable),
        (Derivative(Sum(exp(s[a, j]), *over(j)), variable), "definition"),
        (Sum(Derivative(exp(s[a, j]), variable), *over(j)), "linearity"),
        (Sum(exp(s[a, j]) * delta(j, b), *over(j)), "derivative of exp"),
        (exp(s[a, b]), "delta collapse"),
    )
    change = Z[a] * Derivative(weight, variable) - weight * exp(s[a, b])
    step(
        "eq:total-put-in",
        -1 / N * (Z[a] / weight) * change / Z[a] ** 2,
        "substitution of a result",
        after="eq:quotient-rule",
        using="eq:total-derivative",
    )

# %% [markdown]
# ## The algebra, one move at a time

# %%
with evaluate(False):
    left, right = (
        Z[a] * Derivative(weight, variable) / Z[a] ** 2,
        weight * exp(s[a, b]) / Z[a] ** 2,
    )
    step(
        "eq:split-fraction",
        -1 / N * (Z[a] / weight) * (left - right),
        "splitting a fraction",
        after="eq:total-put-in",
    )
    left, right = Z[a] / weight * left, Z[a] / weight * right
    step(
        "eq:distribute",
        -1 / N * (left - right),
        "distributing",
        after="eq:split-fraction",
    )
    step(
        "eq:cancel",
        -1 / N * (1 / weight * Derivative(weight, variable) - share),
        "cancellation",
        after="eq:distribute",
    )
    step(
        "eq:derivative-of-exp",
        -1 / N * (1 / weight * weight * delta(b, y[a]) - share),
        "derivative of exp",
        after="eq:cancel",
    )
    step(
        "eq:delta-form",
        -1 / N * (delta(b, y[a]) - share),
        "cancellation",
        after="eq:derivative-of-exp",
    )

# %% [markdown]
# ## The result, three ways
#
# Two cases, as the first implementation computes it; with the probabilities; and as one line.

# %%
with evaluate(False):
    cases = Piecewise(
        (-1 / N * (1 - share), Eq(y[a], b)),
        (-1 / N * (0 - share), Ne(y[a], b)),
    )
    step("eq:cases", cases, "case split", after="eq:delta-form")
    step(
        "eq:in-probabilities",
        -1 / N * (delta(b, y[a]) - p[a, b]),
        "definition",
        after="eq:delta-form",
    )
    cases = Piecewise(
        (-1 / N * (1 - p[a, b]), Eq(y[a], b)),
        (-1 / N * (0 - p[a, b]), Ne(y[a], b)),
    )
    step("eq:gradient-cases", cases, "case split", after="eq:in-probabilities")
    step(
        "eq:gradient",
        1 / N * (p[a, b] - delta(b, y[a])),
        "distributing",
        after="eq:in-probabilities",
    )

# %% [markdown]
# ## What follows
#
# Each row of the gradient adds up to 0, which a known slip breaks, and for a single sample the factor disappears.

# %%
with evaluate(False):
    proof.chain(
        "eq:rows-sum-to-zero",
        Sum(gradient, *over(b)),
        (
            1 / N * (Sum(p[a, b], *over(b)) - Sum(delta(b, y[a]), *over(b))),
            "substitution of a result, constant factor, sum of terms",
        ),
        (
            1 / N * (Integer(1) - 1),
            "definition, constant factor, cancellation, delta collapse",
        ),
        (0, "cancellation"),
        using="eq:gradient",
    )
    proof.chain(
        "eq:slip-row-sum",
        Sum((p[a, b] - 1) / N, *over(b)),
        (
            1 / N * (Sum(p[a, b], *over(b)) - C),
            "constant factor, sum of terms, sum of a constant",
        ),
        (
            1 / N * (1 - C),
            "definition, constant factor, cancellation",
        ),
    )
    proof.step(
        "eq:single-sample",
        where(1 / N * (p[a, b] - delta(b, y[a])), N, 1),
        p[a, b] - delta(b, y[a]),
        by="specialization",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "gradient.md", a, b, i, j, L, s[a, b], a, a, Z[a], b, Z[a],
        delta(j, b), j, b, weight,
    )  # fmt: skip

# %%
proof.conclude()
