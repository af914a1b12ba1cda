"""The files of Run: what was collected, our scripts bundled, and our Python in one archive."""

import ast
import hashlib
import io
import json
import subprocess
import zipfile
from functools import cache
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

from run import stage

ROOT = Path(__file__).parents[2]
SCRIPTS = ["page.js", "client.js", "worker.js", "editor.js"]
# What a reader's code may import of ours, and what the proofs read.
SOURCES = [
    "derivations/**/*.py",
    "derivations/**/*.lark",
    "snippets/**/*.py",
    "docs/*.md",
    "mkdocs.yml",
    "run/__init__.py",
    "run/runner.py",
]
# Nobody imports these from a page.
LEFT_OUT = ["derivations/mutants.py", "snippets/museum/"]
LONG_AGO = (1980, 1, 1, 0, 0, 0)
OFF = "Python could not be collected when this site was built, so nothing can run here. The code runs at home as it stands."


class Ready:
    """What the build that is under way serves. Hooks are loaded anew for each build; this module stays."""

    own = ""
    off = ""


def address(name: str, page) -> str:
    """Where a page finds a file of ours, seen from the page."""
    return get_relative_url(f"assets/run/{Ready.own}/{name}", page.url)


def prepare() -> dict[str, Path | bytes]:
    """All files of Run by their place in the site. Without what has to be collected: the scripts alone."""
    manifest = stage.staged()
    Ready.off = "" if manifest else OFF
    own: dict[str, bytes] = {path.name: path.read_bytes() for path in bundled()}
    sources = read_sources()
    packages = manifest["packages"] if manifest else {}
    account = {
        "parts": f"../{manifest['digest']}/" if manifest else "",
        "digest": manifest["digest"] if manifest else "",
        "off": Ready.off,
        "core": manifest["core"] if manifest else {},
        # Not where they came from: the same files have the same address, whichever mirror had them.
        "packages": {name: {key: one[key] for key in one if key != "from"} for name, one in packages.items()},
        "needs": needs(sources, [*stage.LOCKED, stage.OWN]),
    }
    # What is in the archive counts, not how the machine has compressed it.
    contents = [*own.items(), *sources.items(), ("manifest", json.dumps(account).encode())]
    Ready.own = stage.digest(iter(contents))
    own["sources.zip"] = archive(sources)
    account["sources"] = {"file": "sources.zip", "bytes": len(own["sources.zip"])}
    own["manifest.json"] = (json.dumps({"own": Ready.own} | account, indent=1) + "\n").encode()
    files: dict[str, Path | bytes] = {f"assets/run/{Ready.own}/{name}": data for name, data in own.items()}
    if manifest:
        folder = stage.CACHE / "parts"
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                files[f"assets/run/{manifest['digest']}/{path.relative_to(folder).as_posix()}"] = path
    return files


def bundled() -> list[Path]:
    """Our scripts, each with what it imports. Made again when one of them or a package has changed."""
    inputs = [*sorted((ROOT / "run").glob("*.*js")), ROOT / "package-lock.json"]
    name = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()[:16]
    folder = stage.CACHE / "scripts" / name
    if not (folder / "licences.txt").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = [stage.node(), ROOT / "run" / "bundle.mjs", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise PluginError(f"The scripts of Run cannot be bundled.\n{done.stderr}")
    return [folder / name for name in [*SCRIPTS, "licences.txt"]]


def read_sources() -> dict[str, bytes]:
    """What the archive holds."""
    return {name: (ROOT / name).read_bytes() for name in source_names()}


def source_names() -> list[str]:
    """The files of the archive, seen from the project's folder."""
    found = {path.relative_to(ROOT).as_posix() for pattern in SOURCES for path in ROOT.glob(pattern)}
    return sorted(name for name in found if not any(name.startswith(one) for one in LEFT_OUT))


def archive(files: dict[str, bytes]) -> bytes:
    """A zip without dates: the same files give the same one."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(info, data, compresslevel=9)
    return result.getvalue()


def needs(sources: dict[str, bytes], packages: list[str]) -> dict[str, list[str]]:
    """Which packages each module needs, all that it imports followed. A package needs itself.

    >>> needs({"a/__init__.py": b"", "a/b.py": b"import numpy", "a/c.py": b"from a import b"}, ["numpy", "lark"])
    {'numpy': ['numpy'], 'lark': ['lark'], 'a': [], 'a.b': ['numpy'], 'a.c': ['numpy']}
    """
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): data
        for name, data in sources.items()
        if name.endswith(".py")
    }
    direct = {name: imported(data, frozenset(modules.keys() | set(packages))) for name, data in modules.items()}
    # The scripts of the derivations load one another by name.
    scripts = set().union(*(found for name, found in direct.items() if name.startswith("derivations")))
    direct = {name: found | scripts if name.startswith("derivations.") else found for name, found in direct.items()}

    def follow(name: str) -> list[str]:
        seen, left = set(), [name]
        while left:
            one = left.pop()
            if one not in seen:
                seen.add(one)
                left += direct.get(one, ())
        return [package for package in packages if package in seen]

    result = {package: [package] for package in packages}
    if "sympy" in result and "mpmath" in result:
        result["sympy"] = ["mpmath", "sympy"]
    return result | {name: follow(name) for name in modules}


@cache
def imported(source: bytes, known: frozenset[str]) -> frozenset[str]:
    """The known modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    # The packages around a module are imported with it.
    found |= {name.rsplit(".", up)[0] for name in found for up in range(1, name.count(".") + 1)}
    return frozenset(found & known)
