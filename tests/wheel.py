"""The package as a user has it: a wheel, in an environment that sees what it depends on."""

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[1]


def installed(folder: Path) -> Path:
    """Build the wheel, make the environment ``folder/.venv`` with it, and give its python."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    _do(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder / "dist", ROOT)
    _do(sys.executable, "-m", "venv", "--without-pip", folder / ".venv")
    made = folder / ".venv" / "bin" / "python"
    (wheel,) = (folder / "dist").glob("parity-*.whl")
    _do(*pip, "--python", made, "install", "--no-deps", "--no-index", wheel)
    (packages,) = (folder / ".venv" / "lib").glob("python*/site-packages")
    # Folders more to import from, whose own .pth files, as of editable installs, don't count.
    others = [place for place in sys.path if Path(place).name == "site-packages"]
    assert sysconfig.get_path("purelib") in others
    (packages / "others.pth").write_text("\n".join(others) + "\n")
    return made


def _do(*command: object) -> None:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
