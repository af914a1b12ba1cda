"""Each formula on a page gets its mark, which the proof of this very build has earned."""

import html
import re

from mkdocs.exceptions import PluginError

from hooks.formulas import katex
from hooks.proofs import Build

TRANSCLUSION = re.compile(r"^\{\{ *equation +(\S+) *\}\}$", re.MULTILINE)
PLACEHOLDER = re.compile(r'<div data-equation="([^"]*)"></div>')
# What the Markdown extension arithmatex writes.
DISPLAY = re.compile(r'<div class="arithmatex">\\\[(.*?)\\\]</div>', re.DOTALL)
INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
# With the signs of the sentence that touch it.
TOUCHED = re.compile(rf"(\(?){INLINE.pattern}([.,:;?!)]*)", re.DOTALL)
LABEL = re.compile(r"\\label\{([^{}]*)\}\s*")
# What KaTeX makes of a formula: pieces between which a line may end.
PIECE = 'class="katex-base"'
PAGES_OF_DERIVATIONS = "derivations/{}.md"


def page_of(source: str) -> str:
    """The page of a source file; the text of a script is on the script's page.

    >>> page_of("loss.md"), page_of("derivations/loss.py")
    ('loss.md', 'derivations/loss.md')
    """
    return source.removesuffix(".py") + ".md" if source.endswith(".py") else source


def on_page_markdown(markdown, *, page, config, files):
    """`{{ equation eq:name }}` shows a formula of another page."""
    return TRANSCLUSION.sub(lambda match: f'<div data-equation="{html.escape(match[1])}"></div>', markdown)


def on_page_content(content, *, page, config, files):
    """Formulas become HTML and MathML, each display with its mark."""
    try:
        content = DISPLAY.sub(lambda match: display(html.unescape(match[1]), page, files), content)
        content = PLACEHOLDER.sub(lambda match: elsewhere(html.unescape(match[1]), page, files), content)
        content = TOUCHED.sub(lambda match: touched(match, page), content)
        headings(page.toc, page)
    except katex.TeXError as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error
    return problems(page) + content


def display(tex: str, page, files) -> str:
    """A formula where it is stated: its label is its address."""
    found = LABEL.search(tex)
    tex = LABEL.sub("", tex).strip()
    if found is None:
        return unproved(tex, "It has no label, so nothing can prove it.")
    label = found[1]
    page.present_anchor_ids.add(label)
    statements = Build.ledger.of(label)
    if not statements:
        return unproved(tex, f"No derivation states {label}.")
    marked = next((one.marked for one in statements if one.marked), None)
    link = f'<a class="equation__link" href="#{label}" aria-label="Link to this formula">#</a>'
    return box(marked or tex, statements, note(statements, page, files) + link, label)


def elsewhere(label: str, page, files) -> str:
    """A formula of another page: it links to where it is stated."""
    statements = Build.ledger.of(label)
    if not statements:
        raise PluginError(f"{page.file.src_uri}: there is no formula {label}.")
    home = files.get_file_from_path(page_of(statements[0].page))
    link = f'<a href="{home.url_relative_to(page.file)}#{label}">where it comes from</a>'
    return box(statements[0].latex, statements, note(statements, page, files) + link)


def box(tex: str, statements, note: str, label: str = "") -> str:
    """The formula with the line below it. A wide one can be scrolled with the keyboard, too."""
    failed = "".join(f"<pre>{html.escape(one.report)}</pre>" for one in statements if one.verdict != "confirmed")
    identity = f' id="{label}"' if label else ""
    wrong = " equation--failed" if failed else ""
    rendered = katex.render(tex, display=True)
    # Search finds words; the letters of formulas would only be in its way.
    return (
        f'<div class="equation{wrong}"{identity} data-search-exclude>'
        f'<div class="equation__formula" style="--tall:{katex.tall(rendered)}" tabindex="0" role="group" aria-label="Formula">'
        f"{rendered}</div>"
        f'<p class="equation__note">{note}</p>{failed}</div>'
    )


