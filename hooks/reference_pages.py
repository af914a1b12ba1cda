"""Two pages that nobody writes: all the rules, and every statement with its verdict."""

import json

from mkdocs.structure.files import File

from hooks.formulas.equations import PAGES_OF_DERIVATIONS, names_of, page_of
from hooks.proofs import Build

RULES_HEAD = """---
title: The rules
description: Every rule that a step of a derivation may use, what it says, and where it is used.
search:
  boost: 0.5
---

# The rules

What may happen between one line of a derivation and the next?
Only what one of these rules makes of it.
Each rule is a small program; [How this site is checked](checking.md) tells how it is used.
"""

LEDGER_HEAD = """---
title: Every statement
description: Every formula of the site with its kind, its rule and its verdict, as the build that made the site proved it.
search:
  boost: 0.5
---

# Every statement

This table was written by the build that proved it: {count} statements on {pages} pages.
Of them {proved} are proved; {bound} are definitions and notation, which can only be bound.
A formula with several equals signs is one statement for each.
The same table is there [for programs](ledger.json).
[How this site is checked](checking.md) tells what the words mean.

| formula | page | kind | rule | checks | verdict |
|---|---|---|---|---|---|
"""


def on_files(files, *, config):
    """Add the pages, and the ledger for programs."""
    files.append(File.generated(config, "rules.md", content=rules()))
    files.append(File.generated(config, "ledger.md", content=ledger(files)))
    files.append(File.generated(config, "ledger.json", content=ledger_json()))
    return files


def rules() -> str:
    """Each rule with its statement and the formulas that use it."""
    from derivations.proof.rules import RULES

    parts = [RULES_HEAD]
    for name, rule in RULES.items():
        parts.append(f"## {name[0].upper()}{name[1:]} {{ #{rule.slug} }}\n\n{rule.statement}\n")
        users = dict.fromkeys((one.page, one.label) for one in Build.ledger.statements if name in names_of(one.rule))
        links = [link(page, label) for page, label in users]
        if links:
            parts.append(f"Used by {', '.join(links)}.\n{{ .used }}\n")
    return "\n".join(parts)


def ledger(files) -> str:
    """A row for each statement."""
    statements = Build.ledger.statements
    bound = sum(one.kind in ("definition", "notation") for one in statements)
    head = LEDGER_HEAD.format(
        count=len(statements),
        pages=len({one.page for one in statements}),
        proved=len(statements) - bound,
        bound=bound,
    )
    return head + "".join(row(one, files) for one in statements)


def row(one, files) -> str:
    """One statement; the word for its verdict links to its proof."""
    from derivations.proof.rules import RULES

    rule = ", ".join(f"[{name}](rules.md#{RULES[name].slug})" for name in names_of(one.rule))
    proof = PAGES_OF_DERIVATIONS.format(one.script)
    verdict = f"[{one.verdict}]({proof})" if files.get_file_from_path(proof) else one.verdict
    cells = [link(one.page, one.label), page_of(one.page), one.kind, rule, ", ".join(one.checks), verdict]
    return "| " + " | ".join(cells) + " |\n"


def link(page: str, label: str) -> str:
    """A link to a formula. Those inside sentences have no address of their own."""
    target = page_of(page)
    if label.startswith("eq:"):
        return f"[{label.removeprefix('eq:').replace('-', ' ')}]({target}#{label})"
    return f"[in a sentence]({target})"


def ledger_json() -> str:
    """The ledger for programs. Times differ from build to build, so the published one has none."""
    return json.dumps([one | {"seconds": None} for one in Build.ledger.json()], indent=1) + "\n"
