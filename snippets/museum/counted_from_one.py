"""Labels that count from 0 are read as if they counted from 1.

>>> from snippets.doctor import diagnose
>>> print(diagnose(counted_from_one).mistakes)
['labels-off-by-one']
"""

import numpy as np


# --8<-- [start:counted_from_one]
def counted_from_one(scores, labels):
    """Return the gradient of the mean loss."""
    n = len(labels)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = e / e.sum(axis=1, keepdims=True) / n
    gradient[np.arange(n), labels - 1] -= 1 / n
    return gradient
    # --8<-- [end:counted_from_one]
