"""`{{ form doctor }}`: paste a gradient, press a button, and be told what is wrong with it.

Python writes the form with an example in it and the answer to the example, so the page reads the same without JavaScript.
docs/assets/doctor.js hands what is pasted to Python in the reader's browser, and shows what comes back.
"""

import html
import json

from mkdocs.utils import get_relative_url

from hooks.forms.diagnoses import written_out
from hooks.run.run_files import Ready, address

PLACEHOLDER = '<div data-form="doctor"></div>'
SCRIPT = "assets/doctor.js"
# What stands in the form at first: right at first sight, and for a batch of one.
EXAMPLE = '''\
import numpy as np


def gradient(scores, labels):
    """The gradient of the mean loss of a batch."""
    exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
    probs[range(len(labels)), labels] -= 1
    return probs
'''
REDUCTIONS = {"mean": "the mean of the batch", "sum": "the sum of the batch"}
# A sign that no program prints by chance.
MARK = "\x1ediagnosis "
CODE = f"""\
import json
import numpy
from snippets.doctor.shown import answered

def answer(said):
    text, options = json.loads(said)
    print({MARK!r} + json.dumps(answered(text, **options)))
"""
WORDS = {
    "loading": "Loading Python. The first time takes some seconds.",
    "running": "Your function is running.",
    "stopped": "Stopped. Your text is still there.",
    "changed": "The text has changed. Press Diagnose for its answer.",
    "disk": "A page that was opened from disk cannot start Python. Serve the site with make site, and it can.",
    "failed": "The doctor could not be asked.",
    "instead": "At home it works without a browser: python -m snippets.doctor my_file.py:my_function",
}
ASLEEP = "The form sleeps. {why} The command stands below."


def placed(content: str, page) -> str:
    """The content with the form in its place, with addresses that lead from this page."""
    if PLACEHOLDER not in content:
        return content
    script = get_relative_url(SCRIPT, page.url)
    client = None if Ready.off else address("client.js", page)
    return content.replace(PLACEHOLDER, form(script, script.removesuffix(SCRIPT), client, Ready.off))


def form(script: str, root: str, client: str | None, why: str = "") -> str:
    """The form, its first answer, and what the script needs. Without a client it sleeps, and says why."""
    from snippets.doctor.shown import answered

    first = answered(EXAMPLE, reduction="mean")
    data = {"root": root, "client": client, "code": CODE, "mark": MARK, "words": WORDS}
    # A browser reads no tag inside of this data but the end of a script.
    written = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    options = "".join(f'<option value="{value}">{words}</option>' for value, words in REDUCTIONS.items())
    return "\n".join(
        [
            '<form class="convert doctor" id="doctor" autocomplete="off" data-search-exclude>',
            # Without the script nothing in here would answer.
            "<fieldset disabled>",
            "<legend>Your gradient</legend>",
            "" if client else f'<p class="convert__hint">{html.escape(ASLEEP.format(why=why))}</p>',
            '<label>Python, with its imports<textarea name="source" rows="11" spellcheck="false" autocapitalize="off"'
            f' autocorrect="off" wrap="off">\n{html.escape(EXAMPLE, quote=False)}</textarea></label>',
            '<div class="doctor__row">',
            f'<label>My loss is<select name="reduction">{options}</select></label>',
            '<label>Function, if there are several<input type="text" name="name" spellcheck="false"'
            ' autocapitalize="off"></label>',
            "</div>",
            '<div class="doctor__buttons"><button type="button" name="diagnose">Diagnose</button>'
            '<button type="button" name="stop" hidden>Stop</button></div>',
            "</fieldset>",
            f'<p class="doctor__status" role="status">{html.escape(first["sentence"])}</p>',
            f'<div class="doctor__answer no-copy">{written_out(first["blocks"], root)}</div>',
            f'<script type="application/json">{written}</script>',
            "</form>",
            f'<script src="{script}" defer></script>',
        ]
    )
