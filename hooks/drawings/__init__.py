"""Still figures: drawn in the build, with every number in them computed."""
