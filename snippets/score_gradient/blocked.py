"""The gradient in blocks of rows that fit into the processor's cache, on several threads."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from snippets.checks import check_largest, check_parts, check_table
from snippets.shift import whole_shift

BLOCK = 2**19  # bytes: a block of scores and its gradient fit into a cache of 2 MiB
FEW = 2**18  # scores: with fewer, a second thread costs more than it saves
LOW, HIGH = 0.5, 2.0**64  # a sum between these was made by exponentials that have all their digits


def score_gradient(scores, labels, out=None, *, threads=None, block=None):
    """Return the gradient of the mean loss in the scores, shape (N, C).

    Source: `eq:gradient-one-pass` of faster.md, with a whole number as the shift; `eq:missing-share` at the label.

    scores, labels, out, and what is raised: as in `snippets.score_gradient.in_place`.
    threads: how many; None is one for a small table, else one for each processor.
    block: how many rows at a time; None is as many as half a MiB holds.
    Each row is computed alone: any threads and any block give the same bits.
    When a score is refused, out holds the gradient of some rows already.

    >>> score_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, 0], threads=2, block=1).round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    check_parts(threads, block)
    scores, labels, out = check_table(scores, labels, out)
    table = out if out.dtype == scores.dtype else np.empty_like(scores)
    in_blocks(table, scores, labels, threads, block)
    if table is not out:
        out[...] = table
    return out


# --8<-- [start:in_blocks]
def in_blocks(table, scores, labels, threads, block):
    """Write the gradient into table, which may be the scores, some rows at a time."""
    N, C = scores.shape
    block = block or max(1, BLOCK // (C * scores.itemsize))
    replaced = np.may_share_memory(table, scores)

    def rows_from(start):
        rows = slice(start, start + block)
        given = scores[rows].copy() if replaced else scores[rows]
        fill(table[rows], given, labels[rows], N, start)

    if threads == 1 or threads is None and scores.size < FEW:
        for start in range(0, N, block):
            rows_from(start)
    else:
        with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
            list(pool.map(rows_from, range(0, N, block)))  # list: to raise what a thread raised
    # --8<-- [end:in_blocks]


# --8<-- [start:fill]
@np.errstate(all="ignore")  # the sums tell what overflowed
def fill(table, scores, labels, N, start):
    """Write the gradient of some rows into table. Only where a sum is out of range, shift the row and do it again."""
    if scores.shape[1] > 256:
        np.setbufsize(16)  # else numpy writes out the factor of each row, C times, before it multiplies
    sums = to_gradient(np.exp(scores, out=table), labels, N)
    if not (sums.min() >= LOW and sums.max() <= HIGH):
        far = np.flatnonzero(~((sums >= LOW) & (sums <= HIGH)))
        largest = check_largest(row_maxima(scores[far]), far + start)
        shifted = np.exp(scores[far] - whole_shift(largest)[:, None])
        to_gradient(shifted, labels[far], N)
        table[far] = shifted
    # --8<-- [end:fill]


# --8<-- [start:to_gradient]
def to_gradient(table, labels, N):
    """Turn rows of exponentials (n, C) into rows of the gradient, and return the rows' sums."""
    n, C = table.shape
    at_label = np.arange(0, n * C, C) + labels
    flat = table.ravel()  # the same memory: one index is found faster than two
    exp_label = flat[at_label]
    flat[at_label] = 0
    others = row_sums(table)
    sums = others + exp_label
    flat[at_label] = 0 - others
    table *= (1 / N / sums)[:, None]
    return sums
    # --8<-- [end:to_gradient]


def row_sums(table):
    """Add up each row in pieces of at most 128, then the pieces: fast as one product, and rounded as little as a tree."""
    n, C = table.shape
    pieces = -(-C // 128)
    if pieces == 1:
        return np.einsum("nc->n", table)
    width = C // pieces
    whole = pieces * width
    sums = np.einsum("npw->np", table[:, :whole].reshape(n, pieces, width))
    return sums.sum(axis=1) + table[:, whole:].sum(axis=1)


def row_maxima(table):
    """The largest of each row. Where rows are short it is faster to turn the table over and go along its columns."""
    few = table.shape[1] <= 32
    return table.T.copy().max(axis=0) if few else table.max(axis=1)
