"""What is collected for the reader's browser is exactly what was asked for, or it is not taken."""

import hashlib
import http.client
import io
import json
import re
import subprocess
import zipfile

import pytest

from run import stage
from run.stage import Missing, Wheel, bring, wanted

GOOD, BAD = b"the wheel", b"another file"
WHEEL = Wheel("numpy", "2", "numpy-2.whl", hashlib.sha256(GOOD).hexdigest())


def place(data):
    """A place that has this file, or nothing."""

    def source(wheel):
        if data is None:
            raise Missing("out of reach")
        return data

    return source


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """A cache of one's own."""
    monkeypatch.setattr(stage, "CACHE", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ([GOOD], "place 0"),
        ([None, GOOD], "place 1"),
        ([None, None, GOOD], "place 2"),
        ([BAD, GOOD], "place 1"),
        ([GOOD, BAD], "place 0"),
    ],
)
def test_the_first_place_with_the_right_file_is_taken(monkeypatch, cache, offered, taken):
    monkeypatch.setattr(stage, "SOURCES", {f"place {number}": place(data) for number, data in enumerate(offered)})

    path, name = bring(WHEEL)

    assert (path, name, path.read_bytes()) == (cache / "wheels" / "numpy-2.whl", taken, GOOD)


@pytest.mark.parametrize("offered", [[BAD], [None, BAD], [BAD, None], [b""]])
def test_another_file_is_never_taken(monkeypatch, cache, offered):
    """Not even where there is no other; and it is said aloud."""
    said = []
    monkeypatch.setattr(stage, "SOURCES", {f"place {number}": place(data) for number, data in enumerate(offered)})

    with pytest.raises(Missing, match=r"No place has numpy-2.whl:"):
        bring(WHEEL, said.append)
    assert [line.startswith("Refused: numpy-2.whl from place") for line in said] == [True]
    assert not (cache / "wheels" / "numpy-2.whl").exists()


def test_a_spoilt_cache_is_refused(cache):
    """A file that has changed on disk is no better than one from a mirror."""
    (cache / "wheels").mkdir()
    (cache / "wheels" / "numpy-2.whl").write_bytes(BAD)

    with pytest.raises(Missing, match="is not the file it says it is"):
        stage.checked(stage.from_cache(WHEEL), WHEEL, "the cache")


def test_each_place_says_why_it_has_nothing(monkeypatch, cache):
    """Who reads it knows what to try."""
    monkeypatch.setattr(stage, "SOURCES", {"the shelf": place(None), "the mirror": place(BAD)})

    with pytest.raises(Missing) as missing:
        bring(WHEEL, lambda words: None)
    assert "the shelf: out of reach" in str(missing.value)
    assert "the mirror: numpy-2.whl from the mirror is not the file" in str(missing.value)


