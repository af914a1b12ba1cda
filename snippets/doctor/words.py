"""What each mistake is called, what it does, how it is mended, and which page explains it."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """words: a short name. explanation: two or three sentences. remedy: what to change. link: a page and its heading."""

    words: str
    explanation: str
    remedy: str
    link: str


MISTAKES = {
    "not-divided-by-n": Mistake(
        "not divided by N",
        "The loss is a mean over the N samples, so its gradient is a mean too. "
        "This is the gradient of the sum: N times too large, and it grows with the batch.",
        "Divide the gradient by the number of samples.",
        "why-divide.md",
    ),
    "divided-by-n": Mistake(
        "divided by N, though the sum was asked for",
        "The gradient of a sum of losses is not divided by anything. This one is the gradient of their mean.",
        "Leave the division by N away, or ask for the mean.",
        "why-divide.md#two-losses-for-the-same-batch",
    ),
    "divided-twice": Mistake(
        "divided by N twice",
        "One division by the number of samples makes a mean of a sum. "
        "A second one makes the step N times too small, and larger batches learn more slowly.",
        "Divide in one place only.",
        "backprop.md#the-division-happens-twice",
    ),
    "divided-by-c": Mistake(
        "divided by C, not by N",
        "The mean is over samples, not over classes. "
        "This gradient is divided by the number of classes: often a wrong axis of the shape, or a mean over the wrong axis.",
        "Divide by the number of rows of the scores.",
        "why-divide.md#does-one-divide-by-the-number-of-classes",
    ),
    "divided-by-n-times-c": Mistake(
        "divided by N and by C",
        "The loss has one term for each sample, not one for each score. "
        "Here the gradient was divided by the number of all scores, N times C, as a mean over the whole table does.",
        "Divide by the number of samples only.",
        "why-divide.md#does-one-divide-by-the-number-of-classes",
    ),
    "wrong-factor": Mistake(
        "a wrong factor",
        "The gradient points the right way and has the wrong length. The ratio says by how much.",
        "Look for the factor that is too much or missing.",
        "why-divide.md",
    ),
    "mean-loss-sum-gradient": Mistake(
        "the loss is a mean, the gradient that of a sum",
        "The loss is divided by N, and its gradient is not. "
        "So the gradient is not that of this loss: it is N times too large.",
        "Divide the gradient by N, as the loss is.",
        "why-divide.md#two-losses-for-the-same-batch",
    ),
    "sum-loss-mean-gradient": Mistake(
        "the loss is a sum, the gradient that of a mean",
        "The gradient is divided by N, and the loss is not. The two belong to different losses.",
        "Divide the loss by N too, or neither.",
        "why-divide.md#two-losses-for-the-same-batch",
    ),
    "loss-wrong-factor": Mistake(
        "the loss has a wrong factor",
        "The loss is the right one times a factor that should not be there. The ratio says which.",
        "Divide the sum of the losses by the number of samples, and by nothing else.",
        "loss.md#the-whole-loss",
    ),
    "sign": Mistake(
        "the sign is turned round",
        "The gradient is shares minus one-hot, and here it is the other way round. A step against it walks uphill.",
        "Subtract the one-hot from the shares, not the shares from the one-hot.",
        "gradient.md#act-five-read-the-result",
    ),
    "sign-lost": Mistake(
        "the sign is lost",
        "Every entry is positive. The entry of the right class should be negative: its score is to grow.",
        "Do not take absolute values.",
        "gradient.md#act-five-read-the-result",
    ),
    "one-hot-missing": Mistake(
        "the one-hot is not subtracted",
        "The answer is the shares themselves. At the right class 1 must be taken away, "
        "or every score is pushed down and the labels play no part. Then a row sums to 1 and not to 0.",
        "Subtract 1 from each row at its label.",
        "gradient.md#act-five-read-the-result",
    ),
    "one-hot-in-every-row": Mistake(
        "the one-hot is subtracted from every row",
        "Each label should change its own row, and here it changes all rows. "
        "That is what p[:, labels] does, and what labels of shape (N, 1) do.",
        "Index pairs: p[np.arange(N), labels] -= 1.",
        "vectorize.md#labels-of-shape-n-1",
    ),
    "one-hot-in-one-row": Mistake(
        "the one-hot is subtracted in one row only",
        "One row has its label's 1 taken away, the others have not. An index stands still, or the loop ended too early.",
        "Subtract 1 in every row, each at its own label.",
        "vectorize.md#pairs-of-indices-one-entry-in-each-row",
    ),
    "one-hot-twice": Mistake(
        "the one-hot is subtracted twice",
        "At the label 2 is taken away, not 1. The rows sum to -1 times the factor, not to 0.",
        "Subtract it once.",
        "gradient.md#the-pushes-balance",
    ),
    "one-hot-added": Mistake(
        "the one-hot is added",
        "The 1 at the label must be taken away from the shares. Here it was added, and the right class is pushed down hardest.",
        "Turn the sign of the one-hot.",
        "gradient.md#act-five-read-the-result",
    ),
    "one-hot-inverted": Mistake(
        "1 is subtracted at all classes but the label",
        "The condition is turned round: the 1 belongs to the label, the 0 to all others.",
        "Turn the comparison with the label round.",
        "gradient.md#act-four-clear-up",
    ),
    "one-hot-assigned": Mistake(
        "the entry at the label is set to -1",
        "The entry at the label should be its share minus 1. Here the share was overwritten.",
        "Write -= 1 and not = -1.",
        "vectorize.md#pairs-of-indices-one-entry-in-each-row",
    ),
    "one-hot-misplaced": Mistake(
        "the one-hot stands in the wrong places",
        "The labels were used as numbers of rows, or of places in the flattened table, not of classes.",
        "Index pairs: p[np.arange(N), labels] -= 1.",
        "vectorize.md#pairs-of-indices-one-entry-in-each-row",
    ),
    "one-subtracted-everywhere": Mistake(
        "1 is subtracted from every entry",
        "Only the entry at the label loses 1. Here all did.",
        "Subtract a one-hot table, or index the label.",
        "vectorize.md#pairs-of-indices-one-entry-in-each-row",
    ),
    "labels-as-numbers": Mistake(
        "the label is used as a number",
        "A label names a class; it is not a quantity. Here class 3 counts three times as much as class 1.",
        "Turn the labels into a one-hot table, or index with them.",
        "setting.md#the-labels-say-what-is-right",
    ),
    "transposed": Mistake(
        "the gradient is transposed",
        "The answer has shape (C, N), and the scores have shape (N, C). A gradient has the shape of what it is the gradient of.",
        "Transpose the result.",
        "backprop.md#backprop-shapes-and-dimensions-which-matrix-to-transpose",
    ),
    "wrong-shape": Mistake(
        "the gradient has another shape than the scores",
        "The numbers may be right, but they are not where the scores are.",
        "Give back an array of the scores' shape.",
        "backprop.md#backprop-shapes-and-dimensions-which-matrix-to-transpose",
    ),
    "summed-over-samples": Mistake(
        "the rows are added up",
        "Each sample has its own row of the gradient. Here they were added, as for the gradient of a bias.",
        "Keep one row for each sample.",
        "broadcasting.md#the-gradient-of-a-bias-is-a-sum-over-the-batch-axis0",
    ),
    "rows-added-up": Mistake(
        "rows run on into the next",
        "A row holds the sum of the rows before it. Something is not cleared between two samples.",
        "Begin each row anew.",
        "backprop.md#a-gradient-is-not-cleared",
    ),
    "rows-averaged": Mistake(
        "every row is the mean of all rows",
        "Each sample has its own row of the gradient. Here all rows are the same.",
        "Keep one row for each sample.",
        "gradient.md#act-one-from-the-batch-to-one-sample",
    ),
    "mean-subtracted": Mistake(
        "the mean of the rows is taken away",
        "The gradient was centred over the batch. That is not part of the derivative.",
        "Leave the centring away.",
        "gradient.md",
    ),
    "loop-too-short": Mistake(
        "a row or a class is left out",
        "A loop ends one early or begins one late: one row, or one column, of the gradient is 0.",
        "Loop over range(N) and range(C).",
        "vectorize.md#two-loops",
    ),
    "divided-in-the-loop": Mistake(
        "divided once more in each turn of the loop",
        "The whole table is divided inside the loop over the samples, so the first rows are divided most often.",
        "Divide once, after the loop.",
        "vectorize.md#one-loop",
    ),
    "divided-before-subtracting": Mistake(
        "only the shares are divided by N",
        "The shares were divided by N and then a whole 1 was taken away. Both belong under the division.",
        "Subtract first, divide after.",
        "vectorize.md#vectorized",
    ),
    "only-the-one-hot-divided": Mistake(
        "only the one-hot is divided by N",
        "1/N was taken away at the label, but the shares were not divided. Both belong under the division.",
        "Divide the shares by N too.",
        "vectorize.md#vectorized",
    ),
    "softmax-wrong-axis": Mistake(
        "softmax over the wrong axis",
        "The shares of one sample must add up to 1 along its row. "
        "Here they were taken down the columns or over the whole table, so samples compete with each other.",
        "Take sums and maxima along axis 1, with keepdims=True.",
        "vectorize.md#vectorized",
    ),
    "softmax-twice": Mistake(
        "softmax is applied twice",
        "The function gets scores, turns them into shares, and turns these into shares once more. "
        "Shares lie between 0 and 1, so the second softmax is nearly even and the gradient is weak.",
        "Leave one of the two away.",
        "softmax.md#a-common-slip-softmax-applied-twice",
    ),
    "softmax-missing": Mistake(
        "there is no softmax",
        "The scores themselves were used as if they were shares. Nothing makes them positive or makes a row add up to 1.",
        "Apply softmax to the scores first, or hand in shares and say so.",
        "softmax.md",
    ),
    "not-normalized": Mistake(
        "the exponentials are not divided by the row's sum",
        "Shares of a row add up to 1. Here the exponentials were used as they are.",
        "Divide by the sum of the row, with keepdims=True.",
        "softmax.md#the-definition",
    ),
    "log-softmax-for-softmax": Mistake(
        "the logarithm of softmax stands where softmax belongs",
        "The gradient holds the shares, and here it holds their logarithms.",
        "Take the exponential, or call softmax.",
        "softmax.md",
    ),
    "sigmoid-for-softmax": Mistake(
        "a sigmoid in place of softmax",
        "Each score has its own sigmoid here, so the classes do not share 1 among them. That is the loss of several yes-or-no questions.",
        "Use softmax where exactly one class is right.",
        "two-classes.md#several-yes-or-no-questions-multi-label-a-sigmoid-for-each",
    ),
    "scores-negated": Mistake(
        "softmax of minus the scores",
        "The largest score got the smallest share. Somewhere the sign of the scores is turned.",
        "Take the exponential of the scores, not of minus the scores.",
        "softmax.md#the-definition",
    ),
    "base-2": Mistake(
        "powers of 2 in place of exponentials",
        "The shares were made with 2 to the power of the score. The derivative then needs a factor, and the loss is another.",
        "Use np.exp.",
        "softmax.md#the-definition",
    ),
    "keepdims-missing": Mistake(
        "keepdims is missing",
        "Sums or maxima of rows were kept as a flat array, so numpy lines them up with the columns. "
        "Where N is not C it raises; where N is C it divides by the wrong row without a word.",
        "Write keepdims=True.",
        "vectorize.md#dividing-by-the-totals-without-keepdims",
    ),
    "shift-wrong-axis": Mistake(
        "the columns' maxima are taken away",
        "A row may be moved by one number for all its classes. Here each class was moved by another number, which changes the shares.",
        "Take away the row's maximum: axis=1, keepdims=True.",
        "shift-invariance.md#each-row-needs-its-own-maximum",
    ),
    "overflow": Mistake(
        "no shift: the exponential overflows",
        "The exponential of a large score is infinite, and infinite over infinite is nan. "
        "Taking the row's largest score away first changes nothing in the result and keeps every exponential at most 1.",
        "Subtract the row's maximum before np.exp.",
        "shift-invariance.md#why-we-need-it-the-exponential-overflows",
    ),
    "global-shift": Mistake(
        "one shift for the whole table",
        "The largest score of the whole table was taken away from every row. "
        "A row that lies far below it has exponentials that all vanish, and 0/0 is nan.",
        "Take away each row's own maximum: axis=1, keepdims=True.",
        "stability.md#why-the-global-maximum-is-wrong",
    ),
    "shift-too-large": Mistake(
        "the shift is larger than the row's largest score",
        "More than the largest score was taken away, such as the largest absolute value. "
        "Where all scores are far below 0, every exponential vanishes, and 0/0 is nan.",
        "Take away the row's own maximum, sign and all.",
        "stability.md#must-it-be-the-maximum",
    ),
    "scores-clipped": Mistake(
        "the scores are clipped",
        "Scores beyond a limit were cut off. Two large scores then look alike, and the gradient is wrong though nothing overflows.",
        "Subtract the row's maximum, and clip nothing.",
        "shift-invariance.md#the-cure-subtract-the-largest-score-of-the-row",
    ),
    "log-of-softmax": Mistake(
        "the logarithm of a softmax",
        "Softmax rounds a tiny share to 0, and the logarithm of 0 is minus infinity. "
        "The logarithm can be had directly, as the score minus the log-sum-exp, and is then finite.",
        "Compute log-softmax: shifted - log(sum(exp(shifted))).",
        "stability.md#numerical-stability-of-logsoftmax-and-log_softmax-the-log-sum-exp-trick",
    ),
    "epsilon-in-log": Mistake(
        "a small number inside the logarithm",
        "The small number, or a clipped share, keeps the logarithm finite, but it also cuts the loss off. "
        "For a share below it the loss no longer grows, and its gradient is no longer shares minus one-hot.",
        "Compute log-softmax directly and add nothing.",
        "stability.md#a-small-number-inside-the-logarithm",
    ),
    "log-missing": Mistake(
        "the logarithm is missing",
        "This belongs to minus the share of the right class, not to minus its logarithm. It vanishes where the network is most wrong.",
        "Use minus the logarithm of the share.",
        "loss.md#the-loss-of-one-sample",
    ),
    "loss-of-both-kinds": Mistake(
        "the loss of yes-or-no questions",
        "The loss also holds log(1 - p) of the other classes. That belongs to independent sigmoids, not to softmax.",
        "Keep only the term of the right class.",
        "two-classes.md#several-yes-or-no-questions-multi-label-a-sigmoid-for-each",
    ),
    "logarithm-of-another-base": Mistake(
        "a logarithm of another base",
        "The loss uses log2 or log10. Its gradient would then need the same factor.",
        "Use np.log.",
        "loss.md#the-loss-of-one-sample",
    ),
    "loss-infinite": Mistake(
        "the loss is not finite",
        "On ordinary scores the loss is nan or infinite.",
        "Compute the loss from log-softmax.",
        "stability.md",
    ),
    "jacobian-diagonal": Mistake(
        "only the diagonal of the Jacobian",
        "Each score moves the shares of all classes, not only its own. "
        "p(1 - p) is just the diagonal of that table; the other entries, minus the product of two shares, were left out.",
        "Use shares minus one-hot, or multiply by the whole Jacobian.",
        "jacobian.md#which-of-the-two-do-i-need-in-my-code",
    ),
    "jacobian-not-contracted": Mistake(
        "the Jacobian was not multiplied by the loss's derivative",
        "The answer holds one square table for each sample: how every share reacts to every score. "
        "It must still be multiplied by how the loss reacts to the shares, which leaves one row for each sample.",
        "Multiply by the derivative of the loss and sum over the shares, or return shares minus one-hot.",
        "jacobian.md#the-chain-rule-joins-the-two",
    ),
    "jacobian-twice": Mistake(
        "through the Jacobian once too often",
        "Shares minus one-hot is already the gradient in the scores. "
        "Multiplied by the Jacobian of softmax once more it is the gradient of a squared error.",
        "Leave the multiplication by the Jacobian away.",
        "jacobian.md#both-roads-meet",
    ),
    "gradient-in-the-shares": Mistake(
        "the gradient in the shares, not in the scores",
        "This is how the loss reacts to the shares. The way back through softmax is missing.",
        "Multiply by the Jacobian of softmax, or return shares minus one-hot.",
        "jacobian.md#how-the-loss-reacts-to-the-shares",
    ),
    "squared": Mistake(
        "the difference is squared",
        "The gradient is shares minus one-hot, not its square.",
        "Leave the square away.",
        "gradient.md",
    ),
    "labels-off-by-one": Mistake(
        "the labels are off by one",
        "The 1 is taken away at the neighbour of the right class. Labels counted from 1 meet an index that counts from 0.",
        "Use the labels as they are, from 0 to C - 1.",
        "setting.md#the-labels-say-what-is-right",
    ),
    "negative-labels-wrap": Mistake(
        "a negative label wraps round",
        "A label that should be ignored was used as an index, and numpy counts negative indices from the end. "
        "So it trains one of the last classes.",
        "Leave rows with this label at 0, and divide by the number of the others.",
        "vectorize.md#a-label-of-1",
    ),
    "mutates-input": Mistake(
        "the caller's array is overwritten",
        "The function writes into the array that it was given. After the call the caller's own scores or labels are gone.",
        "Make a copy first: scores = scores.copy().",
        "faster.md",
    ),
    "integer-dtype": Mistake(
        "whole numbers cut the result",
        "An array of integers cannot hold shares: everything after the point is cut off, without a word.",
        "Convert first: scores = np.asarray(scores, dtype=float).",
        "gradient-check.md#whole-numbers",
    ),
    "float16-accumulation": Mistake(
        "computed in float16",
        "Scores of 16 digits went in, and the answer has three. Sums in float16 lose more with every term.",
        "Compute in float32 or float64, and convert at the end if at all.",
        "stability.md#sums-in-float16-why-2048-1-is-2048",
    ),
    "rounded": Mistake(
        "the answer is rounded",
        "The numbers were rounded to a few decimals. A small gradient is then 0, and learning stops early.",
        "Round where numbers are printed, not where they are computed.",
        "stability.md",
    ),
    "matrix-result": Mistake(
        "the result is an np.matrix",
        "With np.matrix the star is a matrix product and a row never loses its second axis. Code that expects an array then goes wrong.",
        "Use arrays, and keepdims=True for columns.",
        "vectorize.md#npmatrix",
    ),
    "ignored-in-denominator": Mistake(
        "ignored labels are counted in the divisor",
        "The rows of ignored labels are 0, but they still count in the number that is divided by. Padding makes the gradient smaller.",
        "Divide by the number of labels that count.",
        "mean-of-means.md#ignore_index-the-mean-divides-by-what-is-kept",
    ),
    "ignored-label-counts": Mistake(
        "an ignored label counts",
        "A sample with this label should leave no trace in the gradient. Its row is not 0.",
        "Set the rows of ignored labels to 0, and divide by the number of the others.",
        "mean-of-means.md#ignore_index-the-mean-divides-by-what-is-kept",
    ),
    "weighted-mean-by-n": Mistake(
        "the weighted mean is divided by N",
        "A weighted mean divides by the sum of the weights. Divided by N it is not a mean: doubling all weights doubles it.",
        "Divide by the sum of the labels' weights.",
        "mean-of-means.md#class-weights-the-weighted-mean-divides-by-the-sum-of-weights",
    ),
    "weights-ignored": Mistake(
        "the class weights do nothing",
        "The function takes weights, and its answer does not depend on them.",
        "Multiply each row by the weight of its label.",
        "mean-of-means.md#class-weights-the-weighted-mean-divides-by-the-sum-of-weights",
    ),
    "label-smoothing": Mistake(
        "the targets are smoothed, though nobody asked",
        "A part of each label's 1 is spread over all classes. That is the gradient of another loss.",
        "Make the smoothing a parameter that is 0 unless asked for.",
        "soft-targets.md#label-smoothing",
    ),
    "smoothing-over-c-minus-1": Mistake(
        "the smoothing is spread over C - 1 classes",
        "Label smoothing mixes the one-hot with an even target, eps/C for each class, the right one too. "
        "Here the other classes share all of it: eps/(C - 1).",
        "Use (1 - eps) * one_hot + eps / C.",
        "soft-targets.md#label-smoothing-eps-over-k-or-eps-over-k-1",
    ),
    "smoothing-ignored": Mistake(
        "the label smoothing does nothing",
        "The function takes a smoothing, and its answer does not depend on it.",
        "Use (1 - eps) * one_hot + eps / C as the target.",
        "soft-targets.md#label-smoothing",
    ),
    "dout-ignored": Mistake(
        "the gradient from above is ignored",
        "If the loss is used times 3, its gradient is 3 times as large. dout brings that factor, and it is not multiplied in.",
        "Multiply the result by dout.",
        "why-divide.md#what-dout-is-for",
    ),
    "single-sample-only": Mistake(
        "right for one sample only",
        "For a batch of one the answer is right. With more samples only the first is handled, or the function breaks.",
        "Index every row: p[np.arange(N), labels] -= 1, with sums along axis 1.",
        "gradient.md#act-one-from-the-batch-to-one-sample",
    ),
    "raises-for-some-sizes": Mistake(
        "it raises for some batches",
        "For some sizes of the batch the function raises, for others it answers.",
        "Look at the sizes below: N, or C, or a label is special there.",
        "vectorize.md#traps-each-with-what-happens",
    ),
    "nondeterministic": Mistake(
        "the same input gives different answers",
        "The function was called twice with the same scores and labels, and answered differently. "
        "Random numbers, or something remembered from the call before, are in it.",
        "Leave randomness and memory out of a gradient.",
        "gradient-check.md#the-loss-draws-new-random-numbers",
    ),
}


def explanation_of(mistakes, links=True):
    """Return the explanation of these mistakes, each on a line of its own."""
    text = "\n".join(sentences_of(mistakes))
    return f"{text} See {pages_of(mistakes)}." if links and mistakes else text


def sentences_of(mistakes):
    """Return for each of these mistakes what it does and what to change; of several, each begins with its name."""
    told = [MISTAKES[name] for name in mistakes]
    return [f"{_capital(one.words) + '. ' if len(told) > 1 else ''}{one.explanation} {one.remedy}" for one in told]


def pages_of(mistakes):
    """Return the pages of these mistakes, as the explanation names them."""
    return " and ".join(dict.fromkeys(MISTAKES[name].link for name in mistakes))


def _capital(words):
    return words[:1].upper() + words[1:]
