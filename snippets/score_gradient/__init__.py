"""The gradient of the mean loss: two_loops, one_loop, vectorized, stable, in_place and blocked."""
