"""The result is written into an array that has the kind of numbers of the input.

>>> from snippets.doctor import diagnose
>>> print(diagnose(rounded_away).mistakes)
['integer-dtype']
"""

import numpy as np


# --8<-- [start:rounded_away]
def rounded_away(scores, labels):
    """Return the gradient of the mean loss."""
    gradient = np.zeros_like(scores)
    N = len(scores)
    for i in range(N):
        e = np.exp(scores[i] - scores[i].max())
        gradient[i] = e / e.sum() / N
        gradient[i, labels[i]] = (e[labels[i]] / e.sum() - 1) / N
    return gradient
    # --8<-- [end:rounded_away]
