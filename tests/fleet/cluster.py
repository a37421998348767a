"""A real scheduler of Dask with worker processes, on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from tests.gate.repository import ROOT

WAIT = """
import sys
from distributed import Client
with Client(scheduler_file=sys.argv[1], timeout=60) as client:
    client.wait_for_workers(int(sys.argv[2]), timeout=60)
"""

SERVE = """
import sys
from distributed.cli.dask_worker import main
main()
"""

_NONE: Mapping[str, str] = MappingProxyType({})


class Cluster:
    """Use as a context manager: leaving it ends all that it started. address: of the scheduler."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._folder, self._cache = folder, cache
        self._file = folder / "scheduler.json"
        self.started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._file.unlink(missing_ok=True)  # of one before
        self._start(
            "from distributed.cli.dask_scheduler import main\nmain()",
            ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file",
             str(self._file)],
            {},
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        for process in reversed(self.started):
            process.kill()
            process.wait()

    @property
    def address(self) -> str:
        return str(json.loads(self._file.read_text())["address"])

    def worker(
        self, before: str = "", *, environment: Mapping[str, str] = _NONE, words: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """Begin one. before: code that it runs first."""
        name = f"w{len(self.started)}"
        return self._start(
            before + SERVE,
            ["--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny",
             "--no-dashboard", "--host", "127.0.0.1", "--local-directory",
             str(self._folder / name), *words],
            environment,
        )  # fmt: skip

    def ready(self, workers: int) -> str:
        """Wait for so many workers; the address as ``--on`` takes it."""
        subprocess.run(
            [sys.executable, "-c", WAIT, str(self._file), str(workers)], check=True, timeout=120,
            env=self.environment(_NONE),
        )  # fmt: skip
        return f"dask:{self.address}"

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        told = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PARITY_"))}
        return {**told, "PYTHONPATH": str(ROOT), "PARITY_CACHE": str(self._cache), **more}

    def _start(
        self, code: str, words: Sequence[str], environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        log = (self._folder / f"log{len(self.started)}").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-c", code, *words], stdout=log, stderr=log, cwd=self._folder,
                env=self.environment(environment),
            )  # fmt: skip
        self.started.append(process)
        return process
