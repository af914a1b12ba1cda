"""`{{ number NAME }}` and `{{ number NAME .3f }}`: no decimal number is typed by hand."""

import re

from mkdocs.exceptions import PluginError

MACRO = re.compile(r"\{\{ *number +([^\s}]+)(?: +([^\s}]+))? *\}\}")


def on_page_markdown(markdown, *, page, config, files):
    """Each name is replaced by what it computes."""
    from derivations.computed import NUMBERS

    def computed(match):
        name, form = match.groups()
        if name not in NUMBERS:
            raise PluginError(f"{page.file.src_uri}: derivations/computed.py has no number {name!r}.")
        return number(NUMBERS[name](), form)

    return MACRO.sub(computed, markdown)


def number(value, form: str | None = None) -> str:
    """A number as a sentence shows it.

    >>> number(3), number(1.0986122886681098), number(1.0986122886681098, ".2f"), number(-0.5)
    ('3', '1.099', '1.10', '−0.5')
    """
    if form is None:
        form = "" if isinstance(value, int) else ".4g"
    if not isinstance(value, int):
        value = float(value)
    return format(value, form).replace("-", "−")
