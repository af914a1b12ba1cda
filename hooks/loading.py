"""A page asks for as little as it can, and for nothing twice: one style sheet, no script that it has to wait for.

On a slow line each request costs more than its bytes. The theme and we have six style sheets between us;
a reader gets them as one. The scripts do nothing before the page stands, so none of them holds it up.

The theme has rules for what no page of ours has. Some of them make a browser look at every sign of every formula
again, as often as the theme's script sets a mark on the whole page. What can apply to nothing is left out.
"""

import json
import re
import subprocess
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

from run import stage

SHEET = "assets/style.css"
SHEETS = re.compile(r'\s*<link rel="stylesheet" href="((?:\.\./|/)*)(assets/[^"]*)">')
# The theme's scripts, and ours that go with them, stand in the page as scripts that have to be waited for.
WAITED_FOR = re.compile(r'\s*(<script src="[^"]*")(></script>)')
FONT = re.compile(r"url\((KaTeX_[\w-]+\.woff2)\)")
CHARSET = '@charset "UTF-8";'
MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/")
# The letters of nearly every formula. Asked for early, they are there when the text around them is set.
# A page from disk finds them at once, and its browser would refuse to fetch them so.
FORMULA = 'class="katex"'
FOLDED = '<details class="letters"'
FIRST_FONTS = """<script>if(location.protocol!=="file:")for(const one of["Main-Regular","Math-Italic"])document.head.append(\
Object.assign(document.createElement("link"),{{rel:"preload",as:"font",type:"font/woff2",crossOrigin:"",\
href:"{up}assets/katex/KaTeX_"+one+".woff2"}}))</script>"""
# The theme's own style sheets. Only they are thinned out.
THEME = "assets/stylesheets/"
# While the colours change, the theme stops every transition of everything. Only that of the header is asked for.
HEADER = "[data-md-color-switching] .md-header{transition-duration:0s!important}"


class Seen:
    """Which style sheets the pages of the build that is under way ask for, in their order."""

    sheets = ()


def on_pre_build(*, config):
    """Each build looks for itself."""
    Seen.sheets = ()


def on_post_page(output, *, page, config):
    """Before the policy is made, which names each script that stands in a page."""
    return lighter(output, page.file.src_uri)


def on_post_template(output_content, *, template_name, config):
    """The page for what is not found, too."""
    return lighter(output_content, template_name) if template_name.endswith(".html") else output_content


@event_priority(-100)
def on_post_build(*, config):
    """At the very end: KaTeX's own style sheet is written, and every page and script is there."""
    join(Path(config.site_dir), Seen.sheets)


def lighter(output: str, name: str) -> str:
    """One style sheet in the place of the first, and each script when the page is read.

    Every page asks for the same sheets, so that it finds the one there that the page before has fetched.
    What a single page adds comes after them and stays its own.
    """
    found = [match for match in SHEETS.finditer(output)]
    sheets = [match[2] for match in found]
    Seen.sheets = Seen.sheets or sheets
    if not sheets or sheets[: len(Seen.sheets)] != Seen.sheets:
        raise PluginError(f"{name}: its style sheets are {sheets}, and those of the other pages {Seen.sheets}.")
    up = found[0][1]
    for match in found[: len(Seen.sheets)]:
        output = output.replace(match[0], "", 1)
    head = f'<link rel="stylesheet" href="{up}{SHEET}">'
    if FORMULA in output.partition(FOLDED)[0]:
        # A script below a style sheet waits for it.
        head = FIRST_FONTS.format(up=up) + head
    output = output.replace("<title>", f"{head}\n        <title>", 1)
    return WAITED_FOR.sub(r"\n\1 defer\2", output)


def join(site: Path, sheets: list[str]) -> None:
    """Write the one style sheet, and take away those that it is made of."""
    theirs = [name for name in sheets if name.startswith(THEME)]
    thin = dict(zip(theirs, thinned(site, theirs), strict=True))
    parts = []
    for name in sheets:
        path = site / name
        css = MAP.sub("", thin[name] if name in thin else path.read_text(encoding="utf-8")).replace(CHARSET, "")
        # An address in a style sheet counts from where that stands.
        parts.append(FONT.sub(rf"url({path.parent.name}/\1)", css))
        path.unlink()
        path.with_name(path.name + ".map").unlink(missing_ok=True)
    (site / SHEET).write_text("\n".join([CHARSET, *parts, HEADER, ""]), encoding="utf-8")


def thinned(site: Path, sheets: list[str]) -> list[str]:
    """The texts of some style sheets without the rules that can apply to nothing."""
    script = Path(__file__).with_suffix(".mjs")
    done = subprocess.run([stage.node(), script, site, *sheets], capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise PluginError(f"The style sheets cannot be made.\n{done.stderr}")
    return json.loads(done.stdout)
