"""Ignored labels bring no loss, and are counted all the same.

>>> from snippets.doctor import diagnose
>>> print(diagnose(padding_counted).mistakes)
['ignored-in-denominator']
"""

import numpy as np


# --8<-- [start:padding_counted]
def padding_counted(logits, labels, ignore_index=-100):
    """Return the gradient of the mean over the labels that count."""
    keep = labels != ignore_index
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True)
    grad[np.arange(len(labels))[keep], labels[keep]] -= 1
    grad[~keep] = 0
    return grad / len(labels)
    # --8<-- [end:padding_counted]
