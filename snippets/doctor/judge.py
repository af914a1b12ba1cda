"""The examination: find a way of calling, look for the simplest model, try the special inputs, and say what was found."""

import re
import sys

import numpy as np

from snippets.doctor import behaviours, probes
from snippets.doctor.calling import FORMS, Refused, Way, entries_of
from snippets.doctor.fitting import explain, explain_loss
from snippets.doctor.models import RIGHT, Impossible, factor_mistakes
from snippets.doctor.report import Diagnosis
from snippets.doctor.truth import Batch, one_hot, true_gradient, true_loss
from snippets.doctor.words import explanation_of

TAKES_SHARES = re.compile(r"prob|softmax|y_?hat|^ps?$|y_?pred|share|^y$|^a\d?$|activ|output", re.IGNORECASE)
ONE_SAMPLE = re.compile(
    r"single|one sample|one example|one row|per[- ]sample|sample_|_sample|\(C,\)|label: int|shape \(C|1-?d\b",
    re.IGNORECASE,
)
COLUMNS = re.compile(
    r"\(C, ?[NmMBb]\)|\((num_)?classes, ?\w+\)|(one|each) column (per|for each|is)|column per|in columns", re.IGNORECASE
)
IN_PLACE = re.compile(r"in[- _]?place|overwrit|reuse|_\(|destroy|clobber", re.IGNORECASE)


def examine(target, reduction="mean", ignore_index=None, label_smoothing=0.0, deepest=2):
    """Return the Diagnosis of a function, a class or an object, run here and now, without the fix.

    reduction: "mean" or "sum", which loss the gradient should be of.
    ignore_index: a label that the function is to ignore. label_smoothing: what the function smooths by itself.
    deepest: how many stages may be wrong at once; 1 is quicker.
    """
    try:
        entries = entries_of(target)
    except Refused as refused:
        return Diagnosis("could-not-run", evidence={"seen": [str(refused)]}, explanation=_cannot_call(str(refused)))
    # Broken numbers are what is looked for, so numpy need not warn of them.
    with np.errstate(all="ignore"):
        return _Examination(target, entries, reduction, ignore_index, label_smoothing, deepest).result()


def _cannot_call(why):
    return (
        f"No way to call it was found: {why}. A function that takes scores of shape (N, C) and labels of shape (N,), "
        "or a class with forward and backward, can be diagnosed."
    )


