"""What a shared link and a bookmark show."""

import re
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops

from hooks.printing import cards
from hooks.proofs import Build

DOCS = Path(__file__).parents[2] / "docs"
HEAD = '<head><link rel="icon" href="assets/favicon.svg"></head>'


@pytest.fixture
def shown(monkeypatch):
    """The head of a page of a site with this address, and the cards that it asks for."""

    def head(address, serving=False, src="under/a.md"):
        monkeypatch.setattr(Build, "serving", serving)
        monkeypatch.setattr(cards, "CARDS", {})
        page = SimpleNamespace(
            file=SimpleNamespace(src_uri=src),
            url="under/a.html",
            title="A & B",
            meta={"description": 'Is it "so"?'},
            canonical_url=f"{address}under/a.html",
        )
        config = SimpleNamespace(site_url=address, site_name="One over N", site_description="all")
        return cards.on_post_page(HEAD, page=page, config=config), cards.CARDS

    return head


def test_a_published_page_tells_of_its_card(shown):
    """The whole address of the picture, the title, what the page answers; signs are written as HTML wants them."""
    head, drawn = shown("https://a.org/n/")
    said = dict(re.findall(r'<meta property="([^"]*)" content="([^"]*)">', head))

    assert said["og:image"] == "https://a.org/n/assets/cards/under/a.png"
    assert said["og:url"] == "https://a.org/n/under/a.html"
    assert (said["og:title"], said["og:description"]) == ("A &amp; B", "Is it &quot;so&quot;?")
    assert drawn == {"assets/cards/under/a.png": ("A & B", 'Is it "so"?')}


@pytest.mark.parametrize(("address", "serving"), [("", False), ("http://127.0.0.1:8000/", True)])
def test_a_page_without_a_lasting_address_has_no_card(shown, address, serving):
    """Nobody could find the picture."""
    head, drawn = shown(address, serving)

    assert "og:" not in head
    assert drawn == {}


def test_every_page_has_its_icons(shown):
    """From the page's own place; the one of the theme stays the last."""
    head, _ = shown("")

    assert re.findall(r'<link rel="([\w-]*)"[^>]*href="([^"]*)"', head) == [
        ("icon", "../assets/icon-32.png"),
        ("icon", "assets/favicon.svg"),
        ("apple-touch-icon", "../assets/icon-180.png"),
    ]


def front(path):
    """The title and the description of a page."""
    text = path.read_text(encoding="utf-8")
    return [re.search(rf"^{name}: *(.+)$", text, re.MULTILINE)[1] for name in ("title", "description")]


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_a_title_has_room_on_its_card(path):
    """In letters that can be read in a small picture."""
    title, description = front(path)

    assert cards.fitted(title, cards.SERIF, cards.TITLE)[0]
    assert cards.fitted(description, cards.SANS, cards.DESCRIPTION)[0]


def test_a_text_without_end_is_refused():
    with pytest.raises(ValueError, match="a card has room for 3 lines of this size, got"):
        cards.card("word " * 60, "short")


def growing(word, path, sizes):
    """A text that gets longer until the card refuses it."""
    text = word
    while True:
        try:
            cards.fitted(text, path, sizes)
        except ValueError:
            return
        yield text
        text = f"{text} {word}"


def test_no_card_is_too_full():
    """As much as is let on a card ends above the stripe, and at the margin on the right."""
    empty = cards.card("", "")
    titles = [*growing("Nnnnnn", cards.SERIF, cards.TITLE)]
    descriptions = [*growing("Mmmmmmqqqq", cards.SANS, cards.DESCRIPTION)]
    tall = max(titles, key=lambda text: below(empty, cards.card(text, ""))[1])
    full = max(descriptions, key=lambda text: below(empty, cards.card("", text))[1])
    right, bottom = below(empty, cards.card(tall, full))

    assert len(titles) > 8 and len(descriptions) > 12
    assert right <= cards.SIZE[0] - cards.MARGIN + 2
    assert bottom < cards.SIZE[1] - 20


def below(empty, card):
    """Where what is written on a card ends, on the right and below."""
    return (ImageChops.difference(card, empty).getbbox() or (0, 0, 0, 0))[2:]


def test_a_card_is_a_small_picture_of_the_usual_size():
    """The same bytes each time."""
    made = [cards.png(cards.card("Softmax", "From scores to shares.")) for _ in range(2)]

    assert made[0] == made[1]
    assert len(made[0]) < 40_000
    assert Image.open(BytesIO(made[0])).size == (1200, 630)


@pytest.mark.parametrize(("size", "round_corners", "corner"), [(32, True, 0), (180, False, 255)])
def test_an_icon_is_the_favicon(size, round_corners, corner):
    """Its ground, its bar, and corners that are round or not."""
    drawn = cards.icon(size, round_corners)
    bar = int(16.5 / 32 * size)

    assert drawn.size == (size, size)
    assert drawn.getpixel((0, 0))[3] == pytest.approx(corner, abs=5)
    assert drawn.getpixel((size // 2, bar))[:3] > (180, 180, 180)
    assert drawn.getpixel((size // 10, size // 2 - size // 8)) == (11, 95, 102, 255)
