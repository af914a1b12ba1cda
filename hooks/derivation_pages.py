"""Each derivation script is run and becomes a page, and a notebook to take home."""

import contextlib
import io
import re
import traceback

import jupytext
import nbformat
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from hooks.proofs import Build, folder

LABEL = re.compile(r"""["'](eq:[^"']+)["']""")
# What a script printed, by everything that it could depend on. Lives as long as the process, no longer.
RUNS = {}

# Who searches wants the page before its proof.
HEAD = "---\nsearch:\n  boost: 0.5\n---"

HOW_TO_RUN = """
!!! note "Run it yourself"

    This page is the file `derivations/{name}.py`, run by the build that made the site; below each cell stands what it printed.
    In the folder of the project, `python derivations/{name}.py` does the same.
    You can also [download it as a notebook]({name}.ipynb), to open inside the project's environment.
"""


def on_files(files, *, config):
    """Add a page and a notebook for each script."""
    from derivations.ledger import SCRIPTS

    for name in SCRIPTS:
        cells = run(name)
        page = f"derivations/{name}.md"
        files.append(File.generated(config, page, content=markdown(name, cells)))
        files.append(File.generated(config, page.replace(".md", ".ipynb"), content=notebook(cells)))
    return files


def run(name: str) -> list:
    """The cells of a script, each with what it printed. Nothing is remembered past a change of anything it rests on."""
    bound = [(one.label, one.part, one.latex, one.verdict) for one in Build.ledger.statements if one.script == name]
    key = (name, Build.digest, str(bound))
    if key not in RUNS:
        path = folder("derivations") / f"{name}.py"
        RUNS[key] = execute(jupytext.read(path, fmt="py:percent").cells, path)
    return RUNS[key]


def execute(cells: list, path) -> list:
    """Run the cells one after the other in one namespace, as Python runs the file. An error ends the build."""
    namespace = {"__name__": "__main__", "__file__": str(path)}
    results = []
    for cell in cells:
        printed = io.StringIO()
        if cell.cell_type == "code":
            try:
                with contextlib.redirect_stdout(printed):
                    exec(compile(cell.source, str(path), "exec"), namespace)
            except SystemExit as end:
                if end.code and not Build.serving:
                    raise PluginError(f"{path.name} ended with {end.code}.\n{printed.getvalue()}") from end
            except Exception as error:
                if not Build.serving:
                    raise PluginError(f"{path.name} failed.\n{traceback.format_exc()}") from error
                printed.write(traceback.format_exc())
        results.append((cell.cell_type, cell.source, printed.getvalue().rstrip("\n")))
    return results


def markdown(name: str, cells: list) -> str:
    """The page: text as it is, code and output in fences, and an address for each proof."""
    parts = [HEAD]
    seen = set()
    for kind, source, printed in cells:
        if kind == "markdown":
            parts.append(source)
            if len(parts) == 2:
                parts.append(HOW_TO_RUN.format(name=name))
        elif source.strip():
            new = [label for label in dict.fromkeys(LABEL.findall(source)) if label not in seen]
            seen.update(new)
            parts += [f'<span id="proof:{label}"></span>' for label in new]
            parts.append(f"````python\n{source}\n````")
            if printed:
                parts.append(f"````{{ .text .output .no-copy }}\n{printed}\n````")
    return "\n\n".join(parts) + "\n"


def notebook(cells: list) -> str:
    """The same as a Jupyter notebook, with its output. The same input gives the same bytes."""
    made = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for number, (kind, source, printed) in enumerate(cells):
        if kind == "markdown":
            cell = nbformat.v4.new_markdown_cell(source)
        else:
            outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed + "\n")] if printed else []
            cell = nbformat.v4.new_code_cell(source, outputs=outputs)
        cell.id = f"cell-{number}"
        made.cells.append(cell)
    return nbformat.writes(made) + "\n"
