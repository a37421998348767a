"""A case: one row of the gate, as data. ``golden/<case>/case.toml``.

The README describes every key. Unknown keys are errors with their line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parity.closed import File, Table
from parity.compare.tolerance import DEFAULTS, Rule, Tolerance
from parity.errors import CaseError, UsageError
from parity.plugins import unknown
from parity.verify.request import TaskConfig

FILE = "case.toml"
OPSETS = range(7, 17)
"""What Paddle2ONNX documents, and what the gate's matrix covers."""

PRECISIONS = tuple(DEFAULTS)


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
    """One way to feed the model. None takes the plan's own bounds."""

    name: str
    kind: str | None = None
    max_batch: int | None = None
    max_length: int | None = None
    examples: int | None = None


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
class Xfail:
    """A cell that is known to fail, and must. None matches every value."""

    reason: str
    issue: str
    opset: int | None = None
    precision: str | None = None
    engine: str | None = None
    inputs: str | None = None

    def matches(self, *, opset: int, precision: str, engine: str, inputs: str) -> bool:
        """Whether a cell is the one that is meant."""
        mine = (self.opset, self.precision, self.engine, self.inputs)
        cell = (opset, precision, engine, inputs)
        return all(m is None or m == c for m, c in zip(mine, cell, strict=True))


@dataclass(frozen=True)
class Case:
    """One model and everything that its verdict depends on.

    folder: where case.toml and the golden lie. opset: what to export at if
    nobody says otherwise. upgrades: effective opsets that are accepted in place
    of the one asked for. engines: name and options by role.
    """

    name: str
    folder: Path
    summary: str
    reference: Source
    candidate: str | None
    opset: int
    upgrades: tuple[int, ...]
    precisions: tuple[str, ...]
    engines: Mapping[str, tuple[str | None, Mapping[str, str | int | float | bool]]]
    inputs: tuple[Inputs, ...]
    task: TaskConfig | None
    allowances: Mapping[str, Allowance]
    golden: str | None
    golden_batch: int
    xfail: tuple[Xfail, ...]


# Ties and confidence by precision. FP32 decides exactly as the reference; FP16 moved TNEWS
# probabilities by 7e-4 and INT8 by 3e-2 (ERNIE 3.0 and text classification deployment guides).
_TIES = {"fp32": 0.0, "fp16": 0.02, "int8": 0.1}
_CONFIDENCE = {"fp32": 1e-5, "fp16": 2e-3, "int8": 6e-2}


def load(folder: Path) -> Case:
    """Read and check a case. Raises CaseError with file, line, and what to do."""
    path = folder / FILE if folder.is_dir() else folder
    root = File(path).root()
    candidate, opset, upgrades = _candidate(root.table("candidate"))
    case = Case(
        name=path.parent.name,
        folder=path.parent,
        summary=root.need("summary", str),
        reference=_source(root.table("reference")),
        golden=root.get("golden", str, "") or None,
        golden_batch=root.get("golden_batch", int, 1),
        precisions=_precisions(root),
        candidate=candidate,
        opset=opset,
        upgrades=upgrades,
        engines=_engines(root.table("engines")),
        inputs=_inputs(root.table("inputs")),
        task=_task(root.table("task")),
        allowances=_allowances(root.table("tolerance")),
        xfail=tuple(_xfail(table) for table in root.tables("xfail")),
    )
    root.finish()
    return case


def _source(table: Table) -> Source:
    source = Source(
        zoo=table.maybe("zoo", str),
        path=table.maybe("path", str),
        head=table.maybe("head", str),
        tokenizer=table.maybe("tokenizer", str),
        sha256=table.maybe("sha256", str),
    )
    if (source.zoo is None) == (source.path is None):
        raise table.error("zoo", 'or "path" must say where the reference is, one of the two')
    table.finish()
    return source


