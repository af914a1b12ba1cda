"""Right functions with one thing changed: whatever comes out differently is never called correct."""

import ast
import copy
import inspect
import textwrap
import warnings

import numpy as np
import pytest

from snippets.doctor import diagnose
from snippets.score_gradient.stable import score_gradient
from tests.doctor.labelled import cases

CHOSEN = [
    "right/idioms.py:by_index",
    "right/loops.py:plain_lists",
    "right/loops.py:two_loops",
    "right/idioms.py:in_place_of_a_copy",
]
OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.MatMult: [ast.Mult],
    ast.Eq: [ast.NotEq, ast.LtE],
    ast.NotEq: [ast.Eq],
}
METHODS = {
    "max": ["min", "mean"],
    "sum": ["max", "mean"],
    "exp": ["expm1", "exp2"],
    "arange": ["ones"],
    "zeros": ["ones"],
    "eye": ["ones"],
    "len": ["sum"],
    "shape": ["T"],
}


def changes(node):
    """Each way to change one node, as a function that does so to a copy."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        for other in OPERATORS.get(type(node.op), []):
            yield lambda n, other=other: setattr(n, "op", other())
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div)):

        def swap(n):
            n.left, n.right = n.right, n.left

        yield swap
    if isinstance(node, ast.Compare):
        for other in OPERATORS.get(type(node.ops[0]), []):
            yield lambda n, other=other: setattr(n, "ops", [other()])
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        value = node.value
        for other in [not value] if isinstance(value, bool) else [value + 1, value - 1, -value, 2 * value]:
            if other != value:
                yield lambda n, other=other: setattr(n, "value", other)
    if isinstance(node, ast.UnaryOp):
        yield lambda n: setattr(n, "op", ast.UAdd())
    if isinstance(node, ast.Attribute):
        for other in METHODS.get(node.attr, []):
            yield lambda n, other=other: setattr(n, "attr", other)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in METHODS.get(node.id, []):
            yield lambda n, other=other: setattr(n, "id", other)
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
        yield lambda n: n.elts.reverse()
    if isinstance(node, ast.Call) and node.keywords:
        for i in range(len(node.keywords)):
            yield lambda n, i=i: n.keywords.pop(i)
    for field in ("body", "orelse"):
        for i, statement in enumerate(getattr(node, field, None) or [] if isinstance(node, ast.stmt) else []):
            if not isinstance(statement, ast.Return):
                yield lambda n, i=i, field=field: getattr(n, field).__setitem__(i, ast.Pass())


def mutants(function):
    """Yield the text of each change, and the changed function."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []
    for position, node in enumerate(ast.walk(tree.body[0])):
        for change in changes(node):
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed.body[0]))[position])
            text = ast.unparse(ast.fix_missing_locations(changed))
            # What the function calls is where it is for the function itself.
            names = dict(vars(inspect.getmodule(function)))
            exec(compile(text, "<mutant>", "exec"), names)
            yield text, names[function.__name__]


RNG = np.random.default_rng(6)
BATCHES = [
    (RNG.normal(size=(N, C)) * scale, RNG.integers(0, C, N)) for N, C, scale in [(4, 3, 1), (3, 3, 900), (1, 5, 2)]
]


def is_right(function):
    """Whether the answers are those of our own snippet, and the scores are left alone."""
    for scores, labels in BATCHES:
        given = scores.copy()
        try:
            with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
                answer = np.asarray(function(given, labels.copy()), dtype=float)
        except Exception:
            return False
        expected = score_gradient(scores, labels)
        if answer.shape != expected.shape or not np.allclose(answer, expected, rtol=1e-9, atol=1e-12):
            return False
        if not np.array_equal(given, scores):
            return False
    return True


@pytest.mark.parametrize("case", [case for case in cases("right") if str(case) in CHOSEN], ids=str)
def test_what_differs_is_never_called_correct(case):
    wrong = [(text, function) for text, function in mutants(case.function()) if not is_right(function)]
    called_correct = [text for text, function in wrong if diagnose(function, fix=False).verdict == "correct"]

    assert len(wrong) >= 15
    assert called_correct == []
