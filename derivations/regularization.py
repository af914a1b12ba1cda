# %% [markdown]
# # The regularization's gradient
#
# With the half and without it, and divided by the number of samples or not.

# %%
from sympy import Derivative, Rational, Sum, evaluate

from derivations.notation import (
    M, N, R, T, W_1, W_2, b_2, d, eta, h, k, over, strength, u,
)  # fmt: skip
from derivations.proof.symbols import norm
from derivations.script import Derivation

proof = Derivation("regularization", __name__, uses=("one_over_n",))

# %% [markdown]
# ## One weight, and all of them

# %%
with evaluate(False):
    weight, square = W_2[h, k], norm(W_2) ** 2
    square_rule = (
        "definition, linearity, power rule, derivative of a coordinate, "
        "delta collapse"
    )
    half_cancels = f"independence, cancellation, {square_rule}"
    proof.step(
        "eq:penalty-gradient",
        Derivative(R, weight),
        strength * weight,
        by=half_cancels,
    )
    proof.step(
        "eq:penalty-gradient-second",
        Derivative(R, W_2),
        strength * W_2,
        by="entry by entry",
        using="eq:penalty-gradient",
    )
    proof.step(
        "eq:penalty-gradient-first",
        Derivative(R, W_1),
        strength * W_1,
        by=f"entry by entry, {half_cancels}",
    )
    proof.step(
        "eq:penalty-bias",
        Derivative(R, b_2[k]),
        0,
        by="independence",
    )

# %% [markdown]
# ## Without the half

# %%
with evaluate(False):
    proof.step(
        "eq:without-half",
        Derivative(strength * square, weight),
        2 * strength * weight,
        by=square_rule,
    )
    proof.step(
        "eq:half-or-not",
        strength * square,
        2 * strength / 2 * square,
        by="cancellation",
    )

# %% [markdown]
# ## Divided by the number of samples

# %%
with evaluate(False):
    proof.step(
        "eq:penalty-divided",
        1 / N * (T + strength / 2 * square),
        M + Rational(1, 2) * (strength / N) * square,
        by="definition, distributing",
    )
    proof.step(
        "eq:penalty-divided-gradient",
        Derivative(Rational(1, 2) * (strength / N) * square, weight),
        strength / N * weight,
        by=f"cancellation, {square_rule}",
    )
    proof.step(
        "eq:shrink",
        weight - eta * strength * weight,
        (1 - eta * strength) * weight,
        by="common factor",
    )

# %% [markdown]
# ## The balance of two layers
#
# What leads into a unit takes a factor, and what leads out is divided by it.

# %%
with evaluate(False):
    into = Sum(W_1[d, h] ** 2, *over(d))
    out = Sum(W_2[h, k] ** 2, *over(k))
    proof.chain(
        "eq:balance",
        Derivative(strength / 2 * (u**2 * into + 1 / u**2 * out), u),
        (
            strength / 2 * (2 * u * into - 2 / u**3 * out),
            "linearity, power rule, derivative of a coordinate, cancellation",
        ),
        (
            strength / u * (u**2 * into - 1 / u**2 * out),
            "algebra",
        ),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "regularization.md", N, N, eta, u, u,
    )  # fmt: skip

# %%
proof.conclude()
