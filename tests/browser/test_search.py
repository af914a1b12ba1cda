"""Whoever types their question finds its answer among the first three results.

The words are those in which people have asked, in threads that the page of references links to.
A result is a line of the list that can be clicked: a page, one of its sections, or one of its formulas.
Sections that the list folds away under a page do not count.
"""

import pytest

# What is asked; the page with the answer, and the heading under which it stands; several ways to ask it.
# Without a heading it is the page itself that answers.
QUESTIONS = [
    (
        "why divide by N",
        "why-divide.html",
        "",
        [
            "why divide by batch size",
            "why divide by batch_size in backward pass of softmax with cross-entropy",
            "why is softmax classifier gradient divided by batch size",
            "softmaxwithloss backward batch_size",
            "divide gradient by batch size numerical stability",
        ],
    ),
    (
        "the book's layer",
        "why-divide.html",
        "deep-learning-from-scratch",
        ["deep learning from scratch", "deep learning from scratch SoftmaxWithLoss"],
    ),
    (
        "why a mean",
        "why-divide.html",
        "why-average-over-the-mini-batch-at-all",
        ["why average over the mini batch", "why average over the mini-batch"],
    ),
    (
        "the layer",
        "why-divide.html",
        "the-layer-in-full-softmaxwithloss",
        ["SoftmaxWithLoss", "softmaxwithloss layer"],
    ),
    ("dout", "why-divide.html", "what-dout-is-for", ["dout", "backward dout"]),
    (
        "a small number inside the logarithm",
        "why-divide.html",
        "the-small-number-inside-the-logarithm",
        ["1e-7 inside log", "small number inside logarithm"],
    ),
    (
        "gradient accumulation",
        "mean-of-means.html",
        "gradient-accumulation-what-should-the-loss-of-a-micro-batch-be-divided-by",
        [
            "gradient accumulation wrong loss",
            "gradient accumulation mean of micro-batches",
            "should loss be divided by gradient_accumulation_steps",
            "gradient accumulation full batch",
            "loss accumulation steps",
        ],
    ),
    (
        "gradient accumulation with tokens",
        "mean-of-means.html",
        "tokens-and-padding-an-average-over-kept-tokens",
        ["num_items_in_batch", "loss padding tokens", "average over tokens"],
    ),
    (
        "data parallel",
        "mean-of-means.html",
        "data-parallel-ddp-the-average-over-ranks-of-uneven-size",
        [
            "ddp average gradients uneven batch",
            "data parallel average gradients over ranks",
            "DistributedDataParallel gradient average world size",
            "uneven token counts per rank",
            "ddp scale loss by world size",
        ],
    ),
    (
        "class weights",
        "mean-of-means.html",
        "class-weights-the-weighted-mean-divides-by-the-sum-of-weights",
        [
            "class weights mean",
            "CrossEntropyLoss weight mean reduction",
            "weighted cross entropy divides by sum of weights",
            "class weights batch size one",
            "weight reduction none mean not equal",
            "weighted cross entropy mean differs from manual mean",
        ],
    ),
    (
        "every target ignored",
        "mean-of-means.html",
        "every-label-ignored-why-is-my-loss-nan",
        [
            "ignore_index nan",
            "all targets ignored nan",
            "loss nan all labels ignored",
            "loss nan every label is ignore_index",
        ],
    ),
    (
        "ignore_index",
        "mean-of-means.html",
        "ignore_index-the-mean-divides-by-what-is-kept",
        ["ignore_index mean", "does ignore_index change the mean"],
    ),
    (
        "means over sequences",
        "mean-of-means.html",
        "per-token-or-per-sequence",
        ["per token or per sequence", "per-token mean per-sequence mean"],
    ),
    (
        "Keras",
        "frameworks.html",
        "keras-sum_over_batch_size-divides-by-more-than-the-batch-size",
        [
            "keras reduction sum_over_batch_size",
            "sum_over_batch_size",
            "mean_with_sample_weight",
            "keras loss with sample_weight",
        ],
    ),
    (
        "lambda",
        "frameworks.html",
        "is-lambda-the-weight-decay-divided-by-n",
        ["lambda divided by N half", "is lambda divided by N", "weight decay divided by N"],
    ),
    (
        "the half",
        "frameworks.html",
        "regularization-with-a-half-in-front-of-lambda",
        ["half in front of lambda"],
    ),
    (
        "scikit-learn",
        "frameworks.html",
        "scikit-learn-the-c-of-logisticregression-is-an-inverse-strength",
        ["scikit-learn C", "LogisticRegression C inverse strength"],
    ),
    ("Caffe", "frameworks.html", "caffe-four-normalizations", ["caffe normalization", "caffe VALID BATCH_SIZE FULL"]),
    (
        "label smoothing",
        "soft-targets.html",
        "label-smoothing-eps-over-k-or-eps-over-k-1",
        [
            "label smoothing eps K",
            "label smoothing eps/K",
            "label smoothing K - 1",
            "label smoothing eps/(K-1)",
        ],
    ),
    (
        "label smoothing, the page",
        "soft-targets.html",
        "",
        ["label smoothing", "soft targets", "targets do not sum to one"],
    ),
    (
        "soft targets",
        "soft-targets.html",
        "when-softmax-minus-target-is-right-targets-that-sum-to-one",
        ["softmax minus target"],
    ),
    (
        "sum and mean under Adam",
        "adam.html",
        "",
        [
            "sum vs mean Adam",
            "sum or mean loss Adam learning rate",
            "Adam scale of the loss",
            "adam invariant to loss scale",
            "reduce_sum reduce_mean adam",
        ],
    ),
    ("Adam's epsilon", "adam.html", "what-if-i-leave-adams-epsilon-alone", ["adam epsilon"]),
    (
        "the learning rate",
        "learning-rate.html",
        "",
        ["is it just the learning rate", "sum instead of mean learning rate"],
    ),
    ("the linear rule", "learning-rate.html", "the-linear-scaling-rule", ["linear scaling rule"]),
    ("the square-root rule", "learning-rate.html", "the-square-root-scaling-rule", ["square root scaling rule"]),
    ("warm-up", "learning-rate.html", "warm-up", ["learning rate warm-up"]),
    (
        "clipping",
        "learning-rate.html",
        "clipping-by-norm-the-threshold-has-a-unit",
        ["clip gradient norm sum mean", "gradient clipping threshold", "clip_grad_norm_"],
    ),
    (
        "half precision",
        "learning-rate.html",
        "loss-scaling-fp16-and-the-overflow-of-a-sum",
        ["fp16 overflow sum loss", "bfloat16 loss scaling", "bfloat16"],
    ),
    ("Nesterov", "momentum.html", "nesterov-momentum", ["nesterov", "nesterov momentum"]),
    (
        "training",
        "train.html",
        "",
        ["train a network in numpy", "train on digits", "train it"],
    ),
    (
        "the first loss",
        "train.html",
        "the-initial-loss-what-should-the-first-loss-be",
        [
            "expected initial loss",
            "initial loss softmax classes",
            "initial loss log(10)",
        ],
    ),
    (
        "losses known by sight",
        "train.html",
        "a-loss-stuck-at-06931-23026-16118-or-873365-numbers-to-know-by-sight",
        ["loss stuck at 2.30", "loss stuck at 0.693", "loss 87.3365", "loss 16.118"],
    ),
    (
        "reading a loss",
        "train.html",
        "how-to-read-a-loss-curve-shapes-to-know-by-sight",
        ["how to read a loss curve", "loss curve jumps"],
    ),
    (
        "the loss rises, the accuracy too",
        "train.html",
        "why-does-the-validation-loss-increase-while-the-accuracy-increases-too",
        ["validation loss increases while accuracy increases", "val_loss increases val_acc increases"],
    ),
    (
        "held-out below training",
        "train.html",
        "why-is-the-validation-loss-lower-than-the-training-loss",
        ["validation loss lower than training loss", "val_loss lower than loss"],
    ),
    (
        "the course's numbers",
        "train.html",
        "the-cs231n-two-layer-net-the-courses-own-numbers",
        ["cs231n two layer net loss 1.30378789133", "cs231n toy model scores"],
    ),
    (
        "the spiral",
        "train.html",
        "the-spiral-of-cs231n-what-a-hidden-layer-is-for",
        ["spiral decision boundary", "cs231n spiral"],
    ),
    (
        "convexity",
        "loss-shape.html",
        "is-cross-entropy-convex-and-in-what",
        ["is cross-entropy convex", "cross entropy loss convex"],
    ),
    (
        "the Hessian",
        "loss-shape.html",
        "",
        ["hessian of softmax", "hessian of cross-entropy", "second derivative softmax loss"],
    ),
    (
        "the longest step",
        "loss-shape.html",
        "the-longest-step-curvature-and-lipschitz-constant",
        ["longest step gradient descent", "Lipschitz constant softmax gradient", "step size curvature"],
    ),
    (
        "temperature",
        "loss-shape.html",
        "softmax-temperature-one-knob-for-the-bend",
        ["softmax temperature"],
    ),
    (
        "temperature scaling",
        "loss-shape.html",
        "does-temperature-scaling-change-the-predictions",
        ["temperature scaling"],
    ),
    (
        "the square of the temperature",
        "loss-shape.html",
        "why-is-the-distillation-loss-multiplied-by-the-temperature-squared-t-squared",
        ["distillation temperature squared", "distillation loss multiply by T squared"],
    ),
    (
        "one output or two",
        "two-classes.html",
        "one-output-or-two-sigmoid-or-softmax-for-two-classes",
        ["one output or two binary classification", "one or two output neurons"],
    ),
    (
        "a single output",
        "two-classes.html",
        "a-single-output-with-softmax-learns-nothing",
        ["softmax single output", "softmax one output loss zero"],
    ),
    (
        "BCEWithLogitsLoss",
        "two-classes.html",
        "multi-label-what-does-bcewithlogitsloss-divide-by",
        ["BCEWithLogitsLoss mean", "BCEWithLogitsLoss reduction", "multi-label loss divide by number of classes"],
    ),
    (
        "the sigmoid",
        "two-classes.html",
        "",
        ["sigmoid", "sigmoid is softmax", "sigmoid or softmax two classes", "logistic regression gradient"],
    ),
    (
        "KLDivLoss",
        "likelihood.html",
        "kldivloss-and-kl_div-the-order-of-the-arguments-and-what-reduction-mean-divides-by",
        ["KLDivLoss batchmean", "kl_div reduction mean"],
    ),
    (
        "divergence",
        "likelihood.html",
        "cross-entropy-and-kl-divergence",
        ["cross entropy KL divergence", "cross entropy vs KL divergence"],
    ),
    ("likelihood", "likelihood.html", "", ["maximum likelihood", "negative log-likelihood", "KL divergence gradient"]),
    ("perplexity", "likelihood.html", "reading-a-loss-as-a-number-of-guesses", ["perplexity"]),
    (
        "the way back",
        "backprop.html",
        "",
        ["backpropagation two layer network", "backpropagation matrix form", "gradient of second layer weights"],
    ),
    (
        "shapes",
        "backprop.html",
        "backprop-shapes-and-dimensions-which-matrix-to-transpose",
        ["backprop matrix dimensions don't match", "which matrix to transpose gradient shape"],
    ),
    (
        "old weights",
        "backprop.html",
        "a-weight-is-updated-too-early",
        ["update weights too early backprop", "old weights or updated weights on the way back"],
    ),
    (
        "all weights zero",
        "backprop.html",
        "all-weights-start-at-zero",
        ["weights start at zero", "initialize all weights zero"],
    ),
    (
        "the bias",
        "broadcasting.html",
        "",
        [
            "gradient of bias sum over batch",
            "np.sum(dscores, axis=0)",
            "bias gradient sum batch",
            "bias broadcasting",
        ],
    ),
    (
        "a bias of shape (1, C)",
        "broadcasting.html",
        "a-bias-gradient-of-shape-1-c-non-broadcastable-output-operand",
        ["non-broadcastable output operand", "bias gradient shape"],
    ),
    (
        "any broadcast",
        "broadcasting.html",
        "the-gradient-of-any-broadcast-unbroadcast",
        ["unbroadcast gradient", "unbroadcast"],
    ),
    ("speed", "faster.html", "", ["faster softmax numpy", "numpy faster"]),
    ("slow loops", "faster.html", "first-rung-why-python-loops-are-slow", ["why are python loops slow", "SIMD"]),
    (
        "temporaries",
        "faster.html",
        "second-rung-in-place-with-out-and-without-temporaries",
        ["numpy temporaries", "in place without temporaries"],
    ),
    (
        "a short last axis",
        "faster.html",
        "sixth-rung-few-classes-and-the-short-last-axis",
        ["numpy short last axis slow", "short last axis"],
    ),
    ("threads", "faster.html", "seventh-rung-numpy-on-several-threads", ["numpy threads", "several threads numpy"]),
    ("pages", "faster.html", "page-faults-and-huge-pages", ["huge pages", "page faults numpy", "transparent huge pages"]),
    ("roofline", "faster.html", "the-roofline-how-fast-could-it-be", ["roofline"]),
    (
        "memory of the loss",
        "larger.html",
        "",
        ["larger than memory", "table of scores does not fit into memory", "loss out of memory vocabulary"],
    ),
    (
        "chunked losses",
        "larger.html",
        "chunked-losses-linear_cross_entropy-liger-cce-and-others",
        ["chunked losses", "liger kernel", "linear_cross_entropy", "CCE loss"],
    ),
    (
        "split classes",
        "larger.html",
        "across-machines-a-softmax-whose-classes-are-split",
        ["classes are split across machines"],
    ),
    ("loss_parallel", "larger.html", "loss_parallel-and-the-mean-once-more", ["loss_parallel", "loss_parallel mean"]),
    (
        "Run",
        "run.html",
        "",
        ["run python in the browser", "python in the browser", "pyodide", "run it here"],
    ),
    (
        "how long Run takes",
        "run.html",
        "loading-time-pyodide-here-in-jupyterlite-and-in-pyscript",
        ["jupyterlite loading time", "pyscript", "pyodide loading time"],
    ),
    (
        "Stop",
        "run.html",
        "stop-how-an-infinite-loop-is-interrupted",
        ["stop infinite loop", "infinite loop"],
    ),
    ("ReLU", "relu.html", "", ["relu derivative", "derivative of relu", "relu backward"]),
    (
        "ReLU at 0",
        "relu.html",
        "the-derivative-of-relu-at-zero-which-subgradient-to-choose",
        ["relu derivative at zero", "subgradient relu"],
    ),
    (
        "ReLU in libraries",
        "relu.html",
        "what-relu-torchclamp-and-jnpmaximum-choose-for-the-gradient-at-zero",
        ["torch.clamp gradient at zero", "jnp.maximum relu gradient"],
    ),
    ("dead units", "relu.html", "a-dead-relu-unit", ["dead relu", "dead unit relu"]),
    (
        "the regularization",
        "regularization.html",
        "",
        ["gradient of regularization", "regularization gradient 2 lambda W", "L2 regularization derivative"],
    ),
    (
        "with the half or without",
        "regularization.html",
        "",
        ["regularization without half", "half regularization"],
    ),
    (
        "no price on biases",
        "regularization.html",
        "should-a-bias-be-regularized-too",
        ["should bias be regularized", "is the bias regularized"],
    ),
    (
        "the check",
        "gradient-check.html",
        "",
        [
            "gradient check",
            "gradient check float32",
            "numerical gradient",
            "check gradient finite differences",
            "gradcheck",
        ],
    ),
    (
        "the check in float32",
        "gradient-check.html",
        "why-a-gradient-check-fails-in-float32",
        ["gradcheck fails float32", "gradient check fails float32", "gradient check fails single precision"],
    ),
    (
        "the best step",
        "gradient-check.html",
        "the-best-step-size-h-for-a-gradient-check",
        ["best step size gradient check", "best step size h gradient check"],
    ),
    (
        "kinks",
        "gradient-check.html",
        "kinks-a-gradient-check-near-the-corner-of-relu",
        ["gradient check kink relu", "kinks"],
    ),
    (
        "the complex step",
        "gradient-check.html",
        "complex-step-a-derivative-without-subtraction",
        ["complex step", "complex step derivative"],
    ),
    (
        "automatic differentiation",
        "gradient-check.html",
        "automatic-differentiation-autograd-or-finite-differences",
        ["automatic differentiation", "autograd finite differences"],
    ),
    (
        "relative error",
        "gradient-check.html",
        "relative-error-which-threshold-for-a-gradient-check",
        ["relative error threshold", "relative error gradient check"],
    ),
    (
        "what the formats hold",
        "stability.html",
        "what-float16-float32-and-float64-can-hold",
        ["what can float16 hold", "float16 float32 float64"],
    ),
    (
        "machine epsilon",
        "stability.html",
        "machine-epsilon-subnormal-numbers-and-the-gap-after-1000",
        ["machine epsilon", "subnormal numbers"],
    ),
    (
        "the global maximum",
        "stability.html",
        "why-the-global-maximum-is-wrong",
        ["softmax global maximum", "softmax subtract global max wrong"],
    ),
    (
        "the log of softmax",
        "stability.html",
        "numerical-stability-of-logsoftmax-and-log_softmax-the-log-sum-exp-trick",
        ["log-sum-exp trick", "log(softmax) vs log_softmax", "log_softmax numerical stability"],
    ),
    (
        "cancellation",
        "stability.html",
        "cancellation-the-gradient-where-softmax-is-almost-1",
        ["softmax cancellation", "catastrophic cancellation softmax gradient"],
    ),
    ("expm1", "stability.html", "the-form-with-expm1", ["expm1", "expm1 log1p softmax"]),
    (
        "the ceiling of the loss",
        "stability.html",
        "a-small-number-inside-the-logarithm",
        ["epsilon inside log ceiling", "small number inside log ceiling"],
    ),
    (
        "a sum in float16",
        "stability.html",
        "sums-in-float16-why-2048-1-is-2048",
        ["float16 sum 2048", "sum in float16", "kahan"],
    ),
    (
        "a sum in pieces",
        "streaming.html",
        "",
        ["log-sum-exp in chunks", "streaming log-sum-exp"],
    ),
    ("merging", "streaming.html", "merging-two-chunks-two-pairs-become-one", ["merge two chunks", "merge pairs"]),
    (
        "online softmax",
        "streaming.html",
        "online-softmax-one-pass-one-score-at-a-time",
        ["online softmax", "one pass softmax"],
    ),
    ("logaddexp", "streaming.html", "nplogaddexp-the-same-with-one-number", ["logaddexp", "np.logaddexp"]),
    (
        "a chunk of minus infinity",
        "streaming.html",
        "a-chunk-of-minus-infinity-nothing-and-nan",
        ["logsumexp nan", "minus infinity nan"],
    ),
    (
        "several machines",
        "streaming.html",
        "distributed-softmax-classes-on-several-machines",
        ["distributed softmax"],
    ),
    ("attention", "streaming.html", "attention-a-weighted-sum-in-the-same-pass", ["flash attention", "FlashAttention"]),
    (
        "a wrong gradient",
        "doctor.html",
        "",
        ["gradient doctor", "what is wrong with my gradient", "diagnose my gradient", "why is my gradient wrong"],
    ),
    ("a museum", "museum.html", "", ["museum", "museum of broken gradients"]),
    # The older pages are found as before.
    (
        "softmax twice",
        "softmax.html",
        "a-common-slip-softmax-applied-twice",
        ["softmax applied twice", "softmax twice CrossEntropyLoss"],
    ),
    ("the Jacobian", "jacobian.html", "", ["jacobian of softmax", "softmax derivative jacobian matrix"]),
    ("a column of labels", "vectorize.html", "labels-of-shape-n-1", ["labels of shape (N, 1)", "labels shape (N,1)"]),
    (
        "overflow",
        "shift-invariance.html",
        "why-we-need-it-the-exponential-overflows",
        ["softmax overflow", "exp overflow"],
    ),
    ("np.matrix", "vectorize.html", "npmatrix", ["np.matrix"]),
    (
        "the gradient",
        "gradient.html",
        "",
        ["gradient of softmax loss step by step"],
    ),
    # Who asks for a formula finds the formula, not only the page.
    ("the log", "gradient.html", "eq:derivative-of-log", ["derivative of the log", "derivative of logarithm"]),
    ("the quotient rule", "gradient.html", "eq:quotient-rule", ["quotient rule"]),
    ("rows", "gradient.html", "eq:rows-sum-to-zero", ["rows sum to zero", "gradient rows sum to zero"]),
    ("the Jacobian, as a formula", "jacobian.html", "eq:jacobian", ["softmax jacobian"]),
    ("the mean loss", "why-divide.html", "eq:mean-loss", ["mean over the batch"]),
    ("the bend", "loss-shape.html", "eq:curvature-bound", ["curvature bound"]),
    ("the sigmoid", "two-classes.html", "eq:sigmoid-slope", ["derivative of the sigmoid", "sigmoid derivative"]),
    ("bytes and operations", "faster.html", "eq:intensity", ["operational intensity"]),
]
CASES = [(words, page, heading) for _, page, heading, ways in QUESTIONS for words in ways]

