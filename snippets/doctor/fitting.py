"""Which model explains everything that was seen: the simplest first."""

from dataclasses import dataclass, field

import numpy as np

from snippets.doctor.models import FACTORS, RIGHT, SHARES, Impossible, Model, factor_mistakes, factor_of, models

# How far an answer may be from a model's, relative to the largest entry: in float64, in float32, in float16.
TIERS = (1e-9, 3e-5, 6e-3)
# More mistakes than this explain anything, and so nothing.
MOST_MISTAKES = 3


def _as_is(G):
    return G


def _summed(G):
    return G.sum(axis=0)


# How the table may be laid out: a name -> (the mistake's identifier, what is done to the right table).
LAYOUTS = {
    "right": (None, _as_is),
    "transposed": ("transposed", lambda G: G.T),
    "reshaped": ("wrong-shape", lambda G: G.reshape(G.shape[::-1])),
    "another shape": ("wrong-shape", lambda G: G.reshape(-1)),
    "one row for all": ("summed-over-samples", _summed),
    "not contracted": ("jacobian-not-contracted", None),
}


@dataclass
class Fit:
    """A model that explains what was seen.

    factor: the formula of the answer divided by the right one, or None where it follows no formula that we know.
    ratios: those quotients, one for each batch. tier: how exactly it fits, a place in TIERS. error: the same as a number.
    """

    model: Model
    layout: str
    factor: str | None
    sign: int
    ratios: list
    tier: int
    mistakes: list
    reduction: str
    others: list = field(default_factory=list)
    error: float = 0.0

    def predict(self, batch):
        """Return what the function should give if it has these mistakes and no others, laid out as it does.

        Raises Impossible where such a function would raise, or where nothing is predicted.
        """
        table = self.table(batch)
        return np.asarray(LAYOUTS[self.layout][1](table))

    def table(self, batch):
        """Return the same, but of shape (N, C)."""
        return self.model.gradient(batch) * self.scale(batch)

    def scale(self, batch):
        """Return what the gradient of the sum is multiplied by, sign and all. Raises Impossible where it is unknown."""
        if self.layout == "not contracted" or self.factor is None:
            raise Impossible
        factor = _fixed_number(self.factor, batch) if self.factor.startswith("fixed") else factor_of(batch, self.factor)
        return self.sign * factor / batch.total(self.reduction)


def _fixed_number(words, batch):
    kind, number = words.split()[1:]
    return float(number) * (batch.N if kind == "N*" else 1)


def layouts_of(seen):
    """Return which layouts the shapes allow."""
    telling = [s for s in seen if s.gradient is not None and s.batch.N != s.batch.C]
    telling = [s for s in telling if s.batch.N > 1] or telling
    if not telling:
        return ["right", "transposed"]
    allowed = []
    for s in telling:
        N, C, shape = s.batch.N, s.batch.C, s.gradient.shape
        if shape == (N, C):
            here = ["right"]
        elif shape == (C, N):
            here = ["transposed", "reshaped"]
        elif shape in ((N, C, C), (1, C, C), (C, C), (N * C, N * C), (N, C, N, C)):
            here = ["not contracted"]
        elif s.gradient.size == N * C:
            here = ["another shape"]
        elif s.gradient.size == C:
            here = ["one row for all"]
        else:
            here = []
        allowed.append(here)
    return [name for name in allowed[0] if all(name in here for here in allowed)]


