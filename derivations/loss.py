# %% [markdown]
# # The loss
#
# The loss of one sample, in every form that the page shows; the regularization; the mean.

# %%
from sympy import Rational, Sum, evaluate, exp, log

from derivations.notation import (
    C, F, H, L, N, R, W_1, W_2, Z, d, h, i, j, over, p, s, sample_loss,
    softmax, strength, v, y,
)  # fmt: skip
from derivations.proof.symbols import norm, row, sum_except
from derivations.script import Derivation

proof = Derivation("loss", __name__, uses=("softmax",))

# %% [markdown]
# ## From scores to probabilities
#
# Each row of scores becomes a row of probabilities; the total of the exponentials gets a letter of its own.

# %%
with evaluate(False):
    proof.define("eq:probability", p[i, j], softmax(row(s, i), j))
    proof.define("eq:row-total", Z[i], Sum(exp(s[i, j]), *over(j)))
    proof.step(
        "eq:probability-written-out",
        p[i, j],
        exp(s[i, j]) / Z[i],
        by="definition",
    )

# %% [markdown]
# ## The loss of one sample
#
# Minus the logarithm of the probability that the label gets.
# Written in scores it is a logarithm of a fraction, or a difference, or a sum over the wrong classes.

# %%
with evaluate(False):
    label_score = s[i, y[i]]
    proof.define("eq:sample-loss", sample_loss[i], -log(p[i, y[i]]))
    proof.chain(
        "eq:sample-loss-scores",
        sample_loss[i],
        (-log(exp(label_score) / Sum(exp(s[i, j]), *over(j))), "definition"),
        (log(Z[i]) - label_score, "definition, logarithm of a product"),
    )
    proof.step(
        "eq:sample-loss-gaps",
        sample_loss[i],
        log(1 + sum_except(exp(s[i, j] - label_score), j, y[i])),
        by="definition, logarithm of a product, constant factor, exponential of a sum, one term apart, cancellation",
    )
    proof.inequality(
        "eq:loss-positive", sample_loss[i], (">=", 0, "positivity")
    )

# %% [markdown]
# ## What its values mean
#
# Equal scores give the logarithm of the number of classes, whatever the common score is.

# %%
with evaluate(False):
    equal_scores = -log(exp(v) / Sum(exp(v), *over(j)))
    proof.step(
        "eq:uniform-loss",
        equal_scores,
        log(C),
        by="sum of a constant, cancellation, logarithm of a product",
    )
    proof.rounded("eq:log-three", log(3), "1.0986")
    tenth, five, minus = exp(Rational("0.1")), exp(5), exp(Rational("-0.3"))
    proof.rounded(
        "eq:example-loss", -log(tenth / (tenth + five + minus)), "4.912"
    )

# %% [markdown]
# ## The regularization and the whole loss
#
# The squares of all weights, entry by entry or as norms; then the mean over the batch.

# %%
with evaluate(False):
    proof.introduce("eq:strength", strength)
    proof.introduce("eq:first-weights", W_1)
    proof.introduce("eq:second-weights", W_2)
    squares = Sum(Sum(W_1[d, h] ** 2, *over(h)), *over(d)) + Sum(
        Sum(W_2[h, j] ** 2, *over(j)), *over(h)
    )
    proof.define("eq:regularization", R, strength / 2 * squares)
    proof.step(
        "eq:regularization-norms",
        R,
        strength / 2 * (norm(W_1) ** 2 + norm(W_2) ** 2),
        by="definition",
    )
    proof.define("eq:loss", L, 1 / N * Sum(sample_loss[i], *over(i)) + R)

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "loss.md", log(Z[i]), C, v, log(C), log(C), log(2), F, H, d, h, N,
        L, R,
    )  # fmt: skip

# %%
proof.conclude()
