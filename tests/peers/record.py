"""Run every system of the ledger and write what was found into benchmarks/peers.json.

python -m tests.peers.record
"""

import json
from importlib import import_module
from pathlib import Path

from tests.peers.ledger import ROWS

RECORD = Path(__file__).parents[2] / "benchmarks" / "peers.json"
# In the order of the table.
for system in ["torch", "keras", "optax", "sklearn", "onnx", "xgboost", "emulated"]:
    import_module(f"tests.peers.rows_{system}")


if __name__ == "__main__":
    rows = [make() for make in ROWS.values()]
    RECORD.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(rows)} rows in {RECORD.name}")
