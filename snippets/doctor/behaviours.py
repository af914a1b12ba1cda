"""What shows only on special inputs: large scores, integers, another upstream gradient, ignored labels."""

import inspect
import re
import time
from dataclasses import dataclass

import numpy as np

from snippets.doctor import probes
from snippets.doctor.calling import IGNORED, MAYBE_SMOOTHING, SAMPLE_WEIGHT, SMOOTHING, WEIGHT
from snippets.doctor.models import Impossible
from snippets.doctor.truth import Batch, one_hot, softmax

# Errors that large numbers cause by themselves. Any other error with words in it is an honest refusal.
BREAKDOWNS = ("OverflowError", "FloatingPointError", "ZeroDivisionError")
DOMAIN = re.compile(
    r"math domain|math range|expected a positive|expected a finite|divide by zero|cannot convert float", re.IGNORECASE
)


@dataclass
class Finding:
    """A behaviour that was seen. sentence: what happened, in one line. case: the Seen that shows it, or None."""

    mistake: str
    sentence: str
    case: object = None
    sure: float = 0.97


def broke_down(error):
    """Return whether an error is what large numbers do by themselves, not a refusal."""
    return error is not None and (error[0] in BREAKDOWNS or error[0] == "ValueError" and bool(DOMAIN.search(error[1])))


def see_rows(way, batch):
    """Return the Seen of a batch: at once, or sample by sample where the function takes no more."""
    if not way.single:
        return [way.see(batch)]
    return [way.see(Batch(batch.scores[k : k + 1], batch.labels[k : k + 1])) for k in range(batch.N)]


def row_states(seen, fit, tolerance):
    """Return the state of each row of one call: right, wrong, broken, refused, or unknown."""
    N = seen.batch.N
    if seen.error is not None:
        return [("broken" if broke_down(seen.error) else "refused")] * N
    if seen.gradient is None:
        return ["unknown"] * N
    if fit.layout == "not contracted" and seen.gradient.ndim == 3 and len(seen.gradient) == N:
        known = np.isfinite(fit.model.shares_of(seen.batch)).all(axis=1)
        finite = np.isfinite(seen.gradient).all(axis=(1, 2))
        return [("right" if a else "broken") if b else "unknown" for a, b in zip(finite, known, strict=True)]
    try:
        with np.errstate(all="ignore"):
            expected = fit.predict(seen.batch)
    except Impossible:
        return ["unknown"] * N
    got = seen.gradient
    if got.size != expected.size:
        return ["wrong"] * N
    if got.size != N * seen.batch.C:
        broken = not np.isfinite(got).all()
        return ["broken" if broken else "unknown"] * N
    got = got.reshape(expected.shape)
    if fit.layout == "transposed":
        got, expected = got.T, expected.T
    got, expected = got.reshape(N, -1), expected.reshape(N, -1)
    # What a whole sample counts, even where all samples are nearly right: digits are lost against that.
    size = max(np.nanmax(np.abs(expected)) if np.isfinite(expected).any() else 1.0, abs(fit.scale(seen.batch)))
    states = []
    for a, b in zip(got, expected, strict=True):
        if not np.isfinite(b).all():
            states.append("unknown")
        elif not np.isfinite(a).all():
            states.append("broken")
        else:
            states.append("right" if np.abs(a - b).max() <= tolerance * max(size, 1e-12) else "wrong")
    return states


# The shift. Each way to shift, simulated: which rows break, which go wrong.

