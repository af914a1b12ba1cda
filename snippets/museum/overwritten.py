"""The gradient is written where the scores of the caller stood.

>>> from snippets.doctor import diagnose
>>> print(diagnose(overwritten).mistakes)
['mutates-input']
"""

import numpy as np


# --8<-- [start:overwritten]
def overwritten(scores, labels):
    """Return the gradient of the mean loss; saves memory."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    scores[np.arange(len(labels)), labels] -= 1
    scores /= len(labels)
    return scores
    # --8<-- [end:overwritten]
