"""A docstring that names the formula it rests on names one that stands where it says."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "snippets").rglob("*.py"), *(ROOT / "hooks").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
SOURCE = re.compile(r"((?:`eq:[\w-]+`(?:,| and)?\s+)+)of\s+([\w-]+\.md)")


def sources() -> list[tuple[str, str, str]]:
    """File, label and page of each formula that a docstring names."""
    named = []
    for path in FILES:
        for found in SOURCE.finditer(path.read_text(encoding="utf-8")):
            for label in re.findall(r"eq:[\w-]+", found.group(1)):
                named.append((path.relative_to(ROOT).as_posix(), label, found.group(2)))
    return named


@pytest.mark.parametrize(("file", "label", "page"), sources())
def test_the_formula_stands_on_the_page(file, label, page):
    """So a reader of the code finds the mathematics."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")

    assert rf"\label{{{label}}}" in text


def test_some_are_found():
    """A table with no row would pass."""
    assert len(sources()) > 10
