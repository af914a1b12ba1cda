"""TeX becomes HTML and MathML while the site is built, so that the reader's browser has nothing to compute."""

import atexit
import html
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from hooks.formulas.meaning import coloured

SCRIPT = Path(__file__).with_name("katex.mjs")
# KaTeX repeats the TeX inside the MathML. Nobody sees it, and every page would carry each formula three times.
COPY_OF_THE_TEX = re.compile(r"<annotation.*?</annotation>", re.DOTALL)
AROUND_THE_COPY = re.compile(r"</?semantics>")
TAG = re.compile(r"<[^>]*>")
# What begins and ends rows, and what ends one of them.
ROWS = re.compile(r"\\(?P<edge>begin|end)\{(?P<name>\w+)\}|\\\\(?=\s)")
# KaTeX gives a row a depth of this and a little more, if it has less. A fraction has less.
ROOM_BELOW = "[0.95em]"
# Cases stand closer together, for their fractions are small. But their brackets would touch.
ROOM_BELOW_A_CASE = "[0.45em]"
# How far each part of a formula stands above the line and below it; a line reaches at least as far as its text.
STRUT = re.compile(r'class="katex-strut" style="height:(-?[\d.]+)em;(?:vertical-align:(-?[\d.]+)em;)?"')
ABOVE, BELOW = 0.9, 0.35
# Every sign inside a formula of the build that is under way.
SIGNS = set()


class TeXError(ValueError):
    """KaTeX refused a formula."""


@cache
def node() -> subprocess.Popen:
    """One Node process for the whole build."""
    beside = Path(sys.executable).with_name("node")
    program = beside if beside.exists() else shutil.which("node")
    if program is None:
        raise RuntimeError("Node is missing. `make build` installs it into .venv.")
    process = subprocess.Popen(
        [program, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    atexit.register(stop, process)
    return process


def stop(process: subprocess.Popen) -> None:
    """End the process and leave nothing open."""
    process.kill()
    process.communicate()


def render(tex: str, display: bool = False) -> str:
    """The HTML and MathML of a formula, and a note of its signs, for which the fonts are cut."""
    rendered = html_of(tex, display)
    SIGNS.update(html.unescape(TAG.sub("", rendered)))
    return rendered


def tall(rendered: str) -> float:
    """The height of a displayed formula, in the size of its own letters: the room that a browser keeps for it.

    >>> tall(render("a", display=True)), tall(render(r"\\frac{a}{b} = c", display=True))
    (1.25, 1.79)
    """
    struts = [(float(height), -float(down or 0)) for height, down in STRUT.findall(rendered)]
    above = max(ABOVE, *(height - down for height, down in struts))
    return round(above + max(BELOW, *(down for _, down in struts)), 2)


@cache
def html_of(tex: str, display: bool) -> str:
    """The same formula is rendered once."""
    process = node()
    process.stdin.write(json.dumps({"tex": coloured(roomy(tex)), "display": display}) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("KaTeX could not be started. `make build` installs it into node_modules.")
    answer = json.loads(line)
    if "error" in answer:
        raise TeXError(f"{answer['error']}\nThe formula is: {tex}")
    return AROUND_THE_COPY.sub("", COPY_OF_THE_TEX.sub("", answer["html"]))


def roomy(tex: str) -> str:
    r"""The rows of a chain, each with room below its fractions, which would touch the next row. Cases need less of it.

    >>> roomy(r"\begin{aligned} u &= \frac{v}{2} \\ &= v \\ &= w \end{aligned}")
    '\\begin{aligned} u &= \\frac{v}{2} \\\\[0.95em] &= v \\\\ &= w \\end{aligned}'
    >>> roomy(r"\begin{cases} \frac{u}{2} \\ v \end{cases}")
    '\\begin{cases} \\frac{u}{2} \\\\[0.45em] v \\end{cases}'
    """
    parts, end, inside = [], 0, []
    for found in ROWS.finditer(tex):
        if found["edge"] == "begin":
            inside.append(found["name"])
        elif found["edge"]:
            del inside[-1:]
        elif inside in (["aligned"], ["cases"]):
            row = tex[end : found.end()]
            room = ROOM_BELOW if inside == ["aligned"] else ROOM_BELOW_A_CASE
            parts.append(row + room if r"\frac" in row else row)
            end = found.end()
    return "".join([*parts, tex[end:]])
