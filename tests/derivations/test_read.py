"""What is read as what, and what is refused: the reader's specification as two tables."""

import pytest

from derivations.notation import notation
from derivations.proof.read import Refused, read, read_expression

READ_AS = [
    # letters and indices
    (r"N", "N"),
    (r"s_{i,j}", "s[i, j]"),
    (r"s_i", "s[i]"),
    (r"s_{i,y_i}", "s[i, y[i]]"),
    (r"s_{0,2}", "s[0, 2]"),
    (r"W_{1,d,h}", "W_1[d, h]"),
    (r"W_1", "W_1"),
    (r"L_i", "L_i[i]"),
    (r"L", "L"),
    (r"\hat{y}_i", "y_hat[i]"),
    (r"J_{i,j,k}", "J[i, j, k]"),
    # one letter for a number, a row of numbers, or a row at each step: the indices tell
    (r"T", "T"),
    (r"T_g", "T_g[g]"),
    (r"N_t", "N_t[t]"),
    (r"n_{z_i}", "n[z[i]]"),
    (r"\theta", "theta"),
    (r"\theta_r", "theta[r]"),
    (r"\theta_t", "theta_t[t]"),
    (r"\theta_0", "theta_t[0]"),
    (r"\theta_{0,r}", "theta_t[0, r]"),
    (r"\theta_{t+1,r}", "theta_t[t + 1, r]"),
    (r"\bar{\theta}_{t,r}", "theta_bar[t, r]"),
    (r"\beta_1", "beta_1"),
    (r"\beta_1^{t+1}", "beta_1^(t + 1)"),
    # functions that may be any
    (r"\ell_i(\theta)", "ell(theta)[i]"),
    (r"\nabla_t(\theta)", "nabla(theta)[t]"),
    (r"\nabla_t \left( \bar{\theta}_t \right)_r^2", "nabla(theta_bar[t])[t, r]^2"),
    # arithmetic
    (r"1 - C", "1 + -C"),
    (r"-C", "-C"),
    (r"-2", "-2"),
    (r"2 u v", "2 * u * v"),
    (r"2 \cdot u", "2 * u"),
    (r"u - v - 1", "u + -v + -1"),
    (r"u - (v - 1)", "u + -(v + -1)"),
    (r"\frac{u}{v}", "u * v^(-1)"),
    (r"\frac{1}{N}", "N^(-1)"),
    (r"\frac{-1}{N}", "-N^(-1)"),
    (r"\frac{1}{2}", "1/2"),
    (r"0.25", "1/4"),
    (r"u^2", "u^2"),
    (r"u^{-1}", "u^(-1)"),
    (r"\sqrt{u + v}", "(u + v)^(1/2)"),
    (r"\frac{u}{\sqrt{v}}", "u * (v^(1/2))^(-1)"),
    (r"2 \max(u, v) v", "2 * larger(u, v) * v"),
    (r"\max \left( u, \lVert N \nabla_t(\theta) \rVert \right)", "larger(u, norm(N * nabla(theta)[t]))"),
    (r"\left( u + v \right)^2", "(u + v)^2"),
    # the network
    (r"b_{2,k}", "b_2[k]"),
    (r"H_{1,i,h}", "H_1[i, h]"),
    (r"\mathbb{1}[Q_{i,h} > 0]", "bracket(Q[i, h] > 0)"),
    (r"X W_1 + \mathbf{1}_N b_1^\top", "X @ W_1 + ones(sample) @ b_1^T"),
    (r"\left( D W_2^\top \right) \odot \Gamma", "(D @ W_2^T) (.) Gamma"),
    (r"\frac{\partial L}{\partial b_2}", "d(L)/db_2"),
    (r"x^\top J_a x", "x^T @ J[a] @ x"),
    # exp and log
    (r"e^u", "exp(u)"),
    (r"e^{s_{i,j} - c_i}", "exp(s[i, j] + -c[i])"),
    (r"\exp(u)", "exp(u)"),
    (r"\log u", "log(u)"),
    (r"-\log \frac{u}{v}", "-log(u * v^(-1))"),
    (r"\log \left( 1 + u \right)", "log(1 + u)"),
    (r"\log \sum_k e^{x_k} - 1", "log(sum[k](exp(x[k]))) + -1"),
    # sums: everything to the right in the same product
    (r"\sum_j s_{i,j}", "sum[j](s[i, j])"),
    (r"\sum_{j} s_{i,j} c_i + 1", "sum[j](s[i, j] * c[i]) + 1"),
    (r"\sum_{i,j} s_{i,j}", "sum[i](sum[j](s[i, j]))"),
    (r"\sum_{j=0}^{C-1} s_{i,j}", "sum[j](s[i, j])"),
    (r"\sum_{j=1}^{C-1} s_{i,j}", "sum[j from 1 to C + -1](s[i, j])"),
    (r"\sum_{j \neq y_i} s_{i,j}", "sum[j != y[i]](s[i, j])"),
    (r"\sum_j -s_{i,j}", "sum[j](-s[i, j])"),
    (r"2 \sum_j s_{i,j}", "2 * sum[j](s[i, j])"),
    (r"\max_k x_k + 1", "max[k](x[k]) + 1"),
    (r"\operatorname*{argmax}_j s_{i,j}", "argmax[j](s[i, j])"),
    # derivatives
    (r"\frac{\partial L}{\partial s_{a,b}}", "d(L)/ds[a, b]"),
    (r"\frac{\partial}{\partial s_{a,b}} L_a", "d(L_i[a])/ds[a, b]"),
    (r"\frac{\partial}{\partial s_{a,b}} \left( L_a + R \right)", "d(L_i[a] + R)/ds[a, b]"),
    (r"\frac{\partial^2 L}{\partial s_{a,b} \partial s_{a,k}}", "d(d(L)/ds[a, b])/ds[a, k]"),
    (r"\frac{\partial L}{\partial s}", "d(L)/ds"),
    # deltas, brackets, cases, named functions
    (r"\delta_{b,y_a}", "delta[b, y[a]]"),
    (r"\mathbb{1}[y_i = j]", "bracket(y[i] == j)"),
    (r"[y_i \neq j]", "bracket(y[i] != j)"),
    (r"\begin{cases} u & \text{if } y_a = b \\ v & \text{if } y_a \neq b \end{cases}", "{u if y[a] == b; v if y[a] != b}"),
    (r"\begin{cases} u & \text{if } y_a = b \\ v & \text{otherwise} \end{cases}", "{u if y[a] == b; v if otherwise}"),
    (r"\operatorname{softmax}(s_i)_j", "softmax(s[i])[j]"),
    (r"\operatorname{LSE}(x)", "LSE(x)"),
    (r"\left. \frac{u}{N} \right|_{N=1}", "(u * N^(-1) at N = 1)"),
    # arrays
    (r"p - Y", "p + -Y"),
    (r"p^\top", "p^T"),
    (r"p^\top Y", "p^T @ Y"),
    (r"p_i p_i^\top", "p[i] @ p[i]^T"),
    (r"p \odot Y", "p (.) Y"),
    (r"\operatorname{diag}(p_i)", "diag(p[i])"),
    (r"\mathbf{1}_N^\top p", "ones(sample)^T @ p"),
    (r"p \mathbf{1}_{C}", "p @ ones(class)"),
    (r"\sum_i p_i p_i^\top", "sum[i](p[i] @ p[i]^T)"),
    (r"\lVert W_1 \rVert^2", "norm(W_1)^2"),
    (r"\frac{1}{N} \left( p - Y \right)", "N^(-1) * (p + -Y)"),
    (r"\lambda W_2", "lambda * W_2"),
]

