"""Ask the doctor about each function of a file, in one process: it must live to the end.

python -m tests.doctor.ask_all MODULE NAME:SECONDS ... prints a line of JSON for each name, and at the end "alive".
"""

import importlib
import json
import os
import sys
import time

import numpy as np

from snippets.doctor import diagnose


def state():
    """What a function that is asked about must not change for the one who asks."""
    limit = sys.getrecursionlimit()
    return [os.getcwd(), sys.path, limit, np.geterr(), np.random.get_state()[1].tolist()[:3]]


def main(module, *asked):
    functions = vars(importlib.import_module(module))
    before = json.dumps(state())
    for name, seconds in (each.split(":") for each in asked):
        start = time.monotonic()
        found = diagnose(functions[name], seconds=float(seconds), fix=False)
        print(
            json.dumps(
                {
                    "name": name,
                    "verdict": found.verdict,
                    "mistakes": list(found.mistakes),
                    "words": str(found),
                    "seconds": time.monotonic() - start,
                    "unchanged": json.dumps(state()) == before,
                }
            ),
            flush=True,
        )
    print('"alive"')


if __name__ == "__main__":
    main(*sys.argv[1:])
