"""Run, in a real browser: a reader runs, edits, breaks, stops and takes home the code of a page."""

import json
import re
from contextlib import contextmanager

import pytest

from tests.browser.server import serving
from tests.browser.test_every_page import DESKTOP, PHONE, axe, opened  # noqa: F401

PAGE = "stability.html"
PROOF = "derivations/softmax.html"
# The first code of the page, and what it prints.
PRINTED = "2048\n16777216"
ENDED = ["done", "failed", "stopped"]
# A machine under load may need long; whoever waits for nothing waits in vain.
PATIENCE = 60_000
# A program that only Stop ends.
ENDLESS = "print('begun')\nwhile True:\n    pass"


def box(page, number=1):
    """The place of a code of the page."""
    return page.locator(f".run[data-run-name$=', code {number}']")


def press(place, name):
    """Press one of its buttons by keyboard: what lies above may still be laid out."""
    place.get_by_role("button", name=re.compile(rf"^{name} ")).press("Enter")


def ended(place, *states):
    """Wait for the end of a run; return its words, and what came out."""
    place.and_(place.page.locator(", ".join(f"[data-state={state}]" for state in states or ENDED))).wait_for(
        timeout=PATIENCE
    )
    output = place.locator(".run__output")
    return place.get_by_role("status").inner_text(), output.text_content().strip() if output.is_visible() else ""


def ran(place, code=None):
    """Run what a place holds, or other code in its place."""
    if code is not None:
        if not place.locator(".cm-content").count():
            press(place, "Run")
            ended(place)
        place.locator(".cm-content").fill(code)
    press(place, "Run")
    return ended(place)


def wrong(page):
    """What went wrong, but for what shall end: the page's view of a shared worker, and the blob that Stop takes away."""
    meant = re.compile(r"failed: (blob:\S+ net::ERR_FILE_NOT_FOUND|\S+worker\.js net::ERR_ABORTED)")
    return [one for one in page.wrong if not meant.match(one)]


