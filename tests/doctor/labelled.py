"""Functions as people write them, each with what is wrong with it.

What is wrong stands in a comment line above the function or class:

    # mistake: sign, transposed (reduction="sum")

In brackets stand the options of `diagnose`. Of what is right the line says `# correct`,
and of what is wrong in a way that has no name, `# mistake: other`.
"""

import ast
import importlib
import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
LINE = re.compile(
    r"""^\#\ (?:mistake:\ (?P<mistakes>[\w, -]+?)|correct)(?:\ \((?P<options>.*)\))?\n
    (?:@.*\n)*(?:(?:def|class)\ )?(?P<name>\w+)""",
    re.MULTILINE | re.VERBOSE,
)


class Case(NamedTuple):
    kind: str
    file: str
    name: str
    mistakes: frozenset
    options: dict

    def __str__(self):
        return f"{self.kind}/{self.file}.py:{self.name}"

    @property
    def path(self) -> Path:
        return HERE / self.kind / f"{self.file}.py"

    def function(self):
        return getattr(importlib.import_module(f"tests.doctor.{self.kind}.{self.file}"), self.name)


def cases(kind: str) -> list[Case]:
    """All of one folder, "right" or "wrong"."""
    found = []
    for path in sorted((HERE / kind).glob("*.py")):
        for line in LINE.finditer(path.read_text(encoding="utf-8")):
            mistakes = frozenset((line["mistakes"] or "").replace(" ", "").split(",")) - {""}
            call = ast.parse(f"f({line['options'] or ''})", mode="eval").body
            options = {option.arg: ast.literal_eval(option.value) for option in call.keywords}
            found.append(Case(kind, path.stem, line["name"], mistakes, options))
    return found
