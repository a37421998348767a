"""A user's repository with cases on small ONNX models, and pytest run in it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from parity import golden
from parity.case import load
from parity.gate.models import Roots
from parity.gate.record import record
from parity.gate.run import Settings
from parity.verify.request import Effort
from tests.signals import as_usual
from tests.verify.conftest import VOCABULARY, tagger

ROOT = Path(__file__).parents[2]

TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789")
SENTENCES = ("abc", "hello 7", "the cat sat", "", "zzz y", "a1b2c3")

TASK = """
golden = "golden.json"
[task]
name = "token_cls"
labels = ["O", "B-PER", "I-PER"]
"""
XFAIL = """
[[xfail]]
reason = "known since May"
issue = "tracker#1"
"""


@dataclass(frozen=True)
class Ran:
    """What pytest said. cells: of the JSON report, by name; {} where it wrote none."""

    code: int
    text: str
    cells: dict[str, Any]

    def status(self, name: str) -> str:
        return str(self.cells[name]["status"])

    def reason(self, name: str) -> str:
        return str(self.cells[name]["reason"])


class Repository:
    """Folder ``golden`` with cases; ``run`` is pytest there, in a process of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cache = root / "cache"

    def case(
        self,
        name: str,
        candidate: onnx.ModelProto | None,
        keys: str = "",
        *,
        reference: onnx.ModelProto | None = None,
        head: str = 'summary = "a tagger"',
        rest: str = "",
    ) -> Path:
        """A case; candidate None where it is made from the reference. keys: top, then tables.

        The reference's file is another than the candidate's, though the network be the same.
        """
        folder = self.root / "golden" / name
        folder.mkdir(parents=True)
        onnx.save(trained(reference or tagger()), folder / "ref.onnx")
        if candidate is not None:
            onnx.save(candidate, folder / "cand.onnx")
        vocabulary = [*TOKENS, *(f"[unused{i}]" for i in range(VOCABULARY - len(TOKENS)))]
        (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
        lines = keys.splitlines()
        tables_at = next((i for i, line in enumerate(lines) if line.startswith("[")), len(lines))
        top, tables = "\n".join(lines[:tables_at]), "\n".join(lines[tables_at:])
        where = '[candidate]\npath = "cand.onnx"' if candidate is not None else ""
        reference_line = '[reference]\npath = "ref.onnx"'
        inputs = "[inputs.short]\nmax_length = 12\nexamples = 20"
        parts = (head, top, reference_line, where, inputs, tables, rest)
        (folder / "case.toml").write_text("\n".join(parts))
        return folder

    def record(self, folder: Path) -> Path:
        """Record the golden of a case."""
        case = load(folder)
        made = record(case, Settings(Roots(), Effort(5)), SENTENCES)
        golden.save(folder / "golden.json", made)
        return folder

    def run(
        self,
        *arguments: str,
        python: str = sys.executable,
        path: Path | None = ROOT,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> Ran:
        """Pytest, with the plugin of this tree whatever is installed. path: on PYTHONPATH."""
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        surroundings = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PARITY_"))},
            "PARITY_CACHE": str(self.cache),
            **environment,
        }
        surroundings.pop("PYTHONPATH", None)
        if path is not None:
            surroundings["PYTHONPATH"] = str(path)
        done = subprocess.run(
            [python, "-m", "pytest", *(PLUGIN if path else []), "-p", "no:cacheprovider",
             "-W", "error", "--parity-explain-budget=0", *arguments, f"--parity-json={report}"],
            cwd=self.root,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            preexec_fn=as_usual,
        )  # fmt: skip
        cells = json.loads(report.read_text())["cells"] if report.exists() else []
        return Ran(done.returncode, done.stdout + done.stderr, {c["cell"]: c for c in cells})


# Naming a plugin that an entry point names as well would register it twice.
PLUGIN = (
    [] if entry_points(group="pytest11", name="parity") else ["-p", "parity.pytest_plugin"]
)  # fmt: skip


def trained(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network in a file of other bytes: a gate refuses a model against itself."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    made.producer_name = "the reference"
    return made


def changed(name: str, *, by: float | None = None, seed: int = 1) -> onnx.ModelProto:
    """The tagger with one weight of a matrix moved by so much; or all of it drawn anew."""
    model = tagger()
    (tensor,) = (t for t in model.graph.initializer if t.name == name)
    array = numpy_helper.to_array(tensor).copy()
    if by is None:
        array = np.random.default_rng(seed).normal(size=array.shape).astype(array.dtype)
    else:
        array[3, 1] += by
    tensor.CopyFrom(numpy_helper.from_array(array, name))
    return model


def at_opset(opset: int) -> onnx.ModelProto:
    """The tagger, as of another opset."""
    model = tagger()
    model.opset_import[0].version = opset
    return model
