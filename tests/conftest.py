"""What the tests share: the site, built once, and a browser."""

import os
from pathlib import Path

import pytest

from tests import proving
from tests.browser import built
from tests.browser.chromium import FLAGS, find
from tests.browser.server import serving


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder for all processes of this run."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "shared"


@pytest.fixture(scope="session", autouse=True)
def building(request, shared):
    """The site is built while the first tests run, if any test needs it."""
    needed = any("site" in getattr(item, "fixturenames", ()) for item in request.session.items)
    process = built.begin(shared) if needed else None
    if needed:
        proving.take_when_asked(shared / built.PROOF, shared / built.SAID, built.LIMIT)
    yield
    # Another process may still wait for it.
    if process:
        process.wait()


@pytest.fixture(scope="session")
def site(shared) -> Path:
    """The folder of the built site."""
    try:
        return built.wait(shared)
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)


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
