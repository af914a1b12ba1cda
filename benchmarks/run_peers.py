"""JupyterLite and PyScript, set up so that this machine serves all of them, with our Pyodide and the same packages.

python benchmarks/run_peers.py

Everything goes into .cache/peers, and is made anew only if a list of packages or this file has changed.
Each file that comes from elsewhere is checked against its hash.
"""

import hashlib
import html
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from run.stage import bring, wanted

KEPT = ROOT / ".cache" / "peers"
LISTS = ROOT / "requirements"
PYODIDE = ROOT / "node_modules" / "pyodide"
PYSCRIPT = ROOT / "benchmarks" / "node_modules" / "@pyscript" / "core"
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "package.json"]
OURS = ["derivations", "snippets", "docs"]


def missing() -> str:
    """Say what stands in the way of setting the two up; nothing if nothing does."""
    for needed, how in ((PYODIDE, "make build"), (PYSCRIPT, "make bench")):
        if not needed.exists():
            return f"{needed.relative_to(ROOT)} is not there: {how} installs it"
    return ""


def fingerprint() -> str:
    """Return a digest of what the set-up is made from."""
    files = [LISTS / "jupyterlite.txt", LISTS / "in_browser.txt", PYSCRIPT / "package.json", PYODIDE / "package.json"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in [*files, Path(__file__)])).hexdigest()


def python(*words, of=sys.executable) -> None:
    """Run Python with its output hidden; show it all if it fails.

    Raises ``RuntimeError`` with that output.
    """
    done = subprocess.run([of, *map(str, words)], capture_output=True, text=True, cwd=KEPT)
    if done.returncode:
        raise RuntimeError(f"python {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")


def set_up() -> Path:
    """Return the folder to serve: jupyterlite/, pyscript/ and pyodide/ are in it."""
    site, stamp = KEPT / "site", KEPT / "made-from"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint():
        return site
    shutil.rmtree(KEPT, ignore_errors=True)
    site.mkdir(parents=True)
    pyodide(site / "pyodide")
    pyscript(site / "pyscript")
    jupyterlite(site / "jupyterlite", site / "pyodide")
    stamp.write_text(fingerprint(), encoding="utf-8")
    return site


def pyodide(folder: Path) -> None:
    """Pyodide's core, the packages, and a lock file that names no others."""
    folder.mkdir()
    for name in CORE:
        shutil.copy(PYODIDE / name, folder)
    pip = ["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps", "--require-hashes"]
    pure = ["--only-binary", ":all:", "--python-version", "3.14", "--dest", folder]
    python(*pip, *pure, "-r", LISTS / "in_browser.txt")
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    # What Pyodide itself builds comes as our own Run gets it.
    for wheel in wanted(lock):
        shutil.copy(bring(wheel)[0], folder)
    wheels = {named(wheel): wheel for wheel in sorted(folder.glob("*.whl"))}
    lock["packages"] = {name: entry(name, wheel, lock["packages"].get(name)) for name, wheel in wheels.items()}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def named(wheel: Path) -> str:
    """Return the name under which a lock file has the package of a wheel.

    >>> named(Path("prompt_toolkit-3.0.52-py3-none-any.whl"))
    'prompt-toolkit'
    """
    return wheel.name.split("-")[0].replace("_", "-").lower()


def entry(name: str, wheel: Path, known: dict | None) -> dict:
    """Return the line of the lock file for a wheel.

    Pyodide's own line, with the hash of the file that is there; for what it does not know, one with the same keys.
    """
    distribution, version = wheel.name.split("-")[:2]
    row = known or {
        "depends": [],
        "imports": [distribution],
        "install_dir": "site",
        "name": name,
        "package_type": "package",
        "unvendored_tests": False,
        "version": version,
    }
    return row | {"file_name": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}


def pyscript(folder: Path) -> None:
    """PyScript as its package has it, without what only its developers read."""
    shutil.copytree(PYSCRIPT / "dist", folder, ignore=shutil.ignore_patterns("*.map"))


def jupyterlite(folder: Path, pyodide: Path) -> None:
    """JupyterLite's smallest program, a console, with its kernel; it may not ask any package index."""
    venv.create(KEPT / "venv", with_pip=True)
    own = KEPT / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    python(*pip, "-r", LISTS / "jupyterlite.txt", of=own)
    source = KEPT / "jupyterlite"
    (source / "static").mkdir(parents=True)
    shutil.copytree(pyodide, source / "static" / "pyodide")
    kernel = {"@jupyterlite/pyodide-kernel-extension:kernel": {"disablePyPIFallback": True}}
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"litePluginSettings": kernel}}
    (source / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    less = ["--apps", "repl", "--no-sourcemaps", "--no-unused-shared-packages", "--no-libarchive"]
    python("-m", "jupyter", "lite", "build", *less, "--lite-dir", source, "--output-dir", folder, of=own)


def versions() -> dict:
    """Return the versions of what was set up."""
    named = {line.split("==")[0]: line.split("==")[1].split()[0] for line in _pins("jupyterlite.txt")}
    package = json.loads((PYSCRIPT / "package.json").read_text(encoding="utf-8"))
    return {
        "jupyterlite": named["jupyterlite-core"],
        "jupyterlite-pyodide-kernel": named["jupyterlite-pyodide-kernel"],
        "pyscript": package["version"],
    }


def _pins(name: str) -> list[str]:
    return [line for line in (LISTS / name).read_text(encoding="utf-8").splitlines() if line[:1].isalpha()]


def sources(target: Path) -> None:
    """Pack what a derivation reads, for both of them to unpack."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for top in OURS:
            for path in sorted((ROOT / top).rglob("*")):
                if path.suffix in (".py", ".md", ".lark") and "__pycache__" not in path.parts:
                    packed.write(path, path.relative_to(ROOT))


def console(title: str, code: str) -> str:
    """Return a page with a button that opens JupyterLite's console, with code that runs at once."""
    address = "/jupyterlite/repl/index.html?kernel=python&execute=1&code="
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>
<button id="start">Run</button>
<script>
document.getElementById("start").addEventListener("click", () => {{
  const frame = document.createElement("iframe");
  frame.style.cssText = "width: 100%; height: 30em";
  frame.src = {json.dumps(address)} + encodeURIComponent({json.dumps(code).replace("<", chr(92) + "u003c")});
  document.body.append(frame);
}});
</script></html>
"""


def editor(title: str, code: str, settings: dict) -> str:
    """Return a page with PyScript's editor, filled with code."""
    config = html.escape(json.dumps({"interpreter": "/pyodide/pyodide.mjs"} | settings), quote=True)
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>
<link rel="stylesheet" href="/pyscript/core.css"><script type="module" src="/pyscript/core.js"></script>
<body><script type="py-editor" config="{config}">
{code}</script></body></html>
"""


if __name__ == "__main__":
    print(missing() or set_up())
