"""The exponential of the scores as they are.

>>> from snippets.doctor import diagnose
>>> print(diagnose(large_scores).mistakes)
['overflow']
"""

import numpy as np


# --8<-- [start:large_scores]
def large_scores(scores, labels):
    """Return the gradient of the mean loss."""
    exp_scores = np.exp(scores)
    probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
    probs[range(len(labels)), labels] -= 1
    return probs / len(labels)
    # --8<-- [end:large_scores]
