"""Running a stranger's function so that the caller survives whatever it does."""

import contextlib
import faulthandler
import functools
import inspect
import json
import os
import re
import signal
import sys
import threading
import time
import types
import warnings

from snippets.doctor.fix import find_fix
from snippets.doctor.judge import examine
from snippets.doctor.report import Diagnosis

# Libraries whose threads do not survive a fork.
UNSAFE = ("torch", "jax", "keras", "tensorflow")
# Libraries that do not rest on those. Of any other it is not known.
SAFE = ("numpy", "scipy", "pytest", "_pytest")
# Seconds: the time limit unless one is given, without these libraries and with them.
SHORT, LONG = 10.0, 60.0
# What a function may take beyond what is there already, in bytes.
MEMORY = 2 << 30


class TimeIsUp(BaseException):
    """The time limit was reached. No Exception, so that a function that catches those does not catch it."""


def could_not_run(why, **evidence):
    """Return the Diagnosis of a function that could not be run; why is a sentence."""
    return Diagnosis("could-not-run", explanation=why, evidence={"seen": [why], "notes": [], **evidence})


def examine_apart(target, seconds, fix, options):
    """Return the Diagnosis, made in a forked process where that is safe, else here under an alarm."""
    heavy = any(name in sys.modules for name in UNSAFE) and _may_reach(target)
    if seconds is None:
        seconds = LONG if heavy else SHORT
    if hasattr(os, "fork") and sys.platform not in ("emscripten", "wasi") and not heavy:
        return _forked(target, seconds, fix, options)
    return _here(target, seconds, fix, options)


def _may_reach(target):
    """Return whether a function may use one of the unsafe libraries: not each that is loaded is used by it."""
    while isinstance(target, functools.partial):
        target = target.func
    function = getattr(inspect.unwrap(target) if callable(target) else target, "__func__", target)
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or () if _is_filled(cell)]
    code = getattr(function, "__code__", None)
    waiting = [function, type(function), *cells, *getattr(code, "co_names", ())]
    seen = set()
    while waiting:
        thing = waiting.pop()
        name = thing if isinstance(thing, str) else _module_name(thing)
        root = name.partition(".")[0]
        if root in UNSAFE:
            return True
        module = sys.modules.get(name)
        if isinstance(thing, str) or name in seen or module is None or root in SAFE or root in sys.stdlib_module_names:
            continue
        seen.add(name)
        if "site-packages" in (getattr(module, "__file__", None) or ""):
            return True
        waiting += [value for value in vars(module).values() if not isinstance(value, str)]
    return False


def _is_filled(cell):
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _module_name(thing):
    """Return where something is from: a module's own name, or the name of the module that has made it or its class."""
    name = thing.__name__ if isinstance(thing, types.ModuleType) else getattr(thing, "__module__", None)
    return name if isinstance(name, str) else type(thing).__module__


def whole_examination(target, fix, options, first=None):
    """Return the Diagnosis with its fix, made here and now.

    first: is called with the Diagnosis before a fix is looked for, so that it is not lost if that takes too long.
    """
    try:
        diagnosis = examine(target, **options)
    except Exception as error:  # a slip of the doctor's own is no verdict on the function
        return Diagnosis(
            "cannot-tell",
            explanation=f"The examination itself broke off: {type(error).__name__}: {error}.",
            evidence={"seen": [], "notes": []},
        )
    if first:
        first(diagnosis)
    if fix and diagnosis.verdict == "mistake":
        # An edited function may do anything: then there is no fix.
        with contextlib.suppress(Exception):
            diagnosis.fix = find_fix(target, diagnosis, lambda function: examine(function, deepest=1, **options))
    return diagnosis


def _too_long(seconds):
    return could_not_run(
        f"It did not finish within {seconds:g} seconds. Does a loop never end? With --seconds it gets more time."
    )


