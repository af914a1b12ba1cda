"""The tables about digits: what the formats hold, what comes out at their edges, and how exact it is."""

from math import isinf, log10

import numpy as np

from hooks.tables.cells import table

# How far the label is ahead, and where a batch lies.
LEADS = [0.5, 1, 2, 4, 8, 12, 16, 20, 30, 45, 60]
LEVELS = [-1e4, -1000, -100, -20, 0, 20, 100, 1000, 1e4]


def short(value: float, digits: int = 3) -> str:
    """A number with so many digits, which never breaks; a minus as long as a plus.

    >>> short(65504), short(-87.3365, 4), short(0.5)
    ('65,504', '−87.34', '0.5')
    >>> short(3.4e38), short(1.19e-7)
    ('3.4&nbsp;×&nbsp;10<sup>38</sup>', '1.19&nbsp;×&nbsp;10<sup>−7</sup>')
    """
    if value == int(value) and 1000 <= abs(value) < 100_000:
        return f"{int(value):,}".replace("-", "−")
    if value and not 0.001 <= abs(value) < 1000:
        front, _, exponent = f"{value:.2e}".partition("e")
        front = front.rstrip("0").rstrip(".")
        return f"{front}&nbsp;×&nbsp;10<sup>{int(exponent)}</sup>".replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def float_formats() -> str:
    """What each format of numpy can hold."""
    from snippets.lost_digits import FORMATS

    limits = [np.finfo(dtype) for dtype in FORMATS.values()]
    smallest = [float(one.smallest_subnormal) for one in limits]
    rows = [
        ["bits", [one.bits for one in limits]],
        ["largest number", [float(one.max) for one in limits]],
        ["smallest normal number", [float(one.smallest_normal) for one in limits]],
        ["smallest number of all", smallest],
        ["gap after 1", [float(one.eps) for one in limits]],
        ["decimal digits", [-log10(float(one.eps) / 2) for one in limits]],
        ["gap after 1000", [float(np.spacing(dtype(1000))) for dtype in FORMATS.values()]],
        ["exp overflows above", [float(np.log(float(one.max))) for one in limits]],
        ["exp is subnormal below", [float(np.log(float(one.smallest_normal))) for one in limits]],
        # Half of the smallest number is rounded to 0; its logarithm is taken in two parts, since it is none.
        ["exp is zero below", [float(np.log(one) - np.log(2)) for one in smallest]],
    ]
    cells = [[words, *(short(value, 4 if "exp" in words else 3) for value in values)] for words, values in rows]
    return table("What float16, float32 and float64 hold", ["what it holds", *FORMATS], cells)


def listed(values: list[float]) -> str:
    """The numbers of a row.

    >>> listed([float("-inf"), 2.0, 5e-324, -0.0])
    '−∞, 2, 5&nbsp;×&nbsp;10<sup>−324</sup>, −0'
    """
    names = {"inf": "∞", "-inf": "−∞", "nan": "nan", "-0.0": "−0"}
    return ", ".join(names.get(str(float(value)), None) or edge(float(value)) for value in values)


def edge(value: float) -> str:
    """A number at the edge, with as many digits as it has.

    >>> edge(5e-324), edge(1e4), edge(1 / 3)
    ('5&nbsp;×&nbsp;10<sup>−324</sup>', '10,000', '0.333')
    """
    return f"{str(value)[0]}&nbsp;×&nbsp;10<sup>−324</sup>" if 0 < value < 1e-323 else short(value)


def extremes() -> str:
    """The table that the tests hold every version to."""
    from snippets.extreme_rows import ROWS

    rows = []
    for row in ROWS:
        given = f"{row.words}<br><small>{listed(row.scores)}; label {row.label}</small>"
        refused = isinstance(row.gradient, str)
        answer = "error" if refused else listed(row.gradient)
        rows.append([given, answer, "error" if refused or not row.unshifted else "the same"])
    head = ["one row of scores", "its gradient", "without a shift"]
    return table("Extreme rows and their answers", head, rows)


def units(value: float) -> str:
    """How many units an error has.

    >>> units(0.94), units(8388608.0), units(float("inf"))
    ('0.9', '8.4&nbsp;×&nbsp;10<sup>6</sup>', 'no number')
    """
    if isinf(value):
        return "no number"
    if value >= 1000:
        digits, _, exponent = f"{value:.1e}".partition("e")
        return f"{digits}&nbsp;×&nbsp;10<sup>{int(exponent)}</sup>"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def rounding_error() -> str:
    """The largest error of each way to compute the gradient, in each format."""
    from snippets.lost_digits import FORMATS, VERSIONS, ahead, at_level, curve

    rows = []
    for name in VERSIONS:
        for words, batch, places in (
            ("any level", at_level, LEVELS),
            ("label ahead", ahead, LEADS),
        ):
            found = [units(max(curve(name, batch, places, dtype))) for dtype in FORMATS.values()]
            rows.append([f"{name}<br><small>{words}</small>", *found])
    return table("Largest errors, in units", ["computed by", *FORMATS], rows)


DIGITS = {
    "float_formats": float_formats,
    "extremes": extremes,
    "rounding_error": rounding_error,
}
