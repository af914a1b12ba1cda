"""The derivative of softmax is taken to be that of the sigmoid, entry by entry.

>>> from snippets.doctor import diagnose
>>> print(diagnose(diagonal_only).mistakes)
['jacobian-diagonal']
"""

import numpy as np


# --8<-- [start:diagonal_only]
def diagonal_only(scores, labels):
    """Return the gradient of the mean loss, by the chain rule."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    output = e / e.sum(axis=1, keepdims=True)
    target = np.eye(scores.shape[1])[labels]
    derivative = output * (1 - output)
    return (output - target) * derivative / len(labels)
    # --8<-- [end:diagonal_only]
