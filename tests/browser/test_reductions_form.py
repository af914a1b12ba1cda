"""The form of the page on learning rates answers what the code answers, to everyone."""

import itertools
import random
import re

import pytest

from hooks.forms.forms import FIRST
from snippets.reductions import (
    IDENTICAL,
    KINDS,
    NAMES,
    NONE,
    ONE_SAMPLE,
    OPTIMIZERS,
    REDUCTIONS,
    REST,
    SETTINGS,
    Recipe,
    convert,
    described,
    main,
    shown,
)
from tests.browser.test_every_page import DESKTOP, PHONE, axe, opened  # noqa: F401

PAGE = "learning-rate.html"

# Fill in the form at once, as a reader would in many strokes.
FILL = """said => {
    const { elements } = document.getElementById('convert');
    for (const [name, value] of Object.entries(said)) {
        if (elements[name].type === 'checkbox') elements[name].checked = value;
        else elements[name].value = value;
    }
    elements.learning_rate.dispatchEvent(new Event('input', { bubbles: true }));
}"""

# What a reader sees of the answer.
READ = """() => {
    const form = document.getElementById('convert');
    const texts = (selector) => [...form.querySelectorAll(selector)].filter((one) => one.checkVisibility()).map((one) => one.textContent);
    return {
        sentence: texts('[role=status] p')[0],
        reasons: texts('.convert__reasons li').map((text) => text.replace(/ formula$/, '')),
        notes: texts('.convert__notes li'),
        cells: texts('tbody td'),
        links: [...form.querySelectorAll(':is(.convert__reasons, tbody) a')].map((one) => one.getAttribute('href')),
        command: texts('.convert__command')[0],
    };
}"""

EMPTY = dict.fromkeys(FIRST, "") | {"ragged": False, "only_rate": False}


def answer(page, said):
    """What the form makes of it."""
    page.evaluate(FILL, EMPTY | said)
    return page.evaluate(READ)


def expected(said):
    """What the code makes of it."""
    names = [name for name in FIRST if said.get(name) and said["optimizer"] in SETTINGS[name].optimizers]
    recipe = Recipe(
        said["reduction"],
        optimizer=said["optimizer"],
        ragged=said["ragged"],
        **{name: float(said[name]) for name in names},
    )
    conversion = convert(recipe, said["to"], only_rate=said["only_rate"])
    words = {"new": NAMES[said["to"]], "old": NAMES[said["reduction"]]}
    changes = [
        (SETTINGS[one.setting].words, shown(one.before), shown(one.after), one.power, one.proof)
        for one in conversion.changes
    ]
    values = ", ".join(f"{setting} {after}" for setting, _, after, _, _ in changes)
    return {
        "sentence": NONE.format(**words) if conversion.reasons else f"{IDENTICAL.format(**words)} {values}. {REST}",
        "reasons": [reason.text for reason in conversion.reasons],
        "notes": list(conversion.notes),
        "cells": [
            cell
            for setting, before, after, power, _ in changes
            for cell in (setting, before, after, described(power, recipe.batch_size))
        ],
        "labels": [reason.proof for reason in conversion.reasons] + [label for *_, label in changes],
    }


def numbers(choose):
    """A number as somebody may type it."""
    value = choose.choice([choose.uniform(0, 1), choose.uniform(1, 1000), 10 ** choose.uniform(-9, 5)])
    return choose.choice(
        [f"{value:.3g}", f"{value:.2f}1", f"{value:.1e}", repr(value), f"+{value:.4f}1", f" {value:.5g} "]
    )


def generated(seed):
    """Recipes as they come; every pair of conventions with every optimizer is among them."""
    choose = random.Random(seed)
    for reduction, to, optimizer, _ in itertools.product(REDUCTIONS, REDUCTIONS, OPTIMIZERS, range(4)):
        said = {"reduction": reduction, "to": to, "optimizer": optimizer, "ragged": choose.random() < 0.2}
        said |= {"only_rate": choose.random() < 0.2, "batch_size": str(choose.choice([2, 3, 16, 100, 4096, 999_999]))}
        said["learning_rate"] = numbers(choose)
        for name in FIRST:
            if name not in said and choose.random() < 0.4:
                said[name] = (
                    choose.choice(["", "0"])
                    if SETTINGS[name].kind == "strength" and choose.random() < 0.2
                    else numbers(choose)
                )
        if choose.random() < 0.2:
            said["auxiliary_weight"] = "-0.25"
        if not said["ragged"] and choose.random() < 0.1:
            said["batch_size"] = "1"
        yield said


