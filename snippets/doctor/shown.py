"""A Diagnosis as a page shows it: a sentence, and blocks that HTML can be made of without reading them."""

import sys

from snippets.doctor.words import MISTAKES, pages_of

# Python in a browser has few packages.
AT_HOME = "In the browser there are Python's own modules, numpy, SymPy and mpmath. With others, ask the doctor at home."


def answered(text, name=None, **options):
    """Return what to show for a pasted text. name and options: those of `diagnose_source`, whose errors it raises."""
    from snippets.doctor import diagnose_source

    found = shown(diagnose_source(text, name, **options))
    if sys.platform == "emscripten" and any(
        "ModuleNotFoundError" in block.get("text", "") for block in found["blocks"]
    ):
        found["blocks"].append({"kind": "text", "text": AT_HOME})
    return found


def shown(diagnosis, brief=False):
    """Return the verdict, the mistakes, a sentence and a list of blocks, as plain data.

    A block has a kind: text, head, list, numbers, diff or link. brief: without what was ruled out and noted beside.
    """
    evidence = diagnosis.evidence
    explanation = diagnosis.explanation.removesuffix(f" See {pages_of(diagnosis.mistakes)}.")
    blocks = []
    if explanation:
        blocks.append({"kind": "text", "text": explanation})
    # What could not be run has nothing to show but what was said already.
    seen = [sentence for sentence in evidence.get("seen", []) if sentence not in explanation]
    if seen:
        blocks += [{"kind": "head", "text": "What was seen"}, {"kind": "list", "items": seen}]
    case = evidence.get("case")
    # If the right numbers came, something else is wrong, and was said.
    if case and case["expected"] != case["got"]:
        samples = 2 if brief and len(case["labels"]) > 2 else None
        head = "One case, its first two samples" if samples else "One case"
        blocks += [{"kind": "head", "text": head}, {"kind": "numbers", "text": case_text(case, samples)}]
    if evidence.get("printed"):
        blocks += [
            {"kind": "head", "text": "What it printed"},
            {"kind": "numbers", "text": evidence["printed"].strip()},
        ]
    if diagnosis.fix:
        blocks += [{"kind": "head", "text": "This mends it"}, {"kind": "diff", "text": diagnosis.fix.rstrip("\n")}]
    for name in diagnosis.mistakes:
        address = MISTAKES[name].link.replace(".md", ".html", 1)
        blocks.append({"kind": "link", "text": f"Read on: {MISTAKES[name].words}", "address": address})
    if evidence.get("notes") and not brief:
        blocks += [{"kind": "head", "text": "Beside this"}, {"kind": "list", "items": list(evidence["notes"])}]
    if evidence.get("ruled_out") and not brief:
        words = ", ".join(MISTAKES[name].words for name in evidence["ruled_out"])
        blocks.append({"kind": "text", "text": f"Ruled out: {words}."})
    return {
        "verdict": diagnosis.verdict,
        "mistakes": list(diagnosis.mistakes),
        "sentence": str(diagnosis).split("\n")[0],
        "blocks": blocks,
    }


def case_text(case, samples=None):
    """Return a case in columns: all of it, or its first samples.

    >>> print(case_text({"scores": [[0.5, -1.25]], "labels": [1], "expected": [[0.85, -0.85]], "got": None}))
    scores
       0.5000  -1.2500
    labels
      1
    expected
       0.8500  -0.8500
    got
      None
    """
    lines = []
    for name in ("scores", "labels", "expected", "got"):
        value = case[name]
        lines += [name, *(f"  {line}" for line in _rows(value[:samples] if isinstance(value, list) else value))]
    return "\n".join(lines)


def _rows(value):
    """Return a line for each row of a table; for anything else, one line."""
    table = isinstance(value, list) and value and all(isinstance(row, list) for row in value)
    if not table:
        return ["  ".join(map(_entry, value)) if isinstance(value, list) else str(value)]
    cells = [[_entry(entry) for entry in row] for row in value]
    width = max((len(cell) for row in cells for cell in row), default=0)
    return ["  ".join(cell.rjust(width) for cell in row).rstrip() for row in cells]


def _entry(value):
    """Return a number with some digits; of a deeper table, how large it is.

    >>> _entry(0.123456), _entry(2), _entry(1000.0), _entry([[1, 2]]), _entry(1e-9)
    ('0.1235', '2', '1000', '[1 numbers]', '1e-09')
    """
    if isinstance(value, list):
        return f"[{len(value)} numbers]"
    if not isinstance(value, float):
        return str(value)
    if value and not 0.001 <= abs(value) < 10000:
        return f"{value:.3g}"
    return f"{value:.4f}" if value != int(value) or abs(value) < 100 else f"{value:.0f}"
