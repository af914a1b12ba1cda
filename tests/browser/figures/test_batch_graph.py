"""What flows forward and back in the graph of a batch is what the snippets compute."""

from itertools import pairwise

import numpy as np
import pytest

from derivations.notation import EXAMPLE
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.softmax import softmax
from snippets.softmax_with_loss import SoftmaxWithLoss
from tests.browser.figures.test_every_figure import opened, put, words

# Scores and labels: a single class, ties, near and far, up to the very largest, and more classes than the example has.
BATCHES = [
    ([[0.1, 5, -0.3], [2, 1, -1], [1, 1, 1], [0, 3, 1]], [0, 0, 2, 1]),
    ([[0, 0, 0], [4, 4, 4]], [0, 2]),
    ([[1000, -1000, 0], [1000, -1000, 0], [0, 1000, -1000]], [0, 1, 2]),
    ([[-1000, -1000, -1000], [1000, 1000, 1000], [40, 0, 0], [1e-3, 2e-3, -1e-3]], [2, 1, 1, 0]),
    ([[7]], [0]),
    ([[-1000], [1000], [0]], [0, 0, 0]),
    ([[3, -2, 0.5, 8, 8]], [3]),
]
# The mark stands once more where it is explained.
KEY = 1
START = {"end": "divide", "samples": "2", "step": 9}
# The name of an end, and what the snippets call it.
ENDS = {"divide": "mean", "mean": "mean", "sum": "sum"}
# The example as a batch of each size: its first samples. All others as they are.
SIZES = [(BATCHES[0], size) for size in (1, 2, 3)] + [(batch, len(batch[1])) for batch in BATCHES]


@pytest.fixture(scope="module")
def figure(live_figure):
    return live_figure("batch-graph")


@pytest.fixture(scope="module")
def page(chromium, bare):
    with opened(chromium, bare("batch-graph")) as page:
        yield page


def asked(figure, batch, size, end):
    """The figure's numbers, and the scores and labels that they are of."""
    scores, labels = batch
    numbers = figure({"samples": str(size), "end": end}, {"scores": scores, "labels": labels})
    return numbers, np.array(scores[:size], dtype=float), np.array(labels[:size])


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("batch", "size"), SIZES)
def test_what_flows_forward(figure, batch, size, end):
    numbers, scores, labels = asked(figure, batch, size, end)

    np.testing.assert_allclose(numbers["shares"], softmax(scores), rtol=1e-9)
    np.testing.assert_allclose(numbers["losses"], cross_entropy(scores, labels, reduction="none"), rtol=1e-9)
    np.testing.assert_allclose(numbers["total"], cross_entropy(scores, labels, reduction="sum"), rtol=1e-9)
    np.testing.assert_allclose(numbers["loss"], cross_entropy(scores, labels, reduction=ENDS[end]), rtol=1e-9)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("batch", "size"), SIZES)
def test_the_gradient_comes_back_to_the_scores(figure, batch, size, end):
    numbers, scores, labels = asked(figure, batch, size, end)
    gradient = cross_entropy_gradient(scores, labels, reduction=ENDS[end])

    np.testing.assert_allclose(numbers["back"]["scores"], gradient, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("batch", "size"), [one for one in SIZES if np.ptp(one[0][0]) < 50])
def test_each_node_passes_back_what_its_slope_makes_of_it(figure, batch, size, end):
    """By the complex step: what flows along a line is moved a little, and the end moves by what flows back."""
    numbers, _, labels = asked(figure, batch, size, end)
    shares, losses = np.array(numbers["shares"]), np.array(numbers["losses"])
    last = {"mean": np.mean, "sum": np.sum}[ENDS[end]]
    little = 1e-30j

    def slopes(function, values):
        moved = [function((values.ravel() + little * unit).reshape(values.shape)) for unit in np.eye(values.size)]
        return np.reshape([one.imag / 1e-30 for one in moved], values.shape)

    np.testing.assert_allclose(numbers["back"]["losses"], slopes(last, losses), rtol=1e-9)
    np.testing.assert_allclose(
        numbers["back"]["shares"],
        slopes(lambda table: last(-np.log(table[np.arange(size), labels])), shares),
        rtol=1e-9,
    )
    assert numbers["back"]["loss"] == 1


