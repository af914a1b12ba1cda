"""The faithful tree: a formula as it was written, with nothing evaluated.

SymPy evaluates as it builds, so a cancellation would be gone before anyone looks.
These trees keep every written symbol.
Two trees are the same formula when their keys agree: the key forgets the order of
terms and of factors, and the names of bound indices, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

Span = tuple[int, int]


@dataclass(frozen=True)
class Node:
    """One operation and its arguments; ``span`` is where it stands in the page's formula."""

    op: str
    args: tuple
    span: Span | None = field(default=None, compare=False, repr=False)

    def __hash__(self) -> int:
        cached = self.__dict__.get("_hash")
        if cached is None:
            cached = hash((self.op, self.args))
            object.__setattr__(self, "_hash", cached)
        return cached

    def __reduce__(self) -> tuple:
        """Without the number that was kept: in another process the same letters have another one."""
        return type(self), (self.op, self.args, self.span)

    def at(self, span: Span | None) -> Node:
        """The same node, found at ``span``."""
        return self if span is None else Node(self.op, self.args, span)

    def __str__(self) -> str:
        return show(self)


# --- construction -----------------------------------------------------------------------


def num(value: int | Fraction | str) -> Node:
    return Node("num", (Fraction(value),))


ZERO, ONE, MINUS_ONE = num(0), num(1), num(-1)


def letter(name: str) -> Node:
    """A letter of the notation: a number, or a whole array written without indices."""
    return Node("letter", (name,))


def index(name: str, sort: str) -> Node:
    """An index variable; its sort says which set it runs over."""
    return Node("index", (name, sort))


def entry_of(name: str, *indices: Node) -> Node:
    """An array with indices: s_{i,j}; with fewer indices than it has, a row or a slice."""
    return Node("at", (name, *indices)) if indices else letter(name)


def add(*terms: Node) -> Node:
    flat = tuple(t for term in terms for t in (term.args if term.op == "add" else (term,)))
    return flat[0] if len(flat) == 1 else Node("add", flat)


def mul(*factors: Node) -> Node:
    flat = tuple(f for factor in factors for f in (factor.args if factor.op == "mul" else (factor,)))
    flat = tuple(f for f in flat if f != ONE)
    return ONE if not flat else flat[0] if len(flat) == 1 else Node("mul", flat)


def neg(node: Node) -> Node:
    return num(-node.args[0]) if node.op == "num" else mul(MINUS_ONE, node)


def power(base: Node, exponent: Node) -> Node:
    if exponent == ONE or base == ONE:
        return base
    if base.op == "num" and exponent == MINUS_ONE and base != ZERO:
        return num(1 / base.args[0])
    if (
        base.op == "pow"
        and is_integer(exponent)
        and is_integer(base.args[1])
        and not _one_over_one_over(base, exponent)
    ):
        return power(base.args[0], num(base.args[1].args[0] * exponent.args[0]))
    return Node("pow", (base, exponent))


def _one_over_one_over(base: Node, exponent: Node) -> bool:
    """1 / (1 / x) is not yet x: it has no value where x is 0."""
    return base.args[1].args[0] < 0 and exponent.args[0] < 0


def quotient(above: Node, below: Node) -> Node:
    return mul(above, power(below, MINUS_ONE))


def matmul(*factors: Node) -> Node:
    flat = tuple(f for factor in factors for f in (factor.args if factor.op == "matmul" else (factor,)))
    return flat[0] if len(flat) == 1 else Node("matmul", flat)


def total(body: Node, over: Node, domain: Node | None = None) -> Node:
    """The sum of ``body`` over the index ``over``; ``domain`` None means its whole set."""
    return Node("sum", (body, over, domain))


def partial(body: Node, variable: Node) -> Node:
    return Node("partial", (body, variable))


def exp(x: Node) -> Node:
    return Node("exp", (x,))


def log(x: Node) -> Node:
    return Node("log", (x,))


def delta(i: Node, j: Node) -> Node:
    return Node("delta", (i, j))


def is_integer(node: Node) -> bool:
    return node.op == "num" and node.args[0].denominator == 1


