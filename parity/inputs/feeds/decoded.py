"""Pictures as bytes, decoded in a process that may die: their files are anybody's."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from parity.errors import InputError
from parity.inputs.feeds import arrays
from parity.model.tensors import Array
from parity.signals import signal_name

RESIZE = ("stretch", "fit", "crop", "none")
"""How a picture gets a size: each side for itself; whole, over a black ground; its middle; not."""

MOST_PIXELS = 40_000_000  # what cameras make; a bomb has more
_START_S, _EACH_S = 30.0, 5.0  # of time: to start on a busy machine, and a picture
_MODULE = "parity.inputs.feeds.decode"
_AT_ONCE = 50  # pictures that a process decodes: what it writes stays small
_PIXELS = 3 * 8192 * 8192  # bytes of the largest picture that can be asked for


@dataclass(frozen=True)
class Wanted:
    """order: "RGB", "BGR" or "L", which is grey. resize: one of RESIZE.

    size: height and width. None takes the picture's own, as far as multiples, low and high,
    of each side, allow.
    """

    order: str
    resize: str
    size: tuple[int, int] | None
    multiples: tuple[int, int]
    low: tuple[int, int]
    high: tuple[int, int]


def decoded(files: Sequence[Path], wanted: Wanted) -> Iterator[tuple[Path, Array]]:
    """Each picture as uint8 (height, width, channels).

    Raises InputError, naming the file, for one that is none, is damaged, larger than
    MOST_PIXELS, of more than 8 bits, or of another size than ``resize=none`` needs.
    """
    for start in range(0, len(files), _AT_ONCE):
        yield from _some(files[start : start + _AT_ONCE], wanted)


def _some(files: Sequence[Path], wanted: Wanted) -> Iterator[tuple[Path, Array]]:
    with tempfile.TemporaryDirectory(prefix="parity-") as scratch:
        task = {
            "out": scratch,
            "files": [str(file.absolute()) for file in files],
            "most": MOST_PIXELS,
            **asdict(wanted),
        }
        written = Path(scratch, "task.json")
        written.write_text(json.dumps(task))
        told, end = _run(written, _START_S + _EACH_S * len(files))
        for index, file in enumerate(files):
            problem = told[index] if index < len(told) else end
            if problem:
                raise InputError(f"{file}: can't be decoded: {problem}")
            yield file, arrays.npy(Path(scratch, f"{index}.npy"), most=_PIXELS)


def _run(task: Path, timeout_s: float) -> tuple[list[str], str]:
    """A line for each file that was reached, "" where all is well; and how the process ended."""
    command = [sys.executable, "-m", _MODULE, str(task)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=timeout_s, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        return _lines(error.stdout or b""), f"it took longer than {timeout_s:g} s"
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no word"]
    ended = signal_name(-done.returncode) if done.returncode < 0 else f"status {done.returncode}"
    return _lines(done.stdout), f"the process ended with {ended}: {last[0][:200]}"


def _lines(out: bytes) -> list[str]:
    # The last line may be cut where the process died.
    whole = out[: out.rfind(b"\n") + 1]
    return [str(json.loads(line)) for line in whole.splitlines()]
