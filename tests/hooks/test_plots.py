"""The plots: what is drawn is what was computed, its words and its table say the same, and the page can hold it."""

import re
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from hooks.drawings import plots, svg
from hooks.drawings.plots import recorded
from snippets.step_sizes import FORMATS, best, complex_step_error, curve
from snippets.train import scores_of, spiral
from tests.hooks.drawings import cells, html, lines, parsed, points


def texts(element) -> list[str]:
    """The words in a drawing."""
    return ["".join(text.itertext()) for text in element.iter("text")]


def test_what_is_wide_is_drawn_for_a_phone_as_well():
    """The wide one can be reached with the keyboard; both say the same."""
    for name in ["step_sizes", "sum_and_mean"]:
        wide, narrow = parsed(name).findall("div")

        assert (wide.get("class"), wide.get("tabindex"), wide.get("role")) == ("plot__wide", "0", "group")
        assert wide.get("aria-label") == wide.find("svg/title").text == narrow.find("svg/title").text
        assert narrow.get("class") == "plot__narrow" and narrow.get("tabindex") is None
        assert wide.find("svg/desc").text == narrow.find("svg/desc").text


# What each one shows


def straight(found, expected) -> bool:
    """Whether a line is drawn where it should be: its places on the paper follow from the numbers, evenly."""
    assert len(found) == len(expected)
    slope, offset = np.polyfit(expected, found, 1)
    # A tenth of a pixel is rounded away.
    return abs(found - slope * np.array(expected) - offset).max() < 0.11


def test_the_curves_are_those_of_the_record():
    """Each point at its epoch, at the height of its number; losses on a logarithmic axis."""
    curve = recorded()["digits"]["curve"]
    losses, shares = parsed("digits_curves").iter("svg")
    drawn = {
        "loss": (lines(losses, "--md-default-fg-color")[0], np.log(curve["loss"])),
        "held_loss": (lines(losses, "--first")[0], np.log(curve["held_loss"])),
        "right": (lines(shares, "--md-default-fg-color")[0], curve["right"][1:]),
        "held_right": (lines(shares, "--first")[0], curve["held_right"][1:]),
    }
    for line, values in drawn.values():
        assert straight(line[:, 0], range(len(values)))
        assert straight(line[:, 1], values)
    # Both lines of a drawing share its axis: what is higher in numbers is higher on paper.
    assert drawn["held_loss"][0][-1, 1] < drawn["loss"][0][-1, 1]
    assert drawn["held_right"][0][-1, 1] > drawn["right"][0][-1, 1]


def test_the_table_of_the_curves():
    curve = recorded()["digits"]["curve"]
    first, *_, last = cells("digits_curves")

    assert first == ["0", *expected_cells(curve, 0)]
    assert last == ["40", *expected_cells(curve, 40)]


def expected_cells(curve, epoch):
    """What the table says of an epoch."""
    return [
        f"{curve['loss'][epoch]:.3g}",
        f"{100 * curve['right'][epoch] / 1437:.1f}%",
        f"{curve['held_loss'][epoch]:.3g}",
        f"{100 * curve['held_right'][epoch] / 360:.1f}%",
    ]


def test_the_confusion_shows_each_count_in_its_place():
    confusion = recorded()["digits"]["confusion"]
    drawing = next(parsed("digits_confusion").iter("svg"))
    counts = [text for text in drawing.iter("text") if "middle" in text.get("style")]
    # Names of rows and columns come first; the cells follow, row by row.
    expected = [
        (str(count), taken, true) for true, row in enumerate(confusion) for taken, count in enumerate(row) if count
    ]
    inside = [text for text in counts if float(text.get("y") or 0) > 50 and float(text.get("x") or 0) > 45]

    assert [text.text for text in inside] == [count for count, *_ in expected]
    assert straight(np.array([float(text.get("x")) for text in inside]), [taken for _, taken, _ in expected])
    assert straight(np.array([float(text.get("y")) for text in inside]), [true for *_, true in expected])
    assert cells("digits_confusion") == [[str(true), *map(str, row)] for true, row in enumerate(confusion)]


