"""What accumulation promises, and that the mean of means does not."""

import doctest
import re

import numpy as np
import pytest

from snippets import accumulate as module
from snippets.accumulate import accumulate, per_sequence_mean, per_token_mean, rank_scale
from snippets.cross_entropy import cross_entropy, cross_entropy_gradient
from snippets.pitfalls import mean_of_means

IGNORED = -100
CLOSE = {"rel": 1e-12, "abs": 1e-14}


def random_batch(random):
    """Return weights of a linear layer, features and labels, some of which are to be ignored."""
    D, C, N = random.integers(1, 5), random.integers(2, 6), random.integers(2, 30)
    labels = random.integers(0, C, N)
    labels[random.random(N) < 0.2] = IGNORED
    return random.normal(size=(D, C)), random.normal(size=(N, D)), labels


def random_split(random, X, labels):
    """Return the batch in pieces of any sizes, some of which may be empty."""
    cuts = np.sort(random.integers(0, len(X) + 1, random.integers(0, 6)))
    return list(zip(np.split(X, cuts), np.split(labels, cuts), strict=True))


def in_one_batch(W, X, labels, **options):
    """Return the mean loss and its gradient in W, with nothing split."""
    scores = X @ W
    return cross_entropy(scores, labels, **options), X.T @ cross_entropy_gradient(scores, labels, **options)


def options_for(random, W):
    """Return some options of the loss."""
    weight = random.uniform(0.1, 3, W.shape[1]) if random.random() < 0.5 else None
    return {
        "weight": weight,
        "ignore_index": IGNORED,
        "label_smoothing": random.choice([0.0, 0.3]),
    }


def test_a_thousand_splits():
    """However the batch is cut, loss and gradient are those of the whole batch."""
    random = np.random.default_rng(0)
    for _ in range(1000):
        W, X, labels = random_batch(random)
        options = options_for(random, W)
        loss, gradient = accumulate(W, random_split(random, X, labels), **options)
        expected_loss, expected_gradient = in_one_batch(W, X, labels, **options)

        assert loss == pytest.approx(expected_loss, **CLOSE, nan_ok=True)
        assert gradient == pytest.approx(expected_gradient, **CLOSE)


def test_a_thousand_splits_without_options():
    """The same where every sample counts 1, down to the last digits."""
    random = np.random.default_rng(1)
    for _ in range(1000):
        W, X, labels = random_batch(random)
        labels = labels.clip(0)
        loss, gradient = accumulate(W, random_split(random, X, labels))
        expected_loss, expected_gradient = in_one_batch(W, X, labels)

        assert loss == pytest.approx(expected_loss, **CLOSE)
        assert gradient == pytest.approx(expected_gradient, **CLOSE)


def test_the_mean_of_means_differs():
    """In a thousand splits into parts of unequal sizes it is another loss and another gradient each time."""
    random = np.random.default_rng(2)
    tried = 0
    while tried < 1000:
        W, X, labels = random_batch(random)
        parts = [(x, y) for x, y in random_split(random, X, labels.clip(0)) if len(y)]
        if len({len(y) for _, y in parts}) < 2:
            continue
        tried += 1
        loss, gradient = mean_of_means(W, parts)
        right_loss, right_gradient = accumulate(W, parts)

        assert abs(loss - right_loss) > 1e-7
        assert np.abs(gradient - right_gradient).max() > 1e-7


def test_the_mean_of_means_is_right_for_equal_parts():
    """Each sample then counts as much as any other."""
    random = np.random.default_rng(3)
    W, X, labels = random.normal(size=(2, 3)), random.normal(size=(12, 2)), random.integers(0, 3, 12)
    parts = list(zip(np.split(X, 4), np.split(labels, 4), strict=True))
    loss, gradient = mean_of_means(W, parts)
    expected_loss, expected_gradient = in_one_batch(W, X, labels)

    assert loss == pytest.approx(expected_loss, **CLOSE)
    assert gradient == pytest.approx(expected_gradient, **CLOSE)


def test_equal_parts_with_unequal_padding():
    """Equal sizes do not help the mean of means if the numbers of kept labels differ."""
    W, X = np.array([[0.0, 9.0]]), np.ones((2, 2, 1))
    labels = np.array([[0, IGNORED], [1, 1]])
    loss, _ = accumulate(W, zip(X, labels, strict=True), ignore_index=IGNORED)
    each = [cross_entropy(x @ W, y, ignore_index=IGNORED) for x, y in zip(X, labels, strict=True)]

    assert loss == pytest.approx(9 / 3, abs=1e-3)
    assert np.mean(each) == pytest.approx(9 / 2, abs=1e-3)