@pytest.fixture(scope="module")
def page(chromium, server):
    """One page for many tests: Python is started once, as for a reader."""
    with opened(chromium, f"{server.address}/{PAGE}", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.address = server.address
        yield page


@contextmanager
def beside(page, name, **options):
    """Another page in the same browser, where Python runs already."""
    other = page.context.new_page()
    other.wrong = []
    other.on("pageerror", lambda error: other.wrong.append(str(error)))
    other.on(
        "console", lambda message: other.wrong.append(message.text) if message.type in ("error", "warning") else None
    )
    for key, value in options.items():
        getattr(other, key)(value)
    other.goto(f"{page.address}/{name}")
    yield other
    other.close()


def test_nothing_is_fetched_before_the_first_click_and_nothing_foreign_after_it(chromium, server):
    """One small script; then everything from the site itself."""
    sent = len(server.sent)
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        before = {name.rsplit("/")[-1] for name, _ in server.sent[sent:] if name.startswith("assets/run/")}
        answer = ran(box(page))
        foreign = [url for url in page.asked if not url.startswith((server.address + "/", "data:", "blob:"))]

        assert before == {"page.js"}
        assert answer == (answer[0], PRINTED)
        assert re.fullmatch(r"done in \d+\.\d+ s", answer[0])
        assert foreign == []
        assert wrong(page) == []


# A program, how it ends, and what is seen.
PROGRAMS = [
    ("1 + 1\n'text'\nNone\nx = 3", "done in", "2\n'text'"),
    ("import numpy as np\nprint(np.array([3], dtype=np.int64) * 2**40)", "done in", "[3298534883328]"),
    ("import sys\nprint('out')\nprint('err', file=sys.stderr)", "done in", "out\nerr"),
    ("from snippets.softmax import softmax\nsoftmax([[0.0, 0.0]])", "done in", "array([[0.5, 0.5]])"),
    ("x = 1", "done in 0.00 s, and nothing was printed", ""),
    ("import os\nfolder = os.getcwd()\nos.chdir('/')", "done in", ""),
    ("import os\nos.getcwd()", "done in", "'/home/pyodide/one-over-n'"),
    (
        "def f(k):\n    return 1 / k\n\nprint('before')\nf(0)",
        "failed at line 2",
        'before\nTraceback (most recent call last):\n  File "code 1", line 5, in <module>\n    f(0)\n    ~^^^\n'
        '  File "code 1", line 2, in f\n    return 1 / k\n           ~~^~~\nZeroDivisionError: division by zero',
    ),
    (
        "x = 1\ny = (2",
        "failed at line 2",
        "File \"code 1\", line 2\n    y = (2\n        ^\nSyntaxError: '(' was never closed",
    ),
    (
        "import torch",
        "failed at line 1",
        'Traceback (most recent call last):\n  File "code 1", line 1, in <module>\n    import torch\n'
        "ModuleNotFoundError: No module named 'torch'\n"
        "In the browser there are Python's own modules, numpy, sympy, mpmath and lark. For torch, run this at home.",
    ),
    (
        "input()",
        "failed at line 1",
        'Traceback (most recent call last):\n  File "code 1", line 1, in <module>\n    input()\n    ~~~~~^^\n'
        "RuntimeError: input() cannot ask here. Write the answer into the code, for example: answer = '3'",
    ),
    ("import sys\nsys.exit('enough')", "failed", "enough"),
    ("import time\ntime.sleep(0.05)\nprint('slept')", "done in", "slept"),
]


@pytest.mark.parametrize(
    "code, words, printed", PROGRAMS, ids=[code.replace("\n", "; ")[:40] for code, _, _ in PROGRAMS]
)
def test_a_program_runs_as_in_a_console(page, code, words, printed):
    """Values are shown, errors are told as Python tells them, and the frames of the machinery are left out."""
    said, output = ran(box(page), code)

    assert output == printed
    assert said.startswith(words) or said == words


@pytest.mark.parametrize("code, number", [("x = 1\n\nx / 0", 3), ("x = 1\nx = = 2", 2), ("x = 1\nx", None)])
def test_the_line_of_an_error_is_marked_until_it_changes(page, code, number):
    """By a bar and a tint; the button beside the words leads there."""
    place = box(page)
    ran(place, code)
    marked = place.locator(".cm-failed")
    lines = [line for line in code.split("\n")]

    assert marked.all_inner_texts() == ([lines[number - 1]] if number else [])
    assert place.get_by_role("button", name="Show the line").is_visible() == bool(number)
    place.locator(".cm-content").press("End")
    place.page.keyboard.type("0")
    assert marked.count() == 0


def test_formulas_of_sympy_are_set_as_formulas(page, server):
    """KaTeX comes for them, and not before; a listener gets MathML."""
    assert not [name for name, _ in server.sent if "katex.mjs" in name]

    ran(box(page), "from sympy import *\nx = Symbol('x')\nMatrix([[1, x**2]])\nIntegral(exp(-x**2), (x, -oo, oo))")
    formulas = box(page).locator(".run__math")
    formulas.locator(".katex").last.wait_for()

    assert formulas.locator("annotation").all_text_contents() == [
        r"\left[\begin{matrix}1 & x^{2}\end{matrix}\right]",
        r"\int\limits_{-\infty}^{\infty} e^{- x^{2}}\, dx",
    ]
    assert formulas.last.locator(".katex-html").bounding_box()["height"] > 20
    assert wrong(page) == []


def test_endless_printing_is_bounded_and_says_so(page):
    ran(box(page), "for i in range(10000):\n    print(i)")
    output = box(page).locator(".run__output")

    assert output.locator("pre").inner_text().split() == [str(i) for i in range(2000)]
    assert output.locator("p").inner_text() == "Only the first 2000 lines are shown; 8000 more were printed."
    assert output.evaluate("(all) => all.scrollHeight - all.scrollTop - all.clientHeight") < 40


def test_one_endless_line_is_bounded_and_says_so(page):
    ran(box(page), "print('x' * 1000000)")
    output = box(page).locator(".run__output")

    assert len(output.locator("pre").text_content()) == 200_000
    assert output.locator("p").inner_text() == "Only the beginning is shown."


@pytest.mark.parametrize(
    "code", [ENDLESS, "print('begun')\nimport time\ntime.sleep(3600)", "while True:\n    print('begun')"]
)
def test_stop_ends_what_would_not_end(page, code):
    """Lines come while the program runs; after Stop the next run finds Python alive."""
    place = box(page)
    ran(place, "1")
    place.locator(".cm-content").fill(code)
    press(place, "Run")
    place.locator(".run__output", has_text="begun").wait_for(timeout=PATIENCE)
    press(place, "Stop")
    said, _ = ended(place, "stopped")

    assert re.fullmatch(r"stopped at line [123]", said)
    assert ran(place, "print('again')")[1] == "again"


def test_what_stop_cannot_reach_is_left_behind(page):
    """A program that catches every interrupt is ended all the same, and a new Python takes its place."""
    place = box(page)
    ran(place, "1")
    place.locator(".cm-content").fill(
        "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: print('no')"
    )
    press(place, "Run")
    place.and_(page.locator("[data-state=running]")).wait_for(timeout=PATIENCE)
    press(place, "Stop")

    assert ended(place, "stopped")[0] == "stopped"
    assert ran(place, "print('again')")[1] == "again"


# A file of Run that does not come, how, and what is said of it.
LOST = [
    ("stability.json", "missing", "could not be loaded. Is there"),
    ("worker.js", "missing", "could not be loaded (the worker could not be started)"),
    ("sources.zip", "missing", "(sources.zip: 404)"),
    ("pyodide.asm.wasm", "cut", "(pyodide.asm.wasm: broken off)"),
    ("numpy.zip", "cut", "(numpy.zip: broken off)"),
]


@pytest.mark.parametrize("file, how, words", LOST, ids=[f"{file} {how}" for file, how, _ in LOST])
def test_what_cannot_be_loaded_is_said_and_the_next_run_gets_it(chromium, server, file, how, words):
    """Whatever it is that the network loses, nobody waits for ever, and a second try is a whole one."""
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        place = box(page)
        server.failing[file] = how
        try:
            press(place, "Run")
            place.get_by_text(words).wait_for(timeout=PATIENCE)
        finally:
            server.failing.clear()
        press(place, "Run")

        assert ended(place, "done")[1] == PRINTED


def test_the_editor_comes_with_the_next_run_if_it_did_not_come_with_the_first(chromium, server):
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        server.failing["editor.js"] = "missing"
        try:
            assert ran(box(page))[1] == PRINTED
        finally:
            server.failing.clear()
        press(box(page), "Run")
        box(page).locator(".cm-content").wait_for(timeout=PATIENCE)


def test_what_waits_for_another_run_is_stopped_at_once(page):
    """It need not wait for the end of the other one, which goes on."""
    one, other = box(page), box(page, 2)
    ran(one, "1")
    ran(other, "print('the other')")
    one.locator(".cm-content").fill(ENDLESS)
    press(one, "Run")
    one.locator(".run__output", has_text="begun").wait_for(timeout=PATIENCE)
    press(other, "Run")
    other.get_by_text("waiting for another run").wait_for(timeout=PATIENCE)
    press(other, "Stop")
    stopped = ended(other, "stopped")[0]
    going = one.get_attribute("data-state")
    press(one, "Stop")

    assert (stopped, going) == ("stopped", "running")
    assert ended(one, "stopped")[0] == "stopped at line 3"
    assert ran(other)[1] == "the other"


def test_stop_is_heard_before_anything_is_loaded(page):
    """A signal that was given before there was somebody to hear it."""
    ended_at_once = page.evaluate(
        """async () => {
            const python = await pythonHere();
            return python.run({ code: "while True: pass", signal: AbortSignal.abort() });
        }"""
    )

    assert ended_at_once == {"ok": False, "stopped": True}


def test_two_pages_at_once(page):
    """Who finds Python busy with the program of another page gets another Python; the other goes on to its end."""
    with beside(page, PAGE) as first, beside(page, "vectorize.html") as second:
        ran(box(first), "1")
        box(first).locator(".cm-content").fill(ENDLESS)
        press(box(first), "Run")
        box(first).and_(first.locator("[data-state=running]")).wait_for(timeout=PATIENCE)
        press(box(second), "Run")
        said, _ = ended(box(second))
        going = box(first).get_attribute("data-state")
        press(box(first), "Stop")

        assert said.startswith("done in")
        assert going == "running"
        assert ended(box(first), "stopped")[0] == "stopped at line 3"
        assert ran(box(first), "2 + 2")[1] == "4"


def test_python_that_broke_off_says_why(page):
    """In words for who wrote the program; the next run has a new Python."""
    place = box(page)
    _, output = ran(place, "import os\nos._exit(3)")

    assert re.match(r"Python itself broke off: the program has ended it, .+\nThe next Run starts it anew\.", output)
    assert ran(place, "print('again')")[1] == "again"


def test_only_caches_of_our_own_are_cleared(page):
    """Another site on the same host may have caches with names like ours."""
    page.evaluate("Promise.all([caches.open('run-other'), caches.open('one-over-n-run-old')])")
    with beside(page, PAGE) as reader:
        # A name that no worker has yet: a new one looks through the caches.
        reader.evaluate("localStorage.setItem('run-worker', '1000000')")
        ran(box(reader))
        names = set(reader.evaluate("caches.keys()"))

        assert "run-other" in names
        assert "one-over-n-run-old" not in names
        assert len([name for name in names if name.startswith("one-over-n-run-")]) == 1


def test_edit_copy_reset_and_take_home(page):
    """All of them mean what is in the editor now; Reset gives back the code of the page."""
    place = box(page)
    ran(place, "print('mine')")
    press(place, "Copy")
    place.get_by_text("copied", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        press(place, "Download")
    notebook = json.loads(download.value.path().read_text(encoding="utf-8"))
    press(place, "Reset")

    assert copied == "print('mine')"
    assert download.value.suggested_filename == "stability-1.ipynb"
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]] == [("code", "print('mine')")]
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert ran(place)[1] == PRINTED


