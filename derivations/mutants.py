"""Change every statement as a slip of the pen would, one change at a time: none may be confirmed.

A slip is made in the LaTeX of a page, and the page is then judged as always, from the text to the verdict.
A changed formula that is confirmed has survived, and the checker has a hole.
Only a change that leaves the very same formula, such as two terms that trade places, may be confirmed;
each of these is listed with the proof that it is one: the key that both formulas share.
The scripts are changed too: a step that names another rule, or another line before it, is not confirmed.
What a sentence only names, such as a letter, is changed as well; it has no verdict, but the ledger refuses the page.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import sympy
from lark import Token, Tree

from derivations import ledger
from derivations.ledger import Found
from derivations.notation import notation
from derivations.proof import pages, tree
from derivations.proof.derivation import Claim, load
from derivations.proof.judge import Library, Statement, _Judge, judge
from derivations.proof.pages import Formula
from derivations.proof.read import RELATIONS, Reading, _parser
from derivations.proof.rules import RULES

SEED = "one over n"
CHANGED_PAGES = 20  # changed formulas that are judged once more with all of their page around them

# --- a formula under the pen --------------------------------------------------------------

_TOKEN = re.compile(
    r"\\(?:text|begin|end|operatorname\*?|mathbb|mathbf|hat|bar)\s*\{[^{}]*\}"  # a command and its word
    r"|\\(?:left|right)\s*(?:\\.|.)|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S",
    re.DOTALL,
)
_SUM_LIKE = {"add", "sub", "neg", "hadamard"}
_PREFIXED = {"sum", "log", "max", "argmax", "derivative"}
_TIGHT = {"number", "indexed", "group", "call", "norm", "ones", "apply", "sqrt", "larger"}

Span = tuple[int, int]


class Pen:
    """One formula, its tokens and its parts, and ways to write it again with a change."""

    def __init__(self, formula: Formula) -> None:
        self.latex = formula.latex
        # the reader's own grammar says which part of the text is what; positions are those of the page
        self.parsed = _parser().parse(formula.chain)
        self.parts = list(_walk(self.parsed, ()))
        self.tokens = [m.span() for m in _TOKEN.finditer(formula.latex)]

    def of(self, *kinds: str) -> Iterator[Tree]:
        """The parts of these kinds."""
        return (part for part, _ in self.parts if isinstance(part, Tree) and part.data in kinds)

    def letters(self) -> Iterator[tuple[Token, tuple[Tree, ...]]]:
        """Every letter, with the parts around it from the inside out."""
        names = {"LETTER", "GREEK", "HAT", "BAR", "DELTA"}
        return ((part, around) for part, around in self.parts if isinstance(part, Token) and part.type in names)

    def text(self, part) -> str:
        start, end = span(part)
        return self.latex[start:end]

    def write(self, *changes: tuple[object, str]) -> str:
        """The formula with each part replaced by a new text."""
        new = self.latex
        for part, text in sorted(changes, key=lambda change: span(change[0]), reverse=True):
            start, end = span(part)
            new = f"{new[:start]} {text} {new[end:]}"
        return new

    def exchange(self, one, other) -> str:
        return self.write((one, self.text(other)), (other, self.text(one)))

    def factor(self, part) -> str:
        """The part as it may stand in a product."""
        text = self.text(part)
        return rf"\left( {text} \right)" if part.data in _SUM_LIKE | _PREFIXED else text

    def base(self, part) -> str:
        """The part as it may carry an exponent."""
        return self.text(part) if part.data in _TIGHT else rf"\left( {self.text(part)} \right)"

    def quantities(self) -> Iterator[Tree]:
        """Every part that has a value, from sums down to letters and numbers; no index, no set."""
        for side in self.sides():
            if side.data not in {"integers", "letters", *_REALS}:
                yield from _quantities(side)

    def sides(self) -> list[Tree]:
        return [child for chain in self.of("chain") for child in chain.children if child.data != "relation"]

    def openings(self) -> Iterator[Tree]:
        """Every part that may begin with a minus: a side, what is in brackets, above a line, in an exponent."""
        for part, around in self.parts:
            if isinstance(part, Tree) and around and part in _openings(around[0]):
                yield part


_REALS = {"reals", "reals_shape", "reals_bound", "unit_interval"}


def span(part) -> Span:
    """Where a part stands in the formula."""
    if isinstance(part, tuple):
        return part
    if isinstance(part, Token):
        return part.start_pos, part.end_pos
    return part.meta.start_pos, part.meta.end_pos


def _walk(part, around: tuple[Tree, ...]) -> Iterator[tuple[Tree | Token, tuple[Tree, ...]]]:
    yield part, around
    if isinstance(part, Tree):
        for child in part.children:
            yield from _walk(child, (part, *around))


def _trees(part: Tree) -> list[Tree]:
    return [child for child in part.children if isinstance(child, Tree)]


def _held(part: Tree) -> list[Tree]:
    """The parts of a part that have values of their own."""
    inner = _trees(part)
    if part.data in {"sum", "max", "argmax", "derivative", "log", "exp"}:
        return inner[-1:]
    if part.data in {"partial", "second_partial", "call", "where", "case"}:
        return inner[:1]
    if part.data == "apply":
        return [child for child in inner if child.data != "subs"]
    if part.data == "power":
        return [*(_held(inner[0]) if inner[0].data in {"group", "norm"} else []), *inner[1:]]
    if part.data in {"indexed", "number", "short_number", "top", "ones", "indicator", "integers", "letters", *_REALS}:
        return []
    return inner


def _quantities(part: Tree) -> Iterator[Tree]:
    if part.data not in {"cases", "case", "tuple", "short_number", "top"}:
        yield part
    for inner in _held(part):
        yield from _quantities(inner)


def _openings(part: Tree) -> list[Tree]:
    held = {"chain", "group", "fraction", "exp", "exp_of", "sum", "tuple", "where", "norm", "case", "sqrt", "larger"}
    if part.data in held:
        return [inner for inner in _held(part) if inner.data not in {"relation", "integers", "letters", *_REALS}]
    return []


def _factors(pen: Pen) -> Iterator[Tree]:
    """Every quantity that is no sum and no product: what is dropped or doubled as one piece."""
    return (part for part in pen.quantities() if part.data not in _SUM_LIKE | {"product", "group"})


def _sort(name: str) -> str | None:
    return notation.sort_of_index(name)


def _others(name: str, sort: str) -> list[str]:
    return [other for other in notation.index_sets[sort].letters if other != name]


def _labels(sort: str, pen: Pen) -> list[str]:
    """Letters whose value is an index of this sort, written with an index that the formula uses."""
    written = []
    for letter in notation.letters.values():
        if letter.values == sort:
            (axis,) = letter.axes
            used = sorted({str(t) for t, _ in pen.letters() if _sort(t) == axis})
            used = used or notation.index_sets[axis].letters[:1]
            written += [f"{letter.latex}_{index}" for index in used]
    return written


# --- the kinds of slips -------------------------------------------------------------------

Slips = Callable[[Pen], Iterator[str]]
KINDS: dict[str, Slips] = {}


def slip(name: str) -> Callable[[Slips], Slips]:
    """Register a function as a kind of slip: it yields the formula with each such slip in turn."""

    def register(function: Slips) -> Slips:
        KINDS[name] = function
        return function

    return register


# signs and terms


@slip("sign flipped")
def sign_flipped(pen: Pen) -> Iterator[str]:
    for start, end in pen.tokens:
        if pen.latex[start:end] in "+-":
            yield pen.write(((start, end), "-" if pen.latex[start] == "+" else "+"))


@slip("minus dropped")
def minus_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("neg"):
        yield pen.write(((span(part)[0], span(part.children[-1])[0]), ""))


@slip("minus added")
def minus_added(pen: Pen) -> Iterator[str]:
    for part in pen.openings():
        if not pen.text(part).lstrip().startswith("-"):
            yield pen.write(((span(part)[0],) * 2, "-"))


@slip("term dropped")
def term_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("add", "sub"):
        left, right = part.children
        yield pen.write(((span(left)[1], span(right)[1]), ""))
        if left.data not in {"add", "sub"}:
            yield pen.write(((span(left)[0], span(right)[0]), "-" if part.data == "sub" else ""))


@slip("term doubled")
def term_doubled(pen: Pen) -> Iterator[str]:
    for part in pen.of("add", "sub"):
        left, right = part.children
        again = pen.latex[span(left)[1] : span(right)[1]]
        yield pen.write(((span(right)[1],) * 2, again))
        if left.data not in {"add", "sub"}:
            yield pen.write(((span(left)[1],) * 2, f"+ {pen.factor(left)}"))


@slip("difference turned over")
def difference_turned_over(pen: Pen) -> Iterator[str]:
    return (pen.exchange(*part.children) for part in pen.of("sub"))


@slip("terms exchanged")
def terms_exchanged(pen: Pen) -> Iterator[str]:
    return (pen.exchange(*part.children) for part in pen.of("add"))


# factors and fractions


@slip("factor dropped")
def factor_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("product"):
        left, right = _trees(part)
        yield pen.write(((span(left)[1], span(right)[1]), ""))
        if left.data != "product":
            yield pen.write(((span(left)[0], span(right)[0]), ""))
    for part in _factors(pen):
        if pen.text(part) != "1":
            yield pen.write((part, "1"))


@slip("factor doubled")
def factor_doubled(pen: Pen) -> Iterator[str]:
    for part in _factors(pen):
        if pen.text(part) != "1":
            yield pen.write((part, rf"\left( {pen.factor(part)} \cdot {pen.factor(part)} \right)"))


@slip("factor two added")
def factor_two_added(pen: Pen) -> Iterator[str]:
    return (pen.write((part, rf"\left( 2 \cdot {pen.factor(part)} \right)")) for part in _factors(pen))


@slip("factors exchanged")
def factors_exchanged(pen: Pen) -> Iterator[str]:
    for part in pen.of("product"):
        left, right = _trees(part)
        last = _trees(left)[-1] if left.data == "product" else left
        yield pen.write((last, pen.factor(right)), (right, pen.text(last)))


@slip("fraction turned over")
def fraction_turned_over(pen: Pen) -> Iterator[str]:
    for part in pen.of("fraction", "partial"):
        yield pen.exchange(*_trees(part))


@slip("fraction's line dropped")
def fraction_line_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("fraction"):
        above, below = _trees(part)
        yield pen.write((part, rf"\left( {pen.text(above)} \right)"))
        yield pen.write((part, rf"\left( {pen.text(below)} \right)"))
        yield pen.write((part, rf"\left( {pen.text(above)} \right) \left( {pen.text(below)} \right)"))


@slip("brace moved in")
def brace_moved_in(pen: Pen) -> Iterator[str]:
    """What stands in a bracket, an exponent or above a line ends one term too early."""
    for part in pen.of("group", "exp", "fraction"):
        inner = part.children[-1] if part.data == "exp" else _trees(part)[0]
        if isinstance(inner, Tree) and inner.data in {"add", "sub"}:
            left, right = inner.children
            cut = (span(left)[1], span(right)[1])
            yield pen.write((cut, ""), ((span(part)[1],) * 2, pen.text(cut)))


@slip("brace moved out")
def brace_moved_out(pen: Pen) -> Iterator[str]:
    """What stands in an exponent, above or below a line ends one factor too late."""
    for part in pen.of("product"):
        left, right = _trees(part)
        last = _trees(left)[-1] if left.data == "product" else left
        if last.data in {"exp", "fraction"}:
            inner = [last.children[-1]] if last.data == "exp" else _trees(last)
            for one in inner:
                yield pen.write(((span(one)[1],) * 2, pen.factor(right)), (right, ""))


@slip("brackets lost")
def brackets_lost(pen: Pen) -> Iterator[str]:
    return (pen.write((part, pen.text(_trees(part)[0]))) for part in pen.of("group", "norm"))


@slip("braces for brackets")
def braces_for_brackets(pen: Pen) -> Iterator[str]:
    """TeX shows no braces, so the formula looks as if the brackets were lost."""
    return (pen.write((part, f"{{{pen.text(_trees(part)[0])}}}")) for part in pen.of("group", "norm"))


# indices and sizes


def _subscripts(pen: Pen) -> Iterator[tuple[Tree | Token, Tree, bool]]:
    """Every index: the part, the indices it is one of, and whether it is in a derivative's variable."""
    for part, around in pen.parts:
        if around and around[0].data == "subs":
            steps = pairwise(around)
            below = any(up.data == "operator" or (up.data == "partial" and up.children[-1] is one) for one, up in steps)
            yield part, around[0], below


