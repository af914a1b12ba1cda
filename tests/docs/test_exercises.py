"""A page that teaches ends with exercises: three to five, each with one answer, which is folded.

That the sessions print what the answers show is asked in `test_pages.py`, with all other sessions.
Each check is a function from a page's text to a list of complaints, as there.
"""

import doctest
import re
from pathlib import Path

import markdown
import pytest
from mkdocs.utils import yaml_load

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

# The groups of the navigation whose pages teach. The others tell of tools, or of how the site is made.
TEACHING = [
    "The gradient",
    "The division by N",
    "The whole network",
    "The shape of the loss",
    "Stable, fast, large",
]
NAV = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
GROUPS = {name: pages for entry in NAV if isinstance(entry, dict) for name, pages in entry.items()}
PAGES = [name for group in TEACHING for name in GROUPS[group]]

EXTENSIONS = ["admonition", "attr_list", "pymdownx.arithmatex", "pymdownx.details", "pymdownx.superfences", "tables"]
SETTINGS = {"pymdownx.arithmatex": {"generic": True}}
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
EXERCISE = re.compile(r"^\*\*Exercise (\d+): [^*]+[.?]\*\*$", re.MULTILINE)
ANSWER = re.compile(r'^\?\?\? success "Answer to (\d+)"\n((?:\n|    [^\n]*\n)*)', re.MULTILINE)
SESSION = re.compile(r"^    ```pycon\n(.*?)^    ```$", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"^    \$\$\n.*?^    \$\$$", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def section(text):
    """Return what stands under the heading Exercises, up to the next heading."""
    found = re.search(r"^## Exercises\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def exercises(text):
    """Return each exercise: its number, and what stands below its title, with its answer."""
    parts = EXERCISE.split(section(text))
    return list(zip(map(int, parts[1::2]), parts[2::2], strict=True))


def shows(session):
    """Say whether something is printed in a session."""
    return any(example.want for example in doctest.DocTestParser().get_examples(session))


# --- the checks -------------------------------------------------------------------------


def wrong_place(text):
    """The exercises are the last thing but the way on."""
    last = HEADING.findall(text)[-2:]
    return [f"the page ends with {last}"] * (last != ["Exercises", "Where next"])


def wrong_count(text):
    """There are three to five, numbered from 1."""
    numbers = [number for number, _ in exercises(text)]
    complaints = [f"{len(numbers)} exercises"] * (not 3 <= len(numbers) <= 5)
    return complaints + [f"numbered {numbers}"] * (numbers != list(range(1, len(numbers) + 1)))


def wrong_answer(text):
    """Below each question, and below nothing else, stands one answer with its number, and it ends the exercise."""
    complaints = []
    for number, body in exercises(text):
        question, *answers = re.split(r"^(?=\?\?\?|!!!)", body, flags=re.MULTILINE)
        found = [ANSWER.fullmatch(answer) for answer in answers]
        if len(found) != 1 or found[0] is None:
            complaints.append(f"exercise {number} does not have one folded answer, and nothing behind it")
        elif int(found[0].group(1)) != number:
            complaints.append(f"exercise {number} has the answer to {found[0].group(1)}")
        if not re.search(r"[a-z]{2}", FENCE.sub("", question)):
            complaints.append(f"exercise {number} asks nothing")
    before = EXERCISE.split(section(text))[0]
    return complaints + ["an answer above the first exercise"] * ("???" in before)


def wordless_answer(text):
    """An answer says why: a session alone is none."""
    answers = ANSWER.findall(section(text))
    return [f"answer {number} has no words" for number, body in answers if len(FENCE.sub("", body).split()) < 8]


def little_code(text):
    """At least two answers can be run and print something."""
    run = [number for number, body in ANSWER.findall(section(text)) if any(map(shows, SESSION.findall(body)))]
    return [f"only {len(run)} answers with a session"] * (len(run) < 2)


def formulas(text):
    """A question is asked in words. Formulas are for the answers, where they are proved as on the rest of the page."""
    asked = FENCE.sub("", ANSWER.sub("", section(text)))
    return ["mathematics in a question"] * ("$" in asked)


def not_folded(text):
    """In the page that is made, each answer is closed, and shows all code and formulas that were written for it."""
    html = markdown.markdown(section(text), extensions=EXTENSIONS, extension_configs=SETTINGS)
    folded = re.findall(r'<details class="success">.*?</details>', html, re.DOTALL)
    complaints = [f"{len(folded)} folded answers in the page"] * (len(folded) != len(exercises(text)))
    written = [len(FENCE.findall(body)) for _, body in ANSWER.findall(section(text))]
    shown = [answer.count('<div class="highlight">') for answer in folded]
    complaints += [f"{shown} codes in the answers, of {written}"] * (shown != written)
    written = [len(DISPLAY.findall(body)) for _, body in ANSWER.findall(section(text))]
    shown = [answer.count('<div class="arithmatex">') for answer in folded]
    return complaints + [f"{shown} formulas in the answers, of {written}"] * (shown != written)


CHECKS = [wrong_place, wrong_count, wrong_answer, wordless_answer, little_code, formulas, not_folded]

TITLE = "**Exercise {0}: a sum.**\nWhat is {0} and {0}?\n\n"
WORDS = "    Twice the number, for it is taken two times.\n\n"
CODE = "    ```pycon\n    >>> {0} + {0}\n    {1}\n    ```\n\n"


def exercise(number):
    answer = f'??? success "Answer to {number}"\n\n'
    return TITLE.format(number) + answer + WORDS + CODE.format(number, 2 * number)


def ending(*parts):
    return "# T\n\n## Exercises\n\n" + "".join(parts) + "## Where next\n\n- There.\n"


ONE, TWO, THREE = map(exercise, (1, 2, 3))
FORMULA = "    $$\n    \\label{eq:twice}\n    u + u = 2 u\n    $$\n\n"
GOOD = ending("Think first.\n\n", ONE, TWO, THREE.replace(WORDS, WORDS + FORMULA))

BAD = [
    (wrong_place, "# T\n\n## Where next\n"),
    (wrong_place, GOOD + "\n## Appendix\n"),
    (wrong_place, GOOD.replace("## Where next", "## More\n\n## Where next")),
    (wrong_count, ending(ONE, TWO)),
    (wrong_count, ending(*map(exercise, range(1, 7)))),
    (wrong_count, ending(ONE, THREE, TWO)),
    (wrong_count, ending(ONE, TWO, THREE.replace("**Exercise 3: a sum.**", "**Exercise 3**"))),
    (wrong_answer, ending(ONE, TWO, TITLE.format(3))),
    (wrong_answer, ending(ONE, TWO, THREE + '??? success "Answer to 3"\n\n' + WORDS)),
    (wrong_answer, ending(ONE, TWO, THREE.replace('"Answer to 3"', '"Answer to 2"'))),
    (wrong_answer, ending(ONE, TWO, THREE.replace("???", "???+"))),
    (wrong_answer, ending(ONE, TWO, THREE.replace("???", "!!!"))),
    (wrong_answer, ending(ONE, TWO, THREE + "It is six.\n\n")),
    (wrong_answer, ending(ONE, TWO, THREE.replace("What is 3 and 3?", ""))),
    (wrong_answer, ending('??? success "Answer to 0"\n\n' + WORDS, ONE, TWO, THREE)),
    (wordless_answer, ending(ONE, TWO, THREE.replace(WORDS, "    Run it.\n\n"))),
    (little_code, ending(ONE, TWO.replace(CODE.format(2, 4), ""), THREE.replace(CODE.format(3, 6), ""))),
    (little_code, ending(ONE, TWO.replace("    4\n", ""), THREE.replace("    6\n", ""))),
    (formulas, ending(ONE, TWO, THREE.replace("3 and 3", "$3 + 3$"))),
    (not_folded, ending(ONE, TWO, THREE.replace("???", "???+"))),
    (formulas, ending(ONE, TWO, FORMULA.replace("    ", "") + THREE)),
    (not_folded, ending(ONE, TWO, THREE.replace(WORDS, WORDS.rstrip("\n") + "\n" + FORMULA))),
    (
        not_folded,
        ending(ONE, TWO, THREE.replace(WORDS, WORDS + FORMULA.replace("label{eq:twice}\n", "label{eq:twice}\n\n"))),
    ),
    (not_folded, ending(ONE, TWO, re.sub("^ {4}(?=[`>6])", 8 * " ", THREE, flags=re.MULTILINE))),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", PAGES)
def test_page(name, check):
    complaints = check(page(name))
    assert not complaints, "\n".join(complaints)


def test_exercises_stand_where_they_are_looked_at():
    """No other page has any: the checks above would not see them."""
    assert sorted(path.name for path in DOCS.glob("*.md") if section(page(path.name))) == sorted(PAGES)


def test_some_answers_are_worked_out():
    """Line by line, in formulas that are proved."""
    answers = [body for name in PAGES for _, body in ANSWER.findall(section(page(name)))]

    assert sum(bool(DISPLAY.search(body)) for body in answers) >= 10


@pytest.mark.parametrize(("check", "text"), BAD)
def test_a_bad_text_is_found(check, text):
    assert check(text)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_good_text_passes(check):
    assert not check(GOOD)


def test_every_check_has_a_bad_text():
    assert {check for check, _ in BAD} == set(CHECKS)
