"""The table of pages that every browser test goes through: the navigation."""

import re
from pathlib import Path

CONFIGURATION = Path(__file__).parents[2] / "mkdocs.yml"
PAGES = [
    source.removesuffix(".md") + ".html"
    for source in re.findall(r"^ +- (\S+\.md)$", CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE)
]
