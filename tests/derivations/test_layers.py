"""The three layers that look at values: each says yes to what is true and no to what is false."""

import mpmath
import pytest

from derivations.ledger import library
from derivations.notation import EXAMPLE, notation
from derivations.proof import concrete, numeric
from derivations.proof.inequality import Order
from derivations.proof.meaning import Unsupported
from derivations.proof.normal import Normalizer
from derivations.proof.read import read

LIBRARY = library()
DEFINITIONS = LIBRARY.definitions
NETWORK = LIBRARY.seen_by(LIBRARY.claims["eq:network-scores"]).definitions  # the scores are computed

TRUE = [
    r"\sum_j \delta_{j,y_i} s_{i,j} = s_{i,y_i}",
    r"\sum_k \sum_i \sum_d X_{i,d} W_{1,d,h} \delta_{k,y_i} = \sum_i \sum_d X_{i,d} W_{1,d,h}",
    r"\sum_j \sum_k s_{i,j} p_{i,k} = \sum_j s_{i,j}",
    r"\sum_i \sum_j s_{i,j} p_{i,j} = \sum_j \sum_i p_{i,j} s_{i,j}",
    r"\sum_i 1 = N",
    r"\sum_{j \neq y_i} 1 = C - 1",
    r"\delta_{j,k} \delta_{k,b} s_{i,j} = \delta_{j,k} \delta_{j,b} s_{i,b}",
    r"\delta_{j,k}^2 = \delta_{j,k}",
    r"e^{\log u + v} = u e^v",
    r"\log \frac{u^2}{v} = 2 \log u - \log v",
    r"\log \left( 2 u \right) = \log 2 + \log u",
    r"\frac{1}{1 + e^{-u}} = \frac{e^u}{e^u + 1}",
    r"\frac{\partial Z_i}{\partial s_{a,b}} = \sum_j \delta_{i,a} \delta_{j,b} e^{s_{i,j}}",
    r"\frac{\partial^2 L_a}{\partial s_{a,b} \partial s_{a,k}} = p_{a,b} \left( \delta_{b,k} - p_{a,k} \right)",
    r"\frac{\partial R}{\partial W_{2,h,j}} = \lambda W_{2,h,j}",
    r"\mathbf{1}_N^\top p = \left( p^\top \mathbf{1}_N \right)^\top",
    r"\lVert p_i \rVert^2 = p_i^\top p_i",
    r"\operatorname{diag}(p_i) p_i = p_i \odot p_i",
    r"p^\top Y = \left( Y^\top p \right)^\top",
    r"\sum_i p_i p_i^\top = p^\top p",
    r"\sum_i p_i = p^\top \mathbf{1}_N",
    r"\operatorname{diag}(p_i) \mathbf{1}_C = p_i",
    r"\mathbb{1}[y_i = j] + \mathbb{1}[y_i \neq j] = 1",
    r"\begin{cases} u & \text{if } y_i = j \\ v & \text{otherwise} \end{cases} = v + \delta_{j,y_i} \left( u - v \right)",
    r"\sum_g \sum_i \delta_{g,z_i} s_{i,j} = \sum_i s_{i,j}",
    r"\sum_g \frac{1}{n_g} \sum_i \delta_{g,z_i} s_{i,j} = \sum_i \frac{s_{i,j}}{n_{z_i}}",
    r"\sum_g \delta_{g,z_a} n_g = n_{z_a}",
    r"\sqrt{N^2 v} = N \sqrt{v}",
    r"\sqrt{N^2 u + N^3 v} = N \sqrt{u + N v}",
    r"\frac{1}{\sqrt{u^2}} = \frac{1}{u}",
    r"\lVert N \xi \rVert = N \lVert \xi \rVert",
    r"\max \left( u, \lVert N \xi \rVert \right) = N \max \left( \frac{u}{N}, \lVert \xi \rVert \right)",
    r"\frac{\partial}{\partial \theta_r} \left( u \ell_i(\theta) + v \right) = u \frac{\partial}{\partial \theta_r} \ell_i(\theta)",
    r"\nu_{t+1,r} = \nabla_t(\theta_t)_r + \mu \nu_{t,r}",
    r"\beta_1^{t+1} u - \beta_1^{t+1} v = \beta_1^{t+1} (u - v)",
    r"\max(0, \gamma) = \mathbb{1}[\gamma > 0] \gamma",
    r"\mathbb{1}[\gamma > 0] \max(0, \gamma) = \max(0, \gamma)",
    r"\max(0, \gamma) - \max(0, -\gamma) = \gamma",
    r"\max(0, N \gamma) = N \max(0, \gamma)",
    r"\mathbb{1}[2 u \gamma > 0] = \mathbb{1}[\gamma > 0]",
    r"\max(0, u) = u",
    r"\max(0, -u) = 0",
    r"\mathbb{1}[\gamma > 0]^2 = \mathbb{1}[\gamma > 0]",
    r"\mathbb{1}[\sum_k p_{i,k} > 1] = 0",  # and rounding does not say otherwise
    r"\mathbb{1}[1 > \frac{e^{x_j}}{e^{x_j}}] = 0",
    r"\frac{\partial}{\partial \gamma} \max(0, 2 \gamma) = 2 \cdot \mathbb{1}[\gamma > 0]",
    r"\begin{cases} \gamma & \text{if } \gamma > 0 \\ 0 & \text{otherwise} \end{cases} = \max(0, \gamma)",
    r"\sum_j x_j \left( \sum_k x_k p_{i,k} \right)^2 = \sum_j \sum_k \sum_b x_j x_k p_{i,k} x_b p_{i,b}",
    r"\sum_j \sum_i \frac{e^{s_{i,j}}}{Z_i} = N",
    r"\log \left( 1 - \frac{1}{1 + e^{-u}} \right) = -u - \log \left( 1 + e^{-u} \right)",
    r"\frac{1}{1 - \frac{1}{1 + e^{-u}}} = 1 + e^u",
]

