"""The mean is taken by the loss, and once more by who calls it.

>>> from snippets.doctor import diagnose
>>> print(diagnose(averaged_twice).mistakes)
['divided-twice']
"""

import numpy as np


# --8<-- [start:averaged_twice]
def averaged_twice(scores, labels):
    """Return the gradient of the loss, averaged over the batch."""
    batch = scores.shape[0]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(batch), labels] -= 1
    gradient_of_loss = delta / batch
    return gradient_of_loss / batch
    # --8<-- [end:averaged_twice]
