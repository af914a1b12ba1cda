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
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_MACRO = re.compile(r"\{\{.*?\}\}")
_DISPLAY = re.compile(r"(?<!\\)\$\$(.*?)(?<!\\)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)((?:\\.|[^$\\])+?)\$(?!\$)", re.DOTALL)
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
    text = _without_code(text)
    found = []
    for match in _DISPLAY.finditer(text):
        found.append((match.start(), _display(page, text, match)))
    blanked = _DISPLAY.sub(lambda m: _blank(m.group()), text)
    for match in _INLINE.finditer(blanked):
        line = text.count("\n", 0, match.start()) + 1
        labels = tuple(_LABEL.findall(match.group(1)))
        latex = _LABEL.sub(lambda m: " " * len(m.group()), match.group(1))
        found.append((match.start(), Formula(page, line, latex, latex, False, labels)))
    rest = _INLINE.sub(lambda m: _blank(m.group()), blanked)
    for match in re.finditer(r"(?<!\\)\$", rest):
        line = text.count("\n", 0, match.start()) + 1
        found.append((match.start(), Formula(page, line, "", "", False, (), "a dollar sign that begins or ends nothing")))
    yield from (formula for _, formula in sorted(found, key=lambda pair: pair[0]))


def _display(page: str, text: str, match: re.Match) -> Formula:
    inside = match.group(1)
    labels = tuple(_LABEL.findall(inside))
    body = _LABEL.sub(lambda m: " " * len(m.group()), inside)
    lead = len(body) - len(body.lstrip())
    body = body.strip()
    line = text.count("\n", 0, match.start(1) + lead) + 1
    chain, problem = _as_chain(body)
    return Formula(page, line, body, chain, True, labels, problem)


def _as_chain(body: str) -> tuple[str, str]:
    """Rows of an ``aligned`` as one chain; each row after the first goes on with a relation."""
    if not _ALIGNED.search(body):
        return body, ""
    if not re.fullmatch(r"\\begin\{aligned\}(?:(?!\\begin\{aligned\}).)*\\end\{aligned\}", body, re.DOTALL):
        return body, "aligned must hold the whole formula, once"
    chain = _ALIGNED.sub(lambda m: " " * len(m.group()), body)
    kept = [(m.start(), m.end()) for m in _CASES.finditer(chain)]
    pieces, rows, start = list(chain), [], 0
    for mark in re.finditer(r"\\\\|(?<!\\)&", chain):
        if any(low <= mark.start() < high for low, high in kept):
            continue
        for place in range(mark.start(), mark.end()):
            pieces[place] = " "
        if mark.group() != "&":
            rows.append(chain[start : mark.start()])
            start = mark.end()
    rows.append(chain[start:])
    for row in rows[1:]:
        if not _RELATION_FIRST.match(row.replace("&", " ")):
            return "".join(pieces), "each row after the first goes on with a relation"
    return "".join(pieces), ""


def _without_code(text: str) -> str:
    """The text with code, macros and front matter blanked; every character keeps its place."""
    lines, fence = [], None
    source = text.split("\n")
    front = source[0].strip() == "---" and "---" in (line.strip() for line in source[1:])
    for number, line in enumerate(source):
        if front:
            lines.append(" " * len(line))
            front = number == 0 or line.strip() != "---"
            continue
        mark = _FENCE.match(line)
        if fence is None and mark:
            fence = mark.group(1)
        elif fence is not None:
            if mark and mark.group(1).startswith(fence) and line.strip() == mark.group(1):
                fence = None
        else:
            lines.append(_MACRO.sub(_blank_match, _CODE_SPAN.sub(_blank_match, line)))
            continue
        lines.append(" " * len(line))
    return "\n".join(lines)


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
    named = re.findall(r"[\w/-]+\.md", config.read_text(encoding="utf-8").partition("\nnav:")[2]) if config.exists() else []
    rank = {name: place for place, name in enumerate(named)}
    pages = sorted(docs.rglob("*.md"))
    return sorted(pages, key=lambda p: (rank.get(p.relative_to(docs).as_posix(), len(rank)), p.as_posix()))