def test_a_notebook_has_what_its_code_goes_on_from(page):
    """The sessions above come along, or their names would be missing; and it says where our modules are found."""
    with beside(page, "run.html") as reader:
        place = box(reader, 2)
        ran(place)
        with reader.expect_download() as download:
            press(place, "Download")
        notebook = json.loads(download.value.path().read_text(encoding="utf-8"))
        sources = ["".join(cell["source"]) for cell in notebook["cells"]]
        namespace = {}
        for cell, source in zip(notebook["cells"], sources, strict=True):
            if cell["cell_type"] == "code":
                exec(source, namespace)

        assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code"]
        assert "softmax(np.array" in sources[1]
        assert namespace["wide"].tolist() == [0, 2**40, 2**41]


def test_the_next_page_finds_python_as_this_one_left_it(page, server):
    """The worker outlives the page; nothing of Python is fetched again."""
    with beside(page, PAGE) as reader:
        ran(box(reader), "import builtins\nbuiltins.left = 'by the page before'")
        sent = len(server.sent)
        reader.goto(f"{server.address}/vectorize.html")
        said, output = ran(box(reader), "import builtins\nbuiltins.left")
        fetched = {name.rsplit("/")[-1] for name, _ in server.sent[sent:]}

        assert (said[:7], output) == ("done in", "'by the page before'")
        assert fetched & {"pyodide.asm.wasm", "python_stdlib.zip", "sources.zip"} == set()
        assert wrong(reader) == []


