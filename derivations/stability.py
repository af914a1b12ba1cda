# %% [markdown]
# # The same number in several forms
#
# Forms that are equal on paper, and not in a computer.
# Which of them keeps its digits is for the page to say.

# %%
from sympy import Derivative, Mul, OneMatrix, Sum, evaluate, exp, log

from derivations.notation import (
    C, L, N, delta, epsilon, gamma, i, j, k, m, over, p, s, sample_loss, u, v,
    x, y,
)  # fmt: skip
from derivations.proof.symbols import sum_except
from derivations.script import Derivation as Proof

proof = Proof(
    "stability", __name__, uses=("shift_invariance", "score_gradient")
)

# %% [markdown]
# ## Any shift
#
# One number for the whole table is as good as one for each row, on paper.

# %%
with evaluate(False):
    proof.step(
        "eq:any-common-shift",
        p[i, j],
        exp(s[i, j] - gamma) / Sum(exp(s[i, k] - gamma), *over(k)),
        by="definition, exponential of a sum, constant factor, cancellation",
    )
    proof.inequality(
        "eq:row-below",
        exp(s[i, j] - gamma),
        ("<=", exp(m[i] - gamma), "largest term"),
    )

# %% [markdown]
# ## The logarithm of a share, and the share of a logarithm

# %%
with evaluate(False):
    rest = Sum(exp(s[i, k] - m[i]), *over(k))
    proof.step(
        "eq:log-share",
        log(p[i, j]),
        s[i, j] - m[i] - log(rest),
        by="substitution of a result, logarithm of a product",
        using="eq:stable-softmax",
    )
    proof.step(
        "eq:share-from-loss",
        p[i, y[i]],
        exp(-sample_loss[i]),
        by="definition, exp undoes log, cancellation",
    )

# %% [markdown]
# ## What is missing to 1

# %%
with evaluate(False):
    right = p[i, y[i]]
    proof.chain(
        "eq:missing-share",
        1 - right,
        (
            Sum(p[i, k], *over(k)) - right,
            "definition, constant factor, cancellation",
        ),
        (sum_except(p[i, k], k, y[i]), "one term apart"),
    )
    proof.step(
        "eq:missing-expm1",
        right - 1,
        exp(-sample_loss[i]) - 1,
        by="substitution of a result",
        using="eq:share-from-loss",
    )
    proof.step(
        "eq:digits-lost",
        ((1 - epsilon + u) - 1) / -epsilon,
        1 - u / epsilon,
        by="multiplying out",
    )

# %% [markdown]
# ## What rounding does to an exponential

# %%
with evaluate(False):
    proof.step(
        "eq:rounded-score",
        exp(gamma + epsilon),
        exp(gamma) * exp(epsilon),
        by="exponential of a sum",
    )
    proof.step(
        "eq:far-behind",
        Derivative(gamma * exp(-gamma), gamma),
        (1 - gamma) * exp(-gamma),
        by="product rule, linearity, derivative of exp, derivative of a coordinate, distributing",
    )
    proof.inequality(
        "eq:epsilon-floor", right + epsilon, (">", epsilon, "positivity")
    )

# %% [markdown]
# ## The gradient in one pass

# %%
with evaluate(False):
    weight, label = exp(s[i, j] - m[i]), 1 / N * delta(j, y[i])
    proof.chain(
        "eq:gradient-one-pass",
        Derivative(L, s[i, j]),
        (
            1 / N * (weight / rest) - label,
            "substitution of a result, distributing",
        ),
        (weight / (N * rest) - label, "multiplying out"),
        using=("eq:gradient", "eq:stable-softmax"),
    )
    proof.step(
        "eq:row-sums-product",
        p * OneMatrix(C, 1),
        OneMatrix(N, 1),
        by="entry by entry, definition, constant factor, cancellation",
    )
    proof.step(
        "eq:intensity", v * N * C / (u * N * C), v / u, by="cancellation"
    )

# %% [markdown]
# ## A variance far from zero

# %%
with evaluate(False):
    far = x[j] + u
    square = Sum(p[i, j] * x[j] ** 2, *over(j))
    mean = Sum(p[i, j] * x[j], *over(j))
    proof.chain(
        "eq:far-variance",
        Sum(p[i, j] * far**2, *over(j)) - Sum(p[i, j] * far, *over(j)) ** 2,
        (
            square + 2 * u * mean + u**2 - (mean + u) ** 2,
            "multiplying out",
        ),
        (square - mean**2, "algebra"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "stability.md", epsilon, u, u, x,
    )  # fmt: skip
    proof.mention(
        "faster.md", N, v, u,
    )  # fmt: skip

# %%
proof.conclude()
