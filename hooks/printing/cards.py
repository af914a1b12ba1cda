"""What others show of the site: the picture that comes with a shared link, one for each page, and icons for all sizes.

A shared link needs the whole address of its picture, so the cards are drawn only where the site's address is known.
"""

import html
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib import get_data_path
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url
from PIL import Image, ImageDraw, ImageFont

from hooks.proofs import Build

SIZE = (1200, 630)
MARGIN = 90
# How many lines there is room for, by the height of a letter.
TITLE = {72: 2, 62: 2, 54: 2, 44: 3}
DESCRIPTION = {32: 3, 29: 4, 25: 4}
# The colours of the site in the light.
PAPER, INK, QUIET, GRADIENT, LABEL = "#fff", "#1d2329", "#55606b", "#0b5f66", "#9a3412"
# Of the fonts that come with the plots, the nearest to those of the site. On a card they are only dots.
FONTS = Path(get_data_path()) / "fonts" / "ttf"
SERIF, SANS = FONTS / "DejaVuSerif-Bold.ttf", FONTS / "DejaVuSans.ttf"
FAVICON = Path(__file__).parents[2] / "docs" / "assets" / "favicon.svg"
NAMESPACE = "{http://www.w3.org/2000/svg}"
# For browsers that draw no SVG there, and for the first screen of a phone, which cuts the corners itself.
ICONS = {"assets/icon-32.png": (32, True), "assets/icon-180.png": (180, False)}

# What stands on each card of this build.
CARDS: dict[str, tuple[str, str]] = {}


def on_files(files, *, config):
    """The icons, drawn from the one that is written down."""
    for name, (size, round_corners) in ICONS.items():
        files.append(File.generated(config, name, content=png(icon(size, round_corners))))
    return files


def on_post_page(output, *, page, config):
    """What a browser and whoever shares a link read in the head of a page."""
    small, large = (get_relative_url(name, page.url) for name in ICONS)
    # Before the one of the theme: where both will do, a browser takes the last.
    before = f'<link rel="icon" type="image/png" sizes="32x32" href="{small}">'
    # The server of `make site` has an address, too, but nobody shares it.
    tags = told(page, config) if config.site_url and not Build.serving else []
    after = "".join([f'<link rel="apple-touch-icon" href="{large}">', *tags])
    output = output.replace('<link rel="icon"', f'{before}<link rel="icon"', 1)
    return output.replace("</head>", f"{after}</head>", 1)


def on_post_build(*, config):
    """Draw the cards of the pages that told of them."""
    for name, (title, description) in CARDS.items():
        path = Path(config.site_dir) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(card(title, description)))


def told(page, config) -> list[str]:
    """The tags that a link is shown by."""
    title, description = page.title, page.meta.get("description") or config.site_description
    name = f"assets/cards/{page.file.src_uri.removesuffix('.md')}.png"
    CARDS[name] = (title, description)
    said = {
        "og:type": "article",
        "og:site_name": config.site_name,
        "og:title": title,
        "og:description": description,
        "og:url": page.canonical_url,
        "og:image": config.site_url.rstrip("/") + "/" + name,
        "og:image:width": SIZE[0],
        "og:image:height": SIZE[1],
        "og:image:alt": f"{title}. {description}",
    }
    tags = [f'<meta property="{key}" content="{html.escape(str(value))}">' for key, value in said.items()]
    return [*tags, '<meta name="twitter:card" content="summary_large_image">']


def card(title: str, description: str) -> Image.Image:
    """The title, what the page answers, and the sign of the site."""
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    sign = icon(96, round_corners=True)
    picture.paste(sign, (MARGIN, 64), sign)
    draw.text((MARGIN + 122, 112), "One over N", INK, font(SERIF, 34), anchor="lm")
    draw.rectangle((0, SIZE[1] - 18, SIZE[0], SIZE[1]), GRADIENT)
    draw.rectangle((0, SIZE[1] - 18, SIZE[0] // 5, SIZE[1]), LABEL)
    lines, letter = fitted(title, SERIF, TITLE)
    bottom = written(draw, lines, letter, 222, INK)
    lines, letter = fitted(description, SANS, DESCRIPTION)
    written(draw, lines, letter, bottom + 26, QUIET)
    return picture


def written(draw, lines: list[str], letter, top: int, colour: str) -> int:
    """Write lines from the top, and return where they end."""
    for line in lines:
        draw.text((MARGIN, top), line, colour, letter)
        top += round(letter.size * 1.3)
    return top


def fitted(text: str, path: Path, sizes: dict[int, int]):
    """The text in the largest letters in which it takes few enough lines, and these letters."""
    for size, most in sizes.items():
        letter = font(path, size)
        lines = broken(text, letter)
        if len(lines) <= most:
            return lines, letter
    raise ValueError(f"a card has room for {most} lines of this size, got {len(lines)}: {text}")


def broken(text: str, letter) -> list[str]:
    """The text in lines, broken at spaces, none wider than the card."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if letter.getlength(longer) <= SIZE[0] - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def font(path: Path, size: int):
    """Letters of one size."""
    return ImageFont.truetype(path, size)


def icon(size: int, round_corners: bool) -> Image.Image:
    """The favicon as dots: its square, and its strokes with their round ends."""
    drawn = ElementTree.parse(FAVICON).getroot()
    square, strokes = drawn.find(f"{NAMESPACE}rect"), drawn.find(f"{NAMESPACE}g")
    # Drawn large and made smaller, so that no edge has stairs.
    scale = 8 * size / float(square.get("width"))
    picture = Image.new("RGBA", (8 * size, 8 * size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    corner = float(square.get("rx")) * scale if round_corners else 0
    draw.rounded_rectangle((0, 0, 8 * size - 1, 8 * size - 1), corner, square.get("fill"))
    width = float(strokes.get("stroke-width")) * scale
    for path in strokes:
        pen = RecordingPen()
        parse_path(path.get("d"), pen)
        points = [(x * scale, y * scale) for _, places in pen.value for x, y in places]
        draw.line(points, strokes.get("stroke"), round(width), joint="curve")
        for x, y in points:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), strokes.get("stroke"))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def png(picture: Image.Image) -> bytes:
    """A picture as a small file, the same each time."""
    file = BytesIO()
    if picture.mode == "RGB":
        picture = picture.quantize(64, dither=Image.Dither.NONE)
    picture.save(file, "png", optimize=True)
    return file.getvalue()
