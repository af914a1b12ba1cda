"""What a reader may expect of every live figure: by touch, mouse and keyboard, seen or heard, on any screen and on paper."""

import gzip
from contextlib import contextmanager

import pytest

from hooks.live import live_figures
from tests.browser.test_every_page import axe  # noqa: F401

DESKTOP, PHONE, WIDE = ({"width": width, "height": 900} for width in (1280, 360, 1600))
# Three states of each, besides the first: something usual, something at an edge, something extreme.
STATES = {
    "overflow-edge": [
        {"score": -100},
        {"score": 10.9, "gap": 0},
        {"score": 1000, "gap": 1000},
        {"score": -1000},
    ],
    "loss-simplex": [
        {"label": "01", "rate": 5, "steps": 12},
        {"label": "012", "rate": 20, "steps": 40},
        {"s0": -1000, "s1": 1000, "rate": 400, "steps": 3},
    ],
    "batch-graph": [
        {"end": "sum", "samples": "4"},
        {"end": "mean", "samples": "3", "step": 7},
        {"samples": "1", "step": 0},
    ],
    "optimizer-lab": [
        {"optimizer": "adam"},
        {"change": "all", "optimizer": "momentum", "ragged": True, "l2": 0.1, "clip": "0.5"},
        {"change": "nothing", "rate": 20, "l2": 1},
    ],
    "mean-of-means": [
        {"first": 5, "second": 10},
        {"first": 1, "second": 2, "rule": "bare"},
        {"first": 3, "second": 3, "rule": "sums"},
        {"first": 0, "second": 10},
    ],
    "held-derivation": [
        {"short": False, "step": 8, "term": "t17"},
        {"short": False, "step": 15, "label": "1", "s1": 0.5},
        {"short": False, "step": 19, "moved": "0", "s0": 1000, "s1": -1000, "term": "t20"},
    ],
    "softmax-explorer": [
        {"s0": 3, "label": "1"},
        {"temperature": 10, "shift": -8},
        {"s0": 1000, "s1": -1000, "given": "shares"},
    ],
}
EVERY_FIGURE = pytest.mark.parametrize("name", live_figures.DATA)
EVERY_STATE = pytest.mark.parametrize(
    ("name", "state"), [(name, state) for name in STATES for state in [{}, *STATES[name]]]
)
# A word may stand on a bar or a line, and never on another word.
WORDS_ON_WORDS = """(figure) => {
    const seen = [...figure.querySelectorAll('svg text')].map((one) => [one.textContent, one.getBoundingClientRect()]).filter(([, box]) => box.width);
    const meet = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
    return seen.flatMap(([word, box], at) => seen.slice(at + 1).filter(([, other]) => meet(box, other)).map(([other]) => [word, other]));
}"""
OUTSIDE = """(figure) => [...figure.querySelectorAll('svg')].flatMap((svg) => {
    const room = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width && (box.left < room.left - 1 || box.right > room.right + 1 || box.top < room.top - 1 || box.bottom > room.bottom + 1);
    }).map((one) => one.textContent);
})"""


