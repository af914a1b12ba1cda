"""The museum: each exhibit is broken, in its own way, and does to training what its page says."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from snippets.cross_entropy import cross_entropy_gradient
from snippets.museum import EXHIBITS
from snippets.museum.training import own_labels, rightly_trained, scores_gradient, task, trained

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "snippets" / "museum"
EVERY = pytest.mark.parametrize("exhibit", EXHIBITS.values(), ids=EXHIBITS)


def trained_with(exhibit):
    return trained(exhibit.function, exhibit.told, exhibit.truth, one_hot=exhibit.one_hot)


def test_every_file_of_the_folder_is_an_exhibit():
    """None is forgotten, and none is shown that is not there."""
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "training"}

    assert files == set(EXHIBITS)
    assert len(EXHIBITS) >= 12


@EVERY
def test_its_module_is_the_function_and_its_imports(exhibit):
    """What the page shows is all that there is: who copies it into the doctor's form copies the whole mistake."""
    source = (FOLDER / f"{exhibit.name}.py").read_text(encoding="utf-8")
    section = re.search(rf"# --8<-- \[start:{exhibit.name}\]\n(.*)^ *# --8<-- \[end:{exhibit.name}\]\n\Z", source, re.S | re.M)

    assert section[1].rstrip() == inspect.getsource(exhibit.function).split("# --8<--")[0].rstrip()
    assert re.findall(r"^(?:import|from) .*", source, re.M) == ["import numpy as np"]


@EVERY
def test_it_was_seen_in_public(exhibit):
    """At least one thread, on a host that is public."""
    assert exhibit.links
    assert [link for link in exhibit.links if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+", link)] == []


# What the table on the page shows with the same digits as for the right gradient.
HARMLESS = {
    "large_scores",
    "one_maximum",
    "log_of_zero",
    "small_number",
    "half_the_digits",
    "overwritten",
    "rounded_away",
    "upstream_forgotten",
}


@EVERY
def test_what_it_does_to_training(exhibit):
    """Some do nothing on an easy day, and the page says which; the others end on another loss."""
    same = f"{trained_with(exhibit)[0]:.3f}" == f"{rightly_trained(exhibit.truth)[0]:.3f}"

    assert same == (exhibit.name in HARMLESS)


def test_the_harmless_ones_come_last():
    """The page says: look at the last ones."""
    assert set(list(EXHIBITS)[-len(HARMLESS) :]) == HARMLESS


# What the page says in words of single exhibits.
CLAIMS = {
    "target minus output climbs": lambda loss: loss["target_minus_output"] > 10 * loss["start"],
    "the diagonal learns, and slowly": lambda loss: 1.3 * loss["right"] < loss["diagonal_only"] < loss["start"] / 2,
    "a column teaches nothing where all classes occur": lambda loss: abs(loss["column_of_labels"] - loss["start"]) < 1e-12,
    "dividing twice is slow": lambda loss: loss["right"] < loss["mean_of_the_table"] < loss["averaged_twice"] < loss["start"],
    "two softmaxes learn slowly": lambda loss: 2 * loss["right"] < loss["squashed_twice"],
    "labels off by one learn the neighbour": lambda loss: loss["counted_from_one"] > loss["start"],
}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_what_the_page_says_of_it(claim):
    loss = {name: trained_with(exhibit)[0] for name, exhibit in EXHIBITS.items()}

    assert claim(loss | {"right": rightly_trained()[0], "start": np.log(3)})


def test_the_right_gradient_learns():
    """Else a mistake could not be seen."""
    loss, share = rightly_trained()

    assert loss < 0.2
    assert share == 0.95


def test_a_sum_is_trained_like_a_mean():
    """The rate makes up for it, so that only the mistake is left to see."""
    assert np.allclose(rightly_trained({"reduction": "sum"}), rightly_trained(), rtol=1e-12)


def test_the_task():
    """Three clouds of twenty, the same each time, and a column of ones."""
    X, labels = task()

    assert X.shape == (60, 3)
    assert np.bincount(labels).tolist() == [20, 20, 20]
    assert X[:, 2].tolist() == [1.0] * 60
    assert (task()[0] == X).all()
    assert (task(seed=1)[0] != X).any()


IGNORING = [({}, [0, 1, 2, 0]), ({"ignore_index": -1}, [0, 1, -1, 0])]


@pytest.mark.parametrize(("truth", "expected"), IGNORING)
def test_every_third_label_is_ignored(truth, expected):
    """If labels can be."""
    assert own_labels(np.array([0, 1, 2, 0]), truth).tolist() == expected


class Layer:
    def forward(self, scores, labels):
        self.kept = scores, labels

    def backward(self):
        return cross_entropy_gradient(*self.kept)


WAYS = {
    "a gradient": cross_entropy_gradient,
    "a loss and a gradient": lambda scores, labels: (0.0, cross_entropy_gradient(scores, labels)),
    "a layer": Layer,
}


@pytest.mark.parametrize("function", WAYS.values(), ids=WAYS)
def test_the_gradient_is_found_in_the_answer(function):
    """However it is called."""
    X, labels = task()

    assert (scores_gradient(function, X, labels, {}) == cross_entropy_gradient(X, labels)).all()


def test_what_is_told_reaches_the_function():
    """Weights and the like have their own names."""
    X, labels = task()
    told = {"reduction": "sum"}

    assert (scores_gradient(cross_entropy_gradient, X, labels, told) == cross_entropy_gradient(X, labels, **told)).all()


def test_a_loss_that_is_no_number_is_nan():
    """The table shows it as it is."""
    loss, share = trained(lambda scores, labels: np.full_like(scores, np.inf))

    assert np.isnan([loss, share]).all()
