"""The folder that a failing run leaves: evidence that replays without parity."""

import contextlib
import dataclasses
import hashlib
import re
import shutil
from itertools import count
from pathlib import Path

from parity import files
from parity.compare.findings import InputDiffers, OutputExtra, OutputMissing
from parity.diagnose.explain import Explanation
from parity.diagnose.ladder import backend_test
from parity.diagnose.reproduce.script import script
from parity.errors import ParityError
from parity.model.artifact import Artifact
from parity.model.formats import npz
from parity.model.validity import by_output, valid_positions
from parity.report import issue, manifest, targets
from parity.report.document import document, dumps
from parity.verify.request import Side
from parity.verify.result import Minimal, Result

COPY_BYTES = 100 * 2**20
"""Models up to this size together go into the bundle; larger ones are named by path."""

FEED = "feed.npz"
"""The smallest failing feed in it."""

STRETCH = "stretch"
"""The guilty piece of the candidate in it, as a folder of ONNX's backend tests."""

_EXPORT = ("attributes", "exporter")
"""Stages for which a maintainer of the exporter wants the op alone."""

_REPLAYABLE = ("paddle", "ort")
_STRUCTURAL = (OutputMissing, OutputExtra, InputDiffers)


def write(
    folder: Path, result: Result, explanation: Explanation | None = None, *, of: str = ""
) -> Path:
    """Write the bundle of a failing run, whole or not at all. Replaces one that is there.

    of: what it is evidence of, for who finds it. Raises OutputError where it can't be written, or
    anything else would be lost by it.
    """
    targets.check_bundle_again(folder)
    with files.folder(folder, replace=True) as temporary:
        files.write(temporary / "report.json", _document(result, explanation))
        if result.minimal is not None:
            _evidence(temporary, result, result.minimal)
        _one_op(temporary, result, explanation)
        if explanation is not None and explanation.stretch is not None:
            backend_test.write(temporary / STRETCH, explanation.stretch)
        files.write(temporary / "report.md", issue.text(result, explanation, temporary).encode())
        manifest.write(temporary, of=of)
    return folder


def _document(result: Result, explanation: Explanation | None) -> str:
    feed = None if result.minimal is None else FEED
    return dumps(document(result, explanation, feed=feed))


def retire(folder: Path) -> Path | None:
    """Move the bundle of an earlier run aside, so that it isn't taken for this one's.

    Returns where it is now, or None where there is none.
    """
    if manifest.of(folder) is None:
        return None
    aside = folder.with_name(f"{folder.name}.earlier")
    numbers = count(2)
    while aside.exists() and manifest.foreign(aside):
        aside = folder.with_name(f"{folder.name}.earlier-{next(numbers)}")
    files.move(folder, aside)
    return aside


def place(root: Path, name: str, *, of: str, shared: bool = False) -> Path:
    """The folder below ``root`` for the evidence of a cell: never outside, never another's.

    name: of the cell. of: which case it is of; two may have cells of one name. shared: whether
    that is so in this run.
    """
    plain = re.sub(r"[^\w.+=,-]", "_", name.replace("[", "-").rstrip("]")).lstrip(".")[:100]
    digest = hashlib.sha256(f"{of}\0{name}".encode(errors="surrogatepass")).hexdigest()[:8]
    folder = root / plain
    altered = plain != name.replace("[", "-").rstrip("]")
    if shared or altered or manifest.of(folder) not in (None, of):
        return root / f"{plain}-{digest}"
    return folder


def _evidence(folder: Path, result: Result, minimal: Minimal) -> None:
    npz.save(folder / FEED, minimal.example.feed)
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
    if any(s.engine not in _REPLAYABLE or s.interpreter is not None for s in sides.values()):
        return  # another environment's engine isn't in the one that would replay it
    facts = {
        "pairs": dict(result.pairs),
        "precision": request.precision,
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


def _one_op(folder: Path, result: Result, explanation: Explanation | None) -> None:
    """A program with the op alone, where the export of one is to blame and it can be built."""
    if explanation is None or not explanation.culprits or explanation.stage not in _EXPORT:
        return
    request = result.request
    with contextlib.suppress(ParityError):  # files that went since: the rest is still evidence
        text = script(request.reference.model, request.candidate.model, explanation.culprits[0])
        if text is not None:
            files.write(folder / "repro_op.py", text)


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