def test_it_answers_what_the_code_answers(chromium, server):
    """The same numbers, reasons, notes and links for many recipes."""
    count = 0
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        for said in generated(seed=16):
            got, wanted = answer(page, said), expected(said)
            labels = wanted.pop("labels")

            assert {name: got[name] for name in wanted} == wanted, said
            assert [link.partition("#")[2] for link in got["links"]] == labels, said
            count += bool(wanted["reasons"])
        assert page.wrong == []
    assert 40 < count < 160


def test_its_command_says_the_same(chromium, server, capsys):
    """What it offers for the terminal runs there, and comes to the same."""
    with opened(chromium, f"{server.address}/{PAGE}") as page:
        for said in itertools.islice(generated(seed=7), 0, None, 5):
            command = answer(page, said)["command"].split()
            code = main(command[3:])
            text = capsys.readouterr().out

            assert command[:3] == ["python", "-m", "snippets.reductions"]
            assert (code == 1) == bool(expected(said)["reasons"])
            for reason in expected(said)["reasons"]:
                assert reason in text
            for after in expected(said)["cells"][2::4]:
                assert f" {after} " in text


GOOD = {"reduction": "mean", "to": "sum", "optimizer": "adagrad", "batch_size": "16", "learning_rate": "0.1"}
BAD = [
    ("batch_size", "0"),
    ("batch_size", "2.5"),
    ("batch_size", ""),
    ("learning_rate", ""),
    ("learning_rate", "0"),
    ("learning_rate", "-1"),
    ("learning_rate", "fast"),
    ("learning_rate", "0x10"),
    ("learning_rate", "1e999"),
    ("learning_rate", "0,1"),
    ("epsilon", "-1"),
    ("initial_accumulator", "-1"),
    ("l2", "-0.1"),
    ("auxiliary_weight", "NaN"),
    ("clip_norm", "0"),
    ("clip_value", "0"),
    ("loss_scale", "-1"),
]


def test_it_says_what_it_cannot_read(chromium, site):
    """In words, at the field, and with no answer beside it; and all is well again once the slip is mended."""
    with opened(chromium, (site / PAGE).as_uri()) as page:
        for name, text in BAD:
            got = answer(page, GOOD | {name: text})

            setting = SETTINGS[name]
            assert got["sentence"] == f"The {setting.words} must be {KINDS[setting.kind]}, got {text or 'nothing'}."
            assert (got["cells"], got["reasons"], got["notes"]) == ([], [], [])
            assert page.locator("#convert [aria-invalid]").evaluate_all("all => all.map((one) => one.name)") == [name]
            assert answer(page, GOOD)["cells"][:3] == ["learning rate", "0.1", "0.1"]
            assert page.locator("#convert [aria-invalid]").count() == 0


def test_it_says_every_slip(chromium, site):
    """Two slips are two sentences; what another optimizer has is not asked for."""
    with opened(chromium, (site / PAGE).as_uri()) as page:
        two = answer(page, GOOD | {"l2": "x", "clip_norm": "y", "weight_decay": "z"})["sentence"]
        one = answer(page, GOOD | {"batch_size": "1", "ragged": True})["sentence"]

    assert (
        two
        == "The L2 strength must be a number of at least 0, got x. The clipping norm must be a number above 0, got y."
    )
    assert one == f"No: {ONE_SAMPLE}."


