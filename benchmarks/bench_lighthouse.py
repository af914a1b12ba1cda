"""Score every page with Lighthouse as a phone would see it, and write the result beside this file.

Beside four pages stands their peer: the same page, whose formulas KaTeX makes in the reader's browser, as most sites do.
These eight take the median of three runs. Any other page takes one run, and three if that breaks a promise.

Run by `make bench`. With QUICK=1 it scores one page of the site that is in `site/`, and writes nothing.
The scores are Lighthouse's own, 0 to 100; the time that counts is its simulated slow phone.
"""

import html
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from derivations import ledger  # noqa: E402
from hooks.formulas import katex  # noqa: E402
from hooks.formulas.equations import LABEL  # noqa: E402
from hooks.formulas.meaning import coloured  # noqa: E402
from hooks.loading import FIRST_FONTS, SHEET  # noqa: E402
from tests.browser.chromium import FLAGS, find  # noqa: E402
from tests.browser.pages import PAGES as EVERY_PAGE  # noqa: E402
from tests.browser.server import serving  # noqa: E402

PAGES = ["gradient.html", "index.html", "why-divide.html", "learning-rate.html"]
# How every formula of ours begins.
FORMULA = 'class="katex"'
# What the line of our style sheet that is KaTeX's has in it, and no other line.
KATEXS = "@font-face{font-display:block;font-family:KaTeX_"
# What we promise, in the order in which a table shows it.
PROMISED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
METRICS = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"]
# One run is noisy, and the machine has other things to do; the median is not.
QUICK = bool(os.environ.get("QUICK"))
RUNS = 1 if QUICK else 3
KATEX = ROOT / "node_modules" / "katex" / "dist"
# Where the peer has its files, and what its pages are called.
CLIENT = "assets/client"
PEER = "in-browser-{}"
START = """renderMathInElement(document.body, {
  delimiters: [{ left: "\\\\[", right: "\\\\]", display: true }, { left: "\\\\(", right: "\\\\)", display: false }],
  trust: true,
  strict: false,
});
"""
LIGHTHOUSE = ROOT / "benchmarks" / "node_modules" / "lighthouse" / "cli" / "index.js"


def main() -> None:
    """Score each page; end with 1 if a promise is not kept."""
    pages = PAGES[: 1 if QUICK else None]
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        if not QUICK:
            mkdocs = Path(sys.executable).with_name("mkdocs")
            subprocess.run([mkdocs, "build", "--strict", "--site-dir", site], cwd=ROOT, check=True, capture_output=True)
        elif (ROOT / "site" / PAGES[0]).exists():
            shutil.copytree(ROOT / "site", site, ignore=shutil.ignore_patterns("*.pdf"))
        else:
            print("A quick run scores the site that is in site/, and there is none: make build")
            return
        peers = typeset_in_the_browser(site, pages)
        with serving(site, "/some/where") as server:
            results = {page: score(server, page, RUNS) for page in pages}
            for page, counted in peers.items():
                results[page]["typeset in the browser"] = score(server, PEER.format(page), RUNS) | counted
            for page in EVERY_PAGE if not QUICK else []:
                if page not in results:
                    print(page, flush=True)
                    results[page] = score(server, page)
    if not QUICK:
        target = Path(__file__).with_name("lighthouse.json")
        target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    kept = True
    for page, result in results.items():
        for name, least in PROMISED.items():
            enough = result["scores"][name] >= least
            kept &= enough
            if not enough:
                print(f"{page}: {name} is {result['scores'][name]}, less than {least}")
        peer = result.get("typeset in the browser")
        if peer is None:
            print(f"{page:40}", *result["scores"].values(), f"{result['bytes']} bytes")
            continue
        for name in [*PROMISED, *METRICS]:
            kind = "scores" if name in PROMISED else "metrics"
            print(f"{page:18} {name:24} {result[kind][name]:10}   typeset in the browser {peer[kind][name]:10}")
        print(f"{page:18} {'bytes':24} {result['bytes']:10}   typeset in the browser {peer['bytes']:10}")
    # One run on a busy machine says nothing about a promise.
    sys.exit(not kept and not QUICK)


