"""The command: exit status, words, JSON, and what it says where there is nothing to run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE = """
import os
import numpy as np

def gradient(scores, labels):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = exponentials / exponentials.sum(axis=1, keepdims=True)
    shares[np.arange(len(labels)), labels] -= 1
    return shares

def tanh(scores, labels):
    return np.tanh(scores)

def nothing(scores, labels):
    print("a word")

def gone(scores, labels):
    os._exit(0)

def for_ever(scores, labels):
    while True:
        pass
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("doctor") / "mine.py"
    path.write_text(FILE, encoding="utf-8")
    return path


def doctor(*arguments):
    command = [sys.executable, "-m", "snippets.doctor", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


CASES = [
    ("gradient", ["--reduction", "sum"], 0, "Correct."),
    ("gradient", [], 1, "Mistake: not divided by N."),
    ("nothing", [], 2, "Could not run it."),
    ("no_such", [], 2, "There is no no_such in it."),
    ("gone", [], 2, "It ended its own process (status 0)"),
    ("for_ever", ["--seconds", "1.5"], 2, "It did not finish within 1.5 seconds."),
    ("tanh", [], 3, "Cannot tell."),
]


@pytest.mark.parametrize(("name", "options", "status", "words"), CASES, ids=[case[0] for case in CASES])
def test_exit_status_and_words(path, name, options, status, words):
    done = doctor(f"{path}:{name}", *options)

    assert (done.returncode, done.stderr) == (status, "")
    assert words in done.stdout


def test_the_likeliest_is_taken_where_no_name_is_given(path):
    assert doctor(path, "--no-fix").stdout.startswith("Mistake: not divided by N.")


def test_what_was_printed_is_shown(path):
    report = json.loads(doctor(f"{path}:nothing", "--json").stdout)

    assert report["evidence"]["printed"] == "a word\n"


def test_the_keys_are_fixed_and_the_fix_is_a_diff(path):
    report = json.loads(doctor(f"{path}:gradient", "--json").stdout)

    assert list(report) == ["verdict", "mistakes", "confidence", "evidence", "explanation", "fix"]
    assert "+    return shares / len(scores)\n" in report["fix"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def gradient(scores, labels)\n", "Python cannot read it: line 1: expected ':'."),
        ("x = 1\n", "There is no function in it."),
        ("import there_is_no_such_module\n", "Running it raised ModuleNotFoundError"),
        ("import sys\n\nsys.exit(5)\n", "Running it raised SystemExit: 5 (line 3)."),
    ],
    ids=["syntax", "nothing", "import", "exit"],
)
def test_a_file_that_does_not_run(tmp_path, text, words):
    path = tmp_path / "other.py"
    path.write_text(text, encoding="utf-8")
    done = doctor(path)

    assert done.returncode == 2
    assert words in done.stdout


def test_a_file_that_is_not_there(tmp_path):
    done = doctor(f"{tmp_path}/none.py:f")

    assert (done.returncode, f"There is no file {tmp_path}/none.py." in done.stdout) == (2, True)
