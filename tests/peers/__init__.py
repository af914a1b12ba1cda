"""What is said of other systems, run in those systems."""

import os
from pathlib import Path

# Read when they are imported, so they are set before that.
os.environ["KERAS_BACKEND"] = "torch"
# Keras writes a file of settings there; not into the reader's own folder.
os.environ["KERAS_HOME"] = str(Path(__file__).parents[2] / ".cache" / "keras")
os.environ["JAX_PLATFORMS"] = "cpu"
# The batches are tiny: more threads would only wait for one another.
os.environ["OMP_NUM_THREADS"] = "1"
