"""The arithmetic of each format is numpy's, bit for bit, and the edges lie where the snippets say."""

import json
import math

import numpy as np
import pytest

from hooks.live import live_figures
from snippets.pitfalls import exp_limit, unshifted
from snippets.softmax import softmax

FORMATS = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
# The larger score, and how far the other lies behind.
ROWS = [
    (0, 0),
    (0, 1),
    (12, 1),
    (-1000, 0),
    (-1000, 1000),
    (1000, 0),
    (1000, 1),
    (1000, 1000),
    (0, 1000),
    # Close to each end: the last one that holds, the total alone, both weights; few digits, and none.
    (10.7, 1),
    (10.9, 0),
    (11, 1),
    (11.2, 1),
    (-9.7, 1),
    (-15, 1),
    (-17.3, 0),
    (-18, 1),
    (88.4, 1),
    (88.5, 0),
    (88.8, 1),
    (-87.5, 1),
    (-100, 1),
    (-103.9, 0),
    (-105, 1),
    (709.4, 1),
    (709.7, 0),
    (710, 1),
    (-708, 1),
    (-740, 1),
    (-746, 1),
]
EVERY_ROW = pytest.mark.parametrize(("score", "gap"), ROWS)


@pytest.fixture(scope="module")
def figure(live_figure):
    ask = live_figure("overflow-edge")
    return lambda score, gap: ask({"score": score, "gap": gap})


def by_steps(scores, dtype):
    """Softmax with each result in this format. numpy's own exp in float32 is off by up to a few units."""
    weights = np.exp(scores.astype(np.float64)).astype(dtype)
    total = weights[0] + weights[1]
    return weights, total, weights / total


@EVERY_ROW
def test_each_result_is_that_of_numpy(figure, score, gap):
    numbers = figure(score, gap)

    for found, (name, dtype) in zip(numbers["formats"], FORMATS.items(), strict=True):
        stored = np.array([score, score - gap]).astype(dtype)
        assert found["name"] == name
        np.testing.assert_array_equal(found["stored"], stored.astype(float))
        for key, scores in {"plain": stored, "shifted": stored - stored.max()}.items():
            with np.errstate(all="ignore"):
                expected = by_steps(scores, dtype)
            for one, value in zip(("weights", "total", "shares"), expected, strict=True):
                np.testing.assert_allclose(
                    np.array(found[key][one], float), value.astype(float), rtol=1e-9, err_msg=f"{name} {key} {one}"
                )


@EVERY_ROW
def test_each_result_is_that_of_the_snippets(figure, score, gap):
    """The shifted one to four units; the plain one is none exactly where numpy's is none."""
    for found, dtype in zip(figure(score, gap)["formats"], FORMATS.values(), strict=True):
        row = np.array([score, score - gap]).astype(dtype)
        plain = unshifted(row[None])[0]

        np.testing.assert_array_equal(np.isnan(np.array(found["plain"]["shares"], float)), np.isnan(plain))
        np.testing.assert_allclose(
            found["shifted"]["shares"], softmax(row).astype(float), rtol=0, atol=4 * np.finfo(dtype).eps
        )
        np.testing.assert_allclose(found["exact"], softmax(row.astype(float)), rtol=1e-9)


# What a reader is told of softmax as it stands, in float16, float32 and float64.
FATES = [
    (0, 1, ["right", "right", "right"]),
    (10.7, 1, ["right", "right", "right"]),
    (10.8, 1, ["wrong", "right", "right"]),
    (11.2, 1, ["nan", "right", "right"]),
    (-15, 1, ["wrong", "right", "right"]),
    (-100, 1, ["nan", "wrong", "right"]),
    (88.4, 1, ["nan", "right", "right"]),
    (88.8, 1, ["nan", "nan", "right"]),
    (-740, 1, ["nan", "nan", "wrong"]),
    (1000, 1, ["nan", "nan", "nan"]),
    (-1000, 0, ["nan", "nan", "nan"]),
]


@pytest.mark.parametrize(("score", "gap", "fates"), FATES)
def test_what_becomes_of_it(figure, score, gap, fates):
    formats = figure(score, gap)["formats"]

    assert [one["plain"]["fate"] for one in formats] == fates
    assert [one["shifted"]["fate"] for one in formats] == ["right", "right", "right"]


