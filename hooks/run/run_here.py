"""Run: under each code of a page a button that opens it in an editor, and runs it in the reader's browser.

Nothing is loaded before a reader asks for it but one small script, and it adds no text to the page.
"""

import html
import json
import re
from pathlib import Path

from mkdocs.structure.files import File

from hooks.proofs import folder
from hooks.run import run_files
from hooks.run.run_code import codes_of
from hooks.run.run_files import Ready, address

__all__ = ["address"]

PLACE = '<div data-run="{number}"></div>'
FOUND = re.compile(r'(?:<p>)?<div data-run="(\d+)"></div>(?:</p>)?')
BOX = re.compile(r'^!!! note "Run it yourself"\n(?:\n|    [^\n]*\n)*', re.MULTILINE)
# The codes of each page. A page that is built again puts its new ones here.
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
        CODES[uri] = [told(script.read_text(encoding="utf-8"), f"derivations/{script.name}", page, shown=False)]
        return BOX.sub(lambda box: f"{box[0].rstrip()}\n\n    {PLACE.format(number=0)}\n\n", markdown, count=1)
    parts, end = [], 0
    codes = codes_of(markdown)
    for number, (fence, _) in enumerate(codes):
        parts += [markdown[end : fence.end()], f"\n\n{fence[1]}{PLACE.format(number=number)}\n"]
        end = fence.end()
    CODES[uri] = [
        code and told(code.text, f"code {number}", page, before=code.before, alone=code.alone)
        for number, (_, code) in enumerate(codes, start=1)
    ]
    return "".join([*parts, markdown[end:]])


def on_page_content(content, *, page, config, files):
    """Put the buttons in their places, and the script at the end."""
    uri = page.file.src_uri
    codes = CODES.get(uri, [])
    content = FOUND.sub(lambda found: button(uri, int(found[1]), codes[int(found[1])]), content)
    if any(codes):
        content += f'\n<script src="{address("page.js", page)}" defer></script>'
    return content


def on_post_build(*, config):
    """The codes, a file for each page: most readers only read, and need not load a page's code twice."""
    for uri, codes in CODES.items():
        if any(codes):
            path = Path(config.site_dir) / "assets" / "run" / Ready.own / codes_file(uri)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(codes, ensure_ascii=False) + "\n", encoding="utf-8")


def codes_file(uri: str) -> str:
    """Where the codes of a page are, seen from page.js.

    >>> codes_file("derivations/loss.md")
    'codes/derivations/loss.json'
    """
    return f"codes/{uri.removesuffix('.md')}.json"


def told(text: str, name: str, page, before=(), alone=None, shown=True) -> dict:
    """What page.js is told of a code. One that does not show its values is a derivation, which runs as a file does."""
    number = name.split()[-1]
    notebook = f"{page.file.name}-{number}.ipynb" if shown else f"{page.file.name}.ipynb"
    data = {"name": name, "code": text, "before": list(before), "shown": shown, "derivation": not shown}
    return data | {"notebook": notebook} | ({"alone": alone} if alone else {})


def button(page: str, number: int, code: dict | None) -> str:
    """The button of one code; or a box without one, which styles say runs at home.

    >>> button("larger.md", 6, None)
    '<div class="run run--home" role="note" aria-label="This code runs at home, not in the browser."></div>'
    """
    if code is None:
        return '<div class="run run--home" role="note" aria-label="This code runs at home, not in the browser."></div>'
    words = "the derivation" if code["derivation"] else code["name"]
    off = f' data-off="{html.escape(Ready.off)}"' if Ready.off else ""
    return (
        f'<div class="run" data-run-name="{html.escape(page)}, {html.escape(code["name"])}"'
        f' data-codes="{codes_file(page)}" data-code="{number}"{off} data-search-exclude>'
        f'<button class="run__start" type="button" aria-label="Run {words}"></button></div>'
    )
