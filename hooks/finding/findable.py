"""Search finds formulas by words: what a formula is called, what it defines, and by which rule it follows.

The signs of a formula are no words, so the theme's search knows nothing of them.
The sentences around it are in the index already, with its section.
"""

import json
from functools import cache
from pathlib import Path

from mkdocs.exceptions import PluginError

from hooks.finding.letters import WORDS
from hooks.formulas.equations import page_of
from hooks.proofs import Build

INDEX = "search/search_index.json"
# Under these names people ask for a formula itself. The words of all others are the words of their label.
NAMES = {
    "eq:softmax": "definition of softmax",
    "eq:loss": "loss, a mean over the batch",
    "eq:mean-loss": "mean loss, the mean over the batch",
    "eq:quotient-rule": "quotient rule",
    "eq:derivative-of-log": "derivative of the log, the logarithm",
    "eq:derivative-of-exp": "derivative of the exponential",
    "eq:rows-sum-to-zero": "rows of the gradient sum to zero",
    "eq:gradient-matrix": "gradient of softmax as a matrix",
    "eq:jacobian": "softmax Jacobian, the Jacobian matrix of softmax",
    "eq:jacobian-matrix-form": "softmax Jacobian as a matrix",
    "eq:stable-softmax": "stable softmax, shifted by the maximum",
    "eq:curvature-bound": "curvature bound",
    "eq:sigmoid": "sigmoid, defined",
    "eq:sigmoid-slope": "derivative of the sigmoid",
    "eq:kl-gradient": "gradient of the divergence",
    "eq:relu-cases": "derivative of ReLU",
}
# Whoever searches for a subject wants its section, and whoever names a formula wants the formula.
BOOST_NAMED, BOOST = 1.2, 0.1


def on_post_build(*, config):
    """After the theme has written its index, and before the index is written once more for pages from disk."""
    path = Path(config.site_dir) / INDEX
    index = json.loads(path.read_text(encoding="utf-8"))
    index["docs"] += entries(Path(config.docs_dir))
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def entries(docs: Path) -> list[dict]:
    """An entry for each formula of a page that has a label, in reading order."""
    labels = dict.fromkeys(one.label for one in Build.ledger.statements if one.label.startswith("eq:"))
    missing = [label for label in NAMES if label not in labels]
    if missing and not Build.serving:
        raise PluginError(f"hooks/finding/findable.py names formulas that are not there: {', '.join(missing)}.")
    found = [(page_of(Build.ledger.of(label)[0].page), label) for label in labels]
    return [entry(page, label) for page, label in found if (docs / page).is_file()]


def entry(page: str, label: str) -> dict:
    """What the search knows of a formula, and what it shows of it."""
    letters = defined(label)
    rules = dict.fromkeys(one.rule for one in Build.ledger.of(label) if one.rule)
    parts = [letters and f"It defines {letters}.", rules and f"By {', '.join(rules)}."]
    return {
        "location": f"{page.removesuffix('.md')}.html#{label}",
        "title": f"Formula: {NAMES.get(label) or label.removeprefix('eq:').replace('-', ' ')}",
        "text": "".join(f"<p>{part}</p>" for part in parts if part),
        "boost": BOOST_NAMED if label in NAMES else BOOST,
    }


def defined(label: str) -> str:
    """What the letters mean that a formula introduces."""
    from derivations.notation import notation

    names = sorted(claims()[label].introduces) if label in claims() else []
    return ", and ".join(WORDS[name] for name in names if name in notation.letters or name in notation.functions)


@cache
def claims() -> dict:
    """What the derivations state. A hook is loaded anew for each build, so they are asked for once in each."""
    from derivations.ledger import library

    return library().claims
