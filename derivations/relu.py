# %% [markdown]
# # The ReLU gate
#
# A unit passes a number on or gives 0. The gate says which.

# %%
from sympy import Piecewise, StrictGreaterThan, Sum, evaluate
from sympy.matrices.expressions import HadamardProduct

from derivations.notation import (
    Gamma, H_1, Q, W_2, gamma, h, i, j, over, u,
)  # fmt: skip
from derivations.proof.symbols import larger
from derivations.script import Derivation

proof = Derivation("relu", __name__, uses=("backprop",))

# %% [markdown]
# ## Two cases, or one product

# %%
with evaluate(False):
    unit, number = H_1[i, h], Q[i, h]
    proof.step(
        "eq:relu-cases",
        unit,
        Piecewise((number, StrictGreaterThan(number, 0)), (0, True)),
        by="definition, positive part",
    )
    proof.step(
        "eq:relu-gate",
        unit,
        Gamma[i, h] * number,
        by="definition, positive part",
    )
    proof.step(
        "eq:relu-matrix",
        H_1,
        HadamardProduct(Gamma, Q),
        by="entry by entry",
        using="eq:relu-gate",
    )
    proof.step(
        "eq:gate-twice",
        Gamma[i, h] * unit,
        unit,
        by="definition, positive part",
    )

# %% [markdown]
# ## At the kink

# %%
with evaluate(False):
    positive, negative = larger(0, number), larger(0, -number)
    proof.step(
        "eq:relu-parts",
        positive - negative,
        number,
        by="positive part, cancellation",
    )
    proof.chain(
        "eq:relu-support",
        positive - gamma * number,
        (positive - gamma * (positive - negative), "substitution of a result"),
        (
            (1 - gamma) * positive + gamma * negative,
            "multiplying out",
        ),
        using="eq:relu-parts",
    )

# %% [markdown]
# ## A factor through the gate

# %%
with evaluate(False):
    out = W_2[h, j] / u
    proof.chain(
        "eq:factor-through",
        Sum(larger(0, u * number) * out, *over(h)),
        (Sum(u * larger(0, number) * out, *over(h)), "multiple out"),
        (Sum(unit * W_2[h, j], *over(h)), "cancellation, definition"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "relu.md", gamma, Q[i, h], Q[i, h], u,
    )  # fmt: skip

# %%
proof.conclude()
