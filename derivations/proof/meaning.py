"""What the letters stand for: definitions put in, arrays read entry by entry, derivatives taken.

Everything here turns a faithful tree into a plainer tree of the same value.
"""

from __future__ import annotations

from derivations.proof import tree
from derivations.proof.letters import ONE_WIDE, Letter, Notation
from derivations.proof.read import shape_of, sort_of
from derivations.proof.tree import MINUS_ONE, ONE, ZERO, Node, add, free_indices, mul, power


class Unsupported(Exception):
    """A value that this layer cannot work out; the verdict cannot be "confirmed"."""


class Definitions:
    """The definitions of the site: a letter with its indices, or a function of a row."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self.bodies: dict[str, tuple[tuple[Node, ...], Node]] = {}
        # a letter defined step by step: what it is at step 0, and what it is after step t
        self.starts: dict[str, tuple[tuple[Node, ...], Node]] = {}
        self.steps: dict[str, tuple[tuple[Node, ...], Node]] = {}
        self.any_start: set[str] = set()  # letters whose value at step 0 has been used as given
        self.labels: dict[str, str] = {}

    def copy(self) -> Definitions:
        twin = Definitions(self.notation)
        twin.bodies, twin.labels = dict(self.bodies), dict(self.labels)
        twin.starts, twin.steps, twin.any_start = dict(self.starts), dict(self.steps), set(self.any_start)
        return twin

    def define(self, left: Node, right: Node, label: str) -> None:
        """Record ``left := right``; a letter has one definition on the whole site."""
        if left.op not in {"letter", "at", "call"}:
            raise ValueError(f"{label} defines no letter: {left}")
        name = left.args[0]
        parameters = left.args[1:]
        if left.op in {"letter", "at"} and self._by_steps(name):
            self._define_by_steps(left, right, label)
            return
        if any(p.op not in {"index", "letter"} for p in parameters) or len(set(parameters)) < len(parameters):
            raise ValueError(f"{label}: a definition is stated for every index, not for {left}")
        if self.labels.get(name, label) != label:
            raise ValueError(f"{name} is defined twice: {self.labels[name]} and {label}")
        letter = self.notation.letters.get(name)
        if name not in self.notation.operators and not (letter and (letter.defined or letter.later)):
            raise ValueError(f"{label}: {name} is given, so it has no definition")
        if letter and sort_of(right, self.notation) != (
            letter.values if letter.values in self.notation.index_sets else None
        ):
            raise ValueError(f"{label}: {right} is not a value that {name} can have")
        for other in self._waiting(right):
            raise ValueError(f"{label}: {other} stands on the right and is not defined before it")
        if self.has_steps(right):
            raise ValueError(f"{label}: a letter that is defined step by step stands in no other definition")
        unbound = free_indices(right) - free_indices(left)
        if unbound:
            raise ValueError(f"{label}: the index {', '.join(map(str, unbound))} is on the right only")
        if letter and letter.later:
            self._check_later(letter, right, label)
        self.bodies[name], self.labels[name] = (parameters, right), label

    def _check_later(self, letter: Letter, right: Node, label: str) -> None:
        """A letter that was given is computed from what the notation says, and not from itself."""
        waiting, made_of = [right], set()
        while waiting:
            names = {p.args[0] for p in tree.walk(waiting.pop()) if p.op in {"letter", "at", "call"}} - made_of
            made_of |= names
            waiting += [self.bodies[name][1] for name in names & set(self.bodies)]
        others = {name for name in made_of & set(self.notation.letters) if name not in letter.later}
        if others:
            raise ValueError(f"{label}: {letter.name} may not be computed from {', '.join(sorted(others))}")

    def _by_steps(self, name: str) -> bool:
        letter = self.notation.letters.get(name)
        return bool(letter) and letter.defined and letter.axes[:1] == ("step",)

    def _define_by_steps(self, left: Node, right: Node, label: str) -> None:
        """Record ``left := right``, where left is a letter at step 0, or after step t.

        The right side may use letters at step t, and after step t those that have their definition already;
        so every value comes from earlier ones.
        """
        name, when, *others = left.args if left.op == "at" else (left.args[0], left)
        if any(o.op != "index" for o in others) or len(set(others)) < len(others) or len(others) + 1 < len(
            self.notation.letters[name].axes
        ):  # fmt: skip
            raise ValueError(f"{label}: a definition is stated for every index, not for {left}")
        if when == ZERO:
            kind, parameters = self.starts, tuple(others)
        elif when.op == "add" and when.args[0].op == "index" and when.args[1:] == (ONE,):
            kind, parameters = self.steps, (when.args[0], *others)
        else:
            raise ValueError(f"{label}: {name} is defined at step 0 and after step t, not at {when}")
        if name in kind or (kind is self.starts and name in self.any_start):
            raise ValueError(f"{name} is defined twice: {label} is the second time")
        if free_indices(right) - set(parameters):
            raise ValueError(f"{label}: an index is on the right only")
        if sort_of(right, self.notation) is not None:
            raise ValueError(f"{label}: {right} is not a value that {name} can have")
        for part in tree.walk(right):
            if part.op in {"letter", "at"} and self._by_steps(part.args[0]):
                self._check_earlier(part, when, kind, label)
        later = {o for o in self._waiting(right) if not self._by_steps(o)}
        if later:
            raise ValueError(f"{label}: {', '.join(later)} stands on the right and is not defined before it")
        kind[name] = (parameters, right)
        if kind is self.starts:
            self.any_start |= {p.args[0] for p in tree.walk(right) if p.op == "at" and self._by_steps(p.args[0])} - set(
                kind
            )
        self.labels[f"{name} at {when}"] = label

    def has_steps(self, node: Node) -> bool:
        """Whether a letter that is defined step by step stands in the tree."""
        return any(part.op in {"letter", "at"} and self._by_steps(part.args[0]) for part in tree.walk(node))

    def _check_earlier(self, part: Node, when: Node, kind: dict, label: str) -> None:
        other, *at = part.args
        if not at:
            raise ValueError(f"{label}: {other} stands without its step")
        if tree.same(at[0], when):
            given = when == ZERO and other not in self.starts  # the weights at the start are any
            if other not in kind and not given:
                raise ValueError(f"{label}: {part} is not defined before it")
        elif when == ZERO or not tree.same(at[0], when.args[0]):
            raise ValueError(f"{label}: {part} is not of this step or the one before")

    def _waiting(self, node: Node) -> set[str]:
        """The letters and functions in ``node`` that are to be defined and are not yet."""
        names = {part.args[0] for part in tree.walk(node) if part.op in {"letter", "at", "call"}}
        to_define = {n for n, entry in self.notation.letters.items() if entry.defined} | set(self.notation.operators)
        return (names & to_define) - set(self.bodies) - set(self.steps)

    def unfold(self, node: Node) -> Node | None:
        """The body of the definition that ``node`` is an instance of, or None."""
        if node.op not in {"letter", "at", "call"}:
            return None
        arguments = node.args[1:]
        if node.op == "at" and self._by_steps(node.args[0]):
            when = arguments[0]
            if when == ZERO:
                defined, arguments = self.starts.get(node.args[0]), arguments[1:]
            elif when.op == "add":  # t + 1 + 1 is the step after t + 1
                *before, _ = when.args
                defined, arguments = self.steps.get(node.args[0]), (add(*before), *arguments[1:])
            else:
                return None  # at any step: nothing is known but by induction
        else:
            defined = self.bodies.get(node.args[0])
        if defined is None:
            return None
        parameters, body = defined
        if len(arguments) != len(parameters):
            return None
        if node.op == "call":
            row, *indices = arguments
            row_letter, *index_parameters = parameters
            fresh = {p: tree.index(f"{p.args[0]}°", p.args[1]) for p in index_parameters}
            body = self._with_row(tree.substitute(body, fresh), row_letter, row)
            return tree.substitute(body, dict(zip(fresh.values(), indices, strict=True)))
        mapping = dict(zip(parameters, arguments, strict=True))
        temporary = {p: tree.index(f"{p.args[0]}°", p.args[1]) for p in parameters}
        body = tree.substitute(body, temporary)
        return tree.substitute(body, {temporary[p]: mapping[p] for p in parameters})

    def _with_row(self, node: Node, row_letter: Node, row: Node) -> Node:
        if node.op == "at" and node.args[0] == row_letter.args[0]:
            return self.entry(row, node.args[1], ZERO)
        if node == row_letter:
            return row
        incoming = free_indices(row)
        if node.op in tree.BINDERS and node.args[1] in incoming:
            renamed = tree.fresh_index(node.args[1], incoming | tree.bound_indices(node))
            node = Node(node.op, (tree.substitute(node.args[0], {node.args[1]: renamed}), renamed, *node.args[2:]))
        return tree.replace_children(node, lambda child: self._with_row(child, row_letter, row))

    # --- arrays, entry by entry -----------------------------------------------------------

    def entry(self, node: Node, row: Node, column: Node) -> Node:
        """Entry (row, column) of an array; the column of a vector is ignored."""
        shape = shape_of(node, self.notation)
        op, args = node.op, node.args
        if shape == ():
            raise ValueError(f"{node} is a number and has no entries")
        if op in {"letter", "at"}:
            indices = [row] if shape[-1] == ONE_WIDE else [row, column]
            return tree.entry_of(args[0], *args[1:], *indices)
        if op == "transpose":
            return self.entry(args[0], column, row)
        if op == "add":
            return add(*(self.entry(term, row, column) for term in args))
        if op == "mul":
            return mul(*(self.entry(f, row, column) if shape_of(f, self.notation) else f for f in args))
        if op == "hadamard":
            return mul(*(self.entry(f, row, column) for f in args))
        if op == "ones":
            return ONE
        if op == "apply":
            return Node("apply", (*args, row))
        if op == "sum":
            taken = free_indices(row) | free_indices(column)
            if args[1] in taken:
                fresh = tree.fresh_index(args[1], taken | free_indices(node) | tree.bound_indices(node))
                args = (tree.substitute(args[0], {args[1]: fresh}), fresh, args[2])
            return tree.total(self.entry(args[0], row, column), args[1], args[2])
        if op == "diag":
            return mul(tree.delta(row, column), self.entry(args[0], row, ZERO))
        if op == "partial":
            return tree.partial(args[0], self.entry(args[1], row, column))
        if op == "matmul":
            return self._product_entry(list(args), row, column)
        raise Unsupported(f"the entries of {node}")

    def product_entry(self, product: Node) -> Node:
        """The number that a product of a row, matrices and a column is."""
        return self._product_entry(list(product.args), ZERO, ZERO)

    def _product_entry(self, factors: list[Node], row: Node, column: Node) -> Node:
        first, *rest = factors
        if not rest:
            return self.entry(first, row, column)
        inner = shape_of(first, self.notation)[1]
        if inner == ONE_WIDE:
            return mul(self.entry(first, row, ZERO), self._product_entry(rest, ZERO, column))
        avoid = frozenset().union(*(free_indices(f) | tree.bound_indices(f) for f in factors))
        avoid |= free_indices(row) | free_indices(column)
        bound = tree.fresh_index(self.notation.index_node(self.notation.index_sets[inner].letters[-1]), avoid)
        body = mul(self.entry(first, row, bound), self._product_entry(rest, bound, column))
        return tree.total(body, bound)

    def sum_of_squares(self, array: Node) -> Node:
        rows, columns = shape_of(array, self.notation)
        avoid = set(free_indices(array) | tree.bound_indices(array))
        row = self._fresh(rows, avoid)
        column = self._fresh(columns, avoid | {row})
        body = power(self.entry(array, row, column), tree.num(2))
        for bound in (column, row):
            body = tree.total(body, bound) if bound.op == "index" else body
        return body

    def _fresh(self, sort: str, avoid: set[Node]) -> Node:
        if sort == ONE_WIDE:
            return ZERO
        return tree.fresh_index(self.notation.index_node(self.notation.index_sets[sort].letters[-1]), avoid)

    def entries_of_relation(self, sides: tuple[Node, ...]) -> tuple[Node, ...]:
        """A relation between arrays, as one between their entries at indices that occur nowhere else."""
        shape = next((s for side in sides if side.op != "tuple" and (s := shape_of(side, self.notation))), ())
        if not shape:
            return sides
        avoid = set().union(*(free_indices(s) | tree.bound_indices(s) for s in sides))
        row = self._fresh(shape[0], avoid)
        column = self._fresh(shape[1], avoid | {row})
        return tuple(self.entry(side, row, column) for side in sides)

    # --- expanding ------------------------------------------------------------------------

    def expand(self, node: Node, keep: frozenset[str] = frozenset()) -> Node:
        """Down to the given letters: definitions put in (but for ``keep``), derivatives taken,
        matrix products, norms, brackets and cases written as sums and deltas."""
        op, args = node.op, node.args
        if op == "partial":
            body, variable = args
            name = variable.args[0]
            inner = self.expand(body, keep | {name})
            if self.has_steps(inner) or self.has_steps(variable):
                raise Unsupported(f"the derivative of a run in {variable}, on which every step may rest")
            if inner.op == "apply" and inner.args[1] == tree.letter(name):
                return tree.partial(inner, variable)  # of a function that may be any
            late = self._computed_from(inner, name)
            if late:
                raise Unsupported(f"{late} is given here, and computed from {name} elsewhere: rest on that derivation")
            if name in self.bodies and not self.made_of(name):
                raise Unsupported(f"{name} is made of labels alone, and nothing moves it")
            if name in self.bodies and not self._passes_through(inner, name):
                raise Unsupported(f"{body} is not given as a function of {name}, so it has no derivative in it")
            return self.expand(differentiate(inner, variable, self), keep)
        if op in {"letter", "at", "call"} and not (op != "call" and args[0] in keep):
            body = self.unfold(node)
            if body is not None:
                return self.expand(body, keep)
        if op == "matmul" and not shape_of(node, self.notation):
            return self.expand(self.product_entry(node), keep)
        if op == "pow" and args[0].op == "norm" and args[1] == tree.num(2):
            return self.expand(self.sum_of_squares(args[0].args[0]), keep)
        if op == "norm":
            return power(self.expand(self.sum_of_squares(args[0]), keep), tree.num("1/2"))
        if op == "bracket":
            return self.expand(truth(args[0]), keep)
        if op == "cases":
            return self.expand(cases_as_sum(args), keep)
        if op == "where":
            body, name, value = args
            inner = self.expand(body, keep)
            hidden = self.hides(inner, name)
            if hidden:
                raise Unsupported(f"{name} may be set to a value only where it is seen, and {hidden}")
            return tree.substitute(inner, {name: value})
        return tree.replace_children(node, lambda child: self.expand(child, keep))

    def hides(self, node: Node, name: Node) -> str:
        """Where an expanded tree rests on a letter without showing it; nothing where a value may be put in."""
        for part in tree.walk(node):
            if part.op in tree.BINDERS and self.notation.size_of(part.args[1].args[1]) == name:
                return f"{part.args[1]} runs as far as it says"
            if part.op in {"letter", "at"} and part.args[0] in self.notation.letters:
                letter = self.notation.letters[part.args[0]]
                if self._by_steps(letter.name):
                    return f"{letter.name} is a run that may rest on it"
                others = [self.notation.letters[other] for other in letter.later if letter.name not in self.bodies]
                if name.args[0] in {
                    self.notation.index_sets[a].size for o in others for a in set(o.axes) - set(letter.axes)
                }:
                    return f"{letter.name} is computed from as many numbers as it says elsewhere"
                if letter.values in self.notation.index_sets and self.notation.size_of(letter.values) == name:
                    return f"{letter.name} takes values as far as it says"
        return ""

    def _passes_through(self, node: Node, name: str) -> bool:
        """Whether the defined letter stands in the tree, and nothing that it is itself made of."""
        names = {part.args[0] for part in tree.walk(node) if part.op in {"letter", "at"}}
        return name in names and not names & self.made_of(name)

    def made_of(self, name: str) -> set[str]:
        """The given letters, each for numbers that can change, that a defined letter is made of."""
        real = {n for n in self.base_letters(self.bodies[name][1]) if n in self.notation.letters}
        return {n for n in real if self.notation.letters[n].values not in self.notation.index_sets}

    def base_letters(self, node: Node) -> set[str]:
        """The names of the given (undefined) letters that the value of ``node`` rests on."""
        names: set[str] = set()
        for part in tree.walk(node):
            if part.op in {"letter", "at", "call"}:
                name = part.args[0]
                if name in self.bodies:
                    parameters, body = self.bodies[name]
                    names |= self.base_letters(body) - {p.args[0] for p in parameters if p.op == "letter"}
                elif part.op != "call" and not (self._by_steps(name) and name in self.starts):
                    names.add(name)
        return names

    def _computed_from(self, node: Node, name: str) -> str:
        """The letter in the tree that is given here and computed from ``name`` elsewhere; nothing if there is none."""
        for part in tree.walk(node):
            if part.op in {"letter", "at"} and part.args[0] in self.notation.letters:
                letter = self.notation.letters[part.args[0]]
                if name in letter.later and letter.name not in self.bodies:
                    return letter.name
        return ""

    def depends(self, node: Node, name: str) -> bool:
        """Whether the value of ``node`` rests on the letter ``name``."""
        if self._computed_from(node, name):
            return True
        for part in tree.walk(node):
            if part.op in {"letter", "at", "call"}:
                if part.args[0] == name or self._by_steps(part.args[0]):  # a run may rest on anything
                    return True
                if part.args[0] in self.bodies and self.depends(self.bodies[part.args[0]][1], name):
                    return True
        return False


def truth(condition: Node) -> Node:
    """1 where the condition holds, else 0, as a delta; as a gate, which is 1 where what it holds is positive."""
    if condition.op == "eq":
        return tree.delta(*condition.args)
    if condition.op == "ne":
        return add(ONE, mul(MINUS_ONE, tree.delta(*condition.args)))
    if condition.op == "gt":
        left, right = condition.args
        return Node("gate", (add(left, mul(MINUS_ONE, right)),))
    raise Unsupported(f"the condition {condition}")


def cases_as_sum(cases: tuple[Node, ...]) -> Node:
    """Each case times the truth of its condition; the conditions must split all cases between them."""
    conditions = [case.args[1] for case in cases]
    if len(cases) != 2 or not _complementary(*conditions):
        raise Unsupported("two cases are expected, one where a condition holds and one where it does not")
    first, second = cases
    holds = truth(conditions[0]) if conditions[0].op != "otherwise" else complement(truth(conditions[1]))
    return add(mul(first.args[0], holds), mul(second.args[0], complement(holds)))


def complement(holds: Node) -> Node:
    return add(ONE, mul(MINUS_ONE, holds))


def _complementary(one: Node, other: Node) -> bool:
    if other.op == "otherwise":
        return one.op in {"eq", "ne", "gt"}
    return {one.op, other.op} == {"eq", "ne"} and {tree.key(a) for a in one.args} == {tree.key(a) for a in other.args}


# --- differentiation --------------------------------------------------------------------


def differentiate(node: Node, variable: Node, definitions: Definitions) -> Node:
    """The derivative of an expanded tree in one given letter, with its indices."""
    op, args = node.op, node.args
    if not any(part.op in {"at", "letter"} and part.args[0] == variable.args[0] for part in tree.walk(node)):
        return ZERO

    def d(part: Node) -> Node:
        return differentiate(part, variable, definitions)

    if op == "letter":
        return ONE if node == variable else ZERO
    if op == "at":
        if len(args) != len(variable.args):
            raise Unsupported(f"the derivative of {node} in {variable}")
        return mul(*(tree.delta(i, j) for i, j in zip(args[1:], variable.args[1:], strict=True)))
    if op == "add":
        return add(*map(d, args))
    if op == "mul":
        return add(*(mul(*args[:n], d(factor), *args[n + 1 :]) for n, factor in enumerate(args)))
    if op == "pow" and args[1].op == "num":
        base, exponent = args
        return mul(exponent, power(base, tree.num(exponent.args[0] - 1)), d(base))
    if op == "exp":
        return mul(node, d(args[0]))
    if op == "log":
        return mul(power(args[0], MINUS_ONE), d(args[0]))
    if op == "larger" and ZERO in args:
        other = args[args[0] == ZERO]
        return mul(Node("gate", (other,)), d(other))  # but where it opens, and there is no derivative there
    if op == "gate":
        raise Unsupported("the derivative of a bracket, which has none where it opens")
    if op == "apply" and args[1] == tree.letter(variable.args[0]):
        return tree.partial(node, variable)
    if op == "sum":
        body, bound, domain = args
        if bound in free_indices(variable):
            renamed = tree.fresh_index(bound, free_indices(node) | free_indices(variable) | tree.bound_indices(node))
            body = tree.substitute(body, {bound: renamed})
            bound = renamed
        return tree.total(differentiate(body, variable, definitions), bound, domain)
    raise Unsupported(f"the derivative of {op}")
