"""The gradient doctor's form: what is pasted is judged in the reader's browser, by the code of the command."""

import contextlib
import io
import itertools
import json
import re

from hooks.forms.diagnoses import written_out
from hooks.forms.doctor_form import EXAMPLE, MARK, WORDS
from snippets.doctor.shown import answered
from tests.browser.test_every_page import DESKTOP, PHONE, axe, opened  # noqa: F401

PAGE = "doctor.html"

# In the place of Python: it hears what it is asked, and answers when the test says so.
STUB = """export const python = {
    run({ code, signal }, { output, state }) {
        window.asked = code;
        state('running');
        return new Promise((done) => {
            signal.addEventListener('abort', () => { window.aborted = true; });
            window.answer = (text, error) => {
                if (text) output('text', text);
                if (error) output('error', { text: error });
                done({ ok: !error });
            };
        });
    },
};"""

RIGHT = EXAMPLE.replace("return probs", "return probs / len(labels)")
TEXTS = {
    "right": (RIGHT, "mean"),
    "not divided": (EXAMPLE, "mean"),
    "a sum": (EXAMPLE, "sum"),
    "no Python": ("def f(s, y)\n", "mean"),
    "raises": ("def f(s, y):\n    raise ValueError('<i>no & \"no\"</i> \\'')\n", "mean"),
    "riddle": ("import numpy as np\ndef f(s, y):\n    return np.sin(s) * 0.1 + y[:, None]\n", "mean"),
    "odd signs": (f"# \\ ` ${{x}} \u2028 é 😀 </script>\n{EXAMPLE}", "mean"),
}


@contextlib.contextmanager
def form(chromium, server, **options):
    """The page with a stub in the place of Python."""
    context = {"viewport": DESKTOP} | options
    with opened(chromium, f"{server.address}/{PAGE}", **context) as page:
        page.route("**/client*.js", lambda route: route.fulfill(body=STUB, content_type="text/javascript"))
        yield page


def ask(page, text=None, reduction=None):
    """Fill in the form and press the button."""
    if text is not None:
        page.locator("#doctor textarea").fill(text)
    if reduction is not None:
        page.locator("#doctor select").select_option(reduction)
    page.get_by_role("button", name="Diagnose").click()
    page.wait_for_function("() => window.asked")


def answer(page, printed, error=""):
    """Python's answer comes."""
    page.evaluate("([printed, error]) => window.answer(printed, error)", [printed, error])
    page.wait_for_function("() => !document.getElementById('doctor').hasAttribute('data-running')")


def status(page):
    return page.locator("#doctor [role=status]").inner_text()


def tidy(markup):
    """As the browser writes it: quotes in text are quotes, and no class is empty."""
    return markup.replace("&quot;", '"').replace("&#x27;", "'").replace(' class=""', "")


def test_what_is_asked_and_what_is_shown(chromium, server):
    """The program that the page sends to Python answers as the code does, and the page shows all of it."""
    with form(chromium, server) as page:
        root = json.loads(page.locator("#doctor > script").text_content())["root"]
        for name, (text, reduction) in TEXTS.items():
            expected = answered(text, reduction=reduction)
            page.evaluate("() => { window.asked = null; }")
            ask(page, text, reduction)
            assert status(page) == WORDS["running"]

            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(page.evaluate("window.asked"), {})
            answer(page, printed.getvalue())

            assert json.loads(printed.getvalue().removeprefix(MARK)) == expected, name
            assert status(page) == expected["sentence"], name
            shown = page.locator("#doctor .doctor__answer").inner_html()
            assert tidy(shown) == tidy(written_out(expected["blocks"], root)), name
        assert page.wrong == []


def test_the_example_has_its_answer_from_the_start(chromium, site):
    """With JavaScript and without, before anything is loaded."""
    expected = answered(EXAMPLE, reduction="mean")
    for able in (True, False):
        with opened(chromium, (site / PAGE).as_uri(), java_script_enabled=able) as page:
            assert page.locator("#doctor textarea").input_value() == EXAMPLE
            assert status(page) == expected["sentence"]
            # The theme gives every code an address of its own, and keeps the tab key away from what is not wide.
            shown = re.sub(r' id="__code_\w+"', "", page.locator(".doctor__answer").inner_html())
            shown = shown.replace("<code>", '<code tabindex="0">')
            assert tidy(shown) == tidy(written_out(expected["blocks"]))
            assert page.locator("#doctor textarea").is_disabled() == (not able)
            # The command stands on the page, whatever the browser can do.
            assert "python -m snippets.doctor my_file.py:my_function" in page.locator("article").inner_text()


def test_nothing_is_loaded_before_the_button(chromium, server):
    """Python is large; whoever only reads does not pay for it."""
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        page.locator("#doctor textarea").fill("x")

        assert [url for url in page.asked if "assets/run/" in url and not url.endswith("/page.js")] == []


def test_stop(chromium, server):
    """Python is told, the text stays, the button has the focus, and a late answer is not shown."""
    with form(chromium, server) as page:
        ask(page, "while True: pass")
        page.get_by_role("button", name="Stop").click()

        assert page.evaluate("window.aborted")
        assert status(page) == WORDS["stopped"]
        assert page.locator("#doctor textarea").input_value() == "while True: pass"
        assert page.evaluate("document.activeElement.name") == "diagnose"
        assert not page.get_by_role("button", name="Stop").is_visible()

        page.evaluate("text => window.answer(text)", MARK + json.dumps(answered(RIGHT, reduction="mean")))
        page.wait_for_timeout(50)
        assert status(page) == WORDS["stopped"]
        assert page.locator(".doctor__answer").inner_html() == ""


