"""What a reader may expect of every page, in a real browser."""

from contextlib import contextmanager

import pytest

from tests.browser.pages import PAGES

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)

# A formula that is seen has a box, signs in it, and no error.
FORMULAS = """() => [...document.querySelectorAll('article .katex-html')].map(formula => {
    const box = formula.getBoundingClientRect();
    return [formula.closest('[id]')?.id ?? formula.textContent, box.width, box.height, formula.textContent.length];
})"""


# Formulas far below are not laid out before the reader comes near, nor what is folded, and then they have no text.
LAY_OUT = """() => document.querySelectorAll('article *').forEach(one => {
    if (one.localName === 'details') one.open = true;
    if (getComputedStyle(one).contentVisibility === 'auto') one.style.contentVisibility = 'visible';
})"""


# What only a script can work is there only for a script.
WITHOUT_CONTROLS = "() => document.querySelectorAll('.live__controls').forEach((one) => one.remove())"


@contextmanager
def opened(chromium, address: str, **options):
    """A page in a fresh window, with everything that went wrong while it loaded."""
    context = chromium.new_context(**({"viewport": DESKTOP} | options))
    page = context.new_page()
    page.wrong = []
    page.asked = []
    page.on("console", lambda message: page.wrong.append(f"{message.type}: {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("requestfailed", lambda request: page.wrong.append(f"failed: {request.url} {request.failure}"))
    page.on("response", lambda response: page.wrong.append(f"{response.status}: {response.url}") if response.status >= 400 else None)
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(address)
    # Search starts after the page has loaded, and must not fail either.
    page.wait_for_timeout(150)
    try:
        yield page
    finally:
        context.close()


@EVERY_PAGE
def test_served_it_asks_no_other_host_and_nothing_fails(chromium, server, name):
    """Served under a path of a host, a page is whole and asks that host alone."""
    with opened(chromium, f"{server.address}/{name}") as page:
        foreign = [url for url in page.asked if not url.startswith((server.address + "/", "data:"))]

        assert foreign == []
        assert page.wrong == []


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
def test_without_javascript_it_reads_the_same(chromium, site, name):
    """Text, formulas and marks are in the page itself."""
    address = (site / name).as_uri()
    with opened(chromium, address) as page:
        page.evaluate(LAY_OUT)
        page.evaluate(WITHOUT_CONTROLS)
        text = page.locator("article").inner_text().split()
    with opened(chromium, address, java_script_enabled=False) as page:
        page.evaluate(LAY_OUT)
        formulas = page.evaluate(FORMULAS)
        notes = page.locator(".equation__note").all_inner_texts()

        assert page.locator("article").inner_text().split() == text
        assert page.locator("h1").is_visible()
        assert [formula for formula in formulas if 0 in formula[1:]] == []
        assert all(notes)


# What axe looks at. The same page in other colours can only differ in contrast,
# and the signs inside a formula, thousands of them, have the same colours on a phone.
ALL = ({}, {})
CONTRAST = ({}, {"runOnly": ["color-contrast"]})
NO_SIGNS = ({"exclude": [[".katex-html"]]}, {})
CONTRAST_NO_SIGNS = (NO_SIGNS[0], CONTRAST[1])
VIEWS = [
    (DESKTOP, "light", *ALL),
    (DESKTOP, "dark", *CONTRAST),
    (PHONE, "light", *NO_SIGNS),
    (PHONE, "dark", *CONTRAST_NO_SIGNS),
]


@EVERY_PAGE
def test_axe_finds_nothing(chromium, site, axe, name):
    """No barrier that axe-core knows, in any of its rules, in light and dark, on a desktop and a phone."""
    address = (site / name).as_uri()
    with opened(chromium, address) as page:
        for viewport, scheme, context, options in VIEWS:
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            page.evaluate(axe)
            run = "([context, options]) => axe.run({include: [['html']], ...context}, {resultTypes: ['violations'], ...options})"
            found = page.evaluate(run, [context, options])
            shown = [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"]][:5]) for one in found["violations"]]

            assert (viewport, scheme, shown) == (viewport, scheme, [])
            assert page.locator("body").get_attribute("data-md-color-scheme") == {"light": "default", "dark": "slate"}[scheme]


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


def test_the_gradient_page_is_light(chromium, server):
    """All that a first visit to the longest page transfers: under 150 KB."""
    server.sent.clear()
    with opened(chromium, f"{server.address}/gradient.html"):
        total = sum(size for _, size in server.sent)

        assert total < 150_000, sorted(server.sent, key=lambda one: -one[1])


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