def fit_model(model, layout, seen, reduction, loosest):
    """Return the Fit of this model, or None if it does not explain what was seen."""
    ratios, worst, unexpected = [], 0.0, 0
    arrange = LAYOUTS[layout][1]
    for s in seen:
        try:
            table = model.gradient(s.batch)
        except Impossible:
            if s.error is None:
                return None
            ratios.append(None)
            continue
        if s.gradient is None:
            # As many numbers as classes, and as samples: such an answer is read as the losses of the samples.
            alike = layout == "one row for all" and s.error is None and s.batch.N == s.batch.C
            unexpected += not alike
            ratios.append(None)
            continue
        expected = np.asarray(arrange(table)).reshape(-1)
        got = s.gradient.reshape(-1)
        if expected.shape != got.shape or not np.isfinite(expected).all() or not np.isfinite(got).all():
            return None
        size = np.abs(expected).max()
        if size == 0:
            if np.abs(got).max() > TIERS[loosest]:
                return None
            ratios.append(None)
            continue
        ratio = got @ expected / (expected @ expected)
        if ratio == 0:
            return None
        error = np.abs(got - ratio * expected).max() / (abs(ratio) * size)
        if error > TIERS[loosest]:
            return None
        worst = max(worst, error)
        ratios.append(ratio * s.batch.total(reduction))
    known = [(r, s.batch) for r, s in zip(ratios, seen, strict=True) if r is not None]
    if not known:
        return None
    signs = {np.sign(r) for r, _ in known}
    if len(signs) > 1:
        return None
    sign = int(signs.pop())
    factor, error = _factor([(abs(r), batch) for r, batch in known], loosest)
    if factor is None and (model.size() > 0 or unexpected):
        return None
    worst = max(worst, error)
    tier = next((k for k, limit in enumerate(TIERS) if worst <= limit), None)
    if tier is None:
        return None
    named = model.mistakes()
    # The first row alone is no sum of rows.
    first = layout == "one row for all" and model.filled in ("the first row", "the first row, everywhere")
    if LAYOUTS[layout][0] and not first:
        named.append(LAYOUTS[layout][0])
    if sign < 0:
        named.append("sign")
    named += ["wrong-factor"] if factor is None or factor.startswith("fixed") else factor_mistakes(factor, reduction)
    if unexpected:
        named.append("raises-for-some-sizes")
    return Fit(model, layout, factor, sign, ratios, tier, list(dict.fromkeys(named)), reduction, error=worst)


def _factor(known, loosest):
    """Return (the first formula that gives all these ratios, how far off it is), or (None, 0)."""
    best = None
    for name in FACTORS:
        expected = np.array([factor_of(batch, name) for _, batch in known])
        if not np.isfinite(expected).all():
            continue
        error = max(abs(r - e) / e for (r, _), e in zip(known, expected, strict=True))
        if error <= TIERS[loosest] and (best is None or error < best[1] / 100):
            best = name, error
    if best:
        return best
    for kind, divide in (("", lambda batch: 1), ("N*", lambda batch: batch.N)):
        numbers = [r / divide(batch) for r, batch in known]
        spread = (max(numbers) - min(numbers)) / max(numbers)
        if spread <= TIERS[loosest] and len(known) > 1:
            return f"fixed {kind or '1*'} {numbers[0]:.10g}", spread
    return None, 0.0


def fit_jacobian(seen, reduction):
    """Return the Fit of a function that returned the table of derivatives, one square for each sample.

    The squares tell which shares they are of, up to a factor.
    """
    telling = [s for s in seen if s.gradient is not None and s.gradient.shape == (s.batch.N, s.batch.C, s.batch.C)]
    for shares in SHARES if telling else ():
        model = RIGHT._replace(shares=shares)
        if all(_is_jacobian(s.gradient, model, s.batch) for s in telling):
            return Fit(
                model, "not contracted", None, 1, [], 0, [*model.mistakes(), "jacobian-not-contracted"], reduction
            )
    return Fit(RIGHT, "not contracted", None, 1, [], 0, ["jacobian-not-contracted"], reduction)


def _is_jacobian(squares, model, batch):
    try:
        P = model.shares_of(batch)
    except Impossible:
        return False
    expected = (P[:, :, None] * np.eye(batch.C) - P[:, :, None] * P[:, None, :]).reshape(-1)
    ratio = squares.reshape(-1) @ expected / (expected @ expected)
    return np.abs(squares.reshape(-1) - ratio * expected).max() <= TIERS[2] * abs(ratio) * np.abs(expected).max()


def explain(seen, reduction, deepest=2, loosest=2):
    """Return the simplest Fit of what was seen, or None. Its `others` are equally simple ones with other mistakes."""
    layouts = layouts_of(seen)
    if "not contracted" in layouts:
        return fit_jacobian(seen, reduction)
    found = []
    for size in range(deepest + 1):
        for layout in layouts:
            for model in models(size) if size else [RIGHT]:
                fit = fit_model(model, layout, seen, reduction, loosest)
                # Three mistakes and three digits: so much freedom fits almost anything.
                if fit and len(fit.mistakes) <= MOST_MISTAKES - (fit.tier == 2):
                    found.append(fit)
        best = _best(found)
        # Of a coarse fit a finer one with more mistakes may be the truth: a small number inside a logarithm.
        coarse = best is not None and best.tier > 0 and all(s.dtype is None or s.dtype == np.float64 for s in seen)
        if best and len(best.mistakes) <= size + 1 and not (coarse and size == 0):
            return best
    return _best(found)


