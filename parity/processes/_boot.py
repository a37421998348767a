"""The first moment of every process that parity starts: ``python -E -P _boot.py SPEC MODULE …``.

Before anything foreign is imported, the process ties its life to its parent's, takes on
its limits, and makes sure that it imports what the parent imports: the working folder's
``json.py`` or ``parity/`` is nobody's to run.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import json
import os
import resource
import runpy
import signal
import sys
import threading
from typing import Any


def main(spec: str, module: str, *arguments: str) -> None:
    asked = json.loads(spec)
    _live_with(asked["parent"], asked["life"])
    _limit(asked["memory"], asked["seconds"])
    sys.path[:0] = asked["first"]
    sys.path += [entry for entry in asked["last"] if entry not in sys.path]
    _import_parity(asked["package"])
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _live_with(parent: int, life: int | None) -> None:
    """Make sure that this process never outlives its parent, however that ends.

    life: read end of a pipe of which the parent holds the other, to end the whole
    group with it; None where the kernel's signal for this process is enough.
    """
    # Ctrl-C is the parent's to handle: it ends us when it has reported.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if life is not None:
        threading.Thread(target=_end_group_at, args=(life,), daemon=True).start()
    if sys.platform == "linux":
        if life is None:
            pr_set_pdeathsig = 1
            ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)
        # If memory runs out, the kernel shall take us, not the harness.
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123
            score.write("1000")


def _end_group_at(life: int) -> None:
    os.read(life, 1)  # nobody writes: it returns when the other end is gone
    os.killpg(0, signal.SIGKILL)


def _limit(memory: int | None, seconds: int | None) -> None:
    # A crash is reported, and must not leave a core of gigabytes where the user stands.
    _set(resource.RLIMIT_CORE, 0)
    if memory is not None:
        _set(resource.RLIMIT_AS, memory)
    if seconds is not None:
        # The parent's clock comes first. This one runs where nobody is left to look at it,
        # and needs no Python to: the signal ends the process in the middle of native code.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)


def _set(limit: int, most: int) -> None:
    hard = resource.getrlimit(limit)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(OSError, ValueError):  # macOS knows some only by name
        resource.setrlimit(limit, (soft, hard))


def _import_parity(package: str) -> None:
    """Import the very ``parity`` that the parent runs, wherever the path would lead."""
    spec: Any = importlib.util.spec_from_file_location(
        "parity",
        f"{package}/__init__.py",
        submodule_search_locations=[package],
    )
    made = importlib.util.module_from_spec(spec)
    sys.modules["parity"] = made
    spec.loader.exec_module(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
