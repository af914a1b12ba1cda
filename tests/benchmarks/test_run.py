"""Run is compared with others fairly: the same Pyodide, the same packages, the same server, the same clock."""

import http.client
import json
import re
from pathlib import Path

import pytest

from benchmarks import bench_run as bench
from benchmarks import run_peers as peers
from benchmarks.run_server import serving

ROOT = Path(__file__).parents[2]


def pins(name):
    """The versions that a list of packages pins."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w-]+)==(\S+)", text, re.MULTILINE))


@pytest.fixture(scope="module")
def lock():
    """What Pyodide's lock file says of each package."""
    return json.loads((peers.PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]


def test_the_packages_in_the_browser_are_those_of_pyodide(lock):
    """The same versions; the two that Pyodide does not have are named, and one of them is that of the site."""
    ours = pins("in_browser.txt")
    others = {name: version for name, version in ours.items() if name not in lock}

    assert {name: lock[name]["version"] for name in ours if name in lock} | others == ours
    assert sorted(others) == ["comm", "lark"]
    assert others["lark"] == pins("site.txt")["lark"]


def test_nothing_is_missing_in_the_browser(lock):
    """What a package rests on is there, too."""
    ours = {name.lower() for name in pins("in_browser.txt")} | {"numpy", "sympy", "mpmath"}
    needed = {one.lower().replace("_", "-") for name in ours & set(lock) for one in lock[name]["depends"]}

    assert needed - ours == set()


def test_a_line_of_the_lock_file_has_the_hash_of_its_file(tmp_path, lock):
    """Pyodide's own line but for the file; a package that it does not know gets a line with the same keys."""
    known, unknown = tmp_path / "prompt_toolkit-3.0.52-py3-none-any.whl", tmp_path / "lark-1.3.1-py3-none-any.whl"
    for path in (known, unknown):
        path.write_bytes(b"other bytes")
    one = peers.entry("prompt-toolkit", known, lock["prompt-toolkit"])
    other = peers.entry("lark", unknown, None)

    assert (one["depends"], one["sha256"] == lock["prompt-toolkit"]["sha256"]) == (["wcwidth"], False)
    assert (other["version"], other["imports"], other["sha256"]) == ("1.3.1", ["lark"], one["sha256"])
    assert set(other) == set(one)


@pytest.fixture
def served(tmp_path):
    """Two folders under one prefix, and one more."""
    for path, text in {"a/page.html": "first", "b/page.html": "second", "b/other.html": "o" * 1000}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    with serving([("/x/", tmp_path / "a"), ("/x/", tmp_path / "b"), ("/", tmp_path)]) as running:
        yield running


def asked(running, path, **headers):
    """Ask the server for something; return the status and the headers."""
    connection = http.client.HTTPConnection(running.address.removeprefix("http://"))
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers


def test_files_are_compressed_counted_and_kept(served):
    """The first folder that has a file gives it; a browser that has it already is not sent it again."""
    status, headers = asked(served, "/x/page.html")
    again, _ = asked(served, "/x/page.html", **{"If-None-Match": headers["ETag"]})
    asked(served, "/x/other.html?v=1")

    assert (status, again, headers["Content-Encoding"]) == (200, 304, "gzip")
    assert [path for path, _ in served.sent] == ["/x/page.html", "/x/other.html"]
    assert served.sent[1][1] < 100


@pytest.mark.parametrize(("path", "foreign"), [("http://example.org/a.js", 1), ("/nowhere.html", 0)])
def test_other_hosts_are_counted_and_not_reached(served, path, foreign):
    """The browser is told to ask this server for them."""
    status, _ = asked(served, path)

    assert (status, len(served.foreign), served.sent) == (403 if foreign else 404, foreign, [])


PAGE = """<div class="run" data-run-name="softmax.md, code 2"{off} data-codes="codes/softmax.json" data-code="1">
</div><script src="assets/run/1f2e/page.js" defer></script>"""


@pytest.fixture
def pages(tmp_path):
    """A page with two codes, the second of which can be run."""
    codes = tmp_path / "assets" / "run" / "1f2e" / "codes"
    codes.mkdir(parents=True)
    (codes / "softmax.json").write_text('[null, {"code": "1 + 1", "before": [0], "shown": true}]', encoding="utf-8")
    (tmp_path / bench.SOURCE).write_text(PAGE.format(off=""), encoding="utf-8")
    return tmp_path


def test_a_copy_of_a_page_runs_other_code(pages, tmp_path):
    """Only the code is another one, and nothing runs before it."""
    made = tmp_path / "made"
    made.mkdir()
    bench.filled(pages, "bench-numpy", bench.NUMPY, made)
    codes = json.loads((made / "assets/run/1f2e/codes/bench-numpy.json").read_text(encoding="utf-8"))

    assert (made / "bench-numpy.html").read_text(encoding="utf-8").count('data-codes="codes/bench-numpy.json"') == 1
    assert codes == [None, {"code": bench.NUMPY, "before": [], "shown": True}]


def test_a_site_without_python_is_not_measured(pages, tmp_path):
    """It says what to look at."""
    (pages / bench.SOURCE).write_text(PAGE.format(off=' data-off="no numpy"'), encoding="utf-8")

    with pytest.raises(SystemExit, match="Nothing can be run on softmax.html"):
        bench.filled(pages, "bench-numpy", bench.NUMPY, tmp_path)


def test_the_clock_hears_new_words_only(chromium):
    """What stood there before the press does not count; what is written into a frame does."""
    page = chromium.new_page()
    page.set_content("""<p>done</p><button>Run</button><script>
        document.querySelector("button").addEventListener("click", () => {
          setTimeout(() => document.body.append("begun"), 50);
          const frame = document.createElement("iframe");
          document.body.append(frame);
          setTimeout(() => frame.contentDocument.body.append("done"), 150);
        });</script>""")
    after = bench.pressed(page, "button", ["begun", "done"])
    page.close()

    assert 0.05 <= after["begun"] < after["done"]


def test_a_round_begins_with_another_one():
    """So none of them is always the first."""
    orders = [bench.turns(round_) for round_ in range(3)]

    assert [sorted(order) for order in orders] == [sorted(orders[0])] * 3
    assert len({order[0] for order in orders}) == 3


def test_the_record_is_whole():
    """As many times as rounds, of all three; nothing of Python is loaded on a second visit."""
    record = json.loads(bench.RECORD.read_text(encoding="utf-8"))
    numpy, proof, rounds = record["numpy"], record["derivation"], record["rounds"]

    assert set(numpy) == set(proof) == {bench.OURS, bench.JUPYTERLITE, bench.PYSCRIPT}
    assert {len(found[name]) for found in numpy.values() for name in ("cold", "warm")} == {rounds["numpy"]}
    assert {len(found["cold"]["last"]) for found in proof.values()} == {rounds["derivation"]}
    assert {len(times) for times in record["native"].values()} == {rounds["derivation"]}
    assert numpy[bench.OURS]["warm_press_bytes"] < 10_000
