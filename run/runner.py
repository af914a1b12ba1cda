"""What runs inside the reader's browser: a program as a console runs it, with what it shows and where it fails.

`run/worker.js` calls `needed` and `run`, and passes on what `run` tells. Nothing here needs a browser, so that
it can be tested anywhere. It imports nothing of ours.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import contextvars
import io
import json
import linecache
import os
import sys
import time
import traceback
import types
import warnings

# As much as a page can bear; what is beyond is counted.
MOST_LINES = 2000
MOST_CHARACTERS = 200_000
# The names of the features that `from __future__` turns on, as flags of compiled code.
FUTURE = 0x1FF0000
HERE = __file__


def needed(code: str) -> str:
    """The modules that a program imports, dotted, as JSON; none if it cannot be read.

    >>> needed("import numpy as np\\nfrom snippets import softmax")
    '["numpy", "snippets", "snippets.softmax"]'
    >>> needed("def")
    '[]'
    """
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "[]"
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return json.dumps(sorted(names))


def run(asked: str, tell) -> str:
    """Run a program, and say how it ended.

    ``asked`` is JSON: code, name (of the file, for tracebacks), shown (values of expressions), before (codes that run
    first, in silence), derivation (each statement is a step). ``tell(kind, data)`` is called with "text" and plain
    text, or with "error", "math", "progress" and JSON. The answer is JSON: ok, seconds, and for what failed the words.
    """
    wanted = json.loads(asked)
    program = Program(wanted["code"], wanted.get("name") or "code", tell)
    program.shown = wanted.get("shown", True) and not wanted.get("derivation")
    program.steps = bool(wanted.get("derivation"))
    program.before = wanted.get("before") or []
    # Settings of numpy and of warnings that a program makes are gone when it ends.
    return json.dumps(contextvars.copy_context().run(program.run))


class Program:
    """One program, from its text to its end."""

    shown = True
    steps = False
    before = ()

    def __init__(self, code: str, name: str, tell) -> None:
        self.code, self.name, self.tell = code, name, tell
        self.out, self.namespace = Output(tell), {"__name__": "__main__", "__builtins__": builtins}
        self.flags = 0

    def run(self) -> dict:
        """Everything, between two looks at the clock."""
        begun = time.perf_counter()
        self.namespace["__file__"] = os.path.join(os.getcwd(), self.name)
        put = {"stdout": self.out, "stderr": self.out, "argv": [self.name], "displayhook": self.show}
        here = contextlib.ExitStack()
        here.enter_context(contextlib.chdir(os.getcwd()))
        here.enter_context(warnings.catch_warnings())
        for module, values in [(sys, put), (builtins, {"input": no_input}), (time, {"sleep": sleep})]:
            here.enter_context(replaced(module, values))
        with here:
            ended = self.ended()
        self.out.end()
        return ended | {"seconds": time.perf_counter() - begun}

    def ended(self) -> dict:
        """How it ended: whatever a program raises is its own, and told as such."""
        try:
            self.quietly()
            return self.body()
        except KeyboardInterrupt as error:
            return {"ok": False, "stopped": True, "line": self.line(error)}
        except SystemExit as error:
            return self.left(error)
        except BaseException as error:
            return self.failed(error)

    def quietly(self) -> None:
        """The earlier codes of the page, whose outputs stand on the page already."""
        for number, code in enumerate(self.before, 1):
            name = f"{self.name}, before: {number}"
            remember(name, code)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                exec(compile(code, name, "exec", dont_inherit=True), self.namespace)

    def body(self) -> dict:
        """Statement by statement. The values of expressions are shown."""
        remember(self.name, self.code)
        tree = compile(self.code, self.name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        # Some errors are found only when the whole is compiled, and then nothing of it runs.
        compile(self.code, self.name, "exec", dont_inherit=True)
        for number, statement in enumerate(tree.body):
            value = self.shown and isinstance(statement, ast.Expr) and not (number == 0 and is_text(statement.value))
            part = ast.Interactive([statement]) if value else ast.Module([statement], [])
            code = compile(part, self.name, "single" if value else "exec", self.flags, dont_inherit=True)
            self.flags |= code.co_flags & FUTURE
            if self.steps:
                self.tell("progress", json.dumps({"done": number, "of": len(tree.body), "line": statement.lineno}))
            exec(code, self.namespace)
        if self.steps:
            self.tell("progress", json.dumps({"done": len(tree.body), "of": len(tree.body)}))
        return {"ok": True}

    def show(self, value) -> None:
        """As a console does; a formula of SymPy as a formula."""
        if value is None:
            return
        builtins._ = value
        tex = formula(value)
        if tex and self.out.room():
            self.out.flush()
            self.tell("math", json.dumps({"tex": tex, "text": repr(value)}))
        else:
            self.out.write(repr(value) + "\n")

    def left(self, error: SystemExit) -> dict:
        """The program has ended itself."""
        code = error.code
        if code is None or code == 0:
            return {"ok": True}
        self.out.flush()
        words = f"The program ended itself with exit code {code}." if isinstance(code, int) else str(code)
        self.tell("error", json.dumps({"text": words + "\n"}))
        return {"ok": False, "error": words}

    def failed(self, error: BaseException) -> dict:
        """The traceback as Python shows it, without the frames of this file."""
        if isinstance(error, ModuleNotFoundError):
            explain_missing(error)
        steps = without_machinery(error)
        lines = traceback.TracebackException(type(error), error, steps, compact=True).format()
        words = f"{type(error).__name__}: {error}".removesuffix(": ")
        told = {"text": "".join(lines), "line": self.line(error)}
        self.out.flush()
        self.tell("error", json.dumps(told))
        return {"ok": False, "error": words, "line": told["line"]}

    def line(self, error: BaseException) -> int | None:
        """The line of the reader's own code where it happened: the innermost one."""
        if isinstance(error, SyntaxError) and error.filename == self.name:
            return error.lineno
        numbers = [number for frame, number in traceback.walk_tb(error.__traceback__) if self.owns(frame)]
        return numbers[-1] if numbers else None

    def owns(self, frame: types.FrameType) -> bool:
        """Whether a frame is the reader's."""
        return frame.f_code.co_filename == self.name


