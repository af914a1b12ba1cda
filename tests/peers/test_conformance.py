"""Cases that others wrote for their own cross-entropies, computed by ours."""

import warnings
from importlib import import_module

import numpy as np
import onnx
import pytest
import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

from snippets.cross_entropy import cross_entropy
from snippets.softmax import log_softmax
from tests.peers.agreement import assert_agrees

OPERATOR = "SoftmaxCrossEntropyLoss"


def standard_cases():
    """Return the standard's own tests of its operator, which its module makes as it is imported."""
    import_module("onnx.backend.test.case.node.softmax_cross_entropy_loss")
    cases = import_module("onnx.backend.test.case.node")._NodeTestCases
    # The others of this module say the same with other operators.
    return {case.name: case for case in cases if [node.op_type for node in case.model.graph.node] == [OPERATOR]}


STANDARD = standard_cases()


@pytest.mark.parametrize("case", STANDARD.values(), ids=STANDARD)
def test_standard(case):
    (node,) = case.model.graph.node
    options = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    options["reduction"] = options.pop("reduction", b"mean").decode()
    for (scores, labels, *weight), (loss, *logarithms) in case.data_sets:
        if weight:
            options["weight"] = weight[0]

        np.testing.assert_allclose(cross_entropy(scores, labels, **options), loss, rtol=1e-5)
        for expected in logarithms:
            ours = np.moveaxis(log_softmax(np.moveaxis(scores, 1, -1)), -1, 1)
            np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-6)


def test_the_standard_has_cases():
    assert len(STANDARD) >= 34


def operator_samples(dtype):
    (operator,) = [each for each in op_db if each.name == "nn.functional.cross_entropy"]
    for sample in operator.sample_inputs("cpu", dtype, requires_grad=False):
        yield sample.input, sample.args[0], sample.kwargs


def module_samples(dtype):
    (module,) = [each for each in module_db if each.module_cls is torch.nn.CrossEntropyLoss]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = module.module_inputs_func(module, device="cpu", dtype=dtype, requires_grad=False, training=True)
    for sample in samples:
        yield *sample.forward_input.args, sample.constructor_input.kwargs


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("samples", [operator_samples, module_samples])
def test_pytorch_sample_inputs(samples, dtype):
    torch.manual_seed(1)
    count = 0
    for scores, targets, options in samples(dtype):
        options = {name: each.numpy() if torch.is_tensor(each) else each for name, each in options.items()}
        assert_agrees(scores.numpy(), targets.numpy(), **options)
        count += 1

    assert count >= 20
