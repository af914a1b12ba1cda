"""Run: the codes of the pages, in the reader's browser."""