def _in_braces(part: Tree | Token, text: str) -> str:
    return f"{{{text}}}" if isinstance(part, Token) else text


def _renamed(pen: Pen, part: Tree | Token) -> Iterator[str]:
    """The formula with an index replaced by every other of its sort."""
    text = pen.text(part).strip()
    labels = (letter for letter in notation.letters.values() if letter.values in notation.index_sets)
    sort = _sort(text) or next((label.values for label in labels if text.startswith(f"{label.latex}_")), None)
    if sort is None:
        return
    for other in [*notation.index_sets[sort].letters, *_labels(sort, pen)]:
        if other != text:
            yield pen.write((part, _in_braces(part, other)))


@slip("index renamed")
def index_renamed(pen: Pen) -> Iterator[str]:
    for part, _, below in _subscripts(pen):
        if not below:
            yield from _renamed(pen, part)
    for part in pen.of("condition"):
        for one in (part.children[0], part.children[2]):
            yield from _renamed(pen, one)
    for part in pen.of("over_except"):
        yield from _renamed(pen, part.children[-1])


@slip("derivative's index renamed")
def derivative_index_renamed(pen: Pen) -> Iterator[str]:
    for part, _, below in _subscripts(pen):
        if below:
            yield from _renamed(pen, part)


@slip("index of another sort")
def index_of_another_sort(pen: Pen) -> Iterator[str]:
    """A sample for a class, and for any other index too."""
    for letter, _ in pen.letters():
        if _sort(letter):
            other = next(name for name in ("sample", "class") if name != _sort(letter))
            yield pen.write((letter, notation.index_sets[other].letters[0]))


