"""The pages are written as they promise: nothing typed by hand that could be wrong, one sentence a line.

Each check is a function from a page's text to a list of complaints.
For each of them one test shows that our pages give no complaint,
and one table shows bad texts that do.
"""

import doctest
import re
import warnings
from pathlib import Path

import pytest

from derivations.ledger import SCRIPTS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md"))
# Made by the hooks when the site is built.
GENERATED = {"rules.md", "ledger.md", "glossary.md", "map.md"} | {f"derivations/{name}.md" for name in SCRIPTS}

FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```[ \t]*$", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"^\$\$\n.*?\n\$\$$", re.MULTILINE | re.DOTALL)
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def blank(pattern, text):
    """Replace what the pattern finds by spaces, so that every line keeps its number."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def prose(text):
    """Return the sentences alone: no front matter, fences, formulas, inline code, addresses, placeholders."""
    inline = [r"`[^`\n]+`", r"\$[^$\n]+\$", r"\]\([^)\n]*\)", r"\{\{.*?\}\}", r"<[^>\n]+>"]
    for pattern in (FRONT, FENCE, DISPLAY, *map(re.compile, inline)):
        text = blank(pattern, text)
    return text


def numbered(text):
    return enumerate(text.splitlines(), start=1)


# --- the checks -------------------------------------------------------------------------


def typed_decimals(text):
    """A decimal number in a sentence is computed, with a number placeholder; it is not typed."""
    return [f"line {n}: {found}" for n, line in numbered(prose(text)) for found in re.findall(r"\d+\.\d+", line)]


def loose_fences(text):
    """A fence is an embedded section that exists, or a console session."""
    complaints = []
    for _, language, body in FENCE.findall(text):
        embedded = re.fullmatch(r'\s*--8<-- "((?:snippets|tests/peers)/[\w/]+\.py):(\w+)"\s*', body)
        if language == "python" and embedded:
            path, section = embedded.groups()
            source = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else ""
            for edge in ("start", "end"):
                if f"# --8<-- [{edge}:{section}]" not in source:
                    complaints.append(f"{path} has no {edge} of a section {section}")
        elif language != "pycon" or ">>> " not in body:
            complaints.append(f"a fence {language!r} that is neither an embedded section nor a session: {body.strip()}")
    if len(re.findall(r"^ *```", text, re.MULTILINE)) != 2 * len(FENCE.findall(text)):
        complaints.append("a fence that is not closed")
    return complaints


def failed_sessions(text):
    """The console sessions of a page, run in order in one namespace, print what the page shows."""
    names, complaints = {"__name__": "__page__"}, []
    options = doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=options, verbose=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for found in FENCE.finditer(text):
            if found.group(2) == "pycon":
                line = text.count("\n", 0, found.start())
                indent = found.group(1)
                session = re.sub(rf"^{indent}", "", found.group(3), flags=re.MULTILINE)
                test = doctest.DocTestParser().get_doctest(session, names, "page", "page", line + 1)
                runner.run(test, out=complaints.append, clear_globs=False)
                names = test.globs
    return complaints


