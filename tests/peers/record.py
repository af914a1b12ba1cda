"""Run every system of the ledger and write what was found into benchmarks/peers.json.

The steps on several processes are written into benchmarks/data_parallel.json,
and the slopes of the ReLU at 0 into benchmarks/at_zero.json.

python -m tests.peers.record
"""

import json
from importlib import import_module
from pathlib import Path

from tests.peers import at_zero, data_parallel
from tests.peers.ledger import ROWS

RECORD = Path(__file__).parents[2] / "benchmarks" / "peers.json"
# In the order of the table.
for system in ["torch", "keras", "optax", "sklearn", "onnx", "xgboost", "emulated"]:
    import_module(f"tests.peers.rows_{system}")


if __name__ == "__main__":
    steps = data_parallel.rows(data_parallel.together())
    found = [make() for make in ROWS.values()]
    for path, rows in [(RECORD, found), (data_parallel.RECORD, steps), (at_zero.RECORD, at_zero.rows())]:
        path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{len(rows)} rows in {path.name}")