def _candidate(table: Table) -> tuple[str | None, int, tuple[int, ...]]:
    path = table.maybe("path", str)
    opset = table.get("opset", int, 13)  # ERNIE 3.0 deployment guide
    upgrades = table.integers("upgrades")
    if opset not in OPSETS:
        raise table.error(
            "opset", f"{opset} is outside {OPSETS[0]}-{OPSETS[-1]}; export at one of these"
        )
    table.finish()
    return path, opset, upgrades


def _precisions(root: Table) -> tuple[str, ...]:
    chosen = root.strings("precisions") or ("fp32",)
    for name in chosen:
        if name not in PRECISIONS:
            raise root.error("precisions", unknown("precision", name, PRECISIONS), bare=True)
    return chosen


def _engines(
    table: Table,
) -> dict[str, tuple[str | None, Mapping[str, str | int | float | bool]]]:
    engines: dict[str, tuple[str | None, Mapping[str, str | int | float | bool]]] = {}
    for role in ("reference", "candidate"):
        inner = table.table(role)
        name = inner.maybe("engine", str)
        options = {k: v for k, v in inner.rest().items() if isinstance(v, str | int | float | bool)}
        engines[role] = (name, options)
    table.finish()
    return engines


def _inputs(table: Table) -> tuple[Inputs, ...]:
    found = []
    for name, inner in table.named():
        found.append(
            Inputs(
                name,
                inner.maybe("kind", str),
                inner.maybe("max_batch", int),
                inner.maybe("max_length", int),
                inner.maybe("examples", int),
            )
        )
        for key in ("max_batch", "max_length", "examples"):
            value = getattr(found[-1], key)
            if value is not None and value < 1:
                raise inner.error(key, f"must be at least 1, not {value}")
        inner.finish()
    return tuple(found) or (Inputs("default"),)


def _task(table: Table) -> TaskConfig | None:
    name = table.maybe("name", str)
    options = table.rest()
    if name is None and options:
        raise table.error("name", "is missing: which task are these keys for?")
    return None if name is None else TaskConfig(name, options)


def _allowances(table: Table) -> dict[str, Allowance]:
    allowances = {}
    for precision, default in DEFAULTS.items():
        inner = table.table(precision)
        rule = inner.get("rule", str, default.rule)
        if rule not in ("max", "elementwise"):
            raise inner.error("rule", unknown("rule", rule, ("max", "elementwise")), bare=True)
        kind: Rule = "elementwise" if rule == "elementwise" else "max"
        atol, rtol = inner.get("atol", float, default.atol), inner.get("rtol", float, default.rtol)
        ties = inner.get("ties", float, _TIES[precision])
        confidence = inner.get("confidence", float, _CONFIDENCE[precision])
        for key, value in (("ties", ties), ("confidence", confidence)):
            if not 0 <= value < 1:
                raise inner.error(key, f"must be from 0 up and below 1, not {value:g}")
        try:
            allowances[precision] = Allowance(Tolerance(atol, rtol, kind), ties, confidence)
        except UsageError as error:
            raise inner.error("rtol", f"and atol: {error}", bare=False) from error
        inner.finish()
    table.finish()
    return allowances


def _xfail(table: Table) -> Xfail:
    reason, issue = table.need("reason", str), table.need("issue", str)
    for key, value in (("reason", reason), ("issue", issue)):
        if not value.strip():
            raise table.error(key, "must say something: it is why a failure is let through")
    row = Xfail(
        reason,
        issue,
        table.maybe("opset", int),
        table.maybe("precision", str),
        table.maybe("engine", str),
        table.maybe("inputs", str),
    )
    table.finish()
    return row


def find(name: str, roots: tuple[Path, ...]) -> Case:
    """A case by folder, by its file, or by name under one of the roots.

    Raises CaseError, listing the cases that there are.
    """
    for folder in (Path(name), *(root / name for root in roots)):
        if (folder / FILE).is_file() or (folder.name == FILE and folder.is_file()):
            return load(folder)
    known = [path.parent.name for root in roots for path in sorted(root.glob(f"*/{FILE}"))]
    raise CaseError(unknown("case", name, known))
