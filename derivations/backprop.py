# %% [markdown]
# # Back through the network
#
# A hidden layer, a second layer, and the gradient of the loss in every weight,
# entry by entry and as matrices.

# %%
from sympy import (
    Derivative, OneMatrix, StrictGreaterThan, Sum, evaluate, log,
)  # fmt: skip
from sympy.matrices.expressions import HadamardProduct

from derivations.notation import (
    C, D, Delta, Gamma, H, H_1, L, M, N, Q, R, W_1, W_2, X, Y, a, b_1, b_2, d,
    delta, h, i, j, k, l, over, p, s, strength,
)  # fmt: skip
from derivations.proof.symbols import bracket, column, larger
from derivations.script import Derivation

proof = Derivation(
    "backprop", __name__, uses=("one_over_n", "vectorize", "regularization")
)

# %% [markdown]
# ## Forward

# %%
with evaluate(False):
    proof.introduce("eq:inputs", X)
    proof.introduce("eq:first-bias", b_1)
    proof.introduce("eq:second-bias", b_2)
    proof.define(
        "eq:hidden-input",
        Q[i, h],
        Sum(X[i, d] * W_1[d, h], *over(d)) + b_1[h],
    )
    proof.define("eq:hidden", H_1[i, h], larger(0, Q[i, h]))
    proof.define(
        "eq:network-scores",
        s[i, j],
        Sum(H_1[i, h] * W_2[h, j], *over(h)) + b_2[j],
    )
    ones = OneMatrix(N, 1)
    proof.step(
        "eq:hidden-input-matrix",
        Q,
        X * W_1 + ones * column(b_1, H).T,
        by="entry by entry",
    )
    proof.step(
        "eq:network-scores-matrix",
        s,
        H_1 * W_2 + ones * column(b_2, C).T,
        by="entry by entry",
    )

# %% [markdown]
# ## The second layer

# %%
with evaluate(False):
    proof.define("eq:error", D[i, j], Derivative(M, s[i, j]))
    proof.step(
        "eq:error-matrix",
        D,
        1 / N * (p - Y),
        by="entry by entry, definition, substitution of a result",
        using="eq:mean-gradient",
    )
    weight = W_2[h, k]
    proof.step(
        "eq:score-slope",
        Derivative(s[i, j], weight),
        H_1[i, h] * delta(j, k),
        by="definition, linearity, independence, derivative of a coordinate, delta collapse",
    )
    proof.chain(
        "eq:second-weights-gradient",
        Derivative(L, weight),
        (
            Derivative(M, weight) + Derivative(R, weight),
            "definition, linearity",
        ),
        (
            Sum(Sum(D[i, j] * Derivative(s[i, j], weight), *over(j)), *over(i))
            + Derivative(R, weight),
            "chain rule",
        ),
        (
            Sum(Sum(D[i, j] * (H_1[i, h] * delta(j, k)), *over(j)), *over(i))
            + strength * weight,
            "substitution of a result",
        ),
        (
            Sum(H_1[i, h] * D[i, k], *over(i)) + strength * weight,
            "delta collapse",
        ),
        using=("eq:score-slope", "eq:penalty-gradient"),
    )
    proof.step(
        "eq:second-weights-matrix",
        Derivative(L, W_2),
        H_1.T * D + strength * W_2,
        by="entry by entry",
        using="eq:second-weights-gradient",
    )

# %% [markdown]
# ## What the second layer passes back

# %%
with evaluate(False):
    coordinate = (
        "definition, linearity, independence, derivative of a coordinate, "
        "delta collapse"
    )
    unit = H_1[i, h]
    proof.step(
        "eq:hidden-score-slope",
        Derivative(s[a, j], unit),
        delta(a, i) * W_2[h, j],
        by=coordinate,
    )
    passed = Derivative(M, unit)
    proof.chain(
        "eq:hidden-gradient",
        passed,
        (
            Sum(Sum(D[a, j] * Derivative(s[a, j], unit), *over(j)), *over(a)),
            "chain rule",
        ),
        (
            Sum(Sum(D[a, j] * (delta(a, i) * W_2[h, j]), *over(j)), *over(a)),
            "substitution of a result",
        ),
        (
            Sum(D[i, j] * W_2[h, j], *over(j)),
            "exchange of sums, delta collapse",
        ),
        using="eq:hidden-score-slope",
    )
    proof.step(
        "eq:hidden-gradient-matrix",
        Derivative(M, H_1),
        D * W_2.T,
        by="entry by entry",
        using="eq:hidden-gradient",
    )