SHIFTS = {
    "none": ("overflow", lambda s: s),
    "global": ("global-shift", lambda s: s - s.max()),
    "mean": ("overflow", lambda s: s - s.mean(axis=1, keepdims=True)),
    "min": ("overflow", lambda s: s - s.min(axis=1, keepdims=True)),
    "first": ("overflow", lambda s: s - s[:, :1]),
    "last": ("overflow", lambda s: s - s[:, -1:]),
    "global mean": ("overflow", lambda s: s - s.mean()),
    "added": ("overflow", lambda s: s + s.max(axis=1, keepdims=True)),
    "added, absolute": ("overflow", lambda s: s + np.abs(s).max(axis=1, keepdims=True)),
    "absolute": ("shift-too-large", lambda s: s - np.abs(s).max(axis=1, keepdims=True)),
    "absolute, of all": ("shift-too-large", lambda s: s - np.abs(s).max()),
    "at least 0": ("shift-too-large", lambda s: s - np.maximum(s.max(axis=1, keepdims=True), 0)),
    "at least 0, of all": ("shift-too-large", lambda s: s - max(s.max(), 0)),
    "first row's": ("global-shift", lambda s: s - s[0].max()),
    **{
        f"clipped {limit}": ("scores-clipped", lambda s, limit=limit: np.clip(s, -limit, limit))
        for limit in (10, 20, 30, 50, 88, 100, 200, 300, 500, 600, 700, 709)
    },
}
BREAKERS = ("every score near 1000", "every score near -1000", "rows far apart")


def _simulated(shift, batch, dtype, axis, mend, tolerance):
    scores = batch.scores.astype(dtype)
    if axis == "columns":
        scores = scores.T
    if axis == "whole":
        scores = scores.reshape(1, -1)
    try:
        with np.errstate(all="raise" if mend == "raises" else "ignore"):
            e = np.exp(shift(scores))
            p = e / e.sum(axis=1, keepdims=True)
    except FloatingPointError:
        return ["broken"] * batch.N, np.full(batch.scores.shape, np.nan)
    if mend == "nan to 0":
        p = np.nan_to_num(p)
    if mend == "epsilon":
        with np.errstate(all="ignore"):
            p = e / (e.sum(axis=1, keepdims=True) + dtype(1e-8))
    right = softmax(scores.astype(float))
    shape = batch.scores.shape
    p, right = (p.T, right.T) if axis == "columns" else (p.reshape(shape), right.reshape(shape))
    states = []
    for a, b in zip(p, right, strict=True):
        if not np.isfinite(a).all():
            states.append("broken")
        else:
            states.append("right" if np.abs(a - b).max() < tolerance else "wrong")
    return states, p - right


def large_scores(way, fit, dtypes, fine):
    """Return (findings, notes) of large scores.

    Which rows of which batch break tells how the scores were shifted, if at all.
    dtypes: in which it may compute. fine: the findings of `gaps`. A shift that explains them too makes them
    needless, and they are taken out; else only batches without tiny shares are compared.
    """
    if fit.model.shares in ("none", "exponentials", "logarithms"):
        return [], []
    underflow = [f for f in fine if f.case is not None and _is_bad(f.case, fit)]
    names = BREAKERS if way.entry.from_above else tuple(probes.LARGE)
    seens = {name: see_rows(way, probes.LARGE[name]) for name in names}
    wide = {f"one row of wide scores, {k}": [f.case] for k, f in enumerate(underflow)}
    found = _shift_of(seens | wide, fit, dtypes)
    if found:
        fine[:] = [f for f in fine if f not in underflow]
    elif underflow:
        seens = {name: seens[name] for name in BREAKERS}
        found = _shift_of(seens, fit, dtypes)
    every = [seen for cases in seens.values() for seen in cases]
    errors = [s.error for s in every if s.error and not broke_down(s.error)]
    notes = [f"It refuses large scores: {errors[0][0]}: {_short(errors[0][1])}"] if errors else []
    bad = [name for name, cases in seens.items() if any(_is_bad(seen, fit) for seen in cases)]
    if not bad:
        return [], notes
    case = next(seen for seen in seens[bad[0]] if _is_bad(seen, fit))
    sentence = f"For {bad[0]} {f'it raised {case.error[0]}' if case.error else _got_words(case)}."
    if found:
        return [Finding(found, sentence, case)], notes
    broken = {name for name in bad if any("broken" in row_states(seen, fit, 1e-4) for seen in seens[name])}
    if {"every score near 1000", "every score near -1000"} & broken:
        return [Finding("overflow", sentence, case, 0.8)], notes
    if bad == ["rows far apart"] and broken and not way.single:
        return [Finding("global-shift", sentence, case, 0.8)], notes
    return [Finding("", sentence, case)], notes


