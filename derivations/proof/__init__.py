"""The checker: reads a page's LaTeX, binds it to a derivation, follows each rule, proves, and doubts."""
