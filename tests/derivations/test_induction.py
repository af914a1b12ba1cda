"""Letters that are defined step by step, and what is shown of them by induction."""

import pytest
from sympy import evaluate

from derivations.ledger import library
from derivations.notation import N, eta, nabla, notation, nu, nu_bar, r, t, theta_bar, theta_t
from derivations.proof.derivation import Derivation
from derivations.proof.judge import _Judge
from derivations.proof.meaning import Definitions
from derivations.proof.read import read
from derivations.proof.symbols import row

LIBRARY = library()

with evaluate(False):
    VELOCITY = ("eq:velocities", nu_bar[t, r], N * nu[t, r])
    WEIGHTS = ("eq:weights", theta_bar[t, r], theta_t[t, r])
    SHOWN_TOGETHER = [
        ([VELOCITY, WEIGHTS], None),
        ([WEIGHTS, VELOCITY], None),
        # each needs the other: the gradient rests on the weights, the weights on the velocity
        ([VELOCITY], "does not follow"),
        ([WEIGHTS], "does not follow"),
        ([("eq:velocities", nu_bar[t, r], nu[t, r]), WEIGHTS], "does not follow"),
        ([("eq:velocities", nu_bar[t, r], N**2 * nu[t, r]), WEIGHTS], "does not follow"),
        ([("eq:weights", theta_bar[t, r], theta_t[t, r] + 1), VELOCITY], "does not hold at step 0"),
        ([("eq:weights", theta_bar[t, r], N * theta_t[t, r]), VELOCITY], "does not hold at step 0"),
        ([("eq:no-step", eta, eta + 0 * eta), VELOCITY], "says nothing about a step"),
        # the step after the next is not the next
        (
            [("eq:stops", (nu[t + 1, r] - nu[t, r]) * (nu[t + 1, r] - nabla(row(theta_t, 0), 0, r)), 0)],
            "does not follow",
        ),
    ]


@pytest.mark.parametrize(("claims", "failure"), SHOWN_TOGETHER)
def test_induction_needs_a_start_and_a_step(claims, failure):
    """All claims hold at step 0, and after a step if all of them hold before it."""
    proof = Derivation("test")
    with evaluate(False):
        proof.induction(*claims)

    said = [_Judge(claim.reading, claim, 0, LIBRARY)._proves_by_induction() for claim in proof.claims]

    assert all(one is None for one in said) if failure is None else any(failure in (one or "") for one in said)


def test_what_is_shown_together_includes_the_claim():
    """A claim cannot hide behind the proof of others."""
    proof = Derivation("test")
    with evaluate(False):
        proof.induction(VELOCITY, WEIGHTS)
        proof.step("eq:other", theta_bar[t, r], eta, by="algebra")
    *_, other = proof.claims
    borrowed = proof.claims[0]

    said = _Judge(other.reading, borrowed, 0, LIBRARY)._proves_by_induction()

    assert said == "it is not one of those that are shown together"


# definitions in order; words of the refusal
DEFINITIONS = [
    ([r"\nu_{0,r} = 0", r"\nu_{0,r} = 1"], "defined twice"),
    ([r"\nu_{t,r} = 0"], "at step 0 and after step t"),
    ([r"\nu_{t+1,r} = \theta_{t+1,r}"], "is not defined before it"),
    ([r"\nu_{t+1,r} = \nu_{t+1,r} + 1"], "is not defined before it"),
    ([r"\nu_{0,r} = \theta_{t,r}"], "on the right only"),
    ([r"\nu_{t+1,r} = \theta_{0,r}"], "is not of this step or the one before"),
    ([r"\nu_{t+1,r} = s_{i,j}"], "on the right only"),
    ([r"\nu_{t+1,0} = u"], "for every index"),
    ([r"\nu_{0,r} = y_0"], "not a value that nu can have"),
    ([r"\nu_{t+1,r} = M"], "M stands on the right and is not defined"),
    ([r"\nu_{0,r} = 0", r"\nu_{t+1,r} = \nu_{t,r}", r"\bar{\nu} = \nu"], "for every index"),
    ([r"\bar{\theta}_{0,r} = \theta_{0,r}", r"\theta_{0,r} = \bar{\theta}_{0,r} + 1"], "defined twice"),
    ([r"\theta_{t+1,r} = \theta_{t,r}", r"T = \theta_{1,0}"], "stands in no other definition"),
]


@pytest.mark.parametrize(("definitions", "words"), DEFINITIONS)
def test_a_definition_by_steps_never_goes_round(definitions, words):
    """Each value comes from earlier ones, once."""
    known = Definitions(notation)
    with pytest.raises(ValueError, match=words):
        for number, latex in enumerate(definitions):
            known.define(*read(latex, notation).sides, f"eq:{number}")


def test_a_row_at_a_step_is_introduced_with_its_length():
    """The weights at the start may be any."""
    proof = Derivation("test")
    proof.introduce("eq:weights", row(theta_t, 0))

    assert str(proof.claims[0]) == "theta_t[0] in reals(real, P)"


def test_a_function_that_may_be_any_is_introduced_with_the_set_of_its_values():
    """Its value at some weights is one number for each weight."""
    proof = Derivation("test")
    proof.introduce("eq:gradient", nabla(row(theta_t, 0), t))

    assert str(proof.claims[0]) == "nabla(theta_t[0])[t] in reals(real, P)"
    assert {"nabla", "P", "r", "t"} <= proof.claims[0].introduces