REFUSED = [
    # a derivative in what does not move, or in an array twice
    (r"\frac{\partial y_a}{\partial y_i}", "is a label"),
    (r"\frac{\partial^2 u}{\partial b_1 \partial v}", "single numbers"),
    # two readings
    (r"\log \mathbb{1}[u > v]^2", "add brackets"),
    (r"\max_k (x_k)^2", "add brackets"),
    (r"J_i \odot J_i J_i", "needs brackets"),
    (r"\frac{\partial L}{\partial W_2}^\top", "needs brackets"),
    # a value that the letter cannot have
    (r"\left. \lambda \right|_{\lambda=-1}", "cannot be -1"),
    (r"\left. \mu \right|_{\mu=5}", "cannot be 5"),
    # a vector of ones, without its length
    (r"\mathbf{1} b_1^\top", "needs its length"),
    (r"\mathbf{1}_C b_1", "does not fit"),
    (r"\mathbb{1}[b_1 > 0]", "a number is expected"),
    (r"\mathbb{1}[u < v]", "larger than another"),
    (r"W_{2,j,h}", "the first index of W_2 is a hidden index"),
    # not the subject's notation
    (r"\frac12", "not in the notation"),
    (r"\int u", "not in the notation"),
    (r"u / v", "not in the notation"),
    (r"u \phantom{+ 1}", "not in the notation"),
    (r"u % + 1", "not in the notation"),
    (r"s_{i,j}'", "not in the notation"),
    (r"\not= u", "not in the notation"),
    (r"e", "the letter e has no meaning"),
    (r"o", "the letter o has no meaning"),
    (r"\bar{u}", "the letter \\bar{u} has no meaning"),
    (r"u^12", "more than one digit"),
    (r"u +", "ends too early"),
    (r"\left( u", "ends too early"),
    # what is shown is not what would be read
    (r"{u + v} u", "not in the notation"),
    (r"1 1", "says nothing"),
    (r"\left( u + v )", "not in the notation"),
    (r"( u + v \right)", "not in the notation"),
    (r"\bigl( u \right)", "not in the notation"),
    (r"1 Z_i", "says nothing"),
    (r"00", "without \\cdot"),
    (r"\cdots", "not in the notation"),
    (r"u \quad v", "not in the notation"),
    (r"\frac{u}{v}^2", "needs brackets"),
    (r"\log (u)^2", "add brackets"),
    (r"\frac{\partial}{\partial x_j} (x_j)^2", "add brackets"),
    (r"1 + \left. N \right|_{N=1}", "fill one side"),
    (r"\left. M \right|_{T=0}", "one given letter"),
    (r"\left. u \right|_{u=-1}", "u cannot be -1"),
    (r"\left. u \right|_{N=0}", "N cannot be 0"),
    (r"\left. u \right|_{N=0.5}", "N cannot be 1/2"),
    (r"s_{0.5,j}", "an index is a whole number"),
    (r"\theta_{t+1.0,r}", "the step after t is t + 1"),
    (r"\log \max(u, v)^2", "add brackets"),
    (r"\log \exp(u)^2", "add brackets"),
    (r"\log \operatorname{softmax}(x)_j^2", "add brackets"),
    (r"\frac{\partial}{\partial \theta_r} \ell_i(\theta)^2", "add brackets"),
    (r"2^{101}", "an exponent beyond"),
    (r"\sum_{j=0}^{10000000} u", "reaches beyond"),
    ("(" * 3000 + "u" + ")" * 3000, "nested too deeply"),
    (r"u 2", "without \\cdot"),
    (r"W_11", "without \\cdot"),
    (r"2 \frac{1}{3}", "without \\cdot"),
    (r"1 \, 000", "without \\cdot"),
    # two readings, or none
    (r"\log u v", "not in the notation"),
    (r"\log (u) (v)", "not in the notation"),
    (r"\frac{\partial}{\partial s_{a,b}} u v", "not in the notation"),
    (r"\max_k x_k x_j", "not in the notation"),
    (r"u \cdot -v", "not in the notation"),
    # indices of the wrong sort, or too many, or none
    (r"s_{j,i}", "a class index"),
    (r"s_{y_i,j}", "a class index"),
    (r"s_{i,N}", "not an index"),
    (r"s_{i,j,k}", "takes 2 indices, not 3"),
    (r"C_i", "takes no index"),
    (r"p_{i,s_{i,j}}", "not an index"),
    (r"\delta_{i,j}", "of one sort"),
    (r"\delta_{j}", "takes 2 indices"),
    (r"i + 1", "stands where a number is expected"),
    (r"2 j", "stands where a number is expected"),
    (r"\mathbb{1}[i = j]", "of one sort"),
    (r"\sum_N s_{i,j}", "not an index"),
    (r"\sum_{j \neq i} s_{i,j}", "of one sort"),
    (r"\delta_{j,y}", "of one sort"),
    (r"\delta_{0,1}", "of one sort"),
    (r"\mathbb{1}[u = v]", "of one sort"),
    (r"u < v < 1 \iff v > u", "one relation on each side"),
    (r"u > v \iff v", "one relation on each side"),
    (r"\operatorname{softmax}(s_i)_i", "has 1 index"),
    (r"\operatorname{softmax}(s_i)", "has 1 index"),
    (r"\operatorname{softmax}(c)_j", "one number for each class"),
    (r"\theta_i", "a sample index"),
    (r"\nabla_i(\theta)", "a step index"),
    (r"\nabla_t(\theta)_{r,r}", "takes 2 indices, not 3"),
    (r"\nabla(\theta)_r", "needs 1 index before its bracket"),
    (r"\ell(\theta)", "needs 1 index before its bracket"),
    (r"\ell_i(\theta)_i", "takes 1 indices, not 2"),
    (r"\ell_i(c)", "takes one number for each parameter"),
    (r"\ell_i", "ends too early"),
    # the step after a step, and nothing else
    (r"\theta_{t+2,r}", "the step after t is t + 1"),
    (r"s_{i+1,j}", "only a step"),
    (r"u^{i+1}", "only a step"),
    (r"t + 1", "stands where a number is expected"),
    # an index that is bound twice, or bound and free
    (r"s_{i,j} + \sum_j s_{i,j}", "means something else"),
    (r"\sum_j \sum_j s_{i,j}", "means something else"),
    (r"\sum_{j \neq j} s_{i,j}", "depends on the index"),
    # shapes
    (r"p + 1", "cannot be added"),
    (r"p + p_i", "cannot be added"),
    (r"p Y", "does not fit"),
    (r"p_i p_i", "does not fit"),
    (r"u^\top", "a number has no transpose"),
    (r"p^2", "has no power"),
    (r"\sqrt{p}", "a number is expected"),
    (r"\max(u, p)", "a number is expected"),
    (r"\max(u)", "not in the notation"),
    (r"e^p", "a number is expected"),
    (r"\log p", "a number is expected"),
    (r"\frac{u}{p}", "a number is expected"),
    (r"u \odot v", "elementwise product"),
    (r"\mathbf{1} p", "needs its length"),
    (r"\lVert u \rVert", "a norm is taken of an array"),
    (r"p = u", "different shapes"),
    (r"\frac{\partial L}{\partial N}", "a derivative is taken in a letter"),
]


