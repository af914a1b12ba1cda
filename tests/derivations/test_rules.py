"""Each rule: a step that it takes, and a step that it must not take."""

import pytest

from derivations.ledger import library
from derivations.notation import notation
from derivations.proof.read import read_expression
from derivations.proof.rules import JUDGED_ELSEWHERE, RULES, Context, leads, superfluous

LIBRARY = library()
NETWORK = LIBRARY.seen_by(LIBRARY.claims["eq:network-scores"]).definitions
TAKES = [
    ("definition", r"p_{a,b}", r"\operatorname{softmax}(s_a)_b"),
    ("definition", r"\frac{e^{s_{a,b}}}{Z_a}", r"p_{a,b}"),
    ("definition", r"\lVert W_2 \rVert^2", r"\sum_h \sum_j W_{2,h,j}^2"),
    ("linearity", r"\frac{\partial}{\partial s_{a,b}} (L + R)", r"\frac{\partial L}{\partial s_{a,b}} + \frac{\partial R}{\partial s_{a,b}}"),
    ("linearity", r"\frac{\partial}{\partial s_{a,b}} (2 L)", r"2 \frac{\partial L}{\partial s_{a,b}}"),
    ("linearity", r"\frac{\partial}{\partial s_{a,b}} \sum_i L_i", r"\sum_i \frac{\partial L_i}{\partial s_{a,b}}"),
    ("independence", r"\frac{\partial R}{\partial s_{a,b}} + u", r"u"),
    ("independence", r"\frac{\partial R}{\partial s_{a,b}}", r"0"),
    ("one term survives", r"\sum_i \frac{\partial L_i}{\partial s_{a,b}}", r"\frac{\partial L_a}{\partial s_{a,b}}"),
    ("derivative of log", r"\frac{\partial}{\partial s_{a,b}} \log Z_a", r"\frac{1}{Z_a} \frac{\partial Z_a}{\partial s_{a,b}}"),
    ("derivative of exp", r"\frac{\partial e^{s_{a,k}}}{\partial s_{a,b}}", r"e^{s_{a,k}} \delta_{k,b}"),
    ("derivative of exp", r"\frac{\partial e^{s_{i,k}}}{\partial s_{a,b}}", r"e^{s_{i,k}} \delta_{i,a} \delta_{k,b}"),
    ("derivative of a coordinate", r"\frac{\partial s_{a,k}}{\partial s_{a,b}}", r"\delta_{k,b}"),
    ("product rule", r"\frac{\partial}{\partial s_{a,b}} (L R)", r"R \frac{\partial L}{\partial s_{a,b}} + L \frac{\partial R}{\partial s_{a,b}}"),
    ("quotient rule", r"\frac{\partial}{\partial s_{a,b}} \left( \frac{L}{R} \right)", r"\frac{R \frac{\partial L}{\partial s_{a,b}} - L \frac{\partial R}{\partial s_{a,b}}}{R^2}"),
    ("chain rule", r"\frac{\partial L_i}{\partial s_{i,k}}", r"\sum_j \frac{\partial L_i}{\partial p_{i,j}} \frac{\partial p_{i,j}}{\partial s_{i,k}}"),
    ("linearity", r"\frac{\partial}{\partial W_{2,h,k}} \sum_l W_{2,l,j}", r"\sum_l \frac{\partial W_{2,l,j}}{\partial W_{2,h,k}}"),
    ("power rule", r"\frac{\partial}{\partial u} u^3", r"3 u^2 \frac{\partial u}{\partial u}"),
    ("own sample", r"\frac{\partial Z_a}{\partial s_{i,k}}", r"\delta_{a,i} \frac{\partial Z_a}{\partial s_{a,k}}"),
    ("positive part", r"\max(0, \gamma)", r"\mathbb{1}[\gamma > 0] \gamma"),
    ("positive part", r"\max(0, -\gamma)", r"\max(0, \gamma) - \gamma"),
    ("positive part", r"\max(0, u)", r"u"),
    ("positive part", r"\max(0, -u)", r"0"),
    ("positive part", r"\max(0, \gamma)", r"\begin{cases} \gamma & \text{if } \gamma > 0 \\ 0 & \text{otherwise} \end{cases}"),
    ("derivative of the positive part", r"\frac{\partial}{\partial \gamma} \max(0, \gamma)", r"\mathbb{1}[\gamma > 0]"),
    ("multiplying out", r"\sum_j p_{i,j} (x_j - \sum_k p_{i,k} x_k)^2", r"\sum_j p_{i,j} x_j^2 - \left( \sum_j p_{i,j} x_j \right)^2"),
    ("cancellation", r"\frac{1}{6} \cdot 2 u", r"\frac{1}{3} u"),
    ("exponential of a sum", r"e^{-u}", r"\frac{1}{e^u}"),
    ("delta collapse", r"\sum_j s_{i,j} \delta_{j,y_i}", r"s_{i,y_i}"),
    ("sum of terms", r"\sum_j (s_{i,j} + p_{i,j})", r"\sum_j s_{i,j} + \sum_j p_{i,j}"),
    ("constant factor", r"\sum_j c_i s_{i,j}", r"c_i \sum_j s_{i,j}"),
    ("sum of a constant", r"\sum_j c_i", r"C c_i"),
    ("one term apart", r"\sum_{j \neq y_i} s_{i,j} + s_{i,y_i}", r"\sum_j s_{i,j}"),
    ("exchange under a delta", r"\delta_{j,y_i} s_{i,j}", r"\delta_{j,y_i} s_{i,y_i}"),
    ("case split", r"u \delta_{b,y_a}", r"\begin{cases} u \cdot 1 & \text{if } y_a = b \\ u \cdot 0 & \text{if } y_a \neq b \end{cases}"),
    ("case split", r"\mathbb{1}[y_a = b]", r"\delta_{b,y_a}"),
    ("splitting a fraction", r"\frac{u - v}{N}", r"\frac{u}{N} - \frac{v}{N}"),
    ("distributing", r"2 (u + v)", r"2 u + 2 v"),
    ("distributing", r"-(u - v)", r"v - u"),
    ("cancellation", r"\frac{u v}{v}", r"u"),
    ("cancellation", r"u + v - v", r"u"),
    ("common factor", r"u v + u c_i", r"u (v + c_i)"),
    ("algebra", r"(u + v)^2", r"u^2 + 2 u v + v^2"),
    ("exponential of a sum", r"e^{u - v}", r"\frac{e^u}{e^v}"),
    ("logarithm of a product", r"\log \frac{e^u}{v}", r"u - \log v"),
    ("logarithm of a product", r"-\log \frac{u}{v}", r"\log \frac{v}{u}"),
    ("exp undoes log", r"e^{\log u}", r"u"),
    ("specialization", r"\left. \frac{u}{N} \right|_{N=1}", r"u"),
    ("exchange of sums", r"\sum_i \sum_j s_{i,j}", r"\sum_j \sum_i s_{i,j}"),
    ("root of a square", r"\sqrt{N^2 v}", r"N \sqrt{v}"),
    ("multiple out", r"\lVert N \xi \rVert", r"N \lVert \xi \rVert"),
    ("multiple out", r"\max(N u, N v)", r"N \max(u, v)"),
    ("multiple out", r"\max(0, u \gamma)", r"u \max(0, \gamma)"),
    ("multiple out", r"\max(u, N v)", r"N \max \left( \frac{u}{N}, v \right)"),
    ("entry by entry", r"u (p - Y)", r"u p - u Y"),
    ("entry by entry, delta collapse", r"\operatorname{diag}(p_i) \mathbf{1}_C", r"p_i"),
]

