"""Formulas: from TeX to the signs of a page, each with the mark that the proof of this build has earned."""
