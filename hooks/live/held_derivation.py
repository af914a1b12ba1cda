"""The derivation that a reader holds: what docs/figures/held-derivation.mjs shows.

Its formulas and sentences are those of the page, and its steps and rules are the derivation script's.
A line is worked out in the browser from the very tree that the checker read, with every digit.
"""

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mkdocs.exceptions import PluginError

from hooks.formulas import katex
from hooks.formulas.meaning import LOSS, closing

ROOT = Path(__file__).parents[2]
PAGE, SCRIPT = "gradient.md", "score_gradient"
FIRST, LAST = "eq:the-definition", "eq:gradient"
# What an expert wants of it: the loss written out, what the rules make of it, and the result.
SHORT = ["eq:expand-loss", "eq:delta-form", "eq:gradient"]
# The letters that a reader may set. The other samples are those of the example.
GIVEN = ["s", "y", "W_1", "W_2", "lambda"]

# The parts of the lines that have a name, as they are typed on the page.
# In a name, {b} is the class whose score moves, {y} the label.
NAMES = {
    r"\frac{\partial L}{\partial s_{a,b}}": "the slope of the whole loss in the score of class {b}",
    r"\frac{\partial L_i}{\partial s_{a,b}}": "the slope of one sample's loss in the score of class {b}",
    r"\frac{\partial L_a}{\partial s_{a,b}}": "the slope of this sample's own loss in the score of class {b}",
    r"\frac{\partial R}{\partial s_{a,b}}": "the slope of the regularization in the score of class {b}",
    r"\frac{1}{N} \sum_i L_i + R": "the whole loss",
    r"\frac{1}{N} \sum_i L_i": "the mean of the samples' losses",
    r"\sum_i L_i": "the sum of the samples' losses",
    r"L_i": "the loss of one sample",
    r"L_a": "the loss of this sample",
    r"R": "the regularization, in which no score occurs",
    r"N": "the number of samples",
    r"\frac{1}{N}": "one over the number of samples",
    r"\frac{-1}{N}": "minus one over the number of samples",
    r"\sum_i \frac{\partial L_i}{\partial s_{a,b}}": "the sum of the samples' slopes",
    r"e^{s_{a,y_a}}": "the weight of the true class, class {y}",
    r"e^{s_{a,b}}": "the weight of class {b}",
    r"e^{s_{a,j}}": "the weight of one class",
    r"Z_a": "the row's total weight",
    r"Z_a^2": "the square of the row's total weight",
    r"\frac{e^{s_{a,y_a}}}{Z_a}": "the share of the true class, class {y}",
    r"\frac{e^{s_{a,b}}}{Z_a}": "the share of class {b}",
    r"\frac{Z_a}{e^{s_{a,y_a}}}": "one over the share of the true class",
    r"\frac{1}{e^{s_{a,y_a}}}": "one over the weight of the true class",
    r"\log \frac{e^{s_{a,y_a}}}{Z_a}": "the logarithm of the true class's share",
    r"-\log \frac{e^{s_{a,y_a}}}{Z_a}": "the loss of this sample, written out",
    r"\frac{\partial}{\partial s_{a,b}} \left( \frac{1}{N} \sum_i L_i + R \right)": "the slope of the whole loss",
    r"\frac{\partial}{\partial s_{a,b}} \left( -\log \frac{e^{s_{a,y_a}}}{Z_a} \right)": "the slope of this sample's loss",
    r"\frac{\partial}{\partial s_{a,b}} \left( \log \frac{e^{s_{a,y_a}}}{Z_a} \right)": (
        "the slope of the logarithm of the true class's share"
    ),
    r"\frac{\partial}{\partial s_{a,b}} \left( \frac{e^{s_{a,y_a}}}{Z_a} \right)": "the slope of the true class's share",
    r"\frac{\partial e^{s_{a,y_a}}}{\partial s_{a,b}}": "the slope of the true class's weight in the score of class {b}",
    r"\frac{\partial e^{s_{a,j}}}{\partial s_{a,b}}": "the slope of one class's weight in the score of class {b}",
    r"\frac{\partial Z_a}{\partial s_{a,b}}": "the slope of the total in the score of class {b}",
    r"\frac{\partial}{\partial s_{a,b}} \sum_j e^{s_{a,j}}": "the slope of the total in the score of class {b}",
    r"\sum_j e^{s_{a,j}}": "the total, opened: the sum of all weights of the row",
    r"\sum_j \frac{\partial e^{s_{a,j}}}{\partial s_{a,b}}": "the sum of the slopes of all weights",
    r"\sum_j e^{s_{a,j}} \delta_{j,b}": "the sum of all weights of which only class {b}'s is left",
    r"\delta_{j,b}": "whether a class is class {b}, as 1 or 0",
    r"\delta_{b,y_a}": "whether class {b} is the true class, as 1 or 0",
    r"p_{a,b}": "the share of class {b}",
    r"p_{a,b} - \delta_{b,y_a}": "the share of class {b} less what it should be",
    r"\delta_{b,y_a} - p_{a,b}": "what the share of class {b} should be less what it is",
    r"\delta_{b,y_a} - \frac{e^{s_{a,b}}}{Z_a}": "what the share of class {b} should be less what it is",
}  # fmt: skip

HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
DISPLAY = re.compile(r"\$\$\s*\\label\{(eq:[\w-]+)\}.*?\$\$", re.DOTALL)
MATH = re.compile(r"\$([^$]+)\$")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
EMPHASIS = re.compile(r"\*([^*]+)\*")
FRACTION = re.compile(r"\\frac(?=\{)")


@dataclass(frozen=True)
class Line:
    """One side of a formula of the page."""

    label: str
    latex: str  # of the whole formula
    side: object  # the tree of this side

    @property
    def span(self) -> tuple[int, int]:
        return self.side.span


def data() -> dict:
    """All that the figure needs to know."""
    from derivations.ledger import DOCS, formulas_of, library
    from derivations.notation import EXAMPLE, notation

    key_of.cache_clear()  # the notation may have changed since the last build
    known = library()
    found = {
        one.formula.labels[0]: one
        for one in formulas_of(DOCS)
        if one.formula.page == PAGE and one.formula.display and one.formula.labels
    }
    lines, steps = walk(known.claims, found, told(DOCS / PAGE))
    names = named()
    return {
        "lines": [shown(line, *changes(lines, steps, at), names) for at, line in enumerate(lines)],
        "steps": [{key: value for key, value in one.items() if not key.startswith("_")} for one in steps],
        "short": [next(at for at, one in enumerate(steps) if one["label"] == label) for label in SHORT],
        "terms": [term(latex, words, notation) for latex, words in NAMES.items()],
        "rules": rules(steps),
        "definitions": definitions(known.definitions),
        "sizes": {key: EXAMPLE["sizes"][key] for key in ("N", "C", "F", "H")},
        "given": {name: plain(EXAMPLE[name]) for name in GIVEN},
        "at": {name: EXAMPLE["indices"][name] for name in "ab"},
    }


# --- the steps ----------------------------------------------------------------------------


def walk(claims: dict, found: dict, story: dict) -> tuple[list[Line], list[dict]]:
    """The lines, and for each step from which line to which it leads, and by what."""
    lines, steps, last = [], [], {}
    mine = [one for one in claims.values() if one.script == SCRIPT]
    labels = [one.label for one in mine]
    for claim in mine[labels.index(FIRST) : labels.index(LAST) + 1]:
        if claim.label not in found or found[claim.label].reading is None:
            raise PluginError(f"{PAGE}: the figure needs the formula {claim.label}, and it cannot be read there.")
        one = found[claim.label]
        sides = one.reading.sides
        if claim.after is None:
            # A quantity of its own: all lines that follow from it say the same again.
            lines.append(Line(claim.label, one.formula.latex, sides[0]))
            last[None] = len(lines) - 1
        for part, side in enumerate(sides[1:]):
            lines.append(Line(claim.label, one.formula.latex, side))
            before = len(lines) - 2 if part else last[claim.after]
            steps.append(
                {
                    "label": claim.label,
                    "place": f"formula:{claim.label}",
                    "before": before,
                    "now": len(lines) - 1,
                    "rules": claim.rules[part].split(", "),
                    "aside": len(sides) > 2,
                    **(story[claim.label] if part == 0 else {"act": story[claim.label]["act"], "says": ""}),
                }
            )
        last[claim.label] = len(lines) - 1
    return lines, steps


