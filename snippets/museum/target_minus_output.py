"""The target minus the output: the way down, and not the gradient.

>>> from snippets.doctor import diagnose
>>> print(diagnose(target_minus_output).mistakes)
['sign']
"""

import numpy as np


# --8<-- [start:target_minus_output]
def target_minus_output(output_scores, target):
    """Return the error of the output units, averaged over the batch."""
    errors = []
    for row, label in zip(output_scores, target):
        e = np.exp(row - np.max(row))
        output = e / np.sum(e)
        wanted = np.zeros(len(row))
        wanted[label] = 1
        errors.append((wanted - output) / len(target))
    return np.array(errors)
    # --8<-- [end:target_minus_output]
