# %% [markdown]
# # Convex in the last layer's weights
#
# The scores are linear in the last weights, so the loss is convex in them as well.

# %%
from sympy import Derivative, Sum, evaluate

from derivations.notation import (
    D, H_1, J, L, N, Theta, W_2, a, b, delta, h, i, j, k, l, over, p, s, strength,
)  # fmt: skip
from derivations.script import Derivation

proof = Derivation("convexity", __name__, uses=("hessian", "backprop"))

# %%
with evaluate(False):
    weight, other = W_2[h, j], W_2[l, k]
    share = Derivative(p[i, j], other)
    proof.chain(
        "eq:share-slope",
        share,
        (
            Sum(J[i, j, b] * Derivative(s[i, b], other), *over(b)),
            "chain rule",
        ),
        (
            J[i, j, k] * H_1[i, l],
            "substitution of a result, delta collapse",
        ),
        using="eq:score-slope",
    )
    error_slope = Derivative(D[i, j], other)
    proof.chain(
        "eq:error-slope",
        error_slope,
        (
            1 / N * share,
            "definition, substitution of a result, linearity, independence",
        ),
        (1 / N * (J[i, j, k] * H_1[i, l]), "substitution of a result"),
        using=("eq:mean-gradient", "eq:share-slope"),
    )
    ridge = strength * (delta(h, l) * delta(j, k))
    proof.chain(
        "eq:weights-curvature",
        Derivative(Derivative(L, weight), other),
        (
            Derivative(
                Sum(H_1[i, h] * D[i, j], *over(i)) + strength * weight, other
            ),
            "substitution of a result",
        ),
        (
            Sum(H_1[i, h] * error_slope, *over(i)) + ridge,
            "linearity, derivative of a coordinate",
        ),
        (
            1 / N * Sum(H_1[i, h] * J[i, j, k] * H_1[i, l], *over(i)) + ridge,
            "substitution of a result, constant factor",
        ),
        using=("eq:second-weights-gradient", "eq:error-slope"),
    )
    proof.introduce("eq:direction", Theta)
    turn = Theta[h, j] * H_1[a, h] * J[a, j, k] * H_1[a, l] * Theta[l, k]
    change = Sum(H_1[a, h] * Theta[h, j], *over(h))
    others = Sum(p[a, k] * Sum(H_1[a, h] * Theta[h, k], *over(h)), *over(k))
    proof.step(
        "eq:weights-convex",
        Sum(Sum(Sum(Sum(turn, *over(k)), *over(l)), *over(j)), *over(h)),
        Sum(p[a, j] * (change - others) ** 2, *over(j)),
        by="multiplying out",
        using="eq:jacobian",
    )

# %%
proof.conclude()