def _forked(target, seconds, fix, options):
    """The child writes its Diagnosis to a pipe; whatever else it does ends with it."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            _limit_memory()
            _silence()
            _write(writing, whole_examination(target, fix, options, lambda d: _write(writing, d.as_dict())).as_dict())
            status = 0
        except BaseException as error:
            _write(writing, {"crash": f"{type(error).__name__}: {error}"})
        finally:
            os._exit(status)
    os.close(writing)
    text, late = _read_until(reading, time.monotonic() + seconds)
    os.close(reading)
    if late:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return _from_child(text, status, late, seconds)


def _write(pipe, answer):
    """Write one line of JSON."""
    data = (json.dumps(answer) + "\n").encode()
    while data:
        data = data[os.write(pipe, data) :]


def _from_child(text, status, late, seconds):
    """Return the last whole answer: the one with the fix, or the one before it was looked for."""
    lines = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    answers = [json.loads(line) for line in lines]
    answers = [answer for answer in answers if "crash" not in answer] or answers
    answer = answers[-1] if answers else None
    if answer is None and late:
        return _too_long(seconds)
    if answer is None:
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}"
        return could_not_run(f"It ended its own process ({how}) before an answer could be had.")
    if "crash" in answer:
        return could_not_run(f"The examination broke off: {answer['crash']}")
    return Diagnosis.from_dict(answer)


def _read_until(reading, deadline):
    import select

    chunks = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return b"".join(chunks).decode("utf-8", "replace"), True
        ready, _, _ = select.select([reading], [], [], left)
        if ready:
            chunk = os.read(reading, 65536)
            if not chunk:
                return b"".join(chunks).decode("utf-8", "replace"), False
            chunks.append(chunk)


def _limit_memory():
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    except (ImportError, OSError, ValueError):
        pass  # no such limit on this system


def _silence():
    """What the function prints by other ways than sys.stdout goes nowhere, and nobody answers its questions."""
    faulthandler.disable()  # a crash is told in our own words
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _here(target, seconds, fix, options):
    alarmed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not alarmed:
        return _guarded(target, seconds, fix, options)

    def ring(number, frame):
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    start = time.monotonic()
    # Again and again, should the function swallow the first.
    left, period = signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        return _guarded(target, seconds, fix, options)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            # The caller's own alarm goes on; one that is due meanwhile rings now. Zero would be none.
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 1e-6), period)


def _guarded(target, seconds, fix, options):
    try:
        return whole_examination(target, fix, options)
    except TimeIsUp:
        return _too_long(seconds)
    except RecursionError as error:
        return could_not_run(f"The examination broke off: {error}")


# Source text.


def examine_source(text, name, fix, options):
    """Return the Diagnosis of a function in this text, run here."""
    try:
        module = module_of(text)
    except SourceError as error:
        return could_not_run(str(error))
    try:
        target = pick(module, name)
    except SourceError as error:
        return could_not_run(str(error))
    return whole_examination(target, fix, options)


class SourceError(Exception):
    """The text does not run, or has no function; the message says so."""


def module_of(text, filename="<pasted>"):
    """Return a module made of this text. Raises SourceError if it does not run."""
    import io
    import linecache

    name = "pasted"
    module = types.ModuleType(name)
    module.__file__ = filename
    sys.modules[name] = module  # dataclasses and inspect look for it
    # So that inspect finds the source.
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    try:
        code = compile(text, filename, "exec")
    except SyntaxError as error:
        raise SourceError(f"Python cannot read it: line {error.lineno}: {error.msg}.") from error
    spoken = io.StringIO()
    kept = sys.stdin
    sys.stdin = io.StringIO("")
    try:
        with contextlib.redirect_stdout(spoken), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(code, module.__dict__)
    except (KeyboardInterrupt, TimeIsUp):
        raise
    except BaseException as error:
        line = _line_of(error, filename)
        raise SourceError(f"Running it raised {type(error).__name__}: {error}{line}.") from error
    finally:
        sys.stdin = kept
    return module


def _line_of(error, filename):
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f" (line {lines[-1]})" if lines else ""


LIKELY = re.compile(r"grad|loss|backward|delta|cross|entropy|softmax|dscores|criterion|layer", re.IGNORECASE)


def pick(module, name):
    """Return the function or class of this name; without a name, the likeliest. Raises SourceError if there is none."""
    if name is not None:
        target = module
        for part in name.split("."):
            if not hasattr(target, part):
                raise SourceError(f"There is no {name} in it. There are: {', '.join(_own(module)) or 'no functions'}.")
            target = getattr(target, part)
        return target
    own = _own(module)
    if not own:
        raise SourceError("There is no function in it. Paste one that takes scores and labels, with its def line.")
    return max(own.values(), key=_likeliness(list(own.values())))


def _own(module):
    return {
        key: value
        for key, value in vars(module).items()
        if callable(value)
        and not key.startswith("__")
        and (getattr(value, "__module__", None) == module.__name__ or hasattr(value, "func"))
    }


def _likeliness(order):
    import inspect

    def rank(value):
        name = getattr(value, "__name__", "")
        try:
            count = len([p for p in inspect.signature(value).parameters.values()])
        except (TypeError, ValueError):
            count = 0
        layer = inspect.isclass(value) and any("backward" in n or "grad" in n for n in dir(value))
        return (
            layer or count >= 2 and not inspect.isclass(value),
            bool(re.search(r"grad|backward|delta|^d_?[a-z]*$|dscores|dlogits", name, re.IGNORECASE)) or layer,
            bool(LIKELY.search(name)),
            not name.startswith("_"),
            order.index(value),
        )

    return rank