@slip("index for a number")
def index_for_a_number(pen: Pen) -> Iterator[str]:
    for part, _, _ in _subscripts(pen):
        for number in "01":
            if pen.text(part) != number:
                yield pen.write((part, number))


@slip("indices exchanged")
def indices_exchanged(pen: Pen) -> Iterator[str]:
    for part in pen.of("subs"):
        places = part.children
        for place, one in enumerate(places):
            for other in places[:place]:
                yield pen.exchange(other, one)


@slip("index dropped")
def index_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("subs"):
        for place in range(len(part.children)):
            kept = [pen.text(child) for number, child in enumerate(part.children) if number != place]
            yield pen.write((part, f"_{{{','.join(kept)}}}" if kept else ""))


@slip("index added")
def index_added(pen: Pen) -> Iterator[str]:
    for part in pen.of("indexed"):
        names = {str(t) for t, around in pen.letters() if _sort(t)} or {"i", "j"}
        inside = _trees(part)
        kept = [pen.text(child) for child in inside[0].children] if inside else []
        for name in sorted(names):
            yield pen.write((part, f"{part.children[0]}_{{{','.join([*kept, name])}}}"))


@slip("label's index renamed")
def label_index_renamed(pen: Pen) -> Iterator[str]:
    for letter, around in pen.letters():
        inside_label = len(around) > 1 and around[0].data == "subs" and around[1].data == "subscript"
        if inside_label and _sort(letter):
            for other in _others(letter, _sort(letter)):
                yield pen.write((letter, other))


@slip("size exchanged")
def size_exchanged(pen: Pen) -> Iterator[str]:
    for letter, _ in pen.letters():
        if letter in notation.sizes:
            for other in notation.sizes:
                if other != letter:
                    yield pen.write((letter, other))


# sums, ranges, sets


@slip("bound index renamed")
def bound_index_renamed(pen: Pen) -> Iterator[str]:
    for part in pen.of("index"):
        name = pen.text(part)
        for other in _others(name, _sort(name)):
            yield pen.write((part, other))


@slip("bound index renamed throughout")
def bound_index_renamed_throughout(pen: Pen) -> Iterator[str]:
    for part in pen.of("sum", "max", "argmax"):
        inside = [p for p, _ in _walk(part, ()) if isinstance(p, Token) and p.type == "LETTER"]
        bound = next(pen.text(p) for p, _ in _walk(part, ()) if isinstance(p, Tree) and p.data == "index")
        for other in _others(bound, _sort(bound)):
            yield pen.write(*((p, other) for p in inside if p == bound))


@slip("sum dropped")
def sum_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("sum", "max", "argmax"):
        yield pen.write(((span(part)[0], span(_trees(part)[-1])[0]), ""))


@slip("sum added")
def sum_added(pen: Pen) -> Iterator[str]:
    for part in pen.openings():
        used = {str(t) for t, _ in _walk(part, ()) if isinstance(t, Token) and t.type == "LETTER"}
        for name in sorted(n for n in used if _sort(n)):
            yield pen.write((part, rf"\sum_{name} \left( {pen.text(part)} \right)"))


@slip("range off by one")
def range_off_by_one(pen: Pen) -> Iterator[str]:
    for part in pen.of("over_all", "over_except"):
        name = pen.text(_trees(part)[0])
        size = notation.index_sets[_sort(name)].size
        for low, high in ((1, f"{size}-1"), (0, size), (1, size), (0, f"{size}-2")):
            yield pen.write((part, f"_{{{name}={low}}}^{{{high}}}"))
    for part in pen.of("integers"):
        for end in _trees(part):
            for change in ("+1", "-1"):
                yield pen.write((end, f"{pen.text(end)}{change}"))


@slip("range written out")
def range_written_out(pen: Pen) -> Iterator[str]:
    for part in pen.of("over_all", "over_except"):
        name = pen.text(_trees(part)[0])
        yield pen.write((part, f"_{{{name}=0}}^{{{notation.index_sets[_sort(name)].size}-1}}"))


@slip("left-out index changed")
def left_out_index_changed(pen: Pen) -> Iterator[str]:
    for part in pen.of("over_except"):
        yield pen.write((part, f"_{pen.text(_trees(part)[0])}"))
    for part in pen.of("over_all"):
        name = pen.text(_trees(part)[0])
        for other in [*_others(name, _sort(name)), *_labels(_sort(name), pen)]:
            yield pen.write((part, rf"_{{{name} \neq {other}}}"))


@slip("set changed")
def set_changed(pen: Pen) -> Iterator[str]:
    for part in pen.of(*_REALS):
        sizes = _trees(part)
        if len(sizes) > 1:
            yield pen.exchange(*sizes[:2])
            yield pen.write(*((size, f"{pen.text(size)} + 1") for size in sizes[:1]))
        yield from (pen.write((part, rf"\mathbb{{R}}^{{{pen.text(size)}}}")) for size in sizes[: len(sizes) - 1 or 0])
        yield from (pen.write((part, other)) for other in _SETS if other != pen.text(part))
    yield from (pen.write((part, other)) for part in pen.of("integers") for other in _SETS)


_SETS = (r"\mathbb{R}", r"\mathbb{R}_{> 0}", r"\mathbb{R}_{\ge 0}", r"\mathbb{R}^{N}", r"\mathbb{R}^{C}",
         r"\mathbb{R}^{P}", r"\mathbb{R}_{> 0}^{C}", r"\mathbb{R}_{\ge 0}^{N}", r"[0, 1)",
         r"\mathbb{R}^{N \times C}", r"\{0, \dots, N-1\}", r"\{0, \dots, C-1\}")  # fmt: skip


@slip("entries exchanged")
def entries_exchanged(pen: Pen) -> Iterator[str]:
    for part in pen.of("tuple", "letters"):
        entries = _trees(part)
        for one, other in pairwise(entries):
            yield pen.exchange(one, other)
            yield pen.write(((span(one)[0], span(other)[0]), ""))


# powers, logarithms, functions


@slip("exponent lost")
def exponent_lost(pen: Pen) -> Iterator[str]:
    for part in pen.of("power"):
        yield pen.write((part, pen.text(part.children[0])))
    for part in pen.of("exp"):
        exponent = part.children[-1]
        yield pen.write((part, rf"\left( {pen.text(exponent)} \right)"))
        yield pen.write((part, "e"))


@slip("exponent changed")
def exponent_changed(pen: Pen) -> Iterator[str]:
    for part in pen.of("exp", "power"):
        exponent = part.children[-1]
        if isinstance(exponent, Token) or exponent.data != "top":
            text = pen.text(exponent)
            if isinstance(exponent, Tree) and exponent.data in _SUM_LIKE:
                text = rf"\left( {text} \right)"
            braced = pen.latex[: span(exponent)[0]].rstrip().endswith("{")
            for new in (f"-{text}", rf"2 \cdot {text}", f"{text} + 1", "0"):
                yield pen.write((exponent, new if braced else f"{{{new}}}"))


