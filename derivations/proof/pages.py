"""Find every formula on a page: displays with their labels, and inline mathematics.

Works on Markdown, and on the text cells of a derivation script.
Code is passed over; nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# Whichever begins first holds what is inside it: a code span inside a display is part of the display.
_PIECE = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?P<escaped>\\[\\$`])"
    r"|(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<macro>\{\{[^{}$]*\}\})"
    r"|\$\$(?P<display>(?:\\.|[^\\$])*?)\$\$"
    r"|\$(?P<inline>(?:\\.|[^\\$])+?)\$"
    r"|(?P<stray>\$)"
    r"|(?P<other>\\[\[(]|\\begin\{)"
    r"|(?P<markup><math\b|class=.(?:katex|arithmatex|math)\b)"
    r"|(?P<relation>(?<=\s)[=≈≠≤≥](?=\s))",
    re.DOTALL,
)
_OPENS_A_BLOCK = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|!!!|\?\?\?|===|\[\^|:\s)")
_MARKDOWN = {".md", ".markdown", ".mdown", ".mkdn", ".mkd"}  # what MkDocs takes for a page
_LABEL = re.compile(r"\\label\{([^{}]*)\}")
_ALIGNED = re.compile(r"\\(?:begin|end)\{aligned\}")
_CASES = re.compile(r"\\begin\{cases\}.*?\\end\{cases\}", re.DOTALL)
_RELATION_FIRST = re.compile(r"\s*(?:=|<|>|\\(?:leq?|geq?|approx|neq?|in)(?![A-Za-z]))")


@dataclass(frozen=True)
class Formula:
    """A formula as it stands on a page.

    ``latex`` is all of it but its label; ``chain`` is what is read: the same length, with alignment
    marks blanked, so that a position in one is a position in the other.
    """

    page: str
    line: int
    latex: str
    chain: str
    display: bool
    labels: tuple[str, ...]
    problem: str = ""

    def line_of(self, position: int) -> int:
        return self.line + self.chain.count("\n", 0, position)


def formulas(page: str, text: str) -> Iterator[Formula]:
    """Every formula of a page, in the order in which it stands."""
    text = _without_blocks_of_code(text)
    for piece in _PIECE.finditer(text):
        line = text.count("\n", 0, piece.start()) + 1
        if piece["display"] is not None:
            yield _display(page, text, piece)
        elif piece["inline"] is not None:
            inside = piece["inline"]
            latex = _LABEL.sub(_blank_match, inside)
            yield Formula(page, line, latex, latex, False, tuple(_LABEL.findall(inside)))
        elif piece["stray"]:
            yield Formula(page, line, "", "", False, (), "a dollar sign that begins or ends nothing")
        elif piece["other"]:
            yield Formula(page, line, "", "", False, (), f"formulas stand between dollars, not after {piece['other']}")
        elif piece["markup"]:
            yield Formula(page, line, "", "", False, (), f"formulas stand between dollars, not in {piece['markup']}")
        elif piece["relation"]:
            yield Formula(
                page, line, "", "", False, (), f"the relation {piece['relation']} stands outside of mathematics"
            )


def _display(page: str, text: str, match: re.Match) -> Formula:
    inside = match["display"]
    labels = tuple(_LABEL.findall(inside))
    body = _LABEL.sub(_blank_match, inside)
    lead = len(body) - len(body.lstrip())
    body = body.strip()
    line = text.count("\n", 0, match.start("display") + lead) + 1
    chain, problem = _as_chain(body)
    return Formula(page, line, body, chain, True, labels, problem)


def _as_chain(body: str) -> tuple[str, str]:
    """Rows of an ``aligned`` as one chain; each row after the first goes on with a relation."""
    if not _ALIGNED.search(body):
        return body, ""
    if _ALIGNED.findall(body) != [r"\begin{aligned}", r"\end{aligned}"] or _ALIGNED.split(body)[::2] != ["", ""]:
        return body, "aligned must hold the whole formula, once"
    chain = _ALIGNED.sub(_blank_match, body)
    kept = [(m.start(), m.end()) for m in _CASES.finditer(chain)]
    pieces, rows, start = list(chain), [], 0
    for mark in re.finditer(r"\\\\|(?<!\\)&", chain):
        if any(low <= mark.start() < high for low, high in kept):
            continue
        for place in range(mark.start(), mark.end()):
            pieces[place] = " "
        if mark.group() == "&" and not _RELATION_FIRST.match(chain, mark.end()):
            return body, "an alignment mark stands before a relation"
        if mark.group() != "&":
            rows.append(chain[start : mark.start()])
            start = mark.end()
    rows.append(chain[start:])
    for row in rows[1:]:
        if not _RELATION_FIRST.match(row.replace("&", " ")):
            return "".join(pieces), "each row after the first goes on with a relation"
    return "".join(pieces), ""


def _without_blocks_of_code(text: str) -> str:
    """The text with code blocks blanked; every character keeps its place."""
    lines, fence = [], None
    source = text.split("\n")
    for number, line in enumerate(source):
        mark = _FENCE.match(line)
        if fence is None and mark:
            fence = mark.group(1)
        elif fence is not None:
            if mark and mark.group(1).startswith(fence) and line.strip() == mark.group(1):
                fence = None
        elif not _is_code_by_indentation(source, number):
            lines.append(line)
            continue
        lines.append(" " * len(line))
    return "\n".join(lines)


def _is_code_by_indentation(lines: list[str], number: int) -> bool:
    """Four spaces after an empty line make code of a line, unless it belongs to a list or a box above."""
    indent = len(lines[number]) - len(lines[number].lstrip(" "))
    if indent < 4 or not lines[number].strip():
        return False
    apart = False
    for above in reversed(lines[:number]):
        if not above.strip():
            apart = True
        elif len(above) - len(above.lstrip(" ")) < indent:
            return apart and not _OPENS_A_BLOCK.match(above)
    return True


def _blank_match(match: re.Match) -> str:
    return _blank(match.group())


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def script_text(source: str) -> str:
    """The text cells of a percent-format script as Markdown, each line in its own place."""
    lines, inside = [], False
    for line in source.split("\n"):
        if line.startswith("# %%"):
            inside = "[markdown]" in line
            lines.append("")
        elif inside and line.startswith("#"):
            lines.append(line[2:] if line.startswith("# ") else line[1:])
        else:
            lines.append("")
    return "\n".join(lines)


def nav_order(docs: Path, config: Path) -> list[Path]:
    """The pages of a folder, in the order of the site's navigation; the others follow by name."""
    named = (
        re.findall(r"[\w/-]+\.md", config.read_text(encoding="utf-8").partition("\nnav:")[2]) if config.exists() else []
    )
    rank = {name: place for place, name in enumerate(named)}
    pages = sorted(path for path in docs.rglob("*") if path.suffix in _MARKDOWN)
    return sorted(pages, key=lambda p: (rank.get(p.relative_to(docs).as_posix(), len(rank)), p.as_posix()))
