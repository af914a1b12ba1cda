"""Change every statement as a slip of the pen would, one change at a time: none may be confirmed.

A slip is made in the LaTeX of a page, and the page is then judged as always, from the text to the verdict.
A changed formula that is confirmed has survived, and the checker has a hole.
Only a change that leaves the very same formula, such as two terms that trade places, may be confirmed;
each of these is listed with the proof that it is one: the key that both formulas share.
The scripts are changed too: a step that names another rule, or another line before it, is not confirmed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lark import Token, Tree

from derivations import ledger
from derivations.ledger import Found
from derivations.notation import notation
from derivations.proof import pages, tree
from derivations.proof.derivation import Claim, load
from derivations.proof.judge import Library, judge
from derivations.proof.pages import Formula
from derivations.proof.read import RELATIONS, Reading, _parser
from derivations.proof.rules import RULES

SEED = "one over n"
WHOLE_PAGES = 20  # mutated pages that are proved as a whole, with everything around them

# --- a formula under the pen --------------------------------------------------------------

_TOKEN = re.compile(
    r"\\(?:text|begin|end|operatorname\*?|mathbb|mathbf|hat)\s*\{[^{}]*\}"  # a command and its word
    r"|\\(?:left|right)\s*(?:\\.|.)|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S",
    re.DOTALL,
)
_SUM_LIKE = {"add", "sub", "neg", "hadamard"}
_PREFIXED = {"sum", "log", "max", "argmax", "derivative"}
_TIGHT = {"number", "indexed", "group", "call", "norm", "ones"}

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
        names = {"LETTER", "GREEK", "HAT", "DELTA"}
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
        """Every part at whose start a minus may be written: sides, what is in brackets, above a line, in an exponent."""
        for part, around in self.parts:
            if isinstance(part, Tree) and around and part in _openings(around[0]):
                yield part


_REALS = {"reals", "reals_shape", "reals_bound"}


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
    if part.data in {"chain", "group", "fraction", "exp", "exp_of", "sum", "tuple", "where", "norm", "case"}:
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
            used = sorted({str(t) for t, _ in pen.letters() if _sort(t) == axis}) or notation.index_sets[axis].letters[:1]
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
        yield pen.write((part, f"{pen.factor(part)} {pen.factor(part)}"))


@slip("factor two added")
def factor_two_added(pen: Pen) -> Iterator[str]:
    return (pen.write((part, f"2 {pen.factor(part)}")) for part in _factors(pen))


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


@slip("brackets lost")
def brackets_lost(pen: Pen) -> Iterator[str]:
    return (pen.write((part, pen.text(_trees(part)[0]))) for part in pen.of("group", "norm"))


# indices and sizes


def _subscripts(pen: Pen) -> Iterator[tuple[Tree | Token, Tree, bool]]:
    """Every index: the part, the indices it is one of, and whether it is in a derivative's variable."""
    for part, around in pen.parts:
        if around and around[0].data == "subs":
            outer = (around[0], *around[1:])
            below = any(up.data == "operator" or up.data == "partial" and up.children[-1] is inner
                        for inner, up in zip(outer, outer[1:], strict=False))  # fmt: skip
            yield part, around[0], below


def _in_braces(part: Tree | Token, text: str) -> str:
    return f"{{{text}}}" if isinstance(part, Token) else text


def _renamed(pen: Pen, part: Tree | Token) -> Iterator[str]:
    """The formula with an index replaced by every other of its sort."""
    text = pen.text(part).strip()
    sort = _sort(text) or next((letter.values for letter in notation.letters.values()
                                if text.startswith(f"{letter.latex}_") and letter.values in notation.index_sets), None)  # fmt: skip
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
    for letter, _ in pen.letters():
        if _sort(letter):
            for sort, index_set in notation.index_sets.items():
                if sort != _sort(letter):
                    yield pen.write((letter, index_set.letters[0]))


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
            yield pen.exchange(*sizes)
            yield pen.write(*((size, f"{pen.text(size)} + 1") for size in sizes[:1]))
        yield from (pen.write((part, rf"\mathbb{{R}}^{{{pen.text(size)}}}")) for size in sizes[: len(sizes) - 1 or 0])
        yield from (pen.write((part, other)) for other in _SETS if other != pen.text(part))
    yield from (pen.write((part, other)) for part in pen.of("integers") for other in _SETS)


_SETS = (r"\mathbb{R}", r"\mathbb{R}_{> 0}", r"\mathbb{R}_{\ge 0}", r"\mathbb{R}^{N}", r"\mathbb{R}^{C}",
         r"\mathbb{R}^{N \times C}", r"\{0, \dots, N-1\}", r"\{0, \dots, C-1\}")  # fmt: skip


@slip("entries exchanged")
def entries_exchanged(pen: Pen) -> Iterator[str]:
    for part in pen.of("tuple", "letters"):
        entries = _trees(part)
        for one, other in zip(entries, entries[1:], strict=False):
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
        if isinstance(exponent, Token):
            yield pen.write((exponent, f"{{-{exponent}}}"))
        elif exponent.data != "top":
            text = pen.text(exponent) if exponent.data not in _SUM_LIKE else rf"\left( {pen.text(exponent)} \right)"
            for new in (f"-{text}", f"2 {text}", f"{text} + 1", "0"):
                yield pen.write((exponent, f"{{{new}}}"))


@slip("square added")
def square_added(pen: Pen) -> Iterator[str]:
    return (pen.write((part, f"{pen.base(part)}^2")) for part in _factors(pen) if part.data != "power")


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
        name = (span(part)[0], span(_trees(part)[0])[0])
        for other in (r"\sum", r"\max", r"\operatorname*{argmax}", r"\prod", r"\min"):
            if other != pen.text(name).strip(" _{"):
                yield pen.write((name, other + ("" if part.data == "sum" else "_")))
    for part in pen.of("log"):
        yield pen.write(((span(part)[0], span(_trees(part)[-1])[0]), r"\exp"))


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
    for chain in pen.of("chain"):
        sides = [child for child in _trees(chain) if child.data != "relation"]
        yield from (pen.exchange(one, other) for one, other in zip(sides, sides[1:], strict=False))
    chains = list(pen.of("chain"))
    yield from (pen.exchange(one, other) for one, other in zip(chains, chains[1:], strict=False))


@slip("line dropped")
def line_dropped(pen: Pen) -> Iterator[str]:
    for chain in pen.of("chain"):
        sides = [child for child in _trees(chain) if child.data != "relation"]
        yield from (pen.write(((span(a)[1], span(b)[1]), "")) for a, b in zip(sides, sides[1:], strict=False))
    chains = list(pen.of("chain"))
    yield from (pen.write(((span(a)[1], span(b)[1]), "")) for a, b in zip(chains, chains[1:], strict=False))
    yield from (pen.write(((span(a)[0], span(b)[0]), "")) for a, b in zip(chains, chains[1:], strict=False))


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


@slip("brace moved")
def brace_moved(pen: Pen) -> Iterator[str]:
    """What stood just outside is now inside, and the other way round."""
    for before, one, other in zip(pen.tokens, pen.tokens[1:], pen.tokens[2:], strict=False):
        if pen.text(one) in {"}", r"\right)"}:
            yield pen.exchange(one, other)
            yield pen.exchange(before, one)
