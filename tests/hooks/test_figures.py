"""The drawings of the pages: each has a name, and stands where a page names it."""

import re
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from derivations.ledger import DOCS
from hooks.drawings import figures
from hooks.made import one_each

PAGE = SimpleNamespace(file=SimpleNamespace(src_uri="page.md"))


def test_a_figure_takes_the_place_of_its_name():
    markdown = figures.on_page_markdown("Text\n\n{{ figure network }}\n", page=PAGE, config=None, files=None)

    assert markdown.startswith("Text\n\n<figure")
    assert "{{" not in markdown
    # Markdown would take what follows an empty line for text again.
    assert "\n\n" not in markdown.removeprefix("Text\n\n")


def test_a_figure_that_nobody_draws_stops_the_build():
    with pytest.raises(PluginError, match="no figure 'unheard_of'"):
        figures.on_page_markdown("{{ figure unheard_of }}", page=PAGE, config=None, files=None)


def test_two_figures_of_one_name_stop_the_build():
    """The second would silently take the place of the first, on its page too."""
    with pytest.raises(ValueError, match="two figures are called 'ruler'"):
        one_each("figure", {"ladder": str, "ruler": str}, {"ruler": str})


def test_every_figure_is_on_one_page():
    """Each name is asked for once, so no page shows what belongs to another."""
    asked = [
        name for page in DOCS.glob("*.md") for name in re.findall(r"\{\{ figure (\w+) \}\}", page.read_text("utf-8"))
    ]

    assert sorted(asked) == sorted(figures.FIGURES)