FALSE = [
    r"\sum_j \delta_{j,y_i} s_{i,j} = s_{i,0}",
    r"\sum_j s_{i,j} p_{i,j} = \sum_j \sum_k s_{i,j} p_{i,k}",
    r"\sum_i 1 = C",
    r"\delta_{j,k} s_{i,j} = \delta_{j,k} s_{i,b}",
    r"\log \left( u + v \right) = \log u + \log v",
    r"\frac{\partial Z_i}{\partial s_{a,b}} = e^{s_{i,b}}",
    r"\frac{\partial^2 L_a}{\partial s_{a,b} \partial s_{a,k}} = p_{a,b} \left( 1 - p_{a,k} \right)",
    r"p^\top Y = Y^\top p",
    r"\sum_{j=0}^{C} s_{i,j} = \sum_j s_{i,j}",
    r"\sum_{j=1}^{C-1} s_{i,j} = \sum_j s_{i,j}",
    r"\begin{cases} u & \text{if } y_i = j \\ v & \text{if } y_i = j \end{cases} = v",
    r"s_{i,7} = s_{i,7}",
    r"\frac{u}{v - v} = u",
    r"\log \left( u - u \right) = v",
    r"\frac{s_{i,j}}{s_{i,j}} = 1",
    r"\frac{\lambda}{\lambda} = 1",
    r"\sum_g \sum_i \delta_{g,z_i} s_{i,j} = G \sum_i s_{i,j}",
    r"\sum_g M_g = G M",
    r"\sqrt{s_{i,j}^2} = s_{i,j}",
    r"\sqrt{u + v} = \sqrt{u} + \sqrt{v}",
    r"\max(u s_{i,j}, v s_{i,j}) = s_{i,j} \max(u, v)",
    r"\max(u, v) = u",
    r"\ell_i(\theta) = \ell_a(\theta)",
    r"\frac{\partial}{\partial \theta_r} \ell_i(\theta) = 0",
    r"\nabla_t(\theta)_r = \nabla_t(\xi)_r",
    r"\nu_{t+1,r} = \nu_{t,r}",
    r"\theta_{t,r} = \theta_{0,r}",
    r"\bar{\psi}_{t,r} = \theta_{t,r}",
    r"\beta_1^{t+1} = \beta_1",
    r"\max(0, \gamma) = \gamma",
    r"\max(0, -\gamma) = -\max(0, \gamma)",
    r"\max(0, \gamma) = \max(0, -\gamma)",
    r"\mathbb{1}[\gamma > 0] = 1",
    r"\mathbb{1}[-\gamma > 0] = 1 - \mathbb{1}[\gamma > 0]",  # not at 0
    r"\mathbb{1}[s_{i,j} \gamma > 0] = \mathbb{1}[\gamma > 0]",
    r"\max(0, s_{i,j} \gamma) = s_{i,j} \max(0, \gamma)",
    r"\frac{\partial}{\partial \gamma} \max(0, \gamma) = 1",
    r"\sum_j x_j \left( \sum_k x_k \right)^2 = \sum_j \sum_k x_j x_k^2",
]

