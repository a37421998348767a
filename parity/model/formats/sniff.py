"""Tell from its first bytes what a file is not, so that the error can say what it is."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from parity.errors import ModelError

# First bytes, and what to say. Order matters only for the reader.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a Git LFS pointer, not the model; run: git lfs pull"),
    (b"PK\x03\x04", "a zip archive; unpack it and give the model inside"),
    (b"\x1f\x8b", "gzip data; unpack it and give the model inside"),
    (b"BZh", "bzip2 data; unpack it and give the model inside"),
    (b"<!DOCTYPE", "an HTML page, perhaps a failed download; fetch the model again"),
    (b"<!doctype", "an HTML page, perhaps a failed download; fetch the model again"),
    (b"<html", "an HTML page, perhaps a failed download; fetch the model again"),
    (b"\x80\x02", "a Python pickle (.pdparams?), which holds weights only; export the model"),
    (b"\x80\x04", "a Python pickle (.pdparams?), which holds weights only; export the model"),
    (b"\x89HDF", "an HDF5 file, not a model that parity reads"),
    (b"ORTM", "an ORT-format model; give the .onnx that it was made from"),
    (b"\x89PNG", "a picture"),
)

_ORT_IDENTIFIER = slice(4, 8)


def check(program: Path) -> None:
    """Raise ModelError if a program file is missing, empty or clearly something else."""
    head = _head(program)
    if not head:
        raise ModelError(f"{program}: is empty; did its export fail? export it again")
    for magic, what in _FOREIGN:
        if head.startswith(magic) or head[_ORT_IDENTIFIER] == magic:
            raise ModelError(f"{program}: is {what}")
    if program.suffix == ".json":
        return
    text = head.lstrip()
    if text.startswith((b"{", b"[", b"<")) and _printable(head):
        raise ModelError(f"{program}: is text, not a {program.suffix} model; give the model file")
    if _printable(head) and len(head) > 16:
        raise ModelError(f"{program}: is text, not a {program.suffix} model; give the model file")


def looks_like_pir(path: Path) -> bool:
    """Whether a ``.json`` may be a Paddle program: a cheap look, no parsing.

    An empty or damaged one counts, if its ``.pdiparams`` lies beside it, so that
    the error is about the file that the user means.
    """
    try:
        head = _head(path)
    except ModelError:
        return True
    if b'"pir"' in head and b'"base_code"' in head:
        return True
    return path.with_suffix(".pdiparams").is_file()


def refuse_suffix(path: Path) -> NoReturn:
    """Raise ModelError for a file whose name says that it is no model."""
    advice = {
        ".pdparams": "training weights; save the model with paddle.jit.save and give its .json",
        ".pdopt": "an optimizer's state; give the .json or .pdmodel",
        ".nb": "a Paddle Lite model; give the .json or .pdmodel that it was made from",
        ".info": "a side file of paddle.jit.save; give the .json or .pdmodel",
        ".ort": "an ORT-format model; give the .onnx that it was made from",
        ".data": "weights of an ONNX model; give its .onnx",
    }
    what = advice.get(path.suffix, "not a model file; give a .onnx, .json or .pdmodel")
    raise ModelError(f"{path}: {what}")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(512)
    except OSError as error:
        raise ModelError(f"{path}: can't be read: {error.strerror or error}") from error


def _printable(head: bytes) -> bool:
    return all(32 <= byte < 127 or byte in b"\t\r\n" for byte in head)
