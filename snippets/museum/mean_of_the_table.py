"""A mean over samples and classes alike.

>>> from snippets.doctor import diagnose
>>> print(diagnose(mean_of_the_table).mistakes)
['divided-by-n-times-c']
"""

import numpy as np


# --8<-- [start:mean_of_the_table]
def mean_of_the_table(logits, targets):
    """Return the loss and its gradient; the targets are one-hot."""
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    count = targets.size
    loss = -np.sum(targets * log_p) / count
    gradient = (np.exp(log_p) - targets) / count
    return loss, gradient
    # --8<-- [end:mean_of_the_table]
