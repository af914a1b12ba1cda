"""What the editor of Run is filled with: code that runs as it stands, made from what a page shows."""

import ast
import builtins
import doctest
import re
from dataclasses import dataclass
from pathlib import Path

from hooks.run.run_examples import EXAMPLES

ROOT = Path(__file__).parents[2]
# What the reader's browser does not have. Code that imports one of these runs at home.
# Functions that do so themselves are named here, too.
AT_HOME = {"snippets.train.digits", "snippets.train.main"}
AT_HOME |= {"benchmarks", "jax", "keras", "matplotlib", "onnx", "optax", "scipy", "sklearn", "tests", "torch", "tqdm"}

MARK = re.compile(r"^ *# --8<-- \[.*\n", re.MULTILINE)
EMBEDDED = re.compile(r'\s*--8<-- "([\w/]+\.py):(\w+)"\s*')
# What is said to doctest is not said to a reader.
DIRECTIVE = re.compile(r" *# doctest:.*")
FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Code:
    """What runs: the text, and the numbers of the codes that have to run before it in the same names, from 0."""

    text: str
    before: tuple[int, ...] = ()
    alone: str = ""
    """The text as it runs before others, if it is another: an error that is expected must not end them."""


def codes_of(markdown: str) -> list[tuple[re.Match, Code | None]]:
    """Each fence of a page with its code, or None if it runs at home only. A session goes on from those before it.

    One that needs what only a session at home gave runs at home, too.

    >>> fence = "```pycon\\n>>> {}\\n```\\n"
    >>> page = "\\n".join(map(fence.format, ["n = 2", "import torch", "print(n)", "print(torch)"]))
    >>> [code for _, code in codes_of(page)]
    [Code(text='n = 2', before=(), alone=''), None, Code(text='print(n)', before=(0,), alone=''), None]
    """
    result: list[tuple[re.Match, Code | None]] = []
    sessions: dict[int, str] = {}
    left_at_home: set[str] = set()
    for fence in FENCE.finditer(markdown):
        body = re.sub(rf"^{fence[1]}", "", fence[3], flags=re.MULTILINE)
        embedded = EMBEDDED.fullmatch(body)
        code = None
        if fence[2] == "pycon":
            examples = doctest.DocTestParser().get_examples(body)
            text, alone = typed(examples), typed(examples, last=False)
            if AT_HOME & imported(text) or left_at_home & names(text):
                left_at_home |= given(text)
            else:
                code = Code(text, tuple(sessions), alone if alone != text else "")
                sessions[len(result)] = alone
        elif embedded and embedded[1].startswith("snippets/"):
            code = Code(section(embedded[1], embedded[2]))
        result.append((fence, code))
    return result


def imported(text: str) -> set[str]:
    """The packages that a text imports, and each name that it takes from one.

    >>> sorted(imported("import numpy as np\\nfrom tests.peers import ranks"))
    ['numpy', 'tests', 'tests.peers.ranks']
    """
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module.split(".")[0], *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def given(text: str) -> set[str]:
    """The names that a text gives to what comes after it.

    >>> sorted(given("import numpy as np\\nfor n in [1]: m = n\\ndef f(x): pass"))
    ['f', 'm', 'n', 'np']
    """
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def typed(examples: list[doctest.Example], last: bool = True) -> str:
    """What was typed in a session. An error that is expected must not end what comes after it.

    last tells whether nothing comes after the examples either.

    >>> parse = doctest.DocTestParser().get_examples
    >>> print(typed(parse(">>> [][0]\\nTraceback (most recent call last):\\nIndexError: list\\n>>> 1 + 1\\n2\\n")))
    try:
        [][0]
    except IndexError as error:
        print("IndexError:", error)
    1 + 1
    """
    parts = []
    for number, example in enumerate(examples, start=1):
        source = DIRECTIVE.sub("", example.source.rstrip("\n"))
        if example.exc_msg and not (last and number == len(examples)):
            name = example.exc_msg.split(":")[0].strip().split(".")[-1]
            name = name if hasattr(builtins, name) else "Exception"
            source = re.sub("^(?=.)", "    ", source, flags=re.MULTILINE)
            source = f'try:\n{source}\nexcept {name} as error:\n    print("{name}:", error)'
        parts.append(source)
    return "\n".join(parts)


def section(path: str, name: str) -> str:
    """A section of a file with what it needs around it, and then examples of it.

    The heart of a function comes with its function. What the file imports or defines elsewhere is imported.
    """
    source = (ROOT / path).read_text(encoding="utf-8")
    start, end = (source[: source.index(f"[{edge}:{name}]")].count("\n") + 1 for edge in ("start", "end"))
    tree = ast.parse(source)
    inside = [node for node in tree.body if start < node.lineno <= end]
    around = [node for node in tree.body if node.lineno <= start <= node.end_lineno]
    nodes = inside or around
    lines = source.splitlines(keepends=True)
    if inside:
        text = "".join(lines[start : end - 1])
    else:
        text = "".join(without_docstring(around[0], lines))
    text = MARK.sub("", text).strip("\n")
    defined = {node.name for node in nodes if hasattr(node, "name")}
    after = EXAMPLES.get(f"{path}:{name}", "").strip("\n") or examples_of(nodes, tree)
    needed = names(text) | names(after)
    # What only an example needs stands above, with the rest.
    first = re.match(r"(import .*\n+)?", after)[0]
    parts = [first.strip() + imports(tree, path, needed - defined), text, after.removeprefix(first)]
    return "\n\n\n".join(part for part in parts if part)


def without_docstring(node: ast.FunctionDef, lines: list[str]) -> list[str]:
    """The lines of a function. Its docstring stands on no page, and would push the code out of sight."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return lines[node.lineno - 1 : first.lineno - 1] + lines[first.end_lineno : node.end_lineno]
    return lines[node.lineno - 1 : node.end_lineno]


def examples_of(nodes: list, tree: ast.Module) -> str:
    """The examples of a docstring: the function's own, or else the file's."""
    documented = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    parse = doctest.DocTestParser().get_examples
    own = [example for node in documented for example in parse(ast.get_docstring(node) or "")]
    return typed(own or parse(ast.get_docstring(tree) or ""))


def names(text: str) -> set[str]:
    """All names that a text mentions.

    >>> sorted(names("np.exp(x)"))
    ['np', 'x']
    """
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def imports(tree: ast.Module, path: str, needed: set[str]) -> str:
    """The lines that bring what is needed from where the file has it, and the file's own names from the file."""
    lines, ours, own = [], [], []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            wanted = [alias for alias in node.names if (alias.asname or alias.name.split(".")[0]) in needed]
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                wanted = node.names
            if wanted:
                kept = ast.unparse(type(node)(**{**vars(node), "names": wanted}))
                (ours if kept.startswith("from snippets") else lines).append(kept)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            own += [node.name] * (node.name in needed)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            own += [name.id for target in targets for name in ast.walk(target) if getattr(name, "id", None) in needed]
    if own:
        ours.append(f"from {path.removesuffix('.py').replace('/', '.')} import {', '.join(dict.fromkeys(own))}")
    return "\n\n".join("\n".join(group) for group in [lines, ours] if group)
