"""What to subtract from a row of scores so that nothing overflows and no digit is lost."""

import numpy as np


# --8<-- [start:whole_shift]
def whole_shift(largest):
    """Return a whole number for each row: 0 wherever exp needs no shift.

    Source: `eq:shift-softmax` of shift-invariance.md, which holds for any number.

    largest: the largest score of each row, any shape, float32 or float64, finite. The result has the same shape.

    A score less the row's maximum is rounded, unless both are close together.
    A score less a small whole number has no more digits than it had before, so it is not rounded.
    After the shift the largest score is at least about 0, and below 64 in float32, below 512 in float64:
    room for the sum of 2**35 such exponentials.

    >>> whole_shift(np.array([5.3, -7.4, 1000.2]))
    array([  0.,  -7., 489.])
    """
    room = np.finfo(largest.dtype).maxexp // 2 - 1  # 63 or 511
    return np.rint(np.maximum(largest - room, np.minimum(largest, 0)))
    # --8<-- [end:whole_shift]
