"""The answer: a Diagnosis, for people and for machines."""

import json
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


HEADINGS = {
    "correct": "Correct.",
    "cannot-tell": "Cannot tell.",
    "could-not-run": "Could not run it.",
}


def _lines(diagnosis):
    names = ", and ".join(MISTAKES[name].words for name in diagnosis.mistakes)
    heading = (
        HEADINGS.get(diagnosis.verdict) or f"{'Mistake' if len(diagnosis.mistakes) == 1 else 'Mistakes'}: {names}."
    )
    yield heading + (f" Sure to {diagnosis.confidence:.0%}." if diagnosis.verdict in ("correct", "mistake") else "")
    if diagnosis.explanation:
        yield ""
        yield diagnosis.explanation
    evidence = diagnosis.evidence
    if evidence.get("seen"):
        yield ""
        yield "What was seen:"
        for sentence in evidence["seen"]:
            yield f"- {sentence}"
    case = evidence.get("case")
    if case:
        yield ""
        yield "One case:"
        yield f"  scores    {case['scores']}"
        yield f"  labels    {case['labels']}"
        yield f"  expected  {case['expected']}"
        yield f"  got       {case['got']}"
    if evidence.get("notes"):
        yield ""
        for note in evidence["notes"]:
            yield f"Note: {note}"
    if evidence.get("ruled_out"):
        yield ""
        yield f"Ruled out: {', '.join(evidence['ruled_out'])}."
    if diagnosis.fix:
        yield ""
        yield "This mends it:"
        yield diagnosis.fix.rstrip()
