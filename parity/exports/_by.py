"""Which exporter makes a file, with what options, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType

from parity import plugins
from parity.errors import ParityError, UsageError
from parity.model.artifact import Artifact
from parity.model.formats.onnx_graph import opened
from parity.processes.interpreter import Interpreter

Scalar = str | int | float | bool

USUAL = "paddle2onnx"


@dataclass(frozen=True)
class By:
    """name: of the exporter. options: of it. interpreter: of the environment that it runs in; None
    for parity's own.
    """

    name: str = USUAL
    options: Mapping[str, Scalar] = field(default_factory=dict)
    interpreter: Interpreter | None = None

    @property
    def usual(self) -> bool:
        """Whether nothing is said but what is taken anyway."""
        return self == By()


def made_by(model: Artifact) -> str:
    """The exporter that says in an ONNX file that it made it; the usual one where none does."""
    try:
        proto, _ = opened(model.program)
    except ParityError:
        return USUAL
    told = {p.key: p.value for p in proto.metadata_props}
    # p2o's own command leaves its name as the producer's.
    known = (told.get("parity.exporter"), told.get("exporter"), proto.producer_name)
    return next((name for name in known if name in exporters()), USUAL)


def exporters() -> list[str]:
    """Names of all that there are."""
    found = {name: plugins.load("exports", name) for name in plugins.names("exports")}
    return sorted(name for name, module in found.items() if _is_one(module))


def exporter(by: By) -> ModuleType:
    """The exporter's module. Raises UsageError for an unknown one, or an option it hasn't got."""
    known = exporters()
    if by.name not in known:
        raise UsageError(plugins.unknown("exporter", by.name, known))
    module = plugins.load("exports", by.name)
    for name in by.options:
        if name not in module.OPTIONS:
            raise UsageError(plugins.unknown(f"{by.name} option", name, module.OPTIONS))
    return module


def _is_one(module: ModuleType) -> bool:
    return hasattr(module, "OPTIONS") and hasattr(module, "export")
