# %% [markdown]
# # Likelihood and divergence
#
# The likelihood of the labels, and the distance of two distributions.

# %%
from sympy import Derivative, Mul, Sum, evaluate, log

from derivations.notation import (
    N, T, a, b, delta, i, j, over, p, pi, s, softmax, u, x, y,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation(
    "likelihood", __name__, uses=("soft_targets", "softmax_jacobian")
)

# %% [markdown]
# ## Likelihood

# %%
with evaluate(False):
    proof.step(
        "eq:log-likelihood",
        T,
        -Sum(log(p[i, y[i]]), *over(i)),
        by="definition, constant factor",
    )
    proof.step(
        "eq:counts",
        Sum(log(softmax(x, y[i])), *over(i)),
        Sum(Sum(delta(j, y[i]), *over(i)) * log(softmax(x, j)), *over(j)),
        by="multiplying out",
    )

# %% [markdown]
# ## Divergence

# %%
with evaluate(False):
    proof.introduce("eq:frequencies", pi)
    divergence = Sum(pi[j] * log(pi[j] / p[i, j]), *over(j))
    cross = -Sum(pi[j] * log(p[i, j]), *over(j))
    entropy = Mul(-1, Sum(pi[j] * log(pi[j]), *over(j)))
    proof.step(
        "eq:kl",
        divergence,
        cross + Mul(-1, entropy),
        by="logarithm of a product, distributing, sum of terms",
    )
    slope = Derivative(log(p[a, j]), s[a, b])
    proof.chain(
        "eq:kl-gradient",
        Derivative(Sum(pi[j] * log(pi[j] / p[a, j]), *over(j)), s[a, b]),
        (
            -Sum(pi[j] * slope, *over(j)),
            "linearity, independence, logarithm of a product, constant factor",
        ),
        (
            -Sum(pi[j] * (delta(j, b) - p[a, b]), *over(j)),
            "substitution of a result",
        ),
        (p[a, b] * Sum(pi[j], *over(j)) - pi[b], "multiplying out"),
        using="eq:log-share-gradient",
    )
    proof.inequality(
        "eq:log-tangent", log(u), ("<=", u - 1, "tangent of the logarithm")
    )
    proof.step(
        "eq:gibbs",
        Sum(pi[j] * (p[i, j] / pi[j] - 1), *over(j)),
        1 - Sum(pi[j], *over(j)),
        by="multiplying out",
    )

# %% [markdown]
# ## Paid by the share itself

# %%
with evaluate(False):
    share = p[a, j]
    paid = Sum(pi[j] * share, *over(j))
    proof.chain(
        "eq:share-payment",
        Derivative(paid, s[a, b]),
        (
            Sum(pi[j] * (share * (delta(j, b) - p[a, b])), *over(j)),
            "linearity, substitution of a result",
        ),
        (p[a, b] * (pi[b] - paid), "multiplying out"),
        using="eq:jacobian",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "likelihood.md", T, N, u, log(2), N, N, N,
    )  # fmt: skip

# %%
proof.conclude()
