"""All that is known of this machine, and whether a check could run on it."""

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from parity.cache.look import Held, look
from parity.doctor import packages, plugged
from parity.doctor.memory import Memory, memory
from parity.doctor.plugged import Plugin
from parity.doctor.probe import TIMEOUT_S, Answer, ask
from parity.doctor.processor import Processor, processor
from parity.doctor.space import Space, space
from parity.plugins import own
from parity.shown import shown

LIBRARIES = {
    "paddle": "paddle", "ort": "onnxruntime", "openvino": "openvino", "torch": "torch",
    "paddle2onnx": "paddle2onnx", "p2o": "p2o",
}  # fmt: skip
"""The library that an engine or exporter of parity runs."""

NEEDED = ("paddle", "ort")
"""Engines without which a Paddle model can't be compared with its ONNX export."""

LEAST_MEMORY = 1 << 30
"""Bytes of address space; Paddle 3.3 fails to load, or on its first feed, in less."""


@dataclass(frozen=True)
class Tool:
    """An engine, exporter or other plugin. why: it can't be used, in one line; "" if it can.

    facts: what it says of itself, such as version and providers. package: of a plugin of somebody
    else's, the distribution that brings it; "" for parity's own.
    """

    kind: str
    name: str
    facts: Mapping[str, str]
    why: str
    package: str = ""


@dataclass(frozen=True)
class Health:
    """problem: why no check could run, in one line; "" if one could. notes: what else is odd."""

    problem: str
    notes: tuple[str, ...]
    versions: Mapping[str, str | None]
    system: str
    processor: Processor
    memory: Memory
    gpus: tuple[str, ...]
    tools: tuple[Tool, ...]
    space: Space
    cache: tuple[Held, ...]

    def to_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        made = asdict(self)
        del made["problem"]
        return {"ok": not self.problem, "problem": self.problem or None, **made}


def health(*, timeout_s: float = TIMEOUT_S) -> Health:
    """Look at this machine; takes what importing the engines takes, seconds."""
    others = plugged.foreign()
    libraries = {library: ("library", library) for library in LIBRARIES.values()}
    foreign = {_key(p): ("plugin", p.kind, p.name) for p in others if not p.wrong}
    answers = ask({**libraries, **foreign, "gpus": ("gpus",)}, timeout_s=timeout_s)
    gpus = answers.pop("gpus")
    tools = [_own(name, answers[library]) for name, library in LIBRARIES.items()]
    tools += [_foreign(p, answers.get(_key(p))) for p in others]
    found, remembered = space(), memory()
    notes = [*packages.twice(), *([f"GPU: {gpus.why}"] if gpus.why else []), *_notes(found)]
    return Health(
        _problem(tools, found, remembered),
        tuple(notes),
        packages.versions(),
        f"{platform.system()} {platform.release()} {platform.machine()}",
        processor(),
        remembered,
        tuple(shown(line) for line in gpus.facts.values()),
        tuple(tools),
        found,
        tuple(look()) if found.cache is not None else (),
    )


def _key(plugin: Plugin) -> str:
    return f"{plugin.kind}:{plugin.name}"


def _own(name: str, answer: Answer) -> Tool:
    kind = "engines" if name in own("engines") else "exports"
    return Tool(kind, name, answer.facts, answer.why)


def _foreign(plugin: Plugin, answer: Answer | None) -> Tool:
    facts = answer.facts if answer is not None else {}
    why = answer.why if answer is not None else plugin.wrong
    return Tool(plugin.kind, plugin.name, facts, why, plugin.package or plugin.value)


def _notes(found: Space) -> list[str]:
    notes = []
    if found.writable:
        notes.append(f"the cache can't be used, so that models are made anew: {found.writable}")
    return notes


def _problem(tools: list[Tool], found: Space, memory: Memory) -> str:
    """The first thing that keeps a check from being run; "" if nothing does."""
    for tool in tools:
        if not tool.package and tool.name in NEEDED and tool.why:
            return f"engine {tool.name}: {tool.why}"
    if found.arrays:
        return found.arrays
    for limit, who in ((memory.address_space, "ulimit -v"), (memory.container, "the container")):
        if limit is not None and limit < LEAST_MEMORY:
            return (
                f"memory is limited to {limit >> 20} MiB by {who}; engines need more than "
                f"{LEAST_MEMORY >> 20}"
            )
    return ""
