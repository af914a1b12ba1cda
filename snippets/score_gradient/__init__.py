"""The gradient of the mean loss in the scores, four times: two_loops, one_loop, vectorized, stable."""
