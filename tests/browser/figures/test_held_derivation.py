"""Every line of the derivation that a reader holds has the number that the snippets compute, and is worked out by itself."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest

from hooks.live import held_derivation, live_figures
from snippets.score_gradient.blocked import score_gradient
from snippets.softmax import softmax
from tests.browser.figures.test_every_figure import opened, put, words

NAME = "held-derivation"
# The other sample of the example, which the reader does not change.
OTHER = [2, 1, -1]
# Scores, label, class whose score moves: the example, equal scores, ties, far apart, up to the very largest.
ROWS = [
    ([0.1, 5, -0.3], 0, 1),
    ([0.1, 5, -0.3], 0, 0),
    ([0.1, 5, -0.3], 1, 1),
    ([0, 0, 0], 2, 0),
    ([0, 0, 0], 2, 2),
    ([2, 2, -1], 1, 0),
    ([40, 0, 0], 0, 0),
    ([1000, -1000, 0], 0, 0),
    ([1000, -1000, 0], 1, 1),
    ([1000, -1000, 0], 1, 0),
    ([-1000, -1000, -1000], 2, 2),
    ([1000, 1000, 1000], 2, 0),
    ([1e-3, 2e-3, -1e-3], 2, 1),
]


def given(scores, label, moved):
    """The state of the figure."""
    return {"s0": scores[0], "s1": scores[1], "s2": scores[2], "label": str(label), "moved": str(moved)}


@pytest.fixture(scope="module")
def data():
    """What the build gives to the figure."""
    return held_derivation.data()


@pytest.fixture(scope="module")
def figure(live_figure):
    return live_figure(NAME)


def asides(data) -> list[bool]:
    """For each line, whether it is about the total and not about the loss."""
    lines = {at for step in data["steps"] if step["aside"] for at in (step["before"], step["now"])}
    return [at in lines for at in range(len(data["lines"]))]


@pytest.mark.parametrize(("scores", "label", "moved"), ROWS)
def test_every_line_is_the_gradient(figure, data, scores, label, moved):
    values = np.array(figure(given(scores, label, moved))["values"], dtype=float)
    expected = score_gradient(np.array([scores, OTHER], dtype=float), np.array([label, 0]))[0, moved]
    aside = np.array(asides(data))

    np.testing.assert_allclose(values[~aside], expected, rtol=1e-9)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(values[aside], np.exp(float(scores[moved])), rtol=1e-9)


def test_beyond_what_a_double_holds_the_lines_are_told_apart_from_nothing(figure):
    """A mistake of one part in a number with 435 digits is 0 for a snippet, and is not 0."""
    texts = figure(given([1000, -1000, 0], 0, 0))["texts"]

    assert texts[-1] == "−2.538e−435"
    assert len(set(texts)) == 2


SMALLER = [
    ("one class", [[3.0]], [0], 0),
    ("one sample", [[0.1, 5, -0.3]], [0], 1),
    ("four samples of two classes", [[1.0, 2], [3, 4], [0, -1000], [1000, 5]], [0, 1, 1, 0], 0),
]


@pytest.mark.parametrize(("scores", "labels", "moved"), [row[1:] for row in SMALLER], ids=[row[0] for row in SMALLER])
def test_any_batch_will_do(live_figure, data, scores, labels, moved):
    """Nothing in it counts on two samples of three classes."""
    other = data | {
        "sizes": data["sizes"] | {"N": len(scores), "C": len(scores[0])},
        "given": data["given"] | {"s": scores, "y": labels, "W_2": [[1.0] * len(scores[0])] * data["sizes"]["H"]},
    }
    row = scores[0] + [0] * (3 - len(scores[0]))
    values = np.array(live_figure(NAME)(given(row, labels[0], moved), other)["values"])
    expected = score_gradient(np.array(scores, dtype=float), np.array(labels))[0, moved]

    np.testing.assert_allclose(values[~np.array(asides(data))], expected, rtol=1e-9)


# A part of a line, the step that shows it, and its value for scores z and label y, class b.
PARTS = [
    (r"Z_a", 7, lambda z, y, b: np.exp(z).sum()),
    (r"e^{s_{a,y_a}}", 8, lambda z, y, b: np.exp(z[y])),
    (r"\frac{e^{s_{a,b}}}{Z_a}", 18, lambda z, y, b: softmax(z[None])[0, b]),
    (r"\delta_{b,y_a}", 18, lambda z, y, b: float(b == y)),
    (r"p_{a,b} - \delta_{b,y_a}", 22, lambda z, y, b: softmax(z[None])[0, b] - (b == y)),
    (r"\log \frac{e^{s_{a,y_a}}}{Z_a}", 6, lambda z, y, b: np.log(softmax(z[None])[0, y])),
    (r"\frac{\partial e^{s_{a,y_a}}}{\partial s_{a,b}}", 8, lambda z, y, b: np.exp(z[y]) * (b == y)),
]


@pytest.mark.parametrize(("latex", "step", "expected"), PARTS, ids=lambda one: str(one)[:20])
@pytest.mark.parametrize(("scores", "label", "moved"), ROWS[:6])
def test_a_part_has_its_value(figure, latex, step, expected, scores, label, moved):
    term = f"t{list(held_derivation.NAMES).index(latex)}"
    (found,) = figure({"short": False, "step": step, "term": term} | given(scores, label, moved))["term"]

    np.testing.assert_allclose(
        found["value"], expected(np.array(scores, dtype=float), label, moved), rtol=1e-9, atol=1e-15
    )


# --- on the page --------------------------------------------------------------------------


def test_each_part_that_has_a_name_is_in_some_line(data):
    """A name for what no line has is a slip."""
    shown = {term for line in data["lines"] for term in re.findall(r'data-term="(\d+)"', line["html"])}
    missing = [latex for at, latex in enumerate(held_derivation.NAMES) if str(at) not in shown]

    assert missing == []


def test_each_line_shows_what_changed(data):
    """In the line before, what will be gone; in the line after, what is new."""
    silent = [
        step["label"]
        for at, step in enumerate(data["steps"])
        if not (data["lines"][step["before"]]["gone"][at] and data["lines"][step["now"]]["fresh"][at])
    ]

    assert silent == []


def test_it_has_the_steps_of_the_page_and_their_rules(data):
    """Every formula of the derivation is there, in the order of the script, and says what its rule says."""
    from derivations.proof.rules import RULES
    from derivations.score_gradient import proof

    expected = [
        (claim.label, rule.split(", "))
        for claim in proof.claims[: [claim.label for claim in proof.claims].index("eq:gradient") + 1]
        for rule in claim.rules
    ]

    assert [(step["label"], step["rules"]) for step in data["steps"]] == expected
    assert {name: rule["says"] for name, rule in data["rules"].items()} == {
        name: RULES[name].statement for name in data["rules"]
    }


def test_a_step_looks_the_same_from_wherever_one_comes(chromium, bare, data):
    """Nothing of the step before is left in it."""
    look = """([name, steps, walk]) => [...Array(steps).keys()].map((k) => {
        const figure = document.querySelector(name);
        if (!walk) figure.set({ short: true });
        figure.set({ short: false, step: k + 1 });
        return figure.querySelector('.live__picture').innerHTML;
    })"""
    with opened(chromium, bare(NAME)) as page:
        walked, jumped = (page.evaluate(look, [NAME, len(data["steps"]), walk]) for walk in (True, False))
        different = [at + 1 for at, pair in enumerate(zip(walked, jumped, strict=True)) if len(set(pair)) > 1]

        assert different == []


def test_arrow_keys_walk_and_look(chromium, bare):
    """On the lines: left and right for the steps, up and down for the parts."""
    with opened(chromium, bare(NAME)) as page:
        page.locator(".held__lines").focus()
        seen = []
        for key in [
            "ArrowRight",
            "ArrowRight",
            "ArrowRight",
            "ArrowLeft",
            "ArrowDown",
            "ArrowDown",
            "ArrowUp",
            "ArrowUp",
        ]:
            page.keyboard.press(key)
            state = page.locator(NAME).evaluate("one => [one.state.step, one.state.term]")
            focused = page.evaluate("document.activeElement.className")
            seen.append((*state, focused))

        assert [step for step, _, _ in seen] == [1, 2, 3, 2, 2, 2, 2, 2]
        assert [term != "none" for _, term, _ in seen] == [False] * 4 + [True, True, True, False]
        assert {focused for _, _, focused in seen} == {"held__lines"}
        assert page.wrong == []


def test_every_step_can_be_walked_to_and_back(chromium, bare, data):
    """The buttons lead through all steps, and stop at both ends."""
    steps = len(data["steps"])
    with opened(chromium, bare(NAME)) as page:
        at = "one => one.querySelector('.held__where').textContent"
        forth = []
        for _ in range(steps):
            page.locator("[name=next]").click()
            forth.append(page.locator(NAME).evaluate(at).split(" of ")[0])

        assert forth == [f"Step {step}" for step in range(1, steps + 1)]
        assert page.locator("[name=next]").get_attribute("aria-disabled") == "true"
        assert page.wrong == []


@pytest.mark.parametrize("how", ["mouse", "finger"])
def test_a_part_says_what_it_is(chromium, bare, how):
    """Pointed at, or touched, it is told in words with its number, wherever else it stands."""
    with opened(chromium, bare(NAME), has_touch=how == "finger") as page:
        put(page, NAME, {"short": False, "step": 7})
        part = page.locator(f".held__formula [data-term='{list(held_derivation.NAMES).index('Z_a')}']")
        (part.first.hover if how == "mouse" else part.first.tap)()

        assert "the row's total weight: 150.3" in page.locator(".held__term").inner_text()
        assert "The row's total weight: 150.3." in words(page)
        assert page.locator(".held__lines .held__looked").count() == part.count() == 3


def test_the_reason_opens_and_stays_open(chromium, bare, data):
    """It says what the rule says, and whoever reads on need not open it again."""
    with opened(chromium, bare(NAME)) as page:
        put(page, NAME, {"short": False, "step": 7})
        page.locator(".held summary").click()
        first = page.locator(".held details").inner_text()
        page.locator("[name=next]").click()
        second = page.locator(".held details").inner_text()

        assert data["rules"]["derivative of log"]["says"] in first
        assert data["rules"]["quotient rule"]["says"] in second


def test_a_wide_line_stays_where_the_reader_scrolled_it(chromium, bare):
    """Scores that move change numbers, and nothing else."""
    with opened(chromium, bare(NAME), viewport={"width": 220, "height": 700}) as page:
        put(page, NAME, {"short": False, "step": 15})
        lines = page.locator(".held__lines")
        lines.evaluate("one => one.scrollTo(30, 0)")
        put(page, NAME, {"s1": 4})

        assert lines.evaluate("one => one.scrollLeft") > 0


# --- fetched when it is wanted ------------------------------------------------------------


@pytest.fixture(scope="module")
def apart(tmp_path_factory, bare):
    """The address of a page that has neither the figure's data nor its script, as the site has it."""
    folder = tmp_path_factory.mktemp("later")
    page = Path(unquote(urlsplit(bare(NAME)).path)).read_text("utf-8")
    script = (live_figures.bundled() / f"{NAME}.js").as_uri()
    (folder / "data.js").write_text(live_figures.apart(NAME, live_figures.stills()[NAME]), "utf-8")
    page = live_figures.GIVEN.sub("", page).replace(f"<{NAME}>", f'<{NAME} data-later="data.js {script}">')
    loader = (Path(live_figures.ROOT) / "docs" / "assets" / "figure-later.js").as_uri()
    (folder / "page.html").write_text(page.replace(f'src="{script}"', f'src="{loader}"'), "utf-8")
    return (folder / "page.html").as_uri()


