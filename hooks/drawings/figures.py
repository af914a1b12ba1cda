"""`{{ figure NAME }}`: a drawing that the build makes, with every number in it computed."""

from hooks.drawings.digit_plots import DIGIT_PLOTS
from hooks.drawings.merge_plot import MERGES
from hooks.drawings.network_graph import network_graph
from hooks.drawings.plots import PLOTS
from hooks.drawings.ruler_plot import FORMATS
from hooks.drawings.shape_plots import SHAPES
from hooks.drawings.speed_plots import SPEED_PLOTS
from hooks.made import one_each, put_in

GRAPHS = {"network": network_graph}
EVERY_PLOT = one_each("figure", PLOTS, SHAPES, DIGIT_PLOTS, MERGES, FORMATS, SPEED_PLOTS)
FIGURES = one_each("figure", GRAPHS, EVERY_PLOT)


def on_page_markdown(markdown, *, page, config, files):
    """Each name is replaced by its drawing."""
    return put_in(markdown, "figure", FIGURES, page)