def test_each_image_has_its_pixels():
    """As many squares of each grey as there are pixels of it, each in its place."""
    figure = parsed("digits_misread")
    found = sorted(recorded()["digits"]["misread"], key=lambda one: -one["share_of_taken"])
    drawings = list(figure.iter("svg"))

    assert len(drawings) == len(found) == len(cells("digits_misread"))
    for drawing, one in zip(drawings, found, strict=True):
        pixels = np.zeros((8, 8), int)
        for path in drawing.iter("path"):
            if "fill:var(--md-default-fg-color)" not in path.get("style"):
                continue
            # What says nothing is not seen through.
            grey = float((re.search(r"opacity:([\d.]+)", path.get("style")) or ["", "1"])[1])
            for corner in re.findall(r"M(\S+) (\S+?)L", path.get("d")):
                x, y = (round(float(number) / 11) for number in corner)
                pixels[y, x] = round(16 * grey)

        assert pixels.ravel().tolist() == one["pixels"]
        assert f"read as {one['taken']}" in drawing.find("title").text


def test_the_surest_mistake_comes_first():
    shares = [float(row[2].removesuffix("%")) for row in cells("digits_misread")]

    assert shares == sorted(shares, reverse=True)
    assert all(
        float(row[3].removesuffix("%")) < share for row, share in zip(cells("digits_misread"), shares, strict=True)
    )


def test_the_rings_of_the_sum_lie_on_the_line_of_the_mean():
    """Drawn from its own numbers, each ring is where the line is."""
    record = recorded()["reductions"]
    for drawing in parsed("sum_and_mean").iter("svg"):
        mean = next(line for line in lines(drawing, "--md-default-fg-color") if len(line) == 41)
        rings = np.array([(float(use.get("x")), float(use.get("y"))) for use in drawing.iter("use")])
        unchanged = next(line for line in lines(drawing, "--second") if len(line) == 41)

        assert abs(rings - mean[::4]).max() < 0.11
        assert straight(mean[:, 1], np.log(record["mean"]["curve"]["loss"]))
        assert straight(unchanged[:, 1], np.log(record["sum_unchanged"]["curve"]["loss"]))
        # Both have one axis.
        assert straight(
            np.concatenate([mean[:, 1], unchanged[:, 1]]),
            np.log(record["mean"]["curve"]["loss"] + record["sum_unchanged"]["curve"]["loss"]),
        )
    assert "not a bit of any weight differs" in html("sum_and_mean")


def test_a_difference_of_weights_would_be_said(monkeypatch):
    """The words follow the record."""
    record = recorded()
    record["reductions"]["largest_weight_difference"] = 2.5e-9
    monkeypatch.setattr(plots, "recorded", lambda: record)

    assert f"no weight differs by more than {plots.digit(2.5e-9)}" in plots.sum_and_mean()


def test_the_spiral_shows_every_point():
    """Three hundred in each drawing; and a tint for each arm."""
    data = spiral(0)
    for drawing in parsed("spiral_boundaries").iter("svg"):
        arms = [path for path in drawing.iter("path") if "M" in path.get("d") and path.get("d").count("M") >= 100]
        tints = [path for path in drawing.iter("path") if "fill-opacity" in path.get("style", "")]
        places = [points(path.get("d"))[:: 2 if k < 2 else 4] for k, path in enumerate(arms)]

        assert [path.get("d").count("M") for path in arms] == [100, 100, 200]
        assert len({re.search(r"fill:var\((.*?)\)", path.get("style"))[1] for path in tints}) == 3
        for k in range(3):
            assert straight(places[k][:, 0], data.X[data.y == k, 0])
            assert straight(places[k][:, 1], data.X[data.y == k, 1])


@pytest.mark.parametrize(("name", "row"), [("linear", 0), ("network", 1)])
def test_the_spiral_is_parted_by_the_recorded_weights(name, row):
    """They get as many points right as the figure says."""
    record = recorded()["spiral"][name]
    data = spiral(record["settings"]["seed"])
    params = {key: np.array(values) for key, values in record["params"].items()}
    right = (scores_of(params, data.X).argmax(axis=1) == data.y).sum()

    assert right == record["right"]
    assert f": {100 * right / 300:.1f}% right" in texts(list(parsed("spiral_boundaries").iter("svg"))[row])[0]