# What no layer may call proved: the value of one side is not what a reader would take it for.
UNSUPPORTED = [
    r"\frac{\partial L_i}{\partial Z_i} = 0",
    r"\frac{\partial Z_i}{\partial p_{i,j}} = 0",
    r"\frac{\partial s_{i,j}}{\partial p_{i,j}} = 0",
    r"\left. \max_k x_k - x_j \right|_{C=1} = \max_k x_k - x_j",
    r"\left. \sum_k x_k \right|_{C=1} = \sum_k x_k",
    r"\left. \bar{\nu}_{t,r} \right|_{N=1} = \bar{\nu}_{t,r}",
    r"\frac{\partial \nu_{t,r}}{\partial \mu} = 0",
    r"\frac{\partial \theta_{t+1,r}}{\partial \mu} = -\eta \nu_{t,r}",
    r"\frac{\partial \bar{\theta}_{t,r}}{\partial \theta_{0,r}} = 0",
    r"\sum_t \frac{\partial \theta_{t,r}}{\partial \theta_{0,r}} = \frac{\partial \theta_{0,r}}{\partial \theta_{0,r}}",
    r"\ell_i(A_{a,b,0} \mathbf{1}_P \mathbf{1}_P^\top \xi) = \ell_i(A_{a,b} \mathbf{1}_P^\top \xi)",
    r"\left. n_g \right|_{G=1} = n_g",
    r"\left. s_{i,y_i} \right|_{C=1} = s_{i,y_i}",
    # a division by what may be 0, somewhere
    r"\frac{u - 2 v}{u - 2 v} = 1",
    r"\frac{N - 4}{N - 4} = 1",
    r"\frac{1 - 2 \mu}{1 - 2 \mu} u = u",
    r"\frac{s_{i,j} - 1}{s_{i,j} - 1} = 1",
    r"\frac{1}{\frac{1}{s_{i,j}}} = s_{i,j}",
    r"\frac{\lambda}{\lambda} = 1",
    r"\frac{\kappa_i}{\kappa_i} = 1",
    r"\frac{\mu}{\mu} = 1",
    r"\frac{\lVert \xi \rVert}{\lVert \xi \rVert} = 1",
    r"\frac{U_{t,r}}{U_{t,r}} = 1",
    r"\frac{u}{\sqrt{\lambda}} - \frac{u}{\sqrt{\lambda}} = 0",
    r"\frac{\sum_i s_{i,j}}{\sum_i s_{i,j}} = 1",
    r"\frac{0}{u - 2 v} = 0",
    r"\frac{u + \gamma^{t+1}}{u + \gamma^{t+1}} = 1",
    r"\sqrt{\gamma^{t+1}} - \sqrt{\gamma^{t+1}} = 0",
    r"\sqrt{s_{i,j} + 100} - \sqrt{s_{i,j} + 100} = 0",
    r"\frac{\max(0, \gamma)}{\max(0, \gamma)} = 1",
    r"\frac{\mathbb{1}[\gamma > 0]}{\mathbb{1}[\gamma > 0]} = 1",
    r"\log \left( 1 - \frac{2}{1 + e^{-u}} \right) - \log \left( 1 - \frac{2}{1 + e^{-u}} \right) = 0",
    r"\frac{1 - \frac{2}{1 + e^{-u}}}{1 - \frac{2}{1 + e^{-u}}} = 1",
    r"\frac{\partial}{\partial \gamma} \max(u, \gamma) = 0",
    # a bracket has no derivative where it opens
    r"\frac{\partial}{\partial \gamma} \mathbb{1}[\gamma - 1 > 0] = 0",
    r"\frac{\partial}{\partial \gamma} \left( \mathbb{1}[\gamma > 1] \gamma \right) = \mathbb{1}[\gamma > 1]",
    # labels do not move
    r"\frac{\partial}{\partial n_g} n_g^2 = 2 n_g",
    r"\frac{\partial Y_{i,j}}{\partial Y_{i,j}} = 1",
    # as many hidden units as the scores elsewhere rest on
    r"\left. M \right|_{H=1} = M",
    # too much to work out
    r"\left( u + v + \gamma + \phi + \chi \right)^{50} = \left( v + u + \gamma + \phi + \chi \right)^{50} + 0",
    r"\log 12345678901234567890123456789012345678901 = \log 12345678901234567890123456789012345678901 + 0",
    # the scores are given here, and computed elsewhere
    r"\frac{\partial s_{i,j}}{\partial b_{2,k}} = 0",
    r"\frac{\partial M}{\partial W_{2,h,k}} = 0",
    r"\frac{\partial L}{\partial W_{2,h,k}} = \lambda W_{2,h,k}",
    r"\frac{\partial M}{\partial H_{1,i,h}} = 0",
    # a class that may not be there
    r"(C - 1) (C - 2) (C - 3) \sum_k \delta_{k,4} = (C - 1) (C - 2) (C - 3)",
    r"(C - 1) (C - 2) (C - 3) \sum_{k \neq 4} 1 = (C - 1) (C - 2) (C - 3) (C - 1)",
]

