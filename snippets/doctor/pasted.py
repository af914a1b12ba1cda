"""What people paste is not always a file: make Python of it, and keep every line where it was."""

import ast
import re
import textwrap
import warnings

# What web pages and word processors put in the place of a plain sign; what cannot be seen goes.
SIGNS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}
    | dict.fromkeys("\u00a0\u2007\u202f", " ")
    | dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060\x00", "")
)
FENCE = re.compile(r"\s*(```|~~~)")
PROMPT = re.compile(r"\s*(>>>|\.\.\.|In \[\d+\]:|\.{3,}:)( |$)")
FIRST_PROMPT = re.compile(r"\s*(>>>|In \[\d+\]:)( |$)")
MAGIC = re.compile(r"\s*[%!]")
IMPORTS = {"np": "import numpy as np", "numpy": "import numpy", "math": "import math"}
FORGOTTEN = "{} stands nowhere in it; the doctor has added it."


def readable(text):
    """Return (text, notes): the text as Python can read it, and what a reader should know of it.

    What Python can read already stays as it is.

    >>> readable(">>> def f(x):\\n...     return x\\n>>> f(1)\\n1")[0]
    'def f(x):\\n    return x\\nf(1)\\n'
    >>> readable("def f(x):\\n    return np.exp(x)")[1]
    ['import numpy as np stands nowhere in it; the doctor has added it.']
    """
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    for step in (str, _plain_signs, _between_fences, _without_prompts, _without_magic, textwrap.dedent, _rest_dedented):
        text = step(text)
        tree = _parsed(text)
        if tree:
            break
    forgotten = _forgotten(tree) if tree else []
    return "\n".join([*forgotten, text]), [FORGOTTEN.format(line) for line in forgotten]


def named(words):
    """Return the name that is meant, or None.

    >>> named("def gradient(scores, labels):"), named(" Layer "), named("")
    ('gradient', 'Layer', None)
    """
    return re.sub(r"^(def|class)\s+", "", (words or "").strip()).split("(")[0].strip(" :") or None


def _parsed(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<pasted>", "exec", dont_inherit=True)
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _plain_signs(text):
    return text.translate(SIGNS)


def _between_fences(text):
    """Keep what stands between Markdown fences; one alone is taken away."""
    lines = text.split("\n")
    fences = [i for i, line in enumerate(lines) if FENCE.match(line)]
    inside = len(fences) < 2
    for i, line in enumerate(lines):
        if i in fences:
            inside = inside if len(fences) < 2 else not inside
            lines[i] = ""
        elif not inside:
            lines[i] = ""
    return "\n".join(lines)


def _without_prompts(text):
    """Keep what was typed in a session, not what was printed."""
    lines = text.split("\n")
    # A docstring may hold a session too; then the text does not begin with one.
    if not FIRST_PROMPT.match(next(filter(str.strip, lines), "")):
        return text
    return "\n".join(line[PROMPT.match(line).end() :] if PROMPT.match(line) else "" for line in lines)


def _without_magic(text):
    """A notebook's own commands are no Python."""
    return "\n".join("" if MAGIC.match(line) else line for line in text.split("\n"))


def _rest_dedented(text):
    """Whoever marks a method with the mouse often leaves the first line's spaces behind."""
    first, end, rest = text.partition("\n")
    return f"{first}{end}{textwrap.dedent(rest)}"


def _forgotten(tree):
    """Return the lines that import what is used and made nowhere."""
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in nodes):
        return []
    made = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    made |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(one.asname or one.name).split(".")[0] for one in node.names}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return [line for name, line in IMPORTS.items() if name in used - made]
