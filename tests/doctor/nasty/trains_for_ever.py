"""A script that begins to train when it is loaded."""


def gradient(scores, labels):
    return scores


while True:
    gradient(0, 0)