# Where the scores are computed, the regularization and they are made of the same weights.
UNSUPPORTED_IN_A_NETWORK = [
    r"\frac{\partial L}{\partial s_{i,j}} = D_{i,j}",
    r"\frac{\partial R}{\partial s_{i,j}} = 0",
    r"\frac{\partial L}{\partial H_{1,i,h}} = \frac{\partial M}{\partial H_{1,i,h}}",
    r"\frac{\partial W_{2,h,k}}{\partial s_{i,j}} = 0",
]
TRUE_IN_A_NETWORK = [
    r"\frac{\partial L}{\partial W_2} = H_1^\top D + \lambda W_2",
    r"\frac{\partial L}{\partial X} = \frac{\partial M}{\partial X}",
    r"\frac{\partial s_{i,j}}{\partial X_{a,d}} = \delta_{i,a} \sum_h W_{1,d,h} \Gamma_{i,h} W_{2,h,j}",
]
FALSE_IN_A_NETWORK = [
    r"\frac{\partial L}{\partial W_2} = H_1^\top D",
    r"\frac{\partial L}{\partial W_2} = \lambda W_2 - H_1^\top D",
    r"\frac{\partial s_{i,j}}{\partial X_{a,d}} = \delta_{i,a} \sum_h W_{1,d,h} W_{2,h,j}",
    r"\frac{\partial s_{i,j}}{\partial W_{2,h,k}} = 0",
]

# What may stand below a line.
NEVER_ZERO = [
    r"N", r"u", r"Z_i", r"p_{i,j}", r"u + v", r"u + \lambda", r"u + \mu", r"u + s_{i,j}^2", r"u + \lVert \xi \rVert",
    r"1 - \mu", r"1 - \beta_1^{t+1}", r"2 - \mu", r"\sqrt{u}", r"\sqrt{\lambda} + \varepsilon",
    r"\max(u, s_{i,j})", r"n_g", r"n_{z_i}", r"\sum_i \kappa_i", r"\Omega",
]  # fmt: skip


def shown_by_algebra(latex, definitions=DEFINITIONS):
    reading = read(latex, notation)
    try:
        return Normalizer(definitions).equal(*definitions.entries_of_relation(reading.sides))
    except Unsupported:
        return False