class _Examination:
    def __init__(self, target, entries, reduction, ignored, smoothing, deepest):
        self.deepest = deepest
        self.target, self.entries = target, entries
        self.reduction, self.ignored, self.amount = reduction, ignored, smoothing
        self.notes, self.seen_sentences, self.findings = [], [], []
        self.loss_only = None
        self.text = behaviours.source_of(target)

    def batches(self, sizes):
        return probes.batches(sizes, smoothing=self.amount)

    # Finding a way.

    def candidates(self):
        """Return [(way, seen, quick fit)], those that gave a gradient; the search ends at one that is right."""
        found, self.errors, self.unreadable = [], [], []
        for entry in self.entries:
            for form in FORMS:
                if form.transposed and found and not COLUMNS.search(self.text):
                    continue
                if found and not form.transposed and not (form.name in ("indices", "one-hot") or form.single):
                    continue
                if found and form.single and any(f[0].single for f in found):
                    continue
                way = Way(entry, form)
                way.ask_for(self.reduction)
                for sizes in [probes.SINGLES] if form.single else [probes.SIZES]:
                    seen = self.look(way, sizes)
                    if seen is None:
                        continue
                    fit = explain(seen, self.reduction, deepest=1)
                    found.append((way, seen, fit))
                    if fit and not fit.mistakes:
                        return found
        if not found:
            found = self.odd_sizes()
        return found

    def look(self, way, sizes):
        # JAX compiles anew for each shape.
        batches = self.batches(sizes if "jax" not in sys.modules else [*sizes[:4], *sizes[8:]])
        first = way.see(batches[0])
        self.remember(way, first)
        if first.gradient is None:
            return None
        return [first, *[way.see(batch) for batch in batches[1:]]]

    def remember(self, way, seen):
        if seen.error:
            self.errors.append((way, seen))
        elif seen.gradient is None and seen.loss is not None:
            self.loss_only = self.loss_only or way
        elif seen.gradient is None:
            self.unreadable.append((way, seen))

    def odd_sizes(self):
        """Try batches that functions with certain mistakes need: square ones, and labels inside the range, and one row."""
        found = []
        for sizes in (probes.INNER, probes.SQUARES, [(1, 3, [1]), (1, 5, [4]), (1, 4, [0]), (1, 2, [1])]):
            for entry in self.entries:
                for form in FORMS[:9]:
                    way = Way(entry, form)
                    way.ask_for(self.reduction)
                    batches = self.batches(sizes)
                    first = way.see(batches[0])
                    if first.gradient is None:
                        continue
                    seen = [first, *[way.see(batch) for batch in batches[1:]]]
                    seen += [way.see(batch) for batch in self.batches(probes.SIZES)]
                    found.append((way, seen, explain(seen, self.reduction, deepest=1)))
            if found:
                return found
        return found

    # The result.

    def result(self):
        found = self.candidates()
        if not found:
            return self.loss_or_nothing()
        self.way, self.seen, self.fit = self.choose(found)
        if self.is_random():
            return self.random()
        cut = self.cut_to_whole() if self.fit is None or len(self.fit.mistakes) > 1 else None
        if cut:
            return cut
        if self.fit is None:
            return self.unexplained()
        if self.way.single:
            if self.says_one_sample():
                self.notes.append("It takes one sample at a time, as it says; no batch was tried.")
            else:
                sentence = "It answers for one sample, a row of scores and one label; a batch it does not handle."
                self.findings.append(behaviours.Finding("single-sample-only", sentence, None, 0.8))
        self.special_inputs()
        return self.verdict()

    def choose(self, found):
        batchwise = [f for f in found if not f[0].single]
        samplewise = [f for f in found if f[0].single]
        fitting = [f for f in batchwise if f[2] and not f[2].mistakes]
        if fitting:
            return fitting[0]
        alone = next((f for f in samplewise if f[2] and not f[2].mistakes), None)
        if (batchwise and alone is None and not self.says_one_sample()) or not samplewise:
            return self.deep(batchwise)
        if not batchwise:
            return alone or self.deep(samplewise)
        best = self.deep(batchwise)
        # Of a list of labels, label == j is False and nothing raises: that is no batch that it handles.
        if alone and best[0].form.name not in ("indices", "one-hot"):
            return alone
        if best[2] is not None and not (self.says_one_sample() or len(best[2].mistakes) > 2):
            return best
        return alone or min(best, self.deep(samplewise), key=lambda f: len(f[2].mistakes) if f[2] else 9)

    def says_one_sample(self):
        """Return whether the function says that it was made for one sample, not for a batch."""
        return bool(ONE_SAMPLE.search(self.text))

    def deep(self, found):
        """Return the candidate that the fewest mistakes explain."""
        found = [(way, seen, fit or explain(seen, self.reduction, self.deepest)) for way, seen, fit in found[:4]]
        explained = [f for f in found if f[2]]
        if not explained:
            return found[0]
        return min(explained, key=lambda f: (len(f[2].mistakes), found.index(f)))

    def is_random(self):
        small = max((s for s in self.seen if s.gradient is not None), key=lambda s: s.batch.N)
        large = self.way.see(probes.growing_batches()[1][0][1]) if not self.way.single else small
        for first in (small, large):
            again = [self.way.see(first.batch) for _ in range(2)] if first.gradient is not None else []
            if any(differ(first, other) for other in again):
                return True
        return self.remembers(small)

    def remembers(self, first):
        """Return whether other scores of the same shape get the old answer."""
        if self.fit is None:
            return False  # what never depends on the scores is not remembered
        scores = first.batch.scores
        # Not only turned round: some answers are the same for scores and their negatives.
        other = Batch(1.5 * scores[:, ::-1] + np.arange(scores.shape[1]), first.batch.labels, smoothing=self.amount)
        again = self.way.see(other).gradient
        if again is None or not np.array_equal(again, first.gradient) or not np.isfinite(again).all():
            return False
        # An answer that never depends on the scores is another mistake: then the model says so too.
        return not np.allclose(self.fit.model.gradient(other), self.fit.model.gradient(first.batch))

    def random(self):
        sentence = "Called again, it did not give the gradient of what it was given: chance or memory is in it."
        return self.diagnosis("mistake", ["nondeterministic"], 0.97, [sentence], case=None)

    def cut_to_whole(self):
        """Return the Diagnosis of an answer that was cut to whole numbers while it was made, or None.

        Of shares below 1 nothing is left then, so the answer is the one-hot table at most, or zeros. But where one
        share is 1, so that the right answer is whole, it is right.
        """
        tables = [s for s in self.seen if s.gradient is not None and s.gradient.shape == s.batch.scores.shape]
        if self.way.single or len(tables) < len(self.seen):
            return None
        for s in tables:
            hot = one_hot(s.batch.labels, s.batch.C)
            scale = -s.gradient[hot > 0]
            if np.abs(s.gradient + hot * scale[0]).max() > 1e-12:
                return None
        # One whole share in each row. Right and wrong labels: a constant table is not right in both.
        for rows, labels in (([[0.0, 900.0, 0.0, 0.0]], [2]), ([[0.0, 900.0, 0.0, 0.0]], [1])):
            batch = probes.batch(rows, labels, smoothing=self.amount)
            got = self.way.see(batch).gradient
            if got is None or not np.allclose(got, true_gradient(batch, self.reduction), rtol=0, atol=1e-9):
                return None
        named = ["integer-dtype"]
        two = probes.batch([[0.0, 900.0, 0.0, 0.0], [900.0, 0.0, 0.0, 0.0]], [2, 3], smoothing=self.amount)
        got = self.way.see(two).gradient
        if got is not None and np.allclose(got, true_gradient(two, "sum"), atol=1e-9) and self.reduction == "mean":
            named.append("not-divided-by-n")
        sentences = ["Where the right answer is made of whole numbers it is right; of shares below 1 nothing is left."]
        seen = min(tables, key=lambda s: (s.batch.N == 1, s.batch.scores.size))
        self.fit = None
        return self.diagnosis("mistake", named, 0.9 if len(named) == 1 else 0.8, sentences, self.as_case(seen))

    # Special inputs.

    def special_inputs(self):
        if self.way.form.transposed:
            self.notes.append("It takes one sample in each column, and was judged so.")
        way, fit, found = self.way, self.fit, self.findings
        self.wrong_edges = []
        beside = [s for s in self.seen if s.gradient is not None or fit.layout != "one row for all"]
        self.loss_fit = explain_loss(beside, self.reduction, fit.model)
        self.has_loss = any(s.loss is not None for s in beside)
        self.low = fit.tier == 2
        dtypes = {str(s.dtype) for s in self.seen if s.dtype is not None}
        dtype = np.float32 if fit.tier == 1 or "float32" in dtypes else np.float64
        if any(s.matrix for s in self.seen):
            found.append(behaviours.Finding("matrix-result", "It returned an np.matrix."))
        flat = [s for s in self.seen if fit.layout == "right" and s.gradient is not None and s.gradient.ndim == 1]
        if flat:
            sentence = f"For one sample of {flat[0].batch.C} classes it returned the shape {flat[0].gradient.shape}, not (1, C)."
            found.append(behaviours.Finding("wrong-shape", sentence, None, 0.8))
        changed = sorted({name for s in self.seen for name in s.mutated})
        if changed:
            self.changed(changed)
        if fit.layout == "not contracted":
            found += behaviours.large_scores(way, fit, [np.float64, np.float32], [])[0]
        if fit.layout == "not contracted" or fit.factor is None:
            return
        if self.low:
            self.few_digits(dtypes)
            if not self.findings[-1].mistake:
                return  # not this formula, so its special inputs tell nothing
        elif fit.tier == 1 and "float32" not in dtypes and not self.rough():
            found.append(behaviours.Finding("", "The answer is right to about six digits and no more."))
        elif dtype is np.float32:
            self.notes.append("It computes in float32, whatever it is given; seven digits are right.")
        if not self.amount:
            fine = [] if self.low or way.entry.from_above else behaviours.gaps(way, fit, self.loss_fit, dtype)
            precisions = [np.float64, np.float32, np.float16] if self.low else [dtype]
            large, notes = behaviours.large_scores(way, fit, precisions, fine)
            found += fine + large
            self.notes += notes
        whole, notes = behaviours.integers(way, fit)
        # A derivative by small differences adds a small step to each score, and a whole number cannot take it.
        # It is there to check with, and is asked for floats only.
        steps = fit.tier < 2 and 3e-12 < fit.error and "float32" not in dtypes
        if changed or self.low or steps:
            # Written into the caller's array, or back into its type: the cut is part of that mistake.
            self.notes += [finding.sentence for finding in whole]
        else:
            found += whole
        self.notes += notes
        found += behaviours.upstream(way, fit, self.seen)
        if not self.amount:
            ignored, notes = behaviours.ignored_labels(way, fit, self.target, self.reduction, self.ignored)
            found += ignored
            self.notes += notes
            found += behaviours.class_weights(way, fit)
            self.notes += behaviours.sample_weights(way, fit)
            found += behaviours.smoothing(way, fit)
            self.wrong_edges, notes = behaviours.edges(way, fit)
            self.notes += notes

    def changed(self, names):
        returned = next((s.returned for s in self.seen if s.mutated), "")
        if returned.startswith("nothing") and IN_PLACE.search(self.text):
            self.notes.append("It writes the gradient into the scores and returns nothing, as it says.")
            return
        words = " and ".join(names)
        self.findings.insert(
            0, behaviours.Finding("mutates-input", f"After the call the caller's {words} had changed.", None, 0.98)
        )

    def rough(self):
        """Return whether the last digits are those of float32, or of a difference, not of another formula."""
        tried = [s.batch for s in self.seen if s.gradient is not None][:3]
        return any(behaviours.moves_in_steps(self.way, self.fit, batch, 1e-9) for batch in tried)

    def few_digits(self, dtypes):
        tried = [s.batch for s in self.seen if s.gradient is not None][:3]
        steps = [behaviours.moves_in_steps(self.way, self.fit, batch) for batch in tried]
        decimals = self.decimals()
        if decimals is not None and "float16" not in dtypes:
            sentence = f"Every number in its answers ends after {decimals} decimals."
            self.findings.append(behaviours.Finding("rounded", sentence))
        elif any(steps) or "float16" in dtypes:
            sentence = "Scores of 16 digits went in, and the answer has about 3: it moves in steps."
            self.findings.append(behaviours.Finding("float16-accumulation", sentence))
        else:
            self.findings.append(behaviours.Finding("", "The answer is right to about three digits and no more."))

    def decimals(self):
        """Return after how many decimals every answer ends, or None."""
        answers = np.concatenate([s.gradient.reshape(-1) for s in self.seen if s.gradient is not None])
        for count in range(1, 9):
            if np.abs(answers - answers.round(count)).max() < 1e-13:
                return count
        return None

    # Putting it together.

    def verdict(self):
        mistakes, sentences, sure = self.factors_and_loss()
        unknown = []
        for finding in self.findings:
            if finding.mistake:
                if finding.mistake not in mistakes:
                    mistakes.append(finding.mistake)
                    sentences.append(finding.sentence)
                    sure = min(sure, finding.sure)
            else:
                unknown.append(finding.sentence)
        if self.fit.others:
            names = [", ".join(other.mistakes) for other in self.fit.others[:3]]
            unknown.append(f"What was seen fits these as well: {'; '.join(names)}.")
        for name, _ in self.wrong_edges:
            if not mistakes or not {"overflow", "not-normalized"} & set(mistakes):
                unknown.append(f"For {name} the answer is wrong.")
        if self.has_loss and self.loss_fit is None:
            unknown.append("The loss is not the one that belongs to this gradient, and it is none that is known here.")
        case = self.case()
        if unknown and not mistakes:
            return self.diagnosis("cannot-tell", [], 0.3, unknown, case)
        if self.fit.others:
            return self.diagnosis("cannot-tell", [], 0.3, sentences + unknown, case)
        if not mistakes:
            return self.diagnosis(
                "correct", [], 0.9 if self.way.single or self.notes else 0.97, self.what_was_right(), None
            )
        strange = {"softmax-missing", "not-normalized", "log-softmax-for-softmax"} & set(mistakes)
        if strange and len(mistakes) > 1 and ("one-hot-missing" in mistakes or not self.way.entry.known):
            words = "It looks like a function of scores and labels that is no gradient of the softmax loss."
            return self.diagnosis("cannot-tell", [], 0.3, [words, *sentences], case)
        if mistakes == ["softmax-missing"] and TAKES_SHARES.search(self.way.entry.scores_name):
            words = f"Given shares instead of scores, it would be right; its parameter is called {self.way.entry.scores_name}."
            return self.diagnosis("cannot-tell", [], 0.4, [words], case)
        self.notes += unknown
        return self.diagnosis("mistake", mistakes, sure - 0.1 * max(0, len(mistakes) - 2), sentences, case)

    def factors_and_loss(self):
        """Return (mistakes, sentences, how sure): those of the gradient's stages, of its factor, and of the loss."""
        fit, loss = self.fit, self.loss_fit
        sentences = []
        if fit.layout == "not contracted":
            shape = next(s.gradient.shape for s in self.seen if s.gradient is not None)
            return (
                list(fit.mistakes),
                [
                    f"For {self.seen[0].batch.N} samples of {self.seen[0].batch.C} classes it returned an array of shape {shape}."
                ],
                0.9,
            )
        stages = fit.model.mistakes()
        factor = (
            [] if fit.factor is None or fit.factor.startswith("fixed") else factor_mistakes(fit.factor, self.reduction)
        )
        rest = [name for name in fit.mistakes if name not in stages and name not in factor]
        extra = []
        if loss is not None and loss.factor != "each":
            mean = {"1": "mean", "N": "sum"} if self.reduction == "mean" else {"1": "sum", "1/N": "mean"}
            loss_is = mean.get(loss.factor)
            gradient_is = mean.get(fit.factor or "")
            if loss_is and gradient_is and loss_is != gradient_is:
                factor = ["mean-loss-sum-gradient" if loss_is == "mean" else "sum-loss-mean-gradient"]
            elif loss_is and gradient_is:
                pass
            elif loss.factor != fit.factor:
                if loss_is is None:
                    extra.append("loss-wrong-factor")
            extra += [name for name in loss.mistakes if name not in stages + rest]
        if fit.factor and fit.factor != "1" and not fit.factor.startswith("fixed"):
            sentences.append(f"The gradient is {_ratio_words(fit)} times the right one.")
        elif fit.factor is None or fit.factor.startswith("fixed"):
            rest = rest if "wrong-factor" in rest else [*rest, "wrong-factor"]
            sentences.append(
                f"The gradient divided by the right one: {_list(fit.ratios)} on {len(fit.ratios)} batches."
            )
        if loss is not None and loss.factor not in ("each", "1"):
            sentences.append(f"The loss is {loss.factor} times the right one.")
        if extra and loss is not None:
            sentences.append("The loss is not right.")
        sums = self.row_sums()
        if sums:
            sentences.append(sums)
        if "single-sample-only" in stages and fit.factor == "N":
            factor, sentences = [], sentences[1:]  # the mean over one sample
        order = [*stages, *factor, *rest, *extra]
        named = list(dict.fromkeys(order))
        return named, sentences, 0.98 if len(named) == 1 else 0.95 if len(named) == 2 else 0.85

    def row_sums(self):
        seen = next((s for s in self.seen if s.gradient is not None and s.gradient.shape == s.batch.scores.shape), None)
        if seen is None:
            return None
        sums = seen.gradient.sum(axis=1)
        if np.abs(sums).max() < 1e-5 * np.abs(seen.gradient).max():
            return None
        return f"The rows sum to {_list(sums)}; each should sum to 0."

    def what_was_right(self):
        count = sum(s.gradient is not None for s in self.seen)
        refused = any(note.startswith("It refuses large") for note in self.notes)
        more = [] if self.amount else ([] if refused else ["on large scores"]) + ["on equal scores", "on many classes"]
        words = [", ".join([f"Right on {count} batches of different sizes", *more]) + "."]
        if self.has_loss:
            words.append("The loss is right too.")
        return words

    def case(self):
        """Return one small case as plain data."""
        finding = next((f for f in self.findings if f.case is not None), None)
        seen = None
        if self.fit.mistakes or finding is None:
            telling = [s for s in self.seen if s.gradient is not None]
            seen = min(telling, key=lambda s: (s.batch.N == 1, s.batch.N * s.batch.C, s.batch.N))
            if self.fit.mistakes == [] and finding is None and self.wrong_edges:
                seen = None
        if seen is None:
            seen = finding.case if finding else None
        return self.as_case(seen) if seen is not None else None

    def as_case(self, seen):
        batch = seen.batch
        if batch.scores.size > 40:
            return None
        case = {
            "scores": _table(batch.scores),
            "labels": batch.labels.tolist(),
            "expected": _table(true_gradient(batch, self.reduction)),
            "got": f"{seen.error[0]}: {seen.error[1]}" if seen.error else _table(seen.gradient),
        }
        if seen.loss is not None and np.ndim(seen.loss) == 0:
            case["expected_loss"] = _number(true_loss(batch, self.reduction))
            case["got_loss"] = _number(seen.loss)
        return case

    def unexplained(self):
        seen = next((s for s in self.seen if s.gradient is not None), None)
        sentences = [f"It was {self.way.words}."]
        broken = [s for s in self.seen if s.gradient is not None and not np.isfinite(s.gradient).all()]
        if broken:
            sentences.append("On scores between -2 and 2 the answer is nan or infinite.")
        right = []
        for s in self.seen:
            expected = true_gradient(s.batch, self.reduction)
            if s.gradient is not None and s.gradient.shape == expected.shape:
                right.append((bool(np.allclose(s.gradient, expected, atol=1e-5)), s.batch))
        good = [f"N = {b.N}, C = {b.C}" for ok, b in right if ok]
        bad = [f"N = {b.N}, C = {b.C}" for ok, b in right if not ok]
        raised = [f"N = {s.batch.N}, C = {s.batch.C} ({s.error[0]})" for s in self.seen if s.error]
        if good:
            sentences.append(f"It is right for {'; '.join(good)}.")
        if bad:
            sentences.append(f"It is wrong for {'; '.join(bad)}.")
        if raised:
            sentences.append(f"It raises for {'; '.join(raised)}.")
        if good and all(b.N == 1 for ok, b in right) and all(s.batch.N > 1 for s in self.seen if s.error):
            self.fit, self.findings, self.wrong_edges = None, [], []
            return self.diagnosis(
                "mistake", ["single-sample-only"], 0.85, sentences, None if seen is None else self.as_case(seen)
            )
        integral = [s for s in self.seen if s.gradient is not None and s.gradient.shape == s.batch.scores.shape]
        # Whole numbers in a table of floats were not cut: nothing says where they come from.
        if integral and all(s.dtype is not None and s.dtype.kind in "iu" for s in integral):
            sentences.append("Every number in its answers is whole.")
            return self.diagnosis("mistake", ["integer-dtype"], 0.85, sentences, self.as_case(integral[0]))
        changed = sorted({name for s in self.seen for name in s.mutated})
        if changed:
            sentences.append(f"After the call the caller's {' and '.join(changed)} had changed.")
        self.wrong_edges = []
        sums = self.row_sums()
        if sums:
            sentences.append(sums)
        return self.diagnosis("cannot-tell", [], 0.2, sentences, None if seen is None else self.as_case(seen))

    def loss_or_nothing(self):
        if self.loss_only:
            return self.loss_alone()
        if self.unreadable:
            way, seen = self.unreadable[0]
            why = f"It {way.words} and {seen.unreadable}, which is neither a gradient of shape ({seen.batch.N}, {seen.batch.C}) nor a loss."
            why = why.replace("It called", "It was called")
            return Diagnosis(
                "could-not-run",
                evidence=_evidence([why], printed=seen.printed),
                explanation=f"{why} A gradient has the shape of the scores. Does it end with return?",
            )
        if not self.errors:
            return Diagnosis("could-not-run", explanation="No way to call it was found.", evidence=_evidence([]))
        way, seen = next((pair for pair in self.errors if pair[1].error[0] != "Refused"), self.errors[0])
        if seen.error[0] == "Refused":
            return Diagnosis(
                "could-not-run", evidence=_evidence([seen.error[1]]), explanation=_cannot_call(seen.error[1])
            )
        why = f"{way.words[0].upper()}{way.words[1:]}, it raised {seen.error[0]}: {seen.error[1]}"
        return Diagnosis(
            "could-not-run",
            evidence=_evidence([why], printed=seen.printed),
            explanation=f"Every way of calling it that was tried raised an error. {why}",
        )

    def loss_alone(self):
        way = self.loss_only
        seen = [way.see(batch) for batch in self.batches(probes.SINGLES if way.single else probes.SIZES)]
        loss = explain_loss(seen, self.reduction)
        sentences = ["It returns a loss and no gradient."]
        mistakes = []
        if loss is not None:
            mistakes = list(loss.mistakes)
            if loss.factor not in ("1", "each"):
                mistakes += (
                    factor_mistakes(loss.factor, self.reduction)
                    if loss.factor in ("N", "1/N", "N/C", "1/C")
                    else ["loss-wrong-factor"]
                )
                sentences.append(f"The loss is {loss.factor} times the right one.")
            for finding in behaviours.gaps(way, _NoGradient(), loss, np.float64):
                if finding.mistake and finding.mistake not in mistakes:
                    mistakes.append(finding.mistake)
                    sentences.append(finding.sentence)
        changed = {name for s in seen for name in s.mutated}
        if changed:
            mistakes.append("mutates-input")
        if mistakes:
            return self.diagnosis("mistake", list(dict.fromkeys(mistakes)), 0.85, sentences, None)
        words = "The loss is right. " if loss else ""
        diagnosis = self.diagnosis("cannot-tell", [], 0.3, sentences, None)
        diagnosis.explanation = f"{words}It returns no gradient, so there is no gradient to judge. Return the gradient, or the pair (loss, gradient)."
        return diagnosis

    def diagnosis(self, verdict, mistakes, confidence, sentences, case):
        way = getattr(self, "way", None) or self.loss_only
        fit = getattr(self, "fit", None)
        evidence = _evidence(sentences, case=case, notes=list(dict.fromkeys(self.notes)))
        if way is not None:
            evidence["called"] = way.words
        if fit is not None and fit.ratios:
            evidence["ratio"] = {
                "formula": fit.factor,
                "sign": fit.sign,
                "values": [_number(r) for r in fit.ratios if r is not None],
            }
        seen = getattr(self, "seen", [])
        telling = next((s for s in seen if s.gradient is not None and s.gradient.shape == s.batch.scores.shape), None)
        if telling is not None:
            noise = 1e-9 * np.abs(telling.gradient).max()
            evidence["row_sums"] = [_number(x) if not abs(x) <= noise else 0.0 for x in telling.gradient.sum(axis=1)]
        printed = next((s.printed for s in seen if s.printed), "")
        if printed:
            evidence["printed"] = printed
        if fit is not None:
            evidence["ruled_out"] = _ruled_out(fit, mistakes)
        if verdict == "correct":
            words = "On everything that was tried the gradient is the right one."
        elif verdict == "cannot-tell":
            words = (
                "The answer is not the right one in all that was tried, and no mistake that is known here, alone or with another, "
                "explains it. The case below shows what should have come; compare it step by step."
            )
        else:
            words = explanation_of(mistakes)
        return Diagnosis(verdict, mistakes, confidence, evidence, words)


