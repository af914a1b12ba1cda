"""What well-known texts on this subject get wrong or leave out is put right where a reader meets it.

Each row names a mistake, the page and the heading under which its correction stands,
and words without which the correction would be gone.
"""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"

ANSWERS = [
    ("xrange is Python 2", "vectorize.md", "Two loops",
     ["Python 3 has no such name", "snippets/pitfalls.py:xrange_loop"]),
    ("range starts at 0", "vectorize.md", "Two loops", ["starts with 0, not with 1", "[0, 1, 2]"]),
    ("np.matrix is catching", "vectorize.md", "np.matrix",
     ["matrix product", "keepdims=True", "pitfalls.py:matrix_sums"]),
    ("totals without keepdims", "vectorize.md", "Dividing by the totals without keepdims",
     ["as many classes as samples", "pitfalls.py:sums_without_keepdims"]),
    ("exp overflows", "shift-invariance.md", "Why we need it: the exponential overflows",
     ["overflow_float16", "overflow_float32", "overflow_float64", "zero divided by zero", "pitfalls.py:unshifted"]),
    ("one maximum for all rows", "shift-invariance.md", "Each row needs its own maximum",
     ["loses all its weights", "pitfalls.py:global_maximum"]),
    ("labels of shape (N, 1)", "vectorize.md", "Labels of shape (N, 1)",
     ["every sample meets every label", "a column would be broadcast against every row",
      "pitfalls.py:unchecked_labels"]),
    ("label -1", "vectorize.md", "A label of -1", ["quietly takes the last class", "got -1 for sample 1"]),
    ("the bias gradient has one axis too many", "vectorize.md", "One step further back",
     ["an axis too many", "pitfalls.py:bias_gradient", "(3,)"]),
    ("the name of the gradient changes", "vectorize.md", "One step further back",
     ["one name and keep it in every step"]),
    ("scores by bias is no vector of ones", "vectorize.md", "One step further back",
     ["not one vector of ones", "(N, C, C)", r"\delta_{j,k}"]),
    ("exp does not always exaggerate", "softmax.md", "What the exponential does to ratios",
     ["only if the gap is wide enough", "eq:ratio-small", "eq:exaggerates"]),
    ("softmax is no maximum", "softmax.md", "What softmax really approximates",
     ["**one-hot argmax**, not the maximum", "log-sum-exp", "eq:soft-maximum"]),
    ("ties", "softmax.md", "What softmax really approximates", ["A tie is the exception", "one half each"]),
    ("log 3 is the loss of guessing", "loss.md", "What its values mean",
     ["loss of pure guessing", "the mark of a wrong prediction", r"at least $\log 2$", r"at most $\log C$",
      "eq:example-loss"]),
    ("argmax is flat", "loss.md", "Why not just count the mistakes?",
     ["zero almost everywhere", "never take a step"]),
    ("one letter for one thing, counted from zero", "setting.md", "A batch: several inputs at once",
     ["count from zero", "Each letter means one thing"]),
    ("the skipped algebra", "gradient.md", "Act four: clear up",
     ["eq:split-fraction", "eq:distribute", "eq:cancel", "eq:derivative-of-exp", "eq:delta-form"]),
    ("cases by the environment", "gradient.md", "Act four: clear up", ["eq:cases", r"\begin{cases}"]),
    # what people ask
    ("why divide by N", "gradient.md", "Where the division by the number of samples comes from",
     ["which is a mean"]),
    ("Jacobian or short gradient", "jacobian.md", "Which of the two do I need in my code?",
     ["The diagonal is not enough"]),
    ("softmax twice", "softmax.md", "A common slip: softmax applied twice", ["hand the raw scores"]),
    # the question why one divides by N, and the answer that is given most often
    ("why divide by the batch size", "why-divide.md", "The gradient of each",
     ["the famous `y - t`", "eq:sum-gradient", "eq:mean-gradient", "eq:sum-gradient-matrix", "nudged[0, 0] += 1e-6"]),
    ("a copy of each node", "why-divide.md", "The picture: one copy for each item of the batch",
     ["{{ live_figure batch-graph }}", "a single node, the mean"]),
    ("the same factor for all weights", "why-divide.md", "The same factor reaches every weight",
     ["eq:every-gradient", "eq:backward-is-linear"]),
    ("it is not just the learning rate", "learning-rate.md", "Measured: the same training twice",
     ["{{ table measured_differences }}"]),
    ("SGD", "learning-rate.md", "Plain gradient descent (SGD): yes", ["eq:sgd"]),
    ("momentum", "momentum.md", "All steps", ["eq:same-velocity", "eq:same-weights"]),
    ("Nesterov", "momentum.md", "Nesterov momentum", ["eq:nesterov"]),
    ("Adagrad's start, epsilon inside the root", "adam.md", "What if I divide the rate as well?",
     ["`0.1` unless you say otherwise", "*inside* the root", "test_adaptive_defaults.py"]),
    ("L2 left unchanged", "learning-rate.md", "L2 in the loss: multiply the strength as well",
     ["eq:l2", "eq:l2-repaired"]),
    ("decoupled decay", "learning-rate.md", "Decoupled weight decay: multiply it as well",
     ["eq:decay", "eq:decay-repaired"]),
    ("clipping", "learning-rate.md", "Clipping by norm: the threshold has a unit",
     ["eq:clip", "eq:clip-repaired", "`clip_grad_value_`"]),
    ("ragged batches", "learning-rate.md", "Batches of different size", ["eq:ragged", "No fixed rate can make up"]),
    ("an auxiliary loss", "learning-rate.md", "A second loss beside the first", ["eq:auxiliary", "multiply it by $N$"]),
    ("loss scaling", "learning-rate.md", "Loss scaling: fp16, and the overflow of a sum",
     ["eq:loss-scaling", "65504", "bfloat16"]),
    ("rescaling the rate breaks Adam", "adam.md", "What if I divide the rate as well?", ["somewhere else"]),
    ("Adam's trace of the constant", "adam.md", "What if I leave Adam's epsilon alone?",
     ["eq:adam-epsilon", "eq:adam-invariant"]),
    ("Adam, all steps", "adam.md", "All steps",
     ["eq:adam-same-first", "eq:adam-same-second", "eq:adam-same-weights"]),
    ("a number inside the log changes the gradient", "why-divide.md", "The small number inside the logarithm",
     ["eq:log-epsilon", "number claimed_slope", "number epsilon_slope", "pitfalls.py:log_with_epsilon"]),
    ("sum_over_batch_size", "frameworks.md", "Keras: sum_over_batch_size divides by more than the batch size",
     ["not the sum of the weights", "number of valid elements", "`mean_with_sample_weight`"]),
    ("dout is ignored", "why-divide.md", "What dout is for", ["eq:dout", "backward(dout=10)", "pitfalls.py:without_dout"]),
    ("the layer in full", "why-divide.md", "The layer in full: SoftmaxWithLoss",
     ["softmax_with_loss.py:softmax_with_loss"]),
    # wrong answers in circulation
    ("for stability", "why-divide.md", "Is it for numerical stability?", ["makes nothing more stable"]),
    ("to normalise", "why-divide.md", "Is it to normalise the gradient?", ["not a treatment of the gradient"]),
    ("over the data set", "why-divide.md", "Is it the average over the whole data set?", ["runs over the batch"]),
    ("because of softmax", "why-divide.md", "Is it because of softmax?", ["works on each row alone"]),
    ("divided twice", "why-divide.md", "Does each layer have to divide?", ["divide twice", "gradient / N"]),
    ("divided by C", "why-divide.md", "Does one divide by the number of classes?", ["0.8769 2.6307"]),
    # what people ask about means
    ("accumulation", "mean-of-means.md", "Gradient accumulation: what should the loss of a micro-batch be divided by?",
     ["eq:accumulated-gradient", "accumulate.py:accumulate", "pitfalls.py:mean_of_means", "1.1282"]),
    ("tokens", "mean-of-means.md", "Tokens and padding: an average over kept tokens",
     ["`num_items_in_batch`", "0.5086", "0.5364"]),
    ("data parallel", "mean-of-means.md", "Data parallel (DDP): the average over ranks of uneven size",
     ["eq:rank-repair", "accumulate.py:rank_scale", "rank_scale(9, 12, 2)", "ranks.py:ddp_step"]),
    ("tokens or sequences", "mean-of-means.md", "Per token or per sequence?", ["per_token_mean", "per_sequence_mean"]),
    ("ignored labels", "mean-of-means.md", "ignore_index: the mean divides by what is kept",
     ["eq:kept-gradient", "weighted_mean.py:kept_gradient"]),
    ("every label ignored", "mean-of-means.md", "Every label ignored: why is my loss nan?",
     ["zero divided by zero", "nothing, ignore_index=-100", "(losses * mask).sum() / mask.sum()"]),
    ("class weights", "mean-of-means.md", "Class weights: the weighted mean divides by the sum of weights",
     ["eq:weighted-gradient", "weighted_mean.py:weighted_gradient", "eq:one-sample-weight", "8.043", "4.0215"]),
    ("lambda over N", "frameworks.md", "Is lambda, the weight decay, divided by N?", ["{{ table penalties }}"]),
    ("the half", "frameworks.md", "Regularization with a half in front of lambda", ["0.3 0.6"]),
    ("C of scikit-learn", "frameworks.md", "scikit-learn: the C of LogisticRegression is an inverse strength",
     ["eq:inverse-strength"]),
    ("targets that do not add up to one", "soft-targets.md",
     "When softmax minus target is right: targets that sum to one",
     ["eq:soft-difference", "soft_targets.py:soft_gradient"]),
    ("eps over K", "soft-targets.md", "Label smoothing: eps over K, or eps over K - 1?",
     ["eq:smoothing-others", "soft_targets.py:smoothed_over_others"]),
    ("log of zero", "shift-invariance.md", "The loss needs the same care",
     ["logarithm of zero", "eq:stable-loss"]),
    # training and the shape of the loss
    ("the first loss", "train.md", "The initial loss: what should the first loss be?",
     ["The logarithm of the number of classes", "number log_vocabulary", "number digits_first_loss"]),
    ("losses that come back", "train.md", "A loss stuck at `0.6931`, `2.3026`, `16.118` or `87.3365`: numbers to know by sight",
     ["number keras_ceiling", "number float32_ceiling", "`BCELoss`", "number twice_loss_ten"]),
    ("the loss rises, the accuracy too", "train.md", "Why does the validation loss increase while the accuracy increases too?",
     ["The accuracy counts mistakes"]),
    ("held-out loss below training loss", "train.md", "Why is the validation loss lower than the training loss?",
     ["mean over the epoch"]),
    ("digits", "train.md", "The digits, and what it got wrong",
     ["{{ figure digits_confusion }}", "{{ figure digits_misread }}", "number digits_held_percent"]),
    ("sum and mean, trained", "train.md", "The same run under sum and mean", ["{{ figure sum_and_mean }}"]),
    ("the course's numbers", "train.md", "The CS231n two-layer net: the course's own numbers", ["{{ table published_numbers }}"]),
    ("the spiral", "train.md", "The spiral of CS231n: what a hidden layer is for", ["{{ figure spiral_boundaries }}"]),
    ("the Hessian is a variance", "loss-shape.md", "The Hessian of softmax is a variance",
     ["eq:curvature", "eq:convex", "curvature.py:curvature"]),
    ("the null direction", "loss-shape.md", "The direction in which nothing happens",
     ["eq:null-direction", "eq:curvature-pairs"]),
    ("convex in the last weights", "loss-shape.md", "In the last weights: yes", ["eq:weights-convex"]),
    ("not convex in the first weights", "loss-shape.md", "In the first weights: no", ["Swap two hidden units"]),
    ("the largest bend", "loss-shape.md", "The largest bend", ["eq:curvature-bound", "eq:share-times-rest"]),
    ("the bend and the factor N", "loss-shape.md", "Under the mean and under the sum: the factor N again",
     ["the limit halves", "step_limit(batch, reduction=reduction)"]),
    ("temperature", "loss-shape.md", "Softmax temperature: one knob for the bend", ["eq:temperature"]),
    ("the square of the temperature", "loss-shape.md",
     "Why is the distillation loss multiplied by the temperature squared, T squared?", ["multiply by the square"]),
    ("one output or two", "two-classes.md", "One output or two: sigmoid or softmax for two classes?",
     ["eq:two-outputs-first", "eq:two-outputs-second", "of that layer only"]),
    ("softmax of a single output", "two-classes.md", "A single output with softmax learns nothing",
     ["Softmax over one class is always 1"]),
    ("BCEWithLogitsLoss", "two-classes.md", "Multi-label: what does BCEWithLogitsLoss divide by?",
     ["test_sigmoid.py:bce_divides_by_all"]),
    ("KLDivLoss", "likelihood.md", "KLDivLoss and kl_div: the order of the arguments, and what reduction mean divides by",
     ["test_sigmoid.py:kl_divides_by_all", '`"batchmean"`']),
    ("cross-entropy or divergence", "likelihood.md", "Cross-entropy and KL divergence",
     ["eq:kl-gradient", "differ by a constant"]),
    ("the loss is never below the entropy", "likelihood.md", "Nobody beats the truth", ["eq:log-tangent", "eq:gibbs"]),
    ("the squared error", "likelihood.md", "Why not the squared error?", ["where the squared error has given up"]),
    # the way back, which the post leaves to the reader
    ("the gradient of the last weights", "backprop.md", "The gradient of the second layer's weights",
     ["eq:second-weights-gradient", "eq:second-weights-matrix"]),
    ("just some matrix multiplications", "backprop.md", "Backprop shapes and dimensions: which matrix to transpose",
     ["A gradient has the shape of the thing it belongs to", "`nf,fh->nh`", "What shapes cannot tell"]),
    ("a slight trick for ReLU", "backprop.md", "Through the ReLU", ["eq:gate", "eq:relu-slope", "eq:hidden-error-matrix"]),
    ("the whole way in code", "backprop.md", "Backpropagation in matrix form: the whole two-layer network in code",
     ["two_layer_net.py:two_layer_net", "The gradient agrees. 24 numbers were checked."]),
    ("old weights or new", "backprop.md", "A weight is updated too early", ["a network that has never run"]),
    ("weights that start at zero", "backprop.md", "All weights start at zero", ["units that start alike"]),
    ("the derivative by a bias is no vector of ones", "broadcasting.md", "How a score reacts to a bias",
     ["eq:bias-slope", "It is neither", "1000000000"]),
    ("where the ones come from", "broadcasting.md", "The gradient of a bias is a sum over the batch: `axis=0`",
     ["eq:second-bias-gradient", "eq:second-bias-matrix", "**after**"]),
    ("a bias of shape (1, C)", "broadcasting.md", "A bias gradient of shape (1, C): non-broadcastable output operand",
     ["doesn't match the broadcast shape (1,3)", "quietly grown an axis"]),
    ("the mean of the bias gradient", "broadcasting.md", "A mean in place of the sum", ["`D.mean(axis=0)` looks natural"]),
    ("any broadcast", "broadcasting.md", "The gradient of any broadcast: unbroadcast", ["network_parts.py:unbroadcast"]),
    ("ReLU at zero", "relu.md", "The derivative of ReLU at zero: which subgradient to choose",
     ["eq:relu-support", "eq:relu-parts", "{{ table relu_at_zero }}", "Why does it do no harm?"]),
    ("the gate read off the result", "relu.md", "The gate can be read off the result", ["eq:gate-twice", "ask `H1 > 0`"]),
    ("dead units", "relu.md", "A dead ReLU unit", ["nothing opens the gate again"]),
    ("the gradient of the regularization", "regularization.md", "The derivative",
     ["eq:penalty-gradient", "eq:penalty-gradient-first", "eq:penalty-gradient-second"]),
    ("the half and the course's loss", "regularization.md", "Regularization without the half",
     ["eq:without-half", "eq:half-or-not", "1.30378789133"]),
    ("lambda over N, derived", "regularization.md", "What lambda is divided by",
     ["eq:penalty-divided", "eq:penalty-divided-gradient"]),
    ("no price on biases", "regularization.md", "Should a bias be regularized, too?", ["eq:penalty-bias", "A bias multiplies nothing"]),
    ("one side or both", "gradient-check.md", "The numerical gradient: one side or both?", ["eq:forward-square", "eq:central-cube"]),
    ("a smaller step", "gradient-check.md", "The error as a function of the step",
     ["{{ figure step_sizes }}", "{{ table step_sizes }}", "Smaller is not better"]),
    ("the best step", "gradient-check.md", "The best step size h for a gradient check", ["eq:central-best", "eq:forward-best", "eq:richardson"]),
    ("a check in float32", "gradient-check.md", "Why a gradient check fails in float32",
     ["float32_good_step", "float32_small_step", "check in double precision, and train in single"]),
    ("which threshold", "gradient-check.md", "Relative error: which threshold for a gradient check?", ["eq:relative-error-scale", "below `1e-7` | right"]),
    ("a ratio of two", "gradient-check.md", "What the ratio tells", ["claimed over measured"]),
    ("a kink in the check", "gradient-check.md", "Kinks: a gradient check near the corner of ReLU", ["eq:kink", "Watch the gates"]),
    ("the complex step", "gradient-check.md", "Complex step: a derivative without subtraction", ["gradient_check.py:complex_steps"]),
    ("why not automatic differentiation", "gradient-check.md", "Automatic differentiation (autograd) or finite differences?",
     ["a few losses, whatever P is", "*know nothing*"]),
    ("dropout in a check", "gradient-check.md", "The loss draws new random numbers", ["each call of the loss is another"]),
    # fast and large, where the post stops at "vectorized"
    ("why loops are slow", "faster.md", "First rung: why Python loops are slow", ["number loop_nanoseconds", "**SIMD**"]),
    ("temporaries and page faults", "faster.md", "Second rung: in place, with `out` and without temporaries",
     ["eq:gradient-one-pass", "**page fault**", "in_place.py:score_gradient", "number gain_in_place"]),
    ("a row sum as a product", "faster.md", "Third rung: a row sum as a product with ones",
     ["eq:row-sums-product", "number gain_product"]),
    ("blocks", "faster.md", "Fourth rung: blocks that fit into the cache",
     ["blocked.py:in_blocks", "one_block.py:to_gradient", "number gain_blocks"]),
    ("a short last axis", "faster.md", "Sixth rung: few classes, and the short last axis",
     ["a row for each *class*", "number gain_transposed"]),
    ("threads", "faster.md", "Seventh rung: numpy on several threads", ["number gain_threads", "lets go of the lock"]),
    ("the roofline", "faster.md", "The roofline: how fast could it be?",
     ["eq:intensity", "{{ figure roofline }}", "number exp_passes_thousand", "number copy_share"]),
    ("a fair table", "faster.md", "Beside PyTorch, JAX, scipy and numba", ["{{ table ladder_threads }}"]),
    ("huge pages", "faster.md", "Page faults and huge pages", ["`THP_MEM_ALLOC_ENABLE`", "number torch_without_huge"]),
    ("the first call", "faster.md", "The first call: what a compiler costs", ["{{ table first_call }}"]),
    ("one number for each sample", "larger.md", "What has to be kept: one number for each sample", ["eq:error-from-total"]),
    ("gradients without the table", "larger.md", "The two gradients are sums", ["eq:label-rows", "eq:label-columns"]),
    ("chunks of rows", "larger.md", "Chunks of rows", ["eq:rows-in-chunks", "eq:rows-memory"]),
    ("chunks of classes", "larger.md", "Chunks of classes", ["eq:classes-in-chunks", "eq:classes-memory", "eq:once-more"]),
    ("memory and the chunk", "larger.md", "Memory as a function of the chunk, measured",
     ["{{ figure chunk_memory }}", "{{ table linear_loss }}"]),
    ("a million classes", "larger.md", "A million classes", ["number million_seconds", "number million_megabytes"]),
    ("who cuts what", "larger.md", "Chunked losses: `linear_cross_entropy`, Liger, CCE and others",
     ["Liger Kernel", "2411.09009", "`linear_cross_entropy`", "**Forward and backward in one.**"]),
    ("classes on several machines", "larger.md", "Across machines: a softmax whose classes are split",
     ["split_classes.py:split_classes", "split_classes.py:split_layer", "The order of the sums"]),
    # numbers that are rounded, and sums in pieces
    ("how numbers are spaced", "stability.md", "The picture: a ruler whose marks grow apart", ["{{ figure format_ruler }}", "**rounding**"]),
    ("what the formats hold", "stability.md", "What float16, float32 and float64 can hold",
     ["{{ table float_formats }}", "*machine epsilon*", "**Subnormal numbers**"]),
    ("the error of each version", "stability.md", "The error of each version, against fifty digits",
     ["{{ figure rounding_error }}", "{{ table rounding_error }}", "Four units", "Further ahead, even a whole shift rounds again"]),
    ("rows at the edge", "stability.md", "Extreme rows", ["{{ table extremes }}", "**Nothing but minus infinity**"]),
    ("wrong shares before there is a nan", "stability.md", "Why the global maximum is wrong",
     ["eq:row-below", "0.7297 0.2703", "passes over the two before it"]),
    ("the gradient and the maximum", "stability.md", "Must it be the maximum?", ["flow through the maximum"]),
    ("large scores", "stability.md", "How exact can it be, with scores in the thousands?", ["eq:rounded-score", "eq:far-behind"]),
    ("a shift that rounds", "stability.md", "Shift no further than needed", ["shift.py:whole_shift", "no digits behind the point"]),
    ("the log of softmax", "stability.md", "Numerical stability of `log(softmax)` and `log_softmax`: the log-sum-exp trick",
     ["eq:log-share", "softmax.py:log_softmax", "rounding.py:log_of_softmax", "99.98309", "104 inf 104.00000"]),
    ("the maximum is put back too early", "stability.md", "Subtract the maximum first, and add nothing to it", ["-0.6875"]),
    ("a loss of zero", "stability.md", "A loss that is nearly zero",
     ["has a function that never forms that sum", "0.000e+00 2.061e-09", "rounding.py:small_loss"]),
    ("a share less 1", "stability.md", "Cancellation: the gradient where softmax is almost 1",
     ["eq:digits-lost", "eq:missing-share", "eq:missing-expm1", "rounding.py:share_minus_one",
      "rounding.py:minus_the_others", "rounding.py:minus_expm1", "20 0 7 7", "nearly_right.py:keep_digits"]),
    ("the ceiling of a small number", "stability.md", "A small number inside the logarithm",
     ["eq:epsilon-floor", "30 16.118 30.000 0.000", "np.float16(1e-8)", "np.clip"]),
    ("a sum that stops", "stability.md", "Sums in float16: why 2048 + 1 is 2048", ["rounding.py:running_sum", "[2048 2048]", "[4096 4096]", "totals of float16 in float32", "Kahan"]),
    ("a row in chunks", "streaming.md", "Why nothing is lost", ["eq:chunks-together", "eq:lse-merge", "{{ figure merged_chunks }}", "number merge_together"]),
    ("two chunks", "streaming.md", "Merging two chunks: two pairs become one",
     ["log_sum_exp.py:merge", "log_sum_exp.py:joined", "eq:merge-two", "eq:merge-logs"]),
    ("the pair of nothing", "streaming.md", "A chunk of minus infinity: nothing, and nan", ["-np.inf - -np.inf", "shifts by 0 where the largest score"]),
    ("one pass", "streaming.md", "Online softmax: one pass, one score at a time", ["eq:one-more-score", "2.0 2.0 1.0"]),
    ("logaddexp", "streaming.md", "np.logaddexp: the same with one number", ["eq:two-scores-log", "np.logaddexp.reduce"]),
    ("the order of the chunks", "streaming.md", "In any order?", ["to the last bit", "a tree: neighbours first"]),
    ("the shares of chunks", "streaming.md", "Never average the shares of chunks", ["the softmax of the chunks' log-sum-exps"]),
    ("a weighted sum in one pass", "streaming.md", "Attention: a weighted sum in the same pass", ["4.7585 4.7585"]),
    ("classes on several machines", "streaming.md", "Distributed softmax: classes on several machines", ["*all-reduce*", "three numbers for each sample"]),
    ("the last digit on another number of machines", "streaming.md", "Why is the last digit different on four machines?",
     ["added in another order", "that is the third digit"]),
    ("the old sum is not brought along", "streaming.md", "The old sum is not brought to the new unit", ["2.5722", "rows that rise"]),
    # a gradient that is wrong
    ("what is wrong with my gradient", "doctor.md", "How it judges",
     ["a name is given only if that model explains *everything*", "The batches are chosen to tell these models apart"]),
    ("an honest answer", "doctor.md", "When it cannot tell", ["We would rather say nothing than a wrong name"]),
    ("the doctor as a test", "doctor.md", "Diagnose it at home", ["assert_correct_gradient", "--json"]),
    ("mistakes that train well", "museum.md", "What they did to training", ["{{ table museum }}", "A training that works proves little"]),
]  # fmt: skip


