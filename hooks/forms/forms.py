"""`{{ form reductions }}`: a form that converts a recipe in the page, by the very rules of the code.

The other form, `{{ form doctor }}`, is in hooks/forms/doctor_form.py.

Python writes the form with an answer in it, so the page reads the same without JavaScript.
docs/assets/reductions.js takes the rules from the page, and only multiplies and picks sentences.
"""

import html
import json
from dataclasses import asdict

from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

from hooks.forms import doctor_form
from hooks.formulas.equations import page_of
from hooks.made import put_in
from hooks.proofs import Build

PLACEHOLDER = '<div data-form="reductions"></div>'
SCRIPT = "assets/reductions.js"
FORMS = {"reductions": lambda: PLACEHOLDER, "doctor": lambda: doctor_form.PLACEHOLDER}
# What stands in the form at first. Nothing is a setting that the recipe does not have.
FIRST = {
    "batch_size": "16",
    "learning_rate": "0.001",
    "epsilon": "1e-8",
    "initial_accumulator": "",
    "l2": "",
    "weight_decay": "",
    "auxiliary_weight": "",
    "clip_norm": "1",
    "clip_value": "",
    "loss_scale": "",
}
OPTIMIZER, FROM, TO = "adam", "mean", "sum"


def on_page_markdown(markdown, *, page, config, files):
    """The place of the form; it is HTML, so Markdown shall not touch it."""
    return put_in(markdown, "form", FORMS, page)


def on_page_content(content, *, page, config, files):
    """The form, once per page at most, with links that lead from this page."""
    content = doctor_form.placed(content, page)
    if PLACEHOLDER not in content:
        return content
    script = get_relative_url(SCRIPT, page.url)
    return content.replace(PLACEHOLDER, form(lambda label: address(label, page, files), script))


def address(label: str, page, files) -> str:
    """Where the formula with this label stands."""
    statements = Build.ledger.of(label)
    if statements:
        target = files.get_file_from_path(page_of(statements[0].page))
        return f"{target.url_relative_to(page.file)}#{label}"
    if Build.serving:
        return ""
    raise PluginError(f"{page.file.src_uri}: there is no formula {label}.")


def rules(link) -> dict:
    """All that the script needs to know. link(label) is the address of a formula."""
    from snippets import reductions

    return {
        "settings": {name: asdict(setting) for name, setting in reductions.SETTINGS.items() if name in FIRST},
        "required": reductions.REQUIRED,
        "kinds": reductions.KINDS,
        "rules": [asdict(rule) | {"proof": link(rule.proof)} for rule in reductions.RULES],
        "ragged": link(reductions.RAGGED),
        "gradient": reductions.GRADIENT,
        "names": reductions.NAMES,
        "identical": reductions.IDENTICAL,
        "none": reductions.NONE,
        "rest": reductions.REST,
        "onlyRate": reductions.ONLY_RATE,
        "oneSample": reductions.ONE_SAMPLE,
    }


def form(link, script: str) -> str:
    """The form, its first answer, and the data and the script that keep the answer true."""
    from snippets.reductions import NAMES, OPTIMIZERS

    selects = [
        select("reduction", "My loss is", {name: words for name, words in NAMES.items()}, FROM),
        select("to", "I want", {name: words for name, words in NAMES.items()}, TO),
        select("optimizer", "Optimizer", {name: name for name in OPTIMIZERS}, OPTIMIZER),
    ]
    # A browser reads no tag inside of this data but the end of a script.
    data = json.dumps(rules(link), ensure_ascii=False).replace("<", "\\u003c")
    return "\n".join(
        [
            '<form class="convert" id="convert" autocomplete="off" data-search-exclude>',
            # Without the script nothing in here would answer.
            "<fieldset disabled>",
            "<legend>Your recipe</legend>",
            '<p class="convert__hint">Leave empty what it does not have.</p>',
            '<div class="convert__fields">',
            *selects,
            *(text_field(name, value) for name, value in FIRST.items()),
            "</div>",
            check_box("ragged", "The batches differ in size, or the mean divides by what changes"),
            check_box("only_rate", "Only the learning rate may change"),
            "</fieldset>",
            answer(link),
            f'<script type="application/json">{data}</script>',
            "</form>",
            f'<script src="{script}" defer></script>',
        ]
    )


def select(name: str, words: str, choices: dict[str, str], chosen: str) -> str:
    """One of several."""
    options = [
        f'<option value="{value}"{" selected" if value == chosen else ""}>{html.escape(text)}</option>'
        for value, text in choices.items()
    ]
    return f'<label>{words}<select name="{name}">{"".join(options)}</select></label>'


def text_field(name: str, value: str) -> str:
    """A number. Those of other optimizers are not shown."""
    from snippets.reductions import SETTINGS

    setting = SETTINGS[name]
    hidden = "" if OPTIMIZER in setting.optimizers else " hidden"
    words = setting.words[0].upper() + setting.words[1:]
    return (
        f"<label{hidden}>{words}"
        f'<input type="text" name="{name}" value="{value}" spellcheck="false" autocapitalize="off"></label>'
    )


def check_box(name: str, words: str) -> str:
    """Yes or no."""
    return f'<label class="convert__check"><input type="checkbox" name="{name}"> {words}</label>'


def answer(link) -> str:
    """The answer to what stands in the form at first, as the script will write it, too."""
    from snippets.reductions import IDENTICAL, NAMES, REST, SETTINGS, Recipe, convert, described, shown

    given = {name: SETTINGS[name].default if value == "" else float(value) for name, value in FIRST.items()}
    given = {name: value for name, value in given.items() if OPTIMIZER in SETTINGS[name].optimizers}
    recipe = Recipe(reduction=FROM, optimizer=OPTIMIZER, **given)
    conversion = convert(recipe, TO)
    rows = []
    for one in conversion.changes:
        cells = [
            SETTINGS[one.setting].words,
            shown(one.before),
            shown(one.after),
            f'<a href="{link(one.proof)}">{described(one.power, recipe.batch_size)}</a>',
        ]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    sentence = f"{IDENTICAL.format(new=NAMES[TO], old=NAMES[FROM])} " + ", ".join(
        f"{SETTINGS[one.setting].words} {shown(one.after)}" for one in conversion.changes
    )
    options = [f"--from {FROM}", f"--to {TO}", f"--optimizer {OPTIMIZER}"]
    options += [f"--{name.replace('_', '-')} {value}" for name, value in FIRST.items() if value]
    command = " ".join(f"<span>{part}</span>" for part in ["python -m snippets.reductions", *options])
    head = "".join(f"<th>{words}</th>" for words in ["setting", "before", "after", "change"])
    return "\n".join(
        [
            f'<div class="convert__answer"><div role="status"><p>{sentence}. {REST}</p><ul class="convert__reasons"></ul></div>',
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
            f'<ul class="convert__notes">{"".join(f"<li>{note}</li>" for note in conversion.notes)}</ul>',
            "<p>The same as a command, which needs no JavaScript:</p>",
            f'<p><code class="convert__command">{command}</code></p></div>',
        ]
    )
