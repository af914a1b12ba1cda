"""`{{ formula eq:name }}`: a formula of another page with its mark and its name alone; and the sheet that they stand on.

A page with `sheet: true` at its top is laid out in parts side by side, and printed on one page.
"""

import html
import re

from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

from hooks.formulas import katex
from hooks.formulas.equations import page_of, verdict
from hooks.proofs import Build

MACRO = re.compile(r"^\{\{ *formula +(\S+) *\}\}$", re.MULTILINE)
PLACE = re.compile(r'<div data-formula="([^"]*)"></div>')
CHAIN = re.compile(r"\s*\\begin\{aligned\}(.*)\\end\{aligned\}\s*", re.DOTALL)
PART = re.compile(r"(?=<h2\b)")
STYLE = "assets/sheet.css"


def on_page_markdown(markdown, *, page, config, files):
    """Only the place: it becomes HTML, so Markdown shall not touch it."""
    return MACRO.sub(lambda match: f'<div data-formula="{html.escape(match[1])}"></div>', markdown)


def on_page_content(content, *, page, config, files):
    """Put the formulas in their places, and the parts of a sheet into boxes."""
    content = PLACE.sub(lambda match: formula(html.unescape(match[1]), page, files), content)
    return parts(content) if page.meta.get("sheet") else content


def on_post_page(output, *, page, config):
    """Only a sheet needs the style of a sheet."""
    if not page.meta.get("sheet"):
        return output
    address = get_relative_url(STYLE, page.url)
    return output.replace("</head>", f'<link rel="stylesheet" href="{address}"></head>', 1)


def formula(label: str, page, files) -> str:
    """A formula, and its name, which says what was proved of it and leads to where it stands."""
    statements = Build.ledger.of(label)
    if not statements:
        raise PluginError(f"{page.file.src_uri}: there is no formula {label}.")
    home = files.get_file_from_path(page_of(statements[0].page))
    name = label.removeprefix("eq:").replace("-", " ")
    result = verdict(statements)
    return (
        '<div class="equation" data-search-exclude>'
        '<div class="equation__formula" tabindex="0" role="group" aria-label="Formula">'
        f"{katex.render(ends(statements[0].latex), display=True)}</div>"
        f'<p class="equation__note"><a class="mark mark--{result}" title="{result}"'
        f' href="{home.url_relative_to(page.file)}#{label}">{name}</a></p></div>'
    )


def ends(tex: str) -> str:
    r"""A chain without what stands between its first side and its last.

    >>> ends(r"\begin{aligned} a &= b \\ &= c \\ &= d \end{aligned}")
    'a = d'
    >>> ends("a = b = c")
    'a = b = c'

    Each step of it is proved, so these two are equal. With another sign than that of equality they need not be.

    >>> ends(r"\begin{aligned} a &= b \\ &\le c \end{aligned}")
    Traceback (most recent call last):
    ValueError: each row of a chain must have one &=, got '&\\le c'
    """
    chain = CHAIN.fullmatch(tex)
    if chain is None:
        return tex
    rows = [row.strip() for row in chain[1].split("\\\\")]
    for row in rows:
        if row.count("&=") != 1 or row.count("&") != 1:
            raise ValueError(f"each row of a chain must have one &=, got {row!r}")
    return f"{rows[0].partition('&=')[0].strip()} = {rows[-1].partition('&=')[2].strip()}"


def parts(content: str) -> str:
    """What stands under each heading in a box of its own; the last part leads on, and is not on the sheet.

    >>> parts("a<h2>b</h2>c<h2>d</h2>e<h2>f</h2>g")
    'a<div class="sheet"><section><h2>b</h2>c</section><section><h2>d</h2>e</section></div><h2>f</h2>g'
    """
    head, *boxes, onward = PART.split(content)
    inside = "".join(f"<section>{box.rstrip()}</section>" for box in boxes)
    return f'{head}<div class="sheet">{inside}</div>{onward}'
