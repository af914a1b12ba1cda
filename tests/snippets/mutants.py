"""Change the snippets as slips of the pen would, one change at a time, and demand that a test notices each.

python -m tests.snippets.mutants               every change
python -m tests.snippets.mutants --sample      about one in ten
python -m tests.snippets.mutants --json FILE   every change, and the counts into a file
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MUTMUT = [sys.executable, "-m", "mutmut"]
# mutmut runs a process for each processor, and a product of matrices would start as many threads again in each.
ONE_THREAD = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def verdicts(names):
    """Return what mutmut says of each mutant that has one of these names: "killed" is what we want."""
    # The verdicts of an earlier run may come from other tests.
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    run = subprocess.run([*MUTMUT, "run", *names], cwd=ROOT, env=ONE_THREAD, text=True, capture_output=True)
    if run.returncode:
        sys.exit(f"{run.stdout}\n{run.stderr}\nmutmut stopped before it had an answer.")
    results = subprocess.run([*MUTMUT, "results", "--all", "true"], cwd=ROOT, text=True, capture_output=True)
    lines = [line.strip().rpartition(": ") for line in results.stdout.splitlines() if ": " in line]
    return {mutant: verdict for mutant, _, verdict in lines if verdict != "not checked"}


def main(arguments):
    """Print the score, and each mutant that no test noticed with what was changed in it."""
    to_file = arguments[:1] == ["--json"] and len(arguments) == 2
    if arguments not in ([], ["--sample"]) and not to_file:
        sys.exit(__doc__)
    found = verdicts(["*_mutmut_*7"] if arguments == ["--sample"] else [])
    alive = [mutant for mutant, verdict in found.items() if verdict != "killed"]
    for mutant in alive:
        print(mutant, found[mutant], flush=True)
        subprocess.run([*MUTMUT, "show", mutant], cwd=ROOT)
    print(f"Mutants of the snippets: {len(found)}, of which {len(found) - len(alive)} noticed by a test.")
    if to_file:
        counts = {"mutants": len(found), "killed": len(found) - len(alive), "survived": len(alive)}
        Path(arguments[1]).write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    # No mutant at all would mean that nothing was tried.
    return bool(alive) or not found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
