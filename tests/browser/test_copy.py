"""What the copy button gives: code that runs where it is pasted."""

import re
from doctest import DocTestParser
from html import unescape
from pathlib import Path
from textwrap import dedent

from tests.browser.test_every_page import opened

PAGE = Path(__file__).parents[2] / "docs" / "learning-rate.md"

# The clipboard fills when the browser gets to it: a slow machine takes a moment longer.
ONCE_FILLED = """async () => {
    for (let tries = 0; tries < 200; tries++) {
        const text = await navigator.clipboard.readText();
        if (text) return text;
        await new Promise(soon => setTimeout(soon, 50));
    }
    return "";
}"""


def copied(page, box):
    """Press the button of a box of code; return what is then in the clipboard.

    By keyboard: what lies above may still be laid out, and then a pointer would press where the button was.
    """
    page.evaluate("navigator.clipboard.writeText('')")
    box.locator("button[data-clipboard-target]").press("Enter")
    return page.evaluate(ONCE_FILLED)


def test_a_session_is_copied_without_prompts_and_outputs(chromium, server):
    """What was typed, and nothing else, for each session of a page that has outputs and lines that go on."""
    text = PAGE.read_text(encoding="utf-8")
    # Those of the answers stand further in, and are folded.
    sessions = [dedent(each) for each in re.findall(r"^ *```pycon\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)]
    expected = ["".join(example.source for example in DocTestParser().get_examples(each)) for each in sessions]

    with opened(
        chromium, f"{server.address}/learning-rate.html", permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
        boxes = page.locator("article div.highlight", has_text=">>>").all()
        found = [copied(page, box) for box in boxes]

    assert len(found) > 1
    assert [each.rstrip() for each in found] == [each.rstrip() for each in expected]
    assert any("\n    " in each for each in found)


def test_other_code_is_copied_as_it_stands(chromium, server):
    with opened(
        chromium, f"{server.address}/mean-of-means.html", permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        box = page.locator("article div.highlight", has_not_text=">>>").first
        found, shown = copied(page, box), box.locator("code").text_content()

    assert found == unescape(shown).rstrip()
    assert found.startswith("def ")
