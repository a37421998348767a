"""Memory that a check takes, of all its processes together: ``python tests/bench/memory.py``.

Not a test. Runs ``parity check zoo:NAME`` with default flags for each model, samples the
whole process tree, and prints the peak beside what is allowed: twice both files, and
1.2 GB. (The largest outputs may come on top; they are below 10 MB here, and left out.)

A sample adds up proportional set sizes: a page that several processes share, as the
tensors between harness and workers, counts once. Exits 1 if a model is beyond its bound
or ended without a verdict.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from parity import zoo
from parity.model.artifact import Artifact, resolve

EVERY_S = 0.05
FACTOR, REST = 2, 1.2e9  # bytes
MODELS = tuple(f"ernie-3.0-{size}" for size in ("nano", "micro", "mini", "medium", "base", "xbase"))


@dataclass
class Peak:
    """The largest sample, in bytes, and what each process had of it."""

    total: int = 0
    parts: list[tuple[str, int]] = field(default_factory=list)

    def sample(self, root: psutil.Process) -> None:
        """Measure the tree now."""
        parts: list[tuple[str, int]] = []
        for process in (root, *root.children(recursive=True)):
            try:
                parts.append((_role(process), process.memory_full_info().pss))
            except (psutil.Error, AttributeError):  # it ended meanwhile
                continue
        total = sum(held for _, held in parts)
        if total > self.total:
            self.total, self.parts = total, parts


def _role(process: psutil.Process) -> str:
    if "parity.workers.child" not in process.cmdline():
        return "harness"
    maps = {Path(m.path).name for m in process.memory_maps()}
    return "paddle" if any("libpaddle" in name for name in maps) else "ort"


def size(model: Artifact) -> int:
    return sum(file.stat().st_size for file in model.files)


def check(name: str, options: list[str]) -> tuple[str, float, Peak]:
    """Verdict, seconds and peak of one check in a process of its own."""
    peak = Peak()
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        asked = [f"zoo:{name}", "--json", str(report), "--database", f"{scratch}/known", *options]
        begun = time.monotonic()
        command = [sys.executable, "-m", "parity", "check", *asked]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
            root = psutil.Process(running.pid)
            while running.poll() is None:
                try:
                    peak.sample(root)
                except psutil.NoSuchProcess:
                    break
                time.sleep(EVERY_S)
        seconds = time.monotonic() - begun
        verdict = json.loads(report.read_text("utf-8"))["verdict"] if report.exists() else "none"
    return verdict, seconds, peak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", default=MODELS)
    parser.add_argument("--option", action="append", default=[], help="handed on to the check")
    given = parser.parse_args()
    wrong = 0
    print(
        f"{'model':20} {'files':>6} {'verdict':>8} {'seconds':>8} {'peak':>6} {'bound':>6}  ratio"
    )
    for name in given.models:
        folder = zoo.build(name)
        files = size(resolve(folder, want="paddle")) + size(resolve(folder / "model.onnx"))
        verdict, seconds, peak = check(name, given.option)
        bound = FACTOR * files + REST
        wrong += verdict not in ("parity", "differs") or not 0 < peak.total <= bound
        shares = ", ".join(f"{role} {part / 1e6:.0f}" for role, part in peak.parts)
        print(
            f"{name:20} {files / 1e6:6.0f} {verdict:>8} {seconds:8.1f} {peak.total / 1e6:6.0f} "
            f"{bound / 1e6:6.0f}  {peak.total / bound:5.2f}  ({shares}) MB",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
