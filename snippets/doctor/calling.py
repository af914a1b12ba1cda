"""Finding out how a function wants to be called, and what it returns.

A way of calling is an entry (which callable, which parameter is what) and a form (arrays or lists,
labels as numbers or as a one-hot table, a batch or one sample at a time).
"""

import contextlib
import copy
import inspect
import io
import re
import sys
import warnings
from dataclasses import dataclass, field

import numpy as np

from snippets.doctor.truth import one_hot, softmax

LABELS = re.compile(
    r"^(y|t|ys|ts|k|labels?|targets?|tgts?|truth|gold|gt|classes|cls|idx|ind|index|indices|answers?|correct|actual"
    r"|class_?(idx|ids?|index|indices|labels?)|one_?hots?|oh)$|label|target|true|correct|one_?hot|gold|truth",
    re.IGNORECASE,
)
SCORES = re.compile(
    r"^(x|xs|z|zs|s|o|a|f|h|u|v|out|outputs?|outs|inputs?|inp|preds?|predictions?|p|probs?|arr|mat|batch)$"
    r"|score|logit|pred|prob|activ|y_?hat",
    re.IGNORECASE,
)
UPSTREAM = re.compile(
    r"^(dout|d_out|upstream|up|dy|dl|dloss|grad_?outputs?|g_?out|gout|dz|grad_?loss|dvalues?)$", re.IGNORECASE
)
IGNORED = re.compile(r"ignore|ignored|pad(ding)?(_|$)|mask_?(label|value|index)", re.IGNORECASE)
WEIGHT = re.compile(r"^(weights?|class_?weights?|cw|class_?w|(?-i:w))$", re.IGNORECASE)
SAMPLE_WEIGHT = re.compile(r"^(sample|example|row|instance)_?weights?$|^sw$", re.IGNORECASE)
SMOOTHING = re.compile(r"smooth", re.IGNORECASE)
MAYBE_SMOOTHING = re.compile(r"^(eps|epsilon|alpha|e)$", re.IGNORECASE)
PRICE = re.compile(r"^(reg|lam|lambda_?|lmbda|l2|weight_decay|wd|alpha)$|^reg|^l2", re.IGNORECASE)
BUFFER = re.compile(r"^(out|dst|buffer|buf|grad|grads|gradient|result|dx|dscores|dlogits|res)$", re.IGNORECASE)
GRADIENT = re.compile(r"grad|^d_?[a-z]|delta|jac|backward|^g$|^dw", re.IGNORECASE)
LOSS = re.compile(r"loss|cost|nll|^l$|^j$|value|error|ce$|entropy|objective", re.IGNORECASE)
SHARES = re.compile(r"prob|softmax|shares|y_?hat|^p$|^y$|activ|output|pred|cache", re.IGNORECASE)


class Refused(Exception):
    """The function cannot be called in this way; the message says why."""


# What an argument that we do not know is filled with, by its name. None of these changes the plain loss.
def filler(name, N, C):
    """Return a value that leaves the loss as it is, for a parameter of this name; raise Refused if none is known."""
    lower = name.lower()
    table = [
        (r"^(reg|lam|lambda_?|l2|weight_decay|wd|regulari[sz]ation|penalty|mu|decay|beta|reg_.*|l2_.*)$", 0.0),
        (r"^(n|m|bs|batch|batch_?size|num_?(samples|examples|rows|train)|n_?(samples|examples|rows)|size|b)$", N),
        (r"^(c|k|num_?class(es)?|n_?class(es)?|classes|num_?labels|n_?labels|d|dim|depth|vocab(_size)?|width)$", C),
        (PRICE.pattern, 0.0),
        (r"reduc", "mean"),
        (r"^(size_average|average|mean|avg)$", True),
        (r"axis|^dim$", 1),
        (r"smooth|^eps(ilon)?$", 0.0),
        (r"temp|^tau$|^scale$", 1.0),
        (UPSTREAM.pattern, 1.0),
        (IGNORED.pattern, -100),
        (r"verbose|debug|print|plot", False),
    ]
    if WEIGHT.search(name):
        return np.ones(C)
    for pattern, value in table:
        if re.search(pattern, lower):
            return value
    raise Refused(f"no value is known for the parameter {name}")