@pytest.mark.parametrize("latex", TRUE)
def test_the_normal_form_shows_what_is_true(latex):
    """For every N and C."""
    assert shown_by_algebra(latex)


@pytest.mark.parametrize("latex", UNSUPPORTED)
def test_what_has_no_clear_value_is_not_shown(latex):
    """A derivative by what the other side is not a function of; a size that something runs over."""
    assert not shown_by_algebra(latex)


@pytest.mark.parametrize("latex", TRUE_IN_A_NETWORK)
def test_where_the_scores_are_computed(latex):
    """All three layers agree; where the scores are given, the same formula is not shown."""
    reading, worlds = read(latex, notation), numeric.random_worlds(NETWORK, latex)

    assert shown_by_algebra(latex, NETWORK)
    assert concrete.agrees(reading, 0, NETWORK)
    assert numeric.find_counterexample(reading, 0, NETWORK, worlds) is None


@pytest.mark.parametrize("latex", FALSE_IN_A_NETWORK)
def test_what_is_false_where_the_scores_are_computed(latex):
    """No layer lets it pass."""
    reading, worlds = read(latex, notation), numeric.random_worlds(NETWORK, latex)

    assert not shown_by_algebra(latex, NETWORK)
    assert not concrete.agrees(reading, 0, NETWORK)
    assert numeric.find_counterexample(reading, 0, NETWORK, worlds) is not None


@pytest.mark.parametrize("latex", UNSUPPORTED_IN_A_NETWORK)
def test_no_derivative_in_what_shares_its_letters(latex):
    """To move the scores alone means nothing for what rests on the weights too."""
    assert not shown_by_algebra(latex, NETWORK)


KINKS = [
    (r"\frac{\partial}{\partial \gamma} \max(0, \gamma) = \mathbb{1}[\gamma > 0]", True),
    (r"\frac{\partial}{\partial \gamma} \max(0, \gamma) = \mathbb{1}[-\gamma > 0]", False),
    (r"\frac{\partial}{\partial \gamma} \max(0, 5000 \gamma) = 5000 \cdot \mathbb{1}[\gamma > 0]", True),
    (r"\frac{\partial}{\partial \gamma} \max(0, \gamma - \gamma) = 0", True),  # nothing moves
    # at some size, or for some indices, there is a kink whatever the numbers are
    (r"\left. \frac{\partial}{\partial \gamma} \max(\gamma + N - 1, 0) \right|_{\gamma=0} = \mathbb{1}[N - 1 > 0]", False),
    (r"\left. \frac{\partial}{\partial \gamma} \max(0, \gamma + N - 1) \right|_{\gamma=0} = \mathbb{1}[N - 1 > 0]", False),
    (r"\left. \frac{\partial}{\partial \gamma} \max(\gamma + \delta_{j,k}, 0) \right|_{\gamma=0} = \mathbb{1}[\delta_{j,k} > 0]", False),
    (r"\left. \frac{\partial}{\partial \gamma} \max(0, \gamma + \delta_{j,k}) \right|_{\gamma=0} = \mathbb{1}[\delta_{j,k} > 0]", False),
]


@pytest.mark.parametrize(("latex", "holds"), KINKS)
def test_a_derivative_at_a_kink_is_not_asked_for(latex, holds):
    """The other worlds decide; if there is none, nothing is confirmed."""
    found = numeric.find_counterexample(read(latex, notation), 0, DEFINITIONS, numeric.random_worlds(DEFINITIONS, "kink"))

    assert (found is None) is holds


@pytest.mark.parametrize("latex", NEVER_ZERO)
def test_one_may_divide_by_it(latex):
    """It is positive, or a promise of the pages says that it is not 0."""
    assert shown_by_algebra(rf"\frac{{{latex}}}{{{latex}}} = 1")


NOT_BY_ALGEBRA_ALONE = {r"s_{i,7} = s_{i,7}", r"\frac{s_{i,j}}{s_{i,j}} = 1", r"\frac{\lambda}{\lambda} = 1"}  # numbers refute them


@pytest.mark.parametrize("latex", [one for one in FALSE if one not in NOT_BY_ALGEBRA_ALONE])
def test_the_normal_form_never_shows_what_is_false(latex):
    """Neither by a wrong collapse nor by a wrong cancellation."""
    assert not shown_by_algebra(latex)


