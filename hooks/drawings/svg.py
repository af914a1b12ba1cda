"""What matplotlib draws, as SVG that is a part of the page: its text is text, and its colours are those of the page."""

import io
import re
from html import escape
from xml.etree import ElementTree

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# matplotlib knows only fixed colours. Each of these stands for a variable of the style sheet.
INK, QUIET, LINE, PAPER = "#010101", "#020202", "#030303", "#040404"
FIRST, SECOND, THIRD = "#050505", "#060606", "#070707"
VARIABLES = {
    INK: "--md-default-fg-color",
    QUIET: "--quiet",
    LINE: "--line",
    PAPER: "--md-default-bg-color",
    FIRST: "--first",
    SECOND: "--second",
    THIRD: "--third",
}
# One unit of the drawing is a pixel.
UNITS = 72
STYLE = {
    "svg.fonttype": "none",
    "path.simplify": False,
    # Where a path is simplified after all, no corner moves by more than this part of a pixel.
    "path.simplify_threshold": 0.2,
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.titlecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.linewidth": 0.8,
    "figure.facecolor": "none",
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
}
NAMESPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
NAMED = re.compile(r"url\(#(.+?)\)")


def sized(width: float, height: float) -> Figure:
    """An empty figure of this size, in pixels."""
    figure = Figure(figsize=(width / UNITS, height / UNITS), dpi=UNITS)
    FigureCanvasSVG(figure)
    return figure


def inline(figure: Figure, name: str, title: str, words: str) -> str:
    """The figure as an SVG element. Its title and its words are read to whoever does not see it.

    Nothing in it has a name that another figure has, if each figure has its own.
    """
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    drawing = ElementTree.fromstring(out.getvalue())
    width, height = (tidy(number) for number in drawing.get("viewBox").split()[2:])
    referred = {found for element in drawing.iter() for found in references(element)}
    parts = "".join(written(child, name, referred) for child in drawing)
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-title {name}-words">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-words">{escape(words)}</desc>{parts}</svg>'
    )


def references(element) -> list[str]:
    """The names of others that an element uses."""
    found = [name for value in element.attrib.values() for name in NAMED.findall(value)]
    return found + [element.get(LINK, "").removeprefix("#")]


def written(element, name: str, referred: set[str]) -> str:
    """An element with all that it holds; without what says nothing, and without style sheets, which the site forbids."""
    tag = element.tag.removeprefix(NAMESPACE)
    if tag in ("metadata", "style"):
        return ""
    inside = "".join(written(child, name, referred) for child in element) + escape((element.text or "").strip())
    attributes = attributes_of(element, name, referred)
    unseen = tag == "path" and attributes.get("style") == "fill:none"
    if unseen or (tag in ("g", "defs") and not inside):
        return ""
    if tag == "g" and not attributes:
        return inside
    said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{tag}{said}>{inside}</{tag}>" if inside else f"<{tag}{said}/>"


def attributes_of(element, name: str, referred: set[str]) -> dict[str, str]:
    """What is to be said of an element: no name that nobody uses, short numbers, the page's colours."""
    kept = {}
    for key, value in element.attrib.items():
        if key == "id":
            # A drawing may give a part a class, which the style sheet knows.
            if value.startswith("class "):
                kept["class"] = value.removeprefix("class ")
            elif value in referred:
                kept["id"] = f"{name}-{value}"
        elif key == LINK:
            kept["href"] = f"#{name}-{value.removeprefix('#')}"
        elif key == "style":
            kept["style"] = styled(value)
        elif key == "transform":
            kept |= {"transform": moved} if (moved := turned(value)) else {}
        elif key == "d":
            kept["d"] = path(value)
        elif key in ("x", "y", "width", "height"):
            kept[key] = tidy(value)
        else:
            kept[key] = NAMED.sub(rf"url(#{name}-\1)", value)
    return {key: value for key, value in kept.items() if value}


def styled(value: str) -> str:
    """A style with the colours of the page, and its font.

    >>> styled("font-weight: 700; font-size: 12px; font-family: 'DejaVu Sans', serif; fill: #020202")
    'font-weight:700;font-size:12px;fill:var(--quiet)'
    """
    parts = [[part.strip() for part in one.split(":", 1)] for one in value.split(";")]
    text = ";".join(":".join(part) for part in parts if part[0] not in ("font-family", "stroke-miterlimit"))
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    return text


def turned(value: str) -> str:
    """A transformation, or nothing if it only turns by nothing.

    >>> turned("rotate(-0 12.5 80)"), turned("translate(1.25 3)")
    ('', 'translate(1.2 3)')
    """
    return "" if value.startswith("rotate(-0 ") else NUMBER.sub(lambda found: tidy(found[0]), value)


def path(value: str) -> str:
    """A path with short numbers.

    >>> path("M 10.04 20 L 30.123456 -0.01 z")
    'M10 20L30.1 0z'
    """
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", NUMBER.sub(lambda found: tidy(found[0]), " ".join(value.split())))


def tidy(number: str) -> str:
    """A number to a tenth of a pixel, which is less than anyone sees.

    >>> tidy("12.3456"), tidy("7.00001"), tidy("-0.01"), tidy("0.5")
    ('12.3', '7', '0', '.5')
    """
    text = f"{float(number):.1f}".removesuffix(".0")
    return {"-0": "0"}.get(text, re.sub(r"^(-?)0\.", r"\1.", text))