def _shift_of(seens, fit, dtypes):
    """Return the mistake of the shift that explains which rows break, or None."""
    axis = {"down the columns": "columns", "over the whole table": "whole"}.get(fit.model.shares, "rows")
    tolerance = 3e-2 if fit.tier == 2 else 1e-4
    observed = []
    for name, cases in seens.items():
        states = [state for seen in cases for state in row_states(seen, fit, tolerance)]
        batch = probes.LARGE.get(name, cases[0].batch)
        raised = any(seen.error for seen in cases) and len(cases) == 1
        observed.append((batch, cases, states, raised))
    if not any(state in ("broken", "wrong") for _, _, states, _ in observed for state in states):
        return None
    for dtype in dtypes:
        for mistake, move in SHIFTS.values():
            for mend in (None, "nan to 0", "epsilon", "raises"):
                if all(
                    _agrees(cases, states, raised, *_simulated(move, batch, dtype, axis, mend, tolerance), fit)
                    for batch, cases, states, raised in observed
                ):
                    return mistake
    return None


def _is_bad(seen, fit):
    return any(state in ("broken", "wrong") for state in row_states(seen, fit, 3e-2 if fit.tier == 2 else 1e-4))


def _agrees(seens, states, raised, simulated, error, fit):
    """Return whether what was seen is what was simulated. One call that raised speaks for all its rows.

    error: the simulated shares less the right ones. A row that is wrong must be wrong by just that.
    """
    if "refused" in states:
        return True
    if raised:
        return "broken" in simulated
    if not all(state in ("unknown", other) for state, other in zip(states, simulated, strict=True)):
        return False
    if (
        "wrong" not in states
        or fit.tier == 2
        or fit.layout != "right"
        or fit.model.joined != "right"
        or fit.model.filled != "right"
    ):
        return True
    got = np.concatenate([seen.gradient for seen in seens])
    if got.shape != error.shape:
        return True
    expected = np.concatenate([fit.table(seen.batch) for seen in seens]) + fit.scale(seens[0].batch) * error
    rows = np.array(states) == "wrong"
    return bool(np.abs(got - expected)[rows].max() < 1e-4 * abs(fit.scale(seens[0].batch)))


def _got_words(case):
    if case.gradient is not None and not np.isfinite(case.gradient).all():
        return "the gradient is not finite (nan or inf)"
    return "the gradient is wrong"


def gaps(way, fit, loss_fit, dtype):
    """Return findings of one row where the label's share is tiny: no score is large, nothing overflows."""
    found = []
    if fit.model.joined not in ("right", "through the Jacobian once more"):
        fit = _Unknown(fit)  # it divides by shares as part of its own mistake
    largest = 800.0 if dtype is np.float64 else 160.0
    saturated, ratios = None, []
    for gap in [g for g in (*probes.GAPS, 160.0) if g <= largest]:
        batch = probes.gap_batch(gap)
        seen = way.see(batch)
        state = row_states(seen, fit, 1e-3)[0] if seen.error or seen.gradient is not None else "unknown"
        if state == "broken":
            what = f"it raised {seen.error[0]}" if seen.error else "the gradient is not finite"
            found.append(
                Finding("log-of-softmax", f"Where the label's score lies {gap:g} below the largest, {what}.", seen)
            )
            break
        if state == "wrong" and seen.gradient is not None:
            expected = fit.predict(batch).reshape(-1)
            got = seen.gradient.reshape(-1)
            ratios.append((gap, got @ expected / (expected @ expected), seen))
        if loss_fit and loss_fit.model.size() == 0 and seen.loss is not None and loss_fit.factor in ("1", "N", "each"):
            loss = float(np.sum(seen.loss)) * loss_fit.sign
            true = gap + np.log(1 + np.exp(-1.5) + np.exp(-gap))
            if not np.isfinite(loss):
                found.append(
                    Finding(
                        "log-of-softmax",
                        f"Where the label's score lies {gap:g} below the largest, the loss is {loss:g}; it should be {true:.4g}.",
                        seen,
                    )
                )
                break
            if loss < 0.98 * true - 0.01 and saturated is None:
                saturated = gap, loss, true, seen
    if saturated and "epsilon-in-log" not in fit.mistakes:
        gap, loss, true, seen = saturated
        sentence = (
            f"Where the label's score lies {gap:g} below the largest, the loss is {loss:.4g}; it should be {true:.4g}."
        )
        found.append(Finding("epsilon-in-log", sentence, seen))
    elif ratios and not found and "epsilon-in-log" not in fit.mistakes:
        gap, ratio, seen = ratios[-1]
        if abs(ratio) < 0.02:
            sentence = f"Where the label's score lies {gap:g} below the largest, the gradient vanishes; it should be near 1 at the label."
            found.append(Finding("epsilon-in-log", sentence, seen))
        else:
            found.append(
                Finding("", f"Where the label's score lies {gap:g} below the largest, the gradient is wrong.", seen)
            )
    return found


