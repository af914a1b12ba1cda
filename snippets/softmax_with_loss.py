"""The softmax and its loss as one layer of a network that learns from batches."""

from snippets.checks import check_layer, check_number
from snippets.cross_entropy import cross_entropy
from snippets.softmax import softmax


# --8<-- [start:softmax_with_loss]
class SoftmaxWithLoss:
    """The last layer: from scores x and targets t to the mean loss."""

    def __init__(self):
        self.loss = None
        self.y = None  # the shares of the classes, (N, C)
        self.t = None  # what they should be, (N, C)

    def forward(self, x, t):
        x, self.t = check_layer(x, t)
        self.y = softmax(x)
        # From x and not from y, so that no share of 0 meets a logarithm.
        self.loss = cross_entropy(x, self.t)
        return self.loss

    def backward(self, dout=1):
        if self.t is None:
            raise RuntimeError("backward needs a batch: call forward first")
        dout = check_number(dout, "dout")
        batch_size = len(self.t)
        row_sums = self.t.sum(axis=1, keepdims=True)  # each is 1 if t is one-hot
        dx = (self.y * row_sums - self.t) / batch_size  # the loss is a mean
        return dout * dx
        # --8<-- [end:softmax_with_loss]
