"""The glossary of all letters, and below each page the letters that it uses.

docs/assets/glossary.js shows the same words beside a letter that the reader points at; it reads them from the page.
"""

import html
import re
from functools import cache
from pathlib import Path

from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from hooks.finding import letters
from hooks.finding.letters import Entry
from hooks.formulas import katex
from hooks.formulas.equations import page_of
from hooks.proofs import Build

PAGE = "glossary.md"
SCRIPT = "assets/glossary.js"
# A formula that a page shows and another page states.
SHOWN = re.compile(r"\{\{ *(?:equation|formula) +(eq:[\w-]+)")
HEAD = """---
title: Every letter
description: Each letter of the formulas, what it means, how many numbers it stands for, and where it is defined.
search:
  boost: 0.3
---

# Every letter

What does this letter stand for?
A letter has one meaning on all pages, but for a few, which stand for whatever number the text names.
This list was made from the table of letters that the proofs use.
On a page, point at a letter of a formula, or tap it, and you see what it is.
With the keyboard, move to a formula, and you see all its letters.

"""
GROUPS = ["How many there are", "Which one is meant", "Latin letters", "Greek letters", "Signs and functions"]
PLACE = re.compile(r'<div data-glossary="([^"]*)"></div>')
TITLE = re.compile(r'^title: *"?(.+?)"?$', re.MULTILINE)


def on_files(files, *, config):
    """Add the page."""
    files.append(File.generated(config, PAGE, content=HEAD + "\n".join(map(heading, GROUPS))))
    return files


def on_page_content(content, *, page, config, files):
    """The glossary on its page, and on each page with formulas the letters that it uses."""
    if page.file.src_uri == PAGE:
        return PLACE.sub(lambda found: listed(found[1], page, config, files), content) + script(page)
    names = letters.used(formulas_of(page))
    if not names:
        return content
    rows = "".join(item(one, page, config, files) for one in entries() if names & set(one.names))
    every = files.get_file_from_path(PAGE).url_relative_to(page.file)
    return (
        f'{content}\n<details class="letters" data-search-exclude=""><summary>The letters of this page</summary>'
        f'<dl class="letters__list">{rows}</dl><p><a href="{every}">Every letter of the site</a></p></details>'
        f"{script(page)}"
    )


def script(page) -> str:
    """What shows the words beside a letter."""
    return f'<script src="{get_relative_url(SCRIPT, page.url)}" defer></script>'


def formulas_of(page) -> list:
    """The formulas that a page states, mentions or shows."""
    mine, shown = page.file.src_uri, {*SHOWN.findall(page.file.content_string)}
    return [one for one in Build.ledger.formulas if page_of(one.page) == mine or shown & {*one.labels}]


@cache
def entries() -> list[Entry]:
    """All letters. A hook is loaded anew for each build, so they are asked for once in each."""
    return letters.entries()


@cache
def homes() -> dict[str, tuple[str, str]]:
    """Where each letter is defined."""
    return letters.homes()


def heading(name: str) -> str:
    """A part of the glossary, in Markdown, so that it is in the table of contents."""
    return f'## {name}\n\n<div data-glossary="{name}"></div>\n'


def listed(name: str, page, config, files) -> str:
    """The letters under a heading, in the order in which one looks them up."""
    found = sorted((one for one in entries() if group(one) == name), key=place)
    return f'<dl class="letters__list">{"".join(item(one, page, config, files) for one in found)}</dl>'


def group(entry: Entry) -> str:
    """Under which heading a letter stands."""
    if entry.kind == letters.SIZE:
        return "How many there are"
    if len(entry.keys) > 1 or entry.kind.startswith("from 0"):
        return "Which one is meant"
    if entry.kind == "" or "function" in entry.kind:
        return "Signs and functions"
    return "Greek letters" if letters.said(entry) else "Latin letters"


def place(entry: Entry) -> tuple:
    """Where a letter stands under its heading: by the alphabet, which in Greek is known by the names."""
    if group(entry) not in ("Latin letters", "Greek letters"):
        return ()
    said = letters.said(entry).replace(" with a bar", "")
    at = letters.GREEK.index(said.split()[-1]) if said else 0
    return (at, entry.keys[0][0].lower(), entry.keys[0], entry.number)


def title(docs: str, source: str) -> str:
    """What a page is called, without what its title explains."""
    return TITLE.search((Path(docs) / source).read_text(encoding="utf-8"))[1].partition(":")[0]


def item(entry: Entry, page, config, files) -> str:
    """A letter with its words. What the script needs to know of it stands in the attributes."""
    known = "".join(
        f' data-{name}="{html.escape(value)}"'
        for name, value in (("keys", " ".join(entry.keys)), ("number", entry.number), ("first", entry.first))
        if value
    )
    say = letters.said(entry)
    parts = [f'<span class="letters__say">{say}</span>' if say else "", f"<span>{entry.words}</span>"]
    size = f", {entry.size}" if "×" in entry.size else ""
    parts += [
        f'<span class="letters__kind">{entry.kind}{size}</span>' if entry.kind else "",
        home(entry, page, config, files),
    ]
    words = " ".join(part for part in parts if part)
    return f"<div{known}><dt>{katex.render(entry.written)}</dt><dd>{words}</dd></div>"


def home(entry: Entry, page, config, files) -> str:
    """A link to where a letter is defined."""
    source, label = next((homes()[name] for name in entry.names if name in homes()), (None, None))
    target, _, anchor = entry.section.partition("#")
    if source:
        target, anchor = page_of(source), label
    file = files.get_file_from_path(target) if target else None
    if file is None:
        return ""
    here = target == page.file.src_uri
    address = ("" if here else file.url_relative_to(page.file)) + (f"#{anchor}" if anchor else "")
    words = "on this page" if here else f"in {title(config.docs_dir, target)}"
    return f'<a class="letters__home" href="{address}">defined {words}</a>'
