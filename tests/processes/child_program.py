"""What the tests of processes run in one: does as it is told and answers in JSON."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main(doing: str, *told: str) -> None:
    match doing:
        case "tell":
            import parity

            shadows = [n for n in ("json", "types", "numpy", "shadowed") if _from(n, told[0])]
            print(json.dumps([parity.__file__, shadows, sys.path]))  # noqa: T201
        case "sleep":
            grandchild = [sys.executable, "-c", "import time; time.sleep(3600)"]
            other = subprocess.Popen(grandchild) if "child" in told else None
            Path(told[0]).write_text(f"{os.getpid()} {other.pid if other else os.getpid()}")
            time.sleep(3600)
        case "allocate":
            bytearray(1 << 31)
        case "busy":
            while True:  # never gives way to another thread for long, as native code
                pow(3, 10_000_000)
        case "clutter":
            import tempfile

            tempfile.mkdtemp(prefix="left-by-a-library")


def _from(name: str, folder: str) -> bool:
    try:
        found = __import__(name)
    except ImportError:
        return False
    return str(found.__file__).startswith(folder)


main(*sys.argv[1:])
