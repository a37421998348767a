"""Where a verdict was reached: enough to explain why another machine says otherwise."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from parity.version import __version__

_PACKAGES = (
    "paddlepaddle",
    "paddlepaddle-gpu",
    "paddle2onnx",
    "onnx",
    "onnxruntime",
    "onnxruntime-gpu",
    "numpy",
    "hypothesis",
)

# What decides which kernels run, and with it the last bits of a result.
_FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8", "asimd")


@dataclass(frozen=True)
class Environment:
    """versions by package; flags of the CPU that decide kernels; SHA-256 by file name.

    opset: ``requested`` where the exporter wrote it into the model, and
    ``effective`` as the model declares it; None where it isn't known.
    """

    versions: Mapping[str, str]
    python: str
    system: str
    cpu: str
    cpu_flags: tuple[str, ...]
    cores: int
    requested_opset: int | None
    effective_opset: int | None
    hashes: Mapping[str, str]


def versions() -> dict[str, str]:
    """Versions of what decides numbers, without importing any of it."""
    found = {"parity": __version__}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def cpu() -> tuple[str, tuple[str, ...]]:
    """The processor's name, and those of its features that decide kernels."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine(), ()
    lines = (line.partition(":") for line in text.splitlines())
    fields = {name.strip(): value.strip() for name, _, value in lines}
    flags = (fields.get("flags") or fields.get("Features") or "").split()
    name = fields.get("model name") or platform.machine()
    return name, tuple(f for f in _FLAGS if f in flags)


def system() -> str:
    """Operating system and machine."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def python() -> str:
    """Implementation and version of the interpreter."""
    return f"{platform.python_implementation()} {platform.python_version()}"
