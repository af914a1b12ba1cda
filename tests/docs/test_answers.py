"""What well-known texts on this subject get wrong or leave out is put right where a reader meets it.

Each row names a mistake, the page and the heading under which its correction stands,
and words without which the correction would be gone.
"""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"

ANSWERS = [
    ("xrange is Python 2", "vectorize.md", "Two loops",
     ["Python 3 has no such name", "snippets/pitfalls.py:xrange_loop"]),
    ("range starts at 0", "vectorize.md", "Two loops", ["starts with 0, not with 1", "[0, 1, 2]"]),
    ("np.matrix is catching", "vectorize.md", "np.matrix",
     ["matrix product", "keepdims=True", "pitfalls.py:matrix_sums"]),
    ("totals without keepdims", "vectorize.md", "Dividing by the totals without keepdims",
     ["as many classes as samples", "pitfalls.py:sums_without_keepdims"]),
    ("exp overflows", "shift-invariance.md", "Why we need it: the exponential overflows",
     ["overflow_float16", "overflow_float32", "overflow_float64", "zero divided by zero", "pitfalls.py:unshifted"]),
    ("one maximum for all rows", "shift-invariance.md", "Each row needs its own maximum",
     ["loses all its weights", "pitfalls.py:global_maximum"]),
    ("labels of shape (N, 1)", "vectorize.md", "Labels of shape (N, 1)",
     ["every sample meets every label", "a column would be broadcast against every row",
      "pitfalls.py:unchecked_labels"]),
    ("label -1", "vectorize.md", "A label of -1", ["quietly takes the last class", "got -1 for sample 1"]),
    ("the bias gradient has one axis too many", "vectorize.md", "One step further back",
     ["an axis too many", "pitfalls.py:bias_gradient", "(3,)"]),
    ("the name of the gradient changes", "vectorize.md", "One step further back",
     ["one name and keep it in every step"]),
    ("scores by bias is no vector of ones", "vectorize.md", "One step further back",
     ["not one vector of ones", "(N, C, C)", r"\delta_{j,k}"]),
    ("exp does not always exaggerate", "softmax.md", "What the exponential does to ratios",
     ["only if the gap is wide enough", "eq:ratio-small", "eq:exaggerates"]),
    ("softmax is no maximum", "softmax.md", "What softmax really approximates",
     ["**one-hot argmax**, not the maximum", "log-sum-exp", "eq:soft-maximum"]),
    ("ties", "softmax.md", "What softmax really approximates", ["A tie is the exception", "one half each"]),
    ("log 3 is the loss of guessing", "loss.md", "What its values mean",
     ["loss of pure guessing", "the mark of a wrong prediction", r"at least $\log 2$", r"at most $\log C$",
      "eq:example-loss"]),
    ("argmax is flat", "loss.md", "Why not just count the mistakes?",
     ["zero almost everywhere", "never take a step"]),
    ("one letter for one thing, counted from zero", "setting.md", "A batch: several inputs at once",
     ["count from zero", "Each letter means one thing"]),
    ("the skipped algebra", "gradient.md", "Act four: clear up",
     ["eq:split-fraction", "eq:distribute", "eq:cancel", "eq:derivative-of-exp", "eq:delta-form"]),
    ("cases by the environment", "gradient.md", "Act four: clear up", ["eq:cases", r"\begin{cases}"]),
    # what people ask
    ("why divide by N", "gradient.md", "Where the division by the number of samples comes from",
     ["which is a mean"]),
    ("Jacobian or short gradient", "jacobian.md", "Which of the two do I need in my code?",
     ["The diagonal is not enough"]),
    ("softmax twice", "softmax.md", "A common slip: softmax applied twice", ["hand the raw scores"]),
    ("log of zero", "shift-invariance.md", "The loss needs the same care",
     ["logarithm of zero", "eq:stable-loss"]),
]  # fmt: skip


def section(text, heading):
    """Return the text under a heading, with what stands under its own lower headings."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*)", text, re.MULTILINE | re.DOTALL)
    if not found:
        return ""
    level, body = len(found.group(1)), found.group(2)
    return re.split(rf"^#{{1,{level}}} ", body, maxsplit=1, flags=re.MULTILINE)[0]


def missing(text, heading, words):
    """Return the words that are not under the heading."""
    body = section(text, heading)
    return [word for word in words if word not in body]


@pytest.mark.parametrize(("mistake", "page", "heading", "words"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_a_mistake_is_put_right(mistake, page, heading, words):
    assert words
    assert not missing((DOCS / page).read_text(encoding="utf-8"), heading, words)


@pytest.mark.parametrize(("mistake", "page", "heading", "words"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_it_would_be_missed(mistake, page, heading, words):
    """Without its section, a page no longer answers: the words stand nowhere else by chance."""
    text = (DOCS / page).read_text(encoding="utf-8")
    without = text.replace(section(text, heading), "")

    assert any(word not in without for word in words)
    assert missing(without, heading, words) == words


@pytest.mark.parametrize(
    "text", ["", "## Other\n\nthe words\n", "## Here\n\n## Other\n\nthe words\n", "the words\n\n## Here\n\nnothing\n"]
)
def test_words_elsewhere_do_not_count(text):
    assert missing(text, "Here", ["the words"]) == ["the words"]


def test_the_plain_tex_cases_are_not_used():
    for path in DOCS.glob("*.md"):
        assert "\\cases{" not in path.read_text(encoding="utf-8")
