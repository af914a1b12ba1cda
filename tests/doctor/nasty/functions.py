"""What a file of strangers may hold: each function does something that a gradient should not do."""

import os
import signal
import sys
import threading
import time

import numpy as np


def gradient(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


# verdict: correct
def prints(scores, labels):
    print("shape", scores.shape)
    print("to the other stream", file=sys.stderr)
    return gradient(scores, labels)


# verdict: correct
def prints_without_end(scores, labels):
    for _ in range(2000):
        print("x" * 80)
    return gradient(scores, labels)


# verdict: correct
def changes_how_numpy_warns(scores, labels):
    np.seterr(all="raise", under="ignore")
    return gradient(scores, labels)


# verdict: correct
def changes_where_it_is(scores, labels):
    os.chdir("/")
    sys.path.clear()
    sys.setrecursionlimit(150)
    return gradient(scores, labels)


# verdict: correct
def begins_a_thread(scores, labels):
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    return gradient(scores, labels)


# verdict: correct
def fixes_the_seed(scores, labels):
    np.random.seed(0)
    return gradient(scores, labels)


# verdict: could-not-run, time
def loops_for_ever(scores, labels):
    while True:
        pass


# verdict: could-not-run, time
def sleeps(scores, labels):
    time.sleep(1000)
    return gradient(scores, labels)


# verdict: could-not-run, time
def swallows_what_would_stop_it(scores, labels):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            continue


# verdict: could-not-run, time
def deaf_to_signals(scores, labels):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        time.sleep(1)


# verdict: could-not-run, RuntimeError: not yet written
def raises(scores, labels):
    raise RuntimeError("not yet written")


# verdict: could-not-run, NameError
def undefined_name(scores, labels):
    return softmax(scores) - labels  # noqa: F821


# verdict: could-not-run, ModuleNotFoundError
def imports_what_is_missing(scores, labels):
    import a_package_that_nobody_wrote

    return a_package_that_nobody_wrote.gradient(scores, labels)


# verdict: could-not-run, AssertionError
def asserts(scores, labels):
    assert scores is labels
    return gradient(scores, labels)


class Odd(BaseException):
    """Not an Exception, so that `except Exception` lets it pass."""


# verdict: could-not-run, Odd
def raises_what_few_catch(scores, labels):
    raise Odd("neither an error nor an exit")


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError("no words")


# verdict: could-not-run, Unspeakable
def raises_what_cannot_be_shown(scores, labels):
    raise Unspeakable


# verdict: could-not-run, KeyboardInterrupt
def interrupts(scores, labels):
    raise KeyboardInterrupt


# verdict: could-not-run, SystemExit
def leaves(scores, labels):
    sys.exit(0)


# verdict: could-not-run, end
def leaves_without_a_word(scores, labels):
    os._exit(0)


# verdict: could-not-run, end
def kills_itself(scores, labels):
    os.kill(os.getpid(), signal.SIGKILL)


# verdict: could-not-run, end
def reads_memory_that_is_not_its_own(scores, labels):
    import ctypes

    ctypes.string_at(0)


# verdict: could-not-run, RecursionError
def calls_itself(scores, labels):
    return calls_itself(scores, labels)


# verdict: could-not-run, MemoryError
def asks_for_a_petabyte(scores, labels):
    return np.ones((2**25, 2**25)) * scores[0, 0]


# verdict: could-not-run
def grows(scores, labels):
    hoard = []
    while True:
        hoard.append(np.ones(2**22))


# verdict: could-not-run, EOFError
def asks_the_reader(scores, labels):
    return gradient(scores, labels) * float(input("times what? "))


# verdict: could-not-run, None
def returns_nothing(scores, labels):
    gradient(scores, labels)


# verdict: could-not-run, string
def returns_words(scores, labels):
    return "the gradient"


# verdict: could-not-run, string
def returns_numbers_as_words(scores, labels):
    return np.array2string(gradient(scores, labels))


# verdict: could-not-run, function
def returns_a_function(scores, labels):
    return lambda: gradient(scores, labels)


# verdict: could-not-run, shape (4, 2)
def returns_another_shape(scores, labels):
    return gradient(scores, labels)[:, :-1]


# verdict: could-not-run, shape (1, 4, 3, 1)
def returns_one_axis_more(scores, labels):
    return gradient(scores, labels)[None, :, :, None]


# verdict: could-not-run, a list of 0
def returns_nothing_in_a_table(scores, labels):
    return []


# verdict: cannot-tell
def returns_rows_of_different_lengths(scores, labels):
    return [[0.0] * (i + 1) for i in range(len(labels))]


# verdict: could-not-run, complex
def returns_complex_numbers(scores, labels):
    return gradient(scores, labels) * 1j


# verdict: cannot-tell, nan
def returns_nan(scores, labels):
    return gradient(scores, labels) * np.nan


# verdict: could-not-run, object
def returns_objects(scores, labels):
    return np.array([[object()] * scores.shape[1]] * len(labels))


class Liar:
    shape = property(lambda self: 1 / 0)

    def __array__(self, *args, **options):
        raise SystemError("no array here")

    def __repr__(self):
        raise SystemError("no words here")

    __len__ = __iter__ = __float__ = __repr__


# verdict: could-not-run
def returns_what_cannot_be_looked_at(scores, labels):
    return Liar()


# verdict: could-not-run, time
def yields_without_end(scores, labels):
    while True:
        yield 0.0


# verdict: could-not-run, scores and labels
def takes_nothing():
    return 0


# verdict: could-not-run, parameter f
def takes_too_much(a, b, c, d, e, f):
    return gradient(a, b)


# verdict: cannot-tell, no gradient
class OnlyForward:
    def forward(self, scores, labels):
        return 1.0


# verdict: could-not-run, vocabulary
class NeedsSomething:
    def __init__(self, vocabulary, device):
        self.vocabulary = vocabulary[device]

    def forward(self, scores, labels):
        return 0.0

    def backward(self):
        return gradient(np.zeros((2, 2)), [0, 1])


# verdict: could-not-run, int
a_number = 7
