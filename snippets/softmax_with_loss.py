"""The softmax and its loss as one layer of a network that learns from batches.

x: scores of shape (N, C), as in `snippets.cross_entropy`; float16 is computed and returned in float32.
t: labels of shape (N,), integers; or targets of shape (N, C), any finite numbers, such as 0 and 1.
dout: the gradient that arrives from above. It is one number, for the loss is one number.

forward raises TypeError or ValueError for anything else: see `snippets.checks.check_layer`.
backward raises RuntimeError if there was no forward.

>>> layer = SoftmaxWithLoss()
>>> print(layer.forward([[0.1, 5, -0.3], [2, 1, -1]], [0, 0]).round(4))
2.6307
>>> layer.backward().round(4)
array([[-0.4963,  0.4939,  0.0025],
       [-0.1473,  0.1297,  0.0176]])
>>> layer.backward(dout=10).round(4)
array([[-4.9632,  4.9386,  0.0247],
       [-1.4731,  1.2975,  0.1756]])
"""

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
