"""Figures that answer: each is on one page, with its still picture, and a build without them is none."""

import re
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from derivations.ledger import DOCS
from hooks.live import figure_data, held_derivation, live_figures

PAGE = SimpleNamespace(file=SimpleNamespace(src_uri="page.md"), url="page.html")
ANY = next(iter(live_figures.DATA))


def test_every_figure_is_on_a_page_and_on_none_twice():
    """What a figure calls its parts must be its own on a page."""
    asked = [
        (name, page.name)
        for page in sorted(DOCS.glob("*.md"))
        for name in re.findall(r"^\{\{ live_figure (\S+) \}\}$", page.read_text("utf-8"), re.MULTILINE)
    ]

    assert len(set(asked)) == len(asked)
    assert sorted({name for name, _ in asked}) == sorted(live_figures.DATA)


def test_it_is_put_in_with_its_still_and_its_script():
    markdown = live_figures.on_page_markdown(f"{{{{ live_figure {ANY} }}}}", page=PAGE, config=None, files=None)
    content = live_figures.on_page_content(markdown, page=PAGE, config=None, files=None)

    assert content.startswith(f"<{ANY}><figure")
    assert content.endswith(f'</{ANY}>\n<script src="assets/figures/{ANY}.js" defer></script>')


def test_one_that_nobody_draws_stops_the_build():
    with pytest.raises(PluginError, match="no live_figure 'unheard-of'"):
        live_figures.on_page_markdown("{{ live_figure unheard-of }}", page=PAGE, config=None, files=None)


def test_what_node_refuses_stops_the_build(tmp_path):
    script = tmp_path / "broken.mjs"
    script.write_text("throw new Error('no such letter')")

    with pytest.raises(PluginError, match="no such letter"):
        live_figures.node(script)


def test_its_links_lead_to_formulas_from_this_page(ledger, statement, files):
    """In what is seen at first, and in the data that the script takes all others from."""
    labels = figure_data.lab()["formulas"]
    ledger(*[statement(page="adam.md", label=label) for label in labels])
    content = live_figures.on_page_content(
        live_figures.PLACE.format("optimizer-lab"), page=PAGE, config=None, files=files
    )

    assert '<a href="../adam.html#eq:sgd">' in content
    assert [f'"../adam.html#{label}"' in content for label in labels] == [True] * len(labels)
    assert "formula:" not in content


def test_a_link_to_no_formula_stops_the_build(ledger, files):
    ledger()

    with pytest.raises(PluginError, match="page.md: there is no formula eq:"):
        live_figures.on_page_content(live_figures.PLACE.format("optimizer-lab"), page=PAGE, config=None, files=files)


def test_a_large_one_comes_with_neither_data_nor_script(tmp_path, ledger, statement, files):
    """Both are fetched when a reader turns to it; the data are written where the page looks for them."""
    name = next(iter(live_figures.LATER))
    labels = {step["label"] for step in held_derivation.data()["steps"]}
    ledger(*[statement(page="adam.md", label=label) for label in labels])
    live_figures.on_pre_build(config=None)
    content = live_figures.on_page_content(live_figures.PLACE.format(name), page=PAGE, config=None, files=files)
    (tmp_path / "assets" / "figures").mkdir(parents=True)
    live_figures.on_post_build(config=SimpleNamespace(site_dir=tmp_path))
    data = (tmp_path / "assets" / "figures" / f"{name}-data.js").read_text("utf-8")

    assert f'<{name} data-later="assets/figures/{name}-data.js assets/figures/{name}.js"><figure' in content
    assert content.endswith('<script src="assets/figure-later.js" defer></script>')
    assert '<script type="application/json"></script>' in content
    assert '"../adam.html#eq:quotient-rule"' in data
    assert '"rules.html#quotient-rule"' in data
    assert "formula:" not in data
