"""The gradient of a few rows that fit into the processor's cache: exponentials first, a shift only where one is due."""

import numpy as np

from snippets.checks import check_largest
from snippets.rows import row_maxima, row_sums
from snippets.shift import whole_shift

# A sum between these was made by exponentials that have all their digits.
LOW, HIGH = 0.5, 2.0**91


# --8<-- [start:to_gradient]
def to_gradient(table, labels, N):
    """Turn exponentials into the gradient. Return their sums (n,).

    table: shape (n, C), in C order. labels: shape (n,).
    N: the number of all rows, of which these are n.

    Source: `eq:gradient-one-pass` of faster.md, at the label
    `eq:missing-share` of stability.md: minus all that the others have.

    >>> table = np.array([[3.0, 5.0], [2.0, 6.0]])
    >>> to_gradient(table, [0, 1], N=2)
    array([8., 8.])
    >>> table
    array([[-0.3125,  0.3125],
           [ 0.125 , -0.125 ]])
    """
    n, C = table.shape
    at_label = np.arange(0, n * C, C) + labels
    # The same memory in one row: one index is found faster than two.
    flat = table.ravel()
    exp_label = flat[at_label]
    flat[at_label] = 0
    others = row_sums(table)
    sums = others + exp_label
    flat[at_label] = 0 - others
    table *= (1 / N / sums)[:, None]
    return sums
    # --8<-- [end:to_gradient]


# --8<-- [start:fill]
@np.errstate(all="ignore")  # the sums tell what overflowed
def fill(table, scores, labels, N, start):
    """Write the gradient of some rows, without a shift.

    Source: `eq:gradient-one-pass` of faster.md, with 0 as the shift.

    table and scores: shape (n, C), not the same memory.
    labels: shape (n,). table is in C order.
    N: the number of all rows. start: which of them comes first here.
    Where a sum is out of range, the row is shifted and done again.
    Raises ValueError there for nan, +inf, or nothing but -inf.

    >>> table = np.empty((2, 2))
    >>> scores = np.array([[0.0, 0], [900, 0]])
    >>> fill(table, scores, np.array([0, 1]), 2, 0)
    >>> table
    array([[-0.25,  0.25],
           [ 0.5 , -0.5 ]])
    """
    if scores.shape[1] > 256:
        # Else numpy writes each row's factor C times into a buffer.
        np.setbufsize(16)
    sums = to_gradient(np.exp(scores, out=table), labels, N)
    if not (sums.min() >= LOW and sums.max() <= HIGH):
        far = np.flatnonzero(~((sums >= LOW) & (sums <= HIGH)))
        shifted = scores[far]
        largest = check_largest(row_maxima(shifted), far + start)
        shifted -= whole_shift(largest)[:, None]
        to_gradient(np.exp(shifted, out=shifted), labels[far], N)
        table[far] = shifted
    # --8<-- [end:fill]
