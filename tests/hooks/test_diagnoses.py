"""What the doctor says becomes HTML: every kind of block, and nothing that a pasted text could smuggle in."""

import re
from pathlib import Path

import pytest

from hooks.forms.diagnoses import KINDS, diagnosed, written_out
from hooks.forms.exhibits import on_page_content, on_page_markdown
from snippets.doctor import diagnose_source
from snippets.doctor.report import case_text
from snippets.doctor.shown import AT_HOME, answered, shown

ROOT = Path(__file__).resolve().parents[2]

# A block, and what becomes of it on a page one folder down.
WRITTEN = [
    ({"kind": "text", "text": "a < b & c"}, "<p>a &lt; b &amp; c</p>"),
    ({"kind": "head", "text": "Seen"}, "<p><strong>Seen</strong></p>"),
    ({"kind": "list", "items": ["one", "<two>"]}, "<ul><li>one</li><li>&lt;two&gt;</li></ul>"),
    ({"kind": "numbers", "text": "1 <2>"}, '<pre><code tabindex="0">1 &lt;2&gt;</code></pre>'),
    (
        {"kind": "diff", "text": "-a\n+b\n c"},
        '<pre class="doctor__fix"><code tabindex="0"><span class="doctor__old">-a\n</span>'
        '<span class="doctor__new">+b\n</span><span class=""> c\n</span></code></pre>',
    ),
    (
        {"kind": "link", "text": "Read on", "address": "loss.html#x"},
        '<p><a href="../loss.html#x">Read on</a></p>',
    ),
]


@pytest.mark.parametrize(("block", "expected"), WRITTEN, ids=[block["kind"] for block, _ in WRITTEN])
def test_a_block_becomes_html(block, expected):
    """Text stays text."""
    assert written_out([block], "../") == expected


def test_every_kind_is_written_by_both():
    """By Python in the build, and by the script in the page."""
    script = (ROOT / "docs" / "assets" / "doctor.js").read_text(encoding="utf-8")
    inside = re.search(r"const BLOCKS = \{\n(.*?)\n  \};", script, re.DOTALL)[1]

    assert {block["kind"] for block, _ in WRITTEN} == set(KINDS) == set(re.findall(r"^    (\w+): \(", inside, re.M))


def test_blocks_follow_each_other():
    blocks = [WRITTEN[0][0], WRITTEN[1][0]]

    assert written_out(blocks) == WRITTEN[0][1] + WRITTEN[1][1]


def test_an_exhibit_has_its_diagnosis(page):
    """The place in the text becomes the box."""
    page.url = "museum.html"
    markdown = on_page_markdown("Before\n\n{{ exhibit large_scores }}\n", page=page, config=None, files=None)
    content = on_page_content(markdown, page=page, config=None, files=None)
    found = diagnosed("large_scores")

    assert content.startswith('Before\n\n<div class="exhibit no-copy" data-search-exclude>')
    assert found["sentence"] in content
    assert written_out(found["blocks"]) in content


def test_an_unknown_exhibit_stops_the_build(page):
    """A slip in a name is no empty place on a page."""
    from mkdocs.exceptions import PluginError

    with pytest.raises(PluginError, match="loss.md: .*no exhibit 'unheard_of'"):
        on_page_markdown("{{ exhibit unheard_of }}", page=page, config=None, files=None)


PASTED = {
    "right": "import numpy as np\ndef g(s, y):\n    p = np.exp(s - s.max(axis=1, keepdims=True))\n"
    "    p /= p.sum(axis=1, keepdims=True)\n    p[np.arange(len(y)), y] -= 1\n    return p / len(y)\n",
    "wrong": "import numpy as np\ndef g(s, y):\n    p = np.exp(s - s.max(axis=1, keepdims=True))\n"
    "    p /= p.sum(axis=1, keepdims=True)\n    p[np.arange(len(y)), y] -= 1\n    return p\n",
    "a riddle": "import numpy as np\ndef g(s, y):\n    return np.sin(s) * 0.123 + y[:, None] ** 3\n",
    "raises": "def g(s, y):\n    raise RuntimeError('<b>no</b>')\n",
    "no Python": "def g(s, y)\n    return\n",
    "nothing": "",
}


