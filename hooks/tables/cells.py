"""What all tables of the build are made of."""

import html


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
