"""What the tests share: the site, built once, and a browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import FLAGS, find
from tests.browser.server import serving

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("built") / "site"
    mkdocs = Path(sys.executable).with_name("mkdocs")
    command = [mkdocs, "build", "--strict", "--site-dir", folder]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"The site cannot be built.\n{done.stdout}{done.stderr}", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def server(site):
    """The site on this machine, under a path of its own, as a project page is published."""
    with serving(site, "/some/where") as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; each test opens a window that remembers nothing."""
    from playwright.sync_api import sync_playwright

    path = find()
    if path is None:
        pytest.fail("No browser. `make test` installs one, or CHROME= names one.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