@pytest.mark.parametrize("text", PASTED.values(), ids=PASTED)
def test_whatever_is_pasted_there_is_something_to_show(text):
    """A sentence, and blocks of known kinds without any tag of the reader's."""
    found = shown(diagnose_source(text))

    assert re.fullmatch(r"[A-Z].*[.?!]", found["sentence"])
    assert {block["kind"] for block in found["blocks"]} <= set(KINDS)
    assert "<b>" not in written_out(found["blocks"])


TWICE = PASTED["wrong"].replace("return p", "return -p")


def test_of_two_mistakes_each_is_told_for_itself():
    """By its name, with what it does and what to change."""
    found = shown(diagnose_source(TWICE))

    assert found["sentence"] == "Mistakes: not divided by N; and the sign is turned round. Sure to 95%."
    assert found["blocks"][0]["kind"] == "list"
    assert [item.split(".")[0] for item in found["blocks"][0]["items"]] == [
        "Not divided by N",
        "The sign is turned round",
    ]


def test_the_case_says_what_the_letters_mean():
    heads = [block["text"] for block in shown(diagnose_source(PASTED["wrong"]))["blocks"] if block["kind"] == "head"]

    assert heads[:3] == ["What was seen", "One case, with N = 4 samples and C = 3 classes", "This mends it"]


LOSS = "import numpy as np\ndef f(s, y):\n    n = np.arange(len(y))\n    z = s - s.max(axis=1, keepdims=True)\n"
LOSS += "    z = z - np.log(np.exp(z).sum(axis=1, keepdims=True))\n    g = np.exp(z)\n    g[n, y] -= 1\n"
LOSS += "    return -z[n, y].sum(), g / len(y)\n"


@pytest.mark.parametrize("told", [str, lambda diagnosis: case_text(diagnosis.evidence["case"])])
def test_where_only_the_loss_is_wrong_the_losses_are_shown(told):
    words = [line.strip() for line in told(diagnose_source(LOSS)).split("\n")]

    assert words.index("expected loss") + 2 == words.index("got loss")
    assert "got" not in words


def test_of_a_case_that_is_not_there_nothing_is_said():
    """Wrong where two scores are equal: a sentence, no numbers."""
    ties = PASTED["right"].replace("    p =", "    s = s + (len(set(s.ravel())) == 1) * np.arange(s.shape[1])\n    p =")
    diagnosis = diagnose_source(ties)

    assert (diagnosis.verdict, "case" in diagnosis.evidence) == ("cannot-tell", False)
    assert [text for text in (str(diagnosis), str(shown(diagnosis))) if "below" in text] == []


def test_what_it_printed_is_told():
    """At home and on the page."""
    diagnosis = diagnose_source(PASTED["wrong"].replace("    return", "    print('one word')\n    return"))

    assert "What it printed:\n  one word\n" in str(diagnosis)
    assert {"kind": "head", "text": "What it printed"} in shown(diagnosis)["blocks"]


def test_a_fix_is_shown_without_files_and_line_numbers():
    """They say nothing about a text in a form."""
    fix = next(block["text"] for block in shown(diagnose_source(PASTED["wrong"]))["blocks"] if block["kind"] == "diff")

    assert [line[0] for line in fix.split("\n")] == [" ", " ", "-", "+"]


@pytest.mark.parametrize(("platform", "said"), [("linux", False), ("emscripten", True)])
def test_a_package_that_no_browser_has_is_for_home(monkeypatch, platform, said):
    """There it says so; at home it would only confuse."""
    monkeypatch.setattr("sys.platform", platform)
    texts = [
        block.get("text")
        for block in answered("import unheard_of\ndef g(scores, labels):\n    return scores\n")["blocks"]
    ]

    assert (AT_HOME in texts) == said
    assert AT_HOME not in [block.get("text") for block in answered("def g(scores, labels)")["blocks"]]
