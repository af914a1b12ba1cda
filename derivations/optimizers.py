# %% [markdown]
# # Is it just the learning rate?
#
# Two runs side by side: one takes the mean and its rate, the other, with a bar on its letters, takes the sum.

# %%
from sympy import Integer, evaluate, sqrt

from derivations.notation import (
    N, U, U_bar, V, V_bar, beta_1, beta_2, epsilon, eta, momentum, nabla, nu,
    nu_bar, psi, psi_bar, r, step_size, strength, t, theta, theta_bar,
    theta_t, threshold, u, v, xi,
)  # fmt: skip
from derivations.proof.symbols import larger, norm, row
from derivations.script import Derivation

proof = Derivation("optimizers", __name__, uses=("one_over_n",))

# %% [markdown]
# ## Plain descent

# %%
with evaluate(False):
    proof.introduce("eq:rate", eta)
    proof.introduce("eq:batch-gradient", nabla(theta, t))
    slope = nabla(theta, t, r)
    proof.step(
        "eq:sgd",
        theta[r] - eta / N * (N * slope),
        theta[r] - eta * slope,
        by="cancellation",
    )

# %% [markdown]
# ## Momentum
#
# The velocity of the run with the sum is N times as large, and its rate N times smaller.
# Each step keeps both, so they hold for ever.

# %%
with evaluate(False):
    proof.introduce("eq:momentum-factor", momentum)
    proof.introduce("eq:weights-start", row(theta_t, 0))
    slope = nabla(row(theta_t, t), t, r)
    velocity = momentum * nu[t, r] + slope
    proof.define("eq:velocity-start", nu[0, r], 0)
    proof.define("eq:velocity", nu[t + 1, r], velocity)
    proof.define(
        "eq:momentum", theta_t[t + 1, r], theta_t[t, r] - eta * nu[t + 1, r]
    )
    proof.define("eq:sum-start", theta_bar[0, r], theta_t[0, r])
    proof.define("eq:sum-velocity-start", nu_bar[0, r], 0)
    proof.define(
        "eq:sum-velocity",
        nu_bar[t + 1, r],
        momentum * nu_bar[t, r] + N * nabla(row(theta_bar, t), t, r),
    )
    proof.define(
        "eq:sum-momentum",
        theta_bar[t + 1, r],
        theta_bar[t, r] - eta / N * nu_bar[t + 1, r],
    )
    proof.chain(
        "eq:one-step-velocity",
        momentum * N * nu[t, r] + N * slope,
        (N * velocity, "distributing"),
        (N * nu[t + 1, r], "definition"),
    )
    proof.chain(
        "eq:one-step-weights",
        theta_t[t, r] - eta / N * (N * nu[t + 1, r]),
        (theta_t[t, r] - eta * nu[t + 1, r], "cancellation"),
        (theta_t[t + 1, r], "definition"),
    )
    proof.induction(
        ("eq:same-velocity", nu_bar[t, r], N * nu[t, r]),
        ("eq:same-weights", theta_bar[t, r], theta_t[t, r]),
    )
    ahead = momentum * nu[t + 1, r]
    proof.step(
        "eq:nesterov",
        theta_t[t, r] - eta / N * (N * slope + momentum * N * nu[t + 1, r]),
        theta_t[t, r] - eta * (slope + ahead),
        by="distributing, cancellation",
    )

# %% [markdown]
# ## Adam
#
# The same rate this time, and N times the small number in the denominator.


# %%
def adam_step(weight, first, second, small):
    """The weight after a step, from Adam's two averages after it."""
    step = first / (1 - beta_1 ** (t + 1))
    size = sqrt(second / (1 - beta_2 ** (t + 1))) + small
    return weight - eta * (step / size)