@contextmanager
def opened(chromium, address, **options):
    """The page in a fresh window, with what went wrong on it."""
    context = chromium.new_context(**({"viewport": DESKTOP} | options))
    page = context.new_page()
    page.wrong = []
    page.on(
        "console", lambda message: page.wrong.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.goto(address)
    yield page
    context.close()


def put(page, name, state):
    page.evaluate("([name, state]) => document.querySelector(name).set(state)", [name, state])


def words(page):
    return page.locator(".live__words").inner_text()


def test_every_figure_has_its_states_here():
    assert sorted(STATES) == sorted(live_figures.DATA)


def test_every_figure_of_the_folder_is_in_the_table():
    assert sorted(path.stem for path in live_figures.SOURCE.glob("*.mjs")) == sorted(live_figures.DATA)


@EVERY_FIGURE
def test_a_figure_is_small(name):
    assert len(gzip.compress((live_figures.bundled() / f"{name}.js").read_bytes())) <= 30_000


@EVERY_FIGURE
def test_the_still_is_what_the_script_shows_first(chromium, bare, name):
    look = "(figure) => [...figure.querySelectorAll('.live__picture, .live__words')].map((one) => one.innerHTML)"
    with opened(chromium, bare(name), java_script_enabled=False) as page:
        still = [one.inner_html() for one in page.locator(".live__picture, .live__words").all()]
        assert page.locator(".live__controls:visible").count() == 0
        assert page.locator(".live__picture:visible").count() == 1
    with opened(chromium, bare(name)) as page:
        put(page, name, {})

        assert page.locator(name).evaluate(look) == still


@EVERY_STATE
def test_it_has_no_barrier_and_fits_every_screen(chromium, bare, axe, name, state):  # noqa: F811
    with opened(chromium, bare(name)) as page:
        put(page, name, state)
        page.evaluate(axe)
        for scheme in ("default", "slate"):
            page.locator("body").evaluate("(body, scheme) => body.setAttribute('data-md-color-scheme', scheme)", scheme)
            # Links fade from one colour to the other, and what is between them is none of either scheme.
            page.evaluate("document.getAnimations().forEach((one) => one.finish())")
            for room in (WIDE, PHONE):
                page.set_viewport_size(room)
                found = page.evaluate("name => axe.run(name, {resultTypes: ['violations'], preload: false})", name)

                assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
                assert page.evaluate("document.documentElement.scrollWidth") <= room["width"]
                assert page.locator(name).evaluate(WORDS_ON_WORDS) == []
                assert page.locator(name).evaluate(OUTSIDE) == []
        assert page.wrong == []


@EVERY_FIGURE
def test_the_words_change_with_the_picture_and_are_said(chromium, bare, name):
    with opened(chromium, bare(name)) as page:
        heard = [words(page)]
        for state in STATES[name]:
            put(page, name, state)
            page.wait_for_function(
                "(text) => document.querySelector('[role=status]').textContent === text", arg=words(page)
            )
            heard.append(words(page))

        assert len(set(heard)) == len(heard)


@EVERY_FIGURE
def test_it_is_worked_with_the_keyboard_alone(chromium, bare, name):
    """Tab reaches each control in turn, and keys change what it stands for.

    A picture of text has lines that answer to keys, and reasons that open, with links in them.
    """
    with opened(chromium, bare(name)) as page:
        inside = f"{name} .live__picture :is(summary, [tabindex='0'], a:visible)"
        controls = page.locator(f"{name} :is(input, select, button):enabled, {inside}")
        at = -1
        while (at := at + 1) < controls.count():
            page.keyboard.press("Tab")
            control = controls.nth(at)
            kind = control.evaluate("one => one === document.activeElement && (one.type || one.localName)")
            before = page.locator(name).evaluate("one => JSON.stringify(one.state)")
            if kind == "range":
                # One that stands at its least can only rise.
                key = "ArrowRight" if control.evaluate("one => one.value === one.min") else "ArrowLeft"
                page.keyboard.press(key)
                page.keyboard.press(key)
            elif kind == "text":
                page.keyboard.press("Control+a")
                page.keyboard.type("1")
            elif kind == "select-one":
                page.keyboard.press("ArrowDown")
            elif kind in ("checkbox", "submit", "button"):
                page.keyboard.press("Space")
            elif kind == "div":
                page.keyboard.press("ArrowRight")
            elif kind == "summary":
                page.keyboard.press("Enter")
                assert control.evaluate("one => one.parentElement.open")
            elif kind != "a":
                raise AssertionError(f"the keyboard is not at control {at} but at {kind}")
            after = page.locator(name).evaluate("one => JSON.stringify(one.state)")

            # A button may find nothing to do, and what is typed may be there already.
            if kind in ("range", "select-one", "checkbox", "div"):
                assert after != before, f"control {at}"
        assert page.wrong == []


@EVERY_FIGURE
def test_what_cannot_be_read_is_said(chromium, bare, name):
    with opened(chromium, bare(name)) as page:
        for field in page.locator(f"{name} input[type=text]").all():
            right = field.input_value()
            for typed in ("", "two", "1e999", "nan", "0x10"):
                field.fill(typed)

                assert "must be" in words(page)
                assert f"got {typed or 'nothing'}" in words(page)
                assert field.get_attribute("aria-invalid") == "true"
            field.fill(right)

            assert field.get_attribute("aria-invalid") is None


@EVERY_FIGURE
@pytest.mark.parametrize("how", ["mouse", "finger"])
def test_a_handle_follows(chromium, bare, name, how):
    """Each handle of the picture can be drawn away, and the state goes with it."""
    with opened(
        chromium, bare(name), viewport=PHONE if how == "finger" else DESKTOP, has_touch=how == "finger"
    ) as page:
        handles = page.locator(f"{name} svg:visible [data-drag]")
        for at in range(handles.count()):
            handles.nth(at).scroll_into_view_if_needed()
            box = handles.nth(at).bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            room = page.locator("svg:visible").bounding_box()
            # Toward the middle of the picture there is room.
            to = (
                x + (25 if x < room["x"] + room["width"] / 2 else -25),
                y + (25 if y < room["y"] + room["height"] / 2 else -25),
            )
            before = page.locator(name).evaluate("one => JSON.stringify(one.state)")
            if how == "mouse":
                page.mouse.move(x, y)
                page.mouse.down()
                page.mouse.move(*to, steps=4)
                page.mouse.up()
            else:
                touch = page.context.new_cdp_session(page)
                for kind, points in [("touchStart", [(x, y)]), ("touchMove", [to]), ("touchEnd", [])]:
                    touch.send(
                        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]}
                    )

            assert page.locator(name).evaluate("one => JSON.stringify(one.state)") != before
        assert page.wrong == []


@EVERY_FIGURE
def test_a_reader_who_wants_no_motion_sees_none(chromium, bare, name):
    """Whatever a button sets going is at its end at once."""
    with opened(chromium, bare(name), reduced_motion="reduce") as page:
        for button in page.locator(f"{name} button").all():
            button.click(force=True)  # also one that has nothing to do just now

            assert page.locator(name).evaluate("one => one.playing === undefined")
            assert page.locator(name).evaluate("one => one.getAnimations({subtree: true}).length") == 0


@EVERY_FIGURE
def test_on_paper_it_is_a_picture_and_its_words(chromium, bare, name):
    with opened(chromium, bare(name)) as page:
        page.emulate_media(media="print")

        assert page.locator(".live__controls:visible").count() == 0
        assert page.locator(f"{name} .live__picture:visible").count() == 1
        assert page.locator(".live__words").is_visible()
