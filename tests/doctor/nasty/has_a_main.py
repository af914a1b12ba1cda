"""Right, and beside it what runs only as a script, or only prints."""

import numpy as np

print("loaded")


def gradient(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


if __name__ == "__main__":
    raise SystemExit("this is not a script now")
