"""What can be said of an ONNX file without running it."""

import dataclasses
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from parity.api.options import AnyPath
from parity.lint.about import Lint
from parity.lint.every import EVERY
from parity.lint.every import lint as every
from parity.model.artifact import Artifact
from parity.target import model


@dataclass(frozen=True)
class Linted:
    """model: its file. onnxruntime: the version that it was held against. lints: warnings first."""

    model: Artifact
    onnxruntime: str | None
    lints: tuple[Lint, ...]

    @property
    def looked(self) -> int:
        """How many lints looked."""
        return len(EVERY)

    @property
    def warnings(self) -> tuple[Lint, ...]:
        """Those about the file as it is."""
        return tuple(said for said in self.lints if said.level == "warning")

    def together(self) -> list[tuple[Lint, list[str]]]:
        """Lints that say the same of several nodes once, with the names of these."""
        found: dict[tuple[str, str], tuple[Lint, list[str]]] = {}
        for said in self.lints:
            found.setdefault((said.kind, said.message), (said, []))[1].append(said.node)
        return [*found.values()]

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity lint --json``."""
        from parity.report.document import head

        return {
            **head(),
            "model": str(self.model.program),
            "onnxruntime": self.onnxruntime,
            "looked": self.looked,
            "lints": [dataclasses.asdict(said) for said in self.lints],
        }

    def to_json(self) -> str:
        """What ``parity lint --json`` writes."""
        from parity.report.document import dumps

        return dumps(self.to_dict())


def lint(name: AnyPath, *, onnxruntime: str | None = None) -> Linted:
    """Look for what may go wrong with an ONNX file elsewhere; no engine is started.

    name: a file, a folder with one, or zoo:NAME. onnxruntime: the version that is to read it; None
        for the one that is installed. Raises UsageError, ModelError.
    """
    artifact = model(name).candidate()
    stated = onnxruntime or _installed()
    return Linted(artifact, stated, every(artifact, onnxruntime=stated))


def _installed() -> str | None:
    for package in ("onnxruntime", "onnxruntime-gpu"):
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    return None
