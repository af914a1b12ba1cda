"""The repair: a short diff, and with it the function is correct."""

import re

import pytest

from snippets.doctor import diagnose_source

TOP = """import numpy as np

def gradient(scores, labels):
"""
SHARES = """    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
"""
ONE_HOT = "    p[np.arange(len(labels)), labels] -= 1\n"
RETURN = "    return p / len(labels)\n"


def body(*lines):
    return TOP + "".join(lines)


CASES = {
    "not-divided-by-n": (body(SHARES, ONE_HOT, "    return p\n"), "+    return p / len(scores)"),
    "divided-twice": (body(SHARES, ONE_HOT, "    p /= len(p)\n", RETURN), "+    return p\n"),
    "divided-by-c": (body(SHARES, ONE_HOT, "    return p / p.shape[1]\n"), "+    return p / len(scores)"),
    "divided-by-n-times-c": (body(SHARES, ONE_HOT, "    return p / p.size\n"), "+    return p / len(scores)"),
    "sign": (body(SHARES, ONE_HOT, "    return -p / len(p)\n"), "+    return p / len(p)"),
    "one-hot-missing": (body(SHARES, RETURN), "+    p[np.arange(len(labels)), labels] -= 1"),
    "one-hot-in-every-row": (
        body(SHARES, "    p[:, labels] -= 1\n", RETURN),
        "+    p[np.arange(len(labels)), labels] -= 1",
    ),
    "transposed": (body(SHARES, ONE_HOT, "    return (p / len(p)).T\n"), "+    return p / len(p)\n"),
    "softmax-wrong-axis": (
        body(SHARES.replace("sum(axis=1", "sum(axis=0"), ONE_HOT, RETURN),
        "+    p = e / e.sum(axis=1, keepdims=True)",
    ),
    "overflow": (
        body("    e = np.exp(scores)\n", "    p = e / e.sum(axis=1, keepdims=True)\n", ONE_HOT, RETURN),
        "+    e = np.exp(scores - scores.max(axis=1, keepdims=True))",
    ),
    "global-shift": (
        body("    e = np.exp(scores - scores.max())\n", "    p = e / e.sum(axis=1, keepdims=True)\n", ONE_HOT, RETURN),
        "+    e = np.exp(scores - scores.max(axis=1, keepdims=True))",
    ),
    "labels-off-by-one": (
        body(SHARES, "    p[np.arange(len(labels)), labels - 1] -= 1\n", RETURN),
        "+    p[np.arange(len(labels)), labels] -= 1",
    ),
    "mutates-input": (
        body("    scores -= scores.max(axis=1, keepdims=True)\n", SHARES, ONE_HOT, RETURN),
        "+    scores = scores.copy()",
    ),
    "integer-dtype": (
        body(SHARES, ONE_HOT, "    g = np.zeros_like(scores)\n", "    g[:] = p / len(p)\n", "    return g\n"),
        "+    g = np.zeros_like(scores, dtype=float)",
    ),
    "float16-accumulation": (
        body(SHARES, ONE_HOT, "    return (p / len(p)).astype(np.float16)\n"),
        "+    return (p / len(p)).astype(np.float64)",
    ),
    "mean-loss-sum-gradient": (
        body(
            SHARES,
            "    shifted = scores - scores.max(axis=1, keepdims=True)\n",
            "    loss = np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels])\n",
            ONE_HOT,
            "    return loss, p\n",
        ),
        "+    return loss, p / len(scores)",
    ),
    "sign, not-divided-by-n": (body(SHARES, ONE_HOT, "    return -p\n"), "/ len(scores)"),
}


@pytest.mark.parametrize("mistakes", CASES)
def test_the_fix_is_shown_and_mends(mistakes):
    text, line = CASES[mistakes]
    diagnosis = diagnose_source(text)

    assert (set(diagnosis.mistakes), line in (diagnosis.fix or "none")) == (set(mistakes.split(", ")), True)


def test_the_diff_can_be_applied():
    """What is shown is a diff as the tools know it."""
    text, _ = CASES["overflow"]
    mended = patched(text, diagnose_source(text).fix)

    assert diagnose_source(mended).verdict == "correct"


def patched(text, diff):
    """Apply a unified diff to the function, which begins at its first line."""
    top, function = text.split("\n\n", 1)
    lines, result, at = function.splitlines(), [], 0
    for line in diff.splitlines():
        head = re.match(r"@@ -(\d+)", line)
        if head:
            start = int(head[1]) - 1
            result += lines[at:start]
            at = start
        elif line.startswith(("---", "+++")):
            continue
        elif line.startswith("+"):
            result.append(line[1:])
        else:
            assert line[1:] == lines[at]
            if line.startswith(" "):
                result.append(line[1:])
            at += 1
    return "\n".join([top, "", *result, *lines[at:]]) + "\n"


def test_the_helper_that_is_wrong_is_mended():
    text = """import numpy as np

def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

def gradient(scores, labels):
    return (softmax(scores) - np.eye(scores.shape[1])[labels]) / len(labels)
"""

    assert "+    return e / e.sum(axis=1, keepdims=True)" in diagnose_source(text).fix


def test_there_is_none_where_none_is_short():
    text = body(SHARES, "    return np.array([np.diag(row) - np.outer(row, row) for row in p])\n")

    assert diagnose_source(text).fix is None


def test_none_is_looked_for_where_nobody_asks():
    text, _ = CASES["overflow"]

    assert diagnose_source(text, fix=False).fix is None
