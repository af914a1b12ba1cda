"""The decimal numbers that the pages' sentences show, each computed when the site is built.

A page writes ``{{ number NAME .3f }}``; NAME is a key of ``NUMBERS``, and ``.3f`` says how to print it.
Every number is computed with 30 digits and then rounded to a float, from the running example where it
speaks of that.
"""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from mpmath import exp, log, mpf, sqrt, workdps

from derivations.notation import EXAMPLE
from snippets.step_sizes import error_at

NUMBERS: dict[str, Callable] = {}


def number(function: Callable) -> Callable:
    """Enter a function into ``NUMBERS`` under its own name; it computes with 30 digits and gives a float."""

    def computed() -> float:
        with workdps(30):
            return float(function())

    computed.__name__, computed.__doc__ = function.__name__, function.__doc__
    NUMBERS[function.__name__] = computed
    return computed


def _first_row() -> list[mpf]:
    return [mpf(score.numerator) / score.denominator for score in EXAMPLE["s"][0]]


@number
def euler():
    """Euler's number e."""
    return exp(1)


@number
def ratio_plain():
    """The example's largest score divided by the next one."""
    second, largest = sorted(_first_row())[-2:]
    return largest / second


@number
def ratio_stretched():
    """The same ratio after the exponential."""
    second, largest = sorted(_first_row())[-2:]
    return exp(largest) / exp(second)


@number
def twice_share_limit():
    """What the largest of three shares tends to when softmax is applied to a perfect row (1, 0, 0)."""
    return exp(1) / (exp(1) + 2 * exp(0))


@number
def twice_loss_limit():
    """The loss at that share: the least that three classes can reach when softmax is applied twice."""
    return log(exp(1) + 2 * exp(0)) - 1


@number
def log_two():
    """The least loss of a wrong prediction."""
    return log(mpf(2))


@number
def log_three():
    """The loss of pure guessing among three classes."""
    return log(mpf(3))


@number
def example_share():
    """The share that the example's first sample gives to its label."""
    weights = [exp(score) for score in _first_row()]
    return weights[EXAMPLE["y"][0]] / sum(weights)


def _overflow(dtype) -> mpf:
    """The score above which the exponential exceeds the largest number of a format."""
    return log(mpf(float(np.finfo(dtype).max)))


@number
def overflow_float16():
    """The score above which the exponential overflows in float16."""
    return _overflow(np.float16)


@number
def overflow_float32():
    """The score above which the exponential overflows in float32."""
    return _overflow(np.float32)


@number
def overflow_float64():
    """The score above which the exponential overflows in float64."""
    return _overflow(np.float64)


def _share_behind(gap: int) -> mpf:
    """The share of the true class whose score lies this far below its only rival's."""
    return 1 / (1 + exp(mpf(gap)))


@number
def claimed_slope():
    """What softmax minus label says at the true class when its score lies 20 below a single rival's."""
    return _share_behind(20) - 1


@number
def epsilon_slope():
    """The slope of minus the logarithm of share plus 1e-7 there: `eq:log-epsilon` of why-divide.md."""
    share = _share_behind(20)
    return share / (share + mpf("1e-7")) * (share - 1)


def _in_a_million(share: float) -> float:
    """A share as parts in a million, with two digits: the rest differs from machine to machine."""
    return float(f"{1e6 * share:.2g}")


@number
def float32_good_step():
    """The error of a gradient check of the example in float32 with a step of 1e-2, in parts in a million."""
    return _in_a_million(error_at("float32", 1e-2))


@number
def float32_small_step():
    """The same with the step of 1e-5 that suits float64."""
    return _in_a_million(error_at("float32", 1e-5))


def _record(name: str) -> dict:
    """What the last full run of ``make mutants`` counted; a test says when it is out of date."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / f"mutants_{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


@number
def statement_mutants():
    """Changed formulas and steps that the last full run judged."""
    return _record("statements")["mutants"]


@number
def statement_survivors():
    """Of these, the ones that were confirmed."""
    return _record("statements")["survived"]


@number
def snippet_mutants():
    """Changed snippets that the last full run tested."""
    return _record("snippets")["mutants"]


@number
def snippet_survivors():
    """Of these, the ones that no test noticed."""
    return _record("snippets")["survived"]


# train.md


@number
def log_ten():
    """The loss of pure guessing among ten classes."""
    return log(mpf(10))


@number
def log_thousand():
    """The same among a thousand."""
    return log(mpf(1000))


@number
def log_vocabulary():
    """The same among the 50,257 tokens of GPT-2."""
    return log(mpf(50257))


@number
def twice_loss_ten():
    """The least loss that ten classes can reach when softmax is applied twice."""
    return log(exp(1) + 9 * exp(0)) - 1


@number
def keras_epsilon():
    """The least share that Keras lets into its logarithm."""
    return mpf("1e-7")


@number
def keras_ceiling():
    """Minus the logarithm of that."""
    return -log(mpf("1e-7"))


@number
def float32_ceiling():
    """Minus the logarithm of the smallest normal float32."""
    return -log(mpf(float(np.finfo(np.float32).smallest_normal)))


def _training() -> dict:
    """What the recorded training runs came to; a test runs them again."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "training.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _digits() -> tuple[int, int]:
    """How many held-out digits are read right, and how many there are."""
    digits = _training()["digits"]
    return digits["curve"]["held_right"][-1], digits["held_out"]


