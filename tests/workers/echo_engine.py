"""An engine for tests of workers: does what it is asked to by the values it is fed.

Found by its entry point's name, for which the tests put a small distribution on
the path of the worker.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping

import numpy as np

from parity.engines import EngineInfo, Options, TensorInfo
from parity.errors import EngineError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

OPTIONS = {"open": "what to do at once: print, refuse, missing, raise, hang up, sleep, child"}


class Echo:
    """Gives back what it is fed, or what its name asks for."""

    def __init__(self, options: Options) -> None:
        match options.get("open"):
            case "print":
                os.write(1, b"o" * 100_000 + b"\n")
            case "refuse":
                raise EngineError("no such device")
            case "missing":
                import no_such_library_anywhere  # type: ignore[import-not-found]  # noqa: F401
            case "raise":
                raise ValueError("bad model\nsecond line")
            case "hang up":
                # Inherited descriptors keep the harness' numbers, which may be high.
                os.closerange(3, min(os.sysconf("SC_OPEN_MAX"), 65_536))
                time.sleep(3600)
            case "sleep":
                time.sleep(3600)
            case "child":
                subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        effective: Mapping[str, str] = {"threads": "1"}
        self.info = EngineInfo("echo", "1", (TensorInfo("x"),), (TensorInfo("x"),), effective)

    def run(self, feed: Feed) -> Outputs:
        if "grow" in feed:
            return {"x": np.ones(int(feed["grow"].flat[0]), np.float32)}
        if "text" in feed:
            return {"x": np.array(["a", "bc"])}
        if "noise" in feed:
            for _ in range(max(1, int(feed["noise"].flat[0]))):
                os.write(1, b"x" * 1_000_000 + b"\n")
            os.write(2, b"Error: the last of it\n")
        if "die" in feed:
            os._exit(7)
        if "sleep" in feed:
            time.sleep(float(feed["sleep"].flat[0]))
        return {name: np.array(value) for name, value in feed.items()}

    def close(self) -> None:
        pass


def open(model: Artifact, options: Options) -> Echo:  # noqa: A001  the contract's name
    return Echo(options)
