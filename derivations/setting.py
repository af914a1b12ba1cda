# %% [markdown]
# # The setting
#
# Nothing is derived here.
# This script says what the letters of the page are: which sets the indices run over, what shape the scores have, what a prediction is, and which numbers the running example has.
# The page is held against it, symbol for symbol.

# %%
from sympy import Rational, evaluate

from derivations.notation import C, N, a, b, i, j, k, s, y, y_hat
from derivations.proof.symbols import argmax, row
from derivations.script import Derivation

proof = Derivation("setting", __name__)

# %% [markdown]
# ## Indices and arrays
#
# Samples and classes are counted from 0.

# %%
proof.introduce("eq:sample-index", i)
proof.introduce("eq:class-index", j)
proof.introduce("eq:scores", s)
proof.introduce("eq:labels", y[i])

# %% [markdown]
# ## The prediction
#
# The network predicts the class with the largest score.

# %%
with evaluate(False):
    proof.define("eq:prediction", y_hat[i], argmax(s[i, j], j))

# %% [markdown]
# ## The running example
#
# The first sample of the example batch has three scores and the label 0.
# Its prediction is worked out from the scores.

# %%
with evaluate(False):
    proof.given(
        "eq:example-scores", row(s, 0), (Rational("0.1"), 5, Rational("-0.3"))
    )
    proof.given("eq:example-label", y[0], 0)
    proof.on_example("eq:example-prediction", y_hat[0], 1)

# %% [markdown]
# ## Letters in the text
#
# What the sentences of the page name, in order.
# It states nothing, and it is held against the page all the same.

# %%
with evaluate(False):
    proof.mention(
        "setting.md", N, i, C, j, a, b, k, N - 1, N, C, i, j, s[i, j], i, j,
        row(s, i), s[i, y[i]], i,
    )  # fmt: skip
    proof.mention("checking.md", i, j, a, b)

# %%
proof.conclude()
