"""Memory that there is, and what bounds it."""

import contextlib
import os
import resource
from dataclasses import dataclass
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")  # cgroup 2 and 1
_NO_LIMIT = 1 << 60  # what cgroup 1 says for none is a little below 2^63


@dataclass(frozen=True)
class Memory:
    """In bytes; None where it isn't known, and for a limit that there isn't.

    container: what its limit grants. address_space: ``ulimit -v``.
    """

    total: int | None
    available: int | None
    container: int | None
    address_space: int | None


def memory(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> Memory:
    """What there is here, as far as it tells."""
    fields: dict[str, int] = {}
    with contextlib.suppress(OSError, ValueError):
        for line in meminfo.read_text().splitlines():
            name, _, value = line.partition(":")
            if value.endswith(" kB"):
                fields[name] = int(value.removesuffix(" kB")) << 10
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return Memory(
        fields.get("MemTotal") or _physical(),
        fields.get("MemAvailable"),
        _container(cgroup),
        None if limit == resource.RLIM_INFINITY else limit,
    )


def _physical() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _container(cgroup: Path) -> int | None:
    for name in _LIMITS:
        with contextlib.suppress(OSError, ValueError):
            text = (cgroup / name).read_text().strip()
            most = _NO_LIMIT if text == "max" else int(text)
            return None if most >= _NO_LIMIT else most
    return None
