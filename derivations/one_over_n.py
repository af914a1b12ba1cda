# %% [markdown]
# # Why one over N
#
# The sum of the losses and their mean, side by side: one constant apart, and so is every gradient.

# %%
from sympy import Derivative, Rational, Sum, evaluate, log

from derivations.notation import (
    A, M, N, P, T, W_2, Y, a, b, delta, ell, epsilon, gamma, i, over, p, r, s,
    sample_loss, theta, u, y,
)  # fmt: skip
from derivations.proof.symbols import norm
from derivations.script import Derivation

proof = Derivation(
    "one_over_n", __name__, uses=("softmax_jacobian", "vectorize")
)

# %% [markdown]
# ## Two losses for one batch

# %%
with evaluate(False):
    proof.define("eq:sum-loss", T, Sum(sample_loss[i], *over(i)))
    proof.define("eq:mean-loss", M, 1 / N * Sum(sample_loss[i], *over(i)))
    proof.step("eq:mean-is-sum", M, 1 / N * T, by="definition")

# %% [markdown]
# ## Their gradients in the scores
#
# In the sum only the loss of the own sample moves.
# The mean is the sum times a constant, and a derivative keeps a constant.

# %%
with evaluate(False):
    error = p[a, b] - delta(b, y[a])
    proof.chain(
        "eq:sum-gradient",
        Derivative(T, s[a, b]),
        (
            Sum(Derivative(sample_loss[i], s[a, b]), *over(i)),
            "definition, linearity",
        ),
        (Derivative(sample_loss[a], s[a, b]), "one term survives"),
        (error, "substitution of a result"),
        using="eq:chain-rule",
    )
    proof.chain(
        "eq:mean-gradient",
        Derivative(M, s[a, b]),
        (1 / N * Derivative(T, s[a, b]), "definition, linearity"),
        (1 / N * error, "substitution of a result"),
        using="eq:sum-gradient",
    )
    proof.step(
        "eq:sum-gradient-matrix",
        Derivative(T, s),
        p - Y,
        by="entry by entry, substitution of a result, definition",
        using="eq:sum-gradient",
    )
    proof.step(
        "eq:mean-gradient-matrix",
        Derivative(M, s),
        1 / N * (p - Y),
        by="entry by entry, substitution of a result, definition",
        using="eq:mean-gradient",
    )
    proof.chain(
        "eq:batch-twice",
        1 / (2 * N) * (T + T),
        (1 / N * T, "algebra"),
        (M, "definition"),
    )

# %% [markdown]
# ## Every other gradient
#
# Whatever the network is, the loss of a sample is some function of the weights.
# Nothing is assumed of it but that it has a derivative.

# %%
with evaluate(False):
    proof.introduce("eq:any-weights", theta)
    proof.introduce("eq:sample-function", ell(theta, i))
    total = Sum(ell(theta, i), *over(i))
    proof.step(
        "eq:every-gradient",
        Derivative(1 / N * total, theta[r]),
        1 / N * Derivative(total, theta[r]),
        by="linearity",
    )

# %% [markdown]
# The same from the side of the code: going back multiplies what arrives by slopes, and adds up.

# %%
with evaluate(False):
    proof.introduce("eq:slopes", A)
    proof.step(
        "eq:backward-is-linear",
        Sum(1 / N * error * A[a, b, r], *over(b), *over(a)),
        1 / N * Sum(error * A[a, b, r], *over(b), *over(a)),
        by="constant factor",
    )

# %% [markdown]
# ## The layer
#
# What arrives from above multiplies what goes down.
# A small number inside the logarithm changes the gradient.

# %%
with evaluate(False):
    proof.introduce("eq:upstream", gamma)
    proof.step(
        "eq:dout",
        Derivative(gamma * M, s[a, b]),
        gamma / N * error,
        by="linearity, substitution of a result",
        using="eq:mean-gradient",
    )
    proof.introduce("eq:epsilon", epsilon)
    share = p[a, y[a]]
    proof.step(
        "eq:log-epsilon",
        Derivative(-log(share + epsilon), s[a, b]),
        share / (share + epsilon) * error,
        by="linearity, derivative of log, independence, substitution of a result, distributing",
        using="eq:jacobian",
    )

# %% [markdown]
# ## The price on the weights
#
# A constant in front of the sum of the losses is a strength of regularization upside down.

# %%
with evaluate(False):
    half = Rational(1, 2)
    proof.step(
        "eq:inverse-strength",
        u * T + half * norm(W_2) ** 2,
        u * N * (M + 1 / (2 * u * N) * norm(W_2) ** 2),
        by="definition, distributing, cancellation",
    )

# %% [markdown]
# ## The fingerprint of a factor
#
# An exercise: how far apart two gradients are of which one has been multiplied by the number of samples.

# %%
with evaluate(False):
    proof.step(
        "eq:error-of-factor",
        (N * u - u) / (N * u),
        1 - 1 / N,
        by="splitting a fraction, cancellation",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "why-divide.md", T, a, b, Y, P, r, theta, gamma, u,
    )  # fmt: skip
    proof.mention(
        "frameworks.md", u, N,
    )  # fmt: skip

# %%
proof.conclude()
