"""What can be seen in the built files themselves, without a browser."""

import html.parser
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from tests.browser.pages import PAGES

EVERY_PAGE = pytest.mark.parametrize("name", PAGES)


class Reader(html.parser.HTMLParser):
    """Collects the addresses that a page has, links to, and loads."""

    def __init__(self):
        super().__init__()
        self.anchors, self.links, self.loads, self.repeated = {""}, [], [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            if attributes["id"] in self.anchors:
                self.repeated.append(attributes["id"])
            self.anchors.add(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag in ("script", "img", "iframe") and "src" in attributes:
            self.loads.append(attributes["src"])
        if tag == "link" and "href" in attributes:
            self.loads.append(attributes["href"])


@cache
def read(path: Path) -> Reader:
    """A page, read once."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_the_table_of_pages_is_complete(site):
    """Every built page is in the navigation, and so in every table here."""
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}

    assert built == {*PAGES, "404.html"}


@EVERY_PAGE
def test_every_internal_link_and_anchor_is_answered(site, name):
    """No link leads nowhere; the marks' links to the proofs are among them."""
    path = site / name
    dead = []
    for link in read(path).links + read(path).loads:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if target.is_dir():
            target /= "index.html"
        if not target.is_file():
            dead.append(link)
        elif target.suffix == ".html" and unquote(parts.fragment) not in read(target).anchors:
            dead.append(link)

    assert dead == []


@EVERY_PAGE
def test_no_address_is_given_twice(site, name):
    """A link to an address means one place."""
    assert read(site / name).repeated == []


@EVERY_PAGE
def test_nothing_is_loaded_from_elsewhere(site, name):
    """Scripts, styles and pictures have addresses inside the site."""
    foreign = [address for address in read(site / name).loads if urlsplit(address).scheme not in ("", "data")]

    assert foreign == []


@EVERY_PAGE
def test_the_policy_allows_the_site_alone(site, name):
    """The page forbids the browser everything that is not the site's own."""
    text = (site / name).read_text(encoding="utf-8")
    policy = text.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]

    # WebAssembly is no text that becomes JavaScript, and only a page that can run Python may compile it.
    compiles = "'wasm-unsafe-eval' " if "assets/run/" in text else ""
    assert policy.startswith(f"default-src 'none'; script-src 'self' {compiles}'sha256-")
    assert "http" not in policy
    assert "script-src-attr" not in policy and "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")


@EVERY_PAGE
def test_no_trace_of_tex_or_macros_is_left(site, name):
    """All formulas are rendered and all macros filled in."""
    text = (site / name).read_text(encoding="utf-8")

    for trace in ["arithmatex", "\\label", "{{ number", "{{ equation", "katex-error", "data-equation", 'name="generator"']:
        assert trace not in text


@EVERY_PAGE
def test_every_formula_has_its_mark(site, name):
    """No formula stands on a page without what the proof said of it."""
    text = (site / name).read_text(encoding="utf-8")
    # The lines that a figure shows again are the page's own.
    text = re.sub(r'<figure class="live.*?</figure>', "", text, flags=re.DOTALL)

    assert text.count('class="katex-display"') == text.count('class="mark mark--')
    assert "equation--failed" not in text


def test_the_ledger_is_published_without_times(site):
    """Times differ from build to build; all the rest is there."""
    ledger = json.loads((site / "ledger.json").read_text(encoding="utf-8"))

    assert len(ledger) > 50
    assert {one["seconds"] for one in ledger} == {None}
    assert {one["verdict"] for one in ledger} == {"confirmed"}


def test_the_notebooks_are_sound(site):
    """Each derivation can be taken home as a valid notebook with its output."""
    notebooks = list(site.glob("derivations/*.ipynb"))

    assert len(notebooks) == sum(page.startswith("derivations/") for page in PAGES)
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert any(cell.get("outputs") for cell in notebook.cells)
