"""Imports one thing, and says what it is: ``_child.py RESULT library NAME``, ``… plugin KIND NAME``
or ``… gpus``.

RESULT gets a JSON object of facts, or the one key ``error``. It isn't there if the process died.
"""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from parity import plugins

Facts = dict[str, str]

_SMI_S = 20
"""A driver that hangs is a fact, too."""


def main(result: str, what: str, *names: str) -> None:
    ways: dict[str, Callable[..., Facts]] = {
        "library": _library,
        "plugin": _plugin,
        "gpus": _gpus,
    }
    try:
        facts = ways[what](*names)
    except BaseException as error:  # a plugin's sys.exit, and a panic of Rust's
        facts = {"error": " ".join(f"{type(error).__name__}: {error}".split())[:500]}
    Path(result).write_text(json.dumps(facts), "utf-8")


def _library(name: str) -> Facts:
    module = importlib.import_module(name)
    version = str(getattr(module, "__version__", "of no version"))
    more = _ASKED.get(name)
    return {"version": version, **(more(module) if more else {})}


def _paddle(paddle: ModuleType) -> Facts:
    if not paddle.is_compiled_with_cuda():
        return {"built for": "CPU"}
    count = paddle.device.cuda.device_count()
    return {"built for": f"CUDA {paddle.version.cuda()}", "GPUs": str(count)}


def _onnxruntime(onnxruntime: ModuleType) -> Facts:
    return {"providers": ", ".join(onnxruntime.get_available_providers())}


_ASKED: dict[str, Callable[[ModuleType], Facts]] = {
    "paddle": _paddle,
    "onnxruntime": _onnxruntime,
}


def _plugin(kind: str, name: str) -> Facts:
    module = plugins.load(kind, name)
    return {"place": str(getattr(module, "__file__", ""))}


def _gpus() -> Facts:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return {}
    query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
    done = subprocess.run(
        [tool, *query], capture_output=True, text=True, check=False, timeout=_SMI_S
    )
    if done.returncode:
        return {"error": f"nvidia-smi: {(done.stderr or done.stdout).strip()[:300]}"}
    return {str(n): line.strip() for n, line in enumerate(done.stdout.splitlines())}


if __name__ == "__main__":
    main(*sys.argv[1:])
