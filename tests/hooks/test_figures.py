"""The drawings of the pages: every number in them is computed, and no reader is left out."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from mkdocs.exceptions import PluginError

from derivations.ledger import DOCS
from hooks import batch_graph, figures
from hooks.made import one_each
from snippets.softmax_with_loss import SoftmaxWithLoss

PAGE = SimpleNamespace(file=SimpleNamespace(src_uri="page.md"))
SCORES = [[0.1, 5, -0.3], [2, 1, -1]]


def drawn() -> ElementTree.Element:
    """The figure, which is sound XML as well."""
    return ElementTree.fromstring(batch_graph.batch_graph())


def test_a_figure_takes_the_place_of_its_name():
    markdown = figures.on_page_markdown("Text\n\n{{ figure batch_graph }}\n", page=PAGE, config=None, files=None)

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


def test_the_layer_says_the_same():
    """What flows into the scores, and what flows out of the end, is what the layer on the page returns."""
    layer = SoftmaxWithLoss()
    loss = layer.forward(SCORES, [0, 0])
    gradient = layer.backward()
    lines = batch_graph.edges()
    back = [line.backward for line in lines if line.start.startswith("score")]

    assert back == pytest.approx(gradient.ravel().tolist())
    assert lines[-1].forward == pytest.approx(float(loss))
    assert lines[-1].backward == 1


def test_each_node_passes_back_what_its_slope_makes_of_it():
    """A nudge of what flows along a line moves the end by what flows back along it."""
    from math import log

    lines = {(line.start, line.end): line for line in batch_graph.edges()}
    step = 1e-7
    for i in range(2):
        share = lines[f"softmax {i}", f"loss {i} 0"]
        moved = -(log(share.forward + step) - log(share.forward - step)) / (2 * step) / 2

        assert share.backward == pytest.approx(moved)
        assert lines[f"loss {i}", "sum"].forward == pytest.approx(-log(share.forward))
        assert lines[f"loss {i}", "sum"].backward == lines["sum", "divide"].backward == 0.5
        assert [lines[f"softmax {i}", f"loss {i} {j}"].backward for j in (1, 2)] == [0, 0]


def test_the_table_lists_every_number_of_the_drawing():
    figure = drawn()
    cells = ["".join(row.itertext()) for table in figure.iter("tbody") for row in table.iter("td")]
    listed = sorted(cell for cell in cells if re.fullmatch(r"−?[\d.]+", cell))

    for svg in figure.iter("svg"):
        texts = [text for text in svg.iter("text") if text.get("class").endswith(("forward", "backward"))]
        assert len(texts) == 2 * len(batch_graph.edges())
        assert sorted("".join(text.itertext()) for text in texts) == listed


def test_it_is_drawn_for_wide_and_for_narrow_screens():
    """Both say the same in words, and nothing in the one has the name of something in the other."""
    figure = drawn()
    names = [element.get("id") for element in figure.iter() if element.get("id")]
    boxes = [box.get("class") for box in figure.findall("div")]
    wide, tall = (svg.get("viewBox").split() for svg in figure.iter("svg"))

    assert boxes == ["graph__box graph__box--wide", "graph__box graph__box--tall"]
    assert len(names) == len(set(names)) == 4
    assert len({svg.find("desc").text for svg in figure.iter("svg")}) == 1
    assert int(tall[2]) <= 330 < int(wide[2])


def test_nothing_leaves_the_drawing():
    """Each text, circle and line lies inside of the picture."""
    for svg in drawn().iter("svg"):
        width, height = map(float, svg.get("viewBox").split()[2:])
        points = [(text.get("x"), text.get("y")) for text in svg.iter("text")]
        points += [(circle.get("cx"), circle.get("cy")) for circle in svg.iter("circle")]
        for path in svg.iter("path"):
            points += re.findall(r"([\d.]+) ([\d.]+)", path.get("d"))

        assert all(0 < float(x) < width and 0 < float(y) < height for x, y in points)


def test_it_says_what_it_shows():
    """A title, a description, and a box that the keyboard can reach."""
    figure = drawn()
    for svg in figure.iter("svg"):
        names = [figure.find(f".//*[@id='{name}']").text for name in svg.get("aria-labelledby").split()]

        assert svg.get("role") == "img"
        assert all(names)
    assert [box.get("tabindex") for box in figure.findall("div")] == ["0", None]