class _Unknown:
    """A fit that predicts nothing."""

    def __init__(self, fit):
        self.mistakes, self.model, self.layout, self.tier = fit.mistakes, fit.model, fit.layout, fit.tier

    def predict(self, batch):
        """Nothing is predicted."""
        raise Impossible


# Types.


def integers(way, fit):
    """Return (findings, notes) of integer scores: a truncated answer is a mistake, an error is not."""
    if way.form.name.startswith("float32") or "torch" in way.form.name:
        return [], []
    N, C, labels = probes.SIZES[3 if way.form.name == "sample" else 0]
    if way.single:
        N, C, labels = 1, 4, [2]
    batch = Batch(np.rint(probes.irregular(N * C, 9, 3.0)).reshape(N, C), np.array(labels))
    findings, notes = [], []
    for words, options in _integer_ways(way, batch):
        seen = way.see(batch, **options)
        if seen.error:
            notes.append(f"It refuses {words}: {seen.error[0]}.")
        elif seen.gradient is not None and "wrong" in row_states(seen, fit, 1e-2 if fit.tier == 2 else 1e-4):
            findings.append(
                Finding("integer-dtype", f"Given {words}, the answer is cut to whole numbers or otherwise wrong.", seen)
            )
            break
    return findings, notes


def _integer_ways(way, batch):
    ways = [("integer scores", {"convert": lambda s: np.rint(s).astype(np.int64)})]
    if way.form.name == "one-hot":
        ways.append(("a one-hot table of integers", {"labels": one_hot(batch.labels, batch.C).astype(np.int64)}))
    return ways


def moves_in_steps(way, fit, batch, step=2e-6):
    """Return whether the answer moves in steps as the scores move a little: the mark of few digits.

    A formula that is a little off still moves as it should. A number with eleven bits does not move at all,
    or jumps.
    """
    moved = Batch(
        batch.scores + step * np.sign(probes.irregular(batch.scores.size, 3)).reshape(batch.scores.shape), batch.labels
    )
    before, after = way.see(batch), way.see(moved)
    if before.gradient is None or after.gradient is None:
        return False
    got = (after.gradient - before.gradient).reshape(-1)
    expected = (fit.predict(moved) - fit.predict(batch)).reshape(-1)
    return bool(np.abs(got - expected).max() > 0.2 * np.abs(expected).max())


# Parameters that a function may have.