@pytest.mark.parametrize(
    ("score", "said"),
    [
        # A few digits gone, many, and all.
        (
            -95,
            "float32: as it stands off in later digits: 0.7311 and 0.2689, for the weights have lost digits; shifted",
        ),
        (-102, "float32: as it stands wrong: 0.8 and 0.2, for the weights have lost digits; shifted 0.7311"),
        (-105, "float32: as it stands nan and nan, for both weights are 0; shifted 0.7311"),
    ],
)
def test_it_says_how_wrong_it_is(chromium, bare, score, said):
    page = chromium.new_page()
    page.goto(bare("overflow-edge"))
    page.evaluate("score => document.querySelector('overflow-edge').set({ score })", score)

    assert said in page.locator(".live__words").inner_text()
    page.close()


def test_the_edges(figure):
    for limits, dtype in zip(figure(0, 0)["limits"], FORMATS.values(), strict=True):
        info = np.finfo(dtype)

        assert limits["infinite"] == pytest.approx(exp_limit(dtype), rel=1e-12)
        assert limits["normal"] == pytest.approx(math.log(info.smallest_normal), rel=1e-12)
        # Half of the smallest number of all is rounded to 0.
        assert limits["zero"] == pytest.approx(math.log(info.smallest_subnormal) - math.log(2), rel=1e-12)


def doubles(dtype):
    """Numbers that are hard to round: ties, their neighbors, the ends, subnormals, and many without any plan."""
    random = np.random.default_rng(0)
    bits = 8 * np.dtype(dtype).itemsize
    inside = random.integers(0, np.array(np.inf, dtype).view(f"u{bits // 8}"), 5000, dtype=f"u{bits // 8}").view(dtype)
    with np.errstate(over="ignore"):
        ties = (inside.astype(float) + np.nextafter(inside, dtype(np.inf)).astype(float)) / 2
    info = np.finfo(dtype)
    tiny, largest = float(info.smallest_subnormal), float(info.max)
    ends = [tiny, tiny / 2, tiny * 1.5, tiny * 2.5, info.smallest_normal, largest, largest * (1 + info.eps / 4), 1e300]
    planned = np.concatenate([inside.astype(float), ties[np.isfinite(ties)], np.array(ends, float)])
    anywhere = random.normal(size=5000) * 10.0 ** random.integers(-50, 50, 5000)
    every = np.concatenate([planned, np.nextafter(planned, 0), np.nextafter(planned, np.inf), anywhere, [0]])
    return np.concatenate([every, -every])


@pytest.mark.parametrize("name", ["float16", "float32"])
def test_rounding_is_that_of_numpy(name):
    values = doubles(FORMATS[name])
    script = (
        f"import {{ FORMATS }} from {json.dumps((live_figures.SOURCE / 'shared' / 'formats.mjs').as_uri())};"
        "import { readFileSync } from 'node:fs';"
        f"const {{ round }} = FORMATS.find((one) => one.name === '{name}');"
        "const rounded = JSON.parse(readFileSync(0, 'utf8')).map(round);"
        "process.stdout.write(JSON.stringify(rounded.map(String)));"
    )
    rounded = json.loads(live_figures.node("--input-type=module", "-e", script, given=json.dumps(values.tolist())))
    with np.errstate(over="ignore", under="ignore"):
        expected = values.astype(FORMATS[name]).astype(float)

    np.testing.assert_array_equal(np.array([float(one.replace("Infinity", "inf")) for one in rounded]), expected)


def test_each_key_moves_the_score(chromium, bare):
    """Over both sides of 0, where the steps of the slider are as short as those of the score."""
    page = chromium.new_page()
    page.goto(bare("overflow-edge"))
    page.evaluate("document.querySelector('overflow-edge').set({ score: 1 })")
    page.get_by_label("larger score", exact=True).focus()
    seen = [1]
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
        seen.append(page.evaluate("document.querySelector('overflow-edge').state.score"))

    assert (np.diff(seen) < 0).all(), seen
    page.close()


@pytest.mark.parametrize("name", FORMATS)
def test_one_key_leads_over_the_edge(chromium, bare, name):
    page = chromium.new_page()
    page.goto(bare("overflow-edge"))
    at = list(FORMATS).index(name)
    fate = f"document.querySelector('overflow-edge').numbers.formats[{at}].plain.fate"
    page.get_by_role("button", name=f"edge of {name}").click()
    before = page.evaluate(fate)
    page.get_by_label("larger score", exact=True).focus()
    page.keyboard.press("ArrowRight")

    assert (before, page.evaluate(fate)) in [("right", "wrong"), ("right", "nan")]
    page.close()
