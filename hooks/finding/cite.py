"""How to cite a page and its formulas, folded, at the end of each page. Author, year and version are in CITATION.cff."""

import html
import re
from functools import cache
from pathlib import Path

import yaml

from hooks.formulas.equations import page_of
from hooks.proofs import Build

CITATION = Path(__file__).parents[2] / "CITATION.cff"
SITE = "One over N"


def on_page_content(content, *, page, config, files):
    """The page, and behind it how to cite it."""
    labels = labels_of(page.file.src_uri)
    parts = [
        f'<pre class="cite__entry"><code>{html.escape(entry(page))}</code></pre>',
        formulas(page, labels) if labels else "",
    ]
    return (
        f'{content}\n<details class="cite" data-search-exclude=""><summary>Cite this page</summary>'
        f"{''.join(parts)}</details>"
    )


@cache
def citation() -> dict:
    """What CITATION.cff says. A hook is loaded anew for each build, so it is read once in each."""
    return yaml.safe_load(CITATION.read_text(encoding="utf-8"))


def entry(page) -> str:
    """The page for BibTeX. Its address is known only where the site is published."""
    said = citation()
    fields = {
        # Two braces: the name is one name, and none of its words is a first name.
        "author": "{" + " and ".join(one["name"] for one in said["authors"]) + "}",
        # Signs that mean something to LaTeX.
        "title": re.sub(r"([&%#$_])", r"\\\1", page.title),
        "howpublished": SITE,
        "year": str(said["date-released"].year),
        "note": f"Version {said['version']}",
    }
    if page.canonical_url:
        fields["url"] = page.canonical_url
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key(page)},", *lines, "}"])


def key(page) -> str:
    """By what a text refers to the page."""
    return "one-over-n-" + page.file.src_uri.removesuffix(".md").replace("/", "-").replace("_", "-")


def labels_of(source: str) -> list[str]:
    """The formulas of a page that have an address, in reading order."""
    mine = (one.label for one in Build.ledger.statements if page_of(one.page) == source)
    return list(dict.fromkeys(label for label in mine if label.startswith("eq:")))


def formulas(page, labels: list[str]) -> str:
    """How to refer to one formula, with the addresses of all."""
    last = labels[-1]
    address = f"{page.canonical_url or page.file.dest_uri.split('/')[-1]}#{last}"
    links = ", ".join(f'<a href="#{label}">{label.removeprefix("eq:")}</a>' for label in labels)
    return (
        f"<p>Each formula has a label, and the label is its address: <code>{html.escape(address)}</code>. "
        "The sign # below a formula links to it. "
        f"In LaTeX, cite one formula with its label: <code>\\cite[{last}]{{{key(page)}}}</code>.</p>"
        f"<p>Labels of this page, each with <code>eq:</code> before it: {links}.</p>"
    )