def bad_heads(text):
    """A page has a title and a one-sentence description, and its headings go down without a jump."""
    front = FRONT.match(text)
    fields = dict(re.findall(r"^(\w+): *(.+)$", front.group(1), re.MULTILINE)) if front else {}
    complaints = [f"no {name}" for name in ("title", "description") if not fields.get(name)]
    complaints += ["mathematics in the title"] * ("$" in fields.get("title", ""))
    if not re.fullmatch(r"[^.?!]+[.?]", fields.get("description", "x.")):
        complaints.append("the description is not one sentence")
    levels = [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", blank(FENCE, text), re.MULTILINE)]
    if [level for level, _ in levels].count(1) != 1 or levels[0][0] != 1:
        complaints.append("not exactly one first heading, at the top")
    complaints += [f"mathematics in the heading {words}" for _, words in levels if "$" in words]
    for (above, _), (below, words) in zip(levels, levels[1:], strict=False):
        if below > above + 1:
            complaints.append(f"a jump to the heading {words}")
    return complaints


def crowded_lines(text):
    """A line of the source holds one sentence."""
    ends = re.compile(r"[.?!][\"*)]* +[\"*(]*[A-Z]")
    lines = ((n, re.sub(r"^ *\d+\. ", "", line)) for n, line in numbered(prose(text)))
    return [f"line {n}: {line.strip()}" for n, line in lines if ends.search(line)]


def formula_walls(text):
    """Between two formulas stands a sentence, none has more than eight rows, and a page has 28 at most."""
    shown = blank(FENCE, text)
    formulas = list(DISPLAY.finditer(shown))
    complaints = [f"{len(formulas)} formulas"] * (len(formulas) > 28)
    for formula in formulas:
        rows = formula.group().count("\\\\") + 1
        complaints += [f"a formula of {rows} rows"] * (rows > 8)
    for one, other in zip(formulas, formulas[1:], strict=False):
        if not re.search(r"[a-z]{2}", prose(shown[one.end() : other.start()])):
            complaints.append(f"two formulas without a sentence between: {other.group()}")
    return complaints


def unlabelled(text):
    """Every displayed formula has one label."""
    return [found for found in DISPLAY.findall(text) if len(re.findall(r"\\label\{eq:[\w-]+\}", found)) != 1]


def slug(words):
    """Return the anchor that Markdown makes from a heading."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", words).strip().lower())


def dead_links(text, here="index.md"):
    """A link inside the site leads to a page, and to a heading or a formula, that exist."""
    complaints = []
    for target in re.findall(r"\]\(([^)\s]+)\)", blank(FENCE, text)):
        name, _, anchor = target.partition("#")
        name = name or here
        if target.startswith("https://") or name in GENERATED:
            continue
        if not (DOCS / name).is_file():
            complaints.append(f"no page {target}")
        elif anchor:
            body = text if name == here else page(name)
            headings = map(slug, re.findall(r"^#+ (.+)$", body, re.MULTILINE))
            if anchor not in {*headings, *re.findall(r"\\label\{(eq:[\w-]+)\}", body)}:
                complaints.append(f"no heading or formula {target}")
    return complaints


def bad_frame(text):
    """A page opens with its question and closes by saying where to go next."""
    body = re.sub(r"\A.*?^# [^\n]+\n+", "", text, flags=re.DOTALL | re.MULTILINE)
    complaints = ["no question in the first paragraph"] * ("?" not in body.split("\n\n")[0])
    last = re.findall(r"^## (.+)$", text, re.MULTILINE)[-1:]
    return complaints + ["the page does not end with where to go next"] * (last != ["Where next"])


def unknown_numbers(text):
    """Every number placeholder names a number that is computed, and can be printed as it asks."""
    from derivations.computed import NUMBERS

    complaints = []
    for name, form in re.findall(r"\{\{ *number +(\w+) *([^ }]*) *\}\}", text):
        if name not in NUMBERS:
            complaints.append(f"no number {name}")
        elif not re.fullmatch(r",?\.\d+f", form):
            complaints.append(f"no format for {name}")
        else:
            format(NUMBERS[name](), form)
    return complaints


def unknown_files(text):
    """A file of ours that a sentence names is there."""
    named = re.findall(r"`((?:tests|snippets|derivations|hooks|benchmarks)/[\w/.]+)`", blank(FENCE, text))
    return [f"no file {name}" for name in named if not (ROOT / name).exists()]


CHECKS = [
    unknown_files,
    typed_decimals,
    loose_fences,
    failed_sessions,
    bad_heads,
    crowded_lines,
    formula_walls,
    unlabelled,
    dead_links,
    bad_frame,
    unknown_numbers,
]

HEAD = "---\ntitle: T\ndescription: One sentence.\n---\n\n# T\n\n"
FORMULA = "$$\n\\label{eq:one}\ns_{i,j}\n$$\n"

BAD = [
    (unknown_files, "The test `tests/peers/test_nowhere.py` runs it."),
    (typed_decimals, "The loss is 4.912 here."),
    (typed_decimals, "- 0.5 of it"),
    (loose_fences, "```python\nprint(1)\n```\n"),
    (loose_fences, "```\nprint(1)\n```\n"),
    (loose_fences, "```pycon\nprint(1)\n```\n"),
    (loose_fences, '```python\n--8<-- "snippets/softmax.py:nowhere"\n```\n'),
    (loose_fences, '```python\n--8<-- "snippets/nowhere.py:softmax"\n```\n'),
    (loose_fences, '```python\n--8<-- "tests/peers/nowhere.py:softmax"\n```\n'),
    (loose_fences, '```python\n--8<-- "hooks/tables/tables.py:softmax"\n```\n'),
    (loose_fences, '```python\n--8<-- "snippets/softmax.py"\n```\n'),
    (loose_fences, '```python\n--8<-- "snippets/softmax.py:softmax"\nprint(1)\n```\n'),
    (loose_fences, "```pycon\n>>> 1\n1\n"),
    (failed_sessions, "```pycon\n>>> 1 + 1\n3\n```\n"),
    (failed_sessions, "    ```pycon\n    >>> 1 + 1\n    3\n    ```\n"),
    (failed_sessions, "```pycon\n>>> nowhere\n1\n```\n"),
    (failed_sessions, "```pycon\n>>> import warnings\n>>> warnings.warn('x')\n```\n"),
    (failed_sessions, "```pycon\n>>> n = 1\n```\n\n```pycon\n>>> n\n2\n```\n"),
    (bad_heads, "# T\n"),
    (bad_heads, "---\ntitle: T\n---\n\n# T\n"),
    (bad_heads, "---\ntitle: $N$\ndescription: One sentence.\n---\n\n# T\n"),
    (bad_heads, "---\ntitle: T\ndescription: One. Two.\n---\n\n# T\n"),
    (bad_heads, HEAD + "### Too deep\n"),
    (bad_heads, HEAD + "# Again\n"),
    (bad_heads, HEAD + "## With $N$\n"),
    (crowded_lines, "One sentence. Another one."),
    (crowded_lines, "Is it so? It is."),
    (crowded_lines, "1. One sentence. Another one."),
    (formula_walls, FORMULA + "\n" + FORMULA),
    (formula_walls, "\nand so\n".join([FORMULA] * 29)),
    (formula_walls, "$$\n" + "a \\\\\n" * 8 + "a\n$$\n"),
    (unlabelled, "$$\ns_{i,j}\n$$\n"),
    (dead_links, "[x](nowhere.md)"),
    (dead_links, "[x](softmax.md#nowhere)"),
    (dead_links, "[x](gradient.md#eq:nowhere)"),
    (dead_links, "[x](derivations/nowhere.md)"),
    (bad_frame, HEAD + "No question.\n\n## Where next\n"),
    (bad_frame, HEAD + "A question?\n\n## The end\n"),
    (unknown_numbers, "{{ number nowhere .3f }}"),
    (unknown_numbers, "{{ number euler }}"),
]

GOOD = HEAD + (
    "Is it so?\nThe value is {{ number euler .3f }}, and `1.5` is code.\n\n"
    + FORMULA
    + '\nThen this.\n\n```python\n--8<-- "snippets/softmax.py:softmax"\n```\n\n'
    "```pycon\n>>> n = 1\n```\n\n```pycon\n>>> n\n1\n```\n\n"
    "## Where next\n\n1. [Softmax](softmax.md#the-definition) is next, with [its gradient](gradient.md#eq:gradient).\n"
)


# The front page is itself a list of where to go next.
EVERY_PAGE = [(check, name) for check in CHECKS for name in PAGES if (check, name) != (bad_frame, "index.md")]


@pytest.mark.parametrize(("check", "name"), EVERY_PAGE, ids=lambda value: getattr(value, "__name__", value))
def test_page(check, name):
    complaints = check(page(name), name) if check is dead_links else check(page(name))
    assert not complaints, "\n".join(map(str, complaints))


@pytest.mark.parametrize(("check", "text"), BAD)
def test_a_bad_text_is_found(check, text):
    assert check(text)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_good_text_passes(check):
    assert not check(GOOD)


def test_every_check_has_a_bad_text():
    assert {check for check, _ in BAD} == set(CHECKS)


def test_there_are_pages():
    assert {"index.md", "setting.md", "softmax.md", "loss.md", "gradient.md", "jacobian.md"} <= set(PAGES)
    assert {"shift-invariance.md", "vectorize.md", "checking.md", "references.md"} <= set(PAGES)
    assert {"why-divide.md", "learning-rate.md", "frameworks.md", "mean-of-means.md", "soft-targets.md"} <= set(PAGES)


def test_labels_are_unique():
    labels = [label for name in PAGES for label in re.findall(r"\\label\{(.*?)\}", page(name))]

    assert len(labels) == len(set(labels)) > 50


def test_every_number_is_used_and_described():
    from derivations.computed import NUMBERS

    used = {name for page_name in PAGES for name in re.findall(r"\{\{ *number +(\w+)", page(page_name))}

    assert used == set(NUMBERS)
    assert all(function.__doc__ for function in NUMBERS.values())
