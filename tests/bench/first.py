"""Prints ``first`` and the time at which the first example was compared: ``first.py FOLDER``."""

import sys
import time

from parity.cli import main as cli
from parity.interrupts import Interrupts
from parity.report.watched.live import (
    LiveLine,  # sooner than the command would: the clock is already on
)
from parity.verify.progress import Step


def first(_: LiveLine, step: Step) -> None:
    if step.done >= 1:
        print(f"\nfirst {time.time()}", flush=True)
        raise KeyboardInterrupt


def main() -> None:
    LiveLine.__call__ = first  # type: ignore[method-assign, assignment]
    cli._run(["check", f"{sys.argv[1]}/model.onnx"], Interrupts(), debug=False)


main()
