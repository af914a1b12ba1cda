"""The table of letters: what each one is, its shape, and what its values may be.

The table is filled once, in ``derivations/notation.py``.
The reader of pages, the scripts and the number-checks all look letters up here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sympy import IndexedBase, MatrixSymbol, Symbol

from derivations.proof.symbols import application
from derivations.proof.tree import Node, index, letter

ONE_WIDE = "1"  # the width of a column, the height of a row

Shape = tuple[str, ...]  # () is a number; two entries are a matrix's rows and columns


@dataclass(frozen=True)
class IndexSet:
    """The set 0, ..., size - 1 that an index runs over, and the letters reserved for it."""

    sort: str
    size: str
    letters: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """A letter: its name, how it is written, the index sets of its entries, what values it takes.

    ``values`` is "real", "positive", "nonnegative", "fraction" (at least 0, less than 1), or an index
    sort (a label is a class).
    A letter that is given at first may be computed ``later``, from the letters named there: a derivation that does
    not rest on that one holds for any values, and takes no derivative in what they may be computed from.
    ``promise`` is what is known of a given array as a whole: "onto" (every value occurs) or "not all zero".
    """

    name: str
    latex: str
    axes: tuple[str, ...]
    values: str
    defined: bool = False
    promise: str = ""
    later: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """A letter for any differentiable function of a row of numbers: ``argument`` is the row's index set.

    It may be one function for each value of the ``leading`` indices, and its value may be an array.
    """

    name: str
    latex: str
    argument: str
    leading: tuple[str, ...]
    result: tuple[str, ...]

    @property
    def axes(self) -> tuple[str, ...]:
        return (*self.leading, *self.result)


@dataclass
class Notation:
    """All letters of the site; adding one twice, with another meaning, is an error."""

    sizes: dict[str, str] = field(default_factory=dict)
    index_sets: dict[str, IndexSet] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    operators: dict[str, tuple[str, ...]] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)

    def size(self, name: str) -> Symbol:
        """A positive whole number, such as N."""
        self._new(name)
        self.sizes[name] = name
        return Symbol(name, integer=True, positive=True)

    def index_set(self, sort: str, size: Symbol, letters: str) -> list[Symbol]:
        """The indices of one sort: each runs over 0, ..., size - 1."""
        names = tuple(letters.split())
        for name in names:
            self._new(name)
        self.index_sets[sort] = IndexSet(sort, size.name, names)
        return [Symbol(name, integer=True) for name in names]

    def number(self, name: str, values: str = "real", *, latex: str | None = None, defined: bool = False) -> Symbol:
        """A letter for one number."""
        self._add(Letter(name, latex or name, (), values, defined))
        return Symbol(name, real=True)

    def array(
        self, name: str, *axes: str, values: str = "real", latex: str | None = None, defined: bool = False,
        promise: str = "", later: Iterable[str] = (),
    ):  # fmt: skip
        """A letter for numbers with indices; with two axes it is a matrix too."""
        self._add(Letter(name, latex or name, axes, values, defined, promise, tuple(later)))
        if len(axes) == 2:
            rows, columns = (Symbol(self.index_sets[axis].size, integer=True, positive=True) for axis in axes)
            return MatrixSymbol(name, rows, columns)
        return IndexedBase(name, real=True)

    def operator(self, name: str, *result: str) -> None:
        """A function of a row of numbers, one for each class; ``result`` names the axes of its value."""
        self.operators[name] = result

    def function(
        self, name: str, argument: str, *, leading: tuple[str, ...] = (), result: tuple[str, ...] = (), latex: str
    ):
        """A letter for any function of a row; in a script ``name(row, index, ...)`` is its value."""
        self._new(name)
        self.functions[name] = Function(name, latex, argument, leading, result)
        return application(name)

    def _add(self, new: Letter) -> None:
        self._new(new.name)
        self.letters[new.name] = new

    def _new(self, name: str) -> None:
        taken = name in self.sizes or name in self.letters or name in self.functions
        taken = taken or any(name in s.letters for s in self.index_sets.values())
        if taken:
            raise ValueError(f"the letter {name} has a meaning already")

    # --- looking up ---------------------------------------------------------------------

    def sort_of_index(self, name: str) -> str | None:
        return next((s.sort for s in self.index_sets.values() if name in s.letters), None)

    def index_node(self, name: str) -> Node:
        sort = self.sort_of_index(name)
        if sort is None:
            raise KeyError(f"{name} is not an index")
        return index(name, sort)

    def by_latex(self, latex: str) -> str | None:
        """The name of the letter that is written ``latex``."""
        if latex in self.sizes:
            return latex
        return next((entry.name for entry in self.letters.values() if entry.latex == latex), None)

    def sort_of_size(self, size: str) -> str | None:
        return next((s.sort for s in self.index_sets.values() if s.size == size), None)

    def size_of(self, sort: str) -> Node:
        return letter(self.index_sets[sort].size)
