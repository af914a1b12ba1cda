"""A repair: small edits of the source are tried, and the first that makes the doctor say "correct" is shown.

An edit replaces one piece of the text, found in its syntax tree: a divisor dropped, an axis turned, a copy at the top.
Each mistake has the kinds of edit that may mend it. For two mistakes the edits that leave one are tried again.
"""

import ast
import difflib
import inspect
import re
import textwrap

from snippets.doctor.calling import IGNORED, UPSTREAM, WEIGHT, Refused, entries_of

# How many edited functions are examined at most.
MOST_TRIED = 160


def find_fix(target, diagnosis, examine):
    """Return a unified diff that makes the function correct, or None.

    examine: function -> Diagnosis.
    """
    try:
        case = _Source(target)
    except (OSError, TypeError, SyntaxError, ValueError, Refused):
        return None
    tried, budget = {case.text}, [MOST_TRIED]
    front = [(case.text, list(diagnosis.mistakes))]
    for _ in range(len(diagnosis.mistakes)):
        better = []
        for text, mistakes in front:
            for edited in case.edits(text, mistakes):
                if edited in tried or budget[0] <= 0:
                    continue
                tried.add(edited)
                budget[0] -= 1
                function = case.made(edited)
                if function is None:
                    continue
                found = examine(function)
                if found.verdict == "correct":
                    return case.diff(edited)
                if found.verdict == "mistake" and set(found.mistakes) < set(mistakes):
                    better.append((edited, list(found.mistakes)))
        front = better[:4]
    return None


class _Source:
    """The text of a function or class, with the functions of its module that it uses."""

    def __init__(self, target):
        if not (inspect.isfunction(target) or inspect.isclass(target)):
            raise TypeError("only a function or a class has a text of its own")
        self.name = target.__name__
        if inspect.isfunction(target):
            self.globals = target.__globals__
        else:
            self.globals = vars(inspect.getmodule(target))
        units = [*self.helpers(target, {self.name}), target]
        self.first = min(inspect.getsourcelines(unit)[1] for unit in units)
        self.file = inspect.getsourcefile(target) or "pasted"
        pieces = [textwrap.dedent(inspect.getsource(unit)) for unit in units]
        self.text = "\n\n".join(piece.rstrip("\n") for piece in pieces) + "\n"
        ast.parse(self.text)
        names = [n for n in ("np", "numpy") if n in self.globals]
        self.np = names[0] if names else None
        self.scores, self.labels, self.parameters = self.parts(target)
        if self.name not in self.text or "<locals>" in target.__qualname__ and _closed_over(target):
            raise ValueError("it cannot be made again from its text")

    def helpers(self, target, seen):
        """Return the functions of the same module that it calls, those that others need first."""
        found = []
        tree = ast.parse(textwrap.dedent(inspect.getsource(target)))
        for node in ast.walk(tree):
            name = node.id if isinstance(node, ast.Name) else None
            other = self.globals.get(name)
            if name in seen or not inspect.isfunction(other) or other.__globals__ is not self.globals:
                continue
            seen.add(name)
            if other.__name__ == name:
                found += [*self.helpers(other, seen), other]
        return found

    def parts(self, target):
        """Return the names of the scores, of the labels, and of all parameters."""
        if inspect.isclass(target):
            return None, None, []
        entry = entries_of(target)[0]
        return entry.scores_name or None, entry.labels_name or None, list(entry.parameters)

    def made(self, text):
        """Return the function of this text, or None where it does not even run."""
        namespace = dict(self.globals)
        try:
            exec(compile(text, self.file, "exec"), namespace)  # the text is the caller's own
        except Exception:
            return None
        function = namespace[self.name]
        function.doctor_source = text
        return function

    def diff(self, edited):
        """Return the unified diff, without the numbers of lines where several functions were joined."""
        lines = difflib.unified_diff(self.text.splitlines(), edited.splitlines(), "before", "after", lineterm="", n=2)
        return "\n".join(lines) + "\n"

    def edits(self, text, mistakes):
        """Yield edited texts, the likeliest first."""
        kinds = list(dict.fromkeys(kind for name in mistakes for kind in MENDED_BY.get(name, ())))
        pieces = _Pieces(text, self)
        for kind in kinds:
            yield from getattr(pieces, kind)()


def _closed_over(target):
    return bool(getattr(target, "__closure__", None))


