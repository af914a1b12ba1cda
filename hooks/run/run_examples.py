"""Examples for the sections whose function has none in a docstring, so that Run shows something worth changing.

tests/run/test_browser_python.py runs each of them in the browser's Python, and compares what it shows.
"""

BATCH = """
random = np.random.default_rng(0)
X, y = random.normal(size=(5, 4)), random.integers(3, size=5)
params = {
    "W1": random.normal(size=(4, 6)), "b1": np.zeros(6),
    "W2": random.normal(size=(6, 3)), "b2": np.zeros(3),
}
"""
LAYER = """
random = np.random.default_rng(0)
hidden = random.normal(size=(5, 4))
weight = random.normal(size=(7, 4))
labels = random.integers(7, size=5)
"""
SCORES = """
scores = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 4.0]])
labels = np.array([0, 1])
"""

EXAMPLES = {
    "snippets/two_layer_net.py:forward": f"""{BATCH}
gate, H1, s = forward(params, X)
gate.mean()
s.round(2)
""",
    "snippets/loss_and_gradient.py:loss_and_gradient": f"""{SCORES}
loss, gradient = mean_loss_and_gradient(scores, labels)
loss.round(4)
gradient.round(4)
""",
    "snippets/two_layer_net.py:two_layer_net": f"""{BATCH}
for name, gradient in gradients(params, X, y, reg=0.1).items():
    print(name, gradient.shape)
gradients(params, X, y, reg=0.1)["b2"].round(4)
""",
    "snippets/two_layer_net.py:input_gradient": f"""{BATCH}
gradient_of_inputs(params, X, y).round(3)
""",
    "snippets/two_layer_net.py:mean_loss": f"""{BATCH}
mean_loss(params, X, y, reg=0)
mean_loss(params, X, y, reg=0.1)
""",
    "snippets/network_parts.py:unbroadcast": """
import numpy as np

gradient = np.ones((4, 3))
added_up(gradient, (3,))
added_up(gradient, (4, 1))
""",
    "snippets/score_gradient/blocked.py:in_blocks": """
scores = np.random.default_rng(0).normal(size=(5, 3))
labels = np.array([0, 2, 2, 1, 0])
table = np.empty_like(scores)
in_blocks(table, scores, labels, threads=1, block=2)
table.round(3)
table.sum(axis=1).round(15)
""",
    "snippets/gradient_check.py:best_steps": """
best_steps(np.array([0.0, 1.0, 1000.0]))
best_steps(np.array([0.0, 1.0, 1000.0], dtype=np.float32)).round(4)
""",
    "snippets/gradient_check.py:central_differences": """
x = np.array([1.0, 2.0, 3.0])
central_differences(lambda x: (x**3).sum(), x, steps=np.full(3, 1e-5))
3 * x**2
""",
    "snippets/gradient_check.py:relative_errors": """
relative_errors(np.array([2.0, 0.0, 1e-9]), np.array([2.001, 0.0, 3e-9]))
""",
    "snippets/gradient_check.py:complex_steps": """
x = np.array([1.0, 2.0, 3.0])
complex_steps(lambda x: np.exp(x).sum(), x)
np.exp(x)
""",
    "snippets/linear_cross_entropy.py:chunks_of_rows": f"""{LAYER}
loss, d_hidden, d_weight = chunks_of_rows(hidden, weight, labels, chunk=2)
loss
d_hidden.round(3)
np.allclose(d_weight, chunks_of_rows(hidden, weight, labels, chunk=5)[2])
""",
    "snippets/linear_cross_entropy.py:scores_to_errors": f"""{SCORES}
scores_to_errors(scores, labels, N=2).round(4)
scores.round(4)
""",
    "snippets/linear_cross_entropy.py:add_product": """
total = np.ones((2, 2))
add_product(total, np.array([[1.0, 2.0], [3.0, 4.0]]), np.eye(2))
total
""",
    "snippets/linear_cross_entropy_classes.py:chunks_of_classes": f"""{LAYER}
loss, d_hidden, d_weight = chunks_of_classes(hidden, weight, labels, chunk=3)
loss
d_hidden.round(3)
""",
    "snippets/linear_cross_entropy_classes.py:walk": f"""{LAYER}
for part, scores, label in walk(hidden, weight, labels, np.empty((5, 3))):
    print(part, scores.shape, *(places.tolist() for places in label))
""",
    "snippets/curvature.py:hessian": """
second_derivatives(np.array([1.0, 2.0, 3.0])).round(4)
second_derivatives(np.array([1.0, 2.0, 3.0])).sum(axis=1).round(15)
""",
    "snippets/curvature.py:curvature": """
scores, x = np.array([[1.0, 2.0, 3.0]]), np.array([[0.0, 1.0, 0.0]])
variance(scores, x)
variance(scores, x + 100)
""",
    "snippets/curvature.py:step_limit": """
features = np.random.default_rng(0).normal(size=(8, 3))
longest_step(features, 0, "mean")
longest_step(features, 0, "sum")
""",
    "snippets/accumulate.py:accumulate": """
random = np.random.default_rng(0)
W, weight = random.normal(size=(4, 3)), np.ones(3)
X, labels = random.normal(size=(5, 4)), np.array([0, 2, 1, 1, 2])
small = [(X[:2], labels[:2]), (X[2:], labels[2:])]
sums_then_divide(W, small, weight, -100, 0.0)[0].round(12)
sums_then_divide(W, [(X, labels)], weight, -100, 0.0)[0].round(12)
""",
    "snippets/accumulate.py:rank_scale": """
scale_of_rank(kept=10, kept_by_all=40, ranks=4)
scale_of_rank(kept=25, kept_by_all=40, ranks=4)
""",
    "snippets/accumulate.py:per_token_mean": """
losses = np.array([[1.0, 1.0, 1.0, 1.0], [3.0, 0.0, 0.0, 0.0]])
kept = np.array([[True, True, True, True], [True, False, False, False]])
mean_of_tokens(losses, kept)
""",
    "snippets/accumulate.py:per_sequence_mean": """
losses = np.array([[1.0, 1.0, 1.0, 1.0], [3.0, 0.0, 0.0, 0.0]])
kept = np.array([[True, True, True, True], [True, False, False, False]])
mean_of_sequences(losses, kept)
""",
    "snippets/weighted_mean.py:kept_gradient": """
scores = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
gradient_of_kept(scores, np.array([0, 1, -100]), ignore_index=-100).round(4)
""",
    "snippets/weighted_mean.py:weighted_gradient": f"""{SCORES}
gradient_of_weighted(scores, labels, weight=np.array([1.0, 3.0, 1.0])).round(4)
""",
    "snippets/soft_targets.py:soft_gradient": """
scores = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 4.0]])
targets = np.array([[0.8, 0.1, 0.1], [0.0, 0.5, 0.5]])
gradient_for_targets(scores, targets).round(4)
""",
    "snippets/soft_targets.py:smoothed": """
spread_over_all(np.array([0, 2]), C=3, label_smoothing=0.3)
""",
    "snippets/soft_targets.py:smoothed_over_others": """
spread_over_others(np.array([0, 2]), C=3, label_smoothing=0.3)
""",
    "snippets/cross_entropy.py:cross_entropy": f"""{SCORES}
kept, weight = np.array([True, True]), np.ones(3)
losses_of_rows(scores, labels, kept, weight, 0.0, "none").round(4)
losses_of_rows(scores, labels, kept, weight, 0.0, "mean").round(4)
""",
    "snippets/cross_entropy.py:cross_entropy_gradient": f"""{SCORES}
kept, weight = np.array([True, True]), np.ones(3)
gradient_in_rows(scores, labels, kept, weight, 0.0, "mean").round(4)
gradient_in_rows(scores, labels, kept, weight, 0.0, "sum").round(4)
""",
    "snippets/log_sum_exp.py:pair": """
pair(np.array([[1.0, 2.0, 3.0], [1000.0, 999.0, 0.0]]))
pair(np.empty((2, 0)))
""",
    "snippets/log_sum_exp.py:merge": """
one, other = pair(np.array([1.0, 2.0])), pair(np.array([1000.0]))
merge(one, other)
merge(one, (-np.inf, 0.0))
""",
    "snippets/log_sum_exp.py:joined": """
joined([np.array([1000.0, 999.0]), np.array([998.0])])
joined([np.array([1000.0, 999.0, 998.0])])
""",
    "snippets/train.py:train": """
rng = np.random.default_rng(0)
X, y = arms(rng)
params = start(rng, F=2, H=20, C=3)
steps = dict.fromkeys(params, lambda slope: -0.5 * slope)
objective = lambda params, X, y: mean_and_gradients(params, X, y, reg=0)
for epoch in train(params, steps, objective, X, y, 50, 40, rng):
    if epoch % 10 == 0:
        print(epoch, objective(params, X, y)[0].round(3))
""",
    "snippets/train.py:start": """
for name, value in start(np.random.default_rng(0), F=64, H=50, C=10).items():
    print(name, value.shape, value.std().round(3))
""",
    "snippets/train.py:spiral": """
X, label = arms(np.random.default_rng(0), count=4)
X.round(2)
label.tolist()
""",
    "snippets/sigmoid.py:binary_loss": """
mean_loss(np.array([2.0, -1.0, 0.0]), np.array([1.0, 0.0, 1.0]))
mean_loss(np.array([1000.0]), np.array([0.0]))
""",
}
