# %% [markdown]
# # Checking a gradient
#
# What a difference quotient gets wrong, and the step at which it gets least wrong.

# %%
from sympy import Derivative, Mul, Rational, evaluate, exp

from derivations.notation import (
    N, epsilon, gamma, u, v,
)  # fmt: skip
from derivations.proof.symbols import larger
from derivations.script import Derivation

proof = Derivation("finite_differences", __name__, uses=("relu",))

# %% [markdown]
# ## One-sided and central

# %%
with evaluate(False):
    ahead, behind = u + epsilon, u - epsilon
    proof.step(
        "eq:forward-square",
        (ahead**2 - u**2) / epsilon,
        2 * u + epsilon,
        by="algebra",
    )
    proof.step(
        "eq:central-square",
        (ahead**2 - behind**2) / (2 * epsilon),
        2 * u,
        by="algebra",
    )
    proof.step(
        "eq:central-cube",
        (ahead**3 - behind**3) / (2 * epsilon),
        3 * u**2 + epsilon**2,
        by="algebra",
    )
    proof.step(
        "eq:central-exponential",
        (exp(gamma + epsilon) - exp(gamma - epsilon)) / (2 * epsilon),
        exp(gamma) * ((exp(epsilon) - exp(-epsilon)) / (2 * epsilon)),
        by="exponential of a sum, common factor",
    )

# %% [markdown]
# ## The best step

# %%
with evaluate(False):
    truncation = v / 6 * epsilon**2
    slope = "linearity, power rule, derivative of a coordinate"
    proof.chain(
        "eq:central-best",
        Derivative(truncation + u / epsilon, epsilon),
        (v / 3 * epsilon - u / epsilon**2, f"{slope}, cancellation"),
        (v / (3 * epsilon**2) * (epsilon**3 - 3 * u / v), "algebra"),
    )
    proof.step(
        "eq:central-least",
        truncation + 1 / epsilon * (v * epsilon**3 / 3),
        v / 2 * epsilon**2,
        by="algebra",
    )
    proof.chain(
        "eq:forward-best",
        Derivative(v / 2 * epsilon + 2 * u / epsilon, epsilon),
        (v / 2 - 2 * u / epsilon**2, slope),
        (v / (2 * epsilon**2) * (epsilon**2 - 4 * u / v), "algebra"),
    )
    half_ahead, half_behind = u + epsilon / 2, u - epsilon / 2
    proof.step(
        "eq:richardson",
        4 * ((half_ahead**3 - half_behind**3) / epsilon) * Rational(1, 3)
        - (ahead**3 - behind**3) / (2 * epsilon) * Rational(1, 3),
        3 * u**2,
        by="algebra",
    )

# %% [markdown]
# ## Relative, and at a kink

# %%
with evaluate(False):
    proof.step(
        "eq:relative-error-scale",
        larger(N * u - N * v, N * v - N * u) / larger(N * u, N * v),
        larger(u - v, v - u) / larger(u, v),
        by="common factor, multiple out, cancellation",
    )
    proof.step(
        "eq:kink",
        (larger(0, epsilon) - larger(0, -epsilon)) / (2 * epsilon),
        Rational(1, 2),
        by="positive part, cancellation",
    )

# %% [markdown]
# ## The loss itself, differenced twice

# %%
with evaluate(False):
    proof.step(
        "eq:twice-fourth",
        (ahead**4 + Mul(-1, 2 * u**4) + behind**4) / epsilon**2,
        12 * u**2 + 2 * epsilon**2,
        by="algebra",
    )
    proof.chain(
        "eq:twice-best",
        Derivative(v / 12 * epsilon**2 + 4 * u / epsilon**2, epsilon),
        (v / 6 * epsilon - 8 * u / epsilon**3, f"{slope}, cancellation"),
        (v / (6 * epsilon**3) * (epsilon**4 - 48 * u / v), "algebra"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "gradient-check.md", epsilon, u, v, u, u, 3 * u, v, v, u, u, v, u, v,
    )  # fmt: skip

# %%
proof.conclude()
