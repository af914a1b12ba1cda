"""What to subtract from a row of scores so that nothing overflows and no digit is lost."""

import numpy as np


# --8<-- [start:whole_shift]
def whole_shift(largest):
    """Return a whole number for each row: 0 wherever exp needs no shift.

    Source: `eq:shift-softmax` of shift-invariance.md: any number will do.

    largest: the largest score of each row, float32 or float64, finite.

    A score less the largest is rounded, unless both are close together.
    Less a small whole number, it needs no more digits than it had.
    What is left of the largest is at least about 0, and at most 64 in
    float32, 512 in float64: room to add up 2**35 exponentials.

    >>> whole_shift(np.array([5.3, -7.4, 1000.2]))
    array([  0.,  -7., 489.])
    """
    room = np.finfo(largest.dtype).maxexp / 2 - 1  # 63 or 511
    return np.rint(np.maximum(largest - room, np.minimum(largest, 0)))
    # --8<-- [end:whole_shift]
