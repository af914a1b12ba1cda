"""Examples for the sections whose function has none in a docstring, so that Run shows something."""

EXAMPLES: dict[str, str] = {}
