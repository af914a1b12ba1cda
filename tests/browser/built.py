"""The site, built once for all processes that run tests, while they run those tests that do not need it.

``python -m tests.browser.built FOLDER`` builds it; what the processes know of each other is in that folder.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = HOME = Path(__file__).parents[2]
# In the shared folder: what the build has proved, and then what it said.
PROOF, SAID = "proof", "said"
# No build takes so long.
LIMIT = 1200


def begin(shared: Path) -> subprocess.Popen | None:
    """Begin to build, unless another process has begun already: only one of them can make a folder."""
    try:
        (shared / "begun").mkdir(parents=True)
    except FileExistsError:
        return None
    return subprocess.Popen([sys.executable, "-m", "tests.browser.built", shared], cwd=ROOT)


def wait(shared: Path, seconds: float = LIMIT) -> Path:
    """Wait until the site is built, and return its folder.

    Raises ``RuntimeError`` with what the build said if it failed, or if nothing came of it.
    """
    end = time.monotonic() + seconds
    while not (shared / SAID).exists():
        if time.monotonic() > end:
            raise RuntimeError("The build of the site has not come to an end.")
        time.sleep(0.1)
    said = (shared / SAID).read_text(encoding="utf-8")
    if said:
        raise RuntimeError(f"The site cannot be built.\n{said}")
    return shared / "site"


def build(shared: Path) -> None:
    """Build the site, then say how it went: nothing if it went well."""
    mkdocs = [sys.executable, "-m", "tests.proving", shared / PROOF]
    command = [*mkdocs, "build", "--strict", "--site-dir", shared / "site"]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": "", "PYTHONPATH": str(HOME)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    words = f"{done.stdout}{done.stderr}\nmkdocs ended with {done.returncode}." if done.returncode else ""
    (shared / "saying").write_text(words, encoding="utf-8")
    # Whoever waits sees all of the words or none.
    (shared / "saying").rename(shared / SAID)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
