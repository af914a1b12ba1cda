"""What Run costs, beside JupyterLite and PyScript: the same Python code, from the click to its output.

python benchmarks/bench_run.py [--site FOLDER]
QUICK=1 before it: one round, without the derivation, and nothing is written.

All three are served from this machine, by a server that compresses, with the same Pyodide and the same packages.
What one does, the others do next, so that whatever else the machine does strikes all of them alike.
The first visit is one of a new browser; for the second visit that browser was closed and opened again.
Whatever is asked of another host ends the benchmark.
"""

import argparse
import contextlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import run_peers
from benchmarks.run_server import serving
from benchmarks.timing import machine
from tests.browser.chromium import FLAGS, find

RECORD = Path(__file__).with_name("run.json")
WATCH = Path(__file__).with_name("run_watch.js").read_text(encoding="utf-8")
QUICK = bool(os.environ.get("QUICK"))
# Each round is of two visits to each of the three; all of it takes less than five minutes on a quiet machine.
ROUNDS = 1 if QUICK else 3
PROOFS = 0 if QUICK else 2
PATIENCE = 60_000

NUMPY = """\
import numpy as np

scores = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
labels = np.array([0, 2])
shares = np.exp(scores - scores.max(axis=1, keepdims=True))
shares /= shares.sum(axis=1, keepdims=True)
shares[np.arange(2), labels] -= 1
print("gradient", (shares / 2).round(3).tolist())
"""
ANSWER = "gradient [["
DERIVATION = "softmax"
LONGER = "score_gradient"
FIRST_LINE, LAST_LINE = "binding", "statements proved"
ENDLESS = "print('begun')\nwhile True:\n    pass\n"
# The page of ours that a copy is made of.
SOURCE = "softmax.html"
PACKAGES = ["numpy", "sympy", "mpmath", "lark"]
# Each of them unpacks our sources in the way that its own manual shows.
IN_JUPYTERLITE = f"""\
import sys, runpy
import {", ".join(PACKAGES)}
from pyodide.http import pyfetch
await (await pyfetch("/bench/sources.zip")).unpack_archive(extract_dir="/home/pyodide/ours")
sys.path.insert(0, "/home/pyodide/ours")
done = runpy.run_path("/home/pyodide/ours/derivations/{DERIVATION}.py", run_name="__main__")
"""
IN_PYSCRIPT = f"""\
import runpy
done = runpy.run_path("derivations/{DERIVATION}.py", run_name="__main__")
print()
"""
# What the browser asks for on its own account, whatever page it shows.
BROWSERS_OWN = {f"{name}.google.com" for name in ("accounts", "clients2", "android.clients", "www", "mtalk")}
BROWSERS_OWN |= {f"{name}.googleapis.com" for name in ("update", "optimizationguide-pa", "content-autofill")}
OURS, JUPYTERLITE, PYSCRIPT = "ours", "jupyterlite", "pyscript"
# What is pressed on each page.
START = {OURS: ".run__start", JUPYTERLITE: "#start", PYSCRIPT: ".py-editor-run-button"}
PAGE = {who: f"/bench/{who}-numpy.html" for who in (JUPYTERLITE, PYSCRIPT)} | {OURS: "/ours/bench-numpy.html"}
PROOF = {who: f"/bench/{who}-proof.html" for who in (JUPYTERLITE, PYSCRIPT)} | {
    OURS: f"/ours/derivations/{DERIVATION}.html"
}


def pages(folder: Path, site: Path) -> None:
    """Write the pages that the three are measured on: those of the others, and one of ours with this code in it."""
    run_peers.sources(folder / "sources.zip")
    files = {"packages": PACKAGES, "files": {"/bench/sources.zip": "./*"}}
    made = {
        "jupyterlite-numpy": run_peers.console("numpy", NUMPY),
        "jupyterlite-proof": run_peers.console("proof", IN_JUPYTERLITE),
        "pyscript-numpy": run_peers.editor("numpy", NUMPY, {"packages": ["numpy"]}),
        "pyscript-proof": run_peers.editor("proof", IN_PYSCRIPT, files),
    }
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    for name, code in {"numpy": NUMPY, "next": NUMPY, "endless": ENDLESS}.items():
        filled(site, f"bench-{name}", code, folder)