@slip("square added")
def square_added(pen: Pen) -> Iterator[str]:
    single = (part for part in _factors(pen) if part.data != "power" and pen.text(part) != "1")
    return (pen.write((part, f"{pen.base(part)}^2")) for part in single)


@slip("exponential added")
def exponential_added(pen: Pen) -> Iterator[str]:
    return (pen.write((part, f"e^{{{pen.text(part)}}}")) for part in _factors(pen))


@slip("logarithm lost")
def logarithm_lost(pen: Pen) -> Iterator[str]:
    return (pen.write((part, pen.text(_trees(part)[-1]))) for part in pen.of("log"))


@slip("logarithm added")
def logarithm_added(pen: Pen) -> Iterator[str]:
    for part in _factors(pen):
        yield pen.write((part, rf"\left( \log \left( {pen.text(part)} \right) \right)"))


@slip("function exchanged")
def function_exchanged(pen: Pen) -> Iterator[str]:
    names = (r"\operatorname{softmax}", r"\operatorname{LSE}", r"\operatorname{diag}")
    for part in pen.of("call"):
        for other in (*names, r"\log", r"\exp", ""):
            if other != part.children[0]:
                yield pen.write((part.children[0], other))
    for part in pen.of("sum", "max", "argmax"):
        name = _TOKEN.match(pen.latex, span(part)[0]).span()
        for other in (r"\sum", r"\max", r"\operatorname*{argmax}", r"\prod", r"\min"):
            if other != pen.text(name):
                yield pen.write((name, other))
    for part in pen.of("log"):
        yield pen.write(((span(part)[0], span(_trees(part)[-1])[0]), r"\exp"))


@slip("root lost")
def root_lost(pen: Pen) -> Iterator[str]:
    return (pen.write((part, rf"\left( {pen.text(_trees(part)[0])} \right)")) for part in pen.of("sqrt"))


@slip("root added")
def root_added(pen: Pen) -> Iterator[str]:
    single = (part for part in _factors(pen) if pen.text(part) not in {"0", "1"})
    return (pen.write((part, rf"\sqrt{{{pen.text(part)}}}")) for part in single)


@slip("one of two taken for the larger")
def one_of_two_taken(pen: Pen) -> Iterator[str]:
    for part in pen.of("larger"):
        yield from (pen.write((part, rf"\left( {pen.text(one)} \right)")) for one in _trees(part))


@slip("transpose lost or added")
def transpose_lost_or_added(pen: Pen) -> Iterator[str]:
    for part in pen.of("top"):
        yield pen.write(((span(part)[0] - 1, span(part)[1]), ""))
    for part in _factors(pen):
        if part.data in {"indexed", "call", "ones"}:
            yield pen.write((part, rf"{pen.text(part)}^\top"))


# derivatives, deltas, cases


@slip("derivative dropped")
def derivative_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("partial", "derivative"):
        held = _held(part)[0]
        yield pen.write((part, pen.text(held)))


@slip("derivative added")
def derivative_added(pen: Pen) -> Iterator[str]:
    variables = {pen.text(_trees(part)[-1]) for part in pen.of("partial")}
    variables |= {pen.text(_trees(part)[0]) for part in pen.of("operator")}
    for part in _factors(pen):
        for variable in sorted(variables):
            yield pen.write((part, rf"\frac{{\partial {pen.base(part)}}}{{\partial {variable}}}"))


@slip("delta dropped")
def delta_dropped(pen: Pen) -> Iterator[str]:
    for letter, around in pen.letters():
        if letter.type == "DELTA":
            part = around[0]
            for other in ("", "0", rf"\left( 1 - {pen.text(part)} \right)"):
                yield pen.write((part, other))


@slip("condition flipped")
def condition_flipped(pen: Pen) -> Iterator[str]:
    for part in pen.of("condition"):
        relation = pen.text(part.children[1])
        yield pen.write((part.children[1], "=" if relation != "=" else r"\neq"))


@slip("cases exchanged")
def cases_exchanged(pen: Pen) -> Iterator[str]:
    for part in pen.of("cases"):
        one, other = [case for case in part.children if isinstance(case, Tree)][:2]
        yield pen.exchange(one.children[0], other.children[0])
        yield pen.exchange(one.children[-1], other.children[-1])
        yield pen.exchange(one, other)


@slip("case dropped")
def case_dropped(pen: Pen) -> Iterator[str]:
    for part in pen.of("cases"):
        cases = [case for case in part.children if isinstance(case, Tree)]
        yield pen.write(((span(cases[0])[0], span(cases[1])[0]), ""))
        yield pen.write(((span(cases[0])[1], span(cases[1])[1]), ""))
        for case in cases:
            yield pen.write(((span(case.children[-1])[0] - len(r"\text{if } "), span(case)[1]), r"\text{otherwise}"))


@slip("bar lost")
def bar_lost(pen: Pen) -> Iterator[str]:
    return (pen.write((part, pen.text(_trees(part)[0]))) for part in pen.of("where"))


# relations


@slip("relation changed")
def relation_changed(pen: Pen) -> Iterator[str]:
    for part in pen.of("relation"):
        for other in RELATIONS:
            if RELATIONS[other] != RELATIONS[pen.text(part)]:
                yield pen.write((part, other))


@slip("sides exchanged")
def sides_exchanged(pen: Pen) -> Iterator[str]:
    for row in _rows(pen):
        yield from (pen.exchange(one, other) for one, other in pairwise(row))


@slip("line dropped")
def line_dropped(pen: Pen) -> Iterator[str]:
    for row in _rows(pen):
        for one, other in pairwise(row):
            yield pen.write(((span(one)[1], span(other)[1]), ""))
            yield pen.write(((span(one)[0], span(other)[0]), ""))


def _rows(pen: Pen) -> Iterator[list[Tree]]:
    """The sides of each chain, and the chains themselves where there are two."""
    for chain in pen.of("chain"):
        yield [child for child in _trees(chain) if child.data != "relation"]
    yield list(pen.of("chain"))


# letters and numbers, whatever they mean


@slip("letter exchanged")
def letter_exchanged(pen: Pen) -> Iterator[str]:
    """Every letter for every other of the same shape."""
    for part in pen.of("indexed", "subscript"):
        name, *rest = part.children
        if not isinstance(name, Token) or _sort(name) or name.type in {"DELTA", "NUMBER"}:
            continue
        known = [entry for entry in notation.letters.values() if entry.latex == name]
        axes = {entry.axes for entry in known} or {()}
        axes = {a for a in axes if bool(a) == bool(rest)} or axes
        same = [entry.latex for entry in notation.letters.values() if entry.axes in axes]
        for other in dict.fromkeys([*same, *(notation.sizes if () in axes else ())]):
            if other != name and not (name in notation.sizes and other in notation.sizes):
                yield pen.write((name, other))


