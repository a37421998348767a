"""The folder that a failing run leaves: evidence that replays without parity."""

import dataclasses
import shutil
from pathlib import Path

from parity import files
from parity.compare.findings import InputDiffers, OutputExtra, OutputMissing
from parity.model import npz
from parity.model.artifact import Artifact
from parity.model.validity import by_output, valid_positions
from parity.report.document import document, dumps
from parity.verify.request import Side
from parity.verify.result import Minimal, Result

COPY_BYTES = 100 * 2**20
"""Models up to this size together go into the bundle; larger ones are named by path."""

ENTRIES = {
    *("report.json", "feed.npz", "expected.npz", "actual.npz", "valid.npz"),
    *("repro.json", "repro.py", "models"),
}
"""All that a bundle may hold. A folder with anything else is no bundle, and is never replaced."""

_REPLAYABLE = ("paddle", "ort")
_STRUCTURAL = (OutputMissing, OutputExtra, InputDiffers)


def write(folder: Path, result: Result) -> Path:
    """Write the bundle of a failing run, whole or not at all. Replaces one that is there.

    Raises OutputError where it can't be written.
    """
    with files.folder(folder, replace=True) as temporary:
        files.write(temporary / "report.json", dumps(document(result)))
        if result.minimal is not None:
            _evidence(temporary, result, result.minimal)
    return folder


def _evidence(folder: Path, result: Result, minimal: Minimal) -> None:
    npz.save(folder / "feed.npz", minimal.example.feed)
    npz.save(folder / "expected.npz", minimal.expected)
    npz.save(folder / "actual.npz", minimal.actual)
    valid = by_output(
        result.signature,
        valid_positions(result.signature.inputs, minimal.example.feed),
        minimal.expected,
    )
    if valid:
        npz.save(folder / "valid.npz", valid)
    request = result.request
    sides = {"reference": request.reference, "candidate": request.candidate}
    if any(side.engine not in _REPLAYABLE for side in sides.values()):
        return
    facts = {
        "pairs": dict(result.pairs),
        "structural": any(isinstance(f, _STRUCTURAL) for f in result.verdict.findings),
        "tolerance": dataclasses.asdict(request.tolerance),
        "padding_tolerance": dataclasses.asdict(request.tolerance.padding),
        **{role: _side(side, result, role) for role, side in sides.items()},
    }
    files.write(folder / "repro.json", dumps(facts))
    files.write(folder / "repro.py", (Path(__file__).parent / "repro.py.txt").read_bytes())
    if sum(p.stat().st_size for s in sides.values() for p in s.model.files) <= COPY_BYTES:
        for role, side in sides.items():
            _copy(side.model, folder / "models" / role)


def _side(side: Side, result: Result, role: str) -> dict[str, object]:
    info = result.engines.get(role)
    main = [side.model.program, *([side.model.parameters] if side.model.parameters else [])]
    return {
        "engine": side.engine,
        "files": [str(path.resolve()) for path in main],
        "options": dict(info.effective) if info else dict(side.options),
    }


def _copy(model: Artifact, folder: Path) -> None:
    root = model.program.parent
    for path in model.files:
        # External data lies where the ONNX file says, relative to itself.
        target = folder / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
