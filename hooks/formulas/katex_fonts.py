"""KaTeX's style sheet and fonts, with only the signs that this site uses."""

import io
import re
from functools import cache
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from hooks.formulas import katex

KATEX = Path(__file__).parents[2] / "node_modules" / "katex" / "dist"
TARGET = "assets/katex"
FONT_FACE = re.compile(r"@font-face\{.*?\}", re.DOTALL)
FILE = re.compile(r"fonts/(KaTeX_[\w-]+)\.woff2")


def on_pre_build(*, config):
    """Each build counts its own signs."""
    katex.SIGNS.clear()


def on_post_build(*, config):
    """Write the style sheet and the fonts that its rules name."""
    signs = "".join(sorted(katex.SIGNS))
    folder = Path(config.site_dir) / TARGET
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "katex.css").write_text(style_sheet(signs), encoding="utf-8")
    for name in fonts(signs):
        (folder / f"{name}.woff2").write_bytes(subset(name, signs))


@cache
def style_sheet(signs: str) -> str:
    """KaTeX's own, with one compressed file for each font and without the fonts that no page needs."""
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    names = fonts(signs)

    def shorter(match):
        name = FILE.search(match[0])[1]
        if name not in names:
            return ""
        return re.sub(r"src:[^;}]*", f'src:url({name}.woff2) format("woff2")', match[0])

    return FONT_FACE.sub(shorter, css)


@cache
def fonts(signs: str) -> list[str]:
    """The fonts that have any of the signs."""
    names = sorted(path.stem for path in (KATEX / "fonts").glob("*.woff2"))
    return [name for name in names if subset(name, signs)]


@cache
def subset(name: str, signs: str) -> bytes:
    """A font with these signs alone; empty if it has none of them."""
    font = TTFont(KATEX / "fonts" / f"{name}.woff2", recalcTimestamp=False)
    wanted = [ord(sign) for sign in signs if ord(sign) in font.getBestCmap() and not sign.isspace()]
    if not wanted:
        return b""
    subsetter = Subsetter(Options(hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.flavor = "woff2"
    result = io.BytesIO()
    font.save(result)
    return result.getvalue()