class _Pieces:
    """All the edits of one text. Each method yields edited texts of its kind."""

    def __init__(self, text, source):
        self.text, self.source = text, source
        self.lines = text.splitlines(keepends=True)
        self.tree = ast.parse(text)
        self.np = source.np
        tops = [n for n in self.tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == source.name]
        self.top = tops[-1]
        methods = [n for n in ast.walk(self.top) if isinstance(n, ast.FunctionDef)]
        self.main = self.top if isinstance(self.top, ast.FunctionDef) else self.backward(methods)
        first = self.top if isinstance(self.top, ast.FunctionDef) else self.forward(methods)
        self.entrance = first
        self.s, self.y = source.scores, source.labels
        if isinstance(self.top, ast.ClassDef) and first is not None:
            names = [a.arg for a in first.args.args[1:]]
            self.s, self.y = (names + [None, None])[:2]

    @staticmethod
    def backward(methods):
        named = [m for m in methods if re.search("backward|grad|deriv|delta|bprop", m.name)]
        return (named or methods or [None])[0]

    @staticmethod
    def forward(methods):
        named = [m for m in methods if re.search("forward|loss|call|cost", m.name) and len(m.args.args) > 2]
        return (named or [None])[0]

    # Text.

    def offset(self, line, column):
        before = "".join(self.lines[: line - 1])
        return len(before) + len(self.lines[line - 1].encode()[:column].decode())

    def segment(self, node):
        start, end = self.span(node)
        return self.text[start:end]

    def span(self, node):
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def put(self, node, new):
        start, end = self.span(node)
        return self.text[:start] + new + self.text[end:]

    def before(self, node, line):
        """Return the text with a line before this statement."""
        at = self.offset(node.lineno, 0)
        return self.text[:at] + " " * node.col_offset + line + "\n" + self.text[at:]

    def without(self, node):
        """Return the text without this statement."""
        start, end = self.offset(node.lineno, 0), self.offset(node.end_lineno, 0) + len(self.lines[node.end_lineno - 1])
        return self.text[:start] + self.text[end:]

    def nodes(self, *kinds):
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]

    def grouped(self, node):
        words = self.segment(node)
        simple = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant)
        return words if simple else f"({words})"

    def alone(self, node, part):
        """Put a part in the place of the whole: as it stands, and in brackets if it needs them there."""
        yield self.put(node, self.segment(part))
        yield self.put(node, self.grouped(part))

    def in_main(self, *kinds):
        return [node for node in ast.walk(self.main) if isinstance(node, kinds)] if self.main else []

    # What is returned.

    def returned(self):
        """Return the expressions that are returned, the gradient's likeliest place first."""
        found = []
        for node in self.in_main(ast.Return):
            if isinstance(node.value, ast.Tuple):
                found += list(reversed(node.value.elts))
            elif isinstance(node.value, ast.Dict):
                found += list(reversed(node.value.values))
            elif node.value is not None:
                found.append(node.value)
        return found

    def count(self):
        if isinstance(self.top, ast.ClassDef):
            return None
        return f"len({self.s})" if self.s else None

    def divide_result(self):
        """Divide what is returned by the number of samples."""
        for node in self.returned():
            count = self.count() or f"len({self.segment(node)})"
            yield self.put(node, f"{self.grouped(node)} / {count}")

    def multiply_result(self):
        """Multiply what is returned by the number of samples."""
        for node in self.returned():
            count = self.count() or f"len({self.segment(node)})"
            yield self.put(node, f"{self.grouped(node)} * {count}")

    def negate_result(self):
        """Turn the sign of what is returned."""
        for node in self.returned():
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                yield self.put(node, self.segment(node.operand))
            yield self.put(node, f"-{self.grouped(node)}")

    def transpose_result(self):
        """Transpose what is returned, or leave a transpose away."""
        for node in self.returned():
            if isinstance(node, ast.Attribute) and node.attr == "T":
                yield self.put(node, self.segment(node.value))
        for node in self.nodes(ast.Attribute):
            if node.attr == "T":
                yield self.put(node, self.segment(node.value))
        for node in self.returned():
            yield self.put(node, f"{self.grouped(node)}.T")

    def array_result(self):
        """Make an array of what is returned."""
        for node in self.returned():
            if self.np:
                yield self.put(node, f"{self.np}.asarray({self.segment(node)})")

    def upstream_result(self):
        """Multiply what is returned by the gradient from above."""
        names = [a.arg for a in self.main.args.args if UPSTREAM.search(a.arg)] if self.main else []
        names = names or ([a.arg for a in self.main.args.args[1:2]] if isinstance(self.top, ast.ClassDef) else [])
        for node in self.returned():
            for name in names:
                yield self.put(node, f"{name} * {self.grouped(node)}")

    def zero_ignored(self):
        """Set the rows of ignored labels to 0 before the result is returned."""
        ignored = [name for name in self.source.parameters if IGNORED.search(name)]
        if not ignored or not self.y:
            return
        for node in self.in_main(ast.Return):
            for name in self.names_in(node):
                yield self.before(node, f"{name}[{self.y} == {ignored[0]}] = 0")

    # Factors.

    def drop_divisor(self):
        """Leave a division away."""
        for node in self.nodes(ast.BinOp):
            if isinstance(node.op, ast.Div):
                yield from self.alone(node, node.left)
        for node in self.nodes(ast.AugAssign):
            if isinstance(node.op, ast.Div):
                yield self.without(node)
        for node in self.nodes(ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "mean" and not node.args:
                yield self.put(node, f"{self.segment(node.func.value)}")

    def other_divisor(self):
        """Divide by the number of samples in place of something else."""
        count = self.count()
        for node in self.nodes(ast.BinOp, ast.AugAssign):
            if isinstance(node.op, ast.Div):
                divisor = node.right if isinstance(node, ast.BinOp) else node.value
                if count:
                    yield self.put(divisor, count)
        for node in self.nodes(ast.Subscript):
            words = self.segment(node)
            if words.endswith(".shape[1]") or words.endswith(".shape[-1]"):
                yield self.put(node, re.sub(r"\[-?1\]$", "[0]", words))
        for node in self.nodes(ast.Attribute):
            if node.attr == "size":
                yield self.put(node, f"{self.segment(node.value)}.shape[0]")

    def drop_factor(self):
        """Leave a factor away."""
        for node in self.nodes(ast.BinOp):
            if isinstance(node.op, ast.Mult):
                yield from self.alone(node, node.left)
                yield from self.alone(node, node.right)
        for node in self.nodes(ast.AugAssign):
            if isinstance(node.op, ast.Mult):
                yield self.without(node)

    def mean_and_sum(self):
        """Take a sum for a mean, or the other way round."""
        for node in self.nodes(ast.Attribute):
            if node.attr in ("mean", "sum"):
                other = "sum" if node.attr == "mean" else "mean"
                yield self.put(node, f"{self.segment(node.value)}.{other}")

    def drop_statement(self):
        """Leave a statement away."""
        if self.nodes(ast.While):
            return
        for parent in self.nodes(ast.FunctionDef, ast.For, ast.If):
            for node in parent.body:
                if isinstance(node, ast.AugAssign | ast.Assign | ast.Expr) and len(parent.body) > 1:
                    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                        continue
                    yield self.without(node)

    # Signs and places.

    def swap_difference(self):
        """Subtract the other way round."""
        for node in self.nodes(ast.BinOp):
            if isinstance(node.op, ast.Sub) and not isinstance(node.right, ast.Constant):
                yield self.put(node, f"{self.segment(node.right)} - {self.grouped(node.left)}")
        for node in self.nodes(ast.UnaryOp):
            if isinstance(node.op, ast.USub):
                yield self.put(node, self.segment(node.operand))
        for node in self.nodes(ast.BinOp):
            if isinstance(node.op, ast.Add):
                yield self.put(node, f"{self.segment(node.left)} - {self.grouped(node.right)}")

    def subtract_one_hot(self):
        """Take 1 away at the labels."""
        if not self.np or not self.y or isinstance(self.top, ast.ClassDef):
            return
        for node in self.in_main(ast.Return):
            for name in self.names_in(node):
                yield self.before(node, f"{name}[{self.np}.arange(len({self.y})), {self.y}] -= 1")
        for node in self.in_main(ast.AugAssign):
            if isinstance(node.target, ast.Name):
                name = node.target.id
                yield self.before(node, f"{name}[{self.np}.arange(len({self.y})), {self.y}] -= 1")

    def names_in(self, node):
        return list(dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name)))[:4]

    def pairs_of_indices(self):
        """Index each row at its own label."""
        if not self.np or not self.y:
            return
        rows = f"{self.np}.arange(len({self.y}))"
        for node in self.nodes(ast.Subscript):
            if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
                first, second = node.slice.elts
                if self.segment(first) != rows:
                    yield self.put(first, rows)
                if isinstance(second, ast.Subscript):
                    start, end = self.span(node.slice)
                    yield self.text[:start] + f"{rows}, {self.y}" + self.text[end:]
            elif not isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Store):
                yield self.put(node.slice, f"{rows}, {self.segment(node.slice)}")
        for node in self.nodes(ast.Assign):
            target = node.targets[0]
            if isinstance(target, ast.Subscript) and re.fullmatch(r"-\s*1(\.0?)?", self.segment(node.value)):
                yield self.put(node, f"{self.segment(target)} -= 1")
        for node in self.nodes(ast.AugAssign):
            if isinstance(node.op, ast.Add) and isinstance(node.target, ast.Subscript):
                yield self.put(node, f"{self.segment(node.target)} -= {self.segment(node.value)}")

    def other_label(self):
        """Leave a 1 that is added to or taken from the labels away."""
        for node in self.nodes(ast.BinOp):
            one = isinstance(node.right, ast.Constant) and node.right.value in (1, 1.0)
            if isinstance(node.op, ast.Add | ast.Sub) and one:
                yield self.put(node, self.segment(node.left))
        for node in self.nodes(ast.AugAssign):
            if isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.target, ast.Name):
                yield self.without(node)

    # Axes.

    def axes(self):
        """Turn an axis, or keep a dimension."""
        for node in self.nodes(ast.Call):
            attr = node.func.attr if isinstance(node.func, ast.Attribute) else None
            for keyword in node.keywords:
                if keyword.arg == "axis":
                    words = self.segment(keyword.value)
                    for other in ("1", "0"):
                        if words != other and not (words == "-1" and other == "1"):
                            yield self.put(keyword.value, other)
            if attr in ("sum", "max", "amax", "logsumexp", "softmax"):
                names = {keyword.arg for keyword in node.keywords}
                start, end = self.span(node)
                inside = self.text[start : end - 1].rstrip().rstrip(",")
                comma = "" if inside.endswith("(") else ", "
                if "axis" not in names:
                    more = "axis=1" if attr == "softmax" else "axis=1, keepdims=True"
                    yield self.text[:start] + inside + f"{comma}{more})" + self.text[end:]
                elif "keepdims" not in names and attr != "softmax":
                    yield self.text[:start] + inside + ", keepdims=True)" + self.text[end:]
        yield from self.all_axes()

    def all_axes(self):
        """Turn all axes at once."""
        for old, new in (("axis=0", "axis=1"), ("axis=-2", "axis=1")):
            if self.text.count(old) > 1:
                yield self.text.replace(old, new)
        kept = re.sub(r"\.(sum|max)\(\)", r".\1(axis=1, keepdims=True)", self.text)
        kept = (
            re.sub(rf"\b({self.np})\.(sum|max)\((\w+)\)", r"\1.\2(\3, axis=1, keepdims=True)", kept)
            if self.np
            else kept
        )
        if kept != self.text:
            yield kept
        kept = re.sub(r"axis=(1|-1|0)\)", "axis=1, keepdims=True)", self.text)
        if kept != self.text:
            yield kept

    def once(self):
        """Apply a function once where it is applied twice."""
        for node in self.nodes(ast.Call):
            if len(node.args) >= 1 and isinstance(node.args[0], ast.Call):
                if self.segment(node.args[0].func) == self.segment(node.func):
                    yield self.put(node, self.segment(node.args[0]))
        for node in self.nodes(ast.Call):
            if isinstance(node.func, ast.Name) and node.args:
                yield self.put(node, self.segment(node.args[0]))

    # At the top.

    def top_lines(self, *lines):
        function = self.entrance
        if function is None or not self.s:
            return
        body = function.body
        first = body[0]
        text = (
            isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        )
        if text and len(body) > 1:
            first = body[1]
        if first.lineno == function.lineno:
            return
        for line in lines:
            yield self.before(first, line.format(np=self.np, s=self.s, y=self.y))

    def shift_at_top(self):
        """Take the row's maximum away at the top, or where the exponential is."""
        if self.np:
            for node in self.nodes(ast.Call):
                if self.segment(node.func) in (f"{self.np}.exp", "exp") and isinstance(node.args[0], ast.Name):
                    name = node.args[0].id
                    yield self.put(node.args[0], f"{name} - {name}.max(axis=1, keepdims=True)")
        yield from self.top_lines("{s} = {s} - {s}.max(axis=1, keepdims=True)")

    def rows_maximum(self):
        """Take the row's own maximum in place of the table's."""
        for node in self.nodes(ast.Call):
            words = self.segment(node)
            if re.search(r"\.(a?max|mean|min)\(", words) and "keepdims" not in words and len(words) < 60:
                inside = words[:-1]
                comma = "" if inside.endswith("(") else ", "
                yield self.put(node, f"{inside}{comma}axis=1, keepdims=True)".replace("axis=0, axis=1", "axis=1"))
        for node in self.nodes(ast.Call):
            words = self.segment(node)
            other = re.sub(r"\.(mean|min|amin)\(", ".max(", words)
            if other != words and "keepdims" in words and len(words) < 60:
                yield self.put(node, other)
        yield from self.axes()

    def unclip(self):
        """Leave a clip away."""
        for node in self.nodes(ast.Call):
            if re.search(r"\.?(clip|maximum|minimum|nan_to_num)$", self.segment(node.func)):
                inner = (
                    node.args[0]
                    if isinstance(node.func.value, ast.Name) and node.func.value.id == self.np
                    else node.func.value
                )
                start = self.segment(inner)
                if start == self.s:
                    yield self.put(node, f"{start} - {start}.max(axis=1, keepdims=True)")
                yield self.put(node, start)

    def copy_at_top(self):
        """Copy the scores first."""
        yield from self.top_lines("{s} = {s}.copy()", "{s} = {np}.array({s})", "{y} = {y}.copy()")

    def float_at_top(self):
        """Convert the scores to floats first."""
        yield from self.top_lines("{s} = {np}.asarray({s}, dtype=float)")

    # Types.

    def wider(self):
        """Compute in float64."""
        other = re.sub(r"float16", "float64", self.text)
        other = other.replace("np.half", "np.float64")
        other = re.sub(r"(['\"])(e|f2|<f2)\1", r"\1float64\1", other)
        if other != self.text:
            yield other

    def floats(self):
        """Make tables of floats."""
        for node in self.nodes(ast.Call):
            words = self.segment(node)
            if re.search(r"(zeros|ones|empty|full)_like\(", words) and "dtype" not in words:
                yield self.put(node, words[:-1] + ", dtype=float)")
            if re.search(r"\.astype\(", words):
                yield self.put(node, re.sub(r"\.astype\([^()]*\)$", ".astype(float)", words))
                yield self.put(node, self.segment(node.func.value))
        other = re.sub(r"dtype=(np\.)?u?int\d*", "dtype=float", self.text)
        if other != self.text:
            yield other

    def no_matrix(self):
        """Use arrays in place of matrices."""
        other = re.sub(r"\b(np|numpy)\.(as)?mat(rix)?\(", r"\1.asarray(", self.text)
        if other != self.text:
            yield other

    # The loss.

    def direct_loss(self):
        """Compute the loss from the scores, by the log-sum-exp."""
        if not (self.np and self.s and self.y) or isinstance(self.top, ast.ClassDef):
            return
        n, s, y = self.np, self.s, self.y
        shifted = f"({s} - {s}.max(axis=1, keepdims=True))"
        whole = f"{n}.mean({n}.log({n}.exp{shifted}.sum(axis=1)) - {shifted}[{n}.arange(len({y})), {y}])"
        for node in self.in_main(ast.Assign):
            target = node.targets[0]
            if isinstance(target, ast.Name) and re.search("loss|cost|nll|^l$|^j$|ce$", target.id, re.IGNORECASE):
                yield self.put(node.value, whole)
        for node in self.in_main(ast.Return):
            if isinstance(node.value, ast.Tuple):
                yield self.put(node.value.elts[0], whole)

    def drop_small(self):
        """Leave a small number away that is added."""
        for node in self.nodes(ast.BinOp):
            if isinstance(node.op, ast.Add):
                yield self.put(node, self.segment(node.left))

    # Ignored labels, weights, smoothing.

    def divide_by_kept(self):
        """Divide by the number of labels that count, or by the sum of their weights."""
        ignored = [p for p in self.source.parameters if IGNORED.search(p)]
        weights = [p for p in self.source.parameters if WEIGHT.search(p)]
        if not self.y:
            return
        counts = [f"({self.y} != {name}).sum()" for name in ignored] + [f"{name}[{self.y}].sum()" for name in weights]
        for node in self.nodes(ast.BinOp, ast.AugAssign):
            if isinstance(node.op, ast.Div):
                for count in counts:
                    yield self.put(node.right if isinstance(node, ast.BinOp) else node.value, count)

    def over_all_classes(self):
        """Spread the smoothing over all classes."""
        other = re.sub(r"\(\s*([\w.\[\]]+) - 1\s*\)", r"\1", self.text)
        if other != self.text:
            yield other
            for node in self.nodes(ast.BinOp):
                words = self.segment(node)
                found = re.fullmatch(r"1(?:\.0)? - (\w+)", words)
                if found:
                    share = re.search(rf"{found.group(1)} / (\(?[\w.\[\]]+(?: - 1\))?)", self.text)
                    if share:
                        classes = re.sub(r"\(?([\w.\[\]]+)(?: - 1\))?", r"\1", share.group(1))
                        edited = self.put(node, f"{words} + {found.group(1)} / {classes}")
                        yield re.sub(r"\(\s*([\w.\[\]]+) - 1\s*\)", r"\1", edited)


