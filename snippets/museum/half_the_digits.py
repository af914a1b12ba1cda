"""The exponentials are kept and added up in half precision.

>>> from snippets.doctor import diagnose
>>> print(diagnose(half_the_digits).mistakes)
['float16-accumulation']
"""

import numpy as np


# --8<-- [start:half_the_digits]
def half_the_digits(scores, labels):
    """Return the gradient of the mean loss; saves memory."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    e = np.exp(shifted).astype(np.float16)
    shares = e / e.sum(axis=1, keepdims=True, dtype=np.float16)
    gradient = shares.astype(float)
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)
    # --8<-- [end:half_the_digits]