# What many people ask: the heading of its threads on the page of references, and the page that answers.
THREADS = [
    ("Why divide by the number of samples", "why-divide.md"),
    ("Sum or mean under Adam", "adam.md"),
    (
        "Gradient accumulation",
        "mean-of-means.md#gradient-accumulation-what-should-the-loss-of-a-micro-batch-be-divided-by",
    ),
    ("Data parallel training", "mean-of-means.md#data-parallel-ddp-the-average-over-ranks-of-uneven-size"),
    ("Class weights", "mean-of-means.md#class-weights-the-weighted-mean-divides-by-the-sum-of-weights"),
    ("Every target ignored", "mean-of-means.md#every-label-ignored-why-is-my-loss-nan"),
    ("Label smoothing", "soft-targets.md#label-smoothing-eps-over-k-or-eps-over-k-1"),
    ("What a library divides by", "frameworks.md#keras-sum_over_batch_size-divides-by-more-than-the-batch-size"),
    ("The half, and what lambda is divided by", "frameworks.md#is-lambda-the-weight-decay-divided-by-n"),
    ("The Jacobian of softmax", "jacobian.md"),
    ("Softmax applied twice", "softmax.md#a-common-slip-softmax-applied-twice"),
    ("Back through the network", "backprop.md#backprop-shapes-and-dimensions-which-matrix-to-transpose"),
    ("Why the gradient of a bias is a sum", "broadcasting.md#the-gradient-of-a-bias-is-a-sum-over-the-batch-axis0"),
    ("The kink of ReLU", "relu.md#the-derivative-of-relu-at-zero-which-subgradient-to-choose"),
    ("A price on the biases", "regularization.md#should-a-bias-be-regularized-too"),
    (
        "A gradient check that fails in float32",
        "gradient-check.md#why-a-gradient-check-fails-in-float32",
    ),
    ("Training", "train.md#how-to-read-a-loss"),
    ("The shape of the loss", "loss-shape.md#is-cross-entropy-convex-and-in-what"),
    ("One output or two", "two-classes.md#one-output-or-two-sigmoid-or-softmax-for-two-classes"),
    ("Likelihood and KL divergence", "likelihood.md#cross-entropy-and-kl-divergence"),
    ("Speed", "faster.md#sixth-rung-few-classes-and-the-short-last-axis"),
    ("Memory of the loss", "larger.md#how-large-is-the-table"),
    ("Shapes and broadcasting", "vectorize.md#labels-of-shape-n-1"),
    ("Overflow", "shift-invariance.md#why-we-need-it-the-exponential-overflows"),
    (
        "Digits that get lost",
        "stability.md#numerical-stability-of-logsoftmax-and-log_softmax-the-log-sum-exp-trick",
    ),
    ("A softmax in pieces", "streaming.md#merging-two-chunks-two-pairs-become-one"),
    ("Broken gradients in the wild", "museum.md"),
    ("Code that runs in the page", "run.md#what-happens-on-a-click"),
]