@pytest.mark.parametrize("latex", TRUE)
def test_numbers_do_not_refute_what_is_true(latex):
    """At 50 digits, in every world."""
    worlds = numeric.random_worlds(DEFINITIONS, latex)

    assert numeric.find_counterexample(read(latex, notation), 0, DEFINITIONS, worlds) is None


@pytest.mark.parametrize("latex", FALSE)
def test_numbers_refute_what_is_false(latex):
    """With a counterexample that names sizes and both values."""
    worlds = numeric.random_worlds(DEFINITIONS, latex)

    found = numeric.find_counterexample(read(latex, notation), 0, DEFINITIONS, worlds)

    assert "for N = " in str(found)
    assert "left" in str(found)


@pytest.mark.parametrize("latex", TRUE)
def test_written_out_sums_agree_with_what_is_true(latex):
    """SymPy's algebra, small sizes."""
    assert concrete.agrees(read(latex, notation), 0, DEFINITIONS)


# What the pages deny, and small sizes must be able to deny too.
WRITTEN_OUT_FALSE = [
    r"\bar{\nu}_{t,r} = \nu_{t,r}",
    r"\bar{\nu}_{t,r} = N^2 \nu_{t,r}",
    r"\bar{V}_{t,r} = V_{t,r}",
    r"n_g = 1",
    r"M_g = T_g",
    r"\frac{1}{G} \sum_g M_g = M",
    r"\ell_i(\theta) = \ell_a(\theta)",
    r"\sum_j s_{i,j} p_{i,j} = \sum_j \sum_k s_{i,j} p_{i,k}",
]


@pytest.mark.parametrize("latex", WRITTEN_OUT_FALSE)
def test_written_out_sums_disagree_with_what_is_false(latex):
    """The sizes are small, and not so small that everything is equal."""
    assert not concrete.agrees(read(latex, notation), 0, DEFINITIONS)


def test_any_function_is_no_polynomial():
    """A difference that every polynomial of degree two lacks is seen in numbers."""
    third = r"\ell_i(\theta + \xi) - 3 \ell_i(\theta) + 3 \ell_i(\theta - \xi) - \ell_i(\theta - 2 \xi) = 0"

    found = numeric.find_counterexample(read(third, notation), 0, DEFINITIONS, numeric.random_worlds(DEFINITIONS, "any"))

    assert found is not None


ORDERED = [
    (r"0 < e^u", True),
    (r"0 < Z_i", True),
    (r"e^{s_{i,j}} \le Z_i", True),
    (r"\log u \le u", False),  # true, but by no rule that we have
    (r"\log u \le u - 1", True),
    (r"2 \log u \le 2 u - 2", True),
    (r"\log u \le 2 u - 1", False),
    (r"\log u \ge u - 1", False),
    (r"\log u < u - 1", False),  # not for u = 1
    (r"\left( s_{i,j} - u \right)^2 \ge 0", True),
    (r"\sum_j p_{i,j} \left( x_j - u \right)^2 \ge 0", True),
    (r"\left( s_{i,j} - u \right)^3 \ge 0", False),
    (r"\left( s_{i,j} - u \right)^3 + \left( s_{i,j} - u \right)^2 \ge 0", False),
    (r"\left( s_{i,j} - u \right)^2 > 0", False),
    (r"0 \ge \left( s_{i,j} - u \right)^2", False),
    (r"x_j \left( s_{i,j} - u \right)^2 \ge 0", False),
    (r"\left( s_{i,j} - u \right)^2 - u \ge 0", False),
    (r"0 < s_{i,j}", False),
    (r"u \le v", False),
    (r"Z_i \le e^{s_{i,j}}", False),
    (r"e^{s_{i,j}} < Z_i", False),  # not for C = 1
    (r"s_{i,j} \le \max_k s_{i,k}", True),
    (r"\max_k s_{i,k} \le s_{i,j}", False),
    (r"\max_k s_{i,k} < \log Z_i", False),  # not for C = 1
    (r"\log Z_i \le \max_k s_{i,k} + \log C", True),
    (r"\log Z_i \le \max_k s_{i,k} + \log N", False),
    (r"p_{i,j} \le 1", True),
    (r"Z_i \le 1000 C e^{s_{i,j}}", False),  # not for scores far apart
    (r"Z_i \le C e^{\max_k s_{i,k}}", True),
    (r"p_{i,j} < 1", False),
    (r"L_i \ge 0", True),
    (r"L_i > 0", False),
    (r"L_i \neq 0", False),  # not for C = 1
    (r"Z_i \neq 0", True),
]