def told(path: Path) -> dict[str, dict]:
    """For each formula of the page its section, and the paragraph before it."""
    text = path.read_text(encoding="utf-8")
    story = {}
    for one in DISPLAY.finditer(text):
        before = text[: one.start()]
        heading = HEADING.findall(before)
        paragraph = before.rstrip().rpartition("\n\n")[2]
        says = "" if paragraph.startswith(("$$", "#")) else sentence(paragraph)
        story[one[1]] = {"act": heading[-1] if heading else "", "says": says}
    return story


def sentence(markdown: str) -> str:
    """A paragraph as HTML: its formulas are typeset, and its links are words.

    >>> sentence("A *step* of [it](x.md).")
    'A <em>step</em> of it.'
    """
    pieces = MATH.split(LINK.sub(r"\1", markdown).replace("\n", " "))
    return "".join(
        katex.render(piece) if at % 2 else EMPHASIS.sub(r"<em>\1</em>", html.escape(piece))
        for at, piece in enumerate(pieces)
    )


def rules(steps: list[dict]) -> dict[str, dict]:
    """What each rule says, and where."""
    from derivations.proof.rules import RULES

    used = dict.fromkeys(name for one in steps for name in one["rules"])
    return {name: {"says": RULES[name].statement, "place": f"rule:{RULES[name].slug}"} for name in used}


# --- the formulas -------------------------------------------------------------------------


def shown(line: Line, fresh: list, gone: list, names: dict[str, int]) -> dict:
    """A line as HTML in which each part that has a name, or that changes, has a number."""
    start, end = line.span
    spans = {span for changed in (fresh, gone) for parts in changed.values() for span in parts}
    terms = {}
    for span in candidates(line):
        key = key_of(line.latex[slice(*span)])
        if key in names:
            terms[span] = names[key]
    spans = sorted({*spans, *terms}, key=lambda span: (span[0], -span[1]))
    numbers = {span: at for at, span in enumerate(spans)}
    tex = marked(line.latex, start, end, numbers, terms)
    return {
        "html": katex.render(tex, display=True),
        "tree": nested(line.side),
        "fresh": {step: [numbers[span] for span in parts] for step, parts in fresh.items()},
        "gone": {step: [numbers[span] for span in parts] for step, parts in gone.items()},
    }


def marked(latex: str, start: int, end: int, numbers: dict, terms: dict) -> str:
    """The TeX from start to end with \\htmlData around each of the spans, the inner ones inside the outer."""
    opened, closed = {}, {}
    for span, number in numbers.items():  # from the outside in
        data = f"part={number}" + (f",term={terms[span]}" if span in terms else "")
        opened.setdefault(span[0], []).append(rf"{{\htmlData{{{data}}}{{")
        closed.setdefault(span[1], []).insert(0, "}}")
    # The gradient keeps its colour, though its letters are parts now.
    for found in LOSS.finditer(latex, start, end):
        stop = closing(latex, found.end())
        opened.setdefault(found.start(), []).append(r"{\htmlClass{gradient}{")
        closed.setdefault(stop, []).insert(0, "}}")
    pieces = []
    for at in range(start, end + 1):
        pieces += closed.get(at, []) + opened.get(at, [])
        pieces.append(latex[at] if at < end else "")
    return "".join(pieces)


def changes(lines: list[Line], steps: list[dict], at: int) -> tuple[dict, dict]:
    """By step, what is new in a line, and what of it will be gone in the next."""
    fresh, gone = {}, {}
    for number, step in enumerate(steps):
        if at == step["now"]:
            fresh[number] = different(lines[at], lines[step["before"]])
        if at == step["before"]:
            gone[number] = different(lines[at], lines[step["now"]])
    return fresh, gone


