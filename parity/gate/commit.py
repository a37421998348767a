"""Which commit of the user's repository a gate ran on."""

import subprocess
from pathlib import Path


def commit(folder: Path) -> str | None:
    """The commit that is checked out where a folder lies; None where git or a repository isn't."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--verify", "HEAD"],
            capture_output=True, text=True, check=False, timeout=10, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    found = done.stdout.strip()
    return found if done.returncode == 0 and found else None
