"""What the build makes and puts where a page names it: `{{ figure NAME }}`, `{{ table NAME }}`, `{{ form NAME }}`."""

import re
from collections.abc import Callable

from mkdocs.exceptions import PluginError

Made = dict[str, Callable[[], str]]


def one_each(kind: str, *groups: Made) -> Made:
    """All names together. Of two that are alike, one would silently take the other's place on its page.

    >>> one_each("figure", {"ladder": str}, {"ladder": str})
    Traceback (most recent call last):
    ValueError: two figures are called 'ladder'
    """
    every: Made = {}
    for group in groups:
        for name in group:
            if name in every:
                raise ValueError(f"two {kind}s are called {name!r}")
        every |= group
    return every


def put_in(markdown: str, kind: str, made: Made, page) -> str:
    """The page with what is made in the place of each name."""

    def put(match: re.Match) -> str:
        if match[1] not in made:
            raise PluginError(f"{page.file.src_uri}: hooks/{kind}s.py has no {kind} {match[1]!r}.")
        return made[match[1]]()

    return re.sub(rf"^\{{\{{ *{kind} +(\S+) *\}}\}}$", put, markdown, flags=re.MULTILINE)