def test_an_older_browser_runs_and_stops_and_copies(chromium, server):
    """Without shared workers the page has a worker of its own; without a clipboard the selection is copied."""
    gone = "delete window.SharedWorker; Object.defineProperty(navigator, 'clipboard', {value: undefined})"
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        page.add_init_script(gone)
        page.reload()
        place = box(page)
        assert ran(place)[1] == PRINTED
        place.locator(".cm-content").fill(ENDLESS)
        press(place, "Run")
        place.locator(".run__output", has_text="begun").wait_for(timeout=PATIENCE)
        press(place, "Stop")
        assert ended(place, "stopped")[0] == "stopped at line 3"
        press(place, "Copy")
        place.get_by_text("copied", exact=True).wait_for()
        place.locator(".cm-content").fill("")
        place.locator(".cm-content").press("Control+v")

        assert place.locator(".cm-line").all_inner_texts() == ENDLESS.split("\n")
        assert wrong(page) == []


def test_it_runs_under_the_policy_of_the_page_for_every_file(chromium, site):
    """As headers, the policy holds inside the workers, too; it lets nothing run but what the page lets."""
    policy = re.search(
        r'http-equiv="Content-Security-Policy" content="([^"]+)"', (site / PAGE).read_text(encoding="utf-8")
    )[1]
    with (
        serving(site, "", {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "same-origin"}) as strict,
        opened(chromium, f"{strict.address}/{PAGE}") as page,
    ):
        place = box(page)
        assert ran(place)[1] == PRINTED
        ran(place, "from sympy import *\nSymbol('x') ** 2")
        place.locator(".run__math .katex").wait_for()
        place.locator(".cm-content").fill(ENDLESS)
        press(place, "Run")
        place.locator(".run__output", has_text="begun").wait_for(timeout=PATIENCE)
        press(place, "Stop")

        assert ended(place, "stopped")[0] == "stopped at line 3"
        assert wrong(page) == []


