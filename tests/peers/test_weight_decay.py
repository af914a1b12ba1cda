"""What PyTorch's `weight_decay` is applied to: what regularization.md says of biases."""

import pytest
import torch


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW])
def test_biases_decay_like_weights(optimizer):
    """With a gradient of 0 everywhere, only the decay moves anything."""
    layer = torch.nn.Linear(3, 2)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(1.0)
            parameter.grad = torch.zeros_like(parameter)
    optimizer(layer.parameters(), lr=0.1, weight_decay=0.5).step()

    moved = {name: parameter.detach().unique().tolist() for name, parameter in layer.named_parameters()}
    assert moved["bias"] == moved["weight"] != [1.0]


def test_a_group_of_its_own_spares_the_biases():
    layer = torch.nn.Linear(3, 2)
    before = layer.bias.detach().clone()
    for parameter in layer.parameters():
        parameter.grad = torch.zeros_like(parameter)
    groups = [{"params": [layer.weight]}, {"params": [layer.bias], "weight_decay": 0.0}]
    torch.optim.SGD(groups, lr=0.1, weight_decay=0.5).step()

    assert torch.equal(layer.bias, before)
