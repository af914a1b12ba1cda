"""A page, its files and a ledger, small enough to see what a hook makes of them."""

from types import SimpleNamespace

import pytest

from hooks.proofs import Build


class Files:
    """As many files as a hook asks for."""

    def get_file_from_path(self, path):
        return SimpleNamespace(url_relative_to=lambda other: "../" + path.replace(".md", ".html"))


class Ledger:
    """A ledger that says what a test wants it to say."""

    def __init__(self, statements=(), problems=()):
        self.statements, self.problems = list(statements), list(problems)
        self.passed = not problems and all(one.verdict == "confirmed" for one in statements)

    def of(self, label):
        return [one for one in self.statements if one.label == label]

    def report(self):
        return "the whole report"


@pytest.fixture
def statement():
    """Makes a statement; what a test does not say is as usual."""

    def make(**said):
        usual = dict(
            page="loss.md", line=3, label="eq:loss", latex="L = 1", part=0, kind="identity", verdict="confirmed",
            rule=None, checks=("symbolic",), seconds=0.1, script="loss", marked=None, values=(), after=None, report="",
        )  # fmt: skip
        return SimpleNamespace(**(usual | said))

    return make


@pytest.fixture
def page():
    return SimpleNamespace(file=SimpleNamespace(src_uri="loss.md"), toc=[], present_anchor_ids=set())


@pytest.fixture
def files():
    return Files()


@pytest.fixture
def ledger(monkeypatch):
    """Puts a ledger of one's own in place of the build's."""

    def put(*statements, problems=(), serving=False):
        made = Ledger(statements, problems)
        monkeypatch.setattr(Build, "ledger", made)
        monkeypatch.setattr(Build, "serving", serving)
        return made

    return put
