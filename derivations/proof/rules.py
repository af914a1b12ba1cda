"""The rules by which one line follows from the line before.

A rule is a function: given a part of a formula it yields what that part may become.
A step is accepted when its named rule, used as often as needed and nothing else, leads from one
line to the other.
The first line of each docstring is the statement that the site shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import sympy

from derivations.proof import tree
from derivations.proof.meaning import Definitions, Unsupported, truth
from derivations.proof.normal import Normalizer
from derivations.proof.read import shape_of
from derivations.proof.tree import MINUS_ONE, ONE, ZERO, Node, add, free_indices, mul, partial, power, substitute

_MOST_FORMULAS = 500  # that the search looks at from each end before it gives up
_ROOM = 40  # by how many signs a line in between may be longer than twice the two lines


@dataclass
class Context:
    """What a rule may look up: the definitions, and results proved before."""

    definitions: Definitions
    results: list[tuple[Node, Node]] = field(default_factory=list)


Rewrite = Callable[[Node, Context], Iterable[Node]]


@dataclass(frozen=True)
class Rule:
    """A named rule; ``statement`` is what it says, ``function`` what it does."""

    name: str
    statement: str
    function: Rewrite
    whole: bool = False  # the function judges (before, after) at once

    @property
    def slug(self) -> str:
        return self.name.replace(" ", "-")


RULES: dict[str, Rule] = {}


def rules_of(names: str) -> list[Rule]:
    """The rules that a step names, "definition, cancellation"; raises ``KeyError`` with the first unknown name."""
    return [RULES[name] for name in names.split(", ")]


def leads(names: str, before: Node, after: Node, context: Context) -> bool:
    """Whether the named rules, and no others, turn ``before`` into ``after``."""
    rules = rules_of(names)
    if rules[0].name == "entry by entry" and len(rules) > 1:
        shapes = [shape_of(side, context.definitions.notation) for side in (before, after)]
        if not shapes[0] or shapes[0] != shapes[1]:
            return False
        return leads(names.partition(", ")[2], *context.definitions.entries_of_relation((before, after)), context)
    if any(rule.whole for rule in rules):
        return len(rules) == 1 and rules[0].function(before, after, context)

    def neighbours(node: Node) -> Iterator[Node]:
        for rule in rules:
            yield from _everywhere(node, rule.function, context)

    return _meet(before, after, neighbours)


def superfluous(names: str, before: Node, after: Node, context: Context) -> str | None:
    """A rule without which the others lead there too, or None."""
    listed = names.split(", ")
    for name in listed if len(listed) > 1 else []:
        if leads(", ".join(other for other in listed if other != name), before, after, context):
            return name
    return None


def rule(name: str, *, whole: bool = False):
    """Register a function as the rule ``name``."""

    def register(function):
        statement = " ".join((function.__doc__ or "").split())  # python -OO has none
        RULES[name] = Rule(name, statement, function, whole)
        return function

    return register


def _everywhere(node: Node, rewrite: Rewrite, context: Context) -> Iterator[Node]:
    """The tree with the rule used once, at each place where it can be."""
    yield from rewrite(node, context)
    for place, child in enumerate(node.args):
        variable = node.op == "partial" and place == 1  # it names a number, and has no value to be put in
        if isinstance(child, Node) and not variable:
            for new in _everywhere(child, rewrite, context):
                yield tree.rebuild(node.op, (*node.args[:place], new, *node.args[place + 1 :]))


def _meet(before: Node, after: Node, neighbours: Callable[[Node], Iterator[Node]]) -> bool:
    """Search from both lines at once until they meet: every rule is an equality and reads both ways."""
    seen = [{tree.key(before)}, {tree.key(after)}]
    edges = [[before], [after]]
    largest = 2 * max(_size(before), _size(after)) + _ROOM  # a result read backwards may grow for ever
    if seen[0] & seen[1]:
        return False  # nothing happened here
    while any(edges):
        side = 0 if edges[0] and (not edges[1] or len(seen[0]) <= len(seen[1])) else 1
        new_edge = []
        for node in edges[side]:
            for new in neighbours(node):
                name = tree.key(new)
                if name in seen[1 - side]:
                    return True
                if name not in seen[side] and _size(new) <= largest:
                    seen[side].add(name)
                    new_edge.append(new)
                if len(seen[side]) > _MOST_FORMULAS:
                    return False
        edges[side] = new_edge
    return False


@lru_cache(maxsize=100_000)
def _size(node: Node) -> int:
    return 1 + sum(_size(child) for child in tree.children(node))


# --- definitions and results ------------------------------------------------------------


@rule("definition")
def definition(node: Node, context: Context) -> Iterator[Node]:
    """A letter may be replaced by what it was defined to be, and the other way round."""
    body = context.definitions.unfold(node)
    if body is not None:
        yield body
    if node.op in {"pow"} and node.args[0].op == "norm" and node.args[1] == tree.num(2):
        yield context.definitions.sum_of_squares(node.args[0].args[0])


@rule("substitution of a result")
def substitution_of_a_result(node: Node, context: Context) -> Iterator[Node]:
    """What was proved equal before may take its place; it holds for every value of its indices."""
    for left, right in context.results:
        for one, other in ((left, right), (right, left)):
            found = match(one, node)
            if found is not None:
                yield substitute_many(other, found)


@rule("entry by entry", whole=True)
def entry_by_entry(before: Node, after: Node, context: Context) -> bool:
    """Two arrays are equal when all their entries are; the entry of a matrix product is a sum of products."""
    shapes = [shape_of(side, context.definitions.notation) for side in (before, after)]
    if shapes[0] != shapes[1] or not shapes[0]:
        return False  # numbers have no entries
    left, right = context.definitions.entries_of_relation((before, after))
    reached = [left]
    for node in reached:
        if tree.same(node, right) or algebraic(node, right):
            return True
        for known in (definition, substitution_of_a_result):
            reached += [new for new in known(node, context) if all(tree.key(new) != tree.key(r) for r in reached)]
    return False


# --- derivatives ------------------------------------------------------------------------


@rule("linearity")
def linearity(node: Node, context: Context) -> Iterator[Node]:
    """The derivative of a sum is the sum of the derivatives, and a factor that does not depend on the variable comes
    out in front.
    """
    if node.op != "partial":
        return
    body, variable = node.args
    if body.op == "add":
        yield add(*(partial(term, variable) for term in body.args))
    if body.op == "mul":
        constant = [f for f in body.args if not _depends(f, variable, context)]
        moving = [f for f in body.args if f not in constant]
        if constant and moving:
            yield mul(*constant, partial(mul(*moving), variable))
    if body.op == "sum":
        inner, bound, domain = body.args
        if bound in free_indices(variable):  # the sum's own index has another name then
            renamed = tree.fresh_index(bound, free_indices(variable) | free_indices(body) | tree.bound_indices(inner))
            inner, bound = substitute(inner, {bound: renamed}), renamed
        yield tree.total(partial(inner, variable), bound, domain)


@rule("independence")
def independence(node: Node, context: Context) -> Iterator[Node]:
    """What does not depend on the variable has the derivative 0, and a term that is 0 may be left out."""
    if node.op == "partial" and not _depends(node.args[0], node.args[1], context):
        yield ZERO
    if node.op == "add" and ZERO in node.args:
        rest = [term for term in node.args if term != ZERO]
        yield add(*rest) if rest else ZERO
    if node.op == "mul" and ZERO in node.args and not shape_of(node, context.definitions.notation):
        yield ZERO


@rule("one term survives")
def one_term_survives(node: Node, context: Context) -> Iterator[Node]:
    """In a sum of derivatives, only the term that contains the variable is not 0."""
    if node.op != "sum" or node.args[0].op != "partial" or node.args[2] is not None:
        return
    (body, variable), bound = node.args[0].args, node.args[1]
    if bound in free_indices(variable) or context.definitions.has_steps(node):
        return
    name = variable.args[0]
    expanded = context.definitions.expand(body, frozenset([name]))
    entries = list(tree.entries(expanded, name))
    for place, wanted in enumerate(variable.args[1:], start=1):
        if entries and all(
            len(e.args) > place and e.args[place] == bound and bound not in inner for e, inner in entries
        ):
            yield partial(substitute(body, {bound: wanted}), variable)


@rule("own sample")
def own_sample(node: Node, context: Context) -> Iterator[Node]:
    """What is made of one sample's numbers alone does not change with another sample's: a delta says so."""
    if node.op != "partial" or context.definitions.has_steps(node):
        return
    body, variable = node.args
    name, *wanted = variable.args
    if context.definitions.notation.letters[name].axes[:1] != ("sample",):
        return
    entries = list(tree.entries(context.definitions.expand(body, frozenset([name])), name))
    places = {e.args[1] for e, inner in entries if len(e.args) > 1 and e.args[1] not in inner}
    if len(places) == 1 and all(e.args[1:2] == (*places,) for e, _ in entries) and wanted and not places & {wanted[0]}:
        (own,) = places
        if own.op == "index" and own.args[1] == "sample":
            yield mul(tree.delta(own, wanted[0]), partial(body, tree.entry_of(name, own, *wanted[1:])))


@rule("derivative of log")
def derivative_of_log(node: Node, context: Context) -> Iterator[Node]:
    """The derivative of a logarithm is one over its argument, times the derivative of the argument; one over a
    fraction is the fraction turned over.
    """
    if node.op == "partial" and node.args[0].op == "log":
        (inner,), variable = node.args[0].args, node.args[1]
        yield mul(power(inner, MINUS_ONE), partial(inner, variable))
        above, below = numerator_and_denominator(inner)
        if below != ONE:
            yield mul(below, power(above, MINUS_ONE), partial(inner, variable))


@rule("derivative of exp")
def derivative_of_exp(node: Node, context: Context) -> Iterator[Node]:
    """The derivative of an exponential is itself times the derivative of its exponent; a score has the derivative 1
    in itself and 0 in every other score, which a Kronecker delta writes in one.
    """
    if node.op == "partial" and node.args[0].op == "exp":
        (inner,), variable = node.args[0].args, node.args[1]
        slope = _coordinate(inner, variable)
        yield mul(node.args[0], slope if slope is not None else partial(inner, variable))


@rule("derivative of a coordinate")
def derivative_of_a_coordinate(node: Node, context: Context) -> Iterator[Node]:
    """A number in an array has the derivative 1 in itself and 0 in every other number of the array."""
    if node.op == "partial":
        slope = _coordinate(*node.args)
        if slope is not None and not context.definitions.has_steps(node):
            yield slope


@rule("quotient rule")
def quotient_rule(node: Node, context: Context) -> Iterator[Node]:
    """The derivative of a fraction is the denominator times the derivative of the numerator, minus the numerator
    times the derivative of the denominator, all over the denominator squared.
    """
    if node.op == "partial":
        body, x = node.args
        above, below = numerator_and_denominator(body)
        if below != ONE:
            change = add(mul(below, partial(above, x)), mul(MINUS_ONE, above, partial(below, x)))
            yield mul(change, power(below, tree.num(-2)))


@rule("product rule")
def product_rule(node: Node, context: Context) -> Iterator[Node]:
    """The derivative of a product is the derivative of each factor in turn, times the other factors."""
    if node.op == "partial" and node.args[0].op == "mul":
        factors, x = node.args[0].args, node.args[1]
        yield add(*(mul(*factors[:n], partial(f, x), *factors[n + 1 :]) for n, f in enumerate(factors)))


@rule("power rule")
def power_rule(node: Node, context: Context) -> Iterator[Node]:
    """The derivative of a power is the exponent times the power that is one lower, times the derivative of the base."""
    if node.op == "partial" and node.args[0].op == "pow" and node.args[0].args[1].op == "num":
        (base, exponent), x = node.args[0].args, node.args[1]
        yield mul(exponent, power(base, tree.num(exponent.args[0] - 1)), partial(base, x))


@rule("chain rule", whole=True)
def chain_rule(before: Node, after: Node, context: Context) -> bool:
    """A change of the variable passes through every number in between: multiply along each path and add up the
    paths.
    """
    gone, new = _only_in(before, after), _only_in(after, before)
    if len(gone) != 1 or len(new) != 1:
        return False
    whole, paths = _as_derivative(gone[0], context), new[0]
    bound = []
    while paths.op == "sum" and paths.args[2] is None:
        bound.append(paths.args[1])
        paths = paths.args[0]
    if whole is None or paths.op != "mul" or len(paths.args) != 2:
        return False
    outer, x = whole.args
    for one, other in (paths.args, paths.args[::-1]):
        first, second = _as_derivative(one, context), _as_derivative(other, context)
        if not first or not second or not tree.same(first.args[0], outer) or second.args[1] != x:
            continue
        if tree.same(second.args[0], first.args[1]):
            return _every_path(outer, first.args[1], x, bound, context)
    return False


def _only_in(one: Node, other: Node) -> list[Node]:
    """The terms of the first sum that the second has not."""
    left = [tree.key(term) for term in (other.args if other.op == "add" else (other,))]
    missing = []
    for term in one.args if one.op == "add" else (one,):
        if tree.key(term) in left:
            left.remove(tree.key(term))
        else:
            missing.append(term)
    return missing


def _as_derivative(node: Node, context: Context) -> Node | None:
    """A derivative, or what a letter that was defined to be one stands for."""
    node = node if node.op == "partial" else context.definitions.unfold(node)
    return node if node is not None and node.op == "partial" else None


def _every_path(outer: Node, between: Node, x: Node, bound: list[Node], context: Context) -> bool:
    """Whether each way from the outer quantity to the variable leads through the entries that are summed over."""
    name, *indices = between.args
    if name not in context.definitions.bodies or not set(bound) <= set(indices) or len(set(indices)) < len(indices):
        return False
    held = context.definitions.expand(outer, frozenset([name, x.args[0]]))
    body = context.definitions.expand(context.definitions.bodies[name][1], frozenset([x.args[0]]))
    if not any(tree.entries(body, x.args[0])):
        return False
    fixed = [(place, index) for place, index in enumerate(indices, start=1) if index not in bound]
    if any(tree.entries(held, x.args[0])) or (not fixed and not any(tree.entries(held, name))):
        return False
    if not fixed:
        return True
    entries = list(tree.entries(held, name))
    through = all(e.args[place] == index and index not in inner for e, inner in entries for place, index in fixed)
    return bool(entries) and through or _entry_alone(between, x, bound, context)


def _entry_alone(between: Node, x: Node, bound: list[Node], context: Context) -> bool:
    """Whether an entry rests on the entry of the variable in its own place, and on no other."""
    parameters, body = context.definitions.bodies[between.args[0]]
    body = context.definitions.expand(body, frozenset([x.args[0]]))
    entries = list(tree.entries(body, x.args[0]))
    return not bound and between.args[1:] == x.args[1:] and all(e.args[1:] == parameters for e, _ in entries)


@rule("positive part")
def positive_part(node: Node, context: Context) -> Iterator[Node]:
    """The larger of 0 and a number is the number where it is positive, and 0 elsewhere; that of the opposite number
    is smaller by the number. A bracket times itself is itself.
    """
    if node.op == "larger" and ZERO in node.args:
        number = node.args[node.args[0] == ZERO]
        bracket = Node("gt", (number, ZERO))
        yield mul(Node("bracket", (bracket,)), number)
        yield Node("cases", (Node("case", (number, bracket)), Node("case", (ZERO, Node("otherwise", ())))))
        opposite = _negated(number)
        yield add(Node("larger", (ZERO, opposite)), number)
        if _is_positive(number, context):
            yield number
        if _is_positive(opposite, context):
            yield ZERO
    if node.op == "mul":
        for place, factor in enumerate(node.args):
            if factor.op == "bracket" and factor in node.args[:place]:
                yield mul(*(f for n, f in enumerate(node.args) if n != place))


@rule("derivative of the positive part")
def derivative_of_the_positive_part(node: Node, context: Context) -> Iterator[Node]:
    """The larger of 0 and a number grows as the number does where that is positive, and not at all where it is
    negative. At 0 it has no derivative; there the bracket says 0.
    """
    if node.op == "partial" and node.args[0].op == "larger" and ZERO in node.args[0].args:
        number = node.args[0].args[node.args[0].args[0] == ZERO]
        inner = partial(number, node.args[1])
        yield mul(Node("bracket", (Node("gt", (number, ZERO)),)), ONE if number == node.args[1] else inner)


# --- sums and deltas --------------------------------------------------------------------


@rule("delta collapse")
def delta_collapse(node: Node, context: Context) -> Iterator[Node]:
    """A sum over an index that a Kronecker delta ties to a value keeps only the term with that value."""
    if node.op == "sum" and node.args[2] is None:
        body, bound, _ = node.args
        factors = list(body.args) if body.op == "mul" else [body]
        for place, factor in enumerate(factors):
            if factor.op == "delta" and bound in factor.args:
                target = next((i for i in factor.args if i != bound), bound)
                if bound not in free_indices(target):
                    yield substitute(mul(*factors[:place], *factors[place + 1 :]), {bound: target})


@rule("exchange under a delta")
def exchange_under_a_delta(node: Node, context: Context) -> Iterator[Node]:
    """Next to a Kronecker delta, one of its two indices may be written for the other: where they differ, the product
    is 0 anyway.
    """
    if node.op == "mul":
        for place, factor in enumerate(node.args):
            if factor.op == "delta":
                one, other = factor.args
                rest = mul(*node.args[:place], *node.args[place + 1 :])
                for old, new in ((one, other), (other, one)):
                    moved = substitute(rest, {old: new})
                    if moved != rest:
                        yield mul(factor, moved)


@rule("sum of terms")
def sum_of_terms(node: Node, context: Context) -> Iterator[Node]:
    """A sum of sums may be added up one part at a time."""
    if node.op == "sum" and node.args[0].op == "add":
        body, bound, domain = node.args
        yield add(*(tree.total(term, bound, domain) for term in body.args))


@rule("exchange of sums")
def exchange_of_sums(node: Node, context: Context) -> Iterator[Node]:
    """Two sums may be taken in either order: each pair of indices is counted once."""
    if node.op == "sum" and node.args[0].op == "sum" and node.args[2] is None and node.args[0].args[2] is None:
        (body, inner, _), outer = node.args[0].args, node.args[1]
        yield tree.total(tree.total(body, outer), inner)


@rule("constant factor")
def constant_factor(node: Node, context: Context) -> Iterator[Node]:
    """A factor that does not depend on the index comes out of the sum."""
    if node.op == "sum" and node.args[0].op == "mul":
        body, bound, domain = node.args
        outside = [f for f in body.args if bound not in free_indices(f)]
        inside = [f for f in body.args if bound in free_indices(f)]
        if outside and inside:
            yield mul(*outside, tree.total(mul(*inside), bound, domain))


@rule("sum of a constant")
def sum_of_a_constant(node: Node, context: Context) -> Iterator[Node]:
    """A sum of equal terms is their number times one of them."""
    if node.op == "sum" and node.args[2] is None and node.args[1] not in free_indices(node.args[0]):
        yield mul(context.definitions.notation.size_of(node.args[1].args[1]), node.args[0])


@rule("one term apart")
def one_term_apart(node: Node, context: Context) -> Iterator[Node]:
    """A sum over all values is the sum over all but one, plus that one term."""
    if node.op == "sum" and node.args[2] is not None and node.args[2].op == "except":
        body, bound, domain = node.args
        (left_out,) = domain.args
        yield add(tree.total(body, bound), mul(MINUS_ONE, substitute(body, {bound: left_out})))
    if node.op == "add":
        for place, term in enumerate(node.args):
            if term.op == "sum" and term.args[2] is not None and term.args[2].op == "except":
                body, bound, domain = term.args
                alone = substitute(body, {bound: domain.args[0]})
                for other, one in enumerate(node.args):
                    if other != place and tree.same(one, alone):
                        rest = [t for n, t in enumerate(node.args) if n not in {place, other}]
                        yield add(*rest, tree.total(body, bound))


@rule("case split")
def case_split(node: Node, context: Context) -> Iterator[Node]:
    """A Kronecker delta is 1 where its two indices agree and 0 where they differ, so a formula that holds one is two
    formulas, one for each case.
    """
    if node.op == "case":
        return
    deltas = {tree.key(part): part for part in tree.walk(node) if part.op == "delta"}
    for one in deltas.values():
        if not free_indices(one) <= free_indices(node):
            continue  # an index bound inside cannot be split outside
        agree, differ = (_put(node, one, value) for value in (ONE, ZERO))
        yield Node("cases", (Node("case", (agree, Node("eq", one.args))), Node("case", (differ, Node("ne", one.args)))))
    if node.op == "bracket":
        yield truth(node.args[0])


# --- fractions and products -------------------------------------------------------------


@rule("splitting a fraction")
def splitting_a_fraction(node: Node, context: Context) -> Iterator[Node]:
    """A fraction with a sum above is the sum of the fractions, each with the same denominator."""
    if node.op == "mul":
        below = [f for f in node.args if _is_inverse(f)]
        for place, factor in enumerate(node.args):
            if factor.op == "add":
                others = [f for n, f in enumerate(node.args) if n != place]
                for chosen in ([one] for one in below):
                    rest = [f for f in others if f not in chosen]
                    yield mul(*rest, add(*(mul(term, *chosen) for term in factor.args)))
                if len(below) > 1:
                    yield mul(*[f for f in others if f not in below], add(*(mul(t, *below) for t in factor.args)))


@rule("distributing")
def distributing(node: Node, context: Context) -> Iterator[Node]:
    """A factor in front of a bracket multiplies every term inside; minus one times minus one is one."""
    if node.op == "mul":
        for place, factor in enumerate(node.args):
            if factor.op == "add":
                others = [f for n, f in enumerate(node.args) if n != place]
                yield add(*(mul(*others, term) for term in factor.args))
                for chosen in others:
                    rest = list(others)
                    rest.remove(chosen)
                    yield mul(*rest, add(*(mul(chosen, term) for term in factor.args)))
        if node.args.count(MINUS_ONE) > 1:
            rest = list(node.args)
            rest.remove(MINUS_ONE)
            rest.remove(MINUS_ONE)
            yield mul(*rest)
    if node.op == "sum" and node.args[0].op == "mul" and MINUS_ONE in node.args[0].args:
        body, bound, domain = node.args
        rest = list(body.args)
        rest.remove(MINUS_ONE)
        yield mul(MINUS_ONE, tree.total(mul(*rest), bound, domain))


@rule("cancellation")
def cancellation(node: Node, context: Context) -> Iterator[Node]:
    """Equal factors gather into one power, so a factor above and below a fraction's line cancels; equal terms with
    opposite signs cancel too, numbers are multiplied, and zero times anything is zero.
    """
    if node.op == "mul":
        bases: dict[str, tuple[Node, list[int]]] = {}
        for factor in node.args:
            for base, exponent in _powers(factor):
                bases.setdefault(tree.key(base), (base, []))[1].append(exponent)
        for name, (base, exponents) in bases.items():
            if base.op != "num" and len(exponents) > 1:
                rest = [power(b, tree.num(e)) for f in node.args for b, e in _powers(f) if tree.key(b) != name]
                left = sum(exponents)
                yield mul(*rest, power(base, tree.num(left)) if left else ONE)
        numbers = [n for n, factor in enumerate(node.args) if factor.op == "num"]
        for one, other in combinations(numbers, 2):
            times = tree.num(node.args[one].args[0] * node.args[other].args[0])
            yield mul(times, *(f for n, f in enumerate(node.args) if n not in {one, other}))
        if ZERO in node.args and not shape_of(node, context.definitions.notation):
            yield ZERO
    if node.op == "add":
        for place, term in enumerate(node.args):
            for other in range(place):
                if tree.same(tree.neg(term), node.args[other]) or tree.same(term, tree.neg(node.args[other])):
                    rest = [t for n, t in enumerate(node.args) if n not in {place, other}]
                    yield add(*rest) if rest else ZERO


@rule("common factor")
def common_factor(node: Node, context: Context) -> Iterator[Node]:
    """A factor that every term has may be written once, in front of a bracket."""
    if node.op == "add":
        first = node.args[0].args if node.args[0].op == "mul" else (node.args[0],)
        for factor in first:
            terms = []
            for term in node.args:
                factors = list(term.args) if term.op == "mul" else [term]
                match_ = next((f for f in factors if tree.same(f, factor)), None)
                if match_ is None:
                    break
                factors.remove(match_)
                terms.append(mul(*factors))
            else:
                yield mul(factor, add(*terms))


@rule("algebra", whole=True)
def algebra(before: Node, after: Node, context: Context) -> bool:
    """Adding, multiplying and dividing, by the rules for numbers."""
    return algebraic(before, after)


@rule("multiplying out", whole=True)
def multiplying_out(before: Node, after: Node, context: Context) -> bool:
    """Both sides are multiplied out and their sums taken term by term, in any order, until they hold the same terms.
    Powers, exponentials, logarithms and the larger of 0 and a number are taken apart, definitions and earlier results
    are put in, and nothing is differentiated.
    """
    sides = [_with_results(side, context) for side in (before, after)]
    if any(_has_derivative(side, context) or any(part.op == "where" for part in tree.walk(side)) for side in sides):
        return False
    return Normalizer(context.definitions).equal(*context.definitions.entries_of_relation(tuple(sides)))


def _with_results(node: Node, context: Context) -> Node:
    """The tree with every derivative, and every letter for one, replaced by what it was proved to be."""
    if node.op == "matmul" and not shape_of(node, context.definitions.notation):
        return _with_results(context.definitions.product_entry(node), context)
    whole = _as_derivative(node, context)
    for known in substitution_of_a_result(whole, context) if whole is not None else ():
        return known
    return tree.replace_children(node, lambda child: _with_results(child, context))


def _has_derivative(node: Node, context: Context) -> bool:
    bodies = context.definitions.bodies
    return any(
        part.op == "partial"
        or (
            part.op in {"letter", "at", "call"}
            and part.args[0] in bodies
            and _has_derivative(bodies[part.args[0]][1], context)
        )
        for part in tree.walk(node)
    )


@rule("root of a square")
def root_of_a_square(node: Node, context: Context) -> Iterator[Node]:
    """A positive factor that stands squared under a root comes out of the root."""
    if node.op == "pow" and node.args[1] == tree.num("1/2") and node.args[0].op == "mul":
        for place, factor in enumerate(node.args[0].args):
            if factor.op == "pow" and factor.args[1] == tree.num(2) and _is_positive(factor.args[0], context):
                rest = [f for other, f in enumerate(node.args[0].args) if other != place]
                yield mul(factor.args[0], power(mul(*rest), node.args[1]))


@rule("multiple out")
def multiple_out(node: Node, context: Context) -> Iterator[Node]:
    """The length of a positive multiple is the multiple of the length; a positive factor of one of two numbers comes
    out of the larger of them, and divides the other.
    """
    if node.op == "norm" and node.args[0].op == "mul":
        for place, factor in enumerate(node.args[0].args):
            if _is_positive(factor, context):
                rest = [f for other, f in enumerate(node.args[0].args) if other != place]
                yield mul(factor, Node("norm", (mul(*rest),)))
    if node.op == "larger":
        one, other = node.args
        for first, second in ((one, other), (other, one)):
            for factor in first.args if first.op == "mul" else (first,):
                if _is_positive(factor, context):
                    divided = [_divided(side, factor) for side in (first, second)]
                    yield mul(factor, Node("larger", tuple(divided)))


@rule("exponential of a sum")
def exponential_of_a_sum(node: Node, context: Context) -> Iterator[Node]:
    """The exponential of a sum is the product of the exponentials; that of 0 is 1; that of an opposite number is one
    over that of the number.
    """
    if node == tree.exp(ZERO):
        yield ONE
    if node.op == "exp" and node.args[0].op == "mul" and MINUS_ONE in node.args[0].args:
        yield _exp_of_term(node.args[0])
    if node.op == "exp" and node.args[0].op == "add":
        yield mul(*(_exp_of_term(term) for term in node.args[0].args))


@rule("logarithm of a product")
def logarithm_of_a_product(node: Node, context: Context) -> Iterator[Node]:
    """The logarithm of a product is the sum of the logarithms, that of a fraction the difference; log undoes exp."""
    if node.op == "log" and node.args[0].op == "mul":
        yield add(*(_log_of_factor(factor) for factor in node.args[0].args))
    elif node.op == "log" and node.args[0].op in {"pow", "exp"}:
        yield _log_of_factor(node.args[0])
    if node.op == "mul" and MINUS_ONE in node.args:  # minus a logarithm is that of the fraction turned over
        rest = list(node.args)
        rest.remove(MINUS_ONE)
        inner = mul(*rest)
        if inner.op == "log":
            above, below = numerator_and_denominator(inner.args[0])
            yield tree.log(mul(below, power(above, MINUS_ONE)))


@rule("exp undoes log")
def exp_undoes_log(node: Node, context: Context) -> Iterator[Node]:
    """The exponential of the logarithm of a positive number is that number."""
    if node.op == "exp" and node.args[0].op == "log":
        yield node.args[0].args[0]


@rule("specialization")
def specialization(node: Node, context: Context) -> Iterator[Node]:
    """What holds for every batch size holds for one: put the number in place of the letter."""
    if node.op == "where":
        body, name, value = node.args
        if not context.definitions.hides(context.definitions.expand(body), name):
            yield substitute(body, {name: value})


# --- statements about order, and rounded numbers: judged elsewhere ------------------------


def _judged_elsewhere(before: Node, after: Node, context: Context) -> bool:
    return False  # no step from one line to another is taken by these


JUDGED_ELSEWHERE = {
    "positivity": (
        "An exponential is positive, so are sums, products and fractions of positive numbers, and a sum of "
        "positive numbers is at least as large as any one of them."
    ),
    "squares": "A square is never negative, nor is a sum or a product of squares and positive numbers.",
    "tangent of the logarithm": "The logarithm lies below its tangent at 1, the line of the number less 1.",
    "largest term": (
        "No entry is larger than the largest; a larger exponent or argument gives a larger exponential or "
        "logarithm; and a sum of C terms is at least its largest term and at most C times it."
    ),
    "taking logarithms": "The logarithm grows with its argument, so two positive numbers compare as their logarithms do.",
    "induction": (
        "What holds at step 0, and after a step whenever it holds before the step, holds at every step; several such "
        "statements may be shown together, each step using all of them."
    ),
    "rounding": "The number on the right is the value on the left, rounded to the digits shown.",
    "evaluation": "Both sides are worked out for the running example.",
}
for _name, _statement in JUDGED_ELSEWHERE.items():
    RULES[_name] = Rule(_name, _statement, _judged_elsewhere, whole=True)


# --- shared by the rules ----------------------------------------------------------------


def numerator_and_denominator(node: Node) -> tuple[Node, Node]:
    """A product as a fraction: what stands above and below the line (1 below if nothing does)."""
    factors = node.args if node.op == "mul" else (node,)
    below = [power(f.args[0], tree.num(-f.args[1].args[0])) for f in factors if _is_inverse(f)]
    above = [f for f in factors if not _is_inverse(f)]
    return mul(*above), mul(*below)


def _is_inverse(node: Node) -> bool:
    return node.op == "pow" and tree.is_integer(node.args[1]) and node.args[1].args[0] < 0


def _powers(factor: Node) -> list[tuple[Node, int]]:
    """A factor as (base, exponent) pairs; one over a product is each factor below the line."""
    if factor.op == "pow" and tree.is_integer(factor.args[1]):
        base, exponent = factor.args[0], int(factor.args[1].args[0])
        if base.op == "mul":
            return [(b, e * exponent) for f in base.args for b, e in _powers(f)]
        return [(base, exponent)]
    return [(factor, 1)]


def _is_positive(node: Node, context: Context) -> bool:
    """Whether the node is a size, or a letter that stands for positive numbers."""
    notation = context.definitions.notation
    if node.op not in {"letter", "at"} or shape_of(node, notation):
        return False
    return node.args[0] in notation.sizes or notation.letters[node.args[0]].values == "positive"


def _divided(node: Node, factor: Node) -> Node:
    """The node without the factor, or over it where it has none; 0 stays 0."""
    if node == ZERO:
        return ZERO
    factors = list(node.args) if node.op == "mul" else [node]
    if factor not in factors:
        return mul(*factors, power(factor, MINUS_ONE))
    factors.remove(factor)
    return mul(*factors)


def _negated(term: Node) -> Node:
    if term.op == "mul" and MINUS_ONE in term.args:
        rest = list(term.args)
        rest.remove(MINUS_ONE)
        return mul(*rest)
    return tree.neg(term)


def _exp_of_term(term: Node) -> Node:
    if term.op == "mul" and MINUS_ONE in term.args:
        return power(tree.exp(_negated(term)), MINUS_ONE)
    return tree.exp(term)


def _log_of_factor(factor: Node) -> Node:
    if factor.op == "exp":
        return factor.args[0]
    if factor.op == "pow" and tree.is_integer(factor.args[1]):
        times = factor.args[1]
        inner = _log_of_factor(factor.args[0])
        return tree.neg(inner) if times == MINUS_ONE else mul(times, inner)
    return tree.log(factor)


def _depends(node: Node, variable: Node, context: Context) -> bool:
    """Whether the node may change with the variable; also if it shares letters with what the variable stands for."""
    kept, name = context.definitions, variable.args[0]
    return kept.depends(node, name) or (name in kept.bodies and bool(kept.base_letters(node) & kept.made_of(name)))


def _coordinate(body: Node, variable: Node) -> Node | None:
    """The derivative of an entry in an entry of the same array; equal indices leave no delta."""
    if body.op == "letter" and body == variable:
        return ONE
    if body.op == "at" and body.args[0] == variable.args[0] and len(body.args) == len(variable.args):
        pairs = zip(body.args[1:], variable.args[1:], strict=True)
        return mul(*(tree.delta(i, j) for i, j in pairs if i != j))
    return None


def _put(node: Node, old: Node, new: Node) -> Node:
    if tree.same(node, old):
        return new
    args = tuple(_put(arg, old, new) if isinstance(arg, Node) else arg for arg in node.args)
    if args == node.args:
        return node
    # a zero or a one that was put in stays visible: 0 - p is not yet -p
    return Node("add", args) if node.op == "add" else tree.rebuild(node.op, args)


def index_named(like: Node) -> Node:
    """An index of the same sort under a name that no page uses."""
    return tree.index(f"{like.args[0]}*", like.args[1])


def match(pattern: Node, node: Node, found: dict[Node, Node] | None = None) -> dict[Node, Node] | None:
    """The index values for which ``pattern`` is ``node``, or None."""
    found = dict(found or {})
    if pattern.op == "index":
        if pattern in found:
            return found if tree.same(found[pattern], node) else None
        if node.op == "index" and node.args[1] != pattern.args[1]:
            return None
        return {**found, pattern: node}
    if pattern.op in tree.BINDERS and node.op == pattern.op:
        if pattern.args[1].args[1] != node.args[1].args[1] or pattern.args[2:] != node.args[2:]:
            return None
        taken = free_indices(node) | free_indices(pattern) | tree.bound_indices(node) | tree.bound_indices(pattern)
        fresh = tree.fresh_index(index_named(pattern.args[1]), taken | set(found) | set(found.values()))
        bodies = (substitute(one.args[0], {one.args[1]: fresh}) for one in (pattern, node))
        inside = match(*bodies, {**found, fresh: fresh})
        if inside is None:
            return None
        del inside[fresh]
        return None if any(fresh in free_indices(value) for value in inside.values()) else inside
    if pattern.op != node.op or len(pattern.args) != len(node.args):
        return None
    if pattern.op in {"add", "mul"}:
        return _match_any_order(list(pattern.args), list(node.args), found)
    for mine, theirs in zip(pattern.args, node.args, strict=True):
        if isinstance(mine, Node) and isinstance(theirs, Node):
            found = match(mine, theirs, found)
            if found is None:
                return None
        elif mine != theirs:
            return None
    return found


def _match_any_order(pattern: list[Node], nodes: list[Node], found: dict) -> dict | None:
    if not pattern:
        return found
    first, *rest = pattern
    for place, node in enumerate(nodes):
        inside = match(first, node, found)
        if inside is not None:
            done = _match_any_order(rest, nodes[:place] + nodes[place + 1 :], inside)
            if done is not None:
                return done
    return None


def substitute_many(node: Node, found: dict[Node, Node]) -> Node:
    """All indices replaced at once, so that two may change places."""
    temporary = {old: tree.index(f"{old.args[0]}°", old.args[1]) for old in found}
    node = substitute(node, temporary)
    return substitute(node, {temporary[old]: new for old, new in found.items()})


def algebraic(before: Node, after: Node) -> bool:
    """Whether two trees are equal when everything but +, *, / and whole powers is taken as it stands."""
    names: dict[str, Node] = {}

    def opaque(node: Node) -> Node:
        if node.op == "num":
            return node
        if node.op in {"add", "mul"} or node.op == "pow" and tree.is_integer(node.args[1]):
            return tree.replace_children(node, opaque)
        if node.op == "cases":
            return tree.replace_children(node, lambda case: Node("case", (opaque(case.args[0]), case.args[1])))
        return names.setdefault(tree.key(node), Node("letter", (f"?{len(names)}",)))

    left, right = opaque(before), opaque(after)
    if tree.same(before, after):
        return False
    try:
        return _equal_numbers(left, right)
    except Unsupported:
        return False


def _equal_numbers(left: Node, right: Node) -> bool:
    if left.op == "cases" or right.op == "cases":
        return (
            left.op == right.op
            and len(left.args) == len(right.args)
            and all(
                tree.same(a.args[1], b.args[1]) and _equal_numbers(a.args[0], b.args[0])
                for a, b in zip(left.args, right.args, strict=True)
            )
        )

    def convert(node: Node):
        op, args = node.op, node.args
        if op == "num":
            return sympy.Rational(args[0].numerator, args[0].denominator)
        if op == "letter":
            return sympy.Symbol(args[0])
        if op == "add":
            return sympy.Add(*map(convert, args))
        if op == "mul":
            return sympy.Mul(*map(convert, args))
        if op == "pow":
            return convert(args[0]) ** int(args[1].args[0])
        raise Unsupported(op)

    return sympy.cancel(sympy.together(convert(left) - convert(right))) == 0
