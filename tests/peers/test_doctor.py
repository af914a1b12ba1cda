"""No false alarm: PyTorch, JAX and Keras wrapped as functions in several ways, and every snippet of the site."""

import importlib
import inspect
from pathlib import Path

import jax
import jax.numpy as jnp
import keras
import optax
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from snippets import lost_digits, weighted_mean
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.doctor import diagnose
from snippets.soft_targets import soft_gradient
from snippets.softmax_with_loss import SoftmaxWithLoss

SNIPPETS = Path(__file__).parents[2] / "snippets"


def torch_array(scores, labels):
    x = torch.tensor(scores, requires_grad=True)
    F.cross_entropy(x, torch.tensor(labels)).backward()
    return x.grad.numpy()


def torch_single_precision(scores, labels):
    x = torch.tensor(scores, dtype=torch.float32, requires_grad=True)
    nn.CrossEntropyLoss()(x, torch.as_tensor(labels, dtype=torch.long)).backward()
    return x.grad


def torch_loss_and_gradient(scores, labels):
    x = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    loss = F.nll_loss(F.log_softmax(x, dim=1), torch.tensor(labels))
    (gradient,) = torch.autograd.grad(loss, x)
    return loss.item(), gradient


def torch_sum(scores, labels):
    x = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    F.cross_entropy(x, torch.tensor(labels), reduction="sum").backward()
    return x.grad.numpy()


def torch_one_hot(logits, onehot):
    x = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    F.cross_entropy(x, torch.tensor(onehot, dtype=torch.float64)).backward()
    return x.grad


def torch_options(scores, labels, weight=None, ignore_index=-100, label_smoothing=0.0):
    x = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    weight = None if weight is None else torch.as_tensor(weight, dtype=torch.float64)
    options = {"weight": weight, "ignore_index": ignore_index, "label_smoothing": label_smoothing}
    F.cross_entropy(x, torch.tensor(labels), **options).backward()
    return x.grad.numpy()


class TorchLayer:
    def forward(self, x, t):
        self.x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        self.loss = F.cross_entropy(self.x, torch.as_tensor(t))
        return self.loss.item()

    def backward(self, dout=1.0):
        (gradient,) = torch.autograd.grad(self.loss, self.x, torch.as_tensor(dout, dtype=torch.float64))
        return gradient.numpy()


