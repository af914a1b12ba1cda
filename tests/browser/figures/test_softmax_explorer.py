"""What the explorer shows is what the snippets compute."""

import numpy as np
import pytest

from snippets.cross_entropy import cross_entropy
from snippets.score_gradient.blocked import score_gradient
from snippets.softmax import softmax
from tests.browser.figures.test_every_figure import opened, put, words

# Scores, label, temperature, number added to all: the example, equal scores, ties, near and far, up to the very largest.
ROWS = [
    ([0.1, 5, -0.3], 0, 1, 0),
    ([0.1, 5, -0.3], 1, 1, 0),
    ([0.1, 5, -0.3], 2, 2.5, 3),
    ([0, 0, 0], 0, 1, 0),
    ([2, 2, -1], 1, 0.1, -4),
    ([1000, -1000, 0], 0, 1, 0),
    ([1000, -1000, 0], 1, 1, 0),
    ([-1000, -1000, -1000], 2, 1, 1000),
    ([1000, 1000, 1000], 2, 10, -8),
    ([40, 0, 0], 0, 1, 0),
    ([1e-3, 2e-3, -1e-3], 2, 0.001, 0),
]


@pytest.fixture(scope="module")
def figure(live_figure):
    return live_figure("softmax-explorer")


def controls(scores, label, temperature, shift, given):
    """What the controls stand at."""
    named = {f"s{k}": score for k, score in enumerate(scores)}
    return named | {"label": str(label), "temperature": temperature, "shift": shift, "given": given}


@pytest.mark.parametrize(("scores", "label", "temperature", "shift"), ROWS)
def test_shares_loss_and_gradient(figure, scores, label, temperature, shift):
    numbers = figure(controls(scores, label, temperature, shift, "scores"))
    row = (np.array([scores]) + shift) / temperature

    np.testing.assert_allclose(numbers["shares"], softmax(row)[0], rtol=1e-9)
    np.testing.assert_allclose(numbers["loss"], cross_entropy(row, [label]), rtol=1e-9)
    np.testing.assert_allclose(numbers["gradient"], score_gradient(row, [label])[0] / temperature, rtol=1e-9)


START = {"s0": 0.1, "s1": 5, "s2": -0.3, "label": "0", "temperature": 1, "shift": 0, "given": "scores"}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"temperature": 2}, "The gradient is the shares, less 1 at the label, divided by the temperature."),
        ({"s0": 710}, "A weight is too large for a computer's number"),
        ({"shift": -1000}, "All weights are too small for a computer's number"),
        ({"s0": 710, "given": "weights"}, "The exponential of a score is too large"),
        ({"s0": 709, "given": "weights", "temperature": 0.001}, "An exponential, divided by the temperature, is too"),
    ],
)
def test_it_says_what_does_not_go_without_saying(chromium, bare, state, said):
    with opened(chromium, bare("softmax-explorer")) as page:
        put(page, "softmax-explorer", START | state)

        assert said in words(page)
        assert "NaN" not in page.locator("softmax-explorer").inner_html()
        assert page.wrong == []


# What softmax is given in place of the scores, as a function of them.
GIVEN = {"weights": np.exp, "shares": lambda x: np.exp(x) / np.exp(x).sum()}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize(("scores", "label", "temperature", "shift"), [row for row in ROWS if np.abs(row[0]).max() < 4])
def test_exp_once_more_and_softmax_twice(figure, given, scores, label, temperature, shift):
    """The gradient by the scores, against the complex step through the whole."""
    numbers = figure(controls(scores, label, temperature, shift, given))
    row = np.array(scores, dtype=float) + shift

    def loss(x):
        warm = GIVEN[given](x) / temperature
        warm = warm - warm.real.max()
        return np.log(np.exp(warm).sum()) - warm[label]

    gradient = [loss(row + 1e-30j * np.eye(3)[k]).imag / 1e-30 for k in range(3)]
    np.testing.assert_allclose(numbers["shares"], softmax(GIVEN[given](row)[None] / temperature)[0], rtol=1e-9)
    np.testing.assert_allclose(numbers["loss"], loss(row).real, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(numbers["gradient"], gradient, rtol=1e-9, atol=1e-9)
