"""The plots about speed and memory: what is drawn is what was measured."""

import numpy as np
import pytest

from hooks.drawings.speed_plots import TRIPS, memory_by_chunk, memory_by_classes, points_of_the_roof
from hooks.tables.speed_record import LIMITS, OURS, PEERS, SHAPES, at, duration, memory, speeds
from hooks.tables.speed_tables import SPEED_TABLES
from tests.hooks.drawings import cells, lines, parsed

EVERYONE = {**OURS, **PEERS, **LIMITS}


def straight(found, expected):
    """Whether places on the paper follow from the numbers, evenly; a tenth of a pixel is rounded away."""
    assert len(found) == len(expected) > 1
    slope, offset = np.polyfit(expected, found, 1)
    return abs(np.array(found) - slope * np.array(expected) - offset).max() < 0.11


def marks(drawing):
    """Where the dots and rings stand."""
    return [(float(use.get("x")), float(use.get("y"))) for use in drawing.iter("use")]


@pytest.mark.parametrize("place", range(len(SHAPES)))
def test_each_mark_of_the_ladder_is_a_median(place):
    """On a logarithmic axis, one row for each version; the limits are lines in the same units."""
    rows = at(speeds(), SHAPES[place])
    shown = [who for who in {**OURS, **PEERS} if who in rows]
    drawing = list(parsed("ladder").iter("svg"))[place]
    found = marks(drawing)
    limits = [line[0, 0] for line in lines(drawing, "--third")]

    assert straight([y for _, y in found], range(len(shown)))
    assert straight(
        [x for x, _ in found] + limits,
        np.log([rows[who]["median_us"] for who in [*shown, *LIMITS]]),
    )


def test_the_table_of_the_ladder():
    """Every version at every shape at which it was measured."""
    expected = [
        [
            words,
            *(duration(row["median_us"]) if (row := at(speeds(), shape).get(who)) else "" for shape in SHAPES),
        ]
        for who, words in EVERYONE.items()
    ]

    assert cells("ladder") == expected


def test_the_marks_below_the_roof():
    """Both axes are logarithmic, and the roof has the same units."""
    points, stream, level = points_of_the_roof(speeds())
    expected = np.log(list(points.values()))
    for drawing in parsed("roofline").iter("svg"):
        found = np.array(marks(drawing))

        assert straight(found[:, 0], expected[:, 0])
        assert straight(found[:, 1], expected[:, 1])
        slope, flat = lines(drawing, "--third")
        bend = np.log([level / stream, level])
        assert straight([*found[:, 0], slope[1, 0]], [*expected[:, 0], bend[0]])
        assert straight([*found[:, 1], slope[1, 1], flat[1, 1]], [*expected[:, 1], bend[1], bend[1]])


def test_what_the_roof_is_made_of():
    """Counted by hand from two rows of a record: 8 bytes for an entry, there and back."""
    sizes = [(n, c) for n, c in SHAPES]
    rows = [
        {"shape": [n, c], "dtype": "float32", "threads": 1, "huge_pages": True, "who": who, "median_us": us}
        for n, c in sizes
        for who, us in (("exp_out", n * c / 1000), ("copy_out", n * c / 2000), ("stable", n * c / 100))
    ]
    points, stream, level = points_of_the_roof({"rows": rows})

    assert points == {"stable": (1 / 36, pytest.approx(1e8))}
    assert (stream, level) == (pytest.approx(1.6e10), pytest.approx(1e9))


def test_trips_are_those_of_the_page():
    """Blocks stay in the cache, so a number travels there and back once; each pass of the others is a trip or two."""
    assert TRIPS["blocked"] == TRIPS["exp"] == 2 < TRIPS["vectorized"] < TRIPS["in_place"] < TRIPS["stable"]


def test_the_lines_of_memory():
    """Left against the share of the table, right against the number of classes; both from one record."""
    record = memory()
    left, right = parsed("chunk_memory").iter("svg")
    colours = {"numpy rows": "--first", "numpy classes": "--third"}
    for who, colour in colours.items():
        points = memory_by_chunk(record, who)
        (line,) = [line for line in lines(left, colour) if len(line) == len(points) > 2]

        assert straight(line[:, 0], [chunk for chunk, _ in points])
        assert straight(line[:, 1], [mb for _, mb in points])
    heights, expected = [], []
    for who, colour in {**colours, "numpy naive": "--md-default-fg-color"}.items():
        points = memory_by_classes(record)[who]
        (line,) = [line for line in lines(right, colour) if len(line) == len(points) > 2]
        heights += list(line[:, 1])
        expected += [mb for _, mb in points]

        assert straight(line[:, 0], [c for c, _ in points])
    assert straight(heights, expected)


def test_the_points_of_memory():
    """What was measured for the table belongs to the line as well; a chunk that was given does not."""
    ways = {"who": "numpy rows", "extra_mb": 7, "C": 10, "chunk": 4}
    record = {
        "sizes": {"C": 50},
        "curve_chunk": [ways | {"chunk": 8}, ways, ways | {"who": "numpy classes"}],
        "curve_classes": [ways],
        "rows": [
            {"who": "numpy rows", "chunk": 16, "default": True, "extra_mb": 9},
            {"who": "numpy rows", "chunk": 32, "default": False, "extra_mb": 11},
            {"who": "numpy naive", "chunk": None, "default": False, "extra_mb": 13},
        ],
    }

    assert memory_by_chunk(record, "numpy rows") == [(4, 7), (8, 7)]
    found = {who: points for who, points in memory_by_classes(record).items() if points}
    assert found == {"numpy rows": [(10, 7), (50, 9)], "numpy naive": [(50, 13)]}


def test_the_tables_name_the_machine_and_the_versions():
    """A time without them says nothing."""
    for name, made in SPEED_TABLES.items():
        record = memory() if name == "linear_loss" else speeds()

        assert f"Measured on {' '.join(record['machine']['processor'].split())}, " in made()
        assert f"numpy {record['versions']['numpy']}" in made()


def test_the_table_of_two_threads_has_both():
    """The time on one thread, and below it on two."""
    one, two = (at(speeds(), SHAPES[-1], "float64", threads)["blocked"]["median_us"] for threads in (1, 2))
    one, two = (duration(us).replace(" ", "&nbsp;") for us in (one, two))

    assert f"{one}<br><small>{two}</small>" in SPEED_TABLES["ladder_threads"]()