@slip("capital for small")
def capital_for_small(pen: Pen) -> Iterator[str]:
    for letter, _ in pen.letters():
        if letter.type == "LETTER":
            yield pen.write((letter, str(letter).swapcase()))


@slip("bar lost or added")
def bar_lost_or_added(pen: Pen) -> Iterator[str]:
    """One run of training taken for the other."""
    for letter, _ in pen.letters():
        if letter.type == "BAR":
            yield pen.write((letter, letter[len(r"\bar{") : -1]))
        elif letter.type in {"LETTER", "GREEK"}:
            yield pen.write((letter, rf"\bar{{{letter}}}"))


@slip("step moved")
def step_moved(pen: Pen) -> Iterator[str]:
    """The step after for the step, and the other way round."""
    for part, around in pen.parts:
        if isinstance(part, Tree) and part.data == "shifted":
            for other in ("t", "t+2", "t-1"):
                yield pen.write((part, other))
        elif isinstance(part, Token) and part == "t" and around[0].data in {"subs", "subscript", "indexed"}:
            for other in ("t+1", "t-1"):
                yield pen.write((part, _in_braces(part, other) if around[0].data == "subs" else other))


@slip("hat lost or added")
def hat_lost_or_added(pen: Pen) -> Iterator[str]:
    for letter, _ in pen.letters():
        if letter.type == "HAT":
            yield pen.write((letter, letter[len(r"\hat{") : -1]))
        elif letter.type == "LETTER":
            yield pen.write((letter, rf"\hat{{{letter}}}"))


@slip("digit changed")
def digit_changed(pen: Pen) -> Iterator[str]:
    for place, digit in enumerate(pen.latex):
        if digit.isdigit():
            for other in "0123456789":
                if other != digit:
                    yield pen.latex[:place] + other + pen.latex[place + 1 :]


@slip("digit dropped or added")
def digit_dropped_or_added(pen: Pen) -> Iterator[str]:
    for place, digit in enumerate(pen.latex):
        if digit.isdigit():
            yield pen.latex[:place] + pen.latex[place + 1 :]
            yield pen.latex[:place] + digit + pen.latex[place:]
            yield pen.latex[: place + 1] + "0" + pen.latex[place + 1 :]


@slip("decimal point moved")
def decimal_point_moved(pen: Pen) -> Iterator[str]:
    for match in re.finditer(r"[0-9]+\.[0-9]+", pen.latex):
        whole, part = match.group().split(".")
        for new in (whole + part, f"{whole}{part[0]}.{part[1:] or 0}", f"{whole[:-1] or 0}.{whole[-1]}{part}"):
            yield pen.latex[: match.start()] + new + pen.latex[match.end() :]


# strokes of the pen that know nothing of mathematics


@slip("symbol dropped")
def symbol_dropped(pen: Pen) -> Iterator[str]:
    return (pen.write((token, "")) for token in pen.tokens)


@slip("symbol doubled")
def symbol_doubled(pen: Pen) -> Iterator[str]:
    return (pen.write(((end, end), pen.latex[start:end])) for start, end in pen.tokens)


@slip("neighbours exchanged")
def neighbours_exchanged(pen: Pen) -> Iterator[str]:
    return (pen.exchange(one, other) for one, other in zip(pen.tokens, pen.tokens[1:], strict=False))


@slip("braces dropped")
def braces_dropped(pen: Pen) -> Iterator[str]:
    opened: list[Span] = []
    for token in pen.tokens:
        if pen.text(token) == "{":
            opened.append(token)
        elif pen.text(token) == "}" and opened:
            yield pen.write((opened.pop(), ""), (token, ""))


_HIDDEN = (
    "{{ number euler }}", "{{ + 1 }}", "`+ 1`", "<!-- + 1 -->", "% + 1",
    r"\phantom{+ 1}", r"\text{ + 1}", r"\mathrm{d}", r"\tag{1}", r"\quad + 1",
    r"\label{eq:other}", r"\htmlClass{x}{+ 1}", "!", "'", ", .",
)  # fmt: skip


@slip("something else written in")
def something_else_written_in(pen: Pen) -> Iterator[str]:
    """What the site's other machinery, or TeX, would read in its own way."""
    start, end = span(pen.sides()[-1])
    for other in _HIDDEN:
        yield pen.write(((start, start), other))
        yield pen.write(((end, end), other))


# --- one slip, one mutant -----------------------------------------------------------------

LABEL_KINDS = ("label dropped", "label misspelled", "label exchanged")


@dataclass(frozen=True)
class Mutant:
    """A formula of a page as one slip leaves it."""

    kind: str
    original: Found
    latex: str
    labels: tuple[str, ...]

    @property
    def where(self) -> str:
        formula = self.original.formula
        return f"{formula.page}:{formula.line}  {' '.join(formula.labels) or 'inline'}"

    @property
    def text(self) -> str:
        """What stands on the page."""
        if not self.original.formula.display:
            return f"${self.latex.strip()}$"
        return "\n".join(["$$", *(rf"\label{{{label}}}" for label in self.labels), self.latex, "$$"])

    def found(self) -> list[Found]:
        """The formulas that the checker finds in the text."""
        page = self.original.formula.page
        return [ledger.Found(one) for one in pages.formulas(page, self.text)]

    def describe(self) -> str:
        lines = [f"as it stands  {_flat(self.original.formula.latex)}", f"as changed    {_flat(self.latex)}"]
        if self.labels != self.original.formula.labels:
            lines.append(f"its label     {' '.join(self.labels) or 'none'}")
        return "\n    ".join(lines)


def mutants(formulas: Iterable[Found]) -> list[Mutant]:
    """Every slip in every formula; two slips that leave the same text at one place are one mutant."""
    formulas = list(formulas)
    every: dict[tuple, Mutant] = {}
    for place, one in enumerate(formulas):
        formula, pen = one.formula, Pen(one.formula)
        made = [(kind, latex, formula.labels) for kind, slips in KINDS.items() for latex in slips(pen)]
        for kind, latex, labels in [*made, *_label_slips(one, formulas)]:
            letters = "".join(latex.split())
            if (letters, labels) != ("".join(formula.latex.split()), formula.labels):
                every.setdefault((place, letters, labels), Mutant(kind, one, latex, labels))
    return list(every.values())


