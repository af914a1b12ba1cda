"""`{{ table NAME }}`: tables that nobody types. Each is computed in the build, or made from a record that a test keeps."""

import html
import json
import re
from collections import Counter
from pathlib import Path

from mkdocs.exceptions import PluginError

from hooks.equations import page_of
from hooks.proofs import Build

MACRO = re.compile(r"^\{\{ *table +(\S+) *\}\}$", re.MULTILINE)
# A comment before a table says what it is called.
NAMED = re.compile(r'<!-- table (".*?") -->\s*<table>')
RECORD = Path(__file__).parents[1] / "benchmarks" / "peers.json"
RANKS = RECORD.with_name("data_parallel.json")


def on_page_markdown(markdown, *, page, config, files):
    """Each name is replaced by its table."""

    def made(match):
        if match[1] not in TABLES:
            raise PluginError(f"{page.file.src_uri}: hooks/tables.py has no table {match[1]!r}.")
        return TABLES[match[1]]()

    return MACRO.sub(made, markdown)


def on_page_content(content, *, page, config, files):
    """A wide table can be scrolled with the keyboard, and a listener hears its name."""
    return NAMED.sub(r'<table tabindex="0" aria-label=\1>', content)


def table(name: str, head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown.

    >>> print(table("Two", ["a", "b"], [["1", "2 | 3"]]))
    <!-- table "Two" -->
    <BLANKLINE>
    | a | b |
    |---|---|
    | 1 | 2 \\| 3 |
    <BLANKLINE>
    """
    lines = [head, *rows]
    texts = ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in lines]
    texts.insert(1, "|" + "---|" * len(head))
    return "\n".join([f'<!-- table "{html.escape(name)}" -->', "", *texts, ""])


def proof(label: str, words: str = "formula") -> str:
    """A link to the formula with this label, wherever it stands."""
    statements = Build.ledger.of(label)
    if statements:
        return f"[{words}]({page_of(statements[0].page)}#{label})"
    if Build.serving:
        return label
    raise PluginError(f"hooks/tables.py: there is no formula {label}.")


def times(power: int, N: str) -> str:
    """What becomes of a setting, as a cell of a table says it.

    >>> times(1, "16"), times(-1, "16"), times(2, "*N*"), times(0, "16")
    ('× 16', '÷ 16', '× *N*²', 'unchanged')
    """
    if power == 0:
        return "unchanged"
    return f"{'×' if power > 0 else '÷'} {N}{'²' if abs(power) == 2 else ''}"


def small(value: float) -> str:
    """A difference with two digits, the same on every machine; what is only rounding is 0.

    >>> small(0.0), small(3e-16), small(0.1234), small(1.25e-7)
    ('0', '0', '0.12', '1.2 × 10<sup>−7</sup>')
    """
    if value < 1e-12:
        return "0"
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{value:.2g}" if value >= 0.001 else f"{digits} × 10<sup>−{-int(exponent)}</sup>"


def bold(text: str) -> str:
    """A difference that is one strikes the eye."""
    return text if text == "0" else f"**{text}**"


def measured_differences() -> str:
    """Two trainings for each case, run now."""
    from snippets.measured_differences import CASES, N, measure
    from snippets.reductions import SETTINGS

    rows = []
    for case in CASES:
        changed = [f"{SETTINGS[name].words} {times(power, str(N))}" for name, power in case.powers.items()]
        if case.each_rate:
            inside = ", inside the velocity" if case.each_rate == "velocity" else ""
            changed = [f"learning rate ÷ size of each batch{inside}"]
        rows.append([case.words, ", ".join(changed) or "nothing", bold(small(measure(case))), proof(case.proof)])
    head = ["training", "changed for the sum", "largest difference", "why"]
    return table("Measured differences", head, rows)


def conversion_rules() -> str:
    """What the command and the form go by."""
    from snippets.reductions import ADAPTIVE, OPTIMIZERS, RULES, SETTINGS

    every = {OPTIMIZERS: "all", ADAPTIVE: ", ".join(ADAPTIVE)}
    rows = []
    for rule in RULES:
        update = rule.power if rule.meets == "loss" else 0
        # Whose it is and why stand below the name, or a phone would hide a column.
        whose = every.get(rule.optimizers, ", ".join(rule.optimizers))
        setting = f"{SETTINGS[rule.setting].words}<br><small>{whose}<br>{proof(rule.proof)}</small>"
        rows.append([setting, times(rule.power, "*N*"), times(update, "*N*")])
    head = ["setting", "the sum", "the sum, and the update divides"]
    return table("What a recipe for the mean becomes", head, rows)


def frameworks() -> str:
    """What ran, system by system, and before it what the words mean."""
    record = recorded()
    meanings = {}
    for row in record:
        meanings.setdefault(row["denominator"], {})[row["denominator_means"]] = None
    words = [[name, ";<br>".join(means)] for name, means in sorted(meanings.items())]
    parts = [table("What the words mean", ["divided by", "that is"], words)]
    for name in dict.fromkeys(row["system"] for row in record):
        parts.append(system(name, [row for row in record if row["system"] == name]))
    return "\n".join(parts)


def frameworks_defaults() -> str:
    """One row for each system: what it does first of all, if nothing is said."""
    first = {}
    for row in recorded():
        first.setdefault(row["system"], row)
    # The call stands below the name, or a phone would break it at every letter.
    rows = [
        [f"{name}<br><small>{code(row['call'])}<br>{how(row)}</small>", row["denominator_means"], row["where"]]
        for name, row in first.items()
    ]
    return table("What each system divides by", ["system", "divided by", "where"], rows)


def penalties() -> str:
    """What a strength becomes in the gradient, for each way to give one, and what the loss beside it is divided by."""
    rows = {}
    for row in recorded():
        if row["regularization_gradient"]:
            rows.setdefault((row["system"], row["regularization_by"], row["regularization_gradient"]), row)
    ways = Counter(name for name, *_ in rows)
    cells = []
    for (name, given, gradient), row in rows.items():
        # Where a system has several, the call tells them apart.
        strength = code(given if ways[name] == 1 else row["call"])
        cells.append([f"{name}<br><small>{strength}</small>", code(gradient), row["denominator"]])
    return table(
        "What a strength becomes", ["system, and its strength", "its gradient", "beside a loss divided by"], cells
    )


def caffe_normalizations() -> str:
    """The four values of one option."""
    rows = [
        [code(row["call"].rpartition(" ")[2]), row["denominator_means"]]
        for row in recorded()
        if row["system"] == "Caffe"
    ]
    return table("Caffe's normalizations", ["normalization", "divided by"], rows)


def data_parallel() -> str:
    """One step on several processes, beside one step on one."""
    record = json.loads(RANKS.read_text(encoding="utf-8"))
    cells = []
    for row in record:
        sizes = f"samples {series(row['samples'])}"
        if row["kept"] != row["samples"]:
            sizes += f"<br>kept {series(row['kept'])}"
        scales = f"<br><small>× {series(row['scales'])}</small>" if row["scales"] else ""
        difference = bold(small(row["largest_relative_difference"]))
        same = "the same" if difference == "0" else f"differs, by {difference}"
        cells.append([f"{row['batch']}<br><small>{sizes}</small>", row["scaled_by"] + scales, same])
    head = ["each rank's batch", "its mean scaled by", "the step of one batch?"]
    versions = ", ".join(sorted({row["version"] for row in record}))
    tests = ", ".join(sorted({code(row["test"]) for row in record}))
    return table("Several processes", head, cells) + f"\nRun with PyTorch {versions}, by {tests}.\n"


def series(values: list[float]) -> str:
    """One number for each rank.

    >>> series([4, 0.375, 1.0625])
    '4, 0.375, 1.06'
    """
    return ", ".join(f"{value:.3g}" for value in values)


def recorded() -> list[dict]:
    """The rows of the record."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def system(name: str, record: list[dict]) -> str:
    """One system: what all its rows share in a list, and a table of four columns, which fits a phone."""
    said = {words: list(dict.fromkeys(cell(row) for row in record)) for words, cell in DETAILS.items()}
    shared = [f"- {words}: {values[0]}" for words, values in said.items() if len(values) == 1 and values[0]]
    head = ["call", "divided by", "where", "loss"]
    rows = []
    for row in record:
        own = [f"{words}: {DETAILS[words](row)}" for words, values in said.items() if len(values) > 1]
        call = "<br>".join([code(row["call"]), *(f"<small>{one}</small>" for one in own if not one.endswith(": "))])
        rows.append([call, row["denominator"], row["where"], loss(row)])
    # The words of the page answer a search; the tables would only be in their way.
    return "\n".join([f"### {name} {{ data-search-exclude }}", "", *shared, "", table(name, head, rows)])


def loss(row: dict) -> str:
    """The loss, or the sum of those that were reported, if there was any."""
    return "" if row["loss"] is None else f"{row['loss']:.4g}"


def how(row: dict) -> str:
    """What ran: the system itself, in a version, or its documented formula."""
    return f"{row['how']}, version {row['version']}" if row["version"] else row["how"]


def penalty(row: dict) -> str:
    """What the division does to the regularization, and the gradient that comes of it; empty if there is none."""
    gradient = row["regularization_gradient"]
    return f"{row['regularization']}, gradient {code(gradient)}" if gradient else ""


def default(row: dict) -> str:
    """What happens if nothing is said; empty if there is nothing to say."""
    return "" if row["default"] == "no choice" else code(row["default"])


def source(row: dict) -> str:
    """Where the formula is documented that was emulated."""
    return f"[what was emulated]({row['source']})" if row["source"] else ""


def test(row: dict) -> str:
    """The test that runs it."""
    return code(row["test"].rpartition("::")[2].partition("[")[2].removesuffix("]") or row["test"])


def code(text: str) -> str:
    """A piece of code in a cell.

    >>> code("x = 1")
    '`x = 1`'
    """
    return f"`{text}`"


def pending(name: str):
    """A place for a table."""
    return lambda: table(name, ["to come", "to come"], [["0", "0"]])


# What is said once for a system if all its rows agree, and else in each row.
DETAILS = {"how": how, "default": default, "regularization": penalty, "document": source, "test": test}

TABLES = {
    "measured_differences": measured_differences,
    "conversion_rules": conversion_rules,
    "frameworks": frameworks,
    "frameworks_defaults": frameworks_defaults,
    "penalties": penalties,
    "caffe_normalizations": caffe_normalizations,
    "data_parallel": data_parallel,
    "step_sizes": pending("Step sizes"),
    "digits_confusion": pending("Confusion"),
    "published_numbers": pending("Published numbers"),
}
