"""What Python does in the reader's browser: the site's own files, started under node."""

import contextlib
import importlib
import io
import json
import re
import subprocess
from pathlib import Path

import pytest

from hooks.run import run_files
from hooks.run.run_code import codes_of
from run import runner, stage

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent

MODULES = [
    name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for name in run_files.source_names()
    if name.startswith("snippets/") and name.endswith(".py")
]
# What cannot be the same there, and why. Each of these has to differ: the test fails if it does not.
DIFFERENT_DOCTESTS = {
    "snippets.score_gradient.blocked": "can't start new thread",  # a page's Python has one thread
}
# A table of what whole numbers are made of, in code that a page or a snippet publishes.
INTEGERS = {
    "labels that a snippet draws": "from snippets.train import arms\nprint(arms(np.random.default_rng(0))[1].dtype)",
    "labels that a generator draws": "print(np.random.default_rng(0).integers(3, size=4).dtype)",
}
# The shortest proof that has steps, a chain and a letter in the text: it is proved in the browser as it is at home.
DERIVATION = "shift_invariance"


def pages():
    """The sessions of each page, and every code that has a Run."""
    sessions, codes = {}, {}
    for path in sorted((ROOT / "docs").glob("*.md")):
        found = codes_of(path.read_text(encoding="utf-8"))
        for number, (fence, code) in enumerate(found, start=1):
            if code is None:
                continue
            before = [found[one][1].alone or found[one][1].text for one in code.before]
            asked = {"code": code.text, "name": "code", "before": before, "shown": True}
            codes[f"{path.name}, code {number}"] = asked
            if fence[2] == "pycon":
                text = re.sub(rf"^{fence[1]}", "", fence[3], flags=re.MULTILINE)
                sessions.setdefault(path.name, []).append(text)
    return sessions, codes


SESSIONS, CODES = pages()


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """All that is asked of the browser's Python, in one go: see inside.py."""
    if stage.staged() is None:
        pytest.fail("Python for the browser has not been collected: `python -m run.stage` says why.", pytrace=False)
    folder = tmp_path_factory.mktemp("run")
    (folder / "sources.zip").write_bytes(run_files.archive(run_files.read_sources()))
    integers = {name: {"code": f"import numpy as np\n{text}"} for name, text in INTEGERS.items()}
    source = (ROOT / "derivations" / f"{DERIVATION}.py").read_text(encoding="utf-8")
    proof = {"code": source, "name": f"derivations/{DERIVATION}.py", "derivation": True}
    asked = {"modules": MODULES, "sessions": SESSIONS, "codes": CODES | integers | {DERIVATION: proof}}
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    command = [stage.node(), HERE / "browser_python.mjs", stage.CACHE / "parts", folder / "sources.zip"]
    done = subprocess.run([*command, HERE / "inside.py", folder / "asked.json"], capture_output=True, text=True)
    if done.returncode:
        pytest.fail(done.stderr[-3000:], pytrace=False)
    return json.loads(done.stdout.splitlines()[-1])


def shown(code):
    """All that Run would show of a code here, at home, as inside.py collects it there."""
    said = []
    with contextlib.chdir(ROOT):
        ended = json.loads(runner.run(json.dumps(code), lambda kind, data: said.append((kind, data))))
    return {"ok": ended["ok"], "text": "".join(data for kind, data in said if kind == "text")}


@pytest.mark.parametrize("name", [name for name in MODULES if name not in DIFFERENT_DOCTESTS])
def test_the_doctests_pass_in_the_browser(found, name):
    assert found["doctests"][name]["failed"] == ""


@pytest.mark.parametrize(("name", "reason"), DIFFERENT_DOCTESTS.items())
def test_what_the_browser_cannot_do_is_known(found, name, reason):
    assert reason in found["doctests"][name]["failed"]


def test_doctests_are_found():
    """A module without any passes above, so there must be others."""
    assert len(MODULES) > 30


def test_as_many_doctests_are_tried_as_at_home(found):
    """None is lost on the way."""
    import doctest

    finder = doctest.DocTestFinder(exclude_empty=True)
    here = {
        name: sum(len(one.examples) for one in finder.find(importlib.import_module(name), name)) for name in MODULES
    }

    assert {name: found["doctests"][name]["tried"] for name in MODULES} == here


@pytest.mark.parametrize("page", SESSIONS)
def test_a_page_shows_what_the_browser_gives(found, page):
    """Who runs the sessions of a page one after the other finds what the page says."""
    assert found["sessions"][page] == ""


@pytest.mark.parametrize("name", CODES)
def test_a_code_shows_in_the_browser_what_it_shows_at_home(found, name):
    """Each code of each page, as its editor is filled; the file's own numbers, to the last digit that is shown."""
    here, there = shown(CODES[name]), found["codes"][name]

    assert there["ok"] == here["ok"]
    assert there["text"] == here["text"]


@pytest.mark.parametrize("name", INTEGERS)
def test_published_integers_have_64_bits(found, name):
    """The browser's usual integer has 32, and would overflow without a word."""
    assert found["codes"][name]["text"] == "int64\n"


def test_a_derivation_is_proved_in_the_browser_as_at_home(found):
    """Statement by statement, word by word."""
    here = io.StringIO()
    namespace = {"__name__": "__main__"}
    with contextlib.redirect_stdout(here):
        exec((ROOT / "derivations" / f"{DERIVATION}.py").read_text(encoding="utf-8"), namespace)

    assert "0 refuted, 0 inconclusive, 0 problems" in here.getvalue()
    assert found["codes"][DERIVATION] == {"ok": True, "text": here.getvalue(), "errors": []}
