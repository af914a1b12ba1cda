"""Find a Chromium or Chrome on this machine: the build prints with it, and the tests drive it."""

import os
import shutil

NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"]
MAC = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]

# No window, no sandbox (it may run as root in a container), no calls home.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def system() -> str | None:
    """The path of a Chromium or Chrome: the one that CHROME names, or the system's."""
    named = os.environ.get("CHROME")
    if named:
        path = shutil.which(named)
        if path is None:
            raise SystemExit(f"CHROME={named} cannot be run. Name the path of a Chromium or Chrome.")
        return path
    return next(filter(None, map(shutil.which, [*NAMES, *MAC])), None)
