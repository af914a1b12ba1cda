"""What a page shows of a file can be copied: it is a whole function, and each name in it comes from somewhere."""

import ast
import builtins
import re
from importlib import import_module
from inspect import getsource

import pytest

from snippets.museum import EXHIBITS

MODULES = [
    "accumulate",
    "cross_entropy",
    "curvature",
    "gradient_check",
    "linear_cross_entropy",
    "linear_cross_entropy_classes",
    "log_sum_exp",
    "loss_and_gradient",
    "network_parts",
    "rounding",
    "rows",
    "score_gradient.blocked",
    "score_gradient.nearly_right",
    "score_gradient.one_block",
    "shift",
    "sigmoid",
    "soft_targets",
    "softmax_with_loss",
    "step_sizes",
    "train",
    "two_layer_net",
    "weighted_mean",
    *(f"museum.{name}" for name in EXHIBITS),
]
SECTION = re.compile(r"^ *# --8<-- \[start:(\w+)\]\n(.*?)^ *# --8<-- \[end:\1\]", re.MULTILINE | re.DOTALL)
SECTIONS = {
    f"{name}:{section}": (module, code)
    for name in MODULES
    for module in [import_module(f"snippets.{name}")]
    for section, code in SECTION.findall(getsource(module))
}


@pytest.mark.parametrize(("module", "code"), SECTIONS.values(), ids=SECTIONS)
def test_a_section_is_a_whole_function(module, code):
    """A return without its function, or a name that only its file knows, would be of no use to a reader."""
    (function,) = ast.parse(code).body
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    own |= {node.name for node in ast.walk(function) if isinstance(node, ast.FunctionDef)}

    assert isinstance(function, ast.FunctionDef | ast.ClassDef)
    assert {node.id for node in names} <= own | vars(module).keys() | vars(builtins).keys()


def test_there_are_sections():
    assert len(SECTIONS) > 10
