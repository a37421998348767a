"""An IR version or opset above what the ONNX Runtime that is to read the file knows."""

from collections.abc import Iterator

from parity.errors import UsageError
from parity.lint.about import About, Lint

IR, OPSET = "ir-version-high", "opset-high"

READS = {
    (1, 5): (7, 12), (1, 6): (7, 13), (1, 7): (7, 13), (1, 8): (7, 14), (1, 9): (8, 15),
    (1, 10): (8, 15), (1, 11): (8, 16), (1, 12): (8, 17), (1, 13): (8, 17), (1, 14): (8, 18),
    (1, 15): (9, 19), (1, 16): (9, 19), (1, 17): (9, 20), (1, 18): (10, 21), (1, 19): (10, 21),
    (1, 20): (10, 21), (1, 21): (10, 22), (1, 22): (10, 22), (1, 23): (11, 23), (1, 31): (13, 24),
}  # fmt: skip
"""ONNX Runtime to the highest IR version and opset that it reads: of the ONNX that it is built with
(its compatibility page; the refusals of 1.14.1, 1.17.1 and 1.20.1 in its issues 15874, 20559 and
23602; 1.31 tried here). A version between two is taken for the lower one."""


def version(text: str) -> tuple[int, int]:
    """Two numbers of "1.17" or "1.17.3". Raises UsageError for anything else, or one unknown."""
    parts = text.split(".")
    if len(parts) < 2 or not all(p.isascii() and p.isdigit() for p in parts[:2]):
        raise UsageError(f'onnxruntime "{text}": write it as 1.17')
    found = int(parts[0]), int(parts[1])
    if found < min(READS):
        raise UsageError(f'onnxruntime "{text}": nothing is known before 1.5')
    return found


def look(about: About) -> Iterator[Lint]:
    """A lint for each of the two that is too high; none where no version is stated."""
    if about.onnxruntime is None:
        return
    stated = version(about.onnxruntime)
    ir, opset = READS[max(known for known in READS if known <= stated)]
    found = int(about.model.ir_version)
    who = f"ONNX Runtime {about.onnxruntime}"
    if found > ir:
        yield Lint(
            IR, "warning", "",
            f"IR version {found}: {who} reads {ir} at most, and refuses the file",
            f"set ir_version to {ir} where nothing newer is used, or take a newer ONNX Runtime",
        )  # fmt: skip
    if about.opset is not None and about.opset > opset:
        yield Lint(
            OPSET, "warning", "", f"opset {about.opset}: {who} knows {opset} at most",
            f"export at opset {opset}, or take a newer ONNX Runtime",
        )  # fmt: skip