def upstream(way, fit, seen):
    """Return findings of another upstream gradient: 3 times the loss has 3 times the gradient."""
    name = way.entry.dout
    if name is None:
        return []
    first = next((s for s in seen if s.gradient is not None), None)
    if first is None:
        return []
    again = way.see(first.batch, **{name: 3.0})
    if again.error or again.gradient is None or again.gradient.shape != first.gradient.shape:
        return []
    scale = np.abs(first.gradient).max()
    if np.abs(again.gradient - 3 * first.gradient).max() <= 1e-3 * scale:
        return []
    if np.abs(again.gradient - first.gradient).max() <= 1e-9 * scale:
        return [
            Finding(
                "dout-ignored",
                f"With {name}=3 the answer is the same as with {name}=1; it should be 3 times as large.",
                again,
            )
        ]
    return [Finding("", f"With {name}=3 the answer is not 3 times that with {name}=1.", again)]


def source_of(target):
    """Return the source and the docstring of what was handed in, as far as Python can tell."""
    if hasattr(target, "doctor_source"):  # an edited function, which has no file
        return target.doctor_source
    target = getattr(target, "func", target)
    text = inspect.getdoc(target) or ""
    try:
        text += "\n" + inspect.getsource(inspect.unwrap(target) if callable(target) else type(target))
    except (OSError, TypeError):
        try:
            text += "\n" + inspect.getsource(type(target))
        except (OSError, TypeError):
            pass
    return text


def _undivided(got, fit, batch, tolerance):
    """Return whether a gradient that is not divided by N is not divided here either: then no N is the wrong one."""
    if fit.factor != "N":
        return False
    whole = fit.sign * fit.model.gradient(batch)
    return np.abs(got - whole).max() <= tolerance * np.abs(whole).max()


def ignored_labels(way, fit, target, reduction, told=None):
    """Return (findings, notes) of labels that are not to count."""
    parameters = way.entry.parameters
    name = next((p for p in parameters if IGNORED.search(p)), None)
    text = source_of(target)
    label, extra = None, {}
    if name:
        default = parameters[name]
        label = default if isinstance(default, int) and not isinstance(default, bool) else -1
        extra = {name: label}
    if told is not None:
        label = told
        extra = {name: told} if name else {}
    elif not name:
        label = _label_spoken_of(text)
    if label is None:
        return [], _wrap_note(way, fit)
    if "one-hot" in way.form.name or way.single:
        return [], []
    labels = np.array([2, label, 0, 1, label, 3])
    batch = Batch(probes.irregular(30, 21).reshape(6, 5), labels, ignored=label)
    seen = way.see(batch, **extra)
    if seen.error:
        return [], [f"It refuses a label of {label}: {seen.error[0]}."]
    if seen.gradient is None or seen.gradient.shape != (6, 5):
        return [], []
    tolerance = 1e-2 if fit.tier == 2 else 1e-4
    try:
        right = fit.table(batch)
    except (Impossible, IndexError):
        return [], []
    got, scale = seen.gradient, np.abs(right).max()
    if np.abs(got - right).max() <= tolerance * scale:
        return [], []
    if _undivided(got, fit, batch, tolerance):
        return [], []
    if np.abs(got - right * batch.kept().sum() / batch.N).max() <= tolerance * scale:
        kept = int(batch.kept().sum())
        sentence = (
            f"With {6 - kept} of 6 labels ignored, the gradient is {kept}/6 of the right one: "
            f"it was divided by 6, not by {kept}."
        )
        return [Finding("ignored-in-denominator", sentence, seen)], []
    # A label beyond the classes cannot wrap by itself. Some write -1 in its place, and that wraps.
    place = label % 5 if -label <= 5 else 4
    wrapped = Batch(batch.scores, np.where(batch.kept(), labels, place))
    rows = ~batch.kept()
    plain = fit.table(wrapped)
    if label < 0 and np.abs(got - plain).max() <= tolerance * scale:
        sentence = (
            f"The rows whose label is {label} should be 0; they are those of class {place}, counted from the end."
        )
        return [Finding("negative-labels-wrap", sentence, seen)], []
    if label < 0 and np.abs(got[rows]).max() > tolerance * scale:
        kinds = one_hot(wrapped.labels, 5)[rows] > 0
        if (got[rows][kinds] < 0).all():
            return [
                Finding(
                    "negative-labels-wrap",
                    f"The rows whose label is {label} should be 0; they hold a -1 at class {place}.",
                    seen,
                    0.9,
                )
            ], []
    if label >= 0 and np.abs(got - fit.table(Batch(batch.scores, labels))).max() <= tolerance * scale:
        return [
            Finding(
                "ignored-label-counts", f"The rows whose label is {label} should be 0; they count like others.", seen
            )
        ], []
    if np.abs(got[rows]).max() > tolerance * scale:
        return [
            Finding("ignored-label-counts", f"The rows whose label is {label} should be 0; they are not.", seen, 0.9)
        ], []
    return [Finding("", f"With labels of {label} ignored the answer is not the right one.", seen)], []


