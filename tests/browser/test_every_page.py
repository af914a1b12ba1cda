"""What a reader may expect of every page, in a real browser."""

from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace

import pytest

from tests.browser.pages import PAGES
from tests.browser.signs import EMPTY, ENOUGH, FAINT

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
# Bytes of a first visit, compressed as a host sends them.
LIGHT = 200_000
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)

# A formula that is seen has a box, signs in it, and no error.
FORMULAS = """() => [...document.querySelectorAll('article .katex-html')].map(formula => {
    const box = formula.getBoundingClientRect();
    return [formula.closest('[id]')?.id ?? formula.textContent, box.width, box.height, formula.textContent.length];
})"""


# What is far below is not laid out before the reader comes near, nor what is folded, and then it has no text.
COME_NEAR = """() => [...document.querySelectorAll('article *')]
    .filter(one => getComputedStyle(one).contentVisibility === 'auto')
    .forEach(one => { one.style.contentVisibility = 'visible'; })"""
UNFOLD = "() => document.querySelectorAll('article details').forEach(one => { one.open = true; })"


# What only a script can work is there only for a script.
WITHOUT_CONTROLS = "() => document.querySelectorAll('.live__controls').forEach((one) => one.remove())"


@contextmanager
def blank(chromium, **options):
    """An empty page in a fresh window."""
    context = chromium.new_context(**({"viewport": DESKTOP} | options))
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def opened(chromium, address: str, **options):
    """A page in a fresh window, with everything that went wrong while it loaded."""
    with blank(chromium, **options) as page:
        watched(page)
        page.goto(address)
        # Search starts after the page has loaded, and must not fail either.
        page.wait_for_timeout(150)
        yield page