def test_a_share_that_has_become_0_is_told(chromium, bare):
    """What comes back to it is infinite, and the scores' gradient is right all the same."""
    data = {"scores": [[1000, -1000, 0]], "labels": [1]}
    with opened(chromium, bare("batch-graph")) as page:
        page.evaluate("data => { document.querySelector('batch-graph').data = data; }", data)
        put(page, "batch-graph", {"samples": "1"})
        back = page.evaluate("document.querySelector('batch-graph').numbers.back")

        assert back == {
            "loss": 1,
            "total": 1,
            "losses": [1],
            "shares": [[0, -np.inf, 0]],
            "scores": [[1, -1, 0]],
        }
        assert "what comes back to it is infinite" in words(page)


def test_mean_and_sum_differ_in_what_is_marked_and_in_nothing_else(figure):
    """The loss, and all that comes back to the left of it, is divided by the number of samples."""
    mean, total = (asked(figure, BATCHES[0], 4, end)[0] for end in ("divide", "sum"))
    for name in ("shares", "losses", "total"):
        assert mean[name] == total[name]
    assert mean["back"]["loss"] == total["back"]["loss"] == 1
    for name in ("total", "losses", "shares", "scores"):
        np.testing.assert_allclose(np.multiply(4, mean["back"][name]), total["back"][name], rtol=1e-15)


def test_at_first_it_shows_the_example_and_what_the_layer_of_the_page_returns(chromium, bare):
    layer = SoftmaxWithLoss()
    scores = [[float(score) for score in row] for row in EXAMPLE["s"]]
    loss = layer.forward(scores, list(EXAMPLE["y"]))
    with opened(chromium, bare("batch-graph")) as page:
        numbers = page.evaluate("document.querySelector('batch-graph').numbers")

    assert numbers["scores"] == scores
    np.testing.assert_allclose(numbers["loss"], loss, rtol=1e-9)
    np.testing.assert_allclose(numbers["back"]["scores"], layer.backward(), rtol=1e-9)


@pytest.mark.parametrize(("end", "steps"), [("divide", 10), ("mean", 8), ("sum", 8)])
def test_one_goes_through_it_forward_and_back(page, end, steps):
    """With the keyboard alone; each step says something else, and at the end all begins again."""
    put(page, "batch-graph", START | {"end": end})
    page.locator("button[name=on]").focus()
    page.keyboard.press("Enter")
    heard = [words(page)]
    shown = [page.locator("svg:visible .live__end").count()]
    for _ in range(steps - 1):
        page.keyboard.press("Enter")
        heard.append(words(page))
        shown.append(page.locator("svg:visible .live__end").count())

    assert [one.split(".")[0] for one in heard] == [f"Step {at} of {steps}" for at in range(1, steps + 1)]
    assert len({one.split(".", 1)[1] for one in heard}) == steps
    # Each step brings numbers, and takes none away.
    assert all(one < other for one, other in pairwise(shown))
    assert page.locator("button[name=on]").inner_text() == "From the start"
    page.locator("button[name=back]").focus()
    for at in range(steps - 1, 0, -1):
        page.keyboard.press("Enter")

        assert words(page) == heard[at - 1]
    page.keyboard.press("Enter")

    assert words(page) == heard[0]


@pytest.mark.parametrize(
    ("end", "step", "said"),
    [
        ("divide", 3, "There is only one, so their sum is its loss: 4.912."),
        ("mean", 3, "There is only one, so their mean is its loss: 4.912."),
        ("divide", 6, "To divide by 1 changes nothing, so 1 goes back."),
        ("mean", 7, "There is only one sample, so what goes back to it is what came: 1."),
        ("sum", 7, "There is only one sample, so what goes back to it is what came: 1."),
    ],
)
def test_a_single_sample_meets_nobody(page, end, step, said):
    put(page, "batch-graph", {"end": end, "samples": "1", "step": step})

    assert said in words(page)


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        # The loss; and what comes back to the sum, to two losses, to the share of each label, and to six scores.
        ({}, KEY + 1 + 1 + 2 + 2 + 6),
        ({"end": "mean"}, KEY + 1 + 2 + 2 + 6),
        ({"end": "sum"}, 0),
        ({"samples": "1"}, 0),
        ({"step": 6}, KEY + 1 + 1),
        ({"step": 3}, KEY),
    ],
)
def test_the_mark_is_at_each_number_that_the_division_has_changed(page, state, marks):
    put(page, "batch-graph", START | state)

    assert page.locator("svg:visible .live__mark").count() == marks


def test_played_it_ends_where_all_is_seen(chromium, bare):
    with opened(chromium, bare("batch-graph"), reduced_motion="reduce") as page:
        put(page, "batch-graph", {"step": 2})
        page.locator("button[name=play]").click()

        assert words(page).startswith("Step 10 of 10")
