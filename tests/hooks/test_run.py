"""What a page gets of Run: a button under each code that can run, and code in its editor that runs as it stands."""

import ast
import builtins
import json
import re
from types import SimpleNamespace

import pytest

from hooks import finish
from hooks.run import run_files, run_here
from hooks.run.run_code import ROOT, codes_of, imported, section
from hooks.run.run_files import Ready, address, archive, needs, read_sources, source_names

SECTIONS = [
    found
    for path in sorted((ROOT / "docs").glob("*.md"))
    for found in re.findall(r'--8<-- "(snippets/[\w/]+\.py):(\w+)"', path.read_text(encoding="utf-8"))
]


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    """What a test makes of the files of Run is gone when it ends."""
    monkeypatch.setattr(Ready, "own", Ready.own)
    monkeypatch.setattr(Ready, "off", Ready.off)
    monkeypatch.setattr(run_here, "CODES", {})


@pytest.fixture
def page():
    return SimpleNamespace(
        file=SimpleNamespace(src_uri="deep/stability.md", name="stability"), url="deep/stability.html"
    )


@pytest.fixture
def built(monkeypatch, page):
    """The HTML that a page's text becomes, with Markdown as a stand-in that keeps what it is given."""
    monkeypatch.setattr(Ready, "own", "0123")
    monkeypatch.setattr(Ready, "off", "")

    def build(text):
        marked = run_here.on_page_markdown(text, page=page, config=None, files=None)
        return run_here.on_page_content(marked, page=page, config=None, files=None)

    return build


def session(*lines):
    return "```pycon\n" + "\n".join(lines) + "\n```\n"


# --- what the editor is filled with ---------------------------------------------------------

FILLED = {
    "what was typed": (session(">>> n = 2", ">>> n + 1", "3"), ["n = 2\nn + 1"]),
    "a loop, and its end": (session(">>> for i in range(2):", "...     print(i)", "...", "0", "1"), ["for i in range(2):\n    print(i)"]),
    "a session goes on": (session(">>> n = 2") + session(">>> n", "2"), ["n = 2", "n"]),
    "an indented fence": ("- A list.\n\n    ```pycon\n    >>> 1 + 1\n    2\n    ```\n", ["1 + 1"]),
    "what is said to doctest": (session(">>> 1 / 3  # doctest: +ELLIPSIS", "0.33..."), ["1 / 3"]),
    "an error at the end": (session(">>> 1 / 0", "Traceback (most recent call last):", "ZeroDivisionError: x"), ["1 / 0"]),
    "a package that is not there": (session(">>> import torch"), [None]),
    "what goes on from there": (session(">>> import torch") + session(">>> torch", "x"), [None, None]),
    "what does not need it": (session(">>> import torch") + session(">>> 1", "1"), [None, "1"]),
    "a test": ('```python\n--8<-- "tests/peers/ranks.py:ddp_step"\n```\n', [None]),
    "a function that needs a package": (session(">>> from snippets.train import main"), [None]),
    "its neighbour that does not": (session(">>> from snippets.train import arms"), ["from snippets.train import arms"]),
    "no code": ("Words and `code`.\n", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "codes"), FILLED.values(), ids=FILLED)
def test_the_editor_is_filled(text, codes):
    assert [code and code.text for _, code in codes_of(text)] == codes


def test_what_came_before_on_the_page_comes_before():
    """And an error that is the point of an earlier session does not end the later one."""
    error = session(">>> 1 / 0", "Traceback (most recent call last):", "ZeroDivisionError: division by zero")
    codes = [code for _, code in codes_of(session(">>> n = 2") + error + session(">>> n", "2"))]

    guarded = 'try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print("ZeroDivisionError:", error)'
    assert [code.before for code in codes] == [(), (0,), (0, 1)]
    assert [code.alone for code in codes] == ["", guarded, ""]