# Keeps every place of the bar, which comes only with the run.
HOW_FAR = """() => {
    window.far = [];
    const look = () => {
        const bar = document.querySelector('.run__progress');
        if (bar?.hasAttribute('value')) far.push([bar.value, bar.max]);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def test_a_derivation_is_proved_in_the_page(page):
    """Its steps are counted while it runs, and its last words are those that it has at home."""
    with beside(page, PROOF) as reader:
        place = reader.locator(".run")
        reader.evaluate(HOW_FAR)
        place.get_by_role("button", name="Run the derivation").press("Enter")
        said, output = ended(place)

        # The bar was seen on its way, and it counted the steps of the proof.
        assert [step for step, steps in reader.evaluate("far") if 1 < step < steps and steps > 5]
        assert said.startswith("done in")
        assert re.search(
            r"^softmax: \d+ statements proved, .* 0 refuted, 0 inconclusive, 0 problems$", output, re.MULTILINE
        )
        assert wrong(reader) == []


def test_it_says_why_it_is_off(chromium, server):
    """Where the wheels could not be had the site is built without Run, and each button says why."""
    why = "Run is off here: numpy could not be had when the site was built."
    with opened(chromium, f"{server.address}/index.html") as page:

        def without(route):
            answer = route.fetch()
            route.fulfill(
                response=answer, body=answer.text().replace('<div class="run" ', f'<div class="run" data-off="{why}" ')
            )

        page.route(f"**/{PAGE}", without)
        page.goto(f"{server.address}/{PAGE}")
        sent = len(server.sent)
        press(box(page), "Run")
        box(page).get_by_text(why).wait_for()

        assert box(page).get_by_role("status").inner_text() == why
        assert [name for name, _ in server.sent[sent:] if name.startswith("assets/run/")] == []


def test_from_disk_it_says_how_to_serve(chromium, site):
    with opened(chromium, (site / PAGE).as_uri()) as page:
        press(box(page), "Run")
        said = box(page).get_by_role("status")
        said.filter(has_text="opened from a file").wait_for()

        assert said.inner_text().endswith("at home with: make site")
        assert page.wrong == []


def test_it_works_with_the_keyboard_alone(page):
    """Control and Enter runs; Escape, then Tab, leaves the editor for the buttons."""
    place = box(page)
    ran(place, "print('typed')")
    place.locator(".cm-content").focus()
    place.page.keyboard.press("Control+a")
    place.page.keyboard.type("for i in [1]:\nprint('by hand')")
    place.page.keyboard.press("Control+Enter")
    _, output = ended(place, "done")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")

    assert output == "by hand"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Run code 1"


def test_the_editor_takes_the_place_of_the_code(page):
    """At its height, and what lies below stays where it is on the screen."""
    with beside(page, PAGE) as reader:
        place = box(reader)
        start = place.get_by_role("button", name="Run code 1")
        start.scroll_into_view_if_needed()
        reader.wait_for_timeout(200)
        height = place.locator("xpath=preceding-sibling::*[1]").locator("pre").bounding_box()["height"]
        above = start.bounding_box()["y"]
        start.press("Enter")
        ended(place)
        place.locator(".cm-content").wait_for()

        assert abs(start.bounding_box()["y"] - above) < 2
        assert abs(place.locator(".run__editor").bounding_box()["height"] - height) < 2


def test_every_state_fits_and_has_no_barrier(page, axe):  # noqa: F811
    """On a phone and on a desktop, in light and dark; a finger finds every button; paper has none."""
    with beside(page, PAGE, set_viewport_size=PHONE) as reader:
        place = box(reader)
        ran(place, "print('x' * 300)\n1 / 0")
        for viewport, scheme in [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "dark")]:
            reader.set_viewport_size(viewport)
            reader.emulate_media(color_scheme=scheme)
            reader.evaluate(axe)
            found = reader.evaluate("() => axe.run('.run--open', {resultTypes: ['violations']})")
            sizes = [one.bounding_box() for one in place.get_by_role("button").all() if one.is_visible()]

            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
            assert reader.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            assert viewport is DESKTOP or min(min(size["width"], size["height"]) for size in sizes) >= 44
        reader.emulate_media(media="print")
        assert not any(one.is_visible() for one in place.get_by_role("button").all())


def test_a_listener_hears_each_state_once(page):
    """The words of the states are in a region that is announced; the output is not, it may be long."""
    place = box(page)
    ran(place, "1")
    page.evaluate(
        """() => {
            window.heard = [];
            const said = document.querySelector(".run [role=status]");
            new MutationObserver(() => heard.push(said.textContent)).observe(said, { childList: true, characterData: true, subtree: true });
        }"""
    )
    ran(place, "import time\ntime.sleep(0.3)\nprint(1)")

    assert page.evaluate("heard.map((words) => words.split(' ')[0])") == ["", "running", "done"]
    assert place.locator(".run__output").evaluate("(output) => output.closest('[aria-live], [role=status]')") is None
