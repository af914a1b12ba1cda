"""Small parts of the way back through a network, each alone."""

from snippets.checks import check_broadcast


def unbroadcast(gradient, shape):
    """Return the gradient of what was broadcast, in its own shape: what was copied is added up.

    Source: `eq:second-bias-gradient` of broadcasting.md is the case of a row that is copied for each sample.

    gradient: the gradient of the result, floating or integers.
    shape: of what was broadcast, a tuple: it must broadcast to the shape of the gradient.
    Raises TypeError or ValueError for anything else: see `snippets.checks.check_broadcast`.

    >>> import numpy as np
    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    >>> unbroadcast(np.ones((4, 3)), (4, 1)).shape
    (4, 1)
    """
    return added_up(*check_broadcast(gradient, shape))


# --8<-- [start:unbroadcast]
def added_up(gradient, shape):
    """Return the sum over each axis that broadcasting made or stretched."""
    made = gradient.ndim - len(shape)  # new axes stand in front
    gradient = gradient.sum(axis=tuple(range(made)))
    axes = range(len(shape))
    stretched = [i for i in axes if gradient.shape[i] != shape[i]]
    return gradient.sum(axis=tuple(stretched), keepdims=True)
    # --8<-- [end:unbroadcast]
