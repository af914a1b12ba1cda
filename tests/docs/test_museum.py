"""The museum's page says of each exhibit what is so: its name, its threads, and what the doctor calls it."""

import re
from functools import cache
from pathlib import Path

import pytest

from snippets.doctor import MISTAKES, diagnose
from snippets.museum import EXHIBITS
from tests.docs.test_answers import section

DOCS = Path(__file__).resolve().parents[2] / "docs"
EVERY = pytest.mark.parametrize("exhibit", EXHIBITS.values(), ids=EXHIBITS)
THREAD = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/(?:issues|pull)/\d+")


@cache
def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def exhibits_of(text):
    """Heading, code, diagnosis and the doctor's name of each section that shows an exhibit, in the order of the page."""
    found = []
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        code = re.findall(r'--8<-- "snippets/museum/(\w+)\.py:(\w+)"', body)
        places = re.findall(r"^\{\{ exhibit (\w+) \}\}$", body, re.MULTILINE)
        names = re.findall(r"name for it is `([\w-]+)`", body)
        found.append((heading, code, places, names))
    return found


def test_every_exhibit_has_its_section():
    """In the order of the table; its code, the place of its diagnosis, and the name that the doctor shall give."""
    expected = [(one.title, [(one.name, one.name)], [one.name], list(one.mistakes)) for one in EXHIBITS.values()]

    assert exhibits_of(page("museum.md")) == expected


@EVERY
def test_the_doctor_calls_it_as_the_page_says(exhibit):
    """The mistake and no other."""
    diagnosis = diagnose(exhibit.function, **exhibit.options)

    assert (diagnosis.verdict, tuple(diagnosis.mistakes)) == ("mistake", exhibit.mistakes)


@EVERY
def test_its_threads_are_linked_where_it_stands_and_among_the_references(exhibit):
    """A reader can see for themselves where it was seen."""
    body = section(page("museum.md"), exhibit.title)

    assert THREAD.findall(body) == list(exhibit.links)
    assert [link for link in exhibit.links if f"]({link})" not in page("references.md")] == []


@EVERY
def test_it_says_why_one_writes_it_and_what_it_does(exhibit):
    """Both, and a page of ours to read on."""
    body = section(page("museum.md"), exhibit.title)

    assert body.index("**Why one writes it.**") < body.index("**What it does.**")


def test_several_mistakes_are_shown():
    """A museum of one mistake would be a poor one."""
    assert len({name for one in EXHIBITS.values() for name in one.mistakes}) > 15
    assert {name for one in EXHIBITS.values() for name in one.mistakes} <= set(MISTAKES)