LEFT_OUT = r"ignor|padd|unlabel|\bpad\b|skip|does not count|do not count|don't count|missing label|no label"
NEGATIVE = r"(?<![\w)\]=])(-\d+)\b"
SPOKEN = re.compile(rf"(?:{LEFT_OUT})[^.\n]{{0,60}}?{NEGATIVE}|{NEGATIVE}[^.\n]{{0,60}}(?:{LEFT_OUT})", re.IGNORECASE)


def _label_spoken_of(text):
    """Return the negative label that comments and docstrings say is left out, or None."""
    spoken = "\n".join([*re.findall(r"#(.*)", text), *re.findall(r'"""(.*?)"""', text, re.DOTALL)])
    found = SPOKEN.search(spoken)
    return int(found.group(1) or found.group(2)) if found else None


def _wrap_note(way, fit):
    if "one-hot" in way.form.name or way.single:
        return []
    batch = Batch(probes.irregular(12, 23).reshape(3, 4), np.array([-1, 2, 0]))
    seen = way.see(batch)
    if seen.error is None and seen.gradient is not None:
        wrapped = Batch(batch.scores, np.array([3, 2, 0]))
        try:
            if seen.gradient.shape == (3, 4) and np.abs(seen.gradient - fit.table(wrapped)).max() < 1e-4:
                return ["A label of -1 is taken for the last class without a word, as numpy counts from the end."]
        except Impossible:
            pass
    return []


def class_weights(way, fit, told=False):
    """Return findings of a weight for each class."""
    name = next(
        (
            p
            for p, default in way.entry.parameters.items()
            if WEIGHT.search(p) and default in (None, inspect.Parameter.empty)
        ),
        None,
    )
    if name is None or way.single:
        return []
    weight = np.array([0.5, 2.0, 3.0, 0.25, 1.0])
    batch = Batch(probes.irregular(30, 31).reshape(6, 5), np.array([2, 0, 0, 1, 4, 3]), weight=weight)
    seen = way.see(batch, **{name: weight.copy()})
    if seen.error or seen.gradient is None or seen.gradient.shape != (6, 5):
        return []
    right = fit.table(batch)
    tolerance, scale = 1e-4, np.abs(right).max()
    if np.abs(seen.gradient - right).max() <= tolerance * scale:
        return []
    if _undivided(seen.gradient, fit, batch, tolerance):
        return []
    total = batch.counts().sum()
    if np.abs(seen.gradient - right * total / batch.N).max() <= tolerance * scale:
        sentence = f"With weights that add up to {total:g} over 6 samples, it divides by 6 and not by {total:g}."
        return [Finding("weighted-mean-by-n", sentence, seen)]
    if np.abs(seen.gradient - fit.table(Batch(batch.scores, batch.labels))).max() <= tolerance * scale:
        return [Finding("weights-ignored", "The class weights change nothing.", seen)]
    return [Finding("", "With class weights the answer is not the right one.", seen)]


