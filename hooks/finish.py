"""The last touches on every page: what may run, and what the theme leaves out."""

import base64
import hashlib
import re
from pathlib import Path

from mkdocs.exceptions import PluginError

from hooks.proofs import Build

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
GENERATOR = re.compile(r'\s*<meta name="generator"[^>]*>')
# The theme's search has the role of a dialog, and every dialog needs a name.
NAMELESS = '<div class="md-search" data-md-component="search" role="dialog">'
NAMED = NAMELESS.replace(">", ' aria-label="Search">')
# What a page with Run names, and no other.
RUNS = "assets/run/"
# How the theme's search names a part of its index, and how it should.
JOINED = "e=e+s+o.id}"
TOLD_APART = 'e=e+s+o.id+","}'
# What the theme's script does to a whole page at its start, and what it shall do. Each costs a look at every sign.
START = {
    # It puts every table into a box that can be moved sideways. Ours stand in one from the beginning.
    'M("table:not([class])",e)': 'M("table:not([class])",e).filter(t=>!t.closest(".md-typeset__table"))',
    # It says twice that the page is light, which no page needs to be told.
    'document.head.appendChild(o);let n=Wt("(prefers-color-scheme: light)")': 'let n=Wt("(prefers-color-scheme: light)")',
    "return o.content=a.colorScheme,": 'return (o.content||"light")!==a.colorScheme&&(o.content=a.colorScheme,document.head.append(o)),',
}
# The theme says at its start that there are scripts. Said before anything is seen, nothing has to be drawn twice.
SCRIPTED = '<script>document.documentElement.className="js js-focus-visible"</script>'
TABLE = re.compile(r"<table(?![^>]*\sclass=).*?</table>", re.DOTALL)


def on_post_page(output, *, page, config):
    """Every page goes through here once it is complete."""
    return finish(output, page.file.src_uri)


def on_post_template(output_content, *, template_name, config):
    """The page for what is not found, too."""
    return finish(output_content, template_name) if template_name.endswith(".html") else output_content


def on_post_build(*, config):
    """Without the site's address there can be no map of it, and a compressed one carries the time when it was made."""
    site = Path(config.site_dir)
    (site / "sitemap.xml.gz").unlink(missing_ok=True)
    if not config.site_url:
        (site / "sitemap.xml").unlink(missing_ok=True)
    repair_search(site)
    repair_start(site)


def repair_search(site: Path) -> None:
    """The theme's search tells two parts of its index apart by a text that joins a letter and a number, and another.

    Without a sign between them, two different parts can have one text, as soon as the pages have many digits in them.
    Then a search for a word that begins with such a digit finds nothing at all.
    """
    for worker in (site / "assets" / "javascripts" / "workers").glob("search.*.js"):
        code = worker.read_text(encoding="utf-8")
        if code.count(JOINED) != 1:
            raise PluginError(f"{worker.name}: the theme's search has changed; see repair_search in hooks/finish.py.")
        worker.write_text(code.replace(JOINED, TOLD_APART), encoding="utf-8")


def repair_start(site: Path) -> None:
    """What the theme's script does at its start it does no oftener than needed."""
    for script in (site / "assets" / "javascripts").glob("bundle.*.js"):
        code = script.read_text(encoding="utf-8")
        for before, after in START.items():
            if code.count(before) != 1:
                raise PluginError(f"{script.name}: the theme's start has changed; see START in hooks/finish.py.")
            code = code.replace(before, after)
        script.write_text(code, encoding="utf-8")


def finish(output: str, name: str) -> str:
    """Name the dialog, drop the generator, box the tables, and say what may run."""
    if output.count(NAMELESS) != 1:
        raise PluginError(f"{name}: the theme's search dialog has changed; see hooks/finish.py.")
    output = GENERATOR.sub("", output.replace(NAMELESS, NAMED))
    output = TABLE.sub(boxed, output).replace('<meta charset="utf-8">', f'<meta charset="utf-8">{SCRIPTED}', 1)
    # The live reload of `make site` puts a script of its own into the page, which the policy would stop.
    return (
        output
        if Build.serving
        else output.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{policy(output)}', 1)
    )


def boxed(table: re.Match) -> str:
    """A table in a box that can be moved sideways, by those who have no scripts, too."""
    return f'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{table[0]}</div></div>'


def policy(output: str) -> str:
    """Only the site itself. The theme's inline scripts are allowed one by one, each by its hash."""
    runs = RUNS in output
    scripts = sorted({f"'{digest(script)}'" for script in INLINE_SCRIPT.findall(output)})
    rules = {
        "default-src": "'none'",
        # A page with Run may compile WebAssembly; to evaluate text as JavaScript is still forbidden.
        "script-src": " ".join(["'self'", *["'wasm-unsafe-eval'"] * runs, *scripts]),
        # KaTeX places its signs with style attributes; style sheets come from the site alone.
        "style-src": "'self'",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        # Python asks an address that the page has made, and takes back, whether to go on: that is how Stop works.
        "connect-src": "'self' blob:" if runs else "'self'",
        "worker-src": "'self'",
        "frame-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    text = "; ".join(f"{name} {value}" for name, value in rules.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{text}">'


def digest(script: str) -> str:
    """How a policy names a script.

    >>> digest("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