@number
def digits_held_right():
    """Held-out digits that are read right."""
    return _digits()[0]


@number
def digits_held():
    """Held-out digits."""
    return _digits()[1]


@number
def digits_held_percent():
    """The one in percent of the other."""
    right, all_of_them = _digits()
    return mpf(100) * right / all_of_them


@number
def digits_one_image():
    """What one held-out digit is in percent."""
    return mpf(100) / _digits()[1]


@number
def digits_scatter():
    """The standard deviation, in percent, of the share of right answers among so many independent ones."""
    right, all_of_them = _digits()
    share = mpf(right) / all_of_them
    return 100 * sqrt(share * (1 - share) / all_of_them)


@number
def digits_worst_seed():
    """The lowest percentage of held-out digits that are read right, over the recorded seeds."""
    return mpf(100) * min(_training()["seeds"]["sgd"]) / _digits()[1]


@number
def digits_best_seed():
    """The highest."""
    return mpf(100) * max(_training()["seeds"]["sgd"]) / _digits()[1]


@number
def digits_epochs():
    """How often that run sees each digit."""
    return _training()["digits"]["settings"]["epochs"]


@number
def digits_batch():
    """The size of its batches."""
    return _training()["digits"]["settings"]["batch"]


@number
def digits_first_loss():
    """Its loss before the first step."""
    return _training()["digits"]["curve"]["loss"][0]


def _spiral(model: str) -> mpf:
    """The percentage of the points on the spiral that a model gets right, of those that it learns from."""
    run = _training()["spiral"][model]
    return mpf(100) * run["right"] / run["learnt_from"]


@number
def spiral_linear_percent():
    """Without a hidden layer."""
    return _spiral("linear")


@number
def spiral_network_percent():
    """With one."""
    return _spiral("network")


@number
def spiral_hidden():
    """Its hidden units."""
    return _training()["spiral"]["network"]["settings"]["hidden"]


# two-classes.md


@number
def sigmoid_of_one():
    """The largest share that a sigmoid makes of a share."""
    return 1 / (1 + exp(mpf(-1)))


# streaming.md


def _merged() -> tuple[list[mpf], list[mpf]]:
    """The largest score and the shifted sum of each of two chunks: the second and the first row of the example."""
    chunks = [[mpf(score.numerator) / score.denominator for score in row] for row in reversed(EXAMPLE["s"])]
    largest = [max(chunk) for chunk in chunks]
    return largest, [sum(exp(score - top) for score in chunk) for chunk, top in zip(chunks, largest, strict=True)]


def _moved() -> tuple[mpf, mpf]:
    """Both sums in the unit of the larger score."""
    largest, sums = _merged()
    one, other = (total * exp(top - max(largest)) for top, total in zip(largest, sums, strict=True))
    return one, other


@number
def merge_first_sum():
    """The first chunk's sum of exponentials, shifted by its own largest score."""
    return _merged()[1][0]


@number
def merge_second_sum():
    """The second chunk's."""
    return _merged()[1][1]


@number
def merge_first_moved():
    """The first one's, shifted by the largest score of both."""
    return _moved()[0]


@number
def merge_together():
    """Both sums in that unit."""
    return sum(_moved())


@number
def merge_log_sum_exp():
    """The log-sum-exp of both chunks: `eq:lse-merge` of streaming.md."""
    return max(_merged()[0]) + log(sum(_moved()))


# faster.md