EQUAL = np.zeros((1, 2))
LOG2 = np.log(2)
HALF = [[-0.5, 0.5]]
ANSWERS = {
    "one piece": ([([[1.0]], [0])], {}, LOG2, HALF),
    "an empty piece": ([([[1.0]], [0]), (np.zeros((0, 1)), np.zeros(0, int))], {}, LOG2, HALF),
    "no piece": ([], {}, np.nan, [[0, 0]]),
    "whole numbers": ([([[1], [1]], [0, 1])], {}, LOG2, [[0, 0]]),
    "everything ignored": ([([[1.0]], [7]), ([[1.0]], [7])], {"ignore_index": 7}, np.nan, [[0, 0]]),
    "one piece ignored": ([([[1.0]], [7]), ([[1.0]], [0])], {"ignore_index": 7}, LOG2, HALF),
    "an ignored class": ([([[1.0], [1.0]], [1, 0])], {"ignore_index": 1}, LOG2, HALF),
    "weights": ([([[1.0]], [0]), ([[1.0]], [1])], {"weight": [3, 1]}, LOG2, [[-0.25, 0.25]]),
    "the weight of a single class": ([([[1.0]], [0])], {"weight": [3, 1]}, LOG2, HALF),
    "weights of 0": ([([[1.0]], [0])], {"weight": [0, 1]}, np.nan, [[0, 0]]),
    "smoothing": ([([[1.0]], [0])], {"label_smoothing": 0.5}, LOG2, [[-0.25, 0.25]]),
}


