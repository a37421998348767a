"""The processor, and those of its features that decide which kernels run."""

import contextlib
import os
import platform
from dataclasses import dataclass
from pathlib import Path

FEATURES = {
    "AVX2": ("avx2",),
    "FMA": ("fma",),
    "AVX512": ("avx512f",),
    "VNNI": ("avx512_vnni", "avx_vnni"),
    "BF16": ("avx512_bf16", "amx_bf16", "bf16"),
    "FP16": ("avx512_fp16", "amx_fp16", "asimdhp", "fphp"),
    "AMX": ("amx_tile", "amx_int8", "amx_bf16"),
    "NEON": ("asimd",),
    "dot product": ("asimddp",),
    "I8MM": ("i8mm",),
    "SVE": ("sve",),
}
"""What people call a feature, and how /proc/cpuinfo does. INT8 saturates without VNNI where it
doesn't with it; AMX and BF16 change what oneDNN and OpenVINO compute in."""

_ARM = ("NEON", "dot product", "I8MM", "SVE")
_X86 = ("AVX2", "FMA", "AVX512", "VNNI", "AMX")

_CPUINFO = Path("/proc/cpuinfo")
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Processor:
    """flags: as the kernel names them. has, lacks: of ``FEATURES``; both empty if not known.

    cores: of the machine. usable: those that this process may run on. quota: of them, where a
    container grants a share, else None.
    """

    name: str
    machine: str
    flags: tuple[str, ...]
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    cores: int
    usable: int
    quota: float | None


def processor(cpuinfo: Path = _CPUINFO, cgroup: Path = _CGROUP) -> Processor:
    """The one of this machine; what can't be read is left empty."""
    name, flags = _read(cpuinfo)
    machine = platform.machine()
    other = _X86 if machine.lower() in ("aarch64", "arm64") else _ARM
    known = {f: names for f, names in FEATURES.items() if f not in other}
    has = [f for f, names in known.items() if any(n in flags for n in names)]
    deciding = {n for names in known.values() for n in names}
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Processor(
        name or platform.processor() or machine,
        machine,
        tuple(f for f in sorted(flags) if f in deciding),
        tuple(has),
        tuple(f for f in known if f not in has) if flags else (),
        os.cpu_count() or 1,
        usable or 1,
        _quota(cgroup),
    )


def _read(cpuinfo: Path) -> tuple[str, set[str]]:
    try:
        text = cpuinfo.read_text(errors="replace")
    except OSError:
        return "", set()
    # The first processor alone: of the others there may be hundreds.
    fields = {}
    for line in text.partition("\n\n")[0].splitlines():
        name, _, value = line.partition(":")
        fields[name.strip()] = value.strip()
    flags = fields.get("flags") or fields.get("Features") or ""
    return fields.get("model name", ""), set(flags.split())


def _quota(cgroup: Path) -> float | None:
    """Cores that a container's limit grants: cgroup 2, then 1; None without a limit."""
    with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = (cgroup / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = ((cgroup / "cpu" / f"cpu.cfs_{n}_us").read_text() for n in _CFS)
        return int(quota) / int(period) if int(quota) > 0 else None
    return None


_CFS = ("quota", "period")
