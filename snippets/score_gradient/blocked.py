"""The gradient in blocks of rows that fit into the processor's cache, on several threads."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from snippets.checks import check_parts, check_table
from snippets.score_gradient.one_block import fill

BLOCK = 2**19  # bytes: a block of scores and its gradient fit into a cache of 2 MiB
FEW = 2**20  # scores: with no more of them, a second thread costs as much as it saves


def score_gradient(scores, labels, out=None, *, threads=None, block=None):
    """Return the gradient of the mean loss in the scores, shape (N, C).

    Source: `eq:gradient-one-pass` of faster.md: see `snippets.score_gradient.one_block`.

    scores, labels, out, and what is raised: as in `snippets.score_gradient.in_place`.
    threads: how many; None is one for a small table, else one for each processor.
    block: how many rows at a time; None is as many as half a MiB holds.
    Each row is computed alone: any threads and any block give the same bits.
    Where a score is refused, out has been written to: its rows hold their gradient, or nan, or what they held.

    >>> score_gradient([[0.1, 5, -0.3], [2, 1, -1]], [0, 0], threads=2, block=1).round(4)
    array([[-0.4963,  0.4939,  0.0025],
           [-0.1473,  0.1297,  0.0176]])
    """
    threads, block = check_parts(threads, block)
    scores, labels, out = check_table(scores, labels, out)
    table = out if out.dtype == scores.dtype else np.empty_like(scores)
    in_blocks(table, scores, labels, threads, block)
    if table is not out:
        # What is too small for float16 is 0 there.
        with np.errstate(under="ignore"):
            out[...] = table
    return out


# --8<-- [start:in_blocks]
def in_blocks(table, scores, labels, threads, block):
    """Write the gradient into table, some rows at a time.

    The rows are shared out among the threads, one piece for each.
    """
    N, C = scores.shape
    block = block or max(1, BLOCK // (C * scores.itemsize))
    threads = threads or (os.cpu_count() if scores.size > FEW else 1)
    share = -(-N // threads)
    replaced = np.may_share_memory(table, scores)

    def work(first):
        last = min(first + share, N)
        for start in range(first, last, block):
            rows = slice(start, min(start + block, last))
            given = scores[rows].copy() if replaced else scores[rows]
            fill(table[rows], given, labels[rows], N, start)

    if threads == 1:
        work(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            # As a list, to raise here what a thread raised.
            list(pool.map(work, range(0, N, share)))
    # --8<-- [end:in_blocks]
