"""The point in the triangle, its push and its way down are what the snippets compute."""

import numpy as np
import pytest

from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.curvature import hessian, step_limit
from snippets.score_gradient.blocked import score_gradient
from snippets.softmax import softmax

# How often each class is the label.
OFTEN = {"0": [1.0, 0, 0], "1": [0, 1.0, 0], "2": [0, 0, 1.0], "01": [1 / 2, 1 / 2, 0], "012": [1 / 3, 1 / 3, 1 / 3]}
# Scores at the start, labels, rate: usual, equal, at the limit, beyond it, and the very largest.
ROWS = [
    ([-1.5, 1.5, 0], "0", 1),
    ([0.1, 5, -0.3], "1", 0.1),
    ([0, 0, 0], "2", 3.9),
    ([0, 0, 0], "012", 1),
    ([2, 2, -1], "01", 3.9),
    ([-1.5, 1.5, 0], "01", 5),
    ([0.3, -0.2, 1], "012", 5.5),
    ([1000, -1000, 0], "0", 1),
    ([1000, -1000, 0], "1", 1000),
    ([-1000, -1000, -1000], "012", 20),
    ([-1000, 1000, 1000], "01", 20),
    ([40, 0, 0], "0", 0.001),
]


@pytest.fixture(scope="module")
def figure(live_figure):
    ask = live_figure("loss-simplex")
    return lambda scores, label, rate: ask({f"s{k}": scores[k] for k in range(3)} | {"label": label, "rate": rate})


@pytest.mark.parametrize(("scores", "label", "rate"), ROWS)
def test_each_step(figure, scores, label, rate):
    """From the scores that it stands on, so that no rounding is carried along."""
    path = figure(scores, label, rate)["path"]
    stood = np.array([one["scores"] for one in path])
    often = np.tile(OFTEN[label], (len(path), 1))
    labels = np.full(len(path), int(label)) if len(label) == 1 else often
    # For a single label there is a version that keeps the digits of a sure sample.
    if len(label) == 1:
        gradient = score_gradient(stood, labels) * len(path)
    else:
        gradient = cross_entropy_gradient(stood, labels, reduction="sum")
    # A mean over labels is subtracted from shares, and where both are equal only rounding is left.
    near = {"rtol": 1e-9, "atol": 0 if len(label) == 1 else 1e-15}

    assert len(path) == 41
    np.testing.assert_array_equal(stood[0], scores)
    np.testing.assert_allclose([one["shares"] for one in path], softmax(stood), rtol=1e-9)
    np.testing.assert_allclose([one["gradient"] for one in path], gradient, **near)
    np.testing.assert_allclose(
        [one["loss"] for one in path], cross_entropy(stood, labels, reduction="none"), rtol=1e-9, atol=1e-15
    )
    np.testing.assert_allclose(stood[1:], (stood - rate * gradient)[:-1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("label", OFTEN)
def test_the_field_is_the_jacobian_times_the_push(figure, label):
    """The Jacobian of the shares is the Hessian of the loss."""
    numbers = figure([0, 0, 0], label, 1)
    shares = np.array([one["shares"] for one in numbers["field"]])
    flow = (hessian(np.log(shares)) @ (OFTEN[label] - shares)[:, :, None])[:, :, 0]

    np.testing.assert_allclose([one["flow"] for one in numbers["field"]], flow, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(
        numbers["lowest"], cross_entropy([np.log(np.maximum(OFTEN[label], 1e-300))], [OFTEN[label]]), atol=1e-12
    )


@pytest.mark.parametrize("label", OFTEN)
@pytest.mark.parametrize("scores", [[-1.5, 1.5, 0], [0, 0, 0], [8, -8, 3], [1000, -1000, 0]])
def test_no_step_below_the_limit_raises_the_loss(figure, scores, label):
    limit = step_limit(np.ones((1, 1)))

    numbers = figure(scores, label, 0.999 * limit)
    losses = np.array([one["loss"] for one in numbers["path"]])

    assert numbers["raised"] == 0
    assert (np.diff(losses) <= 1e-12 * (1 + losses[:-1])).all()


def test_beyond_the_limit_steps_raise_the_loss(figure):
    """With two labels, that is: a single one is never overshot."""
    limit = step_limit(np.ones((1, 1)))

    assert figure([-0.1, 0.1, -8], "01", 1.05 * limit)["raised"] > 0
    assert figure([-0.1, 0.1, -8], "0", 100 * limit)["raised"] == 0


def test_a_small_rise_is_one(figure):
    """Closely above the limit the loss climbs by less than its fourth digit, step after step."""
    losses = np.array([one["loss"] for one in figure([0.05, -0.05, -1000], "01", 4.01)["path"]])

    assert 1e-9 < np.diff(losses).max() < 1e-4
    assert figure([0.05, -0.05, -1000], "01", 4.01)["raised"] == (np.diff(losses) > 0).sum()


def test_a_loss_of_0_is_drawn(chromium, bare):
    page = chromium.new_page()
    page.goto(bare("loss-simplex"))
    page.evaluate("document.querySelector('loss-simplex').set({ s0: 1000, label: '0' })")

    assert "NaN" not in page.locator("loss-simplex").inner_html()
    page.close()


@pytest.mark.parametrize(
    ("rate", "said"), [(3.9, "Up to a rate of 4 none ever does"), (4, "Up to a rate of 4"), (4.1, "Above a rate of 4")]
)
def test_the_words_know_the_limit(chromium, bare, rate, said):
    page = chromium.new_page()
    page.goto(bare("loss-simplex"))
    page.evaluate("rate => document.querySelector('loss-simplex').set({ label: '01', rate })", rate)

    assert step_limit(np.ones((1, 1))) == pytest.approx(4)
    assert said in page.locator(".live__words").inner_text()
    page.close()


def test_a_dragged_point_lies_where_the_finger_is(chromium, bare):
    page = chromium.new_page()
    page.goto(bare("loss-simplex"))
    ring = page.locator("svg:visible [data-drag]")
    box = ring.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 80, steps=3)
    page.mouse.up()
    box = ring.bounding_box()

    assert box["x"] + box["width"] / 2 == pytest.approx(x + 60, abs=2)
    assert box["y"] + box["height"] / 2 == pytest.approx(y - 80, abs=2)
    page.close()


def test_playing_ends_at_the_last_step(chromium, bare):
    page = chromium.new_page()
    page.goto(bare("loss-simplex"))
    page.evaluate("document.querySelector('loss-simplex').set({ steps: 38 })")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('loss-simplex').playing === undefined", timeout=5000)

    assert page.evaluate("document.querySelector('loss-simplex').state.steps") == 40
    page.close()