def _speed() -> dict:
    """What ``make bench`` measured of the gradient: machine, versions and a row for each setting."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "score_gradient.json"
    return json.loads(path.read_text(encoding="utf-8"))


SHORT, SMALL, WIDE, VOCABULARY = (4096, 10), (128, 10), (4096, 1000), (1024, 32768)


def _microseconds(who: str, shape: tuple, huge_pages: bool = True, threads: int = 1) -> mpf:
    """The median time of one version, for float32."""
    (row,) = (
        row
        for row in _speed()["rows"]
        if (row["who"], tuple(row["shape"]), row["dtype"]) == (who, shape, "float32")
        and (row["huge_pages"], row["threads"]) == (huge_pages, threads)
    )
    return mpf(row["median_us"])


def _gain(idea: str, shape: tuple) -> mpf:
    """How many times as fast one idea alone makes the gradient, everything else left as it is."""
    (row,) = (
        row for row in _speed()["ideas"] if (row["idea"], tuple(row["shape"]), row["dtype"]) == (idea, shape, "float32")
    )
    return mpf(row["without_us"]) / row["with_us"]


def _each(who: str, shape: tuple) -> mpf:
    """Nanoseconds for each entry of the table."""
    rows, columns = shape
    return 1000 * _microseconds(who, shape) / (rows * columns)


@number
def loop_nanoseconds():
    """What two loops need for an entry, in nanoseconds."""
    return _each("two_loops", SMALL)


@number
def exp_nanoseconds():
    """What numpy's exponential needs for an entry of the same table."""
    return _each("exp", SMALL)


@number
def gain_one_loop():
    """Two loops over one loop."""
    return _microseconds("two_loops", SMALL) / _microseconds("one_loop", SMALL)


@number
def gain_vectorized():
    """One loop over none."""
    return _microseconds("one_loop", SMALL) / _microseconds("vectorized", SMALL)


@number
def cost_stable():
    """The safe version over the one that overflows, at the largest shape."""
    return _microseconds("stable", VOCABULARY) / _microseconds("vectorized", VOCABULARY)


@number
def gain_in_place():
    """Three tables over one, at the largest shape."""
    return _gain("in_place", VOCABULARY)


@number
def gain_out():
    """A new array for each call over one that is handed in."""
    return _gain("out", VOCABULARY)


@number
def gain_product():
    """numpy's sums over the product with ones."""
    return _gain("product", WIDE)


@number
def gain_pieces():
    """numpy's sums over those of pieces."""
    return _gain("pieces", WIDE)


@number
def gain_buffer():
    """numpy's own buffer over a small one."""
    return _gain("buffer", WIDE)


@number
def gain_blocks():
    """All rows at once over blocks of them."""
    return _gain("blocks", VOCABULARY)


@number
def gain_no_shift():
    """With the shift over without it."""
    return _gain("no_shift", VOCABULARY)


@number
def cost_far():
    """Rows that all need a shift over rows that need none, at the largest shape."""
    return _microseconds("blocked_far", VOCABULARY) / _microseconds("blocked", VOCABULARY)


@number
def gain_transposed():
    """Rows of ten over columns of ten."""
    return _gain("transposed", SHORT)


@number
def short_nanoseconds():
    """What the version in place needs for an entry with ten classes."""
    return _each("in_place", SHORT)


@number
def long_nanoseconds():
    """The same with a thousand."""
    return _each("in_place", WIDE)


@number
def gain_threads():
    """One thread over two, at the largest shape."""
    return _microseconds("blocked", VOCABULARY) / _microseconds("blocked", VOCABULARY, threads=2)


@number
def exp_passes_thousand():
    """The fastest version over one pass of the exponential, with a thousand classes."""
    return _microseconds("blocked", WIDE) / _microseconds("exp", WIDE)


@number
def exp_passes_vocabulary():
    """The same with a vocabulary."""
    return _microseconds("blocked", VOCABULARY) / _microseconds("exp", VOCABULARY)


@number
def copy_share():
    """A copy over one pass of the exponential, at the largest shape."""
    return _microseconds("copy", VOCABULARY) / _microseconds("exp", VOCABULARY)


def _against(who: str) -> list[mpf]:
    """A peer's time over that of the blocked version, for each shape."""
    return [_microseconds(who, shape) / _microseconds("blocked", shape) for shape in (SMALL, SHORT, WIDE, VOCABULARY)]


def _least_of_all(who: str) -> mpf:
    """The same, least of all shapes, formats and numbers of threads, with huge pages."""
    rows = [row for row in _speed()["rows"] if row["huge_pages"]]
    times = {
        name: {
            (*row["shape"], row["dtype"], row["threads"]): mpf(row["median_us"]) for row in rows if row["who"] == name
        }
        for name in (who, "blocked")
    }
    return min(time / times["blocked"][setting] for setting, time in times[who].items())


