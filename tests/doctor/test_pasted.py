"""Whatever surrounds a pasted function, the doctor hears the function."""

import textwrap

import pytest

from snippets.doctor.pasted import readable
from snippets.doctor.shown import answered

PLAIN = """\
import numpy as np
def gradient(scores, labels):
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(labels)), labels] -= 1
    return shares
"""
LINES = PLAIN.splitlines()
SESSION = "\n".join(("... " if line.startswith(" ") else ">>> ") + line for line in LINES)
NOTEBOOK = "\n".join(
    ["In [1]: import numpy as np", "", f"In [2]: {LINES[1]}", *("   ...: " + one for one in LINES[2:])]
)
SURROUNDED = {
    "nothing": PLAIN,
    "Windows line ends": PLAIN.replace("\n", "\r\n"),
    "tabs": PLAIN.replace("    ", "\t"),
    "a byte order mark": "\ufeff" + PLAIN,
    "spaces of a web page": PLAIN.replace("    ", "\u00a0 \u00a0 "),
    "signs that cannot be seen": PLAIN.replace("return", "\u200breturn"),
    "a printed minus": PLAIN.replace("-= 1", "\u2212= 1"),
    "printed quotes": PLAIN + "words = \u201cright\u201d\n",
    "half of a sign": PLAIN + "# \ud800",
    "one level": textwrap.indent(PLAIN, "    "),
    "one level, but for the first line": textwrap.indent(PLAIN, "    ").lstrip(),
    "fences": f"```python\n{PLAIN}```\n",
    "fences and words": f"Why is this wrong?\n\n```py\n{PLAIN}```\n\nThanks!",
    "a fence without its end": f"What is this?\n~~~\n{PLAIN}".split("\n", 1)[1],
    "a session": f"{SESSION}\n... \n>>> gradient(np.zeros((1, 2)), [0])\narray([[-0.5,  0.5]])\n",
    "a session between fences": f"```pycon\n{SESSION}\n```",
    "a notebook's prompts": NOTEBOOK,
    "a notebook's commands": f"%matplotlib inline\n!pip install numpy\n{PLAIN}",
}


@pytest.mark.parametrize("text", SURROUNDED.values(), ids=SURROUNDED)
def test_what_surrounds_it_changes_nothing(text):
    assert answered(text)["mistakes"] == ["not-divided-by-n"]


@pytest.mark.parametrize("text", [PLAIN, f'"""\n>>> one\n```\n    two\n```\n"""\n{PLAIN}', "s = '\u2212\u00a0'"])
def test_what_python_can_read_stays_as_it_is(text):
    assert readable(text) == (text, [])


@pytest.mark.parametrize(
    "text", ["", "What is wrong?", "def f(s, y)\n    return s", "def f(s):\n    '''>>> x\n  return s"]
)
def test_what_nobody_can_read_keeps_its_lines(text):
    """So that the line that Python names is the reader's."""
    assert readable(text)[0].count("\n") == text.count("\n")


FORGOTTEN = [
    ("def f(x):\n    return np.exp(x)", ["import numpy as np"]),
    ("def f(x: np.ndarray):\n    return math.exp(x)", ["import numpy as np", "import math"]),
    ("import numpy as np\nnp.exp(1)", []),
    ("from numpy import *\nnp.exp(1)", []),
    ("import jax.numpy as np\nnp.exp(1)", []),
    ("def f(np):\n    return np", []),
    ("np = None\nnp", []),
]


@pytest.mark.parametrize(("text", "expected"), FORGOTTEN)
def test_a_usual_import_that_is_not_there_is_added_and_told(text, expected):
    """Who pastes one function has it further up."""
    read, notes = readable(text)

    assert read.split("\n")[: -1 - text.count("\n")] == expected
    assert [note.split(" stands")[0] for note in notes] == expected


def test_the_note_is_shown():
    blocks = answered("\n".join(LINES[1:]))["blocks"]

    assert [block["items"][0] for block in blocks if block["kind"] == "list"][-1].startswith(
        "import numpy as np stands"
    )


ADVISED = {
    "no def": ("\n".join(LINES[2:]).replace("    ", ""), "Paste the whole function."),
    "a method": (PLAIN.replace("(scores", "(self, scores"), "Paste the whole class."),
    "a file that is not there": (f"open('train.npy')\n{PLAIN}", "leave away what reads data or trains."),
}


@pytest.mark.parametrize(("text", "advice"), ADVISED.values(), ids=ADVISED)
def test_what_cannot_be_run_gets_advice(text, advice):
    assert answered(text)["blocks"][1]["text"].endswith(advice)


@pytest.mark.parametrize("name", ["other", "other()", " def other(scores, labels): ", "other(scores, labels)"])
def test_the_name_may_be_written_as_in_the_text(name):
    text = PLAIN + PLAIN.replace("gradient", "other").replace("return shares", "return shares / len(labels)")

    assert (answered(text, "gradient")["verdict"], answered(text, name)["verdict"]) == ("mistake", "correct")
