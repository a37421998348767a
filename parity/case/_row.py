"""A case as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.exports._by import USUAL, By
from parity.shown import shown
from parity.verify.request import TaskConfig

FILE = "case.toml"

OPSETS = range(7, 22)
"""What Paddle2ONNX 2.1 exports at; below and above it aborts."""

PRECISIONS = tuple(DEFAULTS)

Scalar = str | int | float | bool


@dataclass(frozen=True)
class Source:
    """Where a model comes from: the zoo, by name, or a path.

    A path is one from the case's folder or under the models root. head: which one
    of the zoo's. tokenizer: a path; None for what lies beside the model. sha256:
    of the parameters file, or of the ONNX file; None accepts any.
    """

    zoo: str | None = None
    path: str | None = None
    head: str | None = None
    tokenizer: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Inputs:
    """One way to feed the model. None takes the plan's own bounds.

    said: what inputs take, in the notation of ``--input``. feeds: own feeds, from the case's
    folder; picture: how a picture becomes one.
    """

    name: str
    kind: str | None = None
    max_batch: int | None = None
    max_length: int | None = None
    examples: int | None = None
    said: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    picture: str | None = None


@dataclass(frozen=True)
class Allowance:
    """What a precision may differ by.

    ties: share of decisions inside the margin that may flip. confidence: how far
    a label's probability may move.
    """

    tolerance: Tolerance
    ties: float
    confidence: float


@dataclass(frozen=True)
class Limits:
    """What a precision may cost; None where nobody says.

    max_accuracy_drop: points that the main figure may be below the reference's. max_flips:
    share of the answers that may be others than the reference's; both over labelled data.
    min_speedup: how many times as quick as the reference it must be; max_latency_ms: of a sample;
    both at the guides' batch of 32 and the longest usual length. max_size_mb: on disk.
    min_score: share of planted faults that the case must tell.
    """

    max_accuracy_drop: float | None = None
    max_flips: float | None = None
    min_speedup: float | None = None
    max_latency_ms: float | None = None
    max_size_mb: float | None = None
    min_score: float | None = None

    def stated(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the names that there are."""
        return tuple(name for name in names if getattr(self, name) is not None)

    @property
    def of_data(self) -> tuple[str, ...]:
        """Names of those that labelled data tells."""
        return self.stated(("max_accuracy_drop", "max_flips"))

    @property
    def of_bench(self) -> tuple[str, ...]:
        """Names of those that the clock and the disk tell."""
        return self.stated(("min_speedup", "max_latency_ms", "max_size_mb"))


@dataclass(frozen=True)
class Xfail:
    """A cell that is known to fail, and must. None matches every value."""

    reason: str
    issue: str
    opset: int | None = None
    precision: str | None = None
    engine: str | None = None
    inputs: str | None = None
    exporter: str | None = None

    def matches(
        self, *, opset: int, precision: str, engine: str, inputs: str, exporter: str = USUAL
    ) -> bool:
        """Whether a cell is the one that is meant."""
        mine = (self.opset, self.precision, self.engine, self.inputs, self.exporter)
        cell = (opset, precision, engine, inputs, exporter)
        return all(m is None or m == c for m, c in zip(mine, cell, strict=True))


@dataclass(frozen=True)
class Tokenizers:
    """What reads a user's text on each side: ``PATH`` or ``KIND:PATH``, and where it runs."""

    reference: str
    candidate: str
    reference_env: Path | None = None
    candidate_env: Path | None = None


@dataclass(frozen=True)
class Case:
    """One model and everything that its verdict depends on.

    folder: where case.toml and the golden lie. opset: what to export at if
    nobody says otherwise. upgrades: effective opsets that are accepted in place
    of the one asked for. keep: by precision, names of nodes that stay in FP32 where a candidate
    is made. by: the exporter that makes one. opset_said: whether ``opset`` stands in case.toml, and
    so must be that of a candidate which is a file. engines: name and options by role.
    environments: by role, where an engine runs in another than parity's own.
    """

    name: str
    folder: Path
    summary: str
    reference: Source
    candidate: str | None
    opset: int
    upgrades: tuple[int, ...]
    keep: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]
    precisions: tuple[str, ...]
    by: By
    engines: Mapping[str, tuple[str | None, Mapping[str, Scalar]]]
    environments: Mapping[str, Path]
    inputs: tuple[Inputs, ...]
    task: TaskConfig | None
    allowances: Mapping[str, Allowance]
    limits: Mapping[str, Limits]
    golden: str | None
    golden_batch: int
    accepted: Mapping[str, str]
    xfail: tuple[Xfail, ...]
    tokenizers: Tokenizers | None = None
    opset_said: bool = False

    def __repr__(self) -> str:
        source = self.reference
        model = f"zoo:{source.zoo}" if source.zoo else source.path
        return f"<parity.Case {shown(self.name)}: {shown(model)}, {', '.join(self.precisions)}>"

    @property
    def file(self) -> Path:
        """Its case.toml."""
        return self.folder / FILE
