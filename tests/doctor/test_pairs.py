"""Two mistakes in one function, in every sensible pair: both are named, or the doctor says that it cannot tell."""

from itertools import combinations

import pytest

from snippets.doctor import diagnose_source

# The stages of a gradient, in order, each right; below each of them, its mistakes.
STAGES = {
    "caller": {
        "": "x = scores",
        "mutates-input": "scores -= scores.max(axis=1, keepdims=True); x = scores",
    },
    "shift": {
        "": "e = np.exp(x - x.max(axis=1, keepdims=True))",
        "overflow": "e = np.exp(x)",
        "global-shift": "e = np.exp(x - x.max())",
    },
    "sum": {
        "": "p = e / e.sum(axis=1, keepdims=True)",
        "softmax-wrong-axis": "p = e / e.sum(axis=0, keepdims=True)",
    },
    "again": {
        "": "",
        "softmax-twice": "p = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)",
    },
    "labels": {
        "": "k = labels",
        "labels-off-by-one": "k = labels - 1",
    },
    "target": {
        "": "t = np.eye(C)[k]",
        "one-hot-missing": "t = 0",
        "one-hot-in-every-row": "t = np.zeros((N, C)); t[:, k] = 1",
    },
    "slope": {
        "": "d = p - t",
        "jacobian-diagonal": "d = -t * (1 - p)",
        "jacobian-not-contracted": "d = p[:, :, None] * (np.eye(C) - p[:, None, :])",
    },
    "sign": {
        "": "",
        "sign": "d = -d",
    },
    "scale": {
        "": "d = d / N",
        "not-divided-by-n": "",
        "divided-twice": "d = d / N**2",
        "divided-by-c": "d = d / C",
        "divided-by-n-times-c": "d = d / (N * C)",
    },
    "result": {
        "": "",
        "transposed": "d = d.T",
        "integer-dtype": "d = d.astype(scores.dtype)",
        "float16-accumulation": "d = d.astype(np.float16)",
        "matrix-result": "d = np.matrix(d)",
        "nondeterministic": "d = d * np.random.uniform(0.5, 1, d.shape)",
    },
}
STAGE_OF = {mistake: stage for stage, lines in STAGES.items() for mistake in lines if mistake}
# Pairs in which one mistake leaves nothing of the other to be seen, or would be another function altogether.
HIDDEN = [
    {"one-hot-missing", "labels-off-by-one"},
    {"one-hot-missing", "jacobian-diagonal"},
    {"one-hot-in-every-row", "jacobian-diagonal"},
    {"global-shift", "softmax-wrong-axis"},
    # The maximum of each row is gone before, so the shift that follows does no harm.
    {"mutates-input", "overflow"},
    {"mutates-input", "global-shift"},
    # A table of Jacobians knows of no label, and of no factor that would be the right one.
    *({"jacobian-not-contracted", name} for name in ["one-hot-missing", "one-hot-in-every-row", "labels-off-by-one"]),
    *({"jacobian-not-contracted", name} for name in STAGES["scale"]),
    *({"jacobian-not-contracted", name} for name in ["sign", "transposed", "matrix-result"]),
    # Where each answer is another, nothing else can be seen in it: asked by itself below.
    *({"nondeterministic", name} for name in STAGE_OF),
]
PAIRS = [
    pair for pair in combinations(STAGE_OF, 2) if STAGE_OF[pair[0]] != STAGE_OF[pair[1]] and set(pair) not in HIDDEN
]


def composed(*mistakes):
    """The source of a function with these mistakes."""
    lines = [next((line for name, line in lines.items() if name in mistakes), lines[""]) for lines in STAGES.values()]
    body = ["N, C = scores.shape", *filter(None, lines), "return d"]
    return "\n".join(["import numpy as np", "", "def gradient(scores, labels):", *("    " + line for line in body)])


def names_of(*mistakes):
    found = diagnose_source(composed(*mistakes), "gradient", fix=False)
    return found.verdict, frozenset(found.mistakes)


def test_the_template_is_right():
    assert names_of() == ("correct", frozenset())


@pytest.mark.parametrize("mistake", STAGE_OF)
def test_each_alone(mistake):
    assert names_of(mistake) == ("mistake", {mistake})


@pytest.fixture(scope="module")
def answers():
    return {pair: names_of(*pair) for pair in PAIRS}


def test_no_wrong_name_and_never_correct(answers):
    wrong = {
        pair: (verdict, sorted(names))
        for pair, (verdict, names) in answers.items()
        if verdict not in ("mistake", "cannot-tell") or not names <= set(pair)
    }

    assert wrong == {}


@pytest.mark.parametrize("mistake", [mistake for mistake in STAGE_OF if STAGE_OF[mistake] != "result"])
def test_chance_is_named_whatever_else_there_is(mistake):
    verdict, names = names_of(mistake, "nondeterministic")

    assert verdict == "mistake"
    assert {"nondeterministic"} <= names <= {"nondeterministic", mistake}


def test_most_pairs_are_named(answers):
    unnamed = [pair for pair, answer in answers.items() if answer != ("mistake", frozenset(pair))]

    assert len(unnamed) <= len(PAIRS) // 20, unnamed
