"""First all of the softmax, and then its logarithm.

>>> from snippets.doctor import diagnose
>>> print(diagnose(log_of_zero).mistakes)
['log-of-softmax']
"""

import numpy as np


# --8<-- [start:log_of_zero]
def log_of_zero(scores, labels):
    """Return the mean loss and its gradient."""
    N = len(labels)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    softmax = e / e.sum(axis=1, keepdims=True)
    log_softmax = np.log(softmax)
    loss = -log_softmax[np.arange(N), labels].mean()
    softmax[np.arange(N), labels] -= 1
    return loss, softmax / N
    # --8<-- [end:log_of_zero]