# What a reader does first, and what must have become of it.
FIRST = [
    ("presses a button", lambda page: page.locator("[name=next]").click(), "one.state.step === 1 && !one.state.short"),
    ("moves a slider", lambda page: page.locator("[name=s1]").fill("2"), "one.state.s1 === 2"),
    ("chooses", lambda page: page.locator("[name=label]").select_option("2"), "one.state.label === '2'"),
    ("uses a key", lambda page: page.locator(".held__lines").press("ArrowRight"), "!one.state.short"),
    ("touches a part", lambda page: page.locator(".held [data-term]").last.click(), "one.state.term !== 'none'"),
    ("unchecks", lambda page: page.locator("[name=short]").uncheck(), "!one.state.short"),
]


@pytest.mark.parametrize(("act", "became"), [row[1:] for row in FIRST], ids=[row[0] for row in FIRST])
def test_it_is_fetched_when_the_reader_turns_to_it(chromium, apart, act, became):
    """Before that nothing is, and the first thing that is done is not lost."""
    with opened(chromium, apart) as page:
        assert page.evaluate(f"customElements.get('{NAME}') === undefined")
        act(page)
        page.wait_for_function(
            f"() => {{ const one = document.querySelector('{NAME}'); return one.state && {became}; }}", timeout=5000
        )

        assert page.wrong == []
