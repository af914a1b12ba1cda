"""A Diagnosis as a page shows it: a sentence, and blocks that HTML can be made of without reading them."""

import sys

from snippets.doctor.pasted import named, readable
from snippets.doctor.report import case_head, case_text, notes_of, tells, told
from snippets.doctor.words import MISTAKES, pages_of, sentences_of

# Python in a browser has few packages.
AT_HOME = "In the browser there are Python's own modules, numpy, SymPy and mpmath. With others, ask the doctor at home."
# What the doctor was told when it could not run a text, and what helps.
ADVICE = {
    "'return' outside function": "The line with def is missing. Paste the whole function.",
    "the parameter self": "It is a method. Paste the whole class.",
    "Running it raised": "Paste the function with its imports and helpers, and leave away what reads data or trains.",
}


def answered(text, name=None, **options):
    """Return what to show for a pasted text: of a file, a session, a notebook, or a page with fences.

    name and options: those of `diagnose_source`, whose errors it raises.
    """
    from snippets.doctor import diagnose_source

    text, notes = readable(text)
    diagnosis = diagnose_source(text, named(name), **options)
    diagnosis.evidence["notes"] = [*notes, *diagnosis.evidence.get("notes", [])]
    found = shown(diagnosis)
    if diagnosis.verdict == "could-not-run":
        helps = [advice for sign, advice in ADVICE.items() if sign in diagnosis.explanation]
        if "ModuleNotFoundError" in diagnosis.explanation:
            helps = [AT_HOME] if sys.platform == "emscripten" else []
        found["blocks"][1:1] = [{"kind": "text", "text": advice} for advice in helps]
    return found


def shown(diagnosis, brief=False):
    """Return the verdict, the mistakes, a sentence and a list of blocks, as plain data.

    A block has a kind: text, head, list, numbers, diff or link. brief: without what was ruled out and noted beside.
    """
    evidence = diagnosis.evidence
    explanation = told(diagnosis).removesuffix(f" See {pages_of(diagnosis.mistakes)}.")
    blocks = []
    if len(diagnosis.mistakes) > 1:
        blocks.append({"kind": "list", "items": sentences_of(diagnosis.mistakes)})
    elif explanation:
        blocks.append({"kind": "text", "text": explanation})
    # What could not be run has nothing to show but what was said already.
    seen = [sentence for sentence in evidence.get("seen", []) if sentence not in explanation]
    if seen:
        blocks += [{"kind": "head", "text": "What was seen"}, {"kind": "list", "items": seen}]
    case = evidence.get("case")
    if case and tells(case):
        samples = 2 if brief and len(case["labels"]) > 2 else None
        head = case_head(case) + ("; here the first two" if samples else "")
        blocks += [{"kind": "head", "text": head}, {"kind": "numbers", "text": case_text(case, samples)}]
    if evidence.get("printed"):
        blocks += [
            {"kind": "head", "text": "What it printed"},
            {"kind": "numbers", "text": evidence["printed"].strip()},
        ]
    if diagnosis.fix:
        blocks += [{"kind": "head", "text": "This mends it"}, {"kind": "diff", "text": _changes(diagnosis.fix)}]
    for name in diagnosis.mistakes:
        address = MISTAKES[name].link.replace(".md", ".html", 1)
        blocks.append({"kind": "link", "text": f"Read on: {MISTAKES[name].words}", "address": address})
    notes = notes_of(evidence)
    if notes and not brief:
        blocks += [{"kind": "head", "text": "Worth knowing"}, {"kind": "list", "items": notes}]
    if evidence.get("ruled_out") and not brief:
        words = "; ".join(MISTAKES[name].words for name in evidence["ruled_out"])
        blocks.append({"kind": "text", "text": f"Ruled out: {words}."})
    return {
        "verdict": diagnosis.verdict,
        "mistakes": list(diagnosis.mistakes),
        "sentence": str(diagnosis).split("\n")[0],
        "blocks": blocks,
    }


def _changes(fix):
    """Return the lines of a unified diff that a reader needs: files and line numbers say nothing on a page.

    >>> print(_changes("--- before\\n+++ after\\n@@ -1 +1 @@\\n-a\\n+b\\n@@ -9 +9 @@\\n-c\\n+d\\n"))
    -a
    +b
     ...
    -c
    +d
    """
    lines = fix.rstrip("\n").split("\n")[3:]
    return "\n".join(line if not line.startswith("@@") else " ..." for line in lines)
