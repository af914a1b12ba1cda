"""The caller survives, gets an answer in time, and finds everything as it was."""

import contextlib
import functools
import os
import signal
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from snippets.doctor import assert_correct_gradient, diagnose, diagnose_source, isolation


def right(scores, labels):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = exponentials / exponentials.sum(axis=1, keepdims=True)
    return (shares - np.eye(scores.shape[1])[labels]) / len(labels)


def summed(scores, labels):
    return right(scores, labels) * len(labels)


def for_ever(scores, labels):
    while True:
        time.sleep(0.01)


def deaf_for_ever(scores, labels):
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


def leaves(scores, labels):
    os._exit(3)


def crashes(scores, labels):
    os.kill(os.getpid(), signal.SIGSEGV)


def asks(scores, labels):
    return input("which? ")


def too_much(scores, labels):
    return np.ones(1 << 40)


def deep(scores, labels):
    return deep(scores, labels)


def raises_what_has_no_words(scores, labels):
    class Unspeakable(Exception):
        def __str__(self):
            raise ValueError("no words")

    raise Unspeakable


CASES = [
    (leaves, "It ended its own process (status 3)"),
    (crashes, "It ended its own process (signal 11)"),
    (asks, "EOFError"),
    (too_much, "MemoryError"),
    (deep, "RecursionError"),
    (raises_what_has_no_words, "Unspeakable"),
]


@pytest.mark.parametrize(("function", "words"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_clear_answer(function, words):
    diagnosis = diagnose(function)

    assert diagnosis.verdict == "could-not-run"
    assert words in diagnosis.explanation


@pytest.mark.parametrize("function", [for_ever, deaf_for_ever])
@pytest.mark.parametrize("forked", [True, False])
def test_the_time_limit_holds(function, forked, monkeypatch):
    if not forked:
        monkeypatch.setattr(isolation, "UNSAFE", ("numpy",))
    start = time.monotonic()
    diagnosis = diagnose(function, seconds=0.5)

    assert diagnosis.explanation.startswith("It did not finish within 0.5 seconds.")
    assert time.monotonic() - start < 5


def test_with_a_large_library_loaded_the_answer_is_the_same(monkeypatch):
    apart = diagnose(summed).as_dict()
    monkeypatch.setattr(isolation, "UNSAFE", ("numpy",))

    assert diagnose(summed).as_dict() == apart


def torch_inside(scores, labels):
    import torch

    return torch.softmax(scores, 1)


REACHES = [
    (right, False),
    (functools.partial(right), False),
    (functools.partial(torch_inside), True),
    (torch_inside, True),
    (np.exp, False),
]


@pytest.mark.parametrize(("function", "reaches"), REACHES)
def test_a_large_library_counts_where_it_is_used(function, reaches, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", sys)

    assert isolation._may_reach(function) == reaches


def test_of_a_package_that_is_not_known_it_may_be():
    from hypothesis import given

    assert isolation._may_reach(given)


def test_a_process_with_a_large_library_survives_what_does_not_use_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", sys)

    assert "It ended its own process (status 3)" in diagnose(leaves).explanation


def test_the_same_function_gives_the_same_answer():
    assert diagnose(summed).as_dict() == diagnose(summed).as_dict()


def test_another_thread_may_ask():
    found = []
    thread = threading.Thread(target=lambda: found.append(diagnose(right).verdict))
    thread.start()
    thread.join(30)

    assert found == ["correct"]


def test_the_caller_finds_everything_as_it_was(monkeypatch, capfd):
    monkeypatch.setattr(isolation, "UNSAFE", ("numpy",))

    def careless(scores, labels):
        np.seterr(all="raise")
        warnings.simplefilter("ignore")
        sys.stdin = None
        print("a word")
        return right(scores, labels)

    before = np.geterr(), list(warnings.filters), sys.stdin, signal.getsignal(signal.SIGALRM)
    diagnose(careless)

    assert (np.geterr(), list(warnings.filters), sys.stdin, signal.getsignal(signal.SIGALRM)) == before
    assert capfd.readouterr() == ("", "")


def test_an_alarm_that_the_caller_has_set_goes_on(monkeypatch):
    monkeypatch.setattr(isolation, "UNSAFE", ("numpy",))
    before = signal.setitimer(signal.ITIMER_REAL, 1000, 7)
    try:
        diagnose(right)
        left, period = signal.getitimer(signal.ITIMER_REAL)
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)

    assert 900 < left < 1000
    assert period == 7


def test_what_goes_past_python_is_not_heard(capfd):
    def loud(scores, labels):
        os.write(1, b"past sys.stdout")
        return right(scores, labels)

    diagnose(loud)

    assert capfd.readouterr() == ("", "")


def test_a_slip_of_the_doctor_is_no_verdict(monkeypatch):
    def slip(*args, **options):
        raise KeyError("a slip")

    monkeypatch.setattr(isolation, "examine", slip)
    diagnosis = isolation.whole_examination(right, True, {})

    assert (diagnosis.verdict, diagnosis.mistakes) == ("cannot-tell", [])


# Pasted text.

TEXT = """
import numpy as np

def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def my_gradient(scores, labels):
    return (np.eye(scores.shape[1])[labels] - softmax(scores)) / len(labels)
"""


def test_pasted_text_is_diagnosed_with_its_fix():
    diagnosis = diagnose_source(TEXT)

    assert diagnosis.mistakes == ["sign"]
    assert (
        "softmax(scores) - (np.eye" in diagnosis.fix or "-((" in diagnosis.fix or "softmax(scores) - " in diagnosis.fix
    )


def test_a_name_chooses():
    assert diagnose_source(TEXT, "softmax").verdict == "could-not-run"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is no function in it."),
        ("def f(:", "Python cannot read it: line 1"),
        ("1 / 0", "Running it raised ZeroDivisionError: division by zero (line 1)."),
    ],
)
def test_text_that_does_not_run(text, words):
    diagnosis = diagnose_source(text)

    assert (diagnosis.verdict, diagnosis.explanation.startswith(words)) == ("could-not-run", True)


# The helper for pytest, and what diagnose refuses.


def test_the_helper_passes_what_is_right():
    assert_correct_gradient(right)


def test_the_helper_raises_with_the_whole_report():
    with pytest.raises(AssertionError, match=r"Mistake: not divided by N\.(.|\n)*This mends it"):
        assert_correct_gradient(summed)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"reduction": "none"}, ValueError, 'reduction must be "mean" or "sum", got \'none\''),
        ({"weights": 1}, TypeError, "unknown option weights: known are ignore_index and label_smoothing"),
    ],
)
def test_what_is_asked_wrongly_is_refused(options, error, words):
    with pytest.raises(error, match=words):
        diagnose(right, **options)
