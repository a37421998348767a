"""Another interpreter than this one, with its own packages, to run a worker under."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parity.errors import UsageError

LEAST = (3, 9)
"""Of Python: paddlepaddle 2.6 and onnxruntime 1.17 have wheels from there on, and a worker's own
code is written so that it runs there."""

_ANSWER_S = 60.0
"""For starting it and importing numpy; seconds on a loaded machine, with a cold disk."""

_ASK = (
    "import json, sys\n"
    "told = {'version': list(sys.version_info[:3])}\n"
    "try:\n"
    "    import numpy; told['numpy'] = numpy.__version__\n"
    "except Exception as error:\n"
    "    told['why'] = str(error)\n"
    "print(json.dumps(told))"
)


@dataclass(frozen=True)
class Interpreter:
    """path: as the user gave it. python: the program. version: of Python; numpy: of numpy there."""

    path: Path
    python: Path
    version: str
    numpy: str


def interpreter(path: Path) -> Interpreter:
    """The interpreter of an environment: a venv folder, or a python.

    Raises UsageError, in one line, for a path that is none, a Python that is too old or doesn't
    run, and one without numpy.
    """
    python = _python(path)
    told = _asked(path, python)
    version = ".".join(map(str, told["version"]))
    if tuple(told["version"][:2]) < LEAST:
        least = ".".join(map(str, LEAST))
        raise UsageError(f"{path}: is Python {version}; an engine is run in {least} and up")
    if "numpy" not in told:
        raise UsageError(
            f"{path}: has no numpy that can be imported ({told['why']}); a worker needs it there"
        )
    return Interpreter(path, python, version, str(told["numpy"]))


def label(path: Path) -> str:
    """A short name of an environment: its folder's."""
    return path.parent.parent.name if path.parent.name == "bin" else path.name


def distinct(paths: Sequence[Path]) -> dict[Path, str]:
    """A name for each: its label, with as much of the path before it as tells it from others."""
    names = {path: label(path) for path in paths}
    for path, name in list(names.items()):
        if sum(other == name for other in names.values()) > 1:
            names[path] = str(path).strip("/").replace("/", "-")
    return names


def packages(there: Interpreter, *names: str) -> dict[str, str]:
    """Versions of packages in an environment; "none" for one that isn't there."""
    ask = (
        "import json, sys\nfrom importlib.metadata import version\ntold = {}\n"
        "for name in sys.argv[1:]:\n"
        "    try: told[name] = version(name)\n"
        "    except Exception: told[name] = 'none'\n"
        "print(json.dumps(told))"
    )
    done = subprocess.run(
        [str(there.python), "-I", "-B", "-c", ask, *names], stdin=subprocess.DEVNULL,
        capture_output=True, timeout=_ANSWER_S, check=True,
    )  # fmt: skip
    told: dict[str, str] = json.loads(done.stdout)
    return told


def _python(path: Path) -> Path:
    if path.is_dir():
        python = path / "bin" / "python"
        if not python.exists():
            raise UsageError(f"{path}: is no environment: there is no bin/python in it")
    elif path.exists():
        python = path
    else:
        raise UsageError(f"{path}: no such environment; name the folder of a venv, or a python")
    if not python.is_file() or not os.access(python, os.X_OK):
        raise UsageError(f"{path}: is no environment: {python.name} can't be run")
    # As it is, not where it leads: a venv is known by its link.
    return python.absolute()


def _asked(path: Path, python: Path) -> dict[str, list[int] | str]:
    try:
        done = subprocess.run(
            [str(python), "-I", "-B", "-c", _ASK], stdin=subprocess.DEVNULL,
            capture_output=True, timeout=_ANSWER_S, check=False,
        )  # fmt: skip
        told = json.loads(done.stdout.decode(errors="replace").strip().splitlines()[-1])
        if isinstance(told, dict) and isinstance(told.get("version"), list):
            return told
        why = "it answers something else"
    except OSError as error:
        why = error.strerror or str(error)
    except subprocess.TimeoutExpired:
        why = f"no answer within {_ANSWER_S:g} s"
    except (ValueError, IndexError):
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        why = lines[-1][:200] if lines else f"it ends with status {done.returncode}"
    raise UsageError(f"{path}: its python can't be run: {why}")