def tensors_alone(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    p = logits.softmax(dim=1)
    p[torch.arange(len(targets)), targets] -= 1
    return p / len(targets)


def tensors_autograd(logits, targets):
    logits = logits.detach().clone().requires_grad_(True)
    loss = F.cross_entropy(logits, targets)
    loss.backward()
    return loss, logits.grad


def torch_grad_of_function(scores, labels):
    loss = lambda x: F.cross_entropy(x, torch.tensor(labels))
    return torch.func.grad(loss)(torch.tensor(scores, dtype=torch.float64)).numpy()


def jax_loss(scores, labels):
    return optax.softmax_cross_entropy_with_integer_labels(jnp.asarray(scores, jnp.float32), labels).mean()


# Compiled, since that is what takes the time: once for each shape, and not each operation for each shape.
jax_grad = jax.jit(jax.grad(jax_loss))
jax_value_and_grad = jax.jit(jax.value_and_grad(jax_loss))


@jax.jit
def jax_by_hand(scores, labels):
    p = jax.nn.softmax(scores)
    return (p - jax.nn.one_hot(labels, scores.shape[1])) / scores.shape[0]


def keras_gradient(y_true, y_pred):
    x = torch.tensor(y_pred, dtype=torch.float32, requires_grad=True)
    keras.losses.SparseCategoricalCrossentropy(from_logits=True)(torch.tensor(y_true), x).backward()
    return x.grad.numpy()


def keras_one_hot(logits, y_onehot):
    x = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
    keras.losses.CategoricalCrossentropy(from_logits=True)(torch.tensor(y_onehot), x).backward()
    return x.grad.numpy()


def keras_ops(scores, labels):
    p = keras.ops.softmax(keras.ops.convert_to_tensor(scores, "float32"), axis=-1)
    return (p - keras.ops.one_hot(labels, p.shape[1])) / p.shape[0]


PEERS = [
    (torch_array, {}),
    (torch_single_precision, {}),
    (torch_loss_and_gradient, {}),
    (torch_sum, {"reduction": "sum"}),
    (torch_one_hot, {}),
    (torch_options, {}),
    (TorchLayer, {}),
    (tensors_alone, {}),
    (tensors_autograd, {}),
    (torch_grad_of_function, {}),
    (jax_grad, {}),
    (jax_value_and_grad, {}),
    (jax_by_hand, {}),
    (keras_gradient, {}),
    (keras_one_hot, {}),
    (keras_ops, {}),
]


@pytest.mark.parametrize(("function", "options"), PEERS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_a_framework_computes_is_correct(function, options):
    found = diagnose(function, fix=False, **options)

    assert (found.verdict, list(found.mistakes)) == ("correct", [])


def loss_and_gradient(scores, labels):
    return cross_entropy(scores, labels), cross_entropy_gradient(scores, labels)


def loss_and_gradient_sums(scores, labels):
    options = {"reduction": "sum"}
    return cross_entropy(scores, labels, **options), cross_entropy_gradient(scores, labels, **options)


VERSIONS = ["two_loops", "one_loop", "vectorized", "stable", "in_place", "blocked"]
OURS = [
    *((importlib.import_module(f"snippets.score_gradient.{name}").score_gradient, {}) for name in VERSIONS),
    (cross_entropy_gradient, {}),
    (cross_entropy_gradient, {"reduction": "sum"}),
    (loss_and_gradient, {}),
    (loss_and_gradient_sums, {"reduction": "sum"}),
    (SoftmaxWithLoss, {}),
    (SoftmaxWithLoss(), {}),
    (soft_gradient, {}),
    (weighted_mean.kept_gradient, {}),
    (weighted_mean.weighted_gradient, {}),
    (weighted_mean.gradient_of_kept, {}),
    (weighted_mean.gradient_of_weighted, {}),
    (lost_digits.by_maximum, {}),
    (lost_digits.others_by_maximum, {}),
]


@pytest.mark.parametrize(("function", "options"), OURS, ids=lambda value: getattr(value, "__module__", ""))
def test_our_own_gradients_are_correct(function, options):
    found = diagnose(function, fix=False, **options)

    assert (found.verdict, list(found.mistakes)) == ("correct", [])


def test_the_version_without_a_shift_is_named():
    """It stands beside the others to be compared with them."""
    assert list(diagnose(lost_digits.unshifted, fix=False).mistakes) == ["overflow"]


# Wrong on purpose, asked above, or no part of what a reader copies; and what trains, measures or runs as a command.
NOT_ASKED = {"pitfalls", "lost_digits", "checks", "train", "published_numbers", "measured_differences", "accuracy"}
# No gradient of the mean loss, and what the doctor says of them is true.
SAID = {
    # The mean of the label's scores, taken for a loss: it lacks the logarithm of the sum, and a minus.
    "accumulate.mean_of_sequences": "not-normalized",
    "curvature.hessian": "jacobian-not-contracted",
    "curvature.second_derivatives": "jacobian-not-contracted",
    "linear_cross_entropy.scores_to_errors": "mutates-input",
    "score_gradient.one_block.to_gradient": "mutates-input",
    "sigmoid.binary_gradient": "sigmoid-for-softmax",
    "sigmoid.mean_gradient": "sigmoid-for-softmax",
    "sigmoid.binary_loss": "sigmoid-for-softmax",
    "sigmoid.mean_loss": "sigmoid-for-softmax",
}


def public_functions():
    """Whatever else of ours has a name that can be called."""
    for path in sorted([*SNIPPETS.glob("*.py"), *(SNIPPETS / "score_gradient").glob("*.py")]):
        if path.stem not in NOT_ASKED and path.stem != "__init__":
            name = ".".join(path.relative_to(SNIPPETS.parent).with_suffix("").parts)
            module = importlib.import_module(name)
            for name, value in vars(module).items():
                ours = inspect.isfunction(value) and value.__module__ == module.__name__
                if ours and name != "main" and not name.startswith("_"):
                    yield f"{module.__name__}.{name}".removeprefix("snippets."), value


@pytest.mark.parametrize(
    ("name", "function"), list(public_functions()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_nothing_of_ours_is_called_a_mistake(name, function):
    """Most are no gradient of this loss: then the doctor says so."""
    found = diagnose(function, fix=False)

    assert found.mistakes == [] or SAID.get(name) in found.mistakes


def test_each_exception_is_needed():
    """And none of them is called correct."""
    functions = dict(public_functions())

    assert {name for name in SAID if diagnose(functions[name], fix=False).verdict == "correct"} == set()
    assert set(SAID) <= set(functions)
