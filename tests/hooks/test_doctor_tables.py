"""The tables of the doctor: every mistake that it knows, and every exhibit with what it did to training."""

import re
from pathlib import Path

from hooks.tables.doctor_tables import doctor_mistakes, museum
from snippets.doctor import MISTAKES
from snippets.museum import EXHIBITS
from tests.docs.test_pages import dead_links

ROOT = Path(__file__).resolve().parents[2]


def rows_of(text):
    """The cells of each row, without the head."""
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]


def test_every_mistake_is_in_the_table():
    """Its name for machines, and its words, which lead to the page that explains it."""
    expected = [[f"`{name}`", f"[{one.words}]({one.link})"] for name, one in MISTAKES.items()]

    assert rows_of(doctor_mistakes()) == expected
    assert len(expected) >= 30


def test_every_link_of_a_mistake_leads_to_a_heading():
    """The same links stand in the doctor's answers."""
    assert dead_links(doctor_mistakes()) == []


def test_every_exhibit_is_in_the_table():
    """It leads to its section, with its name; two losses and a share beside it."""
    rows = rows_of(museum())

    assert [re.match(r"\[(.*?)\]", row[0])[1] for row in rows] == [one.title for one in EXHIBITS.values()]
    assert [row[0].partition("<small>")[2] for row in rows] == [
        f"{one.mistakes[0]}</small>" for one in EXHIBITS.values()
    ]
    assert [
        row for row in rows if not re.fullmatch(r"(\*\*)?\d+\.\d{3}(\*\*)? \d\.\d{3} \d+%", " ".join(row[1:]))
    ] == []
    assert dead_links(museum()) == []


def test_a_loss_that_differs_strikes_the_eye():
    """And one that does not is plain."""
    for row in rows_of(museum()):
        assert (row[1].strip("*") != row[2]) == row[1].startswith("**")
