"""The faithful tree: what makes two formulas the same, and what keeps them apart."""

import os
import pickle
import subprocess
import sys

import pytest

from derivations.notation import notation
from derivations.proof import tree
from derivations.proof.read import read_expression

SAME = [
    (r"u + v", r"v + u"),
    (r"u v", r"v u"),
    (r"u + (v + 1)", r"(u + v) + 1"),
    (r"\sum_j s_{i,j}", r"\sum_k s_{i,k}"),
    (r"\delta_{j,k}", r"\delta_{k,j}"),
    (r"1 \cdot u", r"u"),
    (r"\frac{1}{u^2}", r"u^{-2}"),
]

DIFFERENT = [
    (r"u - v", r"v - u"),
    (r"0 - u", r"-u"),
    (r"\frac{u v}{v}", r"u"),
    (r"u + u", r"2 u"),
    (r"2 (u + v)", r"2 u + 2 v"),
    (r"\frac{u + v}{N}", r"\frac{u}{N} + \frac{v}{N}"),
    (r"\sum_i \sum_j s_{i,j}", r"\sum_j \sum_i s_{i,j}"),
    (r"\sum_j s_{i,j}", r"\sum_j s_{a,j}"),
    (r"p^\top Y", r"Y^\top p"),
    (r"e^{u + v}", r"e^u e^v"),
]


def tree_of(latex):
    return read_expression(latex, notation)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_formula(one, other):
    """The order of terms and factors, and the names of bound indices, are nothing."""
    assert tree.key(tree_of(one)) == tree.key(tree_of(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_formula(one, other):
    """Nothing is evaluated: what is written otherwise is another formula, even of the same value."""
    assert tree.key(tree_of(one)) != tree.key(tree_of(other))


def test_a_bound_index_steps_aside():
    """sum_k s[i, k] c[i] with i := ... keeps its own k when a k comes in from outside."""
    total = tree_of(r"\sum_k s_{i,k} x_j")

    moved = tree.substitute(total, {notation.index_node("j"): notation.index_node("k")})

    assert tree.same(moved, tree_of(r"\sum_j s_{i,j} x_k"))


def test_a_label_of_a_bound_sample_is_not_replaced():
    """Under a sum over i, the label of sample i is another one at each term."""
    total = tree_of(r"\sum_i s_{i,y_i}")
    label = tree.entry_of("y", notation.index_node("i"))

    assert tree.same(tree.substitute(total, {label: notation.index_node("j")}), total)


CHANGED = [
    (r"u + v", r"u + 2 v", ["2 * v"]),
    (r"\frac{u}{N}", r"\frac{v}{N}", ["v"]),
    (r"e^{u} + v", r"e^{v} + v", ["v"]),
    (r"u + v", r"u + v", []),
]


@pytest.mark.parametrize(("before", "after", "parts"), CHANGED)
def test_what_changed_since_the_line_before(before, after, parts):
    """The smallest parts that are new."""
    assert [str(part) for part in tree.difference(tree_of(after), tree_of(before))] == parts


def test_a_tree_of_another_process_is_found_among_ours():
    """Texts have other hashes there, and a tree keeps its own."""
    code = "import pickle, sys; from tests.derivations.test_tree import tree_of; one = tree_of('u + v'); hash(one); sys.stdout.buffer.write(pickle.dumps(one))"
    environment = os.environ | {"PYTHONHASHSEED": "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"}

    theirs = pickle.loads(
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout
    )

    assert theirs in {tree_of("u + v")}
