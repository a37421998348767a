"""A model on disk, found from whatever path a user gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parity.errors import ModelError
from parity.model.formats import sniff

Format = Literal["onnx", "pir", "pdmodel"]
Want = Literal["paddle", "onnx"]

_FORMATS: dict[str, Format] = {".json": "pir", ".pdmodel": "pdmodel", ".onnx": "onnx"}


@dataclass(frozen=True)
class Artifact:
    """A model's files.

    format: "onnx"; "pir" for Paddle 3's ``.json``; "pdmodel" for Paddle 2's.
    program: the graph file. parameters: the ``.pdiparams`` beside it; None for
        ONNX and for a Paddle model without parameters.
    external: files beside an ONNX model that hold weights too large for it.
    """

    format: Format
    program: Path
    parameters: Path | None = None
    external: tuple[Path, ...] = ()

    @property
    def engine(self) -> str:
        """Name of the engine that runs this by default: "paddle" or "ort"."""
        return "ort" if self.format == "onnx" else "paddle"

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file of the model, the graph first."""
        parameters = (self.parameters,) if self.parameters else ()
        return (self.program, *parameters, *self.external)

    def same_bytes(self, other: Artifact) -> bool:
        """Whether another model's files hold the same, in the same order. Raises ModelError."""
        from parity.model.hashes import same_bytes

        mine, theirs = self.files, other.files
        return len(mine) == len(theirs) and all(map(same_bytes, mine, theirs))

    @property
    def sha256(self) -> Mapping[str, str]:
        """File name to hexadecimal SHA-256; read anew each time. Raises ModelError."""
        from parity.model.hashes import sha256

        return {file.name: sha256(file) for file in self.files}


def resolve(path: Path, *, want: Want | None = None, prefer: Want | None = None) -> Artifact:
    """The model at a path, checked to be whole.

    path: a ``.onnx``, ``.json``, ``.pdmodel`` or ``.pdiparams`` file; the prefix
        that paddle.jit.save was given; or a folder with one model in it.
    want: which kind to take where both lie together, and to insist on.
    prefer: which kind to take where both lie together; the other one is as good alone.

    Raises ModelError: nothing there, several models, an empty, truncated, damaged
    or foreign file, parameters that are missing or of another model.
    """
    path = Path(path)
    if want is None and prefer is not None and not path.is_file() and _holds(path, prefer):
        want = prefer
    if path.is_dir():
        program = _in_folder(path, want)
    elif path.is_file():
        program = _of_file(path, want)
    else:
        program = _of_prefix(path, want)
    sniff.check(program)
    from parity.cached import hold_entry_of

    hold_entry_of(program)  # in the cache, it isn't to be cleared while this process lives
    return _complete(program)


def is_there(path: Path) -> bool:
    """Whether a path, or a file of the prefix that it is, exists: part of a model is no absence."""
    weights = path.with_name(f"{path.name}.pdiparams")
    return any(place.exists() for place in (path, *_of_stem(path), weights))


def others(path: Path, model: Artifact) -> tuple[Path, ...]:
    """The models that a path stands for as well as the one that was taken."""
    path = Path(path)
    if path.is_dir():
        found = programs(path)
    elif path.is_file():
        found = []
    else:
        found = [p for p in _of_stem(path) if p.is_file()]
    return tuple(p for p in found if p != model.program)


def reference_beside(onnx: Path) -> Artifact:
    """The Paddle model in the folder of an ONNX file.

    The one with the same stem, else the only one. Raises ModelError, naming
    ``--reference``, when there is none or no way to choose.
    """
    folder = Path(onnx).parent
    paddle = [p for p in programs(folder) if _kind(p) == "paddle"]
    found = [p for p in paddle if p.stem == Path(onnx).stem] or paddle
    if not found:
        raise ModelError(
            f"{folder}: no Paddle model (.json or .pdmodel) beside {Path(onnx).name}; "
            "give it with --reference"
        )
    if len(found) > 1:
        raise ModelError(
            f"{folder}: {len(found)} Paddle models beside {Path(onnx).name} "
            f"({_listed(found)}); choose one with --reference"
        )
    sniff.check(found[0])
    return _complete(found[0])


