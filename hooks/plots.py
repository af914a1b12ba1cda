"""The plots: drawn by matplotlib from computed numbers, and put into the page as SVG."""

NAMES = ["step_sizes", "digits_curves", "digits_confusion", "digits_misread", "sum_and_mean", "spiral_boundaries"]


def pending(name):
    """A place for a plot."""
    return lambda: f'<figure class="plot" id="figure-{name}"><figcaption>{name}</figcaption></figure>'


PLOTS = {name: pending(name) for name in NAMES}
