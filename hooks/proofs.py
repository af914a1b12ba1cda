"""The ledger of the build that is under way: proved once, read by every hook."""

import hashlib
import importlib
import importlib.util
import os
import sys
from pathlib import Path

# What a proof rests on besides the pages. The derivations compare themselves with the snippets.
PACKAGES = ["derivations", "snippets"]


class Build:
    """What the hooks of one build share. Hooks are loaded anew for each build; this module stays."""

    serving = False
    ledger = None
    digest = None


def folder(package: str) -> Path:
    """Where a package lies."""
    return Path(importlib.util.find_spec(package).submodule_search_locations[0])


def digest() -> str:
    """Changes whenever a file changes that a proof rests on."""
    result = hashlib.sha256()
    for package in PACKAGES:
        root = folder(package)
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                result.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return result.hexdigest()


def prove(docs: str) -> None:
    """Prove every statement of the pages, with the derivations as they are on disk now."""
    now = digest()
    if Build.digest not in (None, now):
        forget()
    Build.digest = now
    from derivations import ledger

    Build.ledger = ledger.prove(docs=Path(docs), workers=os.cpu_count() or 1)


def forget() -> None:
    """Drop what Python remembers of files that have changed."""
    for name in list(sys.modules):
        if name.split(".")[0] in PACKAGES:
            del sys.modules[name]
    importlib.invalidate_caches()
