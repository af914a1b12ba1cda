"""What others have printed comes out of our code, digit for digit. The long runs are in tests/docs."""

import doctest
import json

import numpy as np
import pytest

from snippets import published_numbers as module
from snippets.published_numbers import (
    PUBLISHED,
    SOURCES,
    after,
    compare,
    digits_of,
    every,
    linear_training,
    main,
    network_training,
    record,
    same_digits,
    share_right,
    spiral,
    spiral_starts,
)

SHORT = [row for row in PUBLISHED if not row.long]


@pytest.mark.parametrize("row", SHORT, ids=[f"{row.words}, {row.source}" for row in SHORT])
def test_every_digit_is_the_same(row):
    """Each number, rounded to as many digits as were printed, is the one that was printed."""
    assert [(printed, value) for printed, value, same in compare(row) if not same] == []


def test_the_first_two_losses_of_the_network_on_the_spiral():
    """A thousand steps; the rest of them is in tests/docs."""
    assert [f"{value:.6f}" for value in every(2, 1000, network_training(4))] == ["1.098744", "0.294946"]


COUNTS = {
    "Toy network: its scores": 15,
    "Evenly spaced toy network: its scores": 15,
    "Evenly spaced network: its scores": 21,
    "Spiral, linear: the loss every 10 steps": 20,
    "Spiral, network: the loss every 1,000 steps": 10,
}


@pytest.mark.parametrize(("words", "count"), COUNTS.items())
def test_no_number_of_a_table_is_left_out(words, count):
    row = next(row for row in PUBLISHED if row.words == words)

    assert len(row.printed.split()) == count


def test_every_source_is_known_and_used():
    assert {row.source for row in PUBLISHED} == SOURCES.keys()


def test_the_spiral():
    """A hundred points on each of three arms, from the middle outwards, a third of a turn or so apart."""
    X, y, _ = spiral()

    assert X.shape == (300, 2)
    assert np.bincount(y).tolist() == [100, 100, 100]
    assert np.hypot(*X.T).reshape(3, 100) == pytest.approx(np.tile(np.linspace(0, 1, 100), (3, 1)))
    angle = np.unwrap(np.arctan2(X[:, 0], X[:, 1]).reshape(3, 100)[:, 1:])
    assert np.mean(np.diff(angle)) == pytest.approx(4 / 99, rel=0.2)


def test_the_starts_are_small():
    """As the notes say: a hundredth of a normal number, and no bias."""
    linear, network = spiral_starts(4)

    assert {name: value.shape for name, value in (linear | network).items()} == {
        "W": (2, 3), "b": (3,), "W1": (2, 100), "b1": (100,), "W2": (100, 3), "b2": (3,),
    }  # fmt: skip
    assert network["W1"].std() == pytest.approx(0.01, rel=0.1)
    assert network["W2"].std() == pytest.approx(0.01, rel=0.1)
    assert not (linear["b"].any() or network["b1"].any() or network["b2"].any())


def test_a_run_goes_on_from_where_it_was():
    """What comes after three steps is what is at hand before the fourth."""
    run = linear_training(1)
    taken = [next(run) for _ in range(4)]

    assert after(3, linear_training(1))["W"].tolist() == taken[3][1]["W"].tolist()
    assert every(2, 3, linear_training(1)) == [taken[0][0], taken[3][0]]
    assert every(2, 1, linear_training(1)) == [taken[0][0], taken[1][0]]


def test_the_share_that_is_right():
    """One arm gets everything; then each arm gets its own, but for the first point."""
    always = np.tile([0.0, 1.0, 0.0], (300, 1))
    own = np.eye(3)[spiral()[1]]
    own[0] = [0, 0, 2]

    assert share_right(always) == 100 / 300
    assert share_right(own) == 299 / 300


DIGITS = {
    "two": ("0.49", 2),
    "a zero at the end counts": ("0.789920", 6),
    "zeros in front do not": ("-0.00618733", 6),
    "before the point": ("26.5948426952", 12),
    "at most fourteen": ("0.017149607938732093", 14),
}


@pytest.mark.parametrize(("printed", "digits"), DIGITS.values(), ids=DIGITS)
def test_how_many_digits_were_printed(printed, digits):
    assert digits_of(printed) == digits


SAME = {
    "rounded up": (0.28965, "0.2897", True),
    "rounded down": (0.28974, "0.2897", True),
    "one more in the last digit": (0.28976, "0.2897", False),
    "the sign": (-0.2897, "0.2897", False),
    "a thousand times": (289.7, "0.2897", False),
}


@pytest.mark.parametrize(("value", "printed", "same"), SAME.values(), ids=SAME)
def test_what_counts_as_the_same(value, printed, same):
    assert same_digits(value, printed) is same


# The record


@pytest.fixture
def two_rows(monkeypatch):
    """Two rows in place of all: one that agrees, and one whose last number drifts."""
    rows = (
        module.Published("one", "notes", "0.50", lambda: 0.50043219, "−1 times −½"),
        module.Published("two", "notes", "1.000000 2.000000", lambda: [1.0, 2.000001], drifting=1),
    )
    monkeypatch.setattr(module, "PUBLISHED", rows)
    return rows


def test_a_record_says_what_was_printed_and_what_came_out(two_rows):
    assert record() == [
        {
            "words": "one", "source": "notes", "remark": "−1 times −½", "printed": ["0.50"], "ours": [0.500432],
            "same": [True], "drifting": 0,
        },
        {
            "words": "two", "source": "notes", "remark": "", "printed": ["1.000000", "2.000000"],
            "ours": [1.0, 2.000001], "same": [True, False], "drifting": 1,
        },
    ]  # fmt: skip


def test_a_row_with_too_few_numbers_is_an_error(two_rows):
    with pytest.raises(ValueError, match="zip"):
        compare(two_rows[1]._replace(ours=lambda: [1.0]))


def test_the_command_writes_the_record(two_rows, tmp_path, capsys):
    """And says nothing. A number that may drift is no failure."""
    file = tmp_path / "published.json"

    assert main(["--json", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == json.dumps(record(), indent=1) + "\n"
    assert capsys.readouterr() == ("", "")


def test_the_command_prints_a_list(two_rows, capsys):
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 of 1 the same: one (Notes: a case study)",
        "1 of 2 the same: two (Notes: a case study)",
    ]


def test_the_command_fails_if_a_digit_differs(two_rows, monkeypatch):
    monkeypatch.setattr(module, "PUBLISHED", (two_rows[1]._replace(drifting=0),))

    assert main([]) == 1


@pytest.mark.parametrize("arguments", [["--help"], ["--json"], ["--json", "a", "b"]], ids=str)
def test_the_command_explains_itself(two_rows, arguments, capsys):
    """What it does not know, it does not do."""
    assert main(arguments) == 2
    assert "python -m snippets.published_numbers --json FILE" in capsys.readouterr().err


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