class Output(io.TextIOBase):
    """What a program prints, up to a bound."""

    encoding = "utf-8"

    def __init__(self, tell) -> None:
        self.tell = tell
        self.started = ""
        self.lines = self.characters = self.lost = 0

    def writable(self) -> bool:
        """It takes text."""
        return True

    def room(self) -> bool:
        """Whether the page can bear more."""
        return self.lines < MOST_LINES and self.characters < MOST_CHARACTERS

    def write(self, text: str) -> int:
        """Whole lines are told at once; what is begun waits for its end."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.started += text
        if "\n" in self.started or len(self.started) > 1000:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Tell what has come together, or count it where there is no more room."""
        text, self.started = self.started, ""
        if not text:
            return
        if not self.room():
            self.lost += text.count("\n")
            return
        fits = text[: MOST_CHARACTERS - self.characters]
        kept = "".join(fits.splitlines(keepends=True)[: MOST_LINES - self.lines])
        self.lines += kept.count("\n")
        self.characters += len(kept)
        self.lost += text.count("\n") - kept.count("\n")
        self.tell("text", kept)
        if not self.room():
            self.tell("bounded", json.dumps({"lines": self.lines}))

    def end(self) -> None:
        """The last words, and how many lines were left out."""
        self.flush()
        if self.lost:
            self.tell("bounded", json.dumps({"lines": self.lines, "lost": self.lost}))


@contextlib.contextmanager
def replaced(module, values: dict):
    """Other values for some names of a module, for a while."""
    old = {name: getattr(module, name) for name in values}
    for name, value in values.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for name, value in old.items():
            setattr(module, name, value)


def remember(name: str, code: str) -> None:
    """Tracebacks quote lines: let them find the reader's."""
    linecache.cache[name] = (len(code), None, [line + "\n" for line in code.splitlines()], name)


def is_text(node: ast.expr) -> bool:
    """A docstring stands for itself.

    >>> is_text(ast.parse("'words'").body[0].value)
    True
    """
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def no_input(prompt: object = "") -> str:
    """Nobody can type here while Python runs."""
    raise RuntimeError("input() cannot ask here. Write the answer into the code, for example: answer = '3'")


def sleep(seconds: float, *, slept=time.sleep) -> None:
    """A long sleep in short ones, so that Stop wakes it. Raises ValueError for a negative time, as Python does."""
    end = time.monotonic() + seconds
    slept(min(seconds, 0.02))
    while (rest := end - time.monotonic()) > 0:
        slept(min(rest, 0.02))


def explain_missing(error: ModuleNotFoundError) -> None:
    """Python's own words, and what the reader can do.

    >>> error = ModuleNotFoundError("No module named 'torch'", name="torch")
    >>> explain_missing(error)
    >>> error.__notes__
    ["In the browser there are Python's own modules, numpy, sympy, mpmath and lark. For torch, run this at home."]
    """
    name = (error.name or "this").partition(".")[0]
    error.add_note(
        f"In the browser there are Python's own modules, numpy, sympy, mpmath and lark. For {name}, run this at home."
    )


def without_machinery(error: BaseException | None, seen: frozenset = frozenset()) -> types.TracebackType | None:
    """Leave the frames of this file out of a traceback, and of those that it came from."""
    if error is None or id(error) in seen:
        return None
    seen |= {id(error)}
    steps = []
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename != HERE:
            steps.append(step)
        step = step.tb_next
    rest = None
    for step in reversed(steps):
        rest = types.TracebackType(rest, step.tb_frame, step.tb_lasti, step.tb_lineno)
    error.__traceback__ = rest
    without_machinery(error.__cause__, seen)
    without_machinery(error.__context__, seen)
    # An error that came from JavaScript keeps its own.
    return rest


def formula(value: object) -> str | None:
    """The TeX of a value of SymPy, if it is one, and not too long to be read."""
    sympy = sys.modules.get("sympy")
    if sympy is None or not isinstance(value, (sympy.Basic, sympy.matrices.MatrixBase)):
        return None
    try:
        tex = sympy.latex(value)
    except Exception:
        # What cannot be set as a formula is shown as text.
        return None
    return tex if len(tex) < 20_000 else None
