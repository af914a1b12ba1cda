"""The museum as it was built: every exhibit has its diagnosis, with evidence, a fix and a link."""

import re

import pytest

from snippets.doctor import MISTAKES
from snippets.museum import EXHIBITS

BOX = re.compile(r'<div class="exhibit no-copy".*?</div>', re.DOTALL)


@pytest.fixture(scope="module")
def boxes(site):
    """What the doctor says of each exhibit, in the order of the page."""
    return dict(zip(EXHIBITS, BOX.findall((site / "museum.html").read_text(encoding="utf-8")), strict=True))


@pytest.mark.parametrize("exhibit", EXHIBITS.values(), ids=EXHIBITS)
def test_an_exhibit_was_diagnosed_in_the_build(boxes, exhibit):
    """The mistake in words; something that was seen, or a case in numbers; and where to read on."""
    box = boxes[exhibit.name]
    words = "; and ".join(MISTAKES[name].words for name in exhibit.mistakes)
    addresses = [MISTAKES[name].link.replace(".md", ".html") for name in exhibit.mistakes]

    assert f"<p><strong>Mistake: {words}. Sure to " in box
    assert "<li>" in box or "<pre><code" in box
    assert re.findall(r'<a href="(.*?)"', box) == addresses


def test_every_exhibit_is_mended(boxes):
    """By lines that go and lines that come."""
    assert [name for name, box in boxes.items() if not re.search(r'class="doctor__(new|old)">[+-](?![+-])', box)] == []
    assert "--8&lt;--" not in "".join(boxes.values())
