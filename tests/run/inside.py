"""Runs in the browser's Python, called by browser_python.mjs: everything that the tests ask of it, in one go."""

import contextlib
import doctest
import importlib
import io
import json
import warnings

from run import runner


def doctests(name):
    """What the doctests of a module complain of."""
    module = importlib.import_module(name)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = doctest.testmod(module)
    return {"tried": result.attempted, "failed": said.getvalue() if result.failed else ""}


def session(texts):
    """What the sessions of one page complain of, in one namespace, as a reader goes down the page."""
    names, complaints = {"__name__": "__page__"}, []
    judge = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    for text in texts:
        test = doctest.DocTestParser().get_doctest(text, names, "page", "page", 1)
        judge.run(test, out=complaints.append, clear_globs=False)
        names = test.globs
    return "".join(complaints)


def shown(code):
    """All that Run shows for a code, and how it ended."""
    said = []
    ended = json.loads(runner.run(json.dumps(code), lambda kind, data: said.append([kind, data])))
    text = "".join(data for kind, data in said if kind == "text")
    return {"ok": ended["ok"], "text": text, "errors": [data for kind, data in said if kind == "error"]}


def answer(asked):
    """All that is asked, in one object."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tried = {name: doctests(name) for name in asked["modules"]}
        sessions = {name: session(texts) for name, texts in asked["sessions"].items()}
    return {
        "doctests": tried,
        "sessions": sessions,
        "codes": {name: shown(code) for name, code in asked["codes"].items()},
    }


if __name__ == "__main__":
    # browser_python.mjs has put it there.
    print(json.dumps(answer(json.loads(globals()["asked"]))))
