"""The map says what the derivations say: each box one of them, each line one of their dependencies."""

import re

import pytest

from derivations.ledger import SCRIPTS
from hooks.finding import depends

# What uses what; what is left to draw; the rows; and how many lines cross at least.
GRAPHS = [
    ({"a": ()}, {"a": ()}, [["a"]], 0),
    ({"a": (), "b": ("a",), "c": ("a", "b")}, {"a": (), "b": ("a",), "c": ("b",)}, [["a"], ["b"], ["c"]], 0),
    (
        {"a": (), "b": ("a",), "c": ("b",), "d": ("a",), "e": ("c", "d")},
        {"a": (), "b": ("a",), "c": ("b",), "d": ("a",), "e": ("c", "d")},
        [["a"], ["b", "d"], ["c", "d>e 2"], ["e"]],
        0,
    ),
    (
        {"a": (), "b": (), "c": ("b",), "d": ("a",)},
        {"a": (), "b": (), "c": ("b",), "d": ("a",)},
        [["a", "b"], ["d", "c"]],
        0,
    ),
]


@pytest.mark.parametrize(("uses", "needed", "expected", "crossed"), GRAPHS)
def test_a_small_map(uses, needed, expected, crossed):
    levels, lines = depends.rows(depends.needed(uses))
    levels = depends.ordered(levels, lines)

    assert depends.needed(uses) == needed
    assert [sorted(row) for row in levels] == [sorted(row) for row in expected]
    assert depends.crossings(levels, lines) == crossed


def test_what_is_left_out_follows_from_what_is_drawn():
    """Each derivation still rests on the same others, near or far."""
    graph = depends.uses()
    drawn = depends.needed(graph)

    assert {*graph} == {*SCRIPTS}
    assert {name: depends.all_below(drawn, name) for name in graph} == {
        name: depends.all_below(graph, name) for name in graph
    }
    assert sum(map(len, drawn.values())) < sum(map(len, graph.values()))


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_each_derivation_has_one_box_that_leads_to_its_page(kind):
    """In both drawings, with all words of its name."""
    shown = depends.drawing("at-{}".format)
    drawing = re.search(rf'<svg class="map__{kind}".*?</svg>', shown)[0]
    boxes = re.findall(r'<a href="at-(\w+)"><rect [^>]*/><text>(.*?)</text></a>', drawing)
    words = {name: " ".join(re.sub(r"<[^>]*>", "", text).split()) for name, text in boxes}

    assert len(boxes) == len(SCRIPTS)
    assert words == {name: title.replace("'", "&#x27;") for name, title in depends.titles().items()}


def test_no_box_lies_on_another():
    """Nor outside of the drawing."""
    drawing = depends.wide(depends.needed(depends.uses()), depends.titles(), str)[2]
    boxes = [tuple(map(float, found)) for found in re.findall(r'<rect x="(.*?)" y="(.*?)"', drawing)]
    overlapping = [
        (one, other)
        for one in boxes
        for other in boxes
        if one < other and one[1] == other[1] and other[0] - one[0] < depends.BOX
    ]

    assert overlapping == []
    assert all(0 <= x <= depends.WIDTH - depends.BOX for x, _ in boxes)


def test_the_list_says_what_rests_on_what(ledger, statement):
    """In words, with the page and the proof of each."""
    ledger(*[statement(script=name, page=f"{name}.md", label=f"eq:{name}") for name in SCRIPTS])
    lines = depends.words().splitlines()

    assert len(lines) == len(SCRIPTS)
    assert lines[0] == (
        "- [The setting](setting.md) rests on nothing but what words mean; here is [its proof](derivations/setting.md)."
    )
    assert next(line for line in lines if line.startswith("- [Softmax]")) == (
        "- [Softmax](softmax.md) rests on [The setting](setting.md); here is [its proof](derivations/softmax.md)."
    )
    assert next(line for line in lines if line.startswith("- [Back through")).split(";")[0] == (
        "- [Back through the network](backprop.md) rests on [Why one over N](one_over_n.md),"
        " [The gradient as one matrix](vectorize.md) and [The regularization's gradient](regularization.md)"
    )
