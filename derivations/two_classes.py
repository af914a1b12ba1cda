# %% [markdown]
# # Two classes: the sigmoid
#
# Softmax of two scores depends on their difference alone.

# %%
from sympy import Derivative, evaluate, exp, log

from derivations.notation import (
    N, chi, gamma, phi, sigma, u, v, zeta,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation("two_classes", __name__, uses=("softmax",))

# %% [markdown]
# ## One number for two

# %%
with evaluate(False):
    proof.introduce("eq:two-scores", phi, chi)
    proof.define("eq:score-difference", zeta, phi - chi)
    proof.define("eq:sigmoid", sigma, 1 / (1 + exp(-zeta)))
    both = exp(phi) + exp(chi)
    proof.chain(
        "eq:softmax-is-sigmoid",
        exp(phi) / both,
        (1 / (1 + exp(-(phi - chi))), "multiplying out"),
        (sigma, "definition"),
    )
    proof.step(
        "eq:other-share",
        exp(chi) / both,
        1 - sigma,
        by="multiplying out",
    )
    proof.step(
        "eq:odds",
        sigma,
        (1 - sigma) * exp(zeta),
        by="multiplying out",
    )

# %% [markdown]
# ## The slope, and the loss

# %%
with evaluate(False):
    proof.chain(
        "eq:sigmoid-slope",
        Derivative(sigma, zeta),
        (
            -1 / (1 + exp(-zeta)) ** 2 * Derivative(1 + exp(-zeta), zeta),
            "definition, power rule",
        ),
        (
            exp(-zeta) / (1 + exp(-zeta)) ** 2,
            "linearity, independence, derivative of exp, derivative of a coordinate, distributing",
        ),
        (sigma * (1 - sigma), "multiplying out"),
    )
    proof.step(
        "eq:logistic-loss",
        -log(sigma),
        log(1 + exp(-zeta)),
        by="definition, logarithm of a product",
    )
    slopes = "linearity, derivative of log, substitution of a result"
    proof.step(
        "eq:logistic-gradient",
        Derivative(-log(sigma), zeta),
        sigma - 1,
        by=f"{slopes}, cancellation, distributing",
        using="eq:sigmoid-slope",
    )
    proof.step(
        "eq:logistic-gradient-other",
        Derivative(-log(1 - sigma), zeta),
        sigma,
        by=f"{slopes}, independence, cancellation",
        using="eq:sigmoid-slope",
    )
    proof.chain(
        "eq:binary-gradient",
        Derivative(-gamma * log(sigma) - (1 - gamma) * log(1 - sigma), zeta),
        (
            gamma * (sigma - 1) + (1 - gamma) * sigma,
            "linearity, substitution of a result",
        ),
        (sigma - gamma, "multiplying out"),
        using=("eq:logistic-gradient", "eq:logistic-gradient-other"),
    )
    difference = (
        "substitution of a result, definition, linearity, independence, "
        "derivative of a coordinate"
    )
    outer = Derivative(-log(sigma), zeta)
    proof.chain(
        "eq:two-outputs-first",
        Derivative(-log(sigma), phi),
        (outer * Derivative(zeta, phi), "chain rule"),
        (sigma - 1, difference),
        using="eq:logistic-gradient",
    )
    proof.chain(
        "eq:two-outputs-second",
        Derivative(-log(sigma), chi),
        (outer * Derivative(zeta, chi), "chain rule"),
        (-(sigma - 1), difference),
        (1 - sigma, "distributing"),
        using="eq:logistic-gradient",
    )

# %% [markdown]
# ## A positive that counts several times

# %%
with evaluate(False):
    share = u / (u + v)
    proof.chain(
        "eq:weighted-slope",
        Derivative(-u * log(sigma) - v * log(1 - sigma), zeta),
        (
            u * (sigma - 1) + v * sigma,
            "linearity, substitution of a result",
        ),
        ((u + v) * (sigma - share), "algebra"),
        using=("eq:logistic-gradient", "eq:logistic-gradient-other"),
    )
    proof.step("eq:weighted-odds", share / (1 - share), u / v, by="algebra")

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "two-classes.md", gamma, N, log(2), u, v,
    )  # fmt: skip

# %%
proof.conclude()
