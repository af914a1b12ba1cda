"""`{{ live_figure NAME }}`: a figure that answers the reader, from docs/figures/NAME.mjs.

The figure's own script draws the still picture here, and every picture after it in the reader's browser.
"""

import hashlib
import json
import re
import subprocess
from functools import cache
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from hooks.forms import forms
from hooks.live import figure_data, held_derivation
from hooks.made import put_in
from run import stage

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "docs" / "figures"
CACHE = ROOT / ".cache" / "figures"
# What the build computes for a figure, as JSON; None for one that computes everything itself.
DATA = {
    "overflow-edge": lambda: None,
    "loss-simplex": lambda: None,
    "batch-graph": figure_data.batch,
    "mean-of-means": figure_data.pieces,
    "optimizer-lab": figure_data.lab,
    "held-derivation": held_derivation.data,
    "softmax-explorer": lambda: None,
}
# What is too large for a page that most readers only read: docs/assets/figure-later.js fetches it when one turns to it.
LATER = {"held-derivation"}
GIVEN = re.compile(r'(?<=<script type="application/json">).*?(?=</script>)')
# The data of these, by the address of the script that brings them.
APART = {}
PLACE = '<div data-live-figure="{}"></div>'
# How a figure's data name the place of a formula: its address differs from page to page.
FORMULA = re.compile(r"formula:(eq:[\w-]+)")
RULE = re.compile(r"rule:([\w-]+)")


def on_pre_build(*, config):
    """What the figures show may have changed since the last build."""
    stills.cache_clear()
    APART.clear()


def on_files(files, *, config):
    """Each figure's script goes into the site, with what it imports in it."""
    for name in DATA:
        files.append(File.generated(config, address(name), abs_src_path=str(bundled() / f"{name}.js")))
    return files


def on_page_markdown(markdown, *, page, config, files):
    """Only the place: it becomes HTML, so Markdown shall not touch it."""
    return put_in(markdown, "live_figure", {name: lambda name=name: PLACE.format(name) for name in DATA}, page)


def on_page_content(content, *, page, config, files):
    """The figure with its still picture, and its script."""
    for name in DATA:
        place = PLACE.format(name)
        if place in content:
            script = get_relative_url(address(name), page.url)
            still = FORMULA.sub(lambda found: forms.address(found[1], page, files), stills()[name])
            still = RULE.sub(lambda found: f"{get_relative_url('rules.html', page.url)}#{found[1]}", still)
            placed = f'<{name}>{still}</{name}>\n<script src="{script}" defer></script>'
            content = content.replace(place, later(name, still, page) if name in LATER else placed)
    return content


def later(name: str, still: str, page) -> str:
    """The figure with neither its data nor its script: both are fetched when a reader turns to it."""
    data = f"assets/figures/{name}-data.js"
    APART[data] = apart(name, still)
    sources = " ".join(get_relative_url(one, page.url) for one in (data, address(name)))
    first = get_relative_url("assets/figure-later.js", page.url)
    empty = GIVEN.sub("", still)
    return f'<{name} data-later="{sources}">{empty}</{name}>\n<script src="{first}" defer></script>'


def apart(name: str, still: str) -> str:
    """The script that puts the data of a figure where they would stand."""
    return f'document.querySelector("{name} script").textContent=JSON.stringify({GIVEN.search(still)[0]});\n'


def on_post_build(*, config):
    """The data that stand apart."""
    for name, script in APART.items():
        (Path(config.site_dir) / name).write_text(script, encoding="utf-8")


def address(name: str) -> str:
    """Where a figure's script is in the site."""
    return f"assets/figures/{name}.js"


@cache
def stills() -> dict[str, str]:
    """What stands inside each figure's element before any script runs."""
    asked = json.dumps({name: data() for name, data in DATA.items()})
    return json.loads(node(bundled() / "stills.mjs", given=asked))


def bundled() -> Path:
    """The folder of the scripts. Made again when one of them or a package has changed."""
    inputs = [*sorted(SOURCE.rglob("*.mjs")), ROOT / "hooks" / "live" / "live_figures.mjs", ROOT / "package-lock.json"]
    folder = CACHE / hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()[:16]
    if not (folder / "stills.mjs").is_file():
        node(ROOT / "hooks" / "live" / "live_figures.mjs", folder)
    return folder


def node(*command, given: str = "") -> str:
    """What a script for Node says. A build without its figures is none."""
    done = subprocess.run([stage.node(), *command], input=given, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise PluginError(f"The live figures cannot be made.\n{done.stderr}")
    return done.stdout
