"""The gradient of the mean loss in the scores, six times: two_loops, one_loop, vectorized, stable, in_place, blocked."""