@pytest.mark.parametrize(("latex", "shown"), ORDERED)
def test_the_order_that_is_shown(latex, shown):
    """What holds for every size, and nothing else."""
    reading = read(latex, notation)

    assert Order(Normalizer(DEFINITIONS)).proves(reading.sides[0], reading.relations[0], reading.sides[1]) is shown


WITHOUT_A_VALUE = [
    r"\frac{1}{\left( s_{i,j} - 1 \right)^2} \ge 0",
    r"\left( \frac{1}{u - 2 v} \right)^2 \ge 0",
    r"\left( \log (s_{i,j} + 100) \right)^2 \ge 0",
    r"\left( \sqrt{s_{i,j} + 100} \right)^2 \ge 0",
]


@pytest.mark.parametrize("latex", WITHOUT_A_VALUE)
def test_no_order_of_what_may_have_no_value(latex):
    """Also of a square."""
    reading = read(latex, notation)

    with pytest.raises(Unsupported):
        Order(Normalizer(DEFINITIONS)).proves(reading.sides[0], reading.relations[0], reading.sides[1])


@pytest.mark.parametrize("most", [3, 5, 9])
def test_the_chosen_indices_all_move(most):
    """However few are chosen, no free index stays at one value."""
    reading = read(r"\frac{\partial L}{\partial s_{a,b}} = p_{i,j}", notation)
    world = next(w for w in concrete.worlds(DEFINITIONS) if w.sizes["N"] > 1)

    chosen = list(numeric.assignments(world, reading.sides, most))

    assert [index for index in chosen[0] if len({at[index] for at in chosen}) == 1] == []


ROUNDED = [
    (r"\log 3", "1.0986", True),
    (r"\log 3", "1.10", True),
    (r"\log 3", "1.1", True),
    (r"\log 3", "1", True),
    (r"\log 3", "1.0987", False),
    (r"\log 3", "1.09", False),
    (r"\log 3", "1.100", False),
]


@pytest.mark.parametrize(("latex", "written", "right"), ROUNDED)
def test_a_rounded_number(latex, written, right):
    """Every digit that is shown is right."""
    world = numeric.example_world(DEFINITIONS, EXAMPLE)

    assert numeric.rounds_to(read(latex, notation).sides[0], written, world)[0] is right


EXAMPLES = [
    (r"\frac{u}{v}", ("2",)),
    (r"\frac{1}{3}", ("0.3333",)),
    (r"u - u", ("0",)),
    (r"\varepsilon", ()),  # not 0
    (r"\frac{1}{\varepsilon}", ()),  # too long to read
    (r"\frac{u}{v - v}", ()),
]


@pytest.mark.parametrize(("latex", "shown"), EXAMPLES)
def test_the_value_in_the_example(latex, shown):
    """Four places, where they say something."""
    world = numeric.example_world(DEFINITIONS, EXAMPLE)

    assert numeric.digits(read(latex, notation).sides, world, {}) == shown


def test_the_difference_quotient_is_precise_enough():
    """The derivative of e^s at 50 digits."""
    reading = read(r"\frac{\partial e^{s_{a,b}}}{\partial s_{a,b}} = e^{s_{a,b}}", notation)
    world = next(iter(numeric.random_worlds(DEFINITIONS, "precision")))

    with mpmath.workdps(120):
        at = {index: 0 for index in map(notation.index_node, "ab")}
        slope, value = (world.value(side, at) for side in reading.sides)

        assert abs(slope - value) < mpmath.mpf(10) ** -numeric.DIGITS
