"""Run: under each code of a page a button that opens it in an editor, and runs it in the reader's browser.

Nothing is loaded before a reader asks for it but one small script, and it adds no text to the page.
"""

import html
import json
import re

from mkdocs.structure.files import File

from hooks import run_files
from hooks.proofs import folder
from hooks.run_code import Code, codes_of
from hooks.run_files import Ready, address

__all__ = ["address"]

PLACE = '<div data-run="{number}"></div>'
FOUND = re.compile(r'(?:<p>)?<div data-run="(\d+)"></div>(?:</p>)?')
BOX = re.compile(r'^!!! note "Run it yourself"\n(?:\n|    [^\n]*\n)*', re.MULTILINE)
# The codes of each page, until its HTML is there to hold them.
CODES: dict[str, list[dict | None]] = {}


def on_files(files, *, config):
    """The files of Run go into the site."""
    for uri, source in run_files.prepare().items():
        place = {"content": source} if isinstance(source, bytes) else {"abs_src_path": str(source)}
        files.append(File.generated(config, uri, **place))
    if Ready.off:
        # Not a warning: a site without Run is a site.
        print("Run is off in this site: `python -m run.stage` says why.")
    return files


def on_page_markdown(markdown, *, page, config, files):
    """Mark the place after each code; Markdown shall not touch what comes there."""
    uri = page.file.src_uri
    if uri.startswith("derivations/"):
        script = folder("derivations") / uri.removeprefix("derivations/").replace(".md", ".py")
        CODES[uri] = [derivation(script.name, script.read_text(encoding="utf-8"))]
        return BOX.sub(lambda box: f"{box[0].rstrip()}\n\n    {PLACE.format(number=0)}\n\n", markdown, count=1)
    parts, end = [], 0
    CODES[uri] = []
    for number, (fence, code) in enumerate(codes_of(markdown)):
        parts += [markdown[end : fence.end()], f"\n\n{fence[1]}{PLACE.format(number=number)}\n"]
        end = fence.end()
        CODES[uri].append(payload(code, page.file.name, number + 1) if code else None)
    return "".join([*parts, markdown[end:]])


def on_page_content(content, *, page, config, files):
    """Put the buttons in their places, and the script at the end."""
    codes = CODES.pop(page.file.src_uri, [])
    content = FOUND.sub(lambda found: button(page.file.src_uri, int(found[1]) + 1, codes[int(found[1])]), content)
    if any(codes):
        content += f'\n<script src="{address("page.js", page)}" defer></script>'
    return content


def payload(code: Code, page: str, number: int) -> dict:
    """What page.js is told of a code."""
    return {
        "name": f"code {number}",
        "code": code.text,
        "before": list(code.before),
        "shown": True,
        "derivation": False,
        "notebook": f"{page}-{number}.ipynb",
    }


def derivation(name: str, source: str) -> dict:
    """What page.js is told of a derivation: it runs whole, as the file does."""
    return {
        "name": f"derivations/{name}",
        "code": source,
        "before": [],
        "shown": False,
        "derivation": True,
        "notebook": name.replace(".py", ".ipynb"),
    }


def button(page: str, number: int, told: dict | None) -> str:
    """The button of one code; or a box without one, which styles say runs at home.

    >>> button("larger.md", 7, None)
    '<div class="run run--home" role="note" aria-label="This code runs at home, not in the browser."></div>'
    """
    if told is None:
        return '<div class="run run--home" role="note" aria-label="This code runs at home, not in the browser."></div>'
    words = "the derivation" if told["derivation"] else told["name"]
    off = f' data-off="{html.escape(Ready.off)}"' if Ready.off else ""
    # A browser reads no tag inside of this data but the end of a script.
    data = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<div class="run" data-run-name="{html.escape(page)}, {html.escape(told["name"])}"{off} data-search-exclude>'
        f'<button class="run__start" type="button" aria-label="Run {words}"></button>'
        f'<script type="application/json" class="run__code">{data}</script></div>'
    )