def test_a_build_goes_on_without_run(monkeypatch, cache, capsys):
    """It ends well, leaves no manifest of an earlier time, and says what is off and what to do."""
    (cache / "manifest.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(stage, "SOURCES", {"the shelf": place(None)})

    assert stage.main() == 0
    assert stage.staged() is None
    said = capsys.readouterr().err
    assert "Run will be off in the site: No place has numpy-" in said
    assert "Put the wheels that node_modules/pyodide/pyodide-lock.json and requirements/site.txt name into" in said


def test_pip_says_why_it_brought_nothing(tmp_path):
    """A hash that fits no file: pip refuses, and its last words are kept."""
    asked = tmp_path / "asked.txt"
    asked.write_text("lark==1.3.1 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")

    with pytest.raises(Missing, match="pip could not bring it: "):
        stage.download(["--no-index", "-r", str(asked)], tmp_path)


def test_a_mirror_that_breaks_off_is_one_that_cannot_be_reached(monkeypatch):
    """An answer that ends in the middle is no reason to end the build."""

    class Answer(io.BytesIO):
        def read(self):
            raise http.client.IncompleteRead(b"half", 100)

    monkeypatch.setattr(stage.urllib.request, "urlopen", lambda address, timeout: Answer())

    with pytest.raises(Missing, match=r"numpy-2.whl cannot be reached \(IncompleteRead"):
        stage.from_distribution(WHEEL)


def test_our_own_package_is_named_when_it_cannot_be_had(monkeypatch, cache):
    """Even where pip ends without a word."""
    silent = subprocess.CompletedProcess([], 1, "", "")
    monkeypatch.setattr(stage.subprocess, "run", lambda *arguments, **options: silent)

    with pytest.raises(Missing, match=r"No place has lark-.*\.whl: pip could not bring it: it ended with 1"):
        stage.bring_own()


def test_the_distribution_is_the_one_that_pyodide_names():
    """The address is read from the package, with its version in it."""
    version = json.loads((stage.PYODIDE / "package.json").read_text(encoding="utf-8"))["version"]

    assert re.fullmatch(rf"https://\S+/pyodide/v{re.escape(version)}/full/", stage.distribution())


def test_the_carrier_is_pinned_by_its_hash():
    """A package of so many megabytes is opened only if it is the one that was looked at."""
    lines = stage.CARRIER.read_text(encoding="utf-8").splitlines()
    code = " ".join(line.rstrip("\\").strip() for line in lines if not line.startswith("#"))

    assert re.fullmatch(r"open-webui==[\d.]+ +--hash=sha256:[0-9a-f]{64}", code)


# --- what has been collected ----------------------------------------------------------------


@pytest.fixture(scope="module")
def manifest():
    found = stage.staged()
    if found is None:
        pytest.fail("Python for the browser has not been collected: `python -m run.stage` says why.", pytrace=False)
    return found


@pytest.fixture(scope="module")
def parts(manifest):
    return stage.CACHE / "parts"


def test_every_wheel_is_the_one_that_pyodide_was_tested_with(manifest):
    lock = json.loads((stage.PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))

    found = {name: manifest["packages"][name]["sha256"] for name in stage.LOCKED}
    assert found == {wheel.name: wheel.sha256 for wheel in wanted(lock)}


def test_the_reader_of_formulas_is_the_one_that_the_site_is_built_with(manifest):
    requirements = (stage.ROOT / "requirements" / "site.txt").read_text(encoding="utf-8")
    version, hashes = stage.pinned(requirements, stage.OWN)

    assert manifest["packages"][stage.OWN]["version"] == version
    assert manifest["packages"][stage.OWN]["sha256"] in hashes


def test_what_is_there_is_what_the_manifest_says(manifest, parts):
    """No byte has changed since it was collected."""
    assert manifest["digest"] == stage.digest(stage.entries(parts))


def test_nothing_else_can_be_asked_of_the_lock_file(parts):
    """A reader's import never leads to another host."""
    assert json.loads((parts / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"] == {}


@pytest.mark.parametrize("name", [*stage.LOCKED, stage.OWN, "pyodide", "katex"])
def test_each_part_has_its_licence_beside_it(parts, name):
    text = (parts / "licences" / f"{name}.txt").read_text(encoding="utf-8")

    assert re.search("licen[cs]e|copyright", text, re.IGNORECASE)


@pytest.mark.parametrize("name", ["python_stdlib", *stage.LOCKED, stage.OWN])
def test_everything_is_compiled(parts, name):
    """The browser compiles none of it."""
    with zipfile.ZipFile(parts / f"{name}.zip") as opened:
        names = opened.namelist()

    assert [one for one in names if one.endswith(".py")] == []
    assert sum(one.endswith(".pyc") for one in names) > 20


def test_asserts_are_kept():
    """A check that a library makes of itself is made in the browser, too."""
    script = """
    import fs from "node:fs";
    const { loadPyodide } = await import(process.argv[1] + "/pyodide.mjs");
    const python = await loadPyodide({ stdLibURL: process.argv[1] + "/python_stdlib.zip" });
    python.runPython(fs.readFileSync(process.argv[2], "utf8"));
    console.log(python.runPython(`
import marshal
code = marshal.loads(byte_code(b'def f(x):\\\\n    "words"\\\\n    assert x > 1\\\\n', "f.py", False)[16:])
names = {}
exec(code, names)
try:
    names["f"](0)
    said = "nothing"
except AssertionError:
    said = "the assert"
f"{said}, {names['f'].__doc__!r}"
`));
    """
    command = [stage.node(), "--input-type=module", "--eval", script, stage.CACHE / "parts", "run/repack.py"]
    done = subprocess.run(command, cwd=stage.ROOT, capture_output=True, text=True)

    assert (done.stderr, done.stdout) == ("", "the assert, ''\n")
