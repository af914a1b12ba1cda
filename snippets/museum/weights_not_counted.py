"""A weighted sum, divided by the number of samples.

>>> from snippets.doctor import diagnose
>>> print(diagnose(weights_not_counted).mistakes)
['weighted-mean-by-n']
"""

import numpy as np


# --8<-- [start:weights_not_counted]
def weights_not_counted(scores, labels, weight=None):
    """Return the gradient of the weighted mean of the losses."""
    N, C = scores.shape
    weight = np.ones(C) if weight is None else np.asarray(weight)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True)
    grad[np.arange(N), labels] -= 1
    return grad * weight[labels][:, None] / N
    # --8<-- [end:weights_not_counted]