def _holds(path: Path, kind: Want) -> bool:
    found = programs(path) if path.is_dir() else [p for p in _of_stem(path) if p.is_file()]
    return any(_kind(program) == kind for program in found)


def _of_stem(prefix: Path) -> list[Path]:
    # Not with_suffix: "model_v1.2" is a prefix whose ".2" must stay.
    return [prefix.with_name(prefix.name + suffix) for suffix in _FORMATS]


def _in_folder(folder: Path, want: Want | None) -> Path:
    every = programs(folder)
    found = [p for p in every if want in (None, _kind(p))]
    if len(found) == 1:
        return found[0]
    wanted = {"paddle": "Paddle model (.json or .pdmodel)", "onnx": "ONNX model"}
    noun = wanted[want] if want else "model (.onnx, .json or .pdmodel)"
    if found:
        raise ModelError(f"{folder}: several models ({_listed(found)}); give the file of one")
    there = f"; there is {_listed(every)}" if every else ""
    weights = sorted(folder.glob("*.pdiparams"))
    if weights and want != "onnx":
        there += f"; {weights[0].name} lies there without its program"
    raise ModelError(f"{folder}: no {noun} in this folder{there}")


def _of_file(path: Path, want: Want | None) -> Path:
    if path.suffix == ".pdiparams":
        path = _of_prefix(path.with_suffix(""), want, asked=path)
    elif path.suffix not in _FORMATS:
        sniff.refuse_suffix(path)
    if want and _kind(path) != want:
        kinds = {"paddle": "a Paddle", "onnx": "an ONNX"}
        raise ModelError(
            f"{path}: is {kinds[_kind(path)]} model, but {kinds[want]} model is asked for here"
        )
    return path


def _of_prefix(prefix: Path, want: Want | None, *, asked: Path | None = None) -> Path:
    if asked:
        want = "paddle"
    found = [p for p in _of_stem(prefix) if p.is_file() and want in (None, _kind(p))]
    if len(found) == 1:
        return found[0]
    if found:
        raise ModelError(f"{prefix}: several models ({_listed(found)}); give the file of one")
    if asked:
        raise ModelError(
            f"{asked}: parameters without their program; "
            f"{prefix.name}.json or {prefix.name}.pdmodel must lie beside them"
        )
    parent = prefix.parent
    hint = "" if parent.is_dir() else f"; the folder {parent} does not exist either"
    if prefix.suffix in _FORMATS:
        raise ModelError(f"{prefix}: no such file{hint}")
    raise ModelError(
        f"{prefix}: no such file or folder, nor {prefix.name}.json, .pdmodel or .onnx{hint}"
    )


def programs(folder: Path) -> list[Path]:
    """The model files of a folder; other JSON (tokenizer, config) is passed over."""
    return [
        path
        for path in sorted(folder.iterdir() if folder.is_dir() else ())
        if path.suffix in _FORMATS
        and path.is_file()
        and (path.suffix != ".json" or sniff.looks_like_pir(path))
    ]


def _complete(program: Path) -> Artifact:
    kind = _FORMATS[program.suffix]
    if kind == "onnx":
        from parity.model.formats.external import external_files
        from parity.model.formats.read import graph_of

        graph_of(program)
        return Artifact(kind, program, external=external_files(program))
    from parity.model.formats.pdiparams import parameters_of

    return Artifact(kind, program, parameters_of(program))


def _kind(program: Path) -> Want:
    return "onnx" if program.suffix == ".onnx" else "paddle"


def _listed(paths: list[Path]) -> str:
    return ", ".join(path.name for path in paths)
