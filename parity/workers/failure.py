"""How a worker can fail, as values."""

import re
from dataclasses import dataclass

from parity.signals import signal_name

_SIGNATURE = re.compile(r"/\S+\.(?:h|cc|cpp):\d+ [^()\n]+\([^()\n]*\)(?: const)? ")

_THROWN = "Exception from src/"
_WHERE = re.compile(
    r"Exception from src/|While validating node|Check '|FrontEnd API failed|Summary:|"
    r"-- Conversion is failed for"
)
"""How OpenVINO begins lines that say where, or nothing which isn't said elsewhere."""


@dataclass(frozen=True)
class Raised:
    """The engine raised an exception and lives on. message: its first line."""

    type: str
    message: str

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


@dataclass(frozen=True)
class Died:
    """The process ended by itself. code: exit code; negative is a signal's number."""

    code: int
    stderr: str

    @property
    def signal(self) -> str | None:
        """The signal's name ("SIGSEGV"); None where it exited."""
        return signal_name(-self.code) if self.code < 0 else None

    def __str__(self) -> str:
        how = f"killed by {self.signal}" if self.signal else f"exited with code {self.code}"
        if self.signal == "SIGKILL":
            how += " (most often: out of memory)"
        tail = last_line(self.stderr)
        return f"{how}; last words: {tail}" if tail else how


@dataclass(frozen=True)
class TimedOut:
    """No answer in time, so the process was ended. doing: "open" or "run"."""

    doing: str
    timeout_s: float
    stderr: str

    def __str__(self) -> str:
        return f"no answer to {self.doing} within {self.timeout_s:g} s; it was ended"


Failure = Raised | Died | TimedOut


def last_line(text: str) -> str:
    """The last line that says something, shortened; "" where there is none."""
    lines = [line.strip() for line in text.splitlines() if any(c.isalnum() for c in line)]
    # Paddle ends its C++ traces with a line of its own about the signal: most telling first.
    telling = [line for line in lines if "Error" in line or "SIG" in line]
    chosen = (telling or lines or [""])[-1]
    return chosen if len(chosen) <= 300 else chosen[:297] + "..."


def first_line(text: str) -> str:
    """The first telling line of an exception's text, shortened.

    Paddle's messages are pages of C++ trace around one line with the cause; ONNX
    Runtime's may begin with the signature of the function that complains, OpenVINO's
    with the places in its sources from which it was thrown on.
    """
    text = _SIGNATURE.sub("", text)
    lines = [line.strip() for line in text.splitlines() if any(c.isalnum() for c in line)]
    telling = [line for line in lines if "Error:" in line and "Error Message Summary" not in line]
    # ONNX Runtime says on a second or third line which shapes don't fit.
    whole = [" ".join(lines)] if text.lstrip().startswith("[ONNXRuntimeError]") else lines
    if whole and whole[0].startswith(_THROWN):  # OpenVINO's cause is on the last of its lines
        said = [re.sub(rf": {_THROWN}\S+$", ":", line) for line in lines if not _WHERE.match(line)]
        whole = [" ".join(said)] if said else lines
    chosen = (telling or whole or [""])[0]
    return chosen if len(chosen) <= 300 else chosen[:297] + "..."