@pytest.mark.parametrize(("displayed", "meant"), READ_AS)
def test_is_read_as(displayed, meant):
    """The plain text of the tree, with every bracket that it has."""
    assert str(read_expression(displayed, notation)) == meant


@pytest.mark.parametrize(("displayed", "reason"), REFUSED)
def test_is_refused(displayed, reason):
    """Whatever has no reading in the notation is refused, with its reason."""
    with pytest.raises(Refused, match=r".*") as refusal:
        read(displayed, notation)

    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("displayed", "position"),
    [(r"u + \int v", 4), (r"s_{i,j} + s_{j,i}", 10), (r"p + 1", 4), (r"u + v +", 7)],
)
def test_a_refusal_says_where(displayed, position):
    """The caret points at the place in the formula."""
    with pytest.raises(Refused) as refusal:
        read(displayed, notation)

    assert refusal.value.position == position


CHAINS = [
    (r"L = R", ["="]),
    (r"0 < u \le v", ["<", "<="]),
    (r"\log 3 \approx 1.1", ["~"]),
    (r"i \in \{0, \dots, N-1\}", ["in"]),
    (r"s \in \mathbb{R}^{N \times C}", ["in"]),
    (r"u, v \in \mathbb{R}_{>0}", ["in"]),
    (r"\omega \in \mathbb{R}_{>0}^{C}", ["in"]),
    (r"\beta_1, \beta_2 \in [0, 1)", ["in"]),
]


@pytest.mark.parametrize(("displayed", "relations"), CHAINS)
def test_relations_of_a_chain(displayed, relations):
    """A chain keeps each relation, in order."""
    assert list(read(displayed, notation).relations) == relations
