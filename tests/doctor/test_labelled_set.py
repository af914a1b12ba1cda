"""The labelled set: what is right is called correct, and what is wrong is named."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from snippets.doctor import MISTAKES, diagnose
from tests.doctor.labelled import cases

ROOT = Path(__file__).parents[2]
RIGHT, WRONG = cases("right"), cases("wrong")
# What the doctor has to know by name.
NAMES = """
    not-divided-by-n divided-twice divided-by-c divided-by-n-times-c mean-loss-sum-gradient sum-loss-mean-gradient
    sign one-hot-missing one-hot-in-every-row transposed softmax-wrong-axis softmax-twice overflow global-shift
    log-of-softmax epsilon-in-log jacobian-diagonal jacobian-not-contracted labels-off-by-one negative-labels-wrap
    mutates-input integer-dtype float16-accumulation matrix-result ignored-in-denominator weighted-mean-by-n
    smoothing-over-c-minus-1 dout-ignored single-sample-only nondeterministic
""".split()


OTHER = {"other"}


def verdict(case):
    found = diagnose(case.function(), fix=False, **case.options)
    return found.verdict, frozenset(found.mistakes)


@pytest.mark.parametrize("case", RIGHT, ids=str)
def test_what_is_right_is_called_correct(case):
    assert verdict(case) == ("correct", frozenset())


@pytest.mark.parametrize("case", [case for case in WRONG if case.mistakes != OTHER], ids=str)
def test_what_is_wrong_is_named(case):
    assert verdict(case) == ("mistake", case.mistakes)


@pytest.mark.parametrize("case", [case for case in WRONG if case.mistakes == OTHER], ids=str)
def test_of_what_has_no_name_the_doctor_cannot_tell(case):
    assert verdict(case) == ("cannot-tell", frozenset())


def test_the_set_is_large_enough():
    """Every name at least three times, at least 20 functions with two mistakes."""
    counted = Counter(name for case in WRONG for name in case.mistakes)

    assert [name for name in NAMES if counted[name] < 3] == []
    assert set(counted) <= set(MISTAKES) | OTHER
    assert sum(len(case.mistakes) == 2 for case in WRONG) >= 20
    assert (len(WRONG) >= 110, len(RIGHT) >= 40) == (True, True)


def test_every_line_above_a_function_is_read():
    lines = [
        line
        for kind in ("right", "wrong")
        for path in (ROOT / "tests/doctor" / kind).glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("# mistake", "# correct"))
    ]

    assert len(RIGHT) + len(WRONG) == len(lines)


SAMPLE = [
    ("right/idioms.py:by_index", [], 0),
    ("right/idioms.py:a_sum", ["--reduction", "sum"], 0),
    ("wrong/classes.py:SoftmaxLayer", [], 1),
    ("wrong/two_at_once.py:old_post", [], 1),
    ("wrong/options.py:summed_backwards", ["--reduction", "sum"], 1),
]


@pytest.mark.parametrize(("target", "options", "code"), SAMPLE, ids=[row[0] for row in SAMPLE])
def test_the_command_line_says_the_same(target, options, code):
    by_target = {str(case): case for case in RIGHT + WRONG}
    command = [sys.executable, "-m", "snippets.doctor", f"tests/doctor/{target}", "--json", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    report = json.loads(done.stdout)

    assert (done.returncode, report["verdict"]) == (code, ["correct", "mistake"][code])
    assert set(report["mistakes"]) == by_target[target].mistakes
    assert list(report) == ["verdict", "mistakes", "confidence", "evidence", "explanation", "fix"]
    assert 0 < report["confidence"] <= 1
