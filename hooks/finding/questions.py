"""The questions of the front page, where they belong: at the end of the pages that answer them, or lead to the answer."""

import html
import re
from functools import cache
from pathlib import Path

from mkdocs.exceptions import PluginError

FRONT = "index.md"
HEADING = "Or jump to your question"
QUESTION = re.compile(r"^- \[(.+?)\]\(([\w-]+\.md)(#[\w-]+)?\)$", re.MULTILINE)
LINK = re.compile(r"\]\(([\w-]+\.md)(?:#[\w-]+)?\)")
# More would be a second front page.
MOST = 6
NAME = "Related questions"


def on_page_content(content, *, page, config, files):
    """The page, and behind it its questions, if it has any."""
    source = page.file.src_uri
    if source == FRONT or "/" in source:
        return content
    items = [
        f"<li>{link(*one, page, files)}</li>" for one in of(source, page.file.content_string, Path(config.docs_dir))
    ]
    if not items:
        return content
    return (
        f'{content}\n<nav class="questions" aria-label="{NAME}" data-search-exclude=""><p>{NAME}</p>'
        f"<ul>{''.join(items)}</ul></nav>"
    )


def of(source: str, text: str, docs: Path) -> list[tuple[str, str, str]]:
    """The questions that a section of the page answers, then those of the pages where it says to go next."""
    every = asked(docs)
    own = [one for one in every if one[1] == source and one[2]]
    nearby = dict.fromkeys(LINK.findall(section(text, "Where next")))
    others = [one for target in nearby for one in every if one[1] == target != source]
    return (own + others)[:MOST]


@cache
def asked(docs: Path) -> list[tuple[str, str, str]]:
    """The questions of the front page: words, page, place on it. A hook is loaded anew for each build."""
    found = QUESTION.findall(section((docs / FRONT).read_text(encoding="utf-8"), HEADING))
    if not found:
        raise PluginError(
            f"{FRONT}: there are no questions under the heading {HEADING!r}; see hooks/finding/questions.py."
        )
    return found


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its kind.

    >>> section("## A\\n\\none\\n\\n## B\\n\\ntwo\\n", "A")
    'one'
    """
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def link(words: str, target: str, place: str, page, files) -> str:
    """A question, with the way to its answer."""
    home = "" if target == page.file.src_uri else files.get_file_from_path(target).url_relative_to(page.file)
    return f'<a href="{home}{place}">{html.escape(words)}</a>'
