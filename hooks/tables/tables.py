"""`{{ table NAME }}`: tables that nobody types. Each is computed in the build, or made from a record that a test keeps."""

import json
import re
from collections import Counter
from pathlib import Path

from mkdocs.exceptions import PluginError

from hooks.formulas.equations import page_of
from hooks.made import one_each, put_in
from hooks.proofs import Build
from hooks.tables.cells import table
from hooks.tables.digit_tables import DIGITS
from hooks.tables.doctor_tables import DOCTOR_TABLES
from hooks.tables.lighthouse_tables import LIGHTHOUSE
from hooks.tables.run_tables import RUN_TABLES
from hooks.tables.speed_tables import SPEED_TABLES

# A comment before a table says what it is called.
NAMED = re.compile(r'<!-- table (".*?") -->\s*<table>')
CODE_IN_CELL = re.compile(r"(?<=<code>)[^<]+(?=</code>)")
CELL = re.compile(r"<td\b.*?</td>", re.DOTALL)
# Where a long name may be broken: behind a joint, and before a word that only its capital tells apart.
JOINT = re.compile(r"(?<=[a-z][._(=,:])(?=\w)|(?<=[A-Z]{2}_)(?=\w)|(?<=[a-z])(?=[A-Z][a-z])")
# A path in a sentence may be broken behind each folder, and a short piece of code nowhere.
PATH = re.compile(r"(?<=<code>)\w+/[\w/.:]+(?=</code>)")
FOLDER = re.compile(r"(?<=\w/)|(?<=::)")
SHORT = re.compile(r"<code>(?=[^<]{3,9}</code>)(?=[^<\s]+ )")
# An option is told apart by its hyphens, which would be left behind at the end of a line.
OPTION = re.compile(r"(?<= )--[\w-]+")
# A sign of multiplication stays with the number behind it, and with the digit before it.
FACTOR = re.compile(r"(?<=\d) (?=[×÷] )|(?<=[×÷]) (?=[\w<])")
UNBROKEN = "&nbsp;"
RECORD = Path(__file__).parents[2] / "benchmarks" / "peers.json"
RANKS = RECORD.with_name("data_parallel.json")
AT_ZERO = RECORD.with_name("at_zero.json")
TRAINING = RECORD.with_name("training.json")
PUBLISHED = RECORD.with_name("published_numbers.json")


def on_page_markdown(markdown, *, page, config, files):
    """Each name is replaced by its table."""
    return put_in(markdown, "table", TABLES, page)


def on_page_content(content, *, page, config, files):
    """A wide table can be scrolled with the keyboard, and a listener hears its name."""
    return NAMED.sub(r'<table tabindex="0" aria-label=\1>', content)


def on_post_page(output, *, page, config):
    """A long name in a narrow cell ends its line at a joint. This comes late: the search knows the name in one piece."""
    output = CELL.sub(
        lambda cell: CODE_IN_CELL.sub(lambda name: jointed(name[0]), FACTOR.sub(UNBROKEN, cell[0])), output
    )
    return SHORT.sub('<code class="touched">', PATH.sub(lambda path: FOLDER.sub("<wbr>", path[0]), output))


def jointed(name: str) -> str:
    """A name with the places at which it may be broken.

    >>> jointed("torch.nn.CrossEntropyLoss()"), jointed("batch_size=2")
    ('torch.<wbr>nn.<wbr>Cross<wbr>Entropy<wbr>Loss()', 'batch_<wbr>size=<wbr>2')
    >>> jointed("python -m snippets.doctor --json")
    'python -m snippets.<wbr>doctor <span class="touched">--json</span>'
    """
    return OPTION.sub(r'<span class="touched">\g<0></span>', JOINT.sub("<wbr>", name))


def proof(label: str, words: str = "formula") -> str:
    """A link to the formula with this label, wherever it stands."""
    statements = Build.ledger.of(label)
    if statements:
        return f"[{words}]({page_of(statements[0].page)}#{label})"
    if Build.serving:
        return label
    raise PluginError(f"hooks/tables/tables.py: there is no formula {label}.")


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


def sum_rules() -> str:
    """The same for the sum alone, in as little room as a sheet has: one line for each setting."""
    from snippets.reductions import OPTIMIZERS, RULES, SETTINGS

    settings = {}
    for rule in RULES:
        changes = settings.setdefault(SETTINGS[rule.setting].words, {})
        whose = "all" if rule.optimizers == OPTIMIZERS else ", ".join(rule.optimizers)
        changes.setdefault(times(rule.power, "*N*"), []).append(proof(rule.proof, whose))
    rows = [
        [words, "; ".join(f"{change} {', '.join(whose)}" for change, whose in changes.items())]
        for words, changes in settings.items()
    ]
    return table("From the mean to the sum", ["setting", "change, for whom"], rows)


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


