"""The command line: python -m snippets.doctor FILE.py:FUNCTION

Exit status: 0 correct, 1 a mistake, 2 could not run, 3 cannot tell.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

from snippets.doctor.isolation import (
    UNSAFE,
    SourceError,
    _limit_memory,
    _too_long,
    could_not_run,
    module_of,
    pick,
    whole_examination,
)
from snippets.doctor.report import EXIT, Diagnosis


def main(arguments=None):
    """Diagnose one function in a fresh process, print the report, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m snippets.doctor",
        description="Say what is wrong with a gradient of the softmax loss.",
        epilog="Exit status: 0 correct, 1 a mistake, 2 could not run, 3 cannot tell.",
    )
    parser.add_argument("function", metavar="FILE.py:FUNCTION", help="where it is; without :FUNCTION the likeliest")
    parser.add_argument("--json", action="store_true", help="print JSON for machines")
    parser.add_argument("--reduction", choices=("mean", "sum"), default="mean", help="which loss it should be of")
    parser.add_argument("--seconds", type=float, default=None, help="the time limit (20; 90 for PyTorch, JAX ...)")
    parser.add_argument("--ignore-index", type=int, default=None, help="a label that it ignores by itself")
    parser.add_argument("--label-smoothing", type=float, default=0.0, help="how much it smooths by itself")
    parser.add_argument("--no-fix", action="store_true", help="look for no repair")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    options = {"reduction": given.reduction}
    if given.ignore_index is not None:
        options["ignore_index"] = given.ignore_index
    if given.label_smoothing:
        options["label_smoothing"] = given.label_smoothing
    if given.child:
        return _child(given, options)
    diagnosis = _apart(given, sys.argv[1:] if arguments is None else list(arguments))
    try:
        print(diagnosis.to_json() if given.json else diagnosis, flush=True)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT[diagnosis.verdict]


def _apart(given, arguments):
    """Run the same command as a child that writes its answer to a file."""
    path, _, _ = _split(given.function)
    if not os.path.isfile(path):
        return could_not_run(f"There is no file {path}.")
    if given.seconds is None:
        given.seconds = _patience(path)
    with tempfile.TemporaryDirectory() as folder:
        answer = os.path.join(folder, "answer.json")
        spoken = os.path.join(folder, "spoken.txt")
        command = [sys.executable, "-m", "snippets.doctor", *arguments, "--child", answer]
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        }
        with open(spoken, "wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment,
                start_new_session=True,
            )  # fmt: skip
            late = False
            try:
                process.wait(given.seconds)
            except subprocess.TimeoutExpired:
                _kill(process)
                late = True
        with open(spoken, encoding="utf-8", errors="replace") as file:
            said = file.read()[-500:]
        try:
            with open(answer, encoding="utf-8") as file:
                diagnosis = Diagnosis.from_dict(json.load(file))
        except (OSError, ValueError):
            if late:
                return _too_long(given.seconds)
            return could_not_run(
                f"It ended its own process (status {process.returncode}) before an answer could be had.",
                **({"printed": said} if said else {}),
            )
        if said and "printed" not in diagnosis.evidence:
            diagnosis.evidence["printed"] = said
        return diagnosis


def _patience(path):
    """Return the time limit in seconds: importing a large library alone takes some."""
    with open(path, encoding="utf-8", errors="replace") as file:
        heavy = re.search(rf"^\s*(import|from)\s+({'|'.join(UNSAFE)})\b", file.read(), re.MULTILINE)
    return 90.0 if heavy else 20.0


def _kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError):
        process.kill()
    process.wait()


def _split(words):
    """Return (path, name or None): the last colon divides, unless it is a drive's."""
    path, colon, name = words.rpartition(":")
    return (path, name, colon) if colon and not name.startswith(("\\", "/")) and path else (words, None, "")


def _child(given, options):
    path, name, _ = _split(given.function)
    _limit_memory()
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        target = pick(module_of(text, path), name)
        diagnosis = whole_examination(target, not given.no_fix, options, lambda first: _leave(given.child, first))
    except SourceError as error:
        diagnosis = could_not_run(str(error))
    except UnicodeDecodeError:
        diagnosis = could_not_run(f"{path} is not a text of UTF-8.")
    _leave(given.child, diagnosis)
    sys.stdout.flush()
    # Threads and exit functions of the file do not matter any more.
    os._exit(0)


def _leave(path, diagnosis):
    """Write the answer all at once, so that the parent never reads half of one."""
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        json.dump(diagnosis.as_dict(), file)
    os.replace(f"{path}.part", path)


if __name__ == "__main__":
    sys.exit(main())
