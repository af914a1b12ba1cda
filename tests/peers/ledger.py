"""The rows of the ledger: what each system divides by, found from what it computes."""

from importlib import metadata

import numpy as np

from tests.peers import batch

# What makes each row, by its name, in the order of the table.
ROWS = {}
NONE = "no choice"
TEST = "tests/peers/test_ledger.py::test_record_is_what_runs"


def version_of(package):
    """Return the version that is installed, without what says how it was built."""
    return metadata.version(package).partition("+")[0]


def row(name, system, call, *, package=None, on=None, source=None):
    """Register a function that runs a system and returns what it found.

    package: what is installed under that name is run; without one, the system is emulated from its source.
    on: the name and the package of what it computes with, if that is another system.
    """
    version = version_of(package) if package else None
    if on:
        version += f" on {on[0]} {version_of(on[1])}"
    start = {"system": system, "version": version, "call": call, "how": "run" if package else "emulated"}
    end = {"test": f"{TEST}[{name}]", "source": source}

    def register(function):
        if name in ROWS:
            raise ValueError(f"two rows are called {name}")
        ROWS[name] = lambda: start | function() | end
        return function

    return register


def found(names, total, slope, *, loss, step, default, pulled=batch.NO_PULL, reported=None):
    """Return a row's findings.

    names: the numbers that it could be divided by.
    total, slope: the sum of the samples' losses and its gradient, from our own code.
    loss, step: what the system gives for the two, or None where it gives none.
    reported: its loss as it comes, when that is an array.
    """
    of_loss = None if loss is None else batch.which(total, loss, names)
    of_step = None if step is None else batch.which(slope, step, names)
    denominator = of_step or of_loss
    count = 0 if loss is None else int(np.size(loss if reported is None else reported))
    # Where nothing is divided, nothing need be added up either.
    each = denominator == "1" and count == batch.N
    return {
        "denominator": denominator,
        "denominator_means": batch.EACH if each else batch.MEANING[denominator],
        "where": batch.where(of_loss or "1", of_step or of_loss),
        **pulled,
        "default": default,
        "loss": None if loss is None else rounded(loss),
        "losses_reported": count,
        "largest_gradient": None if step is None else rounded(np.abs(step).max()),
    }


def rounded(number):
    """Return the number with as many digits as single precision has on every machine."""
    return float(f"{float(number):.5g}")