# --- walking ----------------------------------------------------------------------------

BINDERS = {"sum", "max", "argmax"}  # args: body, index, ...


def children(node: Node) -> Iterator[Node]:
    return (arg for arg in node.args if isinstance(arg, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def replace_children(node: Node, new: Callable[[Node], Node]) -> Node:
    """The node rebuilt with ``new`` applied to each child (flattening sums and products)."""
    args = tuple(new(arg) if isinstance(arg, Node) else arg for arg in node.args)
    if args == node.args:
        return node
    return rebuild(node.op, args)


def rebuild(op: str, args: tuple) -> Node:
    maker = {"add": add, "mul": mul, "pow": power, "matmul": matmul}.get(op)
    return maker(*args) if maker else Node(op, args)


@lru_cache(maxsize=100_000)
def free_indices(node: Node) -> frozenset[Node]:
    if node.op == "index":
        return frozenset([node])
    if node.op in BINDERS:
        body, bound, *rest = node.args
        inside = free_indices(body) - {bound}
        for other in rest:
            if isinstance(other, Node):
                inside |= free_indices(other) - {bound}
        return inside
    return frozenset().union(*(free_indices(child) for child in children(node)))


def entries(node: Node, name: str, bound: frozenset[Node] = frozenset()) -> Iterator[tuple[Node, frozenset[Node]]]:
    """Every place of the letter ``name``, with the indices that are bound around it."""
    if node.op in {"at", "letter"} and node.args[0] == name:
        yield node, bound
    if node.op in BINDERS:
        bound = bound | {node.args[1]}
    for child in children(node):
        yield from entries(child, name, bound)


def bound_indices(node: Node) -> set[Node]:
    return {n.args[1] for n in walk(node) if n.op in BINDERS}


def fresh_index(like: Node, avoid: set[Node] | frozenset[Node]) -> Node:
    """An index of the same sort that is not in ``avoid``."""
    name, sort = like.args
    while Node("index", (name, sort)) in avoid:
        name += "'"
    return index(name, sort)


def substitute(node: Node, mapping: dict[Node, Node]) -> Node:
    """Free indices (or other leaves) replaced; bound indices step aside so that none is captured."""
    if node in mapping:
        return mapping[node]
    if node.op in BINDERS:
        body, bound, *rest = node.args
        inner = {old: new for old, new in mapping.items() if bound not in free_indices(old)}
        incoming = frozenset().union(*(free_indices(new) for new in inner.values())) if inner else frozenset()
        if bound in incoming:
            avoid = incoming | free_indices(node) | set(inner) | bound_indices(body)
            renamed = fresh_index(bound, avoid)
            inner = {**inner, bound: renamed}
        else:
            renamed = bound
        new_rest = tuple(substitute(r, inner) if isinstance(r, Node) else r for r in rest)
        return Node(node.op, (substitute(body, inner), renamed, *new_rest))
    return replace_children(node, lambda child: substitute(child, mapping))


# --- identity ---------------------------------------------------------------------------

UNORDERED = {"add", "mul", "delta", "eq", "ne", "hadamard", "larger"}


@lru_cache(maxsize=200_000)
def key(node: Node) -> str:
    """A string that two trees share exactly when they are the same formula."""
    return _key(node, {}, 0)


def same(one: Node, other: Node) -> bool:
    return key(one) == key(other)


def _key(node: Node, bound: dict[Node, str], depth: int) -> str:
    if node.op == "index":
        return bound.get(node) or f"{node.args[0]}:{node.args[1]}"
    if node.op == "num":
        return str(node.args[0])
    if node.op in BINDERS:
        body, over, *rest = node.args
        inner = {**bound, over: f"#{depth}:{over.args[1]}"}
        parts = [_key(body, inner, depth + 1), over.args[1]]
        parts += [_key(r, inner, depth + 1) if isinstance(r, Node) else str(r) for r in rest]
    else:
        parts = [_key(a, bound, depth) if isinstance(a, Node) else str(a) for a in node.args]
        if node.op in UNORDERED:
            parts.sort()
    return f"{node.op}({','.join(parts)})"


def difference(new: Node, old: Node) -> list[Node]:
    """The smallest parts of ``new`` that are not as they were in ``old``."""
    if same(new, old):
        return []
    if new.op == old.op and new.op in {"add", "mul"}:
        left = list(old.args)
        fresh = []
        for part in new.args:
            match = next((o for o in left if same(o, part)), None)
            if match is None:
                fresh.append(part)
            else:
                left.remove(match)
        if len(fresh) == len(left) == 1:
            return difference(fresh[0], left[0])
        return fresh if 0 < len(fresh) < len(new.args) else [new]
    if new.op == old.op and len(new.args) == len(old.args):
        changed = []
        for mine, theirs in zip(new.args, old.args, strict=True):
            if isinstance(mine, Node) and isinstance(theirs, Node):
                changed += difference(mine, theirs)
            elif mine != theirs:
                return [new]
        return changed or [new]
    return [new]


# --- in words ---------------------------------------------------------------------------

_LOOSE, _TERM, _FACTOR, _TIGHT = range(4)
_CONDITIONS = {"eq": "==", "ne": "!=", "gt": ">"}


def show(node: Node) -> str:
    """One line of plain text with every bracket that the tree has, so that no two trees look alike."""
    return _show(node, _LOOSE)


def _show(node: Node, within: int) -> str:
    text, strength = _plain(node)
    return f"({text})" if strength < within else text


def _plain(node: Node) -> tuple[str, int]:
    op, args = node.op, node.args
    if op == "num":
        return str(args[0]), _TIGHT if args[0] >= 0 and args[0].denominator == 1 else _TERM
    if op in {"letter", "index"}:
        return args[0], _TIGHT
    if op == "at":
        return f"{args[0]}[{', '.join(map(show, args[1:]))}]", _TIGHT
    if op == "add":
        return " + ".join(_show(term, _TERM) for term in args), _LOOSE
    if op == "mul":
        if args[0] == MINUS_ONE:
            return "-" + " * ".join(_show(factor, _FACTOR) for factor in args[1:]), _TERM
        return " * ".join(_show(factor, _FACTOR) for factor in args), _TERM
    if op == "matmul":
        return " @ ".join(_show(factor, _FACTOR) for factor in args), _TERM
    if op == "hadamard":
        return " (.) ".join(_show(factor, _FACTOR) for factor in args), _TERM
    if op == "pow":
        return f"{_show(args[0], _TIGHT)}^{_show(args[1], _TIGHT)}", _FACTOR
    if op == "sum":
        domain = f" {_domain(args[2])}" if args[2] is not None else ""
        return f"sum[{args[1]}{domain}]({show(args[0])})", _TIGHT
    if op in {"max", "argmax"}:
        return f"{op}[{args[1]}]({show(args[0])})", _TIGHT
    if op == "partial":
        return f"d({show(args[0])})/d{show(args[1])}", _TIGHT
    if op in {"call", "apply"}:
        entry = f"[{', '.join(map(show, args[2:]))}]" if args[2:] else ""
        return f"{args[0]}({show(args[1])}){entry}", _TIGHT
    if op == "delta":
        return f"delta[{show(args[0])}, {show(args[1])}]", _TIGHT
    if op in _CONDITIONS:
        return f"{show(args[0])} {_CONDITIONS[op]} {show(args[1])}", _LOOSE
    if op == "cases":
        return "{" + "; ".join(map(show, args)) + "}", _TIGHT
    if op == "case":
        return f"{show(args[0])} if {show(args[1])}", _LOOSE
    if op == "where":
        return f"({show(args[0])} at {args[1]} = {show(args[2])})", _TIGHT
    if op == "transpose":
        return f"{_show(args[0], _TIGHT)}^T", _FACTOR
    inside = ", ".join(show(arg) if isinstance(arg, Node) else str(arg) for arg in args)
    return (f"{op}({inside})" if args else op), _TIGHT


def _domain(domain: Node) -> str:
    if domain.op == "except":
        return f"!= {show(domain.args[0])}"
    return f"from {show(domain.args[0])} to {show(domain.args[1])}"
