"""What each idea brings by itself: two ways that differ in nothing else, timed in turns, on one thread."""

import numpy as np

from benchmarks.timing import in_turns
from snippets.rows import row_sums
from snippets.score_gradient import blocked, in_place, stable
from snippets.score_gradient.one_block import fill, to_gradient


def ideas(quick: bool) -> list:
    """The time without and with each idea, at the shapes where it is said to matter."""
    rows = []
    for shape in [(128, 10), (4096, 10), (4096, 1000), (1024, 32768)]:
        if quick and shape[1] > 1000:
            continue
        for dtype in ("float32", "float64"):
            random = np.random.default_rng(0)
            scores = random.standard_normal(shape).astype(dtype)
            labels = random.integers(0, shape[1], shape[0])
            for idea, (without, with_) in pairs(scores, labels).items():
                times = in_turns({"without": without, "with": with_}, 0.05 if quick else 0.5)
                row = {f"{name}_us": time["median_us"] for name, time in times.items()}
                rows.append({"idea": idea, "shape": shape, "dtype": dtype, "threads": 1, **row})
    return rows


def pairs(scores, labels):
    """Each idea's two ways at this shape."""
    N, C = scores.shape
    out, work, exps = np.empty_like(scores), np.empty_like(scores), np.exp(scores)
    rows = max(1, blocked.BLOCK // (C * scores.itemsize))
    ones = np.ones(C, scores.dtype)
    found = {
        "in_place": (lambda: stable.score_gradient(scores, labels), lambda: in_place.score_gradient(scores, labels)),
        "label": (lambda: pick(exps, (np.arange(N), labels)), lambda: pick(exps.ravel(), flat(labels, C))),
        "no_shift": (lambda: shifted(scores, labels, out, rows), lambda: tried(scores, labels, out, rows)),
    }
    if C < 100:
        found["transposed"] = (lambda: whole(scores, labels, work), lambda: transposed(scores, labels, work.T))
        return found
    return found | {
        "product": (lambda: np.sum(exps, axis=1), lambda: exps @ ones),
        "pieces": (lambda: np.sum(exps, axis=1), lambda: row_sums(exps)),
        "blocks": (lambda: shifted(scores, labels, out, N), lambda: shifted(scores, labels, out, rows)),
        "buffer": (lambda: buffered(exps, work, 8192), lambda: buffered(exps, work, 16)),
        "straight": (lambda: by_way_of(scores, labels, out, rows), lambda: tried(scores, labels, out, rows)),
        "out": (lambda: tried(scores, labels, np.empty_like(scores), rows), lambda: tried(scores, labels, out, rows)),
    }


def pick(table, at):
    """Read one number of each row and write it back."""
    table[at] = table[at]


def flat(labels, C):
    """Where the labels' entries lie when row follows row."""
    return np.arange(0, len(labels) * C, C) + labels


def parts(N, rows):
    """Some rows after the other."""
    return [slice(start, start + rows) for start in range(0, N, rows)]


def tried(scores, labels, out, rows):
    """The exponentials without a shift, straight into the result."""
    for part in parts(len(scores), rows):
        fill(out[part], scores[part], labels[part], len(scores), 0)
    return out


@np.errstate(all="ignore")
def shifted(scores, labels, out, rows):
    """Each row less its maximum first."""
    if scores.shape[1] > 256:
        np.setbufsize(16)
    for part in parts(len(scores), rows):
        np.subtract(scores[part], scores[part].max(axis=1, keepdims=True), out=out[part])
        to_gradient(np.exp(out[part], out=out[part]), labels[part], len(scores))
    return out


@np.errstate(all="ignore")
def by_way_of(scores, labels, out, rows):
    """The exponentials into a work array that stays in the cache, and from there into the result."""
    if scores.shape[1] > 256:
        np.setbufsize(16)
    work = np.empty((min(rows, len(scores)), scores.shape[1]), scores.dtype)
    for part in parts(len(scores), rows):
        table = work[: len(scores[part])]
        to_gradient(np.exp(scores[part], out=table), labels[part], len(scores))
        out[part] = table
    return out


def whole(scores, labels, work):
    """The shifted exponentials and their sums, a row for each sample."""
    np.subtract(scores, scores.max(axis=1, keepdims=True), out=work)
    np.exp(work, out=work)
    work /= len(scores) * work.sum(axis=1, keepdims=True)
    return work


def transposed(scores, labels, out):
    """The same with a row for each class, and turned back at the end."""
    work = scores.T.copy()
    work -= work.max(axis=0)
    np.exp(work, out=work)
    work /= len(scores) * work.sum(axis=0)
    out[...] = work
    return out


@np.errstate(all="ignore")
def buffered(table, work, size):
    """One product with a factor for each row, in blocks, with a buffer of this size."""
    np.setbufsize(size)
    factor = np.ones((len(table), 1), table.dtype)
    for part in parts(len(table), max(1, blocked.BLOCK // table[0].nbytes)):
        np.multiply(table[part], factor[part], out=work[part])
