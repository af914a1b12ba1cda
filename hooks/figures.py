"""`{{ figure NAME }}`: a drawing that the build makes, with every number in it computed."""

import re

from mkdocs.exceptions import PluginError

from hooks.batch_graph import batch_graph
from hooks.digit_plots import DIGIT_PLOTS
from hooks.merge_plot import MERGES
from hooks.network_graph import network_graph
from hooks.plots import PLOTS
from hooks.ruler_plot import RULERS
from hooks.shape_plots import SHAPES
from hooks.speed_plots import SPEED_PLOTS

FIGURES = {
    "batch_graph": batch_graph,
    "network": network_graph,
    **PLOTS,
    **SHAPES,
    **DIGIT_PLOTS,
    **MERGES,
    **RULERS,
    **SPEED_PLOTS,
}
MACRO = re.compile(r"^\{\{ *figure +(\S+) *\}\}$", re.MULTILINE)


def on_page_markdown(markdown, *, page, config, files):
    """Each name is replaced by its drawing."""

    def drawing(match):
        if match[1] not in FIGURES:
            raise PluginError(f"{page.file.src_uri}: hooks/figures.py has no figure {match[1]!r}.")
        return FIGURES[match[1]]()

    return MACRO.sub(drawing, markdown)
