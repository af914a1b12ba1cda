"""A column of labels meets a flat range of rows.

>>> from snippets.doctor import diagnose
>>> print(diagnose(column_of_labels).mistakes)
['one-hot-in-every-row']
"""

import numpy as np


# --8<-- [start:column_of_labels]
def column_of_labels(scores, labels):
    """Return the gradient of the mean loss."""
    N = scores.shape[0]
    labels = np.reshape(labels, (N, 1))
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    probs[range(N), labels] -= 1
    return probs / N
    # --8<-- [end:column_of_labels]