def test_a_tint_covers_what_it_stands_for():
    """A point that the network gets right lies in the tint of its arm, and in no other."""
    from matplotlib.path import Path

    record = recorded()["spiral"]["network"]
    data = spiral(record["settings"]["seed"])
    params = {key: np.array(values) for key, values in record["params"].items()}
    drawing = list(parsed("spiral_boundaries").iter("svg"))[1]
    scores = scores_of(params, data.X)
    taken, lead = scores.argmax(axis=1), np.diff(np.sort(scores, axis=1)[:, -2:])[:, 0]
    # Not so near to a border that its corners could be on the other side.
    clear = lead > 0.5
    frame = 0.003 * 330 + (data.X + 1.25) / 2.5 * 0.994 * 330
    x, y = frame[:, 0], 352 - (0.003 * 352 + (data.X[:, 1] + 1.25) / 2.5 * 0.92 * 352)
    inside = np.zeros((len(x), 3), bool)
    for path in drawing.iter("path"):
        if "fill-opacity" in path.get("style", ""):
            arm = ["--first", "--second", "--third"].index(re.search(r"fill:var\((.*?)\)", path.get("style"))[1])
            inside[:, arm] |= Path(points(path.get("d"))).contains_points(np.column_stack([x, y]))

    assert clear.sum() > 200
    assert (inside[clear] == np.eye(3, dtype=bool)[taken[clear]]).all()


def test_the_error_of_each_step():
    """A valley for each format, on logarithmic axes, and a ring at the step that the derivation recommends."""
    colours = {"float16": "--second", "float32": "--first", "float64": "--md-default-fg-color"}
    for drawing in parsed("step_sizes").iter("svg"):
        every_step, every_error, x, y = [], [], [], []
        for name, colour in colours.items():
            steps, errors = zip(*curve(name), strict=True)
            drawn = next(line for line in lines(drawing, colour) if len(line) == len(steps))
            every_step += steps
            every_error += errors
            x += drawn[:, 0].tolist()
            y += drawn[:, 1].tolist()
        rings = [(float(use.get("x")), float(use.get("y"))) for use in drawing.iter("use")]
        x += [ring[0] for ring in rings]
        y += [ring[1] for ring in rings]
        every_step += [best(name).derived for name in FORMATS]
        every_error += [best(name).error_there for name in FORMATS]

        assert straight(np.array(x), np.log(every_step))
        assert straight(np.array(y), np.log(every_error))
    assert plots.digit(complex_step_error()) in parsed("step_sizes").find("figcaption").text


def test_a_step_that_is_lost_has_no_error_in_the_table():
    rows = {step: errors for step, *errors in cells("step_sizes")}

    assert rows["10⁻⁹"][:2] == ["lost", "lost"]
    assert rows["10⁻²"] == [plots.digit(dict(curve(name))[0.01]) for name in FORMATS] + [
        plots.digit(dict(curve("float64", "one-sided"))[0.01])
    ]


# From matplotlib to the page


def test_a_drawing_is_cleaned():
    """What nobody sees or uses is left out, and what is used keeps its name, made its own."""
    with matplotlib.rc_context(svg.STYLE):
        figure = svg.sized(100, 50)
        figure.text(0.5, 0.5, "a < b", color=svg.FIRST, gid="class words", weight="bold")
        found = svg.inline(figure, "one", "A title & more", "1 < 2")
    root = ElementTree.fromstring(found)

    assert [child.tag for child in root] == ["title", "desc", "g"]
    assert (root.find("title").text, root.find("desc").text) == ("A title & more", "1 < 2")
    assert root.get("viewBox") == "0 0 100 50"
    assert root.find("g").get("class") == "words"
    assert texts(root) == ["a < b"]
    assert "fill:var(--first)" in found and "font-weight:700" in found
