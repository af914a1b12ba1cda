"""The way back divides by the size of the batch, whatever the loss does.

>>> from snippets.doctor import diagnose
>>> print(diagnose(AlwaysDivided, reduction="sum").mistakes)
['sum-loss-mean-gradient']
"""

import numpy as np


# --8<-- [start:always_divided]
class AlwaysDivided:
    """A loss that adds up over the batch."""

    def forward(self, scores, labels):
        """Return the loss of the batch."""
        z = scores - scores.max(axis=1, keepdims=True)
        self.log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        self.labels = labels
        return -self.log_p[np.arange(len(labels)), labels].sum()

    def backward(self, dout=1):
        """Return the gradient of the loss."""
        grad = np.exp(self.log_p)
        grad[np.arange(len(self.labels)), self.labels] -= 1
        return dout * grad / len(self.labels)
        # --8<-- [end:always_divided]