RESULTS = """() => [...document.querySelectorAll('.md-search-result__link')]
    .filter(link => !link.closest('details') || link.closest('details').open)
    .map(link => { const url = new URL(link.href); return url.pathname.split('/').pop() + url.hash; })"""


# The line above the results: it invites to type, or says how many there are.
META = "document.querySelector('.md-search-result__meta').textContent.trim()"


@pytest.fixture(scope="module")
def searched(chromium, server):
    """Ask the search of one open page, and get the results once they stand still.

    The words are put in whole: typed letter by letter, a slow machine shows the answers to the first letters.
    """
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{server.address}/index.html")
    box = page.locator("[data-md-component=search-query]")
    box.click()
    page.wait_for_function(f"() => {META} === 'Type to start searching'")

    def ask(words, answered):
        box.fill(words)
        box.press("End")
        page.wait_for_function(f"() => ({META} === 'Type to start searching') !== {answered}")

    def results(words):
        ask("", answered="false")
        page.wait_for_function("() => !document.querySelector('.md-search-result__link')")
        ask(words, answered="true")
        before, now = None, page.evaluate(RESULTS)
        while before != now:
            page.wait_for_timeout(150)
            before, now = now, page.evaluate(RESULTS)
        return now

    yield results
    context.close()


@pytest.mark.parametrize(("words", "page", "heading"), CASES, ids=[case[0] for case in CASES])
def test_the_answer_is_among_the_first_three(searched, words, page, heading):
    found = searched(words)

    assert f"{page}#{heading}".rstrip("#") in found[:3]


def test_nonsense_is_not_answered(searched):
    """The list is emptied between two questions, so that no answer is one to the question before."""
    assert searched("kronecker")

    assert searched("qqqqzzzz") == []