def different(line: Line, other: Line) -> list[tuple[int, int]]:
    """The places of a line that are not as in the other. A fraction that is new above and below is new as a whole."""
    from derivations.proof import tree

    nodes = tree.difference(line.side, other.side)
    if line.side.op == "add" and any(tree.same(term, other.side) for term in line.side.args):
        # All that is left in the other line is one term of this one.
        nodes = [term for term in line.side.args if not tree.same(term, other.side)]
    spans = {trimmed(line.latex, node.span) for node in nodes if node.span}
    for whole, above, below in reversed(fractions(line)):
        new = [part in spans for part in (above, below)]
        if all(new) or (new[1] and line.latex[slice(*above)] in {"1", "-1"}):
            spans -= {above, below}
            spans.add(whole)
    return sorted(one for one in spans if not any(other != one and inside(one, other) for other in spans))


def candidates(line: Line) -> set[tuple[int, int]]:
    """Every part of a line that may have a name."""
    from derivations.proof import tree

    spans = {trimmed(line.latex, node.span) for node in tree.walk(line.side) if node.span}
    spans |= {whole for whole, _, _ in fractions(line)}
    # What has an exponent stays together with it: apart, the two would be set further from each other.
    return {span for span in spans if inside(span, line.span) and line.latex[span[1] : span[1] + 1] != "^"}


def fractions(line: Line) -> list[tuple]:
    """Each fraction of a line, and what stands above and below in it; the inner ones last."""
    latex, found = line.latex, []
    for start in FRACTION.finditer(latex, *line.span):
        middle = closing(latex, start.end())
        end = closing(latex, middle)
        found.append(((start.start(), end), (start.end() + 1, middle - 1), (middle + 1, end - 1)))
    return found


def trimmed(latex: str, span: tuple[int, int]) -> tuple[int, int]:
    """A span without the spaces at its ends."""
    text = latex[slice(*span)]
    return span[0] + len(text) - len(text.lstrip()), span[1] - len(text) + len(text.rstrip())


def inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a span lies within another."""
    return other[0] <= one[0] and one[1] <= other[1]


# --- their parts --------------------------------------------------------------------------


def named() -> dict[str, int]:
    """The number of a named part, by what the checker reads in it."""
    return {key_of(latex): at for at, latex in enumerate(NAMES)}


@cache
def key_of(latex: str) -> str | None:
    """What the checker reads in a part of a formula; nothing if it is no expression by itself."""
    from derivations.notation import notation
    from derivations.proof import tree
    from derivations.proof.read import Refused, read_expression

    try:
        return tree.key(read_expression(latex, notation))
    except Refused:
        return None


def term(latex: str, words: str, notation) -> dict:
    """A part with a name: how it looks, what it is called, and its tree."""
    from derivations.proof import tree
    from derivations.proof.read import read_expression

    node = read_expression(latex, notation)
    free = [one.args for one in tree.free_indices(node) if one.args[0] not in "ab"]
    return {
        "html": katex.render(latex),
        "words": words,
        "tree": nested(node),
        # It has a value for each sample, or for each class.
        "each": [[name, sort, notation.index_sets[sort].size] for name, sort in free],
    }


def definitions(known) -> dict[str, dict]:
    """What each letter of the lines stands for, with the row put into the softmax."""
    result = {}
    for name in ("L", "L_i", "Z", "p", "R"):
        indices, body = known.bodies[name]
        body = known.unfold(body) if body.op == "call" else body
        result[name] = {"indices": [one.args[0] for one in indices], "body": nested(body)}
    return result


def nested(node) -> list:
    """A tree as JSON: the operation, then its arguments."""
    from derivations.notation import notation

    if node.op == "num":
        value = node.args[0]
        return ["num", int(value) if value.denominator == 1 else str(value)]
    if node.op == "index":
        return ["index", node.args[0]]
    if node.op == "sum":
        body, over, domain = node.args
        if domain is not None:
            raise PluginError(f"{PAGE}: the figure cannot work out a sum over a part of an index set: {node}")
        return ["sum", nested(body), over.args[0], notation.index_sets[over.args[1]].size]
    return [node.op, *(one if isinstance(one, str) else nested(one) for one in node.args)]


def plain(numbers):
    """Exact numbers as those that a computer has.

    >>> from fractions import Fraction
    >>> plain(((Fraction(1, 2), 3),))
    [[0.5, 3]]
    """
    if isinstance(numbers, tuple):
        return [plain(one) for one in numbers]
    return float(numbers) if not float(numbers).is_integer() else int(numbers)
