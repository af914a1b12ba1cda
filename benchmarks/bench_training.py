"""What training comes to: run everything that the page "Train it" shows, and write it into training.json.

What the course printed, and what we get, goes into published_numbers.json.

python benchmarks/bench_training.py
QUICK=1 before it: only the seconds, and nothing is written.

Only the seconds depend on the machine. The rest is the same on every run, but for rounding;
and but for the run under the sum at the rate of the mean, which magnifies rounding until every digit is another.
"""

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import sklearn

from snippets import published_numbers
from snippets.softmax import softmax
from snippets.train import DATA, USUAL_RATE, Run, scores_of, usual

RECORD = Path(__file__).with_name("training.json")
PUBLISHED = RECORD.with_name("published_numbers.json")
SEEDS = range(10)
QUICK = bool(os.environ.get("QUICK"))
COMMAND = ["-m", "snippets.train", "--data", "digits"]


def went(settings):
    """Train. Return the run, and where it stood before and after each epoch."""
    run = Run(settings, DATA[settings.data](settings.seed))
    return run, list(run)


def rounded(number):
    """Return a number with six digits, which is more than any picture shows.

    >>> rounded(0.123456789)
    0.123457
    """
    return float(f"{number:.6g}")


def curve(steps):
    """Return the columns of a learning curve."""
    return {
        "loss": [rounded(one.loss) for one in steps],
        "right": [one.right for one in steps],
        "held_loss": [rounded(one.held_loss) for one in steps],
        "held_right": [one.held_right for one in steps],
    }


def confusion(true, taken, classes):
    """Return how often each true class (row) was taken for each class (column)."""
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (true, taken), 1)
    return counts.tolist()


def misread(run):
    """Return the images that were held out and got another class, with the shares of both classes."""
    data = run.data
    shares = softmax(scores_of(run.params, data.X_held))
    taken = shares.argmax(axis=1)
    return [
        {
            "true": int(data.y_held[i]),
            "taken": int(taken[i]),
            "share_of_true": rounded(shares[i, data.y_held[i]]),
            "share_of_taken": rounded(shares[i, taken[i]]),
            "pixels": data.raw_held[i].astype(int).tolist(),
        }
        for i in np.flatnonzero(taken != data.y_held)
    ]


def digits():
    """The usual run: its curves, and what became of each image that was held out."""
    settings = usual("digits")
    run, steps = went(settings)
    return {
        "settings": asdict(settings),
        "learnt_from": len(run.data.y),
        "held_out": len(run.data.y_held),
        "curve": curve(steps),
        "confusion": confusion(run.data.y_held, run.predictions(), run.data.classes),
        "misread": misread(run),
    }


def seeds():
    """How many that were held out are right, for each optimizer and seed."""
    return {
        name: [went(usual("digits", optimizer=name, seed=seed))[1][-1].held_right for seed in SEEDS]
        for name in USUAL_RATE["digits"]
    }


def reductions():
    """The usual run under the mean; under the sum with what its rules make of the settings; under the sum without."""
    mean = usual("digits")
    ways = {
        "mean": mean,
        "sum_converted": usual("digits", reduction="sum", rate=mean.rate / mean.batch, reg=mean.reg * mean.batch),
        "sum_unchanged": usual("digits", reduction="sum"),
    }
    runs = {name: went(settings) for name, settings in ways.items()}
    one, other = runs["mean"][0].params, runs["sum_converted"][0].params
    difference = max(float(np.abs(one[name] - other[name]).max()) for name in one)
    rows = {name: {"settings": asdict(ways[name]), "curve": curve(steps)} for name, (_, steps) in runs.items()}
    return rows | {"largest_weight_difference": difference}


def spiral():
    """A classifier without a hidden layer, and the network: what they reach, and their parameters."""
    rows = {}
    for name, hidden in [("linear", 0), ("network", usual("spiral").hidden)]:
        settings = usual("spiral", hidden=hidden)
        run, steps = went(settings)
        last = steps[-1]
        rows[name] = {
            "settings": asdict(settings),
            "learnt_from": len(run.data.y),
            "held_out": len(run.data.y_held),
            "first_loss": rounded(steps[0].loss),
            "loss": rounded(last.loss),
            "right": last.right,
            "held_loss": rounded(last.held_loss),
            "held_right": last.held_right,
            "params": {key: np.vectorize(rounded)(values).tolist() for key, values in run.params.items()},
        }
    return rows


def seconds():
    """How long the command takes, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *COMMAND], cwd=RECORD.parents[1], check=True, capture_output=True)
    return round(time.perf_counter() - began, 1)


def lines(made):
    """Return the record as JSON, with a line for each thing that is two levels down.

    >>> print(lines({"a": {"b": [1, 2]}, "c": {"d": {"e": 3}}}))
    {
     "a": {
      "b": [1, 2]
     },
     "c": {
      "d": {"e": 3}
     }
    }
    """
    parts = []
    for name, inner in made.items():
        rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in inner.items())
        parts.append(f" {json.dumps(name)}: {{\n{rows}\n }}")
    return "{\n" + ",\n".join(parts) + "\n}"


def record():
    """Everything but the seconds."""
    return {"digits": digits(), "seeds": seeds(), "reductions": reductions(), "spiral": spiral()}


def main():
    """Run all, write both records, and print the outcome; of a quick run only what the command takes."""
    about = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "command": " ".join(["python", *COMMAND]),
        "seconds": seconds(),
    }
    print(f"{about['command']}: {about['seconds']} seconds")
    if QUICK:
        return
    made = {"about": about, **record()}
    RECORD.write_text(lines(made) + "\n", encoding="utf-8")
    published_numbers.main(["--json", str(PUBLISHED)])
    held = made["digits"]["held_out"]
    for name, right in made["seeds"].items():
        print(f"{name}: {min(right)} to {max(right)} of {held} right over {len(right)} seeds")
    for name, row in made["spiral"].items():
        print(f"spiral, {name}: {row['held_right']} of {row['held_out']} right")


if __name__ == "__main__":
    main()
