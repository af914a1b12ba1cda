"""Say in one line of plain text how a formula was read."""

from __future__ import annotations

from fractions import Fraction

from derivations.proof.tree import MINUS_ONE, Node

_LOOSE, _TERM, _FACTOR, _TIGHT = range(4)


def show(node: Node) -> str:
    """Every bracket that the tree has, so that no two different trees look alike."""
    return _show(node, _LOOSE)


def _show(node: Node, within: int) -> str:
    text, strength = _plain(node)
    return f"({text})" if strength < within else text


def _plain(node: Node) -> tuple[str, int]:
    op, args = node.op, node.args
    if op == "num":
        return _number(args[0]), _TIGHT if args[0] >= 0 and args[0].denominator == 1 else _TERM
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
    if op == "call":
        entry = f"[{', '.join(map(show, args[2:]))}]" if args[2:] else ""
        return f"{args[0]}({show(args[1])}){entry}", _TIGHT
    if op == "delta":
        return f"delta[{show(args[0])}, {show(args[1])}]", _TIGHT
    if op in {"eq", "ne"}:
        return f"{show(args[0])} {'==' if op == 'eq' else '!='} {show(args[1])}", _LOOSE
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


def _number(value: Fraction) -> str:
    return str(value)