REFUSES = [
    # true, but by another rule
    ("definition", r"\frac{\partial}{\partial s_{a,b}} (L + R)", r"\frac{\partial L}{\partial s_{a,b}} + \frac{\partial R}{\partial s_{a,b}}"),
    ("product rule", r"\frac{\partial}{\partial s_{a,b}} \log Z_a", r"\frac{1}{Z_a} \frac{\partial Z_a}{\partial s_{a,b}}"),
    ("cancellation", r"2 (u + v)", r"2 u + 2 v"),
    ("algebra", r"e^{u + v}", r"e^u e^v"),
    # false
    ("linearity", r"\frac{\partial}{\partial s_{a,b}} (Z_a L)", r"Z_a \frac{\partial L}{\partial s_{a,b}}"),
    ("independence", r"\frac{\partial L}{\partial s_{a,b}} + u", r"u"),
    ("independence", r"\frac{\partial Z_i}{\partial s_{a,b}}", r"0"),
    ("one term survives", r"\sum_i \frac{\partial L}{\partial s_{a,b}}", r"\frac{\partial L}{\partial s_{a,b}}"),
    ("derivative of log", r"\frac{\partial}{\partial s_{a,b}} \log Z_a", r"Z_a \frac{\partial Z_a}{\partial s_{a,b}}"),
    ("derivative of exp", r"\frac{\partial e^{s_{i,k}}}{\partial s_{a,b}}", r"e^{s_{i,k}} \delta_{k,b}"),
    ("quotient rule", r"\frac{\partial}{\partial s_{a,b}} \left( \frac{L}{R} \right)", r"\frac{L \frac{\partial R}{\partial s_{a,b}} - R \frac{\partial L}{\partial s_{a,b}}}{R^2}"),
    ("quotient rule", r"\frac{\partial}{\partial s_{a,b}} \left( \frac{L}{R} \right)", r"\frac{R \frac{\partial L}{\partial s_{a,b}} - L \frac{\partial R}{\partial s_{a,b}}}{R}"),
    ("chain rule", r"\frac{\partial L_i}{\partial s_{i,k}}", r"\sum_j \frac{\partial L_i}{\partial p_{i,j}} \frac{\partial p_{i,k}}{\partial s_{i,j}}"),
    ("chain rule", r"\frac{\partial L}{\partial s_{i,k}}", r"\sum_j \frac{\partial L}{\partial p_{i,j}} \frac{\partial p_{i,j}}{\partial s_{i,k}}"),
    ("delta collapse", r"\sum_j s_{i,j} \delta_{k,y_i}", r"s_{i,y_i}"),
    ("constant factor", r"\sum_j s_{i,j} p_{i,j}", r"s_{i,k} \sum_j p_{i,j}"),
    ("sum of a constant", r"\sum_j c_i", r"N c_i"),
    ("one term apart", r"\sum_{j \neq y_i} s_{i,j}", r"\sum_j s_{i,j}"),
    ("exchange under a delta", r"\delta_{j,y_i} + s_{i,j}", r"\delta_{j,y_i} + s_{i,y_i}"),
    ("case split", r"u \delta_{b,y_a}", r"\begin{cases} 0 & \text{if } y_a = b \\ u & \text{if } y_a \neq b \end{cases}"),
    ("splitting a fraction", r"\frac{N}{u - v}", r"\frac{N}{u} - \frac{N}{v}"),
    ("cancellation", r"\frac{u + v}{v}", r"u"),
    ("cancellation", r"\frac{e^{u v}}{v}", r"e^u"),
    ("exponential of a sum", r"e^{u v}", r"e^u e^v"),
    ("logarithm of a product", r"-(u - v)", r"v - u"),
    ("logarithm of a product", r"\log (u + v)", r"\log u + \log v"),
    ("specialization", r"\left. \bar{\nu}_{t,r} \right|_{N=1}", r"\bar{\nu}_{t,r}"),
    ("specialization", r"\left. n_g \right|_{G=1}", r"n_g"),
    ("specialization", r"\left. \sum_i \frac{s_{i,j}}{N} \right|_{N=1}", r"\sum_i s_{i,j}"),
    ("exchange of sums", r"\sum_i \sum_{j \neq y_a} s_{i,j}", r"\sum_{j \neq y_a} \sum_i s_{i,j}"),
    ("root of a square", r"\sqrt{s_{i,j}^2 v}", r"s_{i,j} \sqrt{v}"),
    ("root of a square", r"\sqrt{N v}", r"N \sqrt{v}"),
    ("multiple out", r"\lVert s_{i,j} \xi \rVert", r"s_{i,j} \lVert \xi \rVert"),
    ("multiple out", r"\max(N u, v)", r"N \max(u, v)"),
    ("derivative of a coordinate", r"\frac{\partial \theta_{t,r}}{\partial \theta_{0,r}}", r"\delta_{t,0}"),
    ("multiple out", r"\max(s_{i,j} u, s_{i,j} v)", r"s_{i,j} \max(u, v)"),
    ("entry by entry", r"p^\top Y", r"Y^\top p"),
    ("linearity", r"\frac{\partial}{\partial W_{2,h,k}} \sum_l W_{2,l,j}", r"\frac{\partial W_{2,h,j}}{\partial W_{2,h,k}}"),
    ("power rule", r"\frac{\partial}{\partial u} u^3", r"3 u^3 \frac{\partial u}{\partial u}"),
    ("power rule", r"\frac{\partial}{\partial u} u^3", r"3 u^2"),
    ("own sample", r"\frac{\partial Z_a}{\partial s_{i,k}}", r"\frac{\partial Z_a}{\partial s_{a,k}}"),
    ("own sample", r"\frac{\partial L}{\partial s_{i,k}}", r"\delta_{a,i} \frac{\partial L}{\partial s_{a,k}}"),
    ("own sample", r"\frac{\partial}{\partial x_k} x_j^2", r"\delta_{j,k} \frac{\partial}{\partial x_j} x_j^2"),
    ("multiplying out", r"\left. \frac{u}{N} \right|_{N=1}", r"u"),
    ("positive part", r"\max(0, \gamma)", r"\gamma"),
    ("positive part", r"\max(u, v)", r"u"),
    ("positive part", r"\max(0, -\gamma)", r"\max(0, \gamma) + \gamma"),
    ("derivative of the positive part", r"\frac{\partial}{\partial \gamma} \max(0, \gamma)", r"1"),
    ("derivative of the positive part", r"\frac{\partial}{\partial \gamma} \max(u, \gamma)", r"\mathbb{1}[\gamma > 0]"),
    ("multiplying out", r"\frac{\partial}{\partial u} u^2", r"2 u"),
    ("multiplying out", r"J_{i,j,k}", r"p_{i,j} (\delta_{j,k} - p_{i,k})"),
    ("multiplying out", r"\sum_j p_{i,j} x_j^2", r"\left( \sum_j p_{i,j} x_j \right)^2"),
    # for order and rounding only
    *((name, r"2 (u + v)", r"2 u + 2 v") for name in JUDGED_ELSEWHERE),
    # an array and a number
    ("entry by entry", r"p - Y", r"u"),
    # nothing happened
    ("distributing", r"u + v", r"v + u"),
    ("algebra", r"u + v", r"v + u"),
]  # fmt: skip

