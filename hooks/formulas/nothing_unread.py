"""What a page shows as mathematics is what the checker read from it, formula for formula.

The checker finds formulas in the Markdown text by itself.
Should it and the site ever disagree about what is a formula, the build stops here.
"""

import html
import logging
import re
from collections import Counter

from mkdocs.exceptions import PluginError

from hooks.formulas.equations import DISPLAY, INLINE, LABEL, page_of
from hooks.proofs import Build

log = logging.getLogger("mkdocs.hooks.nothing_unread")


def on_page_content(content, *, page, config, files):
    """Runs before the formulas become HTML."""
    shown = Counter(bare(tex) for pattern in (DISPLAY, INLINE) for tex in pattern.findall(content))
    read = Counter(bare(one.latex) for one in Build.ledger.formulas if page_of(one.page) == page.file.src_uri)
    if shown != read:
        message = account(page.file.src_uri, shown - read, read - shown)
        if not Build.serving:
            raise PluginError(message)
        log.warning(message)
    return content


def bare(tex: str) -> str:
    r"""A formula without its label and its spaces, as both sides can write it.

    >>> bare(r"\label{eq:x} u &lt; v")
    'u<v'
    """
    return re.sub(r"\s+", "", LABEL.sub("", html.unescape(tex)))


def account(page: str, unread: Counter, unshown: Counter) -> str:
    """Both lists, so that the writer sees which text was taken for mathematics by one and not by the other."""
    lines = [f"{page}: the page and the checker disagree about what is a formula"]
    lines += [f"  shown and never read:  {tex}" for tex in unread]
    lines += [f"  read and never shown:  {tex}" for tex in unshown]
    return "\n".join(lines)