def filled(site: Path, name: str, code: str, folder: Path) -> None:
    """Write a copy of a page of ours on which the first Run has other code, and the file that this code comes from.

    Raises ``SystemExit`` if nothing on the page can be run.
    """
    text = (site / SOURCE).read_text(encoding="utf-8")
    place = re.search(r'<div class="run"[^>]* data-codes="([^"]+)" data-code="(\d+)"[^>]*>', text)
    script = re.search(r"assets/run/\w+/(?=page\.js)", text)
    if place is None or script is None or "data-off" in place[0]:
        raise SystemExit(f"Nothing can be run on {SOURCE}. Was Python staged? make build says why not.")
    codes = json.loads((site / script[0] / place[1]).read_text(encoding="utf-8"))
    codes[int(place[2])] |= {"code": code, "before": []}
    own = f"codes/{name}.json"
    target = folder / script[0] / own
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(codes), encoding="utf-8")
    page = text.replace(place[0], place[0].replace(place[1], own), 1)
    (folder / f"{name}.html").write_text(page, encoding="utf-8")


@contextlib.contextmanager
def visit(playwright, server, profile: str):
    """Open a browser that remembers what it has in this folder; yield a page of it.

    Whatever is meant for another host goes to the server, which counts it.
    """
    flags = [*FLAGS, f"--proxy-server={server.address}", "--proxy-bypass-list=127.0.0.1"]
    context = playwright.chromium.launch_persistent_context(profile, executable_path=find(), args=flags)
    context.set_default_timeout(PATIENCE)
    try:
        page = context.pages[0] if context.pages else context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        yield page
    finally:
        context.close()
    foreign = {re.sub(r"^\w+://", "", asked).split("/")[0].split(":")[0] for asked in server.foreign} - BROWSERS_OWN
    if foreign:
        raise SystemExit(f"Asked of other hosts: {sorted(foreign)}")


def opened(page, server, path: str, press: str) -> None:
    """Open a page and wait until it is at rest and has what is to be pressed."""
    page.goto(server.address + path)
    page.wait_for_selector(press)
    page.wait_for_load_state("networkidle")


def pressed(page, press: str, marks: list[str]) -> dict:
    """Press, and return after how many seconds each mark stood in the page."""
    after = page.evaluate(WATCH, {"press": press, "marks": marks})
    return {mark: round(after[mark] / 1000, 4) for mark in marks}


def bytes_since(server, mark: int) -> int:
    """Return how many bytes were sent since then for the sake of running code.

    A page of ours is an article too: of it only what belongs to Run counts. Browsers ask for an icon by themselves.
    """
    ours = re.compile(r"/ours/(?!assets/run)|/favicon")
    return sum(size for path, size in server.sent[mark:] if not ours.match(path))


def again(page, who: str) -> float:
    """Press a second time, Python being there, and return the seconds."""
    if who != JUPYTERLITE:
        page.wait_for_selector(".running, .run__start[aria-disabled]", state="detached")
        return pressed(page, START[who], [ANSWER])[ANSWER]
    # A console has nothing to press twice: the same code is put in, and sent off.
    prompt = page.frame_locator("iframe").locator(".jp-CodeConsole-promptCell .cm-content")
    prompt.click()
    page.keyboard.insert_text(NUMPY)
    page.evaluate(f"window.answer = ({WATCH.strip()})({json.dumps({'press': None, 'marks': [ANSWER]})}); 0")
    page.keyboard.press("Shift+Enter")
    return round(page.evaluate("window.answer")[ANSWER] / 1000, 4)


