"""Score a page with Lighthouse as a phone would see it, and write the result beside this file.

Run by `make bench`. With QUICK=1 it scores one page of the site that is in `site/`, and writes nothing.
The scores are Lighthouse's own, 0 to 100; the time that counts is its simulated slow phone.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import FLAGS, find  # noqa: E402
from tests.browser.server import serving  # noqa: E402

PAGES = ["gradient.html", "index.html", "why-divide.html", "learning-rate.html"]
# What we promise, in the order in which a table shows it.
PROMISED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
METRICS = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"]
# One run is noisy, and the machine has other things to do; the median is not.
QUICK = bool(os.environ.get("QUICK"))
RUNS = 1 if QUICK else 3
LIGHTHOUSE = ROOT / "benchmarks" / "node_modules" / "lighthouse" / "cli" / "index.js"


def main() -> None:
    """Score each page; end with 1 if a promise is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        site = ROOT / "site" if QUICK else Path(folder) / "site"
        if not QUICK:
            mkdocs = Path(sys.executable).with_name("mkdocs")
            subprocess.run([mkdocs, "build", "--strict", "--site-dir", site], cwd=ROOT, check=True, capture_output=True)
        elif not (site / PAGES[0]).exists():
            print("A quick run scores the site that is in site/, and there is none: make build")
            return
        with serving(site, "/some/where") as server:
            results = {page: score(server, page) for page in PAGES[: 1 if QUICK else None]}
    if not QUICK:
        target = Path(__file__).with_name("lighthouse.json")
        target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    kept = True
    for page, result in results.items():
        for name, least in PROMISED.items():
            enough = result["scores"][name] >= least
            kept &= enough
            print(f"{page:16} {name:16} {result['scores'][name]:4}  {'' if enough else f'less than {least}'}".rstrip())
        print(f"{page:16} {'transferred':16} {result['bytes']:,} bytes")
    # One run on a busy machine says nothing about a promise.
    sys.exit(not kept and not QUICK)


def score(server, page: str) -> dict:
    """The median of a few runs."""
    reports = []
    for _ in range(RUNS):
        reports.append(report(f"{server.address}/{page}"))
    scores = {
        name: round(100 * statistics.median(one["categories"][name]["score"] for one in reports)) for name in PROMISED
    }
    return {
        "lighthouse": reports[0]["lighthouseVersion"],
        "browser": reports[0]["environment"]["hostUserAgent"],
        "runs": RUNS,
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
    command = [node, LIGHTHOUSE, address, "--quiet", "--output=json", "--chrome-flags=" + " ".join(FLAGS)]
    environment = os.environ | {"CHROME_PATH": find()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