def test_the_heart_of_a_function_comes_with_its_function():
    """What a page shows of softmax is not whole. The editor's is: imports, function, and what the docstring promises."""
    text = section("snippets/softmax.py", "softmax")

    assert text.startswith("import numpy as np\n\nfrom snippets.checks import check_scores\n\n\ndef softmax(scores):\n")
    assert "--8<--" not in text and '"""' not in text
    assert text.endswith("\n\n\nsoftmax([0.1, 5, -0.3]).round(4)\nsoftmax([1000.0, 999.0, -np.inf]).round(4)")


def test_what_the_file_defines_elsewhere_is_imported():
    text = section("snippets/two_layer_net.py", "two_layer_net")

    assert "from snippets.two_layer_net import forward\n" in text


@pytest.mark.parametrize(("path", "name"), SECTIONS)
def test_each_section_shows_something(path, name):
    """After the function there is an example, and each name in the code comes from somewhere."""
    tree = ast.parse(section(path, name))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(getattr(node, "name", None), str)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name for alias in node.names}

    # A page shows what happens to Python 2's xrange.
    assert names <= bound | vars(builtins).keys() | {"xrange"}
    assert isinstance(tree.body[-1], ast.Expr | ast.For | ast.Try | ast.AugAssign)


# --- what stands in the page ----------------------------------------------------------------


def test_under_each_code_is_a_button(built):
    html = built(session(">>> 1") + "\nWords.\n\n" + session(">>> import torch") + session(">>> torch", "2"))
    kinds = re.findall(r'<div class="(run[^"]*)"', html)

    assert kinds == ["run", "run run--home", "run run--home"]


def test_a_page_says_where_its_script_is(built):
    assert built(session(">>> 1")).endswith('<script src="../assets/run/0123/page.js" defer></script>')


@pytest.mark.parametrize("text", ["Words.\n", session(">>> import torch")])
def test_a_page_where_nothing_runs_loads_nothing(built, text):
    assert "<script" not in built(text)


def test_why_run_is_off_stands_in_the_page(built, monkeypatch):
    monkeypatch.setattr(Ready, "off", 'No "wheels" here.')

    assert ' data-off="No &quot;wheels&quot; here."' in built(session(">>> 1"))


def test_run_adds_no_text_to_the_page(built):
    """Words come from the styles, so that the page reads the same without JavaScript."""
    html = built(session(">>> 1"))
    added = re.sub(r"<script.*?</script>", "", html.removeprefix(session(">>> 1").rstrip()), flags=re.DOTALL)

    assert re.sub("<[^>]*>", "", added).strip() == ""


def test_a_derivation_runs_whole(page, built):
    """One Run, inside the box that says how, with the whole file."""
    page.file = SimpleNamespace(src_uri="derivations/softmax.md", name="softmax")
    box = '!!! note "Run it yourself"\n\n    This page is a file.\n\n    And a notebook.\n'
    html = built(f"# Title\n\n{box}\n````python\nproof.step()\n````\n")

    assert html.count('class="run"') == 1
    assert re.search(r'    And a notebook\.\n\n    <div class="run"', html)
    assert html.index('class="run"') < html.index("proof.step()")


# --- the files ------------------------------------------------------------------------------


def test_an_edit_gives_the_files_a_new_address(monkeypatch):
    """Nothing new is ever served from an old cache; and the same files keep their address."""
    run_files.prepare()
    first = Ready.own
    run_files.prepare()
    again = Ready.own
    edited = read_sources() | {"docs/loss.md": b"One word is another."}
    monkeypatch.setattr(run_files, "read_sources", lambda: edited)
    run_files.prepare()

    assert first == again != Ready.own


def test_the_mirror_does_not_change_the_address(monkeypatch):
    """Two machines that built the same site serve the same files, wherever each found the wheels."""
    manifest = run_files.stage.staged()
    for package in manifest["packages"].values():
        package["from"] = "here"
    monkeypatch.setattr(run_files.stage, "staged", lambda: manifest)
    run_files.prepare()
    here = Ready.own
    for package in manifest["packages"].values():
        package["from"] = "there"
    run_files.prepare()

    assert Ready.own == here