def sample_weights(way, fit):
    """Return notes of a weight for each sample. Their mean is taken in two ways, so neither is a mistake."""
    name = next((p for p, default in way.entry.parameters.items() if SAMPLE_WEIGHT.search(p) and default is None), None)
    if name is None or way.single:
        return []
    batch = Batch(probes.irregular(30, 31).reshape(6, 5), np.array([2, 0, 0, 1, 4, 3]))
    weight = np.array([0.5, 2.0, 3.0, 0.25, 1.0, 1.5])
    seen = way.see(batch, **{name: weight.copy()})
    if seen.error or seen.gradient is None or seen.gradient.shape != (6, 5):
        return []
    divided_by_N = fit.table(batch) * weight[:, None]
    for sentence, expected in (
        ("The weights of the samples change nothing.", fit.table(batch)),
        ("With a weight for each sample it divides by N, not by the sum of the weights.", divided_by_N),
    ):
        if np.abs(seen.gradient - expected).max() <= 1e-4 * np.abs(expected).max():
            return [sentence]
    return []


def smoothing(way, fit):
    """Return findings of label smoothing."""
    parameters = way.entry.parameters
    name = next((p for p in parameters if SMOOTHING.search(p)), None)
    maybe = None if name else next((p for p in parameters if MAYBE_SMOOTHING.search(p)), None)
    if (name or maybe) is None or way.single:
        return []
    amount = 0.2
    batch = Batch(probes.irregular(20, 41).reshape(4, 5), np.array([2, 0, 4, 1]), smoothing=amount)
    seen = way.see(batch, **{name or maybe: amount})
    if seen.error or seen.gradient is None or seen.gradient.shape != (4, 5):
        return []
    right = fit.table(batch)
    tolerance, scale = 1e-4, np.abs(right).max()
    if np.abs(seen.gradient - right).max() <= tolerance * scale:
        return []
    plain = Batch(batch.scores, batch.labels)
    hot = one_hot(batch.labels, 5)
    step = fit.table(plain) - fit.table(batch)  # a multiple of what smoothing changes
    change = (1 - amount) * hot + amount / 5 - hot
    unit = (step * change).sum() / (change * change).sum()
    for other in (
        (1 - amount) * hot + amount / 4 * (1 - hot),
        (1 - amount) * hot + amount / 4,
        (1 - amount - amount / 4) * hot + amount / 4,
    ):
        if np.abs(seen.gradient - (fit.table(plain) - unit * (other - hot))).max() <= tolerance * scale:
            sentence = f"Smoothing by {amount} over 5 classes should give each class {amount}/5 = {amount / 5:g}; the others got {amount}/4 = {amount / 4:g}."
            return [Finding("smoothing-over-c-minus-1", sentence, seen)]
    if name is None:
        return []
    if np.abs(seen.gradient - fit.table(plain)).max() <= tolerance * scale:
        return [Finding("smoothing-ignored", "The label smoothing changes nothing.", seen)]
    return [Finding("", "With label smoothing the answer is not the right one.", seen)]


# Seconds. A call that takes longer is not followed by one ten times as large.
SLOW = 0.05


def _edges(way):
    """Yield (name, batch)."""
    for name, batch in probes.edge_batches().items():
        yield name, Batch(batch.scores[:1], batch.labels[:1]) if way.single else batch
    for family in probes.growing_batches():
        for name, batch in family:
            if way.single:
                batch = Batch(batch.scores[:1], batch.labels[:1])
            start = time.perf_counter()
            yield name, batch
            if time.perf_counter() - start > SLOW:
                break


def edges(way, fit):
    """Return (which are wrong, notes) of fair but easily forgotten batches."""
    notes, wrong = [], []
    for name, batch in _edges(way):
        if name == "one class" and "transposed" in fit.mistakes:
            continue
        seen = way.see(batch)
        if seen.error:
            notes.append(f"It raises for {name}: {seen.error[0]}: {_short(seen.error[1])}")
            continue
        if seen.gradient is None:
            continue
        # A difference in place of a derivative has fewer digits, and the fit knows how few.
        states = row_states(seen, fit, {0: max(1e-10, 100 * fit.error), 1: 3e-4, 2: 3e-2}[fit.tier])
        if "wrong" in states or "broken" in states:
            wrong.append((name, seen))
    return wrong, notes


def _short(words):
    return words if len(words) < 120 else words[:117] + "..."