# where the scores are computed, and not given
TAKES_IN_A_NETWORK = [
    ("chain rule", r"\frac{\partial M}{\partial W_{2,h,k}} + R", r"\sum_i \sum_j \frac{\partial M}{\partial s_{i,j}} \frac{\partial s_{i,j}}{\partial W_{2,h,k}} + R"),
    ("chain rule", r"\frac{\partial M}{\partial W_{2,h,k}}", r"\sum_i \sum_j D_{i,j} \frac{\partial s_{i,j}}{\partial W_{2,h,k}}"),
    ("chain rule", r"\Delta_{i,h}", r"\frac{\partial M}{\partial H_{1,i,h}} \frac{\partial H_{1,i,h}}{\partial Q_{i,h}}"),
]  # fmt: skip

REFUSES_IN_A_NETWORK = [
    ("chain rule", r"\frac{\partial M}{\partial W_{2,h,k}}", r"\sum_j D_{i,j} \frac{\partial s_{i,j}}{\partial W_{2,h,k}}"),
    ("chain rule", r"\frac{\partial L}{\partial W_{2,h,k}}", r"\sum_i \sum_j D_{i,j} \frac{\partial s_{i,j}}{\partial W_{2,h,k}}"),
    ("chain rule", r"\frac{\partial M}{\partial W_{2,h,k}}", r"\sum_i \sum_j D_{i,j} \frac{\partial s_{i,j}}{\partial W_{2,h,k}} + R"),
    ("chain rule", r"\frac{\partial M}{\partial W_{2,h,k}}", r"\sum_i \sum_j D_{i,j} \frac{\partial p_{i,j}}{\partial W_{2,h,k}}"),
    ("chain rule", r"\frac{\partial M}{\partial H_{1,i,h}}", r"D_{i,j} \frac{\partial s_{i,j}}{\partial H_{1,i,h}}"),
    ("chain rule", r"\frac{\partial}{\partial Q_{i,h}} \left( Q_{i,h} H_{1,i,h} \right)", r"\frac{\partial H_{1,i,h}}{\partial Q_{i,h}} \cdot \frac{\partial}{\partial H_{1,i,h}} \left( Q_{i,h} H_{1,i,h} \right)"),
    ("chain rule", r"\frac{\partial M}{\partial p_{i,j}}", r"\sum_a \sum_k D_{a,k} \frac{\partial s_{a,k}}{\partial p_{i,j}}"),
    ("definition, independence", r"\frac{\partial s_{i,j}}{\partial H_{1,a,h}}", r"0"),
    ("definition, independence", r"\frac{\partial R}{\partial s_{i,j}}", r"0"),
]  # fmt: skip


