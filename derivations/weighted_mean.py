# %% [markdown]
# # The weighted mean
#
# A weight for each sample, or for each class: the mean divides by the sum of the weights.

# %%
from sympy import Derivative, Sum, evaluate

from derivations.notation import (
    N, Omega, a, b, delta, i, kappa, omega, over, p, s, sample_loss, u, y,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation("weighted_mean", __name__, uses=("one_over_n",))

# %% [markdown]
# ## A weight for each sample
#
# 1 for a sample that counts, 0 for one that is ignored; at least one counts.

# %%
with evaluate(False):
    error = p[a, b] - delta(b, y[a])
    proof.introduce("eq:kept", kappa)
    total = Sum(kappa[i], *over(i))
    proof.step(
        "eq:kept-gradient",
        Derivative(Sum(kappa[i] * sample_loss[i], *over(i)) / total, s[a, b]),
        kappa[a] / total * error,
        by="linearity, one term survives, substitution of a result",
        using="eq:chain-rule",
    )

# %% [markdown]
# ## A weight for each class

# %%
with evaluate(False):
    weighted = Sum(omega[y[i]] * sample_loss[i], *over(i))
    proof.introduce("eq:class-weights", omega)
    proof.define("eq:total-weight", Omega, Sum(omega[y[i]], *over(i)))
    proof.step(
        "eq:weighted-gradient",
        Derivative(1 / Omega * weighted, s[a, b]),
        omega[y[a]] / Omega * error,
        by="linearity, one term survives, substitution of a result",
        using="eq:chain-rule",
    )
    proof.step(
        "eq:weights-scaled",
        Sum(u * omega[y[i]] * sample_loss[i], *over(i))
        / Sum(u * omega[y[i]], *over(i)),
        1 / Omega * weighted,
        by="constant factor, cancellation, definition",
    )
    proof.step(
        "eq:by-samples",
        1 / N * weighted,
        Omega / N * (1 / Omega * weighted),
        by="cancellation",
    )
    proof.step(
        "eq:one-sample-weight",
        omega[y[a]] * sample_loss[a] / omega[y[a]],
        sample_loss[a],
        by="cancellation",
    )

# %%
proof.conclude()
