"""`python -m hooks.printing.book`: the built site as one PDF, made by a browser from one long page that only the build sees.

Where there is no Chromium or Chrome, the site stays without it, and the line that leads to it stays out of the pages.
"""

import html
import posixpath
import re
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pikepdf
from mkdocs.utils import yaml_load

from hooks.printing import browser

ROOT = Path(__file__).parents[2]
STYLE = Path(__file__).with_name("book.css")
NAME = "one-over-n.pdf"
# A page that says so at this place leads to the book, once there is one.
PLACE = "<!-- one-over-n.pdf -->"
# In seconds. A machine that needs longer goes without the book.
LIMIT = 900
ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
SHEET = re.compile(r'<link rel="stylesheet" href="[^"]*">')
# What is for the screen alone.
SCREEN = re.compile(
    r"<script\b.*?</script>"
    r'|<a class="headerlink".*?</a>'
    r'|<a class="equation__link".*?</a>'
    r'|<details class="cite.*?</details>'
    r'|<div class="run\b[^>]*>.*?</div>',
    re.DOTALL,
)
TITLE = (
    '<p class="contents__title">One over N</p>'
    '<p class="contents__about">The gradient of the softmax loss, derived, proved, coded and published.'
    " The pages of the site in reading order, as the build made and proved them.</p>"
)
# The copy of a formula for ears. Paper has one for eyes, and one line that is read out.
FOR_EARS = re.compile(r'<span class="katex"><span class="katex-mathml">(<math\b.*?</math>)</span>', re.DOTALL)
CLOSED = re.compile(r"<details\b(?![^>]*\bopen\b)")
NAMED = re.compile(r'(<[a-zA-Z][^<>]*?\s)id="([^"]*)"')
DRAWN = re.compile(r'url\(#([^)]*)\)|((?:xlink:)?href)="#([^"]*)"(?=[^<>]*/?>)')
LINK = re.compile(r'(<a\b[^>]*?)\s+href="([^"]*)"')


def main(site: str = "site") -> None:
    """Make the book of a built site, and lead to it."""
    program = browser.system()
    if program is None:
        print(f"Without {NAME}: there is no Chromium or Chrome to print it.")
        return
    folder = Path(site).resolve()
    nav = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    said = printed(program, folder, whole(folder, [*chapters(nav)]), folder / NAME)
    if said:
        print(f"Without {NAME}: {program} could not print it.\n{said}")
        return
    size = f"{(folder / NAME).stat().st_size / 1e6:.0f} MB"
    lead_to(folder, size)
    print(f"{NAME}: {size}")


def chapters(nav: list, group: str = ""):
    """Each page of the navigation, in reading order, with the name of its group.

    >>> [*chapters(["a.md", {"One": ["b.md", {"Two": ["c.md"]}]}])]
    [('a.html', ''), ('b.html', 'One'), ('c.html', 'Two')]
    """
    for one in nav:
        if isinstance(one, str):
            yield one.removesuffix(".md") + ".html", group
        else:
            for name, inside in one.items():
                yield from chapters(inside, name)


def whole(site: Path, pages: list[tuple[str, str]]) -> str:
    """All pages as one: a title, the contents, and each page's text with its addresses made different from the others'."""
    texts = {name: (site / name).read_text(encoding="utf-8") for name, _ in pages}
    first = texts[pages[0][0]]
    keys = {name: f"page{number}" for number, name in enumerate(texts)}
    articles = [
        f'<article class="md-content__inner md-typeset" id="{keys[name]}">{chapter(text, name, keys)}</article>'
        for name, text in texts.items()
    ]
    titles = {name: HEADING.search(article)[1] for name, article in zip(texts, articles, strict=True)}
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>One over N</title>',
            *SHEET.findall(first),
            f"<style>{STYLE.read_text(encoding='utf-8')}</style></head>",
            '<body dir="ltr" data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom">',
            f'<section class="contents md-typeset">{contents(pages, titles, keys)}</section>',
            *articles,
            "</body></html>",
        ]
    )


def contents(pages: list[tuple[str, str]], titles: dict[str, str], keys: dict[str, str]) -> str:
    """The first page: what it is, and a link to each page."""
    lines, last = [TITLE], ""
    for name, group in pages:
        if group != last:
            lines.append(f'<p class="contents__group">{html.escape(group)}</p>')
        lines.append(f'<p><a href="#{keys[name]}">{titles[name]}</a></p>')
        last = group
    return "".join(lines)


