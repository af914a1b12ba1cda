"""What stops a build, what is remembered between builds, and what every page gets at the end."""

import logging
import re
import sys
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError

from hooks import computed_numbers, derivation_pages, finish, proofs, prove
from hooks.formulas import katex_fonts
from hooks.proofs import Build


def test_a_refuted_statement_stops_a_build(ledger, statement, monkeypatch):
    """The build ends with the report of the ledger."""
    ledger(statement(verdict="refuted"))
    monkeypatch.setattr(prove, "prove", lambda docs: None)

    with pytest.raises(PluginError, match="the whole report"):
        prove.on_pre_build(config=Config())


def test_a_refuted_statement_only_warns_its_writer(ledger, statement, monkeypatch, caplog):
    """Under `make site` the page is shown all the same, with a warning."""
    ledger(statement(verdict="refuted"), serving=True)
    monkeypatch.setattr(prove, "prove", lambda docs: None)
    with caplog.at_level(logging.WARNING):
        prove.on_pre_build(config=Config())

    assert "the whole report" in caplog.text


class Config:
    docs_dir = "docs"


def test_a_changed_derivation_is_loaded_anew(tmp_path, monkeypatch):
    """Nothing that Python remembers of a changed file outlives the change."""
    package = tmp_path / "pretend"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "ledger.py").write_text("value = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(proofs, "PACKAGES", ["pretend"])
    before = proofs.digest()
    import pretend.ledger

    (package / "ledger.py").write_text("value = 23\n", encoding="utf-8")
    assert proofs.digest() != before
    proofs.forget()
    assert "pretend.ledger" not in sys.modules
    import pretend.ledger

    assert pretend.ledger.value == 23


# A name and a format, and what the page says.
NUMBERS = [("{{ number pi }}", "3.142"), ("{{ number pi .2f }}", "3.14"), ("{{number minus}}", "−0.5"), ("{{ number three }}", "3")]


@pytest.mark.parametrize("macro, expected", NUMBERS)
def test_a_number_is_computed(monkeypatch, page, macro, expected):
    """A number in a sentence comes from a named expression."""
    from derivations import computed

    numbers = {"pi": lambda: 3.14159, "minus": lambda: -0.5, "three": lambda: 3}
    monkeypatch.setattr(computed, "NUMBERS", numbers)
    text = computed_numbers.on_page_markdown(f"about {macro}.", page=page, config=None, files=None)

    assert text == f"about {expected}."


def test_an_unknown_number_stops_the_build(page):
    """A slip in a name is no empty place in a sentence."""
    with pytest.raises(PluginError, match="loss.md: .*no number 'unheard_of'"):
        computed_numbers.on_page_markdown("{{ number unheard_of }}", page=page, config=None, files=None)


SCRIPT = """# %% [markdown]
# # A title

# %%
x = 2
print("x is", x)
step("eq:loss")

# %% [markdown]
# Then

# %%
print(x + 1)
"""


def cells_of(tmp_path, source):
    path = tmp_path / "script.py"
    path.write_text(source, encoding="utf-8")
    cells = derivation_pages.jupytext.read(path, fmt="py:percent").cells
    return derivation_pages.execute(cells, path)


def test_a_script_becomes_a_page_with_its_output(tmp_path):
    """Text, code, what it printed, and an address for each proof."""
    cells = cells_of(tmp_path, SCRIPT.replace("step(", "str("))
    page = derivation_pages.markdown("script", cells)

    assert page.startswith("---\nsearch:\n  boost: 0.5\n---\n\n# A title\n")
    assert "````python\nx = 2" in page
    assert ".output .no-copy }\nx is 2\n````" in page
    assert ".output .no-copy }\n3\n````" in page
    assert '<span id="proof:eq:loss"></span>' in page


def test_a_notebook_is_the_same_each_time(tmp_path):
    """Same input, same bytes: no random names of cells."""
    first, second = (derivation_pages.notebook(cells_of(tmp_path, SCRIPT.replace("step(", "str("))) for _ in range(2))

    assert first == second
    assert '"id": "cell-0"' in first


# What goes wrong in a script, and what the build says.
FAILING = [("step('eq:loss')", "NameError"), ("raise SystemExit(1)", "ended with 1"), ("raise ValueError('no')", "ValueError: no")]


@pytest.mark.parametrize("source, why", FAILING)
def test_a_script_that_fails_stops_the_build(monkeypatch, tmp_path, source, why):
    """A derivation that cannot be run is not published."""
    monkeypatch.setattr(Build, "serving", False)
    with pytest.raises(PluginError, match=why):
        cells_of(tmp_path, f"# %%\n{source}\n")


def test_a_script_runs_again_when_its_formula_changes(monkeypatch, tmp_path, ledger, statement):
    """Output is remembered for as long as nothing changes that it rests on, and no longer."""
    (tmp_path / "loss.py").write_text("# %%\nprint(1)\n", encoding="utf-8")
    monkeypatch.setattr(derivation_pages, "folder", lambda package: tmp_path)
    monkeypatch.setattr(derivation_pages, "RUNS", {})
    runs = []
    execute = derivation_pages.execute
    monkeypatch.setattr(derivation_pages, "execute", lambda *given: runs.append(1) or execute(*given))
    for latex, digest in [("L = 1", "a"), ("L = 1", "a"), ("L = 2", "a"), ("L = 2", "b")]:
        ledger(statement(latex=latex))
        monkeypatch.setattr(Build, "digest", digest)
        derivation_pages.run("loss")

    assert len(runs) == 3


HTML = f'<head><meta charset="utf-8"><meta name="generator" content="x"></head>{finish.NAMELESS}</div><script>run()</script>'


def test_only_the_page_s_own_scripts_may_run(monkeypatch):
    """The policy has the hash of each inline script, and of nothing else."""
    monkeypatch.setattr(Build, "serving", False)
    page = finish.finish(HTML, "a page")

    scripts = re.findall("<script>(.*?)</script>", page)
    assert scripts[-1] == "run()"
    assert re.findall("'sha256-[^']+'", page) == [f"'{finish.digest(one)}'" for one in sorted(scripts, key=finish.digest)]
    assert page.index("Content-Security-Policy") < page.index("<script>")
    assert 'name="generator"' not in page


def test_a_changed_theme_is_noticed():
    """If the theme no longer looks as we think, the build says so."""
    with pytest.raises(PluginError, match="search dialog has changed"):
        finish.finish("<html></html>", "a page")


def test_fonts_have_the_signs_that_are_used_and_no_others():
    """A font shrinks to what is asked of it; one that has nothing of it is left out."""
    few = katex_fonts.subset("KaTeX_Main-Regular", "1N")

    assert 0 < len(few) < 2000
    assert few == katex_fonts.subset("KaTeX_Main-Regular", "1N")
    assert katex_fonts.subset("KaTeX_Size4-Regular", "1N") == b""
    assert "KaTeX_Size4-Regular" not in katex_fonts.style_sheet("1N")
    assert "url(KaTeX_Main-Regular.woff2)" in katex_fonts.style_sheet("1N")


def test_every_hook_is_listed_in_its_order():
    """A hook that nobody calls would be a promise that nobody keeps."""
    root = Path(proofs.__file__).parent
    listed = re.findall(r"^  - hooks/([\w/]+)\.py$", (root.parent / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    every = root.rglob("*.py")
    acting = {path.relative_to(root).with_suffix("").as_posix() for path in every if "\ndef on_" in path.read_text(encoding="utf-8")}

    assert set(listed) == acting
    assert listed[0] == "prove"
