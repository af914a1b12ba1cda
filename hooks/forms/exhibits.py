"""`{{ exhibit NAME }}`: what the gradient doctor says of an exhibit of the museum, asked in this very build."""

import html
import re

from mkdocs.utils import get_relative_url

from hooks.forms.diagnoses import diagnosed, written_out
from hooks.made import put_in

PLACEHOLDER = re.compile(r'<div data-exhibit="(\w+)"></div>')


def on_page_markdown(markdown, *, page, config, files):
    """The places; what comes there is HTML, so Markdown shall not touch it."""
    from snippets.museum import EXHIBITS

    places = {name: lambda name=name: f'<div data-exhibit="{name}"></div>' for name in EXHIBITS}
    return put_in(markdown, "exhibit", places, page)


def on_page_content(content, *, page, config, files):
    """Each place with its diagnosis."""
    root = get_relative_url("assets/", page.url).removesuffix("assets/")
    return PLACEHOLDER.sub(lambda match: box(match[1], root), content)


def box(name: str, root: str) -> str:
    """The diagnosis: the sentence, the evidence, the fix."""
    found = diagnosed(name)
    # The words of the page answer a search; what a program says would only be in their way.
    return (
        '<div class="exhibit no-copy" data-search-exclude><p class="exhibit__head">The doctor says</p>'
        f"<p><strong>{html.escape(found['sentence'], quote=False)}</strong></p>{written_out(found['blocks'], root)}</div>"
    )