def typeset_in_the_browser(site: Path, pages: list[str]) -> dict[str, dict]:
    """Put the peer of each page beside it. Returned is how many formulas it makes, and how many stay made.

    Its formulas are in it as TeX, each in the place of the HTML that our build made of the same TeX.
    A formula that is a part of a figure stays as it is.
    """
    files = site / CLIENT
    shutil.copytree(KATEX / "fonts", files / "fonts")
    for name in ["katex.min.css", "katex.min.js", "contrib/auto-render.min.js"]:
        shutil.copy(KATEX / name, files)
    (files / "start.js").write_text(START, encoding="utf-8")
    lines = (site / SHEET).read_text(encoding="utf-8").split("\n")
    (files / "style.css").write_text("\n".join(line for line in lines if KATEXS not in line), encoding="utf-8")
    scripts = "".join(
        f'<script defer src="{CLIENT}/{name}"></script>' for name in ["katex.min.js", "auto-render.min.js", "start.js"]
    )
    made = sources()
    counted = {}
    for page in pages:
        text = (site / page).read_text(encoding="utf-8")
        before = text.count(FORMULA)
        for rendered, tex in made.items():
            text = text.replace(rendered, tex)
        # Its style sheet is ours without our part of KaTeX's, and all of KaTeX's before it.
        sheets = "".join(f'<link rel="stylesheet" href="{CLIENT}/{name}">' for name in ["katex.min.css", "style.css"])
        text = text.replace(f'<link rel="stylesheet" href="{SHEET}">', sheets).replace("</head>", f"{scripts}</head>")
        text = text.replace(FIRST_FONTS.format(up=""), "")
        (site / PEER.format(page)).write_text(text, encoding="utf-8")
        counted[page] = {"formulas": before - text.count(FORMULA), "made before": text.count(FORMULA)}
        if counted[page]["formulas"] == 0:
            sys.exit(f"{page}: none of its formulas is known by its TeX")
    return counted


def sources() -> dict[str, str]:
    """The TeX of every formula of the site by what our build makes of it, the longest first."""
    # What has changed since the line before is marked in the formula, and the proof says what that is.
    names = ["score_gradient"] if QUICK else []
    proved = ledger.prove(docs=ROOT / "docs", names=names, workers=os.cpu_count() or 1)
    known = {(LABEL.sub("", one.latex).strip(), one.display) for one in proved.formulas}
    known |= {(tex, True) for one in proved.statements for tex in (one.latex, one.marked) if tex}
    made = {}
    for tex, display in known:
        left, right = ("\\[", "\\]") if display else ("\\(", "\\)")
        try:
            made[katex.render(tex, display)] = html.escape(f"{left}{coloured(tex)}{right}")
        except katex.TeXError:
            # A part of a sentence alone need not be a formula.
            continue
    return dict(sorted(made.items(), key=lambda one: -len(one[0])))


def score(server, page: str, runs: int = 1) -> dict:
    """The median of so many runs; if one alone breaks a promise, the machine may have been busy, and three decide."""
    reports = [report(f"{server.address}/{page}") for _ in range(runs)]
    if (
        runs == 1
        and not QUICK
        and any(100 * reports[0]["categories"][name]["score"] < least for name, least in PROMISED.items())
    ):
        reports += [report(f"{server.address}/{page}") for _ in range(2)]
    scores = {
        name: round(100 * statistics.median(one["categories"][name]["score"] for one in reports)) for name in PROMISED
    }
    return {
        "lighthouse": reports[0]["lighthouseVersion"],
        "browser": reports[0]["environment"]["hostUserAgent"],
        "runs": len(reports),
        "scores": scores,
        "metrics": {
            name: round(statistics.median(one["audits"][name]["numericValue"] for one in reports), 3)
            for name in METRICS
        },
        "bytes": max(round(one["audits"]["total-byte-weight"]["numericValue"]) for one in reports),
        "failed": sorted(
            {
                audit["id"]
                for one in reports
                for category in one["categories"].values()
                for reference in category["auditRefs"]
                for audit in [one["audits"][reference["id"]]]
                if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9
            }
        ),
    }


def report(address: str) -> dict:
    """One run of Lighthouse, as a phone."""
    node = Path(sys.executable).with_name("node")
    command = [
        node,
        LIGHTHOUSE,
        address,
        "--quiet",
        "--output=json",
        "--disable-full-page-screenshot",
        "--chrome-flags=" + " ".join(FLAGS),
    ]
    environment = os.environ | {"CHROME_PATH": find()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
