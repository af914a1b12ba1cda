"""The numbers of each figure against the snippets; what every figure must do is in tests/browser/test_live_figures.py."""