def chapter(text: str, name: str, keys: dict[str, str]) -> str:
    """What a page says, without what is for the screen, and with everything unfolded."""
    key = keys[name]
    text = FOR_EARS.sub(read_out, SCREEN.sub("", ARTICLE.search(text)[1]))
    text = LINK.sub(partial(link, name=name, keys=keys), CLOSED.sub("<details open", text))
    text = NAMED.sub(rf'\1id="{key}-\2"', text)
    return DRAWN.sub(partial(drawn, key=key), text)


def read_out(found: re.Match) -> str:
    """A formula as one thing with one text: its hundreds of boxes would be as many things to a screen reader."""
    words = re.sub(r"\s+", " ", spoken(ElementTree.fromstring(found[1]))).strip()
    return f'<span class="katex" role="img" aria-label="{html.escape(words)}">'


def spoken(one: ElementTree.Element) -> str:
    """A formula on one line.

    >>> spoken(ElementTree.fromstring("<mrow><mi>L</mi><mo>=</mo><mfrac><mn>1</mn><mi>N</mi></mfrac></mrow>"))
    'L=(1)/(N)'
    >>> spoken(ElementTree.fromstring("<msubsup><mi>W</mi><mn>1</mn><mi>T</mi></msubsup>"))
    'W_{1}^{T}'
    """
    kind = one.tag.rpartition("}")[2]
    parts = [(one.text or "").strip(), *map(spoken, one)]
    if kind == "mfrac":
        return f"({parts[1]})/({parts[2]})"
    if kind in ("msub", "munder"):
        return f"{parts[1]}_{{{parts[2]}}}"
    if kind in ("msup", "mover"):
        return f"{parts[1]}^{{{parts[2]}}}"
    if kind in ("msubsup", "munderover"):
        return f"{parts[1]}_{{{parts[2]}}}^{{{parts[3]}}}"
    return ("; " if kind == "mtable" else "").join(filter(None, parts))


def link(found: re.Match, name: str, keys: dict[str, str]) -> str:
    """A link inside of the book, or one to another site; what leads to a file of the site leads nowhere from paper."""
    parts = urlsplit(html.unescape(found[2]))
    if parts.scheme:
        return found[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    if target not in keys:
        return found[1]
    anchor = f"-{html.escape(unquote(parts.fragment))}" if parts.fragment else ""
    # Two slashes mark what is done, so that nothing does it again.
    return f'{found[1]} href="#//{keys[target]}{anchor}"'


def drawn(found: re.Match, key: str) -> str:
    """What a drawing says of its own parts follows their new names."""
    if found[1] is not None:
        return f"url(#{key}-{found[1]})"
    if found[3].startswith("//"):
        return f'{found[2]}="#{found[3][2:]}"'
    return f'{found[2]}="#{key}-{found[3]}"'


def printed(program: str, site: Path, page: str, target: Path) -> str:
    """Let the browser print. What went wrong is returned; nothing, if all went well."""
    source = site / "book.html"
    source.write_text(page, encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        options = [f"--user-data-dir={profile}", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
        command = [program, *browser.FLAGS, *options, f"--print-to-pdf={target}", source.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
            said = "" if target.is_file() else f"{done.stderr}\nIt ended with {done.returncode}."
            if not said:
                pack(target)
        except subprocess.TimeoutExpired:
            said = f"It was not done after {LIMIT} seconds."
        except pikepdf.PdfError as error:
            said = f"What it printed cannot be read: {error}."
            target.unlink()
        finally:
            source.unlink()
    return said


def pack(path: Path) -> None:
    """Write a PDF anew with its parts packed. The browser leaves them open: two thirds of the file, for nothing."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def lead_to(site: Path, size: str) -> None:
    """Every page that has a place for it gets a link to the book."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if PLACE in text:
            up = "../" * (len(path.relative_to(site).parts) - 1)
            link = f'<a href="{up}{NAME}">The whole site as one PDF</a> ({size})'
            text = text.replace(PLACE, f"<p>{link}, to read without a network or on paper.</p>")
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
