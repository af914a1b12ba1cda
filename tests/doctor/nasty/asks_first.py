"""A script that waits for an answer."""

import numpy as np

rate = float(input("learning rate? "))


def gradient(scores, labels):
    return np.zeros(scores.shape)