def with_numpy(playwright, server, who: str) -> dict:
    """Two visits to the numpy page: seconds of the first press in each, and of the next ones; bytes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        found = {}
        for name in ("cold", "warm") if who == OURS or not QUICK else ("cold",):
            with visit(playwright, server, profile) as page:
                before = len(server.sent)
                opened(page, server, PAGE[who], START[who])
                at_rest = len(server.sent)
                found[name] = pressed(page, START[who], [ANSWER])[ANSWER]
                page.wait_for_load_state("networkidle")
                loaded = bytes_since(server, before) - bytes_since(server, at_rest)
                found[f"{name}_page_bytes"], found[f"{name}_press_bytes"] = loaded, bytes_since(server, at_rest)
                found.setdefault("live", []).extend(again(page, who) for _ in range(1 if QUICK else 3))
                if who == OURS and name == "warm":
                    opened(page, server, "/ours/bench-next.html", START[who])
                    found["next_page"] = pressed(page, START[who], [ANSWER])[ANSWER]
                    found["stop"], found["after_stop"] = stopped(page, server)
        return found


def stopped(page, server) -> tuple[float, float]:
    """Return the seconds from Stop to its end of a loop without one, and from the next Run to numpy's answer."""
    opened(page, server, "/ours/bench-endless.html", START[OURS])
    pressed(page, START[OURS], ["begun"])
    seconds = page.evaluate("""() => new Promise((resolve) => {
        const box = document.querySelector(".run");
        const began = performance.now();
        new MutationObserver(() => {
          if (box.dataset.state === "stopped") resolve(performance.now() - began);
        }).observe(box, { attributes: true });
        box.querySelector(".run__stop").click();
    })""")
    opened(page, server, PAGE[OURS], START[OURS])
    return round(seconds / 1000, 4), pressed(page, START[OURS], [ANSWER])[ANSWER]


def with_derivation(playwright, server, who: str) -> dict:
    """Two visits to a derivation: seconds to the first line of its proof and to the last; bytes.

    Of ours also the seconds of two derivations where Python runs already, and has not yet proved anything.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        found = {}
        for name in ("cold", "warm"):
            with visit(playwright, server, profile) as page:
                opened(page, server, PROOF[who], START[who])
                at_rest = len(server.sent)
                after = pressed(page, START[who], [FIRST_LINE, LAST_LINE])
                found[name] = {"first": after[FIRST_LINE], "last": after[LAST_LINE]}
                found[f"{name}_bytes"] = bytes_since(server, at_rest)
        for name in (DERIVATION, LONGER) if who == OURS else ():
            with visit(playwright, server, profile) as page:
                opened(page, server, PAGE[OURS], START[OURS])
                pressed(page, START[OURS], [ANSWER])
                opened(page, server, f"/ours/derivations/{name}.html", START[OURS])
                found.setdefault("live", {})[name] = pressed(page, START[OURS], [LAST_LINE])[LAST_LINE]
        return found


def native(derivation: str) -> float:
    """Return the seconds of the same script at home, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, f"derivations/{derivation}.py"], cwd=ROOT, check=True, capture_output=True)
    return round(time.perf_counter() - began, 4)


def merged(rounds: list[dict]) -> dict:
    """Return for each name the list of what the rounds found; of bytes the largest.

    >>> merged([{"cold": 3.0, "live": [1, 2], "cold_bytes": 5}, {"cold": 4.0, "live": [3], "cold_bytes": 4}])
    {'cold': [3.0, 4.0], 'live': [1, 2, 3], 'cold_bytes': 5}
    >>> merged([{"warm": {"first": 1}}, {"warm": {"first": 2}}])
    {'warm': {'first': [1, 2]}}
    """
    made = {}
    for name, one in rounds[0].items() if rounds else ():
        values = [found[name] for found in rounds]
        if isinstance(one, dict):
            made[name] = merged(values)
        elif isinstance(one, list):
            made[name] = [value for found in values for value in found]
        else:
            made[name] = max(values) if name.endswith("bytes") else values
    return made


