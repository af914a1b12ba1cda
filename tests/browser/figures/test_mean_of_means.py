"""What the figure of the pieces shows is what the snippets compute, the right one and the wrong one."""

from itertools import pairwise

import numpy as np
import pytest

from snippets.accumulate import accumulate
from snippets.pitfalls import mean_of_means
from tests.browser.figures.test_every_figure import DESKTOP, opened, put, words

START = {"first": 6, "second": 9, "rule": "means"}
CUTS = [(6, 9), (9, 6), (5, 10), (0, 5), (1, 2), (3, 3), (0, 10), (0, 0), (10, 10), (4, 7), (1, 9)]


def drawn(seed, size=1.0):
    random = np.random.default_rng(seed)
    X, labels = random.normal(size=(10, 4)), random.integers(3, size=10)
    return size * X, labels, random.normal(size=(4, 3))


def one_class():
    return np.arange(20.0).reshape(10, 2), np.zeros(10, int), np.array([[1.0], [-2.0]])


def extreme():
    """Scores of 1000, -1000 and 0 in turn."""
    X = np.tile([[1000.0, -1000, 0], [0, 1000, -1000]], (5, 1))
    return X, np.arange(10) % 3, np.eye(3)


def equal():
    return drawn(1)[0], np.arange(10) % 3, np.zeros((4, 3))


SAMPLES = {
    "the page's": drawn(0),
    "others": drawn(7),
    "far apart": drawn(3, size=100),
    "equal scores": equal(),
    "extreme scores": extreme(),
    "one class": one_class(),
}


@pytest.fixture(scope="module")
def figure(live_figure):
    return live_figure("mean-of-means")


@pytest.fixture(scope="module")
def page(chromium, bare):
    with opened(chromium, bare("mean-of-means"), viewport=DESKTOP) as page:
        yield page


def cut(X, labels, cuts):
    """The pieces that are not empty."""
    edges = [0, *sorted(cuts), 10]
    return [(X[a:b], labels[a:b]) for a, b in pairwise(edges) if a < b]


# Each rule: the loss and the gradient that the snippets compute for it.
RULES = {
    "means": mean_of_means,
    "bare": lambda W, pieces: tuple(len(pieces) * one for one in mean_of_means(W, pieces)),
    "sums": accumulate,
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", SAMPLES)
def test_loss_and_gradient(figure, name, cuts, rule):
    X, labels, W = SAMPLES[name]
    data = {"X": X.tolist(), "labels": labels.tolist(), "W": W.tolist()}
    numbers = figure({"first": cuts[0], "second": cuts[1], "rule": rule}, data)
    loss, gradient = RULES[rule](W, cut(X, labels, cuts))
    whole_loss, whole = accumulate(W, [(X, labels)])
    close = {"rtol": 1e-9, "atol": 1e-9 * max(1, abs(X).max())}

    np.testing.assert_allclose(numbers["loss"], loss, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(numbers["gradient"], gradient, **close)
    np.testing.assert_allclose(numbers["wholeLoss"], whole_loss, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(numbers["whole"], whole, **close)
    np.testing.assert_allclose(numbers["gap"], abs(gradient - whole).max(), **close)


def test_at_first_it_shows_what_the_page_has_measured(chromium, bare):
    """The same samples in the same pieces as in the session: six, three and one."""
    X, labels, W = drawn(0)
    loss, gradient = mean_of_means(W, cut(X, labels, (6, 9)))
    _, whole = accumulate(W, [(X, labels)])
    with opened(chromium, bare("mean-of-means")) as page:
        numbers = page.evaluate("document.querySelector('mean-of-means').numbers")

    np.testing.assert_allclose(numbers["loss"], loss, rtol=1e-9)
    np.testing.assert_allclose(numbers["gap"], abs(gradient - whole).max(), rtol=1e-9)
    assert numbers["pieces"] == [[0, 6], [6, 9], [9, 10]]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "A sample counts 1/18, 1/9 and 1/3, and should count 1/10."),
        ({"first": 9, "second": 10}, "Pieces of sizes 9 and 1. A sample counts 1/18 and 1/2, and should count 1/10."),
        ({"first": 4, "second": 6}, "The loss is 1.0301 and should be 1.03;"),
        ({"rule": "sums"}, "the gradient is that of the whole batch. This holds wherever the cuts are."),
        ({"first": 5, "second": 10}, "That is because all pieces have the same size."),
        ({"first": 5, "second": 5, "rule": "bare"}, "Both are 2 times too large, for there are 2 pieces."),
        ({"first": 0, "second": 10, "rule": "bare"}, "One piece of 10 samples. Each sample counts 1/10, as it should."),
    ],
)
def test_it_says_who_counts_how_much(page, state, said):
    put(page, "mean-of-means", START | state)

    assert said in words(page)


def test_a_cut_goes_where_it_is_drawn_and_the_right_division_does_not_care(page):
    put(page, "mean-of-means", START | {"rule": "sums"})
    room = page.locator("svg:visible").bounding_box()
    for at in range(10):
        box = page.locator("svg:visible [data-drag=first]").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        # A sample is 38 of the picture's 714 wide, and the first begins at 12.
        page.mouse.move(room["x"] + (12 + 38 * at) / 714 * room["width"], y)
        page.mouse.up()

        assert page.evaluate("document.querySelector('mean-of-means').state.first") == at
        assert page.locator("svg:visible").get_by_text("no gap").count() == 1


def test_the_scale_stands_still_while_the_cuts_move(page):
    """The lines of the whole batch stay where they are; only the bars move."""
    look = "one => [...one.querySelectorAll('svg .live__truth')].map(line => line.getAttribute('y1')).join()"
    seen = set()
    for cuts in CUTS:
        put(page, "mean-of-means", START | {"first": cuts[0], "second": cuts[1]})
        seen.add(page.locator("mean-of-means").evaluate(look))

    assert len(seen) == 1