@number
def torch_least():
    """PyTorch over ours, at the shape where that is least."""
    return min(_against("pytorch"))


@number
def torch_most():
    """The same where it is most."""
    return max(_against("pytorch"))


@number
def jax_least():
    """JAX over ours, at the shape where that is least."""
    return min(_against("jax"))


@number
def jax_most():
    """The same where it is most."""
    return max(_against("jax"))


@number
def numba_least():
    """numba over ours, at the shape where that is least."""
    return min(_against("numba"))


@number
def numba_most():
    """The same where it is most."""
    return max(_against("numba"))


@number
def torch_least_of_all():
    """PyTorch over ours, in the setting where that is least."""
    return _least_of_all("pytorch")


@number
def jax_least_of_all():
    """JAX over ours, in the setting where that is least."""
    return _least_of_all("jax")


def _without_huge(who: str) -> mpf:
    """Small pages over huge ones, at the largest shape."""
    return _microseconds(who, VOCABULARY, huge_pages=False) / _microseconds(who, VOCABULARY)


@number
def torch_without_huge():
    """For PyTorch."""
    return _without_huge("pytorch")


@number
def stable_without_huge():
    """For the safe version."""
    return _without_huge("stable")


@number
def blocked_without_huge():
    """For the fastest."""
    return _without_huge("blocked")


@number
def out_without_huge():
    """For the same with an array that is handed in."""
    return _without_huge("blocked_out")


# larger.md


def _layer() -> dict:
    """What ``make bench`` measured of the linear layer and the loss."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "linear_cross_entropy.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _layer_rows(who: str) -> list[dict]:
    """The rows of one contender, with huge pages where they are allowed."""
    return [row for row in _layer()["rows"] if row["who"] == who and row["huge_pages"]]


def _layer_row(who: str) -> dict:
    """Its row with the chunk that it takes when nobody says."""
    (row,) = (row for row in _layer_rows(who) if row["default"] or row["chunk"] is None)
    return row


def _torch_best() -> dict:
    """PyTorch's row with the chunk that is fastest."""
    return min(_layer_rows("pytorch linear_cross_entropy"), key=lambda row: row["median_s"])


def _seconds(row: dict) -> mpf:
    return mpf(row["median_s"])


@number
def table_megabytes():
    """A table of scores of 2048 tokens and the words of GPT-2, in float32."""
    return mpf(4 * 2048 * 50257) / 10**6


@number
def weight_megabytes():
    """The weights of a layer from 512 hidden values to these words."""
    return mpf(4 * 512 * 50257) / 10**6


@number
def hidden_megabytes():
    """The hidden values of the tokens."""
    return mpf(4 * 2048 * 512) / 10**6


@number
def outputs_megabytes():
    """The two gradients."""
    return _layer()["outputs_mb"]


@number
def naive_megabytes():
    """What the loss needs beside its inputs when the whole table is built, in numpy."""
    return _layer_row("numpy naive")["extra_mb"]


@number
def torch_naive_megabytes():
    """The same in PyTorch."""
    return _layer_row("pytorch naive")["extra_mb"]


@number
def rows_megabytes():
    """The same in chunks of rows."""
    return _layer_row("numpy rows")["extra_mb"]


@number
def classes_megabytes():
    """The same in chunks of classes."""
    return _layer_row("numpy classes")["extra_mb"]


def _megabytes(numbers: int) -> mpf:
    """Of so many numbers in float32."""
    return mpf(4 * numbers) / 10**6


@number
def rows_chunk():
    """How many rows our function takes at a time when nobody says."""
    return _layer_row("numpy rows")["chunk"]


@number
def rows_piece():
    """So many rows of scores."""
    return _megabytes(_layer_row("numpy rows")["chunk"] * _layer()["sizes"]["C"])


@number
def rows_product():
    """A part of the product that is added to the gradient of the weights: `add_product` makes 2**20 numbers at once."""
    return _megabytes(2**20)


@number
def rows_derived():
    """The two, and the two gradients."""
    return NUMBERS["rows_piece"]() + NUMBERS["rows_product"]() + _layer()["outputs_mb"]


@number
def classes_chunk():
    """How many classes our function takes at a time when nobody says."""
    return _layer_row("numpy classes")["chunk"]


@number
def classes_piece():
    """So many columns of scores."""
    return _megabytes(_layer_row("numpy classes")["chunk"] * _layer()["sizes"]["N"])


@number
def classes_product():
    """The product that is added to the gradient of the hidden values."""
    return _megabytes(_layer()["sizes"]["N"] * _layer()["sizes"]["D"])


