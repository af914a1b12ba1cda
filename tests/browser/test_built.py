"""Several processes run the tests, and one of them builds the site."""

import pytest

from tests.browser import built


def test_only_the_first_builds(tmp_path, monkeypatch):
    """Whoever comes later waits for it."""
    begun = []
    monkeypatch.setattr(built.subprocess, "Popen", lambda *words, **how: begun.append(words) or "process")

    assert [built.begin(tmp_path / "shared") for _ in range(3)] == ["process", None, None]
    assert len(begun) == 1


OUTCOMES = [("", "site"), ("no page loss.md", "The site cannot be built.\nno page loss.md")]


@pytest.mark.parametrize(("said", "expected"), OUTCOMES)
def test_all_learn_how_it_went(tmp_path, said, expected):
    """The folder of the site, or what the build said."""
    (tmp_path / "said").write_text(said, encoding="utf-8")
    try:
        found = built.wait(tmp_path).name
    except RuntimeError as error:
        found = str(error)

    assert found == expected


def test_nobody_waits_for_ever(tmp_path):
    """A process that was killed says nothing any more."""
    with pytest.raises(RuntimeError, match="has not come to an end"):
        built.wait(tmp_path, seconds=0)


def test_a_build_that_fails_says_so(tmp_path, monkeypatch):
    """Its words and its number are kept for all."""
    monkeypatch.setattr(built, "ROOT", tmp_path)
    built.build(tmp_path)

    assert "mkdocs ended with 1." in (tmp_path / "said").read_text(encoding="utf-8")