def follows(names, before, after, definitions=LIBRARY.definitions):
    one, other = (read_expression(latex, notation) for latex in (before, after))
    return leads(names, one, other, Context(definitions))


@pytest.mark.parametrize(("name", "before", "after"), TAKES)
def test_the_rule_leads_there(name, before, after):
    """The named rule and nothing else leads from one line to the other."""
    assert follows(name, before, after)


@pytest.mark.parametrize(("name", "before", "after"), REFUSES)
def test_the_rule_does_not_lead_there(name, before, after):
    """A step that is false, or that needs another rule, is not taken."""
    assert not follows(name, before, after)


@pytest.mark.parametrize(("name", "before", "after"), TAKES_IN_A_NETWORK)
def test_the_rule_leads_there_in_a_network(name, before, after):
    """The chain rule passes through the scores once something computes them."""
    assert follows(name, before, after, NETWORK)


@pytest.mark.parametrize(("name", "before", "after"), REFUSES_IN_A_NETWORK)
def test_the_rule_does_not_lead_there_in_a_network(name, before, after):
    """A path is left out, or one leads past the numbers in between."""
    assert not follows(name, before, after, NETWORK)


def test_a_result_holds_for_other_indices():
    """A result for s_{a,b} may be put in for s_{i,k}, and its two indices may change places."""
    result = tuple(read_expression(t, notation) for t in (r"J_{a,b,k}", r"p_{a,b} s_{a,k}"))
    context = Context(LIBRARY.definitions, [result])
    before, after, wrong = (
        read_expression(t, notation) for t in (r"J_{i,k,b} + u", r"p_{i,k} s_{i,b} + u", r"p_{i,b} s_{i,k} + u")
    )

    assert leads("substitution of a result", before, after, context)
    assert not leads("substitution of a result", before, wrong, context)


