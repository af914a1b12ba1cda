"""What a derivation script is made with: it proves each formula as it is stated, and says so."""

from __future__ import annotations

import sys

from derivations.ledger import Session
from derivations.proof import derivation
from derivations.proof.derivation import Claim, load


class Derivation(derivation.Derivation):
    """The claims of one script; ``module`` is its ``__name__``, which tells whether it runs alone."""

    def __init__(self, name: str, module: str, uses: tuple[str, ...] = ()) -> None:
        super().__init__(name, uses)
        self.session = Session([*load(uses), self]) if module == "__main__" else None

    def stated(self, claim: Claim) -> None:
        """Prove a claim at once, and print what became of it."""
        if self.session:
            print(self.session.report(claim))

    def conclude(self) -> None:
        """The account of this script; run alone it ends with 1 if a statement is not confirmed."""
        if self.session:
            passed, text = self.session.conclude(self)
            print(text)
            if not passed:
                sys.exit(1)
