"""The table of what Lighthouse says of our pages, made from the record that `make bench` writes."""

import json
import re

from hooks.tables.cells import table
from hooks.tables.speed_record import RECORDS

PEER = "typeset in the browser"
# A column, and how a page's number is said in it.
COLUMNS = {
    "performance": lambda one: str(one["scores"]["performance"]),
    "first sight": lambda one: f"{one['metrics']['first-contentful-paint'] / 1000:.1f}&nbsp;s",
    "blocked": lambda one: f"{one['metrics']['total-blocking-time']:.0f}&nbsp;ms",
    "sent": lambda one: f"{one['bytes'] / 1000:.0f}&nbsp;KB",
}


def lighthouse() -> str:
    """Four pages beside their peers; then, for all pages, the lowest scores."""
    record = json.loads((RECORDS / "lighthouse.json").read_text(encoding="utf-8"))
    rows = []
    for page, ours in record.items():
        if PEER in ours:
            name = page.removesuffix(".html")
            said = [f"**{say(ours)}**<br><small>{say(ours[PEER])}</small>" for say in COLUMNS.values()]
            rows.append([f"[{name}]({name}.md)", *said])
    made = table("Lighthouse, ours and the peer's", ["page", *COLUMNS], rows)
    return f"{made}\n{lowest(record)}\n{versions(record)}\n"


def lowest(record: dict) -> str:
    """The lowest of each score, in a sentence.

    >>> lowest({"a.html": {"scores": {"performance": 99, "seo": 100}}, "b.html": {"scores": {"performance": 96, "seo": 100}}})
    'Of the 2 pages in the record the lowest scores are: performance 96, seo 100.'
    """
    scores = [one["scores"] for one in record.values()]
    least = ", ".join(f"{name.replace('-', ' ')} {min(one[name] for one in scores)}" for name in scores[0])
    return f"Of the {len(record)} pages in the record the lowest scores are: {least}."


def versions(record: dict) -> str:
    """With what it was measured.

    >>> versions({"a.html": {"lighthouse": "13.5.0", "browser": "Mozilla/5.0 HeadlessChrome/156.0.0.0 Safari/537.36"}})
    'Measured with Lighthouse 13.5.0 and Chrome 156.'
    """
    one = next(iter(record.values()))
    chrome = re.search(r"Chrome/(\d+)", one["browser"])[1]
    return f"Measured with Lighthouse {one['lighthouse']} and Chrome {chrome}."


LIGHTHOUSE = {"lighthouse": lighthouse}