# %% [markdown]
# ## Through the gate

# %%
with evaluate(False):
    positive = bracket(StrictGreaterThan(Q[i, h], 0))
    proof.define("eq:gate", Gamma[i, h], positive)
    slope = Derivative(H_1[i, h], Q[i, h])
    proof.step(
        "eq:relu-slope",
        slope,
        Gamma[i, h],
        by="definition, derivative of the positive part",
    )
    proof.define("eq:hidden-error", Delta[i, h], Derivative(M, Q[i, h]))
    proof.chain(
        "eq:hidden-error-gate",
        Delta[i, h],
        (passed * slope, "chain rule"),
        (passed * Gamma[i, h], "substitution of a result"),
        using="eq:relu-slope",
    )
    proof.step(
        "eq:hidden-error-matrix",
        Delta,
        HadamardProduct(D * W_2.T, Gamma),
        by="entry by entry, substitution of a result",
        using=("eq:hidden-error-gate", "eq:hidden-gradient"),
    )

# %% [markdown]
# ## The first layer

# %%
with evaluate(False):
    first = W_1[d, h]
    proof.step(
        "eq:hidden-slope",
        Derivative(Q[i, l], first),
        X[i, d] * delta(l, h),
        by=coordinate,
    )
    proof.chain(
        "eq:first-weights-gradient",
        Derivative(L, first),
        (Derivative(M, first) + Derivative(R, first), "definition, linearity"),
        (
            Sum(
                Sum(Delta[i, l] * Derivative(Q[i, l], first), *over(l)),
                *over(i),
            )
            + Derivative(R, first),
            "chain rule",
        ),
        (
            Sum(Sum(Delta[i, l] * (X[i, d] * delta(l, h)), *over(l)), *over(i))
            + strength * first,
            "substitution of a result",
        ),
        (
            Sum(X[i, d] * Delta[i, h], *over(i)) + strength * first,
            "delta collapse",
        ),
        using=("eq:hidden-slope", "eq:penalty-gradient-first"),
    )
    proof.step(
        "eq:first-weights-matrix",
        Derivative(L, W_1),
        X.T * Delta + strength * W_1,
        by="entry by entry",
        using="eq:first-weights-gradient",
    )
    entry = X[i, d]
    proof.step(
        "eq:input-slope",
        Derivative(Q[a, h], entry),
        delta(a, i) * W_1[d, h],
        by=coordinate,
    )
    proof.chain(
        "eq:input-gradient",
        Derivative(M, entry),
        (
            Sum(
                Sum(Delta[a, h] * Derivative(Q[a, h], entry), *over(h)),
                *over(a),
            ),
            "chain rule",
        ),
        (
            Sum(
                Sum(Delta[a, h] * (delta(a, i) * W_1[d, h]), *over(h)),
                *over(a),
            ),
            "substitution of a result",
        ),
        (
            Sum(Delta[i, h] * W_1[d, h], *over(h)),
            "exchange of sums, delta collapse",
        ),
        using="eq:input-slope",
    )
    proof.step(
        "eq:input-gradient-matrix",
        Derivative(M, X),
        Delta * W_1.T,
        by="entry by entry",
        using="eq:input-gradient",
    )

# %% [markdown]
# ## Added up over the classes
#
# The pushes of a sample add up to zero, so all that is left is the price.

# %%
with evaluate(False):
    proof.chain(
        "eq:weight-rows",
        Sum(Derivative(L, weight), *over(k)),
        (
            Sum(
                Sum(H_1[i, h] * D[i, k], *over(i)) + strength * weight,
                *over(k),
            ),
            "substitution of a result",
        ),
        (
            Sum(H_1[i, h] * Sum(D[i, k], *over(k)), *over(i))
            + strength * Sum(weight, *over(k)),
            "sum of terms, exchange of sums, constant factor",
        ),
        (strength * Sum(weight, *over(k)), "multiplying out"),
        using=("eq:second-weights-gradient", "eq:mean-gradient"),
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "backprop.md", W_1, W_2, M, D, N, D, h, k, j, j, M, M, i, Q[i, h], X,
        H_1, Delta, D, W_2, D, N, strength, D, Delta, Delta,
    )  # fmt: skip
    proof.mention(
        "train.md", log(C), log(C), log(C),
    )  # fmt: skip

# %%
proof.conclude()