CAPTURED = [
    (r"\sum_j s_{i,j} x_j", r"u", r"\sum_k s_{i,k} x_b + v", r"u + v"),
    (r"\sum_j x_j x_k", r"u x_k", r"\sum_j x_j x_j + v", r"u x_j + v"),
]


@pytest.mark.parametrize("texts", CAPTURED)
def test_a_result_does_not_fit_where_its_index_is_bound(texts):
    """A bound index is nothing outside its sum, so it is no value for an index of the result."""
    left, right, before, after = (read_expression(t, notation) for t in texts)

    assert not leads("substitution of a result", before, after, Context(LIBRARY.definitions, [(left, right)]))


def test_a_result_that_grows_for_ever():
    """A result that holds its own other side is given up on, and is no error."""
    result = tuple(read_expression(t, notation) for t in (r"\frac{u p_{i,j}}{u}", r"p_{i,j}"))
    before, after = (read_expression(t, notation) for t in (r"p_{a,b} + u", r"p_{a,b} + v"))

    assert not leads("substitution of a result", before, after, Context(LIBRARY.definitions, [result]))


def test_a_rule_too_many_is_noticed():
    """A step may not name a rule that it does not need."""
    before, after = (read_expression(t, notation) for t in (r"2 (u + v)", r"2 u + 2 v"))

    assert superfluous("distributing, cancellation", before, after, Context(LIBRARY.definitions)) == "cancellation"


def test_every_rule_has_both_cases():
    """No rule is without a step that it takes; those about order and rounding are judged elsewhere."""
    taken = {name for names, _, _ in TAKES for name in names.split(", ")} | {"substitution of a result"} | set(JUDGED_ELSEWHERE)

    assert taken == set(RULES)


def test_every_rule_states_what_it_says():
    """The statement that the site shows is a sentence."""
    assert [r.name for r in RULES.values() if not r.statement.endswith(".") or len(r.statement) < 40] == []
