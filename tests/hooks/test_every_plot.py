"""What holds for every plot, whoever draws it: the page can hold it, and no reader is left out."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from hooks.drawings.figures import EVERY_PLOT, FIGURES
from hooks.drawings.plots import NARROW, WIDE
from tests.hooks.drawings import cells, html, parsed

NAMED = pytest.mark.parametrize("name", EVERY_PLOT)
# How many rows the table of a plot has at least, where four would be too many.
FEW = {"spiral_boundaries": 2, "ruler": 3, "merged_chunks": 3}
# How many bytes a plot may have, where it may have fewer than the others.
LIGHT = {"merged_chunks": 15_000, "format_ruler": 30_000}


@NAMED
def test_the_page_may_show_it(name):
    """No style sheet, no script, no address but of its own parts, and no colour or font but the page's."""
    text = html(name)
    addresses = re.findall(r'(?:href="|url\()([^")]*)', text)

    assert not re.findall(r"<style|<script|xlink|data:|<image|<metadata|https?://(?!www\.w3\.org)", text)
    assert re.findall(r"#[0-9a-fA-F]{6}|font-family", text) == []
    assert all(address.startswith("#") for address in addresses)


@NAMED
def test_every_part_that_is_used_is_there(name):
    figure = parsed(name)
    names = {element.get("id") for element in figure.iter()} - {None}
    used = set(re.findall(r'(?:href="#|url\(#)([^")]*)', html(name)))
    used |= {one for element in figure.iter() for one in element.get("aria-labelledby", "").split()}

    # And no part has a name that nobody uses.
    assert used == names


def test_no_name_is_given_twice():
    """All figures may stand on one page."""
    names = Counter(
        element.get("id")
        for name in FIGURES
        for element in ElementTree.fromstring(FIGURES[name]()).iter()
        if element.get("id")
    )

    assert set(names.values()) == {1}


@NAMED
def test_its_words_say_what_it_shows(name):
    """A title, and words with numbers in them; a caption; a table."""
    figure = parsed(name)
    for drawing in figure.iter("svg"):
        title, words = (figure.find(f".//*[@id='{one}']").text for one in drawing.get("aria-labelledby").split())

        assert drawing.get("role") == "img"
        assert title
        # The images of single digits are small, and so are their words.
        small = drawing.get("viewBox").split()[2] == "88"
        assert len(words) > (30 if small else 60)
        assert len(re.findall(r"\d+", words)) > 3
    assert figure.find("figcaption").text
    assert len(cells(name)) >= FEW.get(name, 4)
    assert figure.find("details/table").get("tabindex") == "0"


@NAMED
def test_it_is_small_and_the_same_each_time(name):
    """Less than 40 KB, and no byte differs in a second drawing."""
    assert len(html(name).encode()) < LIGHT.get(name, 40_000)
    assert EVERY_PLOT[name]() == html(name)


@NAMED
def test_markdown_leaves_it_alone(name):
    """Markdown would take what follows an empty line for text again."""
    assert "\n\n" not in html(name)
    assert html(name).startswith('<figure class="plot')


@NAMED
def test_no_word_leaves_the_drawing(name):
    """A letter is about half as wide as it is high, so the ends of each text can be told."""
    for drawing in parsed(name).iter("svg"):
        width, height = (float(number) for number in drawing.get("viewBox").split()[2:])
        for text in drawing.iter("text"):
            style = text.get("style")
            size = float(re.search(r"font-size:([\d.]+)px", style)[1])
            length = 0.5 * size * len("".join(text.itertext()))
            before = {"middle": 0.5, "end": 1}.get((re.search(r"text-anchor:(\w+)", style) or [None, "start"])[1], 0)
            x, y = along(text)

            assert -1 <= x - before * length and x + (1 - before) * length <= width + 1
            assert 0 <= y <= height


def along(text) -> tuple[float, float]:
    """Where a text stands. One that is turned, or has several lines, is placed by a transformation."""
    if text.get("x"):
        return float(text.get("x")), float(text.get("y"))
    return tuple(float(number) for number in re.findall(r"-?\d*\.?\d+", text.get("transform"))[:2])


@NAMED
def test_words_are_large_enough_to_read(name):
    """On a phone a unit of a drawing is a pixel, nearly."""
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", html(name))]

    assert all(size >= 11.5 for size in sizes)
    for drawing in parsed(name).iter("svg"):
        assert float(drawing.get("viewBox").split()[2]) in (88, NARROW, WIDE)
