"""What the gradient doctor says, as HTML; docs/assets/doctor.js writes the same, block by block."""

import html
import re

from hooks.proofs import Build

MARK = re.compile(r"^.*# --8<-- .*\n?", re.MULTILINE)

# What was found, by all that it could depend on. Lives as long as the process, no longer.
FOUND = {}


def diagnosed(name: str) -> dict:
    """What the doctor says. A second build in the same process asks again only if something has changed."""
    from snippets.doctor import diagnose
    from snippets.doctor.shown import shown
    from snippets.museum import EXHIBITS

    key = (name, Build.digest)
    if key not in FOUND:
        exhibit = EXHIBITS[name]
        diagnosis = diagnose(exhibit.function, **exhibit.options)
        # The marks of a section stand in the file, and not on the page.
        diagnosis.fix = MARK.sub("", diagnosis.fix) if diagnosis.fix else None
        FOUND[key] = shown(diagnosis, brief=True)
    return FOUND[key]


def written_out(blocks: list[dict], root: str = "") -> str:
    """Blocks as HTML, as docs/assets/doctor.js makes them."""
    return "".join(KINDS[block["kind"]](block, root) for block in blocks)


def text(block, root):
    """A sentence or more."""
    return f"<p>{html.escape(block['text'], quote=False)}</p>"


def head(block, root):
    """What the next block is about."""
    return f"<p><strong>{html.escape(block['text'], quote=False)}</strong></p>"


def items(block, root):
    """One thing beside another."""
    return "<ul>" + "".join(f"<li>{html.escape(item, quote=False)}</li>" for item in block["items"]) + "</ul>"


def numbers(block, root):
    """What a program printed."""
    return f'<pre><code tabindex="0">{html.escape(block["text"], quote=False)}</code></pre>'


def diff(block, root):
    """Lines that go and lines that come, each with its sign."""
    lines = []
    for line in block["text"].split("\n"):
        kind = {"+": "doctor__new", "-": "doctor__old"}.get(line[:1], "")
        lines.append(f'<span class="{kind}">{html.escape(line, quote=False)}\n</span>')
    return f'<pre class="doctor__fix"><code tabindex="0">{"".join(lines)}</code></pre>'


def link(block, root):
    """The page that explains it."""
    address = html.escape(root + block["address"])
    return f'<p><a href="{address}">{html.escape(block["text"], quote=False)}</a></p>'


KINDS = {"text": text, "head": head, "list": items, "numbers": numbers, "diff": diff, "link": link}
