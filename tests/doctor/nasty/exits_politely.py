"""A script that ends as scripts do."""

import sys


def gradient(scores, labels):
    return scores


sys.exit("thank you")