def _label_slips(one: Found, formulas: list[Found]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    formula = one.formula
    if formula.display:
        yield "label dropped", formula.latex, ()
        yield "label misspelled", formula.latex, tuple(f"{label}s" for label in formula.labels)
        for other in formulas:
            if other.formula.display and other.formula.page == formula.page and other.formula.labels != formula.labels:
                yield "label exchanged", formula.latex, other.formula.labels


def _flat(latex: str) -> str:
    return " ".join(latex.split())


# --- judging ------------------------------------------------------------------------------


def guarded(verdict: Callable[[object], str]) -> Callable[[object], str]:
    """The same verdict; where the checker breaks down it says so, for then nothing has been decided."""

    def careful(slip) -> str:
        try:
            return verdict(slip)
        except Exception as error:
            return f"broke down: {type(error).__name__}: {error}"

    return careful


class Bench:
    """The pages and scripts as they are, against which each mutant is judged."""

    def __init__(self, docs: Path = ledger.DOCS) -> None:
        self.docs = docs
        self.derivations = load(ledger.SCRIPTS)
        self.library, self.claims = ledger._library(self.derivations)
        self.found = [one for one in ledger.formulas_of(docs) if one.reading is not None]
        self.statements = [one for one in self.found if one.reading.relations]
        self.names = [one for one in self.found if not one.reading.relations]
        self._known: dict[tuple, str] = {}

    def verdict(self, mutant: Mutant) -> str:
        """What the checker says of it: confirmed, refuted, inconclusive, or refused."""
        found = mutant.found()
        if len(found) != 1 or any(ledger._problem(one, found) for one in found):
            return "refused"
        (one,) = found
        if not one.reading.relations:
            return "refused" if self._out_of_place(one, mutant.original) else "confirmed"
        claim = ledger._claim_for(one, self.library, set())
        if "~" in one.reading.relations or (claim is not None and claim.written is not None):
            return worst(ledger._judged(one, claim, self.library))  # here the very digits count
        if one.formula.labels == mutant.original.formula.labels and same_formula(one, mutant.original):
            return "confirmed"  # as the original is: the derivation holds it to be the same
        name = (mutant.where, one.formula.labels, shared_key(one.reading))
        if name not in self._known:
            self._known[name] = worst(ledger._judged(one, claim, self.library))
        return self._known[name]

    def _out_of_place(self, one: Found, original: Found) -> list[ledger.Problem]:
        """Why the page cannot name this where it named or stated something else."""
        found = [one if other is original else other for other in self.found]
        claims = [claim for claim in self.library.inline if ledger._same_reading(claim.reading, original.reading)]
        return ledger._mentions(found, self.derivations, ()) + ledger._without_formula(claims, [one], set(), ())


def worst(statements: Iterable[Statement]) -> str:
    """The verdict of a formula: confirmed only if there is a relation and each is confirmed."""
    verdicts = {statement.verdict for statement in statements}
    return next((v for v in ("refuted", "inconclusive") if v in verdicts), "confirmed" if verdicts else "inconclusive")


def shared_key(reading: Reading) -> str:
    """A text that two readings share exactly when they are the same formula."""
    words = [tree.key(reading.sides[0])]
    for relation, side in zip(reading.relations, reading.sides[1:], strict=True):
        words += [relation, tree.key(side)]
    return " ".join(words) + (f" <=> {shared_key(reading.iff)}" if reading.iff else "")


def same_formula(one: Found, other: Found) -> bool:
    """Whether two formulas are read as the same."""
    return None not in (one.reading, other.reading) and shared_key(one.reading) == shared_key(other.reading)


# The same formula, written otherwise. A kind that is not named here has no business to leave a formula as it was.
SAME = {
    "bound index renamed": "a bound index may have any free name",
    "bound index renamed throughout": "a bound index may have any free name",
    "range written out": "the written range is the whole set",
    "factors exchanged": "numbers multiply in any order; a sum that now stands in front has got brackets",
    "brackets lost": "the brackets held the whole of what is acted on",
    "brace moved out": "a factor beside a fraction may stand above its line",
    "minus added": "minus 0 is 0",
    "digit dropped or added": "zeros before or behind the digits",
}
_UNSEEN = {"&", "\\\\", "{", "}", r"\cdot", r"\mathbb{1}"}  # a product has its dot or not, and a bracket its 1


def why_same(mutant: Mutant) -> str | None:
    """Why a mutant says the same as its original; None if it does not, or if that should not be."""
    found = mutant.found()
    formula = mutant.original.formula
    if len(found) != 1 or found[0].formula.labels != formula.labels or not same_formula(found[0], mutant.original):
        return None
    new, old = (_seen(mutant.latex), _seen(formula.latex))
    if new == old:
        return "the same symbols in the same order"
    if Counter(new) == Counter(old):
        return "the same symbols in an order that means the same"
    return SAME.get(mutant.kind)


def _seen(latex: str) -> list[str]:
    return [symbol for symbol in _TOKEN.findall(latex) if symbol not in _UNSEEN]


# --- slips in the scripts -----------------------------------------------------------------

STEP_KINDS = (
    "rule exchanged", "rule dropped", "rule added", "line before exchanged", "line before dropped",
    "result exchanged", "result dropped",
)  # fmt: skip


@dataclass(frozen=True)
class Misstep:
    """A claim of a script that names another rule, or another line to rest on."""

    kind: str
    original: Claim
    claim: Claim
    change: str

    @property
    def where(self) -> str:
        return f"derivations/{self.claim.script}.py  {self.claim.label}"

    def describe(self) -> str:
        return self.change


def missteps(claims: Iterable[Claim]) -> list[Misstep]:
    """Every other rule, line before and result that a step could name."""
    found: list[Misstep] = []
    earlier: list[str] = []
    for claim in claims:
        if claim.kind in {"identity", "inequality"} and claim.label is not None:
            found += [Misstep(kind, claim, changed, change) for kind, changed, change in _steps_astray(claim, earlier)]
        if claim.kind == "identity" and claim.label is not None:
            earlier.append(claim.label)
    return found


def _steps_astray(claim: Claim, earlier: list[str]) -> Iterator[tuple[str, Claim, str]]:
    for part, rule in enumerate(claim.rules):
        for kind, other in _other_rules(rule):
            rules = (*claim.rules[:part], other, *claim.rules[part + 1 :])
            yield kind, replace(claim, rules=rules), f"{rule} -> {other}"
    if claim.kind != "identity":
        return
    for label in [*earlier, None]:
        if label != claim.after:
            kind = "line before exchanged" if label else "line before dropped"
            yield kind, replace(claim, after=label), f"after {claim.after} -> {label}"
    for place, name in enumerate(claim.using):
        for label in [*(other for other in earlier if other not in claim.using), None]:
            using = (*claim.using[:place], *filter(None, [label]), *claim.using[place + 1 :])
            kind = "result exchanged" if label else "result dropped"
            yield kind, replace(claim, using=using), f"using {name} -> {label}"


def _other_rules(rule: str) -> Iterator[tuple[str, str]]:
    names = rule.split(", ")
    others = [other for other in RULES if other not in names]
    for place in range(len(names)):
        before, behind = names[:place], names[place + 1 :]
        yield from (("rule exchanged", ", ".join([*before, other, *behind])) for other in others)
        if len(names) > 1:
            yield "rule dropped", ", ".join([*before, *behind])
    yield from (("rule added", ", ".join([*names, other])) for other in others)


class Steps:
    """The claims of the scripts as they are, against which each misstep is judged."""

    def __init__(self, bench: Bench) -> None:
        self.library = bench.library
        self.formulas = {label: one for one in bench.statements for label in one.formula.labels}

    def verdict(self, misstep: Misstep) -> str:
        """What the checker says of the formula with the changed claim."""
        claim = misstep.claim
        changed = replace(self.library, claims={**self.library.claims, claim.label: claim})
        one = self.formulas[claim.label]
        if self._a_rule_fails(misstep, one, changed):
            return "inconclusive"
        return worst(judge(one.formula, one.reading, claim, changed))

    def _a_rule_fails(self, misstep: Misstep, one: Found, library: Library) -> bool:
        """Whether the layer of rules, asked first because it is quick, refuses the step: then it is not confirmed."""
        claim, original = misstep.claim, misstep.original
        if claim.kind != "identity":
            return False
        with sympy.evaluate(True):
            for part, rule in enumerate(claim.rules):
                touched = rule != original.rules[part] or claim.using != original.using
                if touched or (part == 0 and claim.after != original.after):
                    layers = _Judge(one.reading, claim, part, library)
                    layers._layer("rule", layers._follows)
                    if layers.failures:
                        return True
        return False

    def why_right(self, misstep: Misstep) -> str | None:
        """Why the step may be justified in this way too; None if it may not."""
        claim, original = misstep.claim, misstep.original
        if claim.rules != original.rules:
            pairs = zip(original.rules, claim.rules, strict=True)
            old, new = next((set(old.split(", ")), set(new.split(", "))) for old, new in pairs if old != new)
            if new - old == {"multiplying out"}:
                return "multiplying out is whatever reckoning takes no derivative"
            return ALSO_RIGHT.get((*(old - new), *(new - old)))
        if claim.after is not None and claim.after != original.after:
            before = self.library.claims[claim.after].reading.sides[0]
            same = tree.same(before, claim.reading.sides[0])
            return "another line about the same quantity, from which the rule leads on too" if same else None
        if len(claim.using) == len(original.using) and claim.after == original.after:
            return "another result that is proved, and says enough for this step"
        return None


# Two rules that both justify a step. The script names the first; the second would be right as well.
ALSO_RIGHT = {
    ("splitting a fraction", "distributing"): "to divide by the denominator is to multiply by one over it",
    ("splitting a fraction", "common factor"): "the common factor is one over the denominator",
    ("splitting a fraction", "algebra"): "algebra is all the rules for adding, multiplying and dividing",
    ("distributing", "splitting a fraction"): "to multiply by one over a number is to divide by it",
    ("distributing", "common factor"): "a common factor, read from the other line",
    ("distributing", "algebra"): "algebra is all the rules for adding, multiplying and dividing",
    ("common factor", "distributing"): "a bracket that is multiplied out, read from the other line",
    ("common factor", "splitting a fraction"): "the common factor is one over the denominator",
    ("common factor", "algebra"): "algebra is all the rules for adding, multiplying and dividing",
    ("constant factor", "distributing"): "what stands before a sum is distributed over it as over any bracket",
    ("exchange of sums", "constant factor"): "a sum that does not move with the other's index may be taken into it",
    ("distributing", "cancellation"): "two minus signs that meet cancel",
    ("cancellation", "distributing"): "a minus before a bracket with a minus",
    ("linearity", "independence"): "by the product rule a factor that does not move comes out, for its derivative is 0",
    ("multiplying out", "distributing"): "distributing is multiplying out",
    ("algebra", "cancellation"): "both multiply numbers",
    ("multiplying out", "algebra"): "algebra is multiplying out where there is no sum over an index",
    ("cancellation", "algebra"): "algebra is all the rules for adding, multiplying and dividing",
    ("delta collapse", "one term survives"): "both keep the one term of the sum that is not 0",
    ("exponential of a sum", "logarithm of a product"): "minus a logarithm above is one over the number below",
}


# --- whole pages --------------------------------------------------------------------------

PAGE_KINDS: dict[str, Callable[[str], str]] = {
    "taken away": lambda display: "",
    "written twice": lambda display: f"{display}\n\n{display}",
    "between other signs": lambda display: f"\\[{display[2:-2]}\\]",
    "in code": lambda display: f"```\n{display}\n```",
    "in a comment": lambda display: f"<!--\n{display}\n-->",
    "moved right": lambda display: "    " + display.replace("\n", "\n    "),
    "followed by a false one": lambda display: f"{display}\n\n$$\n1 = 2\n$$",
    "followed by a false one in the text": lambda display: f"{display}\n\nSo $1 = 2$.",
    "followed by a false one between other signs": lambda display: f"{display}\n\n\\[ 1 = 2 \\]",
    "followed by a false one in round signs": lambda display: f"{display}\n\nSo \\(1 = 2\\).",
    "followed by a false one in an environment": lambda display: f"{display}\n\n\\begin{{align}} 1 = 2 \\end{{align}}",
}  # fmt: skip


@dataclass(frozen=True)
class PageSlip:
    """A page on which one display has been changed, or put in a place where it does not belong."""

    kind: str
    mutant: Mutant

    @property
    def where(self) -> str:
        return self.mutant.where

    def describe(self) -> str:
        return self.mutant.describe() if self.kind == "changed" else f"the display {self.kind}"

    def written(self, text: str) -> str:
        """The page with the slip."""
        label = rf"\label{{{self.mutant.original.formula.labels[0]}}}"
        display = next(m for m in re.finditer(r"\$\$.*?\$\$", text, re.DOTALL) if label in m.group())
        new = self.mutant.text if self.kind == "changed" else PAGE_KINDS[self.kind](display.group())
        return text[: display.start()] + new + text[display.end() :]


def page_slips(slips: list[Mutant], chance: random.Random) -> list[PageSlip]:
    """Each way to spoil a page, at any place, and some changed formulas within their pages."""
    kinds = [*PAGE_KINDS, *["changed"] * CHANGED_PAGES]
    return [PageSlip(kind, mutant) for kind, mutant in zip(kinds, _changed_displays(slips, chance), strict=False)]


def _changed_displays(slips: list[Mutant], chance: random.Random) -> Iterator[Mutant]:
    """Displays with a slip that can be read and that does not leave them the same, in any order."""
    for one in chance.sample(slips, len(slips)):
        if one.original.formula.display and one.kind in KINDS and not why_same(one):
            found = one.found()
            if len(found) == 1 and found[0].reading is not None:
                yield one


def page_verdict(docs: Path) -> Callable[[PageSlip], str]:
    """Judges a page with everything around it: the whole ledger for a copy of the pages."""

    def verdict(slip: PageSlip) -> str:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "docs"
            shutil.copytree(docs, copy)
            path = copy / slip.mutant.original.formula.page
            path.write_text(slip.written(path.read_text(encoding="utf-8")), encoding="utf-8")
            account = ledger.prove(copy)
        said = worst(account.statements)
        return "refused" if said == "confirmed" and not account.passed else said

    return verdict


# --- the account --------------------------------------------------------------------------

OUTCOMES = ("refuted", "inconclusive", "refused", "equal", "survived")

Slip = Mutant | Misstep | PageSlip
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Judged:
    """A slip and what became of it."""

    slip: Slip
    outcome: str
    why: str = ""


def account(
    slips: list, verdict: Callable[..., str], why: Callable[..., str | None], progress: Progress | None = None
) -> list[Judged]:
    """Each slip with its outcome: one that is confirmed has survived, unless there is a good reason why it may be.

    One that breaks the checker down has survived as well, for nothing has said that it is wrong.
    """

    def outcome(place: int) -> tuple[str, str]:
        said = guarded(verdict)(slips[place])
        reason = (why(slips[place]) or "") if said == "confirmed" else said.partition("broke down: ")[2]
        return said if said in OUTCOMES else "equal" if said == "confirmed" and reason else "survived", reason

    result = []
    for one, (said, reason) in zip(slips, _on_all_processors(outcome, len(slips)), strict=True):
        result.append(Judged(one, said, reason))
        if progress is not None:
            progress(len(result), len(slips), f"{one.kind}: {said}")
    return result


_FEW = 2000  # not worth other processes
_function: Callable[[int], tuple[str, str]] | None = None  # what the copies of this process call


def _on_all_processors(function: Callable[[int], tuple[str, str]], count: int) -> Iterator[tuple[str, str]]:
    """The value for each number, in order; computed in copies of this process, where a system makes them."""
    global _function
    _function = function
    if count < _FEW or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(function, range(count))
        return
    with multiprocessing.get_context("fork").Pool() as pool:
        yield from pool.imap(_call, range(count), chunksize=100)


def _call(number: int) -> tuple[str, str]:
    return _function(number)


def sampled(slips: list, count: int, chance: random.Random) -> list:
    """So many of the slips, spread evenly over their kinds and, within a kind, over the statements."""
    kinds: dict[str, list] = {}
    for one in chance.sample(slips, len(slips)):
        kinds.setdefault(one.kind, []).append(one)
    taken: Counter[str] = Counter()
    chosen: list = []
    while len(chosen) < min(count, len(slips)):
        for left in kinds.values():
            if left and len(chosen) < count:
                one = min(left, key=lambda slip: taken[slip.where])
                left.remove(one)
                taken[one.where] += 1
                chosen.append(one)
    return chosen


def table(judged: list[Judged]) -> list[dict]:
    """For each kind how many slips there were and what became of them."""
    order = [*KINDS, *LABEL_KINDS, *STEP_KINDS, *PAGE_KINDS, "changed"]
    rows = []
    for kind in sorted({one.slip.kind for one in judged}, key=order.index):
        mine = Counter(one.outcome for one in judged if one.slip.kind == kind)
        rows.append({"kind": kind, "mutants": mine.total(), **{outcome: mine[outcome] for outcome in OUTCOMES}})
    return rows


def _lines(title: str, rows: list[dict]) -> Iterator[str]:
    columns = ("mutants", *OUTCOMES)
    rows = [*rows, {"kind": "all", **{name: sum(row[name] for row in rows) for name in columns}}]
    width = max(len(title), *(len(row["kind"]) for row in rows))
    yield f"{title:{width}}" + "".join(f"{name:>14}" for name in columns)
    for row in rows:
        yield f"{row['kind']:{width}}" + "".join(f"{row[name]:14}" for name in columns)


def _list_equal(judged: list[Judged]) -> Iterator[str]:
    """What says the same, by statement, with the key that is the proof."""
    for where in dict.fromkeys(one.slip.where for one in judged):
        group = [one for one in judged if one.slip.where == where]
        yield where
        if isinstance(group[0].slip, Mutant):
            yield f"    key  {shared_key(group[0].slip.original.reading)}"
        for one in group:
            new = one.slip.change if isinstance(one.slip, Misstep) else _flat(one.slip.latex)
            yield f"    {one.slip.kind} ({one.why})\n         {new}"


def run(sample: int | None = None, docs: Path = ledger.DOCS, say: Callable[[str], None] = print) -> dict:
    """Make the slips, judge them, say what became of them; returns the counts that the site shows."""
    start = time.perf_counter()
    if not ledger.prove(docs).passed:
        raise SystemExit("The pages are not proved as they stand, so a change shows nothing: python -m derivations")
    chance = random.Random(SEED)  # the same slips each time
    bench = Bench(docs)
    steps = Steps(bench)
    formulas, names = mutants(bench.statements), mutants(bench.names)
    scripts = missteps(bench.claims)
    whole = page_slips(formulas, chance)
    if sample is not None:
        every = len(formulas) + len(names)
        say(f"A sample of {every} changed formulas and {len(scripts)} changed steps, with the seed {SEED!r}.")
        formulas, names = sampled(formulas, sample, chance), sampled(names, sample // 4, chance)
        scripts = sampled(scripts, sample // 4, chance)
        whole = chance.sample(whole, 2)
    groups = {
        "slip in a formula": account(formulas, bench.verdict, why_same, _show_progress),
        "slip in a sentence": account(names, bench.verdict, why_same, _show_progress),
        "slip in a script": account(scripts, steps.verdict, steps.why_right, _show_progress),
        "page with a display": account(whole, page_verdict(docs), lambda slip: None, _show_progress),
    }
    judged = [one for group in groups.values() for one in group]
    equal, alive = ([one for one in judged if one.outcome == outcome] for outcome in ("equal", "survived"))
    if equal:
        say("The same formula written otherwise, and steps with a second reason: they are right, and not counted.")
        say("\n".join(_list_equal(equal)) + "\n")
    for title, group in groups.items():
        say("\n".join(_lines(title, table(group))) + "\n")
    for one in alive:
        why = f"  ({one.why})" if one.why else ""
        say(f"{one.slip.where}  {one.slip.kind}  SURVIVED{why}\n    {one.slip.describe()}")
    counted = len(judged) - len(equal)
    seconds = time.perf_counter() - start
    say(f"{counted - len(alive)} of {counted} mutants killed, {len(alive)} survived. {seconds:.0f} s")
    return {
        "seed": SEED, "sample": sample, "statements": len(ledger.prove(docs).statements),
        "mutants": counted, "killed": counted - len(alive), "survived": len(alive), "equal": len(equal),
        "score": round(100 * (counted - len(alive)) / counted, 2),
        "kinds": {title: table(group) for title, group in groups.items()},
    }  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if no mutant survives, 1 if any does, 2 for bad usage."""
    parser = argparse.ArgumentParser(prog="python -m derivations.mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, metavar="K", help="only so many, spread over kinds and statements")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts")
    options = parser.parse_args(arguments)
    if options.sample is not None and options.sample < 1:
        parser.error("a sample has at least one mutant")
    if options.json and not options.json.parent.is_dir():
        parser.error(f"there is no folder {options.json.parent} to write in")
    counts = run(options.sample)
    if options.json:
        options.json.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    return 1 if counts["survived"] else 0


def _show_progress(number: int, count: int, line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K[{number}/{count}] {line}", end="\n" if number == count else "", file=sys.stderr, flush=True)
    elif number % 1000 == 0 or number == count:
        print(f"[{number}/{count}]", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
