"""The process of the oracle: ``python -m parity.diagnose.ladder._child FOLDER``.

Reads ``request.json`` and ``feed.npz``, writes ``outputs.npz`` and then ``answer.json``.
"""

import json
import sys
from pathlib import Path
from typing import Any

import onnx

from parity.diagnose.ladder.float64 import Values, compute, narrow
from parity.engines.ort import session_of
from parity.model.formats import npz

MOST_BYTES = 4 << 30
"""Of a feed, which is this machine's own."""


def main(folder: Path) -> int:
    """Compute what is asked for."""
    asked = json.loads((folder / "request.json").read_text("utf-8"))
    feed = npz.load(folder / "feed.npz", most_bytes=MOST_BYTES)
    computed = compute(onnx.load(asked["model"]), feed, _runtime, checked=asked["checked"])
    npz.save(folder / "outputs.npz", computed.outputs)
    answer = {"borrowed": sorted(computed.borrowed), "apart": computed.apart}
    (folder / "answer.json").write_text(json.dumps(answer), "utf-8")
    return 0


def _runtime(model: Any, given: Values) -> list[Any]:
    session = session_of(model.SerializeToString(), level="disable", threads=1)
    fed = {name: narrow(value) for name, value in given.items() if name}
    made = iter(session.run(None, fed))
    return [next(made) if name else None for name in model.graph.node[0].output]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
