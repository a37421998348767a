"""A failing run as Markdown, ready for a bug report."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from parity.diagnose.explain import Explanation
from parity.diagnose.strip import drawn
from parity.report.marks import MARKDOWN
from parity.report.values import arrays
from parity.shown import shown
from parity.verify.request import Side
from parity.verify.result import Minimal, Result
from parity.written.culprit import Culprit

_FINDINGS = 8

_WHOSE = {
    "weights": "The weights of the exported model",
    "attributes": "An attribute that is another in the exported file",
    "exporter": "The export says something else than the model",
    "optimiser": "The runtime's graph optimisation changes what the model computes",
    "kernel": "A kernel of the runtime is wrong",
    "conversion": "The conversion to a lower precision is wrong",
    "reference": "The reference's kernels disagree with each other",
    "rounding": "Rounding, accumulated",
    "unknown": "Two engines disagree on one model",
}
"""Titles, by whose fault it is."""

_FILES = {
    "repro_op.py": "builds the op alone, exports it and shows the difference",
    "repro.py": "runs both models on the feed, and exits 1 while they differ",
    "stretch": "the guilty piece with the reference's values, as an ONNX backend test",
    "feed.npz": "the smallest feed on which they differ",
    "expected.npz": "what the reference answers to it",
    "actual.npz": "what the candidate answers to it",
    "report.json": "all of this, for a program",
}


def text(result: Result, explanation: Explanation | None, folder: Path) -> str:
    """What happened, why, how to see it again, and with what. folder: of the bundle."""
    parts = [MARKDOWN, f"# {_title(explanation)}", *_models(result), *_found(result)]
    if explanation is not None:
        parts += [*_why(explanation)]
    if result.minimal is not None:
        parts += [*_feed(result.minimal)]
    parts += [*_files(folder), *_environment(result)]
    return "\n".join(parts) + "\n"


def _title(explanation: Explanation | None) -> str:
    if explanation is None:
        return _WHOSE["unknown"]
    ops = f": {_code(explanation.culprits[0].reference_op)}" if explanation.culprits else ""
    return f"{_WHOSE[explanation.stage]}{ops}"


def _models(result: Result) -> Iterator[str]:
    request = result.request
    yield ""
    for role, side in (("reference", request.reference), ("candidate", request.candidate)):
        info = result.engines.get(role)
        version = f" {info.version}" if info else ""
        engine = f"{side.engine}{version}{_options(side)}"
        yield f"- {role}: {_code(side.model.program.name)} in {engine}"
    tolerance = request.tolerance
    yield (
        f"- precision {request.precision}, tolerance atol {tolerance.atol:g}, "
        f"rtol {tolerance.rtol:g}, by {tolerance.rule}"
    )


def _options(side: Side) -> str:
    told = ", ".join(f"{name}={value}" for name, value in side.options.items())
    return f" ({_plain(told)})" if told else ""


def _found(result: Result) -> Iterator[str]:
    yield from ("", "## What differs", "")
    findings = result.verdict.findings
    for finding in findings[:_FINDINGS]:
        yield f"- {_plain(finding)}"
    if len(findings) > _FINDINGS:
        yield f"- and {len(findings) - _FINDINGS} more"
    for warning in result.warnings:
        yield f"- warning: {_plain(warning)}"


def _why(explanation: Explanation) -> Iterator[str]:
    yield from ("", "## Why", "", _plain(explanation.summary))
    if explanation.strip:
        yield from ("", "```", drawn(explanation.strip).replace("```", "'''"), "```")
    if explanation.worst:
        yield from ("", *_table(explanation.worst))
    asked = [r for r in explanation.rungs if r.ran]
    if asked:
        yield from ("", "Asked, in turn:", "")
        yield from (f"1. {r.name}: {_plain(r.said)}" for r in asked)


def _table(worst: Sequence[Culprit]) -> Iterator[str]:
    """Own: off by, given the reference's values. Inherited: moved by what was before it."""
    yield "| op | node | made of | own | inherited | rounding |"
    yield "|---|---|---|---|---|---|"
    for op in worst:
        names = (op.op_type, op.node, op.reference_op)
        numbers = ("" if n is None else f"{n:.2g}" for n in (op.own, op.inherited, op.rounding))
        yield f"| {' | '.join([*map(_code, names), *numbers])} |"


def _feed(minimal: Minimal) -> Iterator[str]:
    yield from ("", "## On which input", "")
    if minimal.example.texts is not None:
        yield from (f"- text: {_code(t)}" for t in minimal.example.texts)
    for name, array in minimal.example.feed.items():
        yield f"- {_code(name)} {array.dtype} {list(array.shape)}: {_plain(arrays.line(array))}"


def _files(folder: Path) -> Iterator[str]:
    there = {name: what for name, what in _FILES.items() if (folder / name).exists()}
    yield from ("", "## Files", "")
    yield from (f"- {_code(name)}: {what}" for name, what in there.items())


def _environment(result: Result) -> Iterator[str]:
    environment = result.environment
    versions = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
    yield from ("", "## Environment", "")
    yield f"- Python {environment.python}, {_plain(environment.system)}, {_plain(environment.cpu)}"
    yield f"- {_plain(versions)}"
    if environment.effective_opset is not None:
        asked = environment.requested_opset
        told = "" if asked in (None, environment.effective_opset) else f", {asked} asked for"
        yield f"- opset {environment.effective_opset}{told}"


def _plain(text: object) -> str:
    """Foreign text that makes no markup of its own, on one line."""
    line = " ".join(shown(text).split())
    for mark in ("\\", "|", "<", "*", "[", "]", "#"):
        line = line.replace(mark, f"\\{mark}")
    return line


def _code(text: object) -> str:
    line = " ".join(shown(text).split()).replace("`", "'").replace("|", "\\|")
    return f"`{line}`"
