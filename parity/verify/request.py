"""What to verify, with what, and how hard to look."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.engines import Options
from parity.errors import UsageError
from parity.exports.calibration import Calibration
from parity.model.artifact import Artifact
from parity.model.precisions import COMPUTED, family
from parity.model.tensors import Array
from parity.processes.interpreter import Interpreter


@dataclass(frozen=True)
class Side:
    """One of the two models: its files, its engine, the engine's options.

    interpreter: of the environment that the engine runs in; None for parity's own.
    """

    model: Artifact
    engine: str
    options: Options = field(default_factory=dict)
    interpreter: Interpreter | None = None


def computing(side: Side, precision: str, *, named: bool) -> Side:
    """A candidate's side, where an engine is to compute in a precision that no file is of.

    named: whether somebody chose the engine. Raises UsageError for one that doesn't, and for an
    option that says otherwise.
    """
    if precision not in COMPUTED:
        return side
    engine = COMPUTED[precision]
    if named and side.engine != engine:
        raise UsageError(f"{precision}: {engine} computes in it, {side.engine} is not known to")
    if side.model.format != "onnx":
        raise UsageError(f"{precision}: is for an ONNX file, not {side.model.program.name}")
    if side.options.get("precision", precision) != precision:
        raise UsageError(f"{precision}: option precision={side.options['precision']} says another")
    options = side.options if named else {}  # those of another engine aren't this one's
    return replace(side, engine=engine, options={**options, "precision": precision})


@dataclass(frozen=True)
class TaskConfig:
    """How outputs become what a user sees: the task's name and its own keys."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """A text and the answer that was recorded for it.

    shown: a line an entity, or the label. logits: the decoded output for this
    text, float32 (tokens, classes) or (classes,), without padding; None where it
    wasn't kept.
    """

    text: str
    shown: tuple[str, ...]
    confidence: float | None = None
    logits: Array | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Effort:
    """How hard to look.

    max_examples: generated examples; the boundary feeds come on top.
    budget_s: seconds after which no new example is generated; None for no limit. The
    boundary feeds, recorded texts and known examples are always run, all of them.
    shrink_s: seconds for making a failing feed small. seed: of everything drawn, and of
    what takes turns. every_length: feed each length up to the longest, and not only
    some of them in turn.
    """

    max_examples: int = 100
    budget_s: float | None = None
    shrink_s: float = 60.0
    seed: int = 0
    every_length: bool = False

    def __post_init__(self) -> None:
        if self.max_examples < 1:
            raise UsageError(f"max-examples {self.max_examples}: at least one is needed")
        if self.budget_s is not None and self.budget_s <= 0:
            raise UsageError(f"budget {self.budget_s:g}: give seconds above zero")


@dataclass(frozen=True)
class Request:
    """Everything that decides a verdict.

    renamed: candidate's output name by reference's. tokenizer: file or folder;
    None to look beside the models. kind: the input plan by name; None chooses.
    max_batch, max_length: bounds of the feeds; None takes the plan's.
    said: inputs in the notation of ``parity.model.notation``; it wins over what is inferred.
    feeds: files and folders of feeds that run first; picture: how a picture becomes one.
    task: decodes answers, compared on examples with texts. confidence: how far a
    label's probability may move. ties: share of answers that may flip inside the
    margin. golden: recorded answers, which both sides must give; run in batches of
    ``golden_batch``; the reference's confidence within ``golden_confidence``. database:
    folder in which failing examples are kept for the next run. replay: blobs of
    examples, run with those. strict: a run with a warning doesn't pass.
    accepted: outputs that may say nothing, with the reason. oracle: hold both sides against
    float64. max_size_mb: that the candidate may take on disk. calibration: what parity makes a
    candidate of this precision with.
    """

    reference: Side
    candidate: Side
    precision: str = "fp32"
    tolerance: Tolerance = DEFAULTS["fp32"]
    effort: Effort = field(default_factory=Effort)
    tokenizer: Path | None = None
    kind: str | None = None
    max_batch: int | None = None
    max_length: int | None = None
    said: tuple[str, ...] = ()
    feeds: tuple[Path, ...] = ()
    picture: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    database: Path | None = None
    replay: tuple[str, ...] = ()
    task: TaskConfig | None = None
    confidence: float = 1e-5
    ties: float = 0.0
    golden: tuple[Recorded, ...] = ()
    golden_batch: int = 1
    golden_confidence: float = 1e-5
    strict: bool = False
    accepted: Mapping[str, str] = field(default_factory=dict)
    oracle: bool = False
    max_size_mb: float | None = None
    calibration: Calibration | None = None
    open_timeout_s: float = 300.0
    run_timeout_s: float = 120.0

    @property
    def family(self) -> str:
        """The plain precision, by which it is decided what is looked at."""
        return family(self.precision)