def test_the_button_asks_once(chromium, server):
    """Whoever presses it again while it runs starts nothing."""
    with form(chromium, server) as page:
        ask(page, "first = 1")
        page.locator("#doctor textarea").fill("second = 2")
        page.locator("#doctor [name=diagnose]").click(force=True)

        assert page.locator("#doctor [name=diagnose]").get_attribute("aria-disabled") == "true"
        assert "first" in page.evaluate("window.asked")


def test_an_answer_to_another_text_does_not_stay(chromium, server):
    """It would mislead."""
    with form(chromium, server) as page:
        assert page.locator(".doctor__answer").is_visible()
        page.locator("#doctor textarea").press_sequentially("#")

        assert status(page) == WORDS["changed"]
        assert not page.locator(".doctor__answer").is_visible()


def test_when_python_breaks_it_says_so(chromium, server):
    """With what Python said, and with the command for home."""
    with form(chromium, server) as page:
        ask(page)
        answer(page, "", "MemoryError: <none>")

        assert status(page) == WORDS["failed"]
        assert page.locator(".doctor__answer").inner_text().split("\n")[0] == "MemoryError: <none>"
        assert WORDS["instead"] in page.locator(".doctor__answer").inner_text()


def test_from_disk_it_says_what_to_do(chromium, site):
    """A browser starts no module worker there."""
    with opened(chromium, (site / PAGE).as_uri()) as page:
        page.get_by_role("button", name="Diagnose").click()

        assert status(page) == WORDS["failed"]
        assert WORDS["disk"] in page.locator(".doctor__answer").inner_text()
        assert page.wrong == []


def test_it_works_with_the_keyboard_alone(chromium, server):
    """Tab leads through it and out of it; Ctrl-Enter asks from inside of the text; Enter in the name does no harm."""
    with form(chromium, server) as page:
        page.locator("#doctor textarea").focus()
        for key in ["Tab", "ArrowDown", "Tab", "g", "Enter", "Tab"]:
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.name") == "diagnose"
        assert PAGE in page.url
        for _ in range(3):
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("Control+Enter")
        page.wait_for_function("() => window.asked")

        asked = page.evaluate("window.asked")
        said = json.loads(eval(re.search(r"^answer\((.*)\)$", asked, re.MULTILINE)[1]))
        assert said == [EXAMPLE, {"name": "g", "reduction": "sum"}]


def test_it_works_with_a_finger(chromium, server):
    """Its targets are large enough, and a tap asks."""
    with form(chromium, server, viewport=PHONE, has_touch=True) as page:
        for field in page.locator("#doctor :is(select, input, textarea, button)").all():
            if field.is_visible():
                assert field.bounding_box()["height"] >= 24
        page.get_by_role("button", name="Diagnose").tap()
        page.wait_for_function("() => window.asked")
        page.get_by_role("button", name="Stop").tap()

        assert status(page) == WORDS["stopped"]


def test_an_answer_comes_into_sight(chromium, server):
    """On a phone the button may be in sight, and what stands below it not."""
    with form(chromium, server, viewport=PHONE) as page:
        page.locator("#doctor textarea").focus()
        page.keyboard.press("Control+Enter")
        page.wait_for_function("() => window.asked")
        assert page.evaluate("scrollY") == 0
        answer(page, MARK + json.dumps(answered(RIGHT, reduction="mean")))
        page.wait_for_function(
            "() => document.querySelector('.doctor__status').getBoundingClientRect().top < innerHeight / 2"
        )

        assert page.locator(".doctor__status").bounding_box()["y"] > 48


LONG = {
    "sentence": "A sentence with a_very_long_name_that_nobody_would_break_" + "x" * 80,
    "blocks": [
        {"kind": "text", "text": "word " * 60 + "y" * 90},
        {"kind": "head", "text": "Head"},
        {"kind": "list", "items": ["one", "z" * 90]},
        {"kind": "numbers", "text": "0.123456789 " * 20},
        {"kind": "diff", "text": "--- old\n+++ new\n-" + "a" * 100 + "\n+" + "b" * 100 + "\n c"},
        {"kind": "link", "text": "Read on", "address": "why-divide.html"},
    ],
}


def test_every_state_fits_and_has_no_barrier(chromium, server, axe):  # noqa: F811
    """While it runs, and with the longest answer, on a phone and on a desktop, in light and dark."""
    with form(chromium, server) as page:
        for viewport, scheme in itertools.product([PHONE, DESKTOP], ["light", "dark"]):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme)
            page.reload()
            page.evaluate(axe)
            ask(page)
            for printed in (None, MARK + json.dumps(LONG)):
                if printed:
                    answer(page, printed)
                found = page.evaluate("() => axe.run('#doctor', {resultTypes: ['violations']})")

                assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_with_python_itself(chromium, server):
    """Three answers of the browser's own Python, and one function that never ends; no other host is asked."""
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        for text in (EXAMPLE, "def g(s, y):\n    while True:\n        pass\n", RIGHT):
            page.locator("#doctor textarea").fill(text)
            page.get_by_role("button", name="Diagnose").click()
            if "while" in text:
                page.wait_for_function(
                    "words => document.querySelector('#doctor [role=status]').textContent == words",
                    arg=WORDS["running"],
                )
                page.get_by_role("button", name="Stop").click()
                assert status(page) == WORDS["stopped"]
                continue
            page.wait_for_function(
                "() => !document.getElementById('doctor').hasAttribute('data-running')", timeout=60_000
            )

            expected = answered(text, reduction="mean")
            assert status(page) == expected["sentence"]
            shown = page.locator(".doctor__answer").inner_text()
            assert [
                block["text"] for block in expected["blocks"] if block["kind"] == "link" and block["text"] not in shown
            ] == []

        assert [url for url in page.asked if not url.startswith((server.address + "/", "data:", "blob:"))] == []
        assert page.wrong == []
