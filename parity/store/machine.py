"""What of a machine decides numbers, beside the software that is asked."""

import os
import platform
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_DECIDE = (
    "FLAGS_", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "ONEDNN_", "DNNL_", "ORT_", "ATEN_",
    "CUDA_", "NVIDIA_", "CUBLAS_", "CUDNN_", "LD_PRELOAD", "LD_LIBRARY_PATH", "GLIBC_TUNABLES",
)  # fmt: skip
"""How variables begin that choose kernels, their threads, or the libraries that hold them."""


def machine() -> dict[str, str]:
    """The processor with all its features, the C library, and the variables that choose kernels.

    Another clock or another amount of memory is the same machine.
    """
    return {**_hardware(), "environment": _variables(os.environ)}


@lru_cache
def _hardware() -> Mapping[str, str]:
    fields: dict[str, str] = {}
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    flags = fields.get("flags") or fields.get("Features") or ""
    told = ("vendor_id", "cpu family", "model", "stepping", "CPU implementer", "CPU part")
    model = [fields[name] for name in ("model name", *told) if name in fields]
    return {
        "cpu": " ".join(model) or platform.processor(),
        "flags": " ".join(sorted(flags.split())),
        "machine": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
    }


def _variables(environment: Mapping[str, str]) -> str:
    chosen = sorted(name for name in environment if name.startswith(_DECIDE))
    return " ".join(f"{name}={environment[name]}" for name in chosen)
