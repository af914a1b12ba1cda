"""A label of -1 shall be ignored, and is the last class.

>>> from snippets.doctor import diagnose
>>> print(diagnose(minus_one).mistakes)
['negative-labels-wrap']
"""

import numpy as np


# --8<-- [start:minus_one]
def minus_one(scores, labels, ignore_label=-1):
    """Return the gradient; samples with the label -1 do not count."""
    count = max(np.sum(labels != ignore_label), 1)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    return grad / count
    # --8<-- [end:minus_one]