@pytest.mark.parametrize(("pieces", "options", "loss", "gradient"), ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_answers(pieces, options, loss, gradient, dtype):
    """These can be checked in the head, and none of them warns, even a strict caller."""
    with np.errstate(all="raise"):
        actual_loss, actual_gradient = accumulate(EQUAL.astype(dtype), iter(pieces), **options)

    assert (actual_loss.dtype, actual_gradient.dtype) == (dtype, dtype)
    assert actual_loss == pytest.approx(loss, rel=1e-6, nan_ok=True)
    assert actual_gradient.tolist() == gradient


def test_leaves_its_input_alone():
    """The weights are not modified."""
    W = np.array([[0.0, 9.0]])
    W.flags.writeable = False
    accumulate(W, [([[1.0]], [0])])

    assert W.tolist() == [[0, 9]]


PIECE = [([[1.0]], [0])]
REFUSED = {
    "W of one axis": ([0.0, 9.0], PIECE, {}, ValueError, "W must have shape (D, C) with C at least 1, got shape (2,)"),
    "W without classes": (
        np.zeros((1, 0)), PIECE, {}, ValueError, "W must have shape (D, C) with C at least 1, got shape (1, 0)",
    ),
    "W of whole numbers": ([[0, 9]], PIECE, {}, TypeError, "W must be float32 or float64, got int64"),
    "W in float16": (EQUAL.astype(np.float16), PIECE, {}, TypeError, "W must be float32 or float64, got float16"),
    "masked W": (
        np.ma.masked_equal(EQUAL, 1), PIECE, {}, TypeError,
        "W must be a plain array, got a masked array: its mask would be lost",
    ),
    "X of one axis": (
        EQUAL, [([1.0], [0])], {}, ValueError, "X must have shape (n, 1), to go with W of shape (1, 2), got shape (1,)",
    ),
    "X of too many features": (
        EQUAL, [([[1.0, 2.0]], [0])], {}, ValueError,
        "X must have shape (n, 1), to go with W of shape (1, 2), got shape (1, 2)",
    ),
    "X that is nan": (
        EQUAL, [([[np.nan]], [0])], {}, ValueError, "X must be finite in float64, got nan at index (0, 0)",
    ),
    "X of text": (EQUAL, [([["1"]], [0])], {}, TypeError, "X must be floating or integers, got <U1"),
    "masked X": (
        EQUAL, [(np.ma.masked_equal([[1.0]], 1), [0])], {}, TypeError,
        "X must be a plain array, got a masked array: its mask would be lost",
    ),
    "a column of labels": (EQUAL, [([[1.0]], [[0]])], {}, ValueError, "labels must have shape (1,), got shape (1, 1)"),
    "masked labels": (
        EQUAL, [([[1.0]], np.ma.masked_equal([0], 0))], {}, TypeError,
        "labels must be a plain array, got a masked array: its mask would be lost",
    ),
    "too many labels": (
        EQUAL, [([[1.0]], [0, 0])], {}, ValueError,
        "labels must be integers in [0, 2) of shape (1,), or floating of shape (1, 2), got shape (2,)",
    ),
    "a wrong piece after a right one": (
        EQUAL, [*PIECE, ([[1.0]], [2])], {}, ValueError,
        "labels must be integers in [0, 2) of shape (1,), or floating of shape (1, 2), got 2 for sample 0",
    ),
    "too few weights": (
        EQUAL, PIECE, {"weight": [1.0]}, ValueError,
        "weight must have shape (2,), a number for each class, got shape (1,)",
    ),
    "too much smoothing": (
        EQUAL, PIECE, {"label_smoothing": 2}, ValueError, "label_smoothing must lie in [0, 1], got 2.0",
    ),
    "ignore_index that is floating": (
        EQUAL, PIECE, {"ignore_index": 0.5}, TypeError, "ignore_index must be an integer, got 0.5",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("W", "pieces", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(W, pieces, options, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        accumulate(W, pieces, **options)


# Several machines


def test_scaled_ranks_average_to_the_whole():
    """Whatever each machine holds, the average of the scaled gradients is that of the whole batch."""
    random = np.random.default_rng(4)
    for _ in range(100):
        W, X, labels = random_batch(random)
        labels = labels.clip(0)
        shards = [(x, y) for x, y in random_split(random, X, labels) if len(y)]
        scales = [rank_scale(len(y), len(labels), len(shards)) for _, y in shards]
        own = [in_one_batch(W, x, y) for x, y in shards]
        loss, gradient = in_one_batch(W, X, labels)

        assert np.mean([scale * own_loss for scale, (own_loss, _) in zip(scales, own, strict=True)]) == pytest.approx(
            loss, **CLOSE
        )
        assert sum(scale * slope for scale, (_, slope) in zip(scales, own, strict=True)) / len(shards) == pytest.approx(
            gradient, **CLOSE
        )


SCALES = {
    "equal shards": (4, 12, 3, 1),
    "a large shard": (9, 12, 2, 1.5),
    "a small shard": (3, 12, 2, 0.5),
    "a shard of padding": (0, 12, 2, 0),
    "a single machine": (5, 5, 1, 1),
    "sums of weights": (0.5, 2.0, 2, 0.5),
    "small sums of weights": (0.25, 0.5, 2, 1),
    "numpy's own numbers": (np.int64(9), np.float32(12), np.int64(2), 1.5),
}


@pytest.mark.parametrize(("kept", "kept_by_all", "ranks", "expected"), SCALES.values(), ids=SCALES)
def test_rank_scale(kept, kept_by_all, ranks, expected):
    """It is this machine's share, times the number of machines."""
    assert rank_scale(kept, kept_by_all, ranks) == expected


SCALES_REFUSED = {
    "no machine": (1, 1, 0, ValueError, "ranks must be at least 1, got 0"),
    "half a machine": (1, 1, 0.5, TypeError, "ranks must be an integer, got 0.5"),
    "a truth value": (1, 1, True, TypeError, "ranks must be an integer, got True"),
    "nothing kept": (0, 0, 2, ValueError, "kept_by_all must be more than 0, or there is no mean, got 0.0"),
    "more than all": (3, 2, 2, ValueError, "kept must be a part of kept_by_all, which is 2.0, got 3.0"),
    "less than nothing": (-1, 2, 2, ValueError, "kept must be a part of kept_by_all, which is 2.0, got -1.0"),
    "nan": (np.nan, 2, 2, ValueError, "kept must be finite in float64, got nan"),
    "nan for all": (1, np.nan, 2, ValueError, "kept_by_all must be finite in float64, got nan"),
    "a list": ([1, 1], 2, 2, ValueError, "kept must be one number, got shape (2,)"),
}


@pytest.mark.parametrize(
    ("kept", "kept_by_all", "ranks", "error", "message"), SCALES_REFUSED.values(), ids=SCALES_REFUSED
)
def test_rank_scale_refuses(kept, kept_by_all, ranks, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        rank_scale(kept, kept_by_all, ranks)


# Tokens and sequences

both = pytest.mark.parametrize("mean", [per_token_mean, per_sequence_mean], ids=["per token", "per sequence"])
LOSSES = {
    "no padding": ([[1.0, 3.0], [5.0, 7.0]], [[1, 1], [1, 1]], 4, 4),
    "a short sequence": ([[1.0, 3.0], [8.0, 7.0]], [[1, 1], [1, 0]], 4, 5),
    "padding at the front": ([[1.0, 3.0], [7.0, 8.0]], [[1, 1], [0, 1]], 4, 5),
    "padding that is nan": ([[1.0, 3.0], [8.0, np.nan]], [[1, 1], [1, 0]], 4, 5),
    "padding that is inf": ([[1.0, 3.0], [8.0, np.inf]], [[1, 1], [1, 0]], 4, 5),
    "one sequence": ([[1.0, 3.0, 9.0]], [[1, 1, 0]], 2, 2),
    "three sequences": ([[4.0, 0.0], [1.0, 0.0], [3.0, 4.0]], [[1, 0], [1, 0], [1, 1]], 3, 8.5 / 3),
}


@pytest.mark.parametrize(("losses", "kept", "per_token", "per_sequence"), LOSSES.values(), ids=LOSSES)
def test_per_token_and_per_sequence(losses, kept, per_token, per_sequence):
    """In the one each token counts the same, in the other each sequence."""
    kept = np.array(kept, bool)

    assert per_token_mean(losses, kept) == per_token
    assert per_sequence_mean(losses, kept) == pytest.approx(per_sequence, rel=1e-15)


def test_per_token_is_what_ignore_index_gives():
    """Padding that is ignored and padding that is masked are the same."""
    random = np.random.default_rng(5)
    scores, labels = random.normal(size=(4, 3, 6)), random.integers(0, 3, (4, 6))
    kept = np.arange(6) < np.array([[6], [2], [1], [4]])
    expected = cross_entropy(scores, np.where(kept, labels, IGNORED), ignore_index=IGNORED)

    assert per_token_mean(cross_entropy(scores, labels, reduction="none"), kept) == pytest.approx(expected, **CLOSE)


@both
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_losses_are_added_in_float64(mean, dtype):
    """The sum of many small losses passes the largest float16."""
    actual = mean(np.full((2, 50_000), 3, dtype), np.ones((2, 50_000), bool))

    assert (actual, actual.dtype) == (3, np.float64)


SHAPE = "losses must have shape (N, T) with N and T at least 1, got shape "
MEANS_REFUSED = {
    "one axis": ([1.0, 2.0], [True, True], ValueError, SHAPE + "(2,)"),
    "no sequence": (np.zeros((0, 2)), np.zeros((0, 2), bool), ValueError, SHAPE + "(0, 2)"),
    "no token": (np.zeros((2, 0)), np.zeros((2, 0), bool), ValueError, SHAPE + "(2, 0)"),
    "whole numbers": ([[1, 2]], [[True, True]], TypeError, "losses must be floating, got int64"),
    "one mask for all": (
        np.ones((2, 3)), [True] * 3, ValueError, "kept must have the shape (2, 3) of the losses, got shape (3,)",
    ),
    "a mask of numbers": ([[1.0, 2.0]], [[1, 0]], TypeError, "kept must be boolean, got int64"),
    "a sequence of padding": (
        np.ones((3, 2)), [[True, False], [False, False], [False, False]], ValueError,
        "each sequence must keep at least one token, got none in sequence 1",
    ),
    "masked losses": (
        np.ma.masked_equal([[1.0, 2.0]], 2), [[True, False]], TypeError,
        "losses must be a plain array, got a masked array: its mask would be lost",
    ),
    "a masked mask": (
        [[1.0, 2.0]], np.ma.masked_equal([[True, False]], False), TypeError,
        "kept must be a plain array, got a masked array: its mask would be lost",
    ),
}  # fmt: skip


@both
@pytest.mark.parametrize(("losses", "kept", "error", "message"), MEANS_REFUSED.values(), ids=MEANS_REFUSED)
def test_means_refuse(mean, losses, kept, error, message):
    """The error says what was met and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        mean(losses, kept)


def test_its_examples_are_run():
    """The docstrings' examples are found, and hold."""
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)