def section(text, heading):
    """Return the text under a heading, with what stands under its own lower headings."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*)", text, re.MULTILINE | re.DOTALL)
    if not found:
        return ""
    level, body = len(found.group(1)), found.group(2)
    return re.split(rf"^#{{1,{level}}} ", body, maxsplit=1, flags=re.MULTILINE)[0]


def missing(text, heading, words):
    """Return the words that are not under the heading."""
    body = section(text, heading)
    return [word for word in words if word not in body]


@pytest.mark.parametrize(("mistake", "page", "heading", "words"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_a_mistake_is_put_right(mistake, page, heading, words):
    assert words
    assert not missing((DOCS / page).read_text(encoding="utf-8"), heading, words)


@pytest.mark.parametrize(("mistake", "page", "heading", "words"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_it_would_be_missed(mistake, page, heading, words):
    """Without its section, a page no longer answers: the words stand nowhere else by chance."""
    text = (DOCS / page).read_text(encoding="utf-8")
    without = text.replace(section(text, heading), "")

    assert any(word not in without for word in words)
    assert missing(without, heading, words) == words


@pytest.mark.parametrize(("heading", "answer"), THREADS)
def test_a_question_is_linked_with_its_answer(heading, answer):
    """Both ways: the references name threads and the answer, and the page with the answer leads to the threads."""
    body = section((DOCS / "references.md").read_text(encoding="utf-8"), heading)
    page = (DOCS / answer.partition("#")[0]).read_text(encoding="utf-8")

    assert f"]({answer})" in body
    assert re.search(r"\(https://(github\.com/[\w.-]+/[\w.-]+/(issues|pull)|[\w.]*stack\w+\.com/questions)/\d+\)", body)
    assert re.search(r"\(references\.md(#[\w-]+)?\)", page)


@pytest.mark.parametrize(
    "text", ["", "## Other\n\nthe words\n", "## Here\n\n## Other\n\nthe words\n", "the words\n\n## Here\n\nnothing\n"]
)
def test_words_elsewhere_do_not_count(text):
    assert missing(text, "Here", ["the words"]) == ["the words"]


def test_the_plain_tex_cases_are_not_used():
    for path in DOCS.glob("*.md"):
        assert "\\cases{" not in path.read_text(encoding="utf-8")
