"""Functions that do what a gradient should not: a clear answer each time, in time, and the caller lives on."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NASTY = Path(__file__).parent / "nasty"
LINE = re.compile(r"^# verdict: ([\w-]+)(?:, (.+))?\n(?:(?:def|class) )?(\w+)", re.MULTILINE)
CASES = {
    name: (verdict, says or "") for verdict, says, name in LINE.findall((NASTY / "functions.py").read_text("utf-8"))
}
# In seconds: what is given to functions that would never end, and to the others on a machine with other work.
SHORT, LONG = 1.0, 30.0
# Whether its time or its memory ends first depends on the machine: "grows".
ENDLESS = {name for name, (_, says) in CASES.items() if says == "time"} | {"grows"}


@pytest.fixture(scope="module")
def answers():
    """What one process says of all of them, one after the other."""
    asked = [f"{name}:{SHORT if name in ENDLESS else LONG}" for name in CASES]
    command = [sys.executable, "-m", "tests.doctor.ask_all", "tests.doctor.nasty.functions", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    lines = done.stdout.splitlines()

    assert lines[-1:] == ['"alive"'], done.stdout[-500:] + done.stderr[-2000:]
    # Nothing that they print gets between the lines of the caller.
    return {answer["name"]: answer for answer in map(json.loads, lines[:-1])}


@pytest.mark.parametrize("name", CASES)
def test_a_clear_answer(answers, name):
    verdict, says = CASES[name]
    answer = answers[name]

    assert (answer["verdict"], answer["mistakes"]) == (verdict, [])
    assert says in answer["words"]


@pytest.mark.parametrize("name", sorted(ENDLESS))
def test_what_never_ends_is_ended(answers, name):
    assert answers[name]["seconds"] < SHORT + LONG


@pytest.mark.parametrize("name", CASES)
def test_the_caller_is_as_it_was(answers, name):
    assert answers[name]["unchanged"]


# What is asked for, the exit code, and a word of the explanation.
ASKED = [
    ("functions.py:leaves_without_a_word", 2, "end"),
    ("functions.py:loops_for_ever", 2, "time"),
    ("functions.py:returns_nan", 3, ""),
    ("functions.py:no_such_name", 2, "no_such_name"),
    ("no_such_file.py:gradient", 2, "no_such_file.py"),
    ("imports_what_is_missing.py:gradient", 2, "a_package_that_nobody_wrote"),
    ("leaves_at_once.py:gradient", 2, "end"),
    ("exits_politely.py:gradient", 2, "SystemExit"),
    ("trains_for_ever.py:gradient", 2, "time"),
    ("asks_first.py:gradient", 2, "EOFError"),
    ("has_a_main.py:gradient", 0, ""),
    ("syntax_error.txt:gradient", 2, "line 1"),
    (".:gradient", 2, "file"),
]


@pytest.mark.parametrize(("target", "code", "says"), ASKED, ids=[row[0] for row in ASKED])
def test_the_command_line_answers_in_json(target, code, says):
    limit = ["--seconds", str(SHORT)] if says == "time" else []
    command = [sys.executable, "-m", "snippets.doctor", f"{NASTY}/{target}", "--json", *limit]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    report = json.loads(done.stdout)

    assert done.returncode == code
    assert report["verdict"] == ["correct", "mistake", "could-not-run", "cannot-tell"][code]
    assert says in report["explanation"]
    assert "Traceback" not in done.stderr