def watched(page) -> None:
    """Write down all that the page asks for, and all that goes wrong."""
    page.wrong = []
    page.asked = []
    page.on("console", lambda message: page.wrong.append(f"{message.type}: {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("requestfailed", lambda request: page.wrong.append(f"failed: {request.url} {request.failure}"))
    page.on("response", lambda response: page.wrong.append(f"{response.status}: {response.url}") if response.status >= 400 else None)
    page.on("request", lambda request: page.asked.append(request.url))


@pytest.fixture(scope="module")
def visit(chromium, server):
    """Return a function of a page's name: what it asked for, served to a desktop, what went wrong, and what it reads."""

    @cache
    def visited(name: str) -> SimpleNamespace:
        server.sent.clear()
        with opened(chromium, f"{server.address}/{name}") as page:
            # A list that goes on growing is of no use.
            asked, wrong, sent = list(page.asked), list(page.wrong), list(server.sent)
            page.evaluate(COME_NEAR)
            page.evaluate(UNFOLD)
            page.evaluate(WITHOUT_CONTROLS)
            return SimpleNamespace(asked=asked, wrong=wrong, sent=sent, text=page.locator("article").inner_text().split())

    return visited


@EVERY_PAGE
def test_served_it_asks_no_other_host_and_nothing_fails(server, visit, name):
    """Served under a path of a host, a page is whole and asks that host alone."""
    seen = visit(name)
    foreign = [url for url in seen.asked if not url.startswith((server.address + "/", "data:"))]

    assert foreign == []
    assert seen.wrong == []


@EVERY_PAGE
def test_a_first_visit_is_light(visit, name):
    """All that a phone has to fetch, as a host sends it, and nothing that shows only what the reader asks for."""
    sent = visit(name).sent

    assert sum(size for _, size in sent) < LIGHT, sorted(sent, key=lambda one: -one[1])


@EVERY_PAGE
def test_from_disk_it_is_whole_and_fits_a_phone(chromium, site, name):
    """Opened from disk, a page asks nobody; each formula is seen, and the page never scrolls sideways."""
    with opened(chromium, (site / name).as_uri(), viewport=PHONE) as page:
        foreign = [url for url in page.asked if not url.startswith((site.as_uri(), "data:", "about:"))]
        formulas = page.evaluate(FORMULAS)
        unseen = [formula for formula in formulas if 0 in formula[1:]]

        assert foreign == []
        assert page.wrong == []
        assert unseen == []
        assert len(formulas) == (site / name).read_text(encoding="utf-8").count('class="katex-html"')
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@EVERY_PAGE
def test_without_javascript_it_reads_the_same(chromium, site, visit, name):
    """Text, formulas and marks are in the page itself, opened from disk, as they are served to one who has scripts."""
    with opened(chromium, (site / name).as_uri(), java_script_enabled=False) as page:
        page.evaluate(COME_NEAR)
        page.evaluate(UNFOLD)
        formulas = page.evaluate(FORMULAS)
        notes = page.locator(".equation__note").all_inner_texts()

        assert page.locator("article").inner_text().split() == visit(name).text
        assert page.locator("h1").is_visible()
        assert [formula for formula in formulas if 0 in formula[1:]] == []
        assert all(notes)


# A page is opened twice: on a desktop in light, with every answer unfolded, and on a phone in dark as it comes.
# Then the reader switches the colours.
VIEWS = [(DESKTOP, True, ["light", "dark"]), (PHONE, False, ["dark", "light"])]
SCHEMES = {"light": "default", "dark": "slate"}
# The same page in other colours can only differ in contrast.
CONTRAST = {"runOnly": ["color-contrast"]}


def switched(page, scheme: str) -> None:
    """Wait until the page has the colours that the system asks for, and none on the way to them."""
    page.emulate_media(color_scheme=scheme)
    page.locator(f"body[data-md-color-scheme={SCHEMES[scheme]}]").wait_for(state="attached", timeout=5000)
    page.evaluate("() => document.getAnimations().forEach((one) => one.cancel())")


@EVERY_PAGE
def test_nothing_is_hard_to_read_or_to_reach(chromium, site, axe, name):
    """No barrier that axe-core knows, in any of its rules, and no faint sign, in light and dark, on a desktop and a phone."""
    run = "(options) => axe.run({include: [['html']]}, {resultTypes: ['violations'], ...options})"
    found = []
    with blank(chromium) as page:
        for viewport, unfolded, schemes in VIEWS:
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=schemes[0])
            page.goto((site / name).as_uri())
            page.evaluate(axe)
            page.evaluate(COME_NEAR)
            if unfolded:
                page.evaluate(UNFOLD)
            for scheme in schemes:
                switched(page, scheme)
                found += [(viewport, scheme, sign) for sign in page.evaluate(FAINT, ENOUGH)]
            page.evaluate(EMPTY)
            for scheme, options in zip(reversed(schemes), [CONTRAST, {}], strict=True):
                switched(page, scheme)
                for one in page.evaluate(run, options)["violations"]:
                    found.append((viewport, scheme, one["id"], one["help"], [node["html"][:200] for node in one["nodes"]][:5]))

    assert found == []


@pytest.fixture(scope="module")
def axe(pytestconfig) -> str:
    """The accessibility checker, from the pinned package."""
    return (pytestconfig.rootpath / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


# A word, and the page that must be among the answers.
SEARCHES = [
    ("regularization", "loss.html"),
    ("kronecker", "gradient.html"),
    ("keepdims", "vectorize.html"),
]


@pytest.mark.parametrize("word, expected", SEARCHES)
@pytest.mark.parametrize("how", ["served", "from disk"])
def test_search_finds_a_word(chromium, site, server, how, word, expected):
    """Search works without a network, and without a server."""
    start = f"{server.address}/index.html" if how == "served" else (site / "index.html").as_uri()
    with opened(chromium, start) as page:
        page.locator("[data-md-component=search-query]").click()
        page.keyboard.type(word)
        page.locator(f".md-search-result__link[href*='{expected}']").first.wait_for(timeout=5000)

        assert page.wrong == []


def test_the_reader_can_switch_to_the_dark(chromium, server):
    """The switch works, and is remembered on the next page."""
    with opened(chromium, f"{server.address}/index.html", color_scheme="light") as page:
        page.locator("label[title='Switch to light mode']").click()
        page.locator("label[title='Switch to dark mode']").click()
        page.goto(f"{server.address}/gradient.html")

        assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_the_index_of_the_search_waits_until_it_is_asked_for(chromium, server):
    """It is the largest file of the site, and most visits never search."""
    with opened(chromium, f"{server.address}/gradient.html") as page:
        before = [url for url in page.asked if "search_index" in url]
        page.keyboard.press("/")
        page.keyboard.type("softmax")
        page.locator(".md-search-result__item").first.wait_for()
        after = [url for url in page.asked if "search_index" in url]

        assert before == []
        assert len(after) == 1


def test_a_link_may_carry_a_query(chromium, server):
    """The search opens with what the link asks for."""
    with opened(chromium, f"{server.address}/index.html?q=jacobian") as page:
        page.locator(".md-search-result__item").first.wait_for(state="attached")

        assert page.locator("input.md-search__input").input_value() == "jacobian"
