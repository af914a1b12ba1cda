"""Find the browser that the tests drive, or install one, or say what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from hooks.printing.browser import FLAGS, system

__all__ = ["FLAGS", "find"]


def find() -> str | None:
    """The path of a Chromium or Chrome: the one that CHROME names, the system's, or Playwright's."""
    return system() or playwrights_own()


def playwrights_own() -> str | None:
    """The browser that Playwright has installed for itself, if any."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try Debian's package as root, else Playwright's own download."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's package chromium", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-qq", "--no-install-recommends", "chromium"], **quiet)
    else:
        print("Installing Playwright's Chromium", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])


def main() -> None:
    """Make sure that there is a browser."""
    if find() is None:
        install()
    path = find()
    if path is None:
        raise SystemExit("No browser for the tests. Install Chromium or Chrome, or name one with CHROME=/path/to/it.")
    print(f"Browser: {path}")


if __name__ == "__main__":
    main()
