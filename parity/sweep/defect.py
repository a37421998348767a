"""A folder that shows one defect without parity: what its maintainers need, and nothing else."""

import json
import shutil
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from parity import files
from parity.model.formats import npz
from parity.sweep.cell import Evidence
from parity.sweep.row import PADDLE, Row
from parity.zoo.ops._net import Net

_TEMPLATE = "defect.py.txt"


def folder_of(row: Row) -> str:
    """The name of a defect's folder."""
    at = f"-opset{row.opset}" if row.opset else ""
    return f"{row.exporter}-{row.net.replace('/', '-')}{at}"


def write(into: Path, net: Net, row: Row, evidence: Evidence, versions: Mapping[str, str]) -> Path:
    """The one-op net as a script that exits 1 while the defect is there, the feed, both outputs,
    the model in Paddle and as exported, versions, and what was found. Raises OutputError.
    """
    target = into / folder_of(row)
    with files.folder(target, replace=True) as folder:
        for path in evidence.model.files:
            shutil.copy(path, folder / path.name)
        if evidence.file is not None and evidence.file.is_file():
            shutil.copy(evidence.file, folder / "model.onnx")
        if evidence.feed is not None:
            shutil.copy(evidence.feed, folder / "feed.npz")
        for name, outputs in (("expected", evidence.expected), ("actual", evidence.actual)):
            if outputs is not None:
                npz.save(folder / f"{name}.npz", outputs)
        told = {"net": row.net, "exporter": row.exporter, "opset": row.opset,
                "effective_opset": row.effective, "status": row.status, "reason": row.reason,
                "stage": row.stage, "versions": dict(versions)}  # fmt: skip
        (folder / "found.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
        (folder / "repro.py").write_text(script(net, row), "utf-8")
    return target


def script(net: Net, row: Row) -> str:
    """The net as a program of its own: Paddle, the exporter, ONNX Runtime and numpy."""
    text = resources.files("parity.sweep").joinpath(_TEMPLATE).read_text("utf-8")
    data = "\n".join(
        f'    {n} = paddle.static.data("{n}", {list(t.open)}, "{t.dtype}")' for n, t in net.inputs
    )
    make = f"    m = {net.make}\n    for layer in m if isinstance(m, list) else [m]:\n        " \
           "layer.eval()\n" if net.make else ""  # fmt: skip
    words = {
        "@NET@": f"{row.net}: {row.status}",
        "@DATA@": data,
        "@MAKE@\n": make,
        "@CODE@": net.code,
        "@INPUTS@": ", ".join(name for name, _ in net.inputs),
        "@OPSET@": str(row.opset or 13),
        "@AGAINST@": "plain" if row.exporter == PADDLE else "onnx",
    }
    for word, value in words.items():
        text = text.replace(word, value)
    return text