@pytest.mark.parametrize("how", ["served", "from disk"])
def test_it_works_with_the_keyboard_alone(chromium, site, server, how):
    """From field to field with the tab key; a choice with the arrows or a letter; Enter does no harm."""
    address = f"{server.address}/{PAGE}" if how == "served" else (site / PAGE).as_uri()
    with opened(chromium, address) as page:
        page.locator("#convert select").first.focus()
        # Want the sum; the optimizer becomes sgd; a batch of 8; a rate of 0.4.
        for key in ["Tab", "Tab", "s", "Tab", "Control+a", "8", "Tab", "Control+a", "0", ".", "4", "Enter"]:
            page.keyboard.press(key)
        got = page.evaluate(READ)

        assert got["cells"][:4] == ["learning rate", "0.4", "0.05", "divided by 8"]
        assert got["sentence"].endswith("learning rate 0.05, clipping norm 8. All other settings stay as they are.")
        assert not page.get_by_label("Epsilon").is_visible()
        assert page.get_by_label("Decoupled decay", exact=True).is_visible()
        for _ in range(8):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.evaluate(READ)["reasons"] != []
        assert page.wrong == []
        assert PAGE in page.url


def test_it_works_with_a_finger(chromium, site):
    """Its targets are large enough, and a tap is enough for a check box."""
    with opened(chromium, (site / PAGE).as_uri(), viewport=PHONE, has_touch=True) as page:
        page.get_by_text("Only the learning rate may change").tap()

        assert page.evaluate(READ)["reasons"][0].startswith("The epsilon would have to be multiplied by 16")
        for field in page.locator("#convert :is(select, input[type=text], .convert__check)").all():
            if field.is_visible():
                assert field.bounding_box()["height"] >= 24


LONG = {
    "optimizer": "adagrad",
    "reduction": "update",
    "to": "sum",
    "batch_size": "999983",
    "learning_rate": "0.00123456789123456789",
    "initial_accumulator": "0.123456789123456789",
    "l2": "1.23456789123e-9",
    "clip_norm": "123456.789123456789",
}
STATES = {
    "an answer": LONG,
    "reasons": LONG | {"reduction": "mean", "ragged": True},
    "a slip": LONG | {"l2": "0123456789" * 8},
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_every_state_fits_and_has_no_barrier(chromium, site, axe, state):  # noqa: F811
    """On a phone and on a desktop, in light and dark, with the longest numbers."""
    with opened(chromium, (site / PAGE).as_uri()) as page:
        for viewport, scheme in itertools.product([PHONE, DESKTOP], ["light", "dark"]):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme)
            page.reload()
            answer(page, state)
            page.evaluate(axe)
            found = page.evaluate("() => axe.run('#convert', {resultTypes: ['violations']})")

            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_without_javascript_it_shows_an_answer_and_the_command(chromium, site):
    """The fields are asleep; the answer and the command are there, as is the table of the rules."""
    with opened(chromium, (site / PAGE).as_uri(), java_script_enabled=False) as page:
        assert all(field.is_disabled() for field in page.locator("#convert :is(select, input)").all())
        assert page.locator("#convert tbody tr").count() == 3
        assert "python -m snippets.reductions --from mean --to sum " in page.locator("#convert").inner_text()
        assert page.locator("table[aria-label='What a recipe for the mean becomes']").is_visible()


def test_it_says_the_same_before_and_after_the_script(chromium, site):
    """What Python wrote is what the script writes; nothing jumps."""
    with opened(chromium, (site / PAGE).as_uri(), java_script_enabled=False) as page:
        before = page.locator("#convert .convert__answer").inner_html()
    with opened(chromium, (site / PAGE).as_uri()) as page:
        after = page.locator("#convert .convert__answer").inner_html()

    assert after.split() == before.split()


def test_a_listener_hears_the_answer_and_only_when_it_is_new(chromium, site):
    """The sentence is in a region that is announced; the same answer is not announced twice."""
    with opened(chromium, (site / PAGE).as_uri()) as page:
        page.evaluate(
            """() => {
                window.changes = 0;
                const region = document.querySelector('#convert [role=status] p');
                new MutationObserver(() => (window.changes += 1)).observe(region, { childList: true, characterData: true, subtree: true });
            }"""
        )
        answer(page, GOOD)
        answer(page, GOOD)

        assert page.evaluate("window.changes") == 1
