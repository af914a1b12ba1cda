# %% [markdown]
# # Adding a constant to a row changes nothing
#
# The reason why the largest score of a row may be subtracted before any exponential is taken.

# %%
from sympy import Derivative, Sum, evaluate, exp, log

from derivations.notation import (
    LSE, c, i, j, k, m, over, p, s, sample_loss, softmax, x, y,
)  # fmt: skip
from derivations.proof.symbols import maximum
from derivations.script import Derivation

proof = Derivation("shift_invariance", __name__, uses=("loss",))

# %% [markdown]
# ## Any constant

# %%
with evaluate(False):
    shift = exp(c[i])
    proof.introduce("eq:shift", c)
    proof.chain(
        "eq:shift-softmax",
        exp(s[i, j] + c[i]) / Sum(exp(s[i, k] + c[i]), *over(k)),
        (
            exp(s[i, j]) * shift / Sum(exp(s[i, k]) * shift, *over(k)),
            "exponential of a sum",
        ),
        (
            exp(s[i, j]) * shift / (shift * Sum(exp(s[i, k]), *over(k))),
            "constant factor",
        ),
        (exp(s[i, j]) / Sum(exp(s[i, k]), *over(k)), "cancellation"),
    )

# %% [markdown]
# ## The row's largest score
#
# With this choice no exponent is above 0, so no exponential is above 1.

# %%
with evaluate(False):
    rest = Sum(exp(s[i, k] - m[i]), *over(k))
    proof.define("eq:row-maximum", m[i], maximum(s[i, k], k))
    proof.step(
        "eq:stable-softmax",
        p[i, j],
        exp(s[i, j] - m[i]) / rest,
        by="definition, exponential of a sum, constant factor, cancellation",
    )
    proof.inequality(
        "eq:stable-range", exp(s[i, j] - m[i]), ("<=", 1, "largest term")
    )

# %% [markdown]
# ## The loss without overflow

# %%
with evaluate(False):
    proof.step(
        "eq:stable-loss",
        sample_loss[i],
        m[i] + log(rest) - s[i, y[i]],
        by="definition, exponential of a sum, constant factor, logarithm of a product, cancellation",
    )

# %% [markdown]
# ## A price on the total
#
# An exercise: the square of log-sum-exp, which a shift does change.

# %%
with evaluate(False):
    total = LSE(x)
    slope = Derivative(total**2, x[j])
    proof.chain(
        "eq:squared-total",
        slope,
        (2 * total * Derivative(total, x[j]), "power rule"),
        (2 * total * softmax(x, j), "substitution of a result"),
        using="eq:softmax-is-gradient",
    )
    proof.chain(
        "eq:squared-total-pushes",
        Sum(slope, *over(j)),
        (
            2 * total * Sum(softmax(x, j), *over(j)),
            "substitution of a result, constant factor",
        ),
        (2 * total, "substitution of a result"),
        using=("eq:squared-total", "eq:sums-to-one"),
    )

# %%
proof.conclude()
