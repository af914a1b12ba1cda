"""Live figures: their scripts, and what the build computes for them."""