def differ(first, other):
    """Return whether two answers to the same question are not the same, beyond rounding."""
    if other.gradient is None or other.gradient.shape != first.gradient.shape:
        return True
    finite = np.abs(first.gradient[np.isfinite(first.gradient)])
    scale = finite.max() if finite.size else 1.0
    return not np.allclose(other.gradient, first.gradient, rtol=0, atol=1e-6 * scale + 1e-300, equal_nan=True)


class _NoGradient:
    """Stands for the fit of a function that returns a loss only."""

    mistakes = ()
    model = RIGHT
    layout = "right"
    tier = 0

    def predict(self, batch):
        """Nothing is predicted."""
        raise Impossible


def _ruled_out(fit, mistakes):
    common = (
        "not-divided-by-n", "divided-twice", "divided-by-c", "sign", "one-hot-missing", "one-hot-in-every-row",
        "transposed", "softmax-wrong-axis", "softmax-twice", "jacobian-diagonal", "labels-off-by-one",
    )  # fmt: skip
    return [name for name in common if name not in mistakes]


def _evidence(seen, case=None, notes=(), printed=""):
    evidence = {"seen": list(seen), "notes": list(notes)}
    if case:
        evidence["case"] = case
    if printed:
        evidence["printed"] = printed
    return evidence


def _ratio_words(fit):
    sign = "-" if fit.sign < 0 else ""
    return f"{sign}{fit.factor}"


def _number(value):
    value = float(value)
    return float(f"{value:.6g}") if np.isfinite(value) else str(value)


def _table(array):
    array = np.asarray(array, float)
    if array.ndim == 0:
        return _number(array)
    return [_table(row) for row in array]


def _list(values):
    known = [float(v) for v in values if v is not None]
    noise = 1e-9 * max(map(abs, known), default=0)
    shown = [f"{v if abs(v) > noise else 0.0:.4g}" for v in known[:6]]
    return ", ".join(shown)
