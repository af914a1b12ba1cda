"""Two colours that mean something, in every formula as in the text and the figures: the gradient's, and the label's."""

import re

# The labels: y of a sample, and their one-hot rows. What the network predicts has a hat, and is no label.
LABEL = re.compile(r"(?<![A-Za-z\\])(?:y_(?:[a-z]|\{[^{}]*\})|Y(?:_(?:[a-z]|\{[^{}]*\}))?)(?![A-Za-z])")
# The derivative of a loss: its numerator, whole. A denominator may have braces in it.
LOSS = re.compile(r"\\frac\{\\partial [LTMEB](?:_[a-z])?\}(?=\{\\partial )")


def coloured(tex: str) -> str:
    r"""The formula with a class around each gradient and each label.

    >>> coloured(r"s_{a,y_a}")
    's_{a,{\\htmlClass{label}{y_a}}}'
    >>> coloured(r"\frac{\partial L}{\partial s_{a,b}} = p")
    '{\\htmlClass{gradient}{\\frac{\\partial L}{\\partial s_{a,b}}}} = p'
    >>> coloured(r"\hat{y}_i"), coloured(r"\frac{\partial R}{\partial W}")
    ('\\hat{y}_i', '\\frac{\\partial R}{\\partial W}')
    """
    parts, end = [], 0
    for found in LOSS.finditer(tex):
        stop = closing(tex, found.end())
        if stop is None or found.start() < end:
            continue
        parts += [labels(tex[end : found.start()]), r"{\htmlClass{gradient}{", tex[found.start() : stop], "}}"]
        end = stop
    return "".join([*parts, labels(tex[end:])])


def labels(tex: str) -> str:
    """The formula with a class around each label."""
    return LABEL.sub(lambda found: rf"{{\htmlClass{{label}}{{{found[0]}}}}}", tex)


def closing(tex: str, start: int) -> int | None:
    r"""Where the group that begins here is over, or None.

    >>> closing("{a{b}}c", 0)
    6
    >>> closing("{a", 0)
    """
    depth = 0
    for at in range(start, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[at], 0)
        if depth == 0:
            return at + 1
    return None
