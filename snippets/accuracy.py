"""How far a version of the gradient is from the right answer, which is worked out with 50 digits.

The error of a row is its largest, in units: the distance from 1 to the next number of the format,
times the largest entry of the row. So a row that is nearly right, with a small gradient, is held to it too.
"""

from decimal import Decimal, localcontext
from math import inf

import numpy as np


# --8<-- [start:exact_gradient]
def exact_gradient(scores, labels):
    """Return the gradient of the mean loss with 50 digits, row by row.

    >>> print(exact_gradient(np.array([[0.0, 0.0]]), [1]))
    [[Decimal('0.5'), Decimal('-0.5')]]
    """
    with localcontext(prec=50):
        gradient = []
        for row, label in zip(np.asarray(scores, float), labels, strict=True):
            gaps = [Decimal(score) - Decimal(row.max()) for score in row]
            weights = [gap.exp() for gap in gaps]
            factor = 1 / (len(scores) * sum(weights))
            entries = [weight * factor for weight in weights]
            entries[label] = Decimal(0)
            entries[label] = 0 - sum(entries)
            gradient.append(entries)
        return gradient
    # --8<-- [end:exact_gradient]


def errors(gradient, exact):
    """Return the error of each row, in units. No unit is less than the smallest number of the format.

    >>> exact = exact_gradient(np.array([[0.0, 0.0]]), [1])
    >>> errors(np.array([[0.5 + 2**-52, -0.5]]), exact)
    [2.0]
    """
    numbers = np.finfo(gradient.dtype)
    found = []
    for row, right in zip(gradient.tolist(), exact, strict=True):
        if not np.isfinite(row).all():
            found.append(inf)
            continue
        unit = max(Decimal(float(numbers.eps)) * max(map(abs, right)), Decimal(float(numbers.smallest_subnormal)))
        found.append(float(max(abs(Decimal(a) - b) for a, b in zip(row, right, strict=True)) / unit))
    return found


def worst(version, scores, labels):
    """Return the largest error of this version, in units.

    >>> worst(lambda scores, labels: np.array([[-0.25, 0.5]]), np.array([[0.0, 0.0]]), [0]) / 2**52
    0.5
    """
    with np.errstate(all="ignore"):  # numpy would only warn
        return max(errors(version(scores, labels), exact_gradient(scores, labels)))
