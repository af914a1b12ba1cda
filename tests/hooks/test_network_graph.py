"""The drawing of the two-layer network: each shape and each gradient in it is the one that the network has."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from hooks.drawings.network_graph import LINES, network_graph
from snippets.gradient_check import numerical_gradient, relative_error
from snippets.softmax import softmax
from snippets.two_layer_net import input_gradient, loss_and_gradients

SIZES = {"N": 5, "F": 4, "H": 6, "C": 3}
STRENGTH = 0.3


def tables() -> dict[tuple[str, str], tuple]:
    """What flows forward along each line, and what a line should carry back, computed for one small network."""
    random = np.random.default_rng(0)
    N, F, H, C = SIZES.values()
    X, y = random.normal(size=(N, F)), random.integers(C, size=N)
    W1, b1 = random.normal(size=(F, H)), random.normal(size=H)
    W2, b2 = random.normal(size=(H, C)), random.normal(size=C)
    _, grads = loss_and_gradients({"W1": W1, "b1": b1, "W2": W2, "b2": b2}, X, y, STRENGTH)
    Q = X @ W1 + b1
    H1 = np.maximum(0, Q)
    s = H1 @ W2 + b2
    D = (softmax(s) - np.eye(C)[y]) / N
    Delta = (D @ W2.T) * (Q > 0)
    return {
        ("X", "∂M/∂X"): (X, input_gradient({"W1": W1, "b1": b1, "W2": W2, "b2": b2}, X, y)),
        ("W₁", "XᵀΔ"): (W1, grads["W1"] - STRENGTH * W1),
        ("X W₁", "Δ"): (X @ W1, Delta),
        ("b₁", "∂L/∂b₁"): (b1, grads["b1"]),
        ("Q", "Δ"): (Q, Delta),
        ("H₁", "∂M/∂H₁"): (H1, D @ W2.T),
        ("W₂", "H₁ᵀD"): (W2, grads["W2"] - STRENGTH * W2),
        ("H₁ W₂", "D"): (H1 @ W2, D),
        ("b₂", "∂L/∂b₂"): (b2, grads["b2"]),
        ("s", "D"): (s, D),
        ("W₁", "λ W₁"): (W1, STRENGTH * W1),
        ("W₂", "λ W₂"): (W2, STRENGTH * W2),
    }


@pytest.mark.parametrize("line", [line for line in LINES if line.shape], ids=lambda line: line.forward)
def test_both_tables_have_the_shape_that_is_drawn(line):
    forward, backward = tables()[line.forward, line.backward]
    shape = tuple(SIZES[size] for size in line.shape.split(" × "))

    assert forward.shape == backward.shape == shape


MADE = {
    "Δ W₁ᵀ": lambda t: t["Q", "Δ"][1] @ t["W₁", "XᵀΔ"][0].T,
    "XᵀΔ": lambda t: t["X", "∂M/∂X"][0].T @ t["Q", "Δ"][1],
    "the rows of Δ, added up": lambda t: t["Q", "Δ"][1].sum(axis=0),
    "∂M/∂H₁ where Q is positive, 0 elsewhere": lambda t: np.where(t["Q", "Δ"][0] > 0, t["H₁", "∂M/∂H₁"][1], 0),
    "D W₂ᵀ": lambda t: t["s", "D"][1] @ t["W₂", "H₁ᵀD"][0].T,
    "H₁ᵀD": lambda t: t["H₁", "∂M/∂H₁"][0].T @ t["s", "D"][1],
    "the rows of D, added up": lambda t: t["s", "D"][1].sum(axis=0),
}


@pytest.mark.parametrize("line", [line for line in LINES if line.made in MADE], ids=lambda line: line.made)
def test_the_table_says_how_a_gradient_is_made(line):
    every = tables()

    assert np.allclose(MADE[line.made](every), every[line.forward, line.backward][1], atol=1e-15)


def test_what_comes_back_on_both_lines_adds_up():
    """As the caption says of the weights; the difference quotient knows nothing of lines."""
    every = tables()
    both = every["W₂", "H₁ᵀD"][1] + every["W₂", "λ W₂"][1]

    labels = softmax(every["s", "D"][0]) - SIZES["N"] * every["s", "D"][1]

    def loss(W2):
        s = every["H₁", "∂M/∂H₁"][0] @ W2 + every["b₂", "∂L/∂b₂"][0]
        return -(labels * np.log(softmax(s))).sum() / SIZES["N"] + STRENGTH / 2 * (W2**2).sum()

    assert relative_error(both, numerical_gradient(loss, every["W₂", "H₁ᵀD"][0])) < 1e-7


def test_every_other_gradient_comes_as_it_is():
    """So no rule of the table goes unchecked."""
    rest = {line.made for line in LINES} - MADE.keys()

    assert rest == {
        "Δ, as it comes",
        "D, as it comes",
        "1, as it comes",
        "λ W₁",
        "λ W₂",
        "shares minus one-hot labels, over N",
        "the loss reacts to itself one to one",
    }


def drawn() -> ElementTree.Element:
    """The figure, which is sound XML as well."""
    return ElementTree.fromstring(network_graph())


def test_every_table_stands_at_its_line():
    """Forward, backward and shape of each line, in both drawings."""
    for svg in drawn().iter("svg"):
        texts = list(svg.iter("text"))
        for kind, side in [("graph__forward", "forward"), ("graph__backward", "backward")]:
            shown = sorted((text.text or "").strip() for text in texts if text.get("class") == kind)
            assert shown == sorted(getattr(line, side) for line in LINES)
        said = " ".join("".join(text.itertext()) for text in texts)
        for line in LINES:
            assert said.count(line.shape) >= 2


def test_the_head_of_each_arrow_is_where_the_line_ends():
    for svg in drawn().iter("svg"):
        lines = [re.findall(r"([\d.]+) ([\d.]+)", path.get("d")) for path in svg.iter("path")]

        assert len(lines) == len(LINES)
        for *_, end, _, tip, _ in lines:
            assert tip == end


def test_nothing_leaves_the_drawing():
    for svg in drawn().iter("svg"):
        width, height = map(float, svg.get("viewBox").split()[2:])
        points = [(text.get("x"), text.get("y")) for text in svg.iter("text")]
        for path in svg.iter("path"):
            points += re.findall(r"([\d.]+) ([\d.]+)", path.get("d"))

        assert all(0 < float(x) < width and 0 < float(y) < height for x, y in points)


def test_it_says_what_it_shows():
    figure = drawn()
    names = [element.get("id") for element in figure.iter() if element.get("id")]

    assert len(names) == len(set(names)) == 4
    for svg in figure.iter("svg"):
        assert svg.get("role") == "img"
        assert all(figure.find(f".//*[@id='{name}']").text for name in svg.get("aria-labelledby").split())
    assert [box.get("tabindex") for box in figure.findall("div")] == ["0", None]
    assert len(figure.findall(".//tbody/tr")) == len(LINES)
