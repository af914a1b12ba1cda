"""The checker: reads a page's LaTeX, binds it to a derivation, follows each rule, proves, and doubts."""

from derivations.proof.derivation import Derivation

__all__ = ["Derivation"]
