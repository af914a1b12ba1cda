"""The loss is a mean, and the gradient is that of the sum.

>>> from snippets.doctor import diagnose
>>> print(diagnose(summed_on_the_way_back).mistakes)
['mean-loss-sum-gradient']
"""

import numpy as np


# --8<-- [start:summed_on_the_way_back]
def summed_on_the_way_back(scores, labels):
    """Return the mean loss and its gradient."""
    N = len(labels)
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    logsum = np.log(np.exp(shifted).sum(axis=1))
    loss = np.mean(logsum - shifted[np.arange(N), labels])
    gradient = np.exp(shifted - logsum[:, None])
    gradient[np.arange(N), labels] -= 1
    return loss, gradient
    # --8<-- [end:summed_on_the_way_back]