with evaluate(False):
    proof.introduce("eq:adam-rates", beta_1, beta_2)
    proof.introduce("eq:adam-start", row(psi, 0))
    proof.define("eq:adam-first-start", U[0, r], 0)
    proof.define("eq:adam-second-start", V[0, r], 0)
    slope = nabla(row(psi, t), t, r)
    proof.define(
        "eq:adam-first",
        U[t + 1, r],
        beta_1 * U[t, r] + (1 - beta_1) * slope,
    )
    proof.define(
        "eq:adam-second",
        V[t + 1, r],
        beta_2 * V[t, r] + (1 - beta_2) * slope**2,
    )
    proof.define(
        "eq:adam",
        psi[t + 1, r],
        adam_step(psi[t, r], U[t + 1, r], V[t + 1, r], epsilon),
    )
    proof.define("eq:adam-sum-start", psi_bar[0, r], psi[0, r])
    proof.define("eq:adam-sum-first-start", U_bar[0, r], 0)
    proof.define("eq:adam-sum-second-start", V_bar[0, r], 0)
    slope = N * nabla(row(psi_bar, t), t, r)
    proof.define(
        "eq:adam-sum-first",
        U_bar[t + 1, r],
        beta_1 * U_bar[t, r] + (1 - beta_1) * slope,
    )
    proof.define(
        "eq:adam-sum-second",
        V_bar[t + 1, r],
        beta_2 * V_bar[t, r] + (1 - beta_2) * slope**2,
    )
    proof.define(
        "eq:adam-sum",
        psi_bar[t + 1, r],
        adam_step(
            psi_bar[t, r], U_bar[t + 1, r], V_bar[t + 1, r], N * epsilon
        ),
    )
    proof.induction(
        ("eq:adam-same-first", U_bar[t, r], N * U[t, r]),
        ("eq:adam-same-second", V_bar[t, r], N**2 * V[t, r]),
        ("eq:adam-same-weights", psi_bar[t, r], psi[t, r]),
    )
    root = sqrt(N**2 * v)
    proof.chain(
        "eq:adam-epsilon",
        N * u / (root + epsilon),
        (
            N * u / (N * (sqrt(v) + epsilon / N)),
            "root of a square, distributing, cancellation",
        ),
        (u / (sqrt(v) + epsilon / N), "cancellation"),
    )
    proof.step(
        "eq:adam-invariant",
        N * u / root,
        u / sqrt(v),
        by="root of a square, cancellation",
    )

# %% [markdown]
# ## Worked out in exercises
#
# How fast the ball gets where the gradient is always 1, and Adam's first step.

# %%
with evaluate(False):
    fastest = 1 / (1 - momentum)
    proof.step(
        "eq:final-speed",
        momentum * v + 1 - fastest,
        momentum * (v - fastest),
        by="algebra",
    )
    new = (1 - beta_1) * nabla(row(psi, 0), 0, r)
    proof.step(
        "eq:adam-first-step",
        (beta_1 * U[0, r] + new) / (1 - beta_1),
        nabla(row(psi, 0), 0, r),
        by="definition, independence, cancellation",
    )

# %% [markdown]
# ## Where the constant stays
#
# Whatever is added to the gradient and not divided by N, and a threshold that is not multiplied by it.

# %%
with evaluate(False):
    weight, slope, small = theta[r], nabla(theta, t, r), eta / N
    proof.introduce("eq:auxiliary-gradient", xi)
    proof.step(
        "eq:auxiliary",
        weight - small * (N * slope + xi[r]),
        weight - eta * (slope + 1 / N * xi[r]),
        by="distributing, cancellation",
    )
    proof.step(
        "eq:l2",
        weight - small * (N * slope + strength * weight),
        weight - eta * (slope + strength / N * weight),
        by="distributing, cancellation",
    )
    proof.step(
        "eq:l2-repaired",
        weight - small * (N * slope + N * strength * weight),
        weight - eta * (slope + strength * weight),
        by="distributing, cancellation",
    )
    proof.step(
        "eq:decay",
        weight - small * strength * weight - small * (N * slope),
        (1 - eta * strength / N) * weight - eta * slope,
        by="distributing, cancellation",
    )
    proof.step(
        "eq:decay-repaired",
        weight - small * N * strength * weight - small * (N * slope),
        (1 - eta * strength) * weight - eta * slope,
        by="distributing, cancellation",
    )
    proof.introduce("eq:threshold", threshold)
    length = norm(nabla(theta, t))
    long = norm(N * nabla(theta, t))
    proof.step(
        "eq:clip",
        threshold / larger(threshold, long) * (N * slope),
        threshold / larger(threshold / N, length) * slope,
        by="multiple out, cancellation",
    )
    proof.step(
        "eq:clip-repaired",
        N * threshold / larger(N * threshold, long) * (N * slope),
        N * (threshold / larger(threshold, length) * slope),
        by="multiple out, cancellation",
    )
    proof.step(
        "eq:loss-scaling", 1 / u * (u * slope), slope, by="cancellation"
    )
    proof.introduce("eq:batch-of-step", step_size[t])
    proof.step(
        "eq:ragged",
        weight - eta / step_size[t] * (step_size[t] * slope),
        weight - eta * slope,
        by="cancellation",
    )

# %% [markdown]
# ## Letters in the text

# %%
with evaluate(False):
    proof.mention(
        "learning-rate.md", N, N, t, N, N, N, N, N, N, N, N, N, strength, N, N,
        threshold, N, N, N, u, N, N, N, t,
    )  # fmt: skip
    proof.mention(
        "momentum.md", N, N, N, N, N, N, t, N, N, N, momentum, N, N, N, v,
    )  # fmt: skip
    proof.mention(
        "adam.md", psi, row(theta_t, t), epsilon, N, N, N, N, N, epsilon, N, u,
        v, epsilon, epsilon, N, epsilon, epsilon, N, N, epsilon, N,
    )  # fmt: skip

# %%
proof.conclude()
