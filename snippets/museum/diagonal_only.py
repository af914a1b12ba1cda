"""The derivative of softmax is taken to be that of the sigmoid, entry by entry."""

import numpy as np


# --8<-- [start:diagonal_only]
def diagonal_only(scores, labels):
    """Return the gradient of the mean loss, by the chain rule."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    output = e / e.sum(axis=1, keepdims=True)
    d_output = np.zeros(scores.shape)
    rows = np.arange(len(labels))
    d_output[rows, labels] = -1 / output[rows, labels]
    return d_output * output * (1 - output) / len(labels)
    # --8<-- [end:diagonal_only]