def test_without_the_wheels_the_scripts_are_there_and_say_so(monkeypatch):
    monkeypatch.setattr(run_files.stage, "staged", lambda: None)
    files = run_files.prepare()

    assert sorted(name.split("/")[-1] for name in files) == [
        "client.js", "editor.js", "licences.txt", "manifest.json", "page.js", "sources.zip", "worker.js",
    ]  # fmt: skip
    assert "could not be collected when this site was built" in Ready.off


def test_the_archive_has_what_a_reader_may_import():
    names = source_names()

    assert {"derivations/ledger.py", "derivations/proof/grammar.lark", "snippets/softmax.py", "docs/loss.md"} <= set(
        names
    )
    assert [name for name in names if "museum/" in name or "mutants" in name] == []


def test_the_same_files_give_the_same_archive():
    assert archive({"a.py": b"1", "b.py": b"2"}) == archive({"a.py": b"1", "b.py": b"2"})


NEEDS = {
    "nothing": ({"a.py": b"import json"}, {"a": []}),
    "directly": ({"a.py": b"import numpy"}, {"a": ["numpy"]}),
    "a part of it": ({"a.py": b"from numpy.linalg import norm"}, {"a": ["numpy"]}),
    "inside a function": ({"a.py": b"def f():\n    import lark"}, {"a": ["lark"]}),
    "through another": ({"a.py": b"import b", "b.py": b"import lark"}, {"a": ["lark"], "b": ["lark"]}),
    "in a circle": ({"a.py": b"import b", "b.py": b"import a, numpy"}, {"a": ["numpy"], "b": ["numpy"]}),
    "through its package": ({"p/__init__.py": b"import lark", "p/a.py": b"", "b.py": b"import p.a"}, {"b": ["lark"], "p": ["lark"]}),
}  # fmt: skip


@pytest.mark.parametrize(("sources", "expected"), NEEDS.values(), ids=NEEDS)
def test_what_a_module_needs_is_known(sources, expected):
    found = needs(sources, ["numpy", "lark"])

    assert {name: found[name] for name in expected} == expected


def test_every_code_of_ours_finds_its_packages():
    """None of them imports what neither Python, nor the site, nor a package has."""
    sources = {name: (ROOT / name).read_bytes() for name in source_names() if name.endswith(".py")}
    found = needs(sources, ["numpy", "mpmath", "sympy", "lark"])

    assert found["snippets.softmax"] == ["numpy"]
    assert found["derivations.score_gradient"] == ["numpy", "mpmath", "sympy", "lark"]
    assert found["run.runner"] == []


# --- the policy -----------------------------------------------------------------------------


def test_only_a_page_with_run_may_compile_and_ask_the_page_itself(built):
    with_run, without = (finish.policy(built(text)) for text in [session(">>> 1"), "Words.\n"])

    assert "script-src 'self' 'wasm-unsafe-eval';" in with_run and "connect-src 'self' blob:;" in with_run
    assert "script-src 'self';" in without and "connect-src 'self';" in without


def test_the_policy_never_lets_text_become_javascript(built):
    assert "'unsafe-eval'" not in finish.policy(built(session(">>> 1")))


def test_an_address_leads_from_the_page(page, monkeypatch):
    monkeypatch.setattr(Ready, "own", "0123")

    assert address("client.js", page) == "../assets/run/0123/client.js"


def test_imports_are_found_with_their_names():
    assert imported("from snippets.train import main") == {"snippets", "snippets.train.main"}


def test_the_codes_are_in_a_file_of_their_own(built, page, tmp_path):
    """What a page does not need until someone runs it: the number in the page is the place in the file."""
    html = built(session(">>> n = 2") + session(">>> import torch"))
    run_here.on_post_build(config=SimpleNamespace(site_dir=tmp_path))
    codes = json.loads((tmp_path / "assets/run/0123/codes/deep/stability.json").read_text(encoding="utf-8"))

    assert 'data-codes="codes/deep/stability.json" data-code="0"' in html
    assert codes == [
        {
            "name": "code 1",
            "code": "n = 2",
            "before": [],
            "shown": True,
            "derivation": False,
            "notebook": "stability-1.ipynb",
        },
        None,
    ]
