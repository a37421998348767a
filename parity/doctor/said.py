"""What the doctor found, as a text to be pasted into a report: no path of a home folder in it."""

from collections.abc import Iterator
from pathlib import Path

from parity.cache.age import size
from parity.doctor.health import Health, Tool
from parity.doctor.space import SHARED
from parity.shown import shown


def lines(health: Health) -> Iterator[str]:
    """All of it, a fact a line."""
    yield from _versions(health)
    yield _row("system", health.system)
    yield from _processor(health)
    yield _row("memory", _memory(health))
    yield _row("GPU", "; ".join(health.gpus) or "none found (nvidia-smi)")
    yield from _tools(health)
    yield from _space(health)
    for note in health.notes:
        yield _row("note", _homeless(note))
    yield _row(
        "a check", f"can't run: {_homeless(health.problem)}" if health.problem else "can run"
    )


def _versions(health: Health) -> Iterator[str]:
    told = [f"{name} {version}" for name, version in health.versions.items() if version]
    for at in range(0, len(told), 5):
        yield _row("versions" if at == 0 else "", ", ".join(told[at : at + 5]))
    missing = [name for name, version in health.versions.items() if version is None]
    if missing:
        yield _row("missing", ", ".join(missing))


def _processor(health: Health) -> Iterator[str]:
    found = health.processor
    cores = f"{found.cores} cores"
    if found.usable != found.cores:
        cores += f", of which {found.usable} may be used"
    if found.quota is not None:
        cores += f", {found.quota:g} granted to the container"
    yield _row("processor", f"{found.name}, {cores}")
    if found.flags:
        lacks = f"; lacks {', '.join(found.lacks)}" if found.lacks else ""
        yield _row("", f"has {', '.join(found.has) or 'none of note'}{lacks}")
    else:
        yield _row("", "its features aren't known here")


def _memory(health: Health) -> str:
    found = health.memory
    parts = [
        f"{size(found.total)}" if found.total else "unknown",
        f"{size(found.available)} available" if found.available is not None else "",
        f"container limited to {size(found.container)}" if found.container is not None else "",
        f"ulimit -v {size(found.address_space)}" if found.address_space is not None else "",
    ]
    return ", ".join(part for part in parts if part)


_SINGULAR = {"engines": "engine", "exports": "exporter"}


def _tools(health: Health) -> Iterator[str]:
    for tool in health.tools:
        what = _SINGULAR.get(tool.kind, tool.kind)
        origin = f" [{tool.package}]" if tool.package else ""
        yield _row(what, f"{tool.name}{origin}: {_homeless(_tool(tool))}")


def _tool(tool: Tool) -> str:
    if tool.why:
        return f"can't be used: {tool.why}"
    version = tool.facts.get("version", "")
    rest = [f"{name} {value}" for name, value in tool.facts.items() if name != "version"]
    return ", ".join([*([version] if version else []), *rest]) or "loads"


def _space(health: Health) -> Iterator[str]:
    found = health.space
    if found.shared_total is not None and found.shared_free is not None:
        yield _row(str(SHARED), f"{size(found.shared_free)} of {size(found.shared_total)} free")
    yield _row("arrays", found.arrays or "shared memory for them can be had")
    if found.cache is None:
        yield _row("cache", found.writable)
        return
    free = f", {size(found.cache_free)} free there" if found.cache_free is not None else ""
    held = sum(kind.bytes for kind in health.cache)
    yield _row("cache", f"{_homeless(found.cache)}: {size(held)}{free}")
    kinds = [f"{k.kind} {size(k.bytes)}" for k in health.cache if k.kind and k.entries]
    if kinds:
        yield _row("", ", ".join(kinds))


def _row(name: str, text: str) -> str:
    return f"{name:9} {shown(text)}".rstrip()


def _homeless(text: str) -> str:
    """Without the name of who runs this."""
    try:
        home = str(Path.home())
    except RuntimeError:
        return text
    return text.replace(home, "~") if len(home) > 1 else text
