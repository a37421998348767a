"""Who reviews, and when."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from parity.errors import UsageError

VARIABLE = "PARITY_REVIEWER"

_GIT_S = 10.0  # it reads two small files


def who(folder: Path) -> str:
    """``$PARITY_REVIEWER``, else what git calls the user in a folder, else the user's name here.

    Raises UsageError where nobody is known: a decision has somebody who made it.
    """
    told = " ".join(os.environ.get(VARIABLE, "").split())
    if told:
        return _text(told)
    name, address = _git(folder, "user.name"), _git(folder, "user.email")
    if name:
        return _text(f"{name} <{address}>" if address else name)
    user = address or os.environ.get("LOGNAME") or os.environ.get("USER") or ""
    if not user.strip():
        raise UsageError(f"who reviews? set git's user.name, or ${VARIABLE}")
    return _text(user.strip())


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def reason(text: str) -> str:
    """Why, on one line. Raises UsageError for none."""
    line = " ".join(_text(text).split())
    if not line:
        raise UsageError("--reason: says nothing; one line that still tells something in a year")
    return line


def _git(folder: Path, key: str) -> str:
    """A value of git's configuration; "" where there is none, or no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "config", "--get", key],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_GIT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return " ".join(done.stdout.decode(errors="replace").split()) if done.returncode == 0 else ""


def _text(text: str) -> str:
    """Raises UsageError for bytes that are no text: JSON couldn't be read again."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("the reviewer's name or reason is not UTF-8") from None
    return text