@number
def classes_derived():
    """The two, and the two gradients."""
    return NUMBERS["classes_piece"]() + NUMBERS["classes_product"]() + _layer()["outputs_mb"]


@number
def naive_over_rows_memory():
    """The whole table over chunks of rows."""
    return mpf(_layer_row("numpy naive")["extra_mb"]) / _layer_row("numpy rows")["extra_mb"]


@number
def classes_over_rows():
    """Time in chunks of classes over time in chunks of rows."""
    return _seconds(_layer_row("numpy classes")) / _seconds(_layer_row("numpy rows"))


def _chunks_of_rows() -> dict[int, mpf]:
    """Seconds for each chunk that was tried."""
    return {row["chunk"]: mpf(row["seconds"]) for row in _layer()["curve_chunk"] if row["who"] == "numpy rows"}


@number
def thin_chunk():
    """The fewest rows at a time that were tried."""
    return min(_chunks_of_rows())


@number
def thin_cost():
    """Time with so few over time with the chunk that is fastest."""
    tried = _chunks_of_rows()
    return tried[min(tried)] / min(tried.values())


@number
def torch_chunk():
    """How many rows PyTorch's loss takes at a time when nobody says."""
    return _layer_row("pytorch linear_cross_entropy")["chunk"]


@number
def rows_over_torch():
    """Our time over PyTorch's with that chunk."""
    return _seconds(_layer_row("numpy rows")) / _seconds(_layer_row("pytorch linear_cross_entropy"))


@number
def rows_memory_percent():
    """Our extra memory in percent of PyTorch's with that chunk."""
    return mpf(100) * _layer_row("numpy rows")["extra_mb"] / _layer_row("pytorch linear_cross_entropy")["extra_mb"]


@number
def outputs_percent_of_torch():
    """The two gradients in percent of its extra memory."""
    return mpf(100) * _layer()["outputs_mb"] / _layer_row("pytorch linear_cross_entropy")["extra_mb"]


@number
def torch_best_chunk():
    """The chunk with which PyTorch is fastest."""
    return _torch_best()["chunk"]


@number
def torch_best_over_rows():
    """Its time with that chunk over ours."""
    return _seconds(_torch_best()) / _seconds(_layer_row("numpy rows"))


@number
def torch_best_megabytes():
    """Its extra memory with that chunk."""
    return _torch_best()["extra_mb"]


@number
def rows_over_products():
    """Our time over that of the three products alone."""
    return _seconds(_layer_row("numpy rows")) / _seconds(_layer_row("three products"))


@number
def products_percent():
    """The products in percent of our time."""
    return 100 * _seconds(_layer_row("three products")) / _seconds(_layer_row("numpy rows"))


def _million(who: str) -> dict:
    (row,) = (row for row in _layer()["million"] if row["who"] == who)
    return row


@number
def million_hidden():
    """The hidden values of the layer with a million classes."""
    return _million("numpy rows")["D"]


@number
def million_table_megabytes():
    """Its table of scores."""
    return _million("numpy rows")["table_mb"]


@number
def million_outputs_megabytes():
    """Its two gradients."""
    return _million("numpy rows")["outputs_mb"]


@number
def million_seconds():
    """Its time in chunks of rows."""
    return _million("numpy rows")["seconds"]


@number
def million_megabytes():
    """Its extra memory in chunks of rows."""
    return _million("numpy rows")["extra_mb"]


@number
def million_classes_seconds():
    """Its time in chunks of classes."""
    return _million("numpy classes")["seconds"]


@number
def million_classes_megabytes():
    """Its extra memory in chunks of classes."""
    return _million("numpy classes")["extra_mb"]


def _run() -> dict:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "run.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _ours() -> dict:
    return _run()["numpy"]["ours"]


@number
def run_before_kilobytes():
    """What a page loads for Run before anyone presses it."""
    return _ours()["cold_page_bytes"] / 1000


@number
def run_stop_milliseconds():
    """The median time from Stop to the end of a loop without one."""
    return 1000 * median(_ours()["stop"])


@number
def run_next_page_milliseconds():
    """The median time from a click to numpy's answer on the next page, where Python runs already."""
    return 1000 * median(_ours()["next_page"])


@number
def run_proof_ratio():
    """How many times as long the whole derivation of the gradient takes in a browser as at home."""
    record = _run()
    here, home = record["derivation"]["ours"]["live"]["score_gradient"], record["native"]["score_gradient"]
    return median(here) / median(home)