def relu_at_zero() -> str:
    """The slope of max(0, x) at 0, for each way to write it."""
    record = json.loads(AT_ZERO.read_text(encoding="utf-8"))
    words = {0: "0", 0.5: "one half", 1: "1"}
    rows = [[row["system"], code(row["call"]), words[row["slope"]]] for row in record]
    versions = ", ".join(dict.fromkeys(f"{row['system']} {row['version']}" for row in record))
    made = table("The slope of ReLU at 0", ["library", "written as", "slope at 0"], rows)
    return f"{made}\nRun with {versions}, by `tests/peers/test_at_zero.py`.\n"


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


def step_sizes() -> str:
    """The best step of each format, derived and found, and the errors there."""
    from snippets.step_sizes import FORMATS, best, complex_step_error

    rows = []
    for row in map(best, FORMATS):
        digits = f"{row.name}<br><small>distance from 1 to the next number {scientific(row.eps)}</small>"
        derived, found = (
            f"{scientific(step)}<br><small>error {scientific(error)}</small>"
            for step, error in [(row.derived, row.error_there), (row.step, row.error)]
        )
        rows.append([digits, derived, found])
    rows.append(["float64, complex step", "any small one", f"<small>error {scientific(complex_step_error())}</small>"])
    return table("The best step in each format", ["format", "step by the formula", "best step of those tried"], rows)


def scientific(value: float) -> str:
    """A number with two digits.

    >>> scientific(0.0071), scientific(0.31622), scientific(1.0)
    ('0.0071', '0.32', '1')
    >>> scientific(8.7e-6)
    '8.7&nbsp;×&nbsp;10<sup>−6</sup>'
    """
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{value:.2g}" if value >= 0.001 else f"{digits}&nbsp;×&nbsp;10<sup>−{-int(exponent)}</sup>"


def digits_confusion() -> str:
    """How often each digit that was held out was read as each digit."""
    confusion = json.loads(TRAINING.read_text(encoding="utf-8"))["digits"]["confusion"]
    classes = [str(k) for k in range(len(confusion))]
    rows = [[f"**{true}**", *map(str, row)] for true, row in enumerate(confusion)]
    return table("What each digit is read as", ["is", *classes], rows)


def published_numbers() -> str:
    """What the course and its readers printed, and whether we get the same digits."""
    from snippets.published_numbers import SOURCES

    rows = []
    for row in json.loads(PUBLISHED.read_text(encoding="utf-8")):
        name, address = SOURCES[row["source"]]
        source = f"[{name}]({address})" if address else name
        words = f"{row['words']}<br><small>{'; '.join([source, row['remark']] if row['remark'] else [source])}</small>"
        printed = [number.replace("-", "−") for number in row["printed"]]
        numbers = ", ".join(printed) if len(printed) < 4 else f"{printed[0]}, …, {printed[-1]}"
        # Two columns are as many as fit on a phone.
        rows.append([words, f"{numbers}<br><small>{agreement(printed, row['ours'], row['same'])}</small>"])
    return table("Published numbers, and ours", ["what", "printed, and what we get"], rows)


def agreement(printed: list[str], ours: list[float], same: list[bool]) -> str:
    """Whether all digits agree, and else which numbers do not.

    >>> agreement(["1.0"], [1.0], [True])
    'the same digits'
    >>> agreement(["1.0", "2.0"], [1.0, 2.0], [True, True])
    '2 numbers, all with the same digits'
    >>> agreement(["1.0", "2.0"], [1.0, 2.1], [True, False])
    '2 numbers, 1 with the same digits; **2.1 for 2.0**'
    """
    if all(same):
        return "the same digits" if len(same) == 1 else f"{len(same)} numbers, all with the same digits"
    others = ", ".join(f"{our} for {one}" for one, our, agrees in zip(printed, ours, same, strict=True) if not agrees)
    return f"{len(same)} numbers, {sum(same)} with the same digits; **{others}**"


# What is said once for a system if all its rows agree, and else in each row.
DETAILS = {"how": how, "default": default, "regularization": penalty, "document": source, "test": test}

OWN = {
    "measured_differences": measured_differences,
    "conversion_rules": conversion_rules,
    "sum_rules": sum_rules,
    "frameworks": frameworks,
    "frameworks_defaults": frameworks_defaults,
    "penalties": penalties,
    "caffe_normalizations": caffe_normalizations,
    "data_parallel": data_parallel,
    "relu_at_zero": relu_at_zero,
    "step_sizes": step_sizes,
    "digits_confusion": digits_confusion,
    "published_numbers": published_numbers,
}
TABLES = one_each("table", OWN, DIGITS, SPEED_TABLES, DOCTOR_TABLES, RUN_TABLES, LIGHTHOUSE)