def _best(found):
    if not found:
        return None
    finest = min(fit.tier for fit in found)
    found = [fit for fit in found if fit.tier == finest]
    found.sort(key=lambda fit: (len(fit.mistakes), fit.model.size()))
    best = found[0]
    alike = [f for f in found if len(f.mistakes) == len(best.mistakes) and f.model.size() == best.model.size()]
    best.others = [f for f in alike if set(f.mistakes) != set(best.mistakes)]
    return best


# The loss.

LOSS_FACTORS = {
    **FACTORS,
    "1/log(2)": lambda N, C, K: 1 / np.log(2),
    "1/log(10)": lambda N, C, K: 1 / np.log(10),
}


# A smaller number inside the logarithm changes nothing here; other inputs show it.
LOSS_KINDS = (
    "log", "share", "missing share", "both",
    *(f"{how} {e:g}" for e in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6) for how in ("epsilon", "clipped")),
)  # fmt: skip


@dataclass
class LossFit:
    """What the loss is. factor: the loss divided by the right one. mistakes: those of the loss alone."""

    model: Model
    factor: str
    sign: int
    mistakes: list


def _losses(model, batch, kind):
    P = model.shares_of(batch)
    y = model.looked_up(batch)
    if (y < 0).any() or batch.smoothing:
        raise Impossible
    picked = P[np.arange(batch.N), y]
    if kind == "share":
        return -picked
    if kind == "missing share":
        return 1 - picked
    if kind.startswith("epsilon"):
        return -np.log(picked + float(kind.split()[1]))
    if kind.startswith("clipped"):
        return -np.log(np.maximum(picked, float(kind.split()[1])))
    with np.errstate(all="ignore"):
        values = -np.log(picked)
        if kind == "both":
            rest = np.where(one_minus(P) > 0, -np.log(one_minus(P)), 0)
            hot = np.zeros_like(P)
            hot[np.arange(batch.N), y] = 1
            values = values + (rest * (1 - hot)).sum(axis=1)
    return values


def one_minus(P):
    """Return 1 - P."""
    return 1 - P


def explain_loss(seen, reduction, gradient_model=RIGHT):
    """Return the LossFit of the losses that were seen, or None.

    First the stages of the gradient's own model are tried, then the right ones, then one mistake.
    """
    telling = [s for s in seen if s.loss is not None]
    if not telling:
        return None
    own = gradient_model._replace(subtracted="right", joined="right", filled="right")
    tried = list(
        dict.fromkeys([RIGHT, own, *[m for m in models(1) if m.subtracted == m.joined == m.filled == "right"]])
    )
    found = []
    for model in tried:
        for kind in LOSS_KINDS if model in (RIGHT, own) else LOSS_KINDS[:4]:
            fit = _fit_loss(model, kind, telling, reduction)
            if fit:
                found.append(fit)
        if found and found[0].mistakes == []:
            return found[0]
    found.sort(key=lambda fit: len(fit.mistakes))
    return found[0] if found else None


def _fit_loss(model, kind, telling, reduction):
    ratios = []
    for s in telling:
        try:
            expected = _losses(model, s.batch, kind)
        except Impossible:
            return None
        got = np.asarray(s.loss, float)
        if not np.isfinite(expected).all() or not np.isfinite(got).all():
            return None
        if got.ndim:  # one loss for each sample
            if got.shape != expected.shape or np.abs(got - expected).max() > 3e-5 * np.abs(expected).max():
                return None
            ratios.append((None, s.batch))
        else:
            whole = expected.sum() / s.batch.total(reduction)
            if whole == 0:
                return None
            ratios.append((float(got / whole), s.batch))
    known = [pair for pair in ratios if pair[0] is not None]
    named = [name for name in model.mistakes()]
    named += {
        "log": [],
        "both": ["loss-of-both-kinds"],
        "share": ["log-missing"],
        "missing share": ["log-missing"],
    }.get(kind, ["epsilon-in-log"])
    if not known:
        return LossFit(model, "each", 1, named)
    signs = {np.sign(r) for r, _ in known}
    if len(signs) > 1 or 0 in signs:
        return None
    sign = int(signs.pop())
    for name, formula in LOSS_FACTORS.items():
        wanted = [float(formula(b.N, b.C, len(np.unique(b.labels)))) for _, b in known]
        if max(abs(abs(r) - w) / w for (r, _), w in zip(known, wanted, strict=True)) <= 3e-5:
            if sign < 0:
                named.append("sign")
            if name.startswith("1/log"):
                named.append("logarithm-of-another-base")
                name = "1"
            return LossFit(model, name, sign, named)
    return None
