"""The answer: a Diagnosis, for people and for machines."""

import json
import re
from dataclasses import dataclass, field

from snippets.doctor.words import MISTAKES

EXIT = {"correct": 0, "mistake": 1, "could-not-run": 2, "cannot-tell": 3}


@dataclass
class Diagnosis:
    """What the doctor found.

    verdict: "correct", "mistake", "cannot-tell" or "could-not-run".
    mistakes: identifiers, the keys of MISTAKES. confidence: from 0 to 1.
    evidence: what was seen, as plain data: see `snippets.doctor.judge`.
    explanation: some sentences for people. fix: a unified diff, or None.
    """

    verdict: str
    mistakes: list = field(default_factory=list)
    confidence: float = 0.0
    evidence: dict = field(default_factory=dict)
    explanation: str = ""
    fix: str | None = None

    @property
    def links(self):
        """Return the pages that explain the mistakes."""
        return list(dict.fromkeys(MISTAKES[name].link for name in self.mistakes))

    @property
    def correct(self):
        """Return whether nothing is wrong."""
        return self.verdict == "correct"

    def as_dict(self):
        """Return the six fixed keys, as plain data."""
        return {
            "verdict": self.verdict,
            "mistakes": list(self.mistakes),
            "confidence": round(self.confidence, 2),
            "evidence": self.evidence,
            "explanation": self.explanation,
            "fix": self.fix,
        }

    def to_json(self):
        """Return the six fixed keys as JSON text."""
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False)

    @classmethod
    def from_dict(cls, data):
        """Return the Diagnosis that gave this dictionary."""
        return cls(**data)

    def __str__(self):
        """Return the report for people."""
        return "\n".join(_lines(self))


BELOW = " The case below shows what should have come; compare it step by step."
HEADINGS = {
    "correct": "Correct.",
    "cannot-tell": "Cannot tell.",
    "could-not-run": "Could not run it.",
}


def _lines(diagnosis):
    names = "; and ".join(MISTAKES[name].words for name in diagnosis.mistakes)
    heading = (
        HEADINGS.get(diagnosis.verdict) or f"{'Mistake' if len(diagnosis.mistakes) == 1 else 'Mistakes'}: {names}."
    )
    yield heading + (f" Sure to {diagnosis.confidence:.0%}." if diagnosis.verdict in ("correct", "mistake") else "")
    if diagnosis.explanation:
        yield ""
        yield told(diagnosis)
    evidence = diagnosis.evidence
    if evidence.get("seen"):
        yield ""
        yield "What was seen:"
        for sentence in evidence["seen"]:
            yield f"- {sentence}"
    case = evidence.get("case")
    if case and tells(case):
        yield ""
        yield f"{case_head(case)}:"
        yield from (f"  {line}" for line in case_text(case).split("\n"))
    if evidence.get("printed"):
        yield ""
        yield "What it printed:"
        yield from (f"  {line}" for line in evidence["printed"].strip().split("\n"))
    notes = notes_of(evidence)
    if notes:
        yield ""
        yield from (f"Note: {note}" for note in notes)
    if evidence.get("ruled_out"):
        yield ""
        yield f"Ruled out: {', '.join(evidence['ruled_out'])}."
    if diagnosis.fix:
        yield ""
        yield "This mends it:"
        yield diagnosis.fix.rstrip()


def notes_of(evidence):
    """Return the notes; those that say the same of different batches are one, with the message of the first.

    >>> notes_of({"notes": ["It raises for 30 classes: ValueError: (3,)", "It raises for 30 samples: ValueError: (9,)"]})
    ['It raises for 30 classes, 30 samples: ValueError: (3,)']
    """
    folded = {}
    for note in evidence.get("notes", []):
        found = re.fullmatch(r"It raises for (.*?): (\w+)(.*)", note, re.DOTALL)
        where, kind, rest = found.groups() if found else ("", note, "")
        folded.setdefault((bool(found), kind), (rest, []))[1].append(where)
    return [
        f"It raises for {', '.join(where)}: {kind}{rest}".rstrip() if raises else kind
        for (raises, kind), (rest, where) in folded.items()
    ]


def told(diagnosis):
    """Return the explanation; it speaks of a case below only if there is one to see."""
    case = diagnosis.evidence.get("case")
    return diagnosis.explanation if case and tells(case) else diagnosis.explanation.replace(BELOW, "")


def tells(case):
    """Return whether a case shows a difference; if the right numbers came, something else is wrong, and was said."""
    return case["expected"] != case["got"] or case.get("expected_loss") != case.get("got_loss")


def case_head(case):
    """Return what stands above a case; it says what the letters of the report mean.

    >>> case_head({"scores": [[0.5, -1.25]]})
    'One case, with N = 1 sample and C = 2 classes'
    """
    count, classes = len(case["scores"]), len(case["scores"][0])
    return f"One case, with N = {count} sample{'s' * (count != 1)} and C = {classes} class{'es' * (classes != 1)}"


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
    names = ["scores", "labels"]
    if case["expected"] != case["got"]:
        names += ["expected", "got"]
    if case.get("expected_loss") != case.get("got_loss"):
        names += ["expected_loss", "got_loss"]
    for name in names:
        value = case[name]
        lines += [
            name.replace("_", " "),
            *(f"  {line}" for line in _rows(value[:samples] if isinstance(value, list) else value)),
        ]
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

    >>> _entry(0.123456), _entry(2), _entry(1000.0), _entry(998.5), _entry([[1, 2]]), _entry(1e-9)
    ('0.1235', '2', '1000', '998.5', '[1 numbers]', '1e-09')
    """
    if isinstance(value, list):
        return f"[{len(value)} numbers]"
    if not isinstance(value, float):
        return str(value)
    if value and not 0.001 <= abs(value) < 10000:
        return f"{value:.3g}"
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.6g}"
