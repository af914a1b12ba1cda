"""What the build of the site has proved, for the tests of the same run: it takes a minute, and each process needs it.

``python -m tests.proving FILE build ...`` runs MkDocs with the words that follow, and leaves in FILE what it proved.
A proof is known by all that it rests on, so a test that changes anything still has that judged anew.
"""

import pickle
import sys
import time
from pathlib import Path


def leave(path: Path) -> None:
    """Write down what this process has proved; whoever waits sees all of it or nothing."""
    from derivations import ledger

    making = path.with_name(path.name + ".making")
    making.write_bytes(pickle.dumps(ledger._memo))
    making.rename(path)


def take(path: Path, over: Path, seconds: float) -> None:
    """Wait until it is written, and take it; go without it when the build is over, or when it has taken too long."""
    from derivations import ledger

    end = time.monotonic() + seconds
    while not path.exists() and not over.exists() and time.monotonic() < end:
        time.sleep(0.1)
    if path.exists():
        ledger._memo.update(pickle.loads(path.read_bytes()))


def take_when_asked(path: Path, over: Path, seconds: float) -> None:
    """Take it when the first proof is asked for, and not before: many tests ask for none."""
    from derivations import ledger

    judge_all = ledger._judge_all

    def first(*todo):
        ledger._judge_all = judge_all
        take(path, over, seconds)
        return judge_all(*todo)

    ledger._judge_all = first


def main(path: str, words: list[str]) -> None:
    """Run MkDocs as its own command does."""
    from mkdocs.__main__ import cli

    from derivations import ledger

    prove = ledger.prove

    def proved(*pages, **how):
        made = prove(*pages, **how)
        leave(Path(path))
        return made

    ledger.prove = proved
    cli(words, prog_name="mkdocs")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
