"""Figures without the site around them: the same scripts, stills and style sheets on a bare page."""

from pathlib import Path

import material
import pytest

from hooks.live import live_figures

ROOT = Path(__file__).parents[3]
THEME = sorted((Path(material.__file__).parent / "templates" / "assets" / "stylesheets").glob("*.min.css"))
KATEX = ROOT / "node_modules" / "katex" / "dist" / "katex.min.css"
STYLES = [*THEME, KATEX, *(ROOT / "docs" / "assets" / name for name in ("site.css", "figures.css"))]
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{styles}</head>
<body data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom">
<main class="md-content"><article class="md-content__inner md-typeset" style="max-width: 40rem; margin: 0 auto">
<h1>{name}</h1><{name}>{still}</{name}></article></main>
<script src="{script}"></script></body></html>
"""


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """Return the address of a page with one figure on it."""
    folder = tmp_path_factory.mktemp("figures")
    styles = "".join(f'<link rel="stylesheet" href="{path.as_uri()}">' for path in STYLES)

    def page(name: str) -> str:
        script = (live_figures.bundled() / f"{name}.js").as_uri()
        path = folder / f"{name}.html"
        path.write_text(
            PAGE.format(name=name, styles=styles, still=live_figures.stills()[name], script=script), "utf-8"
        )
        return path.as_uri()

    return page


@pytest.fixture(scope="module")
def live_figure(chromium, bare):
    """Return a function of a figure's name, which returns a function of changes of its state: the numbers it shows.

    Other data than the build's may be given to it as well.
    """
    contexts = []

    def opened(name: str):
        context = chromium.new_context()
        contexts.append(context)
        page = context.new_page()
        page.goto(bare(name))
        ask = f"""([changes, data]) => {{
            const one = document.querySelector('{name}');
            one.data = data ?? one.data;
            one.set(changes);
            return one.numbers;
        }}"""
        return lambda changes, data=None: page.evaluate(ask, [changes, data])

    yield opened
    for context in contexts:
        context.close()
