# %% [markdown]
# # A sum in pieces
#
# The classes are dealt into chunks, and each chunk is shifted by a number of its own.
# What is kept of a chunk is that number and one sum.

# %%
from sympy import Sum, evaluate, exp, log

from derivations.notation import (
    C, LSE, Lambda, S, chi, delta, g, gamma, j, k, over, phi, rho, softmax,
    u, v, x,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation(
    "streaming_log_sum_exp", __name__, uses=("softmax", "accumulation")
)

# %% [markdown]
# ## Chunks

# %%
with evaluate(False):
    belongs = delta(g, rho[j])
    proof.introduce("eq:chunks", rho[j])
    proof.introduce("eq:chunk-shift", Lambda)
    proof.define(
        "eq:chunk-sum", S[g], Sum(belongs * exp(x[j] - Lambda[g]), *over(j))
    )

# %% [markdown]
# ## Together they are the whole sum

# %%
with evaluate(False):
    proof.chain(
        "eq:chunks-together",
        Sum(S[g] * exp(Lambda[g]), *over(g)),
        (
            Sum(
                Sum(
                    belongs * exp(x[j] - Lambda[g]) * exp(Lambda[g]), *over(j)
                ),
                *over(g),
            ),
            "definition, constant factor",
        ),
        (
            Sum(Sum(belongs * exp(x[j]), *over(j)), *over(g)),
            "exponential of a sum, cancellation",
        ),
        (Sum(exp(x[j]), *over(j)), "exchange of sums, delta collapse"),
    )
    merged = Sum(S[g] * exp(Lambda[g] - gamma), *over(g))
    proof.step(
        "eq:chunks-shifted",
        merged,
        Sum(exp(x[j] - gamma), *over(j)),
        by="exponential of a sum, constant factor, substitution of a result",
        using="eq:chunks-together",
    )
    proof.step(
        "eq:lse-merge",
        LSE(x),
        gamma + log(merged),
        by="definition, substitution of a result, exponential of a sum, constant factor, logarithm of a product, cancellation",
        using="eq:chunks-shifted",
    )

# %% [markdown]
# ## Two chunks, one more score, two scores

# %%
with evaluate(False):
    two = u * exp(phi - gamma) + v * exp(chi - gamma)
    proof.step(
        "eq:merge-two",
        u * exp(phi) + v * exp(chi),
        two * exp(gamma),
        by="exponential of a sum, common factor, cancellation",
    )
    proof.step(
        "eq:merge-logs",
        log(u * exp(phi) + v * exp(chi)),
        gamma + log(two),
        by="substitution of a result, logarithm of a product",
        using="eq:merge-two",
    )
    proof.step(
        "eq:one-more-score",
        u * exp(phi) + exp(chi),
        (u * exp(phi - gamma) + exp(chi - gamma)) * exp(gamma),
        by="exponential of a sum, common factor, cancellation",
    )
    proof.chain(
        "eq:two-scores-log",
        log(exp(phi) + exp(chi)),
        (
            log(exp(phi) * (1 + exp(chi - phi))),
            "exponential of a sum, distributing, cancellation",
        ),
        (phi + log(1 + exp(chi - phi)), "logarithm of a product"),
    )

# %% [markdown]
# ## A share

# %%
with evaluate(False):
    proof.step(
        "eq:chunk-share",
        exp(x[j]) / Sum(exp(x[k]), *over(k)),
        exp(x[j] - gamma) / merged,
        by="substitution of a result, exponential of a sum, constant factor, cancellation",
        using="eq:chunks-shifted",
    )

# %% [markdown]
# ## How unsure a row is, and a class that is drawn from it

# %%
with evaluate(False):
    share = softmax(x, j)
    proof.chain(
        "eq:entropy",
        -Sum(share * log(share), *over(j)),
        (
            -Sum(share * (x[j] - LSE(x)), *over(j)),
            "definition, logarithm of a product",
        ),
        (
            LSE(x) - Sum(share * x[j], *over(j)),
            "multiplying out",
        ),
    )
    proof.chain(
        "eq:survives",
        exp(phi) / u * (1 - v / (u + v)),
        (exp(phi) / u * (u / (u + v)), "algebra"),
        (exp(phi) / (u + v), "cancellation"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "streaming.md", C, j, Lambda[g], x, Lambda[g], S[g], gamma, u, phi, v,
        chi, gamma, phi, u, v,
    )  # fmt: skip

# %%
proof.conclude()