def turns(round_: int) -> list[str]:
    """Return the three in an order that changes from round to round.

    >>> turns(1)
    ['jupyterlite', 'pyscript', 'ours']
    """
    all_ = [OURS, JUPYTERLITE, PYSCRIPT]
    first = round_ % len(all_)
    return all_[first:] + all_[:first]


def measure(site: Path) -> dict:
    """Measure everything, and return it without what machine this is."""
    from playwright.sync_api import sync_playwright

    peers = run_peers.set_up()
    numpy_rounds = {who: [] for who in (OURS, JUPYTERLITE, PYSCRIPT)}
    proof_rounds = {who: [] for who in numpy_rounds}
    at_home = {name: [] for name in (DERIVATION, LONGER)}
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        pages(Path(made), site)
        with serving([("/ours/", Path(made)), ("/ours/", site), ("/bench/", Path(made)), ("/", peers)]) as server:
            for round_ in range(ROUNDS):
                for who in turns(round_):
                    numpy_rounds[who].append(with_numpy(playwright, server, who))
                    print(who, numpy_rounds[who][-1], flush=True)
            for round_ in range(PROOFS):
                for who in turns(round_):
                    proof_rounds[who].append(with_derivation(playwright, server, who))
                    print(who, proof_rounds[who][-1], flush=True)
                for name, times in at_home.items():
                    times.append(native(name))
                    print(name, times[-1], flush=True)
    return {
        "numpy": {who: merged(rounds) for who, rounds in numpy_rounds.items()},
        "derivation": {who: merged(rounds) for who, rounds in proof_rounds.items()},
        "native": at_home,
    }


def about() -> dict:
    """Return what the times depend on."""
    pyodide = json.loads((run_peers.PYODIDE / "package.json").read_text(encoding="utf-8"))["version"]
    return {
        "machine": machine(),
        "versions": {
            "browser": browser(),
            "pyodide": pyodide,
            **run_peers.versions(),
            "python": platform.python_version(),
            "numpy": numpy.__version__,
        },
        "rounds": {"numpy": ROUNDS, "derivation": PROOFS},
    }


def browser() -> str:
    """Return the name and version of the browser."""
    done = subprocess.run([find(), "--version"], capture_output=True, text=True)
    return re.match(r".*?[\d.]+", done.stdout.strip())[0]


def told(record: dict) -> str:
    """Return the medians of a record, a line each."""
    lines = []
    for who, found in record["numpy"].items():
        for name in ("cold", "warm", "live", "next_page", "stop", "after_stop"):
            if name in found:
                lines.append(f"{who:12} numpy {name:11} {statistics.median(found[name]):8.3f} s")
        page, press = found["cold_page_bytes"], found["cold_press_bytes"]
        lines.append(f"{who:12} numpy bytes       {page:,} with the page, {press:,} on the click")
    for who, found in record["derivation"].items():
        for name in ("cold", "warm") if found else ():
            first, last = (statistics.median(found[name][key]) for key in ("first", "last"))
            lines.append(f"{who:12} proof {name:11} {first:8.3f} s to its first line, {last:.3f} s to its last")
    for name, times in record["native"].items():
        if times:
            home, here = statistics.median(times), statistics.median(record["derivation"][OURS]["live"][name])
            lines.append(f"{name}: at home {home:.2f} s, here {here:.2f} s, {here / home:.2f} times")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the medians, and write the record unless this is a quick run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, help="a built site; without it one is built")
    site = parser.parse_args().site
    missing = run_peers.missing()
    if missing:
        raise SystemExit(missing)
    with tempfile.TemporaryDirectory() as folder:
        if site is None and QUICK and not (ROOT / "site" / SOURCE).exists():
            print("A quick run takes the site that is in site/, and there is none: make build")
            return
        if site is None and QUICK:
            site = ROOT / "site"
        if site is None:
            site = Path(folder) / "site"
            mkdocs = Path(sys.executable).with_name("mkdocs")
            subprocess.run([mkdocs, "build", "--strict", "--site-dir", site], cwd=ROOT, check=True, capture_output=True)
        record = about() | measure(site.resolve())
    print(told(record))
    if not QUICK:
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
