"""Broken gradients of softmax with cross-entropy, of the kinds that people have shown in public.

Each module holds one, written by us to show the same mistake as the thread that it names.
None of it is to be copied. They check no input: what an unchecked line does is the point.
The page docs/museum.md shows them, with what `snippets.doctor` says of each.
"""

from dataclasses import dataclass, field
from importlib import import_module

GITHUB = "https://github.com/"


@dataclass(frozen=True)
class Exhibit:
    """One of them, and what is to be found."""

    name: str
    """Of the module, and of the section in it."""
    title: str
    """Its heading on the page."""
    mistakes: tuple[str, ...]
    """The identifiers that the doctor gives."""
    threads: tuple[str, ...]
    """Where it was seen: paths on GitHub."""
    options: dict = field(default_factory=dict)
    """What the doctor is told beside the function."""
    told: dict = field(default_factory=dict)
    """What the function is told in training, in its own words."""
    truth: dict = field(default_factory=dict)
    """The same for `cross_entropy_gradient`."""
    one_hot: bool = False
    """Whether it takes the labels as one-hot rows."""

    @property
    def function(self):
        """The function or class itself."""
        module = import_module(f"snippets.museum.{self.name}")
        return getattr(module, self.name, None) or getattr(module, self.name.title().replace("_", ""))

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses of the threads."""
        return tuple(GITHUB + thread for thread in self.threads)


WEIGHTS = [4.0, 1.0, 0.5]

# In the order of the page.
EXHIBITS = {
    exhibit.name: exhibit
    for exhibit in [
        Exhibit(
            "whole_table",
            "One softmax for the whole table",
            ("softmax-wrong-axis",),
            ("rickwierenga/MLFundamentals/issues/1",),
        ),
        Exhibit(
            "down_the_batch",
            "Softmax down the batch",
            ("softmax-wrong-axis",),
            ("perone/euclidesdb/issues/2", "graviraja/MLOps-Basics/issues/29"),
        ),
        Exhibit(
            "squashed_twice",
            "Softmax in the network, and again in the loss",
            ("softmax-twice",),
            ("Lightning-Universe/lightning-bolts/issues/654", "mlelarge/graph_neural_net/pull/37"),
        ),
        Exhibit(
            "diagonal_only",
            "Only the diagonal of the Jacobian",
            ("jacobian-diagonal",),
            ("deeplearning4j/libnd4j/issues/440", "SebLague/Neural-Network-Experiments/pull/5"),
        ),
        Exhibit("target_minus_output", "Target minus output", ("sign",), ("haifengl/smile/pull/151",)),
        Exhibit(
            "summed_on_the_way_back",
            "A mean forward, a sum backward",
            ("mean-loss-sum-gradient",),
            ("victorlempitsky/Mate/issues/2", "apache/mxnet/pull/2215"),
        ),
        Exhibit(
            "always_divided",
            "A sum forward, a mean backward",
            ("sum-loss-mean-gradient",),
            ("paiml/aprender/pull/2182",),
            options={"reduction": "sum"},
            truth={"reduction": "sum"},
        ),
        Exhibit(
            "averaged_twice",
            "Averaged, and averaged again",
            ("divided-twice",),
            ("eriklindernoren/PyTorch-YOLOv3/pull/137", "TreB1eN/InsightFace_Pytorch/issues/22"),
        ),
        Exhibit(
            "mean_of_the_table",
            "The mean over a one-hot table",
            ("divided-by-n-times-c",),
            ("jax-ml/jax/issues/1023", "GMvandeVen/continual-learning/issues/5"),
            one_hot=True,
        ),
        Exhibit(
            "padding_counted",
            "Padding in the denominator",
            ("ignored-in-denominator",),
            ("eladhoffer/utils.pytorch/issues/4", "PaddlePaddle/Paddle/pull/76033"),
            told={"ignore_index": -100},
            truth={"ignore_index": -100},
        ),
        Exhibit(
            "weights_not_counted",
            "Weights above, and N below",
            ("weighted-mean-by-n",),
            ("pytorch/pytorch/issues/40560", "pytorch/pytorch/issues/31295"),
            told={"weight": WEIGHTS},
            truth={"weight": WEIGHTS},
        ),
        Exhibit(
            "other_classes",
            "Smoothing over the other classes",
            ("smoothing-over-c-minus-1",),
            ("CoinCheung/pytorch-loss/pull/19", "MuQiuJun-AI/bert4pytorch/issues/4"),
            told={"smoothing": 0.1},
            truth={"label_smoothing": 0.1},
        ),
        Exhibit(
            "column_of_labels",
            "A column meets a row",
            ("one-hot-in-every-row",),
            ("deepset-ai/FARM/issues/229", "dingmyu/CamNet/pull/4"),
        ),
        Exhibit(
            "counted_from_one",
            "Labels that start at one",
            ("labels-off-by-one",),
            ("BVLC/caffe/issues/6318", "irllabs/ml-lib/issues/4"),
        ),
        Exhibit(
            "minus_one",
            "A label of -1 that is not ignored",
            ("negative-labels-wrap",),
            ("pytorch/pytorch/issues/11885",),
            told={"ignore_label": -1},
            truth={"ignore_index": -1},
        ),
        Exhibit(
            "large_scores",
            "The exponential of scores as they are",
            ("overflow",),
            ("hankcs/CS224n/issues/10", "uTensor/uTensor/issues/175"),
        ),
        Exhibit("one_maximum", "One maximum for all rows", ("global-shift",), ("apache/singa/pull/540",)),
        Exhibit(
            "log_of_zero",
            "First the softmax, then its logarithm",
            ("log-of-softmax",),
            ("deeplearning4j/nd4j/issues/2822", "deeplearning4j/deeplearning4j/issues/785"),
        ),
        Exhibit(
            "small_number",
            "A small number against infinity",
            ("epsilon-in-log",),
            ("MarvinTeichmann/tensorflow-fcn/issues/18",),
        ),
        Exhibit(
            "half_the_digits",
            "A total in half precision",
            ("float16-accumulation",),
            ("huggingface/candle/issues/3727", "sonos/tract/pull/2586"),
        ),
        Exhibit(
            "overwritten",
            "The scores are gone",
            ("mutates-input",),
            ("NVIDIA/apex/issues/1430", "NVIDIA/apex/issues/1587"),
        ),
        Exhibit("rounded_away", "Rounded to integers", ("integer-dtype",), ("rasbt/mlxtend/issues/743",)),
        Exhibit(
            "upstream_forgotten",
            "What comes from behind is forgotten",
            ("dout-ignored",),
            ("SeanNaren/warp-ctc/issues/69", "SeanNaren/warp-ctc/pull/170"),
        ),
    ]
}
