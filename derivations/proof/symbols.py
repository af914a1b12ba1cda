"""What the subject writes and SymPy has no class for; each stays exactly as it was written."""

from sympy import Expr, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixExpr


class _Written(Expr):
    """An expression that SymPy carries along and never evaluates."""

    is_commutative = True

    def __new__(cls, *args):
        return Expr.__new__(cls, *map(sympify, args))


class Component(_Written):
    """softmax(x)_j: a named function of a row, and an entry of its value."""


class Maximum(_Written):
    """max over the index, which is the second argument."""


class Larger(_Written):
    """The larger of two numbers."""


class Application(_Written):
    """The value of a function of a row: name, row, indices."""


class ArgMaximum(_Written):
    """The index at which the first argument is largest."""


class Where(_Written):
    """The first argument with a letter set to a value: the bar with N = 1."""


class Gradient(_Written):
    """The derivatives of a number in all numbers of an array with one index."""


class Norm(_Written):
    """The Euclidean (Frobenius) norm of an array."""


class SumExcept(_Written):
    """The sum over an index that leaves one value out: body, index, the value left out."""


class Bracket(_Written):
    """1 where the condition holds and 0 elsewhere."""


class Row(MatrixExpr):
    """Row i of a matrix, as a column of numbers: p_i."""

    def __new__(cls, matrix, i):
        return MatrixExpr.__new__(cls, sympify(matrix), sympify(i))

    @property
    def shape(self):
        matrix = self.args[0]
        return (matrix.shape[1], 1) if hasattr(matrix, "shape") else (1, 1)

    def _entry(self, i, j, **kwargs):
        return Component(Str("entry"), self, i)


class Table(MatrixExpr):
    """Table i of an array with three indices: J_i."""

    def __new__(cls, array, i, rows, columns):
        return MatrixExpr.__new__(cls, *map(sympify, (array, i, rows, columns)))

    @property
    def shape(self):
        return self.args[2:]

    def _entry(self, i, j, **kwargs):
        return Component(Str("entry"), self, i, j)


class Column(MatrixExpr):
    """The numbers of an array with one index, one below the other."""

    def __new__(cls, array, size):
        return MatrixExpr.__new__(cls, sympify(array), sympify(size))

    @property
    def shape(self):
        return (self.args[1], 1)

    def _entry(self, i, j, **kwargs):
        return Component(Str("entry"), self, i)


class Diagonal(MatrixExpr):
    """The square matrix with a column of numbers on its diagonal."""

    def __new__(cls, column):
        return MatrixExpr.__new__(cls, sympify(column))

    @property
    def shape(self):
        return (self.args[0].shape[0],) * 2

    def _entry(self, i, j, **kwargs):
        return Component(Str("entry"), self, i, j)


def component(name):
    """The function called ``name``: ``softmax(row, j)`` is its entry j, ``LSE(row)`` its value."""
    return lambda row, *indices: Component(Str(name), row, *indices)


def row(matrix, i):
    """Row i of a matrix."""
    return Row(matrix, i)


def table(array, i, rows, columns):
    """Table i of an array with three indices, with so many rows and columns."""
    return Table(array, i, rows, columns)


def column(array, size):
    """An array with one index as a column of ``size`` numbers."""
    return Column(array, size)


def sum_except(body, index, left_out):
    """The sum over all values of the index but one."""
    return SumExcept(body, index, left_out)


def maximum(body, index):
    """The largest value of ``body`` as the index runs."""
    return Maximum(body, index)


def larger(one, other):
    """The larger of two numbers."""
    return Larger(one, other)


def application(name):
    """The function called ``name``: ``ell(row, i)`` is its value at a row of numbers."""
    return lambda row, *indices: Application(Str(name), row, *indices)


def argmax(body, index):
    """Where ``body`` is largest."""
    return ArgMaximum(body, index)


def where(body, symbol, value):
    """``body`` with a letter set to a value."""
    return Where(body, symbol, value)


def gradient(body, array):
    """The derivatives of ``body`` in all numbers of an array with one index, as a column."""
    return Gradient(body, array)


def norm(array):
    """The root of the sum of all squared entries."""
    return Norm(array)


def diag(column):
    """The square matrix with the column on its diagonal and zeros elsewhere."""
    return Diagonal(column)


def bracket(condition):
    """The indicator of a condition."""
    return Bracket(condition)
