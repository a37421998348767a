"""Small cases for a fleet: nets of single operators, and two taggers that can be quantised."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from parity.fleet.once import begin
from parity.sweep.known import FOLDER, load
from parity.zoo.ops import catalogue
from tests.once import built

BUILD = Path(__file__).parents[1] / "build_tiny.py"

SAVE = """
import json, sys
from parity.zoo.ops import _build
for net in json.load(sys.stdin):
    try:
        _build.save(net, net["prefix"])
    except Exception as error:
        print(net["name"], error)
"""

FAMILIES = ("activations", "arithmetic", "reduces", "norms", "pools", "moves", "linalg", "compare")
"""Of nets: those are taken that today's exporter gets right, by ``golden/sweep``."""

CASE = """summary = "{name}"
precisions = [{precisions}]
[reference]
path = "{model}"
[candidate]
upgrades = [11, 12, 13, 14, 15, 16, 17, 18]
[inputs.default]
examples = {examples}
"""


def make(root: Path, count: int, examples: int) -> list[str]:
    """Write so many cases below a folder; their names. Every tenth is a tagger, in INT8 as well."""
    taggers = max(2, count // 10)
    built_in = root / "built"
    built_in.mkdir(parents=True)
    built(BUILD, built_in)
    names = []
    for number in range(taggers):
        source = built_in / ("tiny" if number % 2 else "other")
        name = f"tagger-{number}"
        folder = root / "golden" / name
        folder.mkdir(parents=True)
        for end in (".json", ".pdiparams"):
            (folder / f"model{end}").write_bytes((source / f"model{end}").read_bytes())
        _write(folder, name, '"fp32", "int8"', examples)
        names.append(name)
    return names + _nets(root, count - taggers, examples)


def _nets(root: Path, count: int, examples: int) -> list[str]:
    chosen = [n for n in catalogue().values() if n.name.partition("/")[0] in FAMILIES]
    wrong = {net for entry in load(FOLDER) for net in entry.nets}
    # Integers mean something in a model; in these nets nobody says what.
    chosen = [n for n in chosen if n.name not in wrong
              and all(taken.dtype == "float32" for _, taken in n.inputs)]  # fmt: skip
    chosen = chosen[:: max(1, len(chosen) // max(1, count))][:count]
    described, names = [], []
    for net in chosen:
        name = net.name.replace("/", "-")
        folder = root / "golden" / name
        inputs = [[n, taken.dtype, taken.open] for n, taken in net.inputs]
        prefix = str(folder / "model")
        described.append({"name": net.name, "code": net.code, "make": net.make, "inputs": inputs,
                          "prefix": prefix})  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SAVE], input=json.dumps(described), text=True, check=True,
        capture_output=True,
    )  # fmt: skip
    print(done.stdout, end="")
    for net in chosen:
        name = net.name.replace("/", "-")
        folder = root / "golden" / name
        if (folder / "model.json").is_file():
            _write(folder, name, '"fp32"', examples)
            names.append(name)
    return names


def _write(folder: Path, name: str, precisions: str, examples: int) -> None:
    text = CASE.format(name=name, model="model", precisions=precisions, examples=examples)
    (folder / "case.toml").write_text(text)


def nothing(asked: object, sent: Mapping[str, bytes], claim: str, topic: str) -> None:
    """A task that is claimed and does nothing: what is left is what a fleet costs."""
    begin(claim, topic)


def same(one: Sequence[object], other: Sequence[object]) -> list[str]:
    """Where two documents are apart, in at most ten lines."""
    found: list[str] = []
    _apart("", one, other, found)
    return found[:10]


def _apart(path: str, one: object, other: object, found: list[str]) -> None:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            _apart(f"{path}/{key}", one.get(key), other.get(key), found)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (a, b) in enumerate(zip(one, other, strict=True)):
            _apart(f"{path}/{at}", a, b, found)
    elif one != other:
        found.append(f"{path}: {str(other)[:80]}, not {str(one)[:80]}")
