"""``python -m derivations``: prove everything, or the named scripts, and print the ledger."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from derivations import ledger


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if all is confirmed, 1 if anything is not, 2 for bad usage."""
    parser = argparse.ArgumentParser(prog="python -m derivations", description="Prove every statement on the pages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these scripts: " + ", ".join(ledger.SCRIPTS))
    parser.add_argument("--docs", type=Path, default=ledger.DOCS, metavar="DIR", help="read the pages from this folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ledger, an object for each statement")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in ledger.SCRIPTS:
            parser.error(f"there is no derivation called {name!r}; there are {', '.join(ledger.SCRIPTS)}")
    if not options.docs.is_dir():
        parser.error(f"there is no folder {options.docs}")
    if options.json and not options.json.parent.is_dir():
        parser.error(f"there is no folder {options.json.parent} to write in")

    start = time.perf_counter()
    account = ledger.prove(options.docs, options.names, _show_progress, workers=os.cpu_count() or 1)
    print(account.report())
    print(f"{time.perf_counter() - start:.1f} s")
    if options.json:
        options.json.write_text(json.dumps(account.json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if account.passed else 1


def _show_progress(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