TOO_SMALL = ("drop_divisor", "other_divisor", "drop_statement", "mean_and_sum", "multiply_result")
ONE_HOT = ("pairs_of_indices", "subtract_one_hot", "swap_difference", "drop_statement")
MENDED_BY = {
    "not-divided-by-n": ("divide_result", "mean_and_sum", "drop_factor", "other_divisor"),
    "mean-loss-sum-gradient": ("divide_result", "mean_and_sum", "drop_factor"),
    "sum-loss-mean-gradient": ("divide_result", "mean_and_sum", "drop_divisor"),
    "divided-by-n": TOO_SMALL,
    "divided-twice": TOO_SMALL,
    "divided-by-c": TOO_SMALL,
    "divided-by-n-times-c": TOO_SMALL,
    "wrong-factor": ("drop_factor", *TOO_SMALL),
    "loss-wrong-factor": ("other_divisor", "mean_and_sum", "divide_result", "drop_divisor"),
    "divided-before-subtracting": ("drop_divisor", "divide_result", "drop_statement"),
    "only-the-one-hot-divided": ("drop_divisor", "divide_result"),
    "sign": ("swap_difference", "negate_result"),
    "transposed": ("transpose_result",),
    "one-hot-missing": ("subtract_one_hot",),
    "one-hot-in-every-row": ONE_HOT,
    "one-hot-in-one-row": ONE_HOT,
    "one-hot-twice": ("drop_statement", "drop_factor"),
    "one-hot-added": ("pairs_of_indices", "swap_difference"),
    "one-hot-assigned": ONE_HOT,
    "one-hot-misplaced": ONE_HOT,
    "single-sample-only": ONE_HOT,
    "softmax-wrong-axis": ("axes",),
    "keepdims-missing": ("axes",),
    "shift-wrong-axis": ("axes",),
    "softmax-twice": ("once", "drop_statement"),
    "overflow": ("shift_at_top", "rows_maximum"),
    "global-shift": ("rows_maximum",),
    "scores-clipped": ("unclip", "shift_at_top"),
    "log-of-softmax": ("direct_loss",),
    "epsilon-in-log": ("direct_loss", "drop_small"),
    "labels-off-by-one": ("other_label",),
    "jacobian-diagonal": ("drop_factor", "drop_statement"),
    "jacobian-twice": ("drop_factor", "drop_statement"),
    "mutates-input": ("copy_at_top",),
    "integer-dtype": ("floats", "float_at_top"),
    "float16-accumulation": ("wider",),
    "matrix-result": ("no_matrix", "array_result"),
    "dout-ignored": ("upstream_result",),
    "negative-labels-wrap": ("zero_ignored",),
    "ignored-label-counts": ("zero_ignored",),
    "ignored-in-denominator": ("divide_by_kept",),
    "weighted-mean-by-n": ("divide_by_kept",),
    "smoothing-over-c-minus-1": ("over_all_classes",),
    "scores-negated": ("swap_difference",),
}