@dataclass
class Entry:
    """A callable of the reader's, with which parameter is what.

    run: (scores, labels, N, C, extra) -> what the function returns.
    parameters: the names of all parameters, and their defaults where they have one.
    known: whether the names said which parameter is which.
    """

    run: object
    words: str
    parameters: dict = field(default_factory=dict)
    known: bool = True
    scores_name: str = ""
    labels_name: str = ""
    dout: str | None = None
    from_above: bool = False


def signature_of(function):
    """Return the parameters, or None where Python cannot tell."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None


def function_entries(function, words="the function"):
    """Return the entries of a plain callable: the likeliest order of arguments first."""
    parameters = signature_of(function)
    if parameters is None:
        return [
            _plain(function, ["scores", "labels"], words, known=False),
            _plain(function, ["labels", "scores"], words, known=False),
        ]
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    required = [p for p in named if p.default is p.empty]
    free = any(p.kind == p.VAR_POSITIONAL for p in parameters)
    keywords = any(p.kind == p.VAR_KEYWORD for p in parameters)
    defaults = {p.name: p.default for p in named}
    if len(named) < 2:
        if free:
            return [
                _plain(function, order, words, known=False) for order in (["scores", "labels"], ["labels", "scores"])
            ]
        if keywords:
            return [_by_keyword(function, words)]
        return [_pair(function, words)] if len(named) == 1 else []
    entries = []
    if _looks_like_linear(required):
        entries.append(_linear(function, named, required, words))
    for scores, labels, known in _orders(named, required):
        entries.append(_bound(function, named, scores, labels, defaults, words, known))
    return entries


def _plain(function, order, words, known=True):
    def run(scores, labels, N, C, extra):
        given = {"scores": scores, "labels": labels}
        return function(*[given[name] for name in order], **extra)

    return Entry(run, f"{words}({', '.join(order)})", {}, known)


def _by_keyword(function, words):
    return Entry(
        lambda scores, labels, N, C, extra: function(scores=scores, labels=labels, **extra),
        f"{words}(scores=..., labels=...)",
    )


def _pair(function, words):
    return Entry(lambda scores, labels, N, C, extra: function((scores, labels)), f"{words}((scores, labels))")


def _looks_like_linear(required):
    names = [p.name for p in required]
    return len(names) >= 3 and names[0] in {"W", "w", "weights", "theta", "Theta"} and names[1] in {"X", "x", "data"}


def _linear(function, named, required, words):
    """Weights W, inputs X, labels y: with X the identity, W holds the scores and its gradient is theirs."""
    rest = [p.name for p in required[3:]]
    quiet = [p.name for p in named if p not in required and isinstance(p.default, int | float) and PRICE.search(p.name)]

    def run(scores, labels, N, C, extra):
        scores = np.asarray(scores)
        more = {name: filler(name, N, C) for name in quiet}
        fillers = [filler(name, N, C) for name in rest]
        return function(scores, np.eye(len(scores)), labels, *fillers, **{**more, **extra})

    return Entry(run, f"{words}(W=scores, X=identity, y=labels)", {p.name: p.default for p in named})


def _orders(named, required):
    """Yield (scores, labels, known): which parameter may be which, the likeliest first."""
    pool = [p for p in required if not _is_other(p.name)] or required
    if len(pool) < 2:
        pool = [p for p in named if p in pool or p.default is None or LABELS.search(p.name) or SCORES.search(p.name)]
    if len(pool) < 2:
        pool = named
    names = [p.name for p in pool]
    labels = [n for n in names if LABELS.search(n)]
    scores = [n for n in names if SCORES.search(n) and not re.search(r"true|target|label|one_?hot", n, re.IGNORECASE)]
    if len(labels) > 1:
        strong = [n for n in labels if n not in ("y", "k", "t")] or [n for n in labels if n == "t"]
        labels = strong or labels
    label = next((n for n in labels), None)
    score = next((n for n in scores if n != label), None)
    if label and not score:
        score = next((n for n in names if n != label), None)
    if score and not label:
        label = next((n for n in names if n != score), None)
    if score and label:
        yield score, label, True
    seen = {(score, label)}
    for pair in ((names[0], names[1]), (names[1], names[0])):
        if pair not in seen:
            seen.add(pair)
            yield (*pair, False)


def _is_other(name):
    try:
        filler(name, 1, 1)
    except Refused:
        return bool(BUFFER.search(name)) and not SCORES.search(name) or name == "out"
    return not (LABELS.search(name) or SCORES.search(name)) or bool(re.search("num|n_?class|size", name))


def _as_number(default):
    return default if isinstance(default, int | float) else 0


def _bound(function, named, scores_name, labels_name, defaults, words, known):
    needs = [p for p in named if p.name not in (scores_name, labels_name) and p.default is p.empty]
    quiet = [
        p
        for p in named
        if p.name not in (scores_name, labels_name)
        and p.default is not p.empty
        and isinstance(p.default, int | float | str)
        and (
            # What is called alpha may be a factor too: of 1 or more it is none that adds something to the loss.
            (PRICE.search(p.name) and not (p.name == "alpha" and not 0 < _as_number(p.default) < 1))
            or re.search(r"smooth|^temp|^tau$", p.name, re.IGNORECASE)
            # A class that does not count would not count in our batches either.
            or (IGNORED.search(p.name) and not isinstance(p.default, bool | str) and p.default >= 0)
        )
    ]

    def run(scores, labels, N, C, extra):
        given = {scores_name: scores, labels_name: labels}
        for p in needs:
            given[p.name] = np.zeros((N, C)) if BUFFER.search(p.name) else filler(p.name, N, C)
        for p in quiet:
            given[p.name] = filler(p.name, N, C)
        given.update(extra)
        if any(BUFFER.search(p.name) for p in needs):
            buffer = next(given[p.name] for p in needs if BUFFER.search(p.name))
        else:
            buffer = None
        positional, keyword = [], {}
        skipped = False
        for p in named:
            if p.name not in given:
                skipped = True
            elif p.kind == p.KEYWORD_ONLY or (skipped and p.kind != p.POSITIONAL_ONLY):
                keyword[p.name] = given[p.name]
            else:
                positional.append(given[p.name])
        result = function(*positional, **keyword)
        return buffer if result is None and buffer is not None else result

    dout = next((p.name for p in named if UPSTREAM.search(p.name) and p.name not in (scores_name, labels_name)), None)
    return Entry(
        run, f"{words}({scores_name}=scores, {labels_name}=labels)", defaults, known, scores_name, labels_name, dout
    )


# Classes and objects.

FORWARD = (
    "forward loss __call__ compute_loss calculate_loss cost compute fprop forward_pass evaluate value apply fit run call"
).split()
BACKWARD = (
    "backward gradient grad backprop bprop backward_pass compute_gradient calculate_gradient derivative dloss "
    "compute_grad gradients grads get_gradient get_grad delta backpropagate differentiate prime"
).split()
ONE_STEP = (
    BACKWARD
    + (
        "score_gradient loss_and_gradient loss_and_grad loss_grad value_and_grad loss_and_gradients step __call__ forward "
        "loss compute call run"
    ).split()
)


def class_entries(target):
    """Return the entries of a class, or of an object: forward and backward, or one method that does it all."""
    make, kind, words = _maker(target)
    methods = {name: getattr(kind, name) for name in dir(kind) if callable(getattr(kind, name, None))}
    public = [name for name in methods if not name.startswith("_") or name == "__call__" and _has_call(kind)]
    forward = _picked(public, FORWARD, r"forward|loss|cost")
    backward = _picked(public, BACKWARD, r"backward|grad|deriv")
    entries = []
    for back in backward[:3]:
        needs = _required(methods[back], kind, back)
        if len(needs) >= 2 and not any(UPSTREAM.search(p) for p in needs[:1]):
            continue
        for front in [name for name in forward if name != back][:3]:
            if len(_required(methods[front], kind, front)) in (1, 2, 3):
                entries.append(_two_step(make, kind, front, back, words, _made_with(target)))
    if inspect.isclass(target) and len(signature_needs(target)) == 2:
        entries += _from_constructor(target, backward, forward, words)
    for name in [*_picked(public, ONE_STEP, r"grad|deriv|backward|loss"), *public]:
        if len(_required(methods[name], kind, name)) >= 2 and name not in {e.words for e in entries}:
            entries += [
                _method(make, name, entry, _made_with(target))
                for entry in function_entries(_unbound(make, name), f"{words}.{name}")
            ]
    return entries


def signature_needs(target):
    """Return the names of the parameters without a default."""
    return [
        p.name
        for p in signature_of(target) or []
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]


def _has_call(kind):
    return "__call__" in {name for base in kind.__mro__ if base is not object for name in vars(base)}


def _picked(public, wanted, pattern):
    exact = [name for name in wanted if name in public]
    return exact + [name for name in public if re.search(pattern, name, re.IGNORECASE) and name not in exact]


def _maker(target):
    """Return (a function that makes an object for N and C, its class, words for it)."""
    if not inspect.isclass(target):
        return (lambda N, C, extra=None: copy.deepcopy(target)), type(target), type(target).__name__

    needs = [
        p
        for p in signature_of(target) or []
        if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]

    options = {p.name for p in signature_of(target) or []}

    def make(N, C, extra=None):
        given = {p.name: filler(p.name, N, C) for p in needs}
        return target(**given, **{name: value for name, value in (extra or {}).items() if name in options})

    return make, target, target.__name__


def _made_with(target):
    """Return the parameters of the constructor that have a default, which may be asked for like those of a function."""
    parameters = signature_of(target) if inspect.isclass(target) else []
    return {p.name: p.default for p in parameters or [] if p.default is not p.empty}


def _required(method, kind, name):
    parameters = signature_of(method)
    if parameters is None:
        return []
    names = [p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if names[:1] == ["ctx"]:
        return names[1:]
    return names if _is_static(kind, name) else names[1:]


def _is_static(kind, name):
    # A class method comes bound, so its own class is not among its parameters either.
    return isinstance(inspect.getattr_static(kind, name, None), staticmethod | classmethod)


class _Context:
    """What a pair of static methods hands from forward to backward."""

    saved_tensors = ()
    needs_input_grad = (True, False)

    def save_for_backward(self, *tensors):
        """Keep these."""
        self.saved_tensors = tensors


def _unbound(make, name):
    """Return the method as a function with its own signature, made anew for each call."""
    try:
        return getattr(make(2, 2), name)
    except Exception as error:
        raise Refused(f"an object could not be made: {type(error).__name__}: {error}") from error


def _method(make, name, entry, options):
    bound = entry.run
    entry.parameters = {**options, **entry.parameters}

    def run(scores, labels, N, C, extra):
        # The method of a fresh object, so that nothing is remembered from call to call.
        fresh = getattr(make(N, C, extra), name)
        again = next(e for e in function_entries(fresh, "") if (e.scores_name, e.labels_name) == names)
        rest = {key: value for key, value in extra.items() if key not in options}
        result = again.run(scores, labels, N, C, rest)
        kept = _kept_by(fresh.__self__, scores) if np.size(result) == 1 and hasattr(fresh, "__self__") else None
        return result if kept is None else {"loss": result, "gradient": kept}

    names = (entry.scores_name, entry.labels_name)
    entry.run = run if entry.scores_name else bound
    return entry


def _two_step(make, kind, front, back, words, options):
    front_needs = _required(getattr(kind, front), kind, front)
    back_needs = _required(getattr(kind, back), kind, back)
    back_all = [p.name for p in (signature_of(getattr(kind, back)) or [])[1:]]
    split = len(front_needs) == 1
    dout = next((name for name in back_all if UPSTREAM.search(name)), None)
    if dout is None and back_all and not split:
        dout = back_all[0] if not LABELS.search(back_all[0]) else None
    swapped = len(front_needs) >= 2 and LABELS.search(front_needs[0]) and not LABELS.search(front_needs[1])

    # A softmax layer alone: it knows no labels, and gets the loss's derivative in the shares from above.
    alone = split and back_needs == [dout]
    static = _is_static(kind, front) and (signature_of(getattr(kind, front)) or [None])[0].name == "ctx"

    def run(scores, labels, N, C, extra):
        layer = _Static(kind) if static else make(N, C, extra)
        upstream = extra.get("dout")
        if split:
            loss = getattr(layer, front)(scores)
        else:
            more = [filler(name, N, C) for name in front_needs[2:]]
            loss = getattr(layer, front)(*((labels, scores) if swapped else (scores, labels)), *more)
        given = []
        for name in back_needs:
            if alone:
                given.append(_above(scores, labels))
            elif name == dout:
                given.append(1.0 if upstream is None else upstream)
            elif LABELS.search(name):
                given.append(labels)
            else:
                given.append(filler(name, N, C) if not SCORES.search(name) else scores)
        if dout and dout not in back_needs and upstream is not None:
            result = getattr(layer, back)(*given, **{dout: upstream})
        else:
            result = getattr(layer, back)(*given)
        if result is None:
            result = _kept_by(layer, scores)
        return {"gradient": result} if split else {"loss": loss, "gradient": result}

    return Entry(
        run,
        f"{words}: {front}({'scores' if split else 'scores, labels'}), then {back}({', '.join(back_needs)})",
        options,
        True,
        front_needs[0] if front_needs else "",
        "",
        "dout" if dout and not alone else None,
        alone,
    )


def _above(scores, labels):
    """Return the derivative of the mean loss in the shares, shape (N, C)."""
    labels = np.asarray(labels)
    hot = labels if labels.ndim == 2 else one_hot(labels, np.shape(scores)[1])
    return -hot / np.maximum(softmax(np.asarray(scores, float)), 1e-300) / len(hot)


class _Static:
    """A class of static methods that take a context, as if it were an object that keeps it."""

    def __init__(self, kind):
        self._kind, self._context = kind, _Context()

    def __getattr__(self, name):
        method = getattr(self._kind, name)
        return lambda *given, **named: method(self._context, *given, **named)


def _from_constructor(target, backward, forward, words):
    first, second = signature_needs(target)
    swapped = LABELS.search(first) and not LABELS.search(second)
    entries = []
    for back in backward[:2]:

        def run(scores, labels, N, C, extra, back=back):
            layer = target(*((labels, scores) if swapped else (scores, labels)))
            kept = getattr(layer, back)
            result = {"gradient": kept() if callable(kept) else kept}
            for front in forward[:1]:
                with contextlib.suppress(TypeError):
                    result["loss"] = getattr(layer, front)()
            return result

        entries.append(Entry(run, f"{words}(scores, labels).{back}()"))
    return entries


def _kept_by(layer, scores):
    shape = np.shape(scores)
    kept = {n: v for n, v in getattr(layer, "__dict__", {}).items() if GRADIENT.search(n) and np.shape(v) == shape}
    return next(iter(kept.values()), None)


def entries_of(target):
    """Return every entry of what was handed in: a function, a class, an object, a method, a partial.

    Raises Refused if it is nothing that can be called with scores and labels.
    """
    if inspect.isclass(target):
        found = class_entries(target)
    elif callable(target) and not _is_layer(target):
        found = function_entries(target, getattr(target, "__name__", "the function"))
    else:
        found = class_entries(target)
    if not found and not inspect.isclass(target) and type(target).__module__ == "builtins" and not callable(target):
        raise Refused(f"it is no function but {describe(target)} of type {type(target).__name__}")
    if not found:
        raise Refused("nothing that takes scores and labels was found in it")
    return found


def _is_layer(target):
    if inspect.isroutine(target) or hasattr(target, "func"):
        return False
    return any(hasattr(type(target), name) for name in ("forward", "backward"))


# Forms: how scores and labels are handed over.


@dataclass(frozen=True)
class Form:
    """How scores and labels are handed over. words: how the report says it."""

    name: str
    words: str
    scores: object
    labels: object
    single: bool = False
    transposed: bool = False


def _array(dtype=None):
    return lambda scores: np.array(scores) if dtype is None else np.array(scores, dtype)


def _lists(array):
    return np.asarray(array).tolist()


def _indices(labels, C):
    return np.array(labels)


def _hot(labels, C):
    return one_hot(labels, C)


def _torch_scores(scores):
    import torch

    return torch.tensor(np.array(scores)).requires_grad_(np.asarray(scores).dtype.kind == "f")


def _torch_labels(labels, C):
    import torch

    return torch.tensor(np.array(labels))


FORMS = [
    Form("indices", "labels as numbers", _array(), _indices),
    Form("one-hot", "labels as a one-hot table", _array(), _hot),
    Form("column", "labels as a column of shape (N, 1)", _array(), lambda y, C: np.array(y)[:, None]),
    Form("label list", "labels as a list", _array(), lambda y, C: _lists(y)),
    Form("lists", "lists of lists", _lists, lambda y, C: _lists(y)),
    Form("one-hot lists", "lists of lists, one-hot", _lists, lambda y, C: _lists(one_hot(y, C).astype(int))),
    Form("float32", "float32 scores", _array(np.float32), _indices),
    Form(
        "float32 one-hot", "float32 scores, one-hot", _array(np.float32), lambda y, C: one_hot(y, C).astype(np.float32)
    ),
    Form("int one-hot", "labels as a one-hot table of integers", _array(), lambda y, C: one_hot(y, C).astype(np.int64)),
    Form("sample", "one sample at a time", lambda s: np.array(s[0]), lambda y, C: int(y[0]), single=True),
    Form(
        "sample one-hot",
        "one sample at a time, one-hot",
        lambda s: np.array(s[0]),
        lambda y, C: one_hot(y, C)[0],
        single=True,
    ),
    Form("sample list", "one sample at a time, as a list", lambda s: _lists(s[0]), lambda y, C: int(y[0]), single=True),
    Form(
        "sample one-hot list",
        "one sample at a time, as lists, one-hot",
        lambda s: _lists(s[0]),
        lambda y, C: _lists(one_hot(y, C)[0].astype(int)),
        single=True,
    ),
    Form("torch", "torch tensors", _torch_scores, _torch_labels),
    Form("torch one-hot", "torch tensors, one-hot", _torch_scores, lambda y, C: _torch_labels(one_hot(y, C), C)),
    Form("columns", "one sample in each column", lambda s: np.array(s.T), _indices, transposed=True),
    Form(
        "one-hot columns",
        "one sample in each column, one-hot",
        lambda s: np.array(s.T),
        lambda y, C: one_hot(y, C).T.copy(),
        transposed=True,
    ),
]


@dataclass
class Seen:
    """What one call gave. error: the exception's name and words, or None.

    gradient: an array as it came, or None. loss: a float, an array, or None.
    """

    batch: object
    error: tuple | None = None
    gradient: np.ndarray | None = None
    dtype: object = None
    matrix: bool = False
    loss: object = None
    mutated: tuple = ()
    returned: str = ""
    printed: str = ""
    unreadable: str | None = None

    @property
    def readable(self):
        """Return whether a gradient or a loss came out."""
        return self.gradient is not None or self.loss is not None


class Way:
    """One way of calling the function."""

    def __init__(self, entry, form):
        self.entry, self.form = entry, form
        self.single = form.single
        self.always = {}

    def ask_for(self, reduction):
        """Ask for this reduction wherever the function lets one choose."""
        for name, default in self.entry.parameters.items():
            if re.search("reduc", name, re.IGNORECASE) and default in ("mean", "sum") and default != reduction:
                self.always[name] = reduction
            if re.search("average|^mean$", name, re.IGNORECASE) and isinstance(default, bool):
                self.always[name] = reduction == "mean"

    @property
    def words(self):
        """Say how the function was called."""
        return f"called as {self.entry.words}, {self.form.words}"

    def see(self, batch, convert=None, labels=None, **extra):
        """Call the function on a copy of this batch and return what was Seen; only KeyboardInterrupt passes through.

        convert: changes the scores before they are handed over, as to integers.
        """
        if "torch" in self.form.name and "torch" not in sys.modules:
            return Seen(batch, ("Refused", "torch is not loaded"))
        plain = batch.scores if convert is None else convert(batch.scores)
        scores = self.form.scores(plain)
        given = self.form.labels(batch.labels, batch.C) if labels is None else labels
        before = copy.deepcopy(_comparable(scores)), copy.deepcopy(_comparable(given))
        seen = Seen(batch)
        spoken = io.StringIO()
        try:
            with (
                np.errstate(all="ignore"),
                warnings.catch_warnings(),
                contextlib.redirect_stdout(spoken),
                _no_input(),
            ):
                warnings.simplefilter("ignore")
                raw = self.entry.run(scores, given, batch.N, batch.C, {**self.always, **extra})
                names = ("scores", scores, before[0]), ("labels", given, before[1])
                seen.mutated = tuple(name for name, now, then in names if not _same(_comparable(now), then))
                if raw is None and "scores" in seen.mutated:
                    raw, seen.returned = scores, "nothing, but the scores were overwritten"
                read(raw, batch, seen, self.form)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # the function may do anything: sys.exit is an answer too
            if type(error).__name__ in ("TimeIsUp",):
                raise
            seen.error = type(error).__name__, words_of(error)
        seen.printed = spoken.getvalue()[:500]
        return seen


@contextlib.contextmanager
def _no_input():
    """Nobody answers here: input() gets the end of the file."""
    kept = sys.stdin
    sys.stdin = io.StringIO("")
    try:
        yield
    finally:
        sys.stdin = kept


def words_of(error):
    """Return what an exception says, if it says anything."""
    try:
        return str(error)[:300]
    except Exception:
        return "it cannot be shown"


def _comparable(value):
    return value.detach().numpy() if hasattr(value, "detach") else value


def _same(now, then):
    if isinstance(then, np.ndarray):
        return isinstance(now, np.ndarray) and now.shape == then.shape and np.array_equal(now, then, equal_nan=True)
    return now == then


# Reading what came back.


def read(raw, batch, seen, form):
    """Put gradient and loss of what the function returned into seen, or say why it is unreadable."""
    seen.returned = seen.returned or describe(raw)
    tables, numbers = [], []
    for name, value in _parts(raw, (batch.N, batch.C)):
        array = as_array(value)
        if array is None or array.size == 0:
            continue
        if _is_gradient(array, batch, form):
            tables.append((name, value, array))
        elif array.size == 1 or array.shape in ((batch.N,), (batch.N, 1)):
            numbers.append((name, array))
    if form.single and not tables:
        numbers = [(name, array) for name, array in numbers if array.size == 1]
    if tables:
        _, value, array = _likeliest(tables, batch)
        seen.dtype, seen.matrix = array.dtype, isinstance(value, np.matrix)
        array = np.array(array, dtype=float)
        if form.single and array.shape == (batch.C,):
            array = array[None, :]
        if form.transposed and array.shape == (batch.C, batch.N):
            array = array.T
        seen.gradient = array
    named = [pair for pair in numbers if LOSS.search(pair[0])] or numbers
    if named:
        array = np.array(named[0][1], dtype=float)
        seen.loss = float(array.reshape(-1)[0]) if array.size == 1 else array.reshape(-1)
    if not seen.readable:
        seen.unreadable = f"it returned {seen.returned}"


def describe(raw):
    """Say in a few words what was returned.

    >>> describe(np.zeros((2, 3))), describe(None), describe((1.0, "x"))
    ('an array of shape (2, 3)', 'None', 'a tuple of 2')
    """
    if raw is None:
        return "None"
    if isinstance(raw, str):
        return "a string"
    if isinstance(raw, bool | int | float | np.generic):
        return "one number"
    if isinstance(raw, tuple | list | dict):
        article = {tuple: "a tuple", list: "a list", dict: "a dictionary"}
        return f"{article.get(type(raw), 'a ' + type(raw).__name__)} of {len(raw)}"
    if hasattr(raw, "shape"):
        kind = {"c": " of complex numbers", "O": " of objects", "U": " of strings"}.get(
            getattr(raw.dtype, "kind", ""), ""
        )
        return f"an array of shape {tuple(raw.shape)}{kind}"
    return f"an object of type {type(raw).__name__}"


def as_array(value):
    """Return the value as an array of real numbers, or None if it is none."""
    if value is None or isinstance(value, str | bytes | dict | set):
        return None
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    elif not isinstance(value, np.ndarray | list | tuple | int | float | np.generic) and not hasattr(
        value, "__array__"
    ):
        if hasattr(value, "__next__"):
            value = list(value)
        elif not hasattr(value, "__len__") and not hasattr(value, "__float__"):
            return None
        elif hasattr(value, "__float__") and not hasattr(value, "__len__"):
            value = float(value)
    try:
        array = np.asarray(value)
        if array.dtype == object:
            array = np.array([[float(x) for x in row] for row in value] if array.ndim == 2 else value, dtype=float)
    except Exception:
        return None
    return array if array.dtype.kind in "fiub" else None


def _parts(raw, shape):
    """Yield (name, value) of everything in what was returned."""
    if hasattr(raw, "__next__"):
        raw = list(raw)
    if isinstance(raw, dict):
        for name, value in raw.items():
            for inner, part in _parts(value, shape) if isinstance(value, dict | tuple) else [("", value)]:
                yield f"{name} {inner}".strip(), part
    elif hasattr(raw, "_fields"):
        yield from zip(raw._fields, raw, strict=True)
    elif _is_table(raw, shape):
        yield "", raw
    elif isinstance(raw, tuple) or (isinstance(raw, list) and _mixed(raw)):
        for k, value in enumerate(raw):
            if isinstance(value, dict | tuple):
                yield from _parts(value, shape)
            else:
                yield f"{k}", value
    elif as_array(raw) is None and hasattr(raw, "__dict__"):
        yield from vars(raw).items()
    else:
        yield "", raw


def _is_table(raw, shape):
    """Return whether this is one table of that shape, made of tuples."""
    if not isinstance(raw, tuple) or len(raw) != shape[0]:
        return False
    return all(isinstance(row, tuple | list) for row in raw) and getattr(as_array(raw), "shape", None) == shape


def _mixed(values):
    """Return whether a list holds things of different shapes, such as a loss and a gradient."""
    try:
        return len({np.shape(value) for value in values}) > 1
    except Exception:
        return True


def _is_gradient(array, batch, form):
    N, C = batch.N, batch.C
    shapes = {(N, C), (C, N), (N, C, C), (N, C, 1), (1, N, C), (N, 1, C), (N * C, 1), (1, N * C)}
    if form.single:
        return array.shape in {(C,), (1, C), (C, 1), (C, C), (1, C, C)}
    if array.ndim == 1:
        return len(array) in (C, N * C) and len(array) != N and len(array) > 1
    shapes |= {(1, C), (C, C), (N * C, N * C), (N, C, N, C)}
    return (array.size == N * C and array.ndim <= 3) or (array.shape in shapes and array.size > 1)


def _likeliest(tables, batch):
    """Return the one that is the gradient, where several have the shape."""
    right_shape = [t for t in tables if t[2].shape == (batch.N, batch.C)] or tables
    named = [t for t in right_shape if GRADIENT.search(t[0]) and not SHARES.search(t[0])]
    if named:
        return named[0]
    if len(right_shape) > 1:
        shares = softmax(batch.scores)
        others = [
            t
            for t in right_shape
            if not SHARES.search(t[0])
            and not (t[2].shape == shares.shape and np.allclose(t[2], shares, atol=1e-6))
            and not (t[2].shape == shares.shape and np.array_equal(t[2], batch.scores))
        ]
        right_shape = others or right_shape
    return right_shape[0]