def note(statements, page, files) -> str:
    """Mark, rules and value on the example, in small letters."""
    parts = [mark(statements, page, files), *rules(statements, page, files), value(statements)]
    return "".join(part for part in parts if part)


def mark(statements, page, files) -> str:
    """The worst verdict of a chain is the verdict of the chain. It links to what proves it."""
    first, name = worst(statements), verdict(statements)
    target = files.get_file_from_path(PAGES_OF_DERIVATIONS.format(first.script))
    if target is None:
        return f'<span class="mark mark--{name}">{name}</span>'
    link = f"{target.url_relative_to(page.file)}#proof:{first.label}"
    return f'<a class="mark mark--{name}" href="{link}">{name}</a>'


def worst(statements):
    """The statement that speaks for a chain."""
    return next((one for one in statements if one.verdict != "confirmed"), statements[0])


def verdict(statements) -> str:
    """What a mark says: to bind a definition is not to prove it."""
    one = worst(statements)
    return one.kind if one.verdict == "confirmed" and one.kind in ("definition", "notation") else one.verdict


def rules(statements, page, files) -> list[str]:
    """The rule of each step of a chain, linked to what it says."""
    from derivations.proof.rules import RULES

    target = files.get_file_from_path("rules.md")
    links = []
    for name in dict.fromkeys(name for one in statements for name in names_of(one.rule)):
        rule = RULES.get(name)
        if rule and target:
            name = f'<a href="{target.url_relative_to(page.file)}#{rule.slug}">{html.escape(name)}</a>'
        links.append(name)
    return [f'<span class="equation__rules">by {", ".join(links)}</span>'] if links else []


def names_of(rule: str | None) -> list[str]:
    """A step may need several rules, one after the other.

    >>> names_of("definition, cancellation"), names_of(None)
    (['definition', 'cancellation'], [])
    """
    return rule.split(", ") if rule else []


def value(statements) -> str:
    """What both sides come to for the numbers of the example."""
    values = [each.replace("-", "−") for one in statements for each in one.values]
    if not values:
        return ""
    different = list(dict.fromkeys(values))
    text = f"each side {different[0]}" if len(different) == 1 else "sides " + ", ".join(different)
    return f'<span class="equation__value">example: {html.escape(text)}</span>'


def inline(tex: str, page) -> str:
    """A formula inside a sentence. It shows nothing of its proof unless the proof fails."""
    rendered = f"<span data-search-exclude>{katex.render(tex)}</span>"
    for one in Build.ledger.statements:
        if page_of(one.page) == page.file.src_uri and one.latex == tex and one.verdict != "confirmed":
            return f'<span class="inline--failed" title="{html.escape(one.report)}">{rendered}</span>'
    return rendered


def touched(match, page) -> str:
    """A formula with the comma behind it. A browser would begin a line with that comma.

    A formula that may itself break at its relations is left alone: in one piece it may be wider than a phone.
    """
    rendered = inline(html.unescape(match[2]), page)
    whole = f"{match[1]}{rendered}{match[3]}"
    touches = bool(match[1] or match[3])
    return f'<span class="touched">{whole}</span>' if touches and rendered.count(PIECE) == 1 else whole


def headings(items, page) -> None:
    """Formulas in headings, as the table of contents shows them."""
    for item in items:
        item.title = re.sub(r"\\\((.*?)\\\)", lambda match: inline(html.unescape(match[1]), page), item.title)
        headings(item.children, page)


def unproved(tex: str, why: str) -> str:
    """A formula that only its writer may see."""
    return (
        f'<div class="equation equation--failed">{katex.render(tex, display=True)}<pre>{html.escape(why)}</pre></div>'
    )


def problems(page) -> str:
    """What else is wrong with a page, at its top, for its writer."""
    lines = [
        f"line {one.line}: {one.message}" for one in Build.ledger.problems if page_of(one.page) == page.file.src_uri
    ]
    return f'<pre class="equation--failed">{html.escape(chr(10).join(lines))}</pre>' if lines else ""
