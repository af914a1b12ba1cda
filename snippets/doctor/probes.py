"""The inputs that tell mistakes apart.

Sizes: N and C differ, and no two of the factors N, C, N * C, 2 and their quotients agree on all batches.
Labels: class 0 and the last class occur, so do repeated and missing ones.
Scores: a fixed row of irregular numbers of moderate size, so that no two models agree by chance.
Everything is fixed: the same function always meets the same inputs.
"""

import numpy as np

from snippets.doctor.truth import Batch

# Each batch: the number of samples, the number of classes, the labels.
SIZES = [
    (4, 3, [2, 0, 0, 1]),
    (3, 5, [4, 1, 0]),
    (6, 4, [0, 3, 1, 1, 2, 3]),
    (2, 7, [6, 0]),
    (7, 2, [1, 0, 1, 1, 0, 0, 1]),
    (5, 6, [5, 0, 2, 2, 4]),
    (4, 4, [3, 0, 0, 2]),
    (1, 3, [1]),
    (1, 4, [3]),
]
# For functions that can only work where N is C.
SQUARES = [(3, 3, [2, 0, 0]), (4, 4, [3, 0, 0, 2]), (5, 5, [4, 1, 1, 0, 2]), (2, 2, [1, 0])]
# For functions that look up a class beside the label, and raise where there is none.
INNER = [(4, 4, [2, 1, 1, 2]), (3, 5, [3, 1, 2]), (6, 3, [1, 1, 1, 1, 1, 1]), (2, 7, [5, 1]), (5, 6, [4, 1, 2, 2, 3])]
# One sample each, for functions that take no more.
SINGLES = [(1, 3, [1]), (1, 4, [3]), (1, 5, [0]), (1, 2, [1]), (1, 7, [6])]


def irregular(count, seed, spread=2.0):
    """Return that many numbers between -spread and spread: the same each time, on every machine.

    >>> irregular(3, 1).round(3)
    array([ 0.041,  1.264, -1.228])
    """
    steps = np.arange(1, count + 1) * 0.7548776662466927 + seed * 0.5698402909980532
    wild = np.sin(steps * 12.9898) * 43758.5453
    return spread * (2 * (wild - np.floor(wild)) - 1)


def batches(sizes, **meaning):
    """Return a batch for each of these sizes, all alike but in size."""
    return [
        Batch(irregular(N * C, k + 1).reshape(N, C), np.array(labels, np.int64), **meaning)
        for k, (N, C, labels) in enumerate(sizes)
    ]


def batch(rows, labels, **meaning):
    """Return one batch from lists."""
    return Batch(np.array(rows, float), np.array(labels, np.int64), **meaning)


# Large scores, each batch with what it is for.
LARGE = {
    "every score near 1000": batch([[1000.0, 999.0, 998.5], [1001.0, 1000.5, 1002.0]], [2, 0]),
    "every score near -1000": batch([[-1000.0, -999.0, -998.5], [-1001.0, -1000.5, -1002.0]], [2, 0]),
    "rows far apart": batch([[1000.0, 999.0, 998.0], [0.5, 0.0, 1.0], [-1000.0, -1001.0, -999.5]], [1, 0, 2]),
    "scores far apart in a row": batch([[800.0, 0.5, 799.0], [0.0, 800.0, 2.0]], [1, 1]),
    # Beyond the largest exponential, but not so far that a share rounds to 0: in float64, in float32.
    "scores 730 apart in a row": batch([[730.0, 0.0, 729.0], [1.0, 731.0, 730.5]], [0, 2]),
    "scores 95 apart in a row": batch([[95.0, 0.0, 94.0], [1.0, 96.0, 95.5]], [0, 2]),
    "scores of 10000": batch([[1e4, -1e4, 9999.0, 0.0], [5.0, 1e4, 1e4, -3.0]], [1, 2]),
}
# One row, and the label's score lies this far below the largest.
GAPS = (5.0, 12.0, 20.0, 35.0, 60.0, 100.0, 300.0, 700.0, 800.0)


def gap_batch(gap):
    """Return one sample whose label has a share of about exp(-gap); no score is large."""
    return batch([[-gap / 2, gap / 2, gap / 2 - 1.5]], [0])


def edge_batches():
    """Return batches that are fair and easily forgotten, each with its name."""
    return {
        "equal scores": batch(np.zeros((4, 4)), [0, 1, 3, 3]),
        "two equal largest scores": batch([[2.0, 2.0, 0.0], [1.0, 3.0, 3.0], [-1.0, -1.0, -1.5]], [0, 0, 2]),
        "small shares": batch([[0.0, 17.0, 3.0], [9.0, -6.0, 1.0]], [1, 0]),
        "one class": batch([[0.3], [-2.0], [5.0]], [0, 0, 0]),
        "one sample": batch([[0.4, -1.1, 2.0, 0.7, 0.1]], [2]),
    }


def growing_batches():
    """Return batches of more and more classes, and of more and more samples: who is slow is spared the last."""
    classes = [
        (f"{C} classes", Batch(irregular(3 * C, 77).reshape(3, C), np.array([C - 1, 0, C // 2])))
        for C in (30, 100, 300, 1000)
    ]
    samples = [(f"{N} samples", Batch(irregular(3 * N, 55).reshape(N, 3), np.arange(N) * 7 % 3)) for N in (30, 300)]
    return classes, samples
