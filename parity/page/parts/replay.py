"""The command that shows the same again, as far as the document tells."""

from collections.abc import Iterator
from pathlib import Path

from parity.compare.tolerance import DEFAULTS
from parity.page.kinds import Kind, name_of
from parity.page.node import Node
from parity.shown import command

SCRIPT = "repro.py"

_LONGEST = 4096  # characters of a path; no system takes more

_ENGINES = {"onnx": "ort", "pir": "paddle", "pdmodel": "paddle"}
"""What a format runs in if nobody says otherwise."""


def of_run(run: Node, bundle: Path | None = None) -> str:
    """Of one run: the bundle's own program, or the check of the same models with the same seed."""
    if bundle is not None and (bundle / SCRIPT).is_file():
        return command(["python", bundle / SCRIPT])
    model, reference = run["candidate"]["model"].text, run["reference"]["model"].text
    if not 0 < len(model) <= _LONGEST or not 0 < len(reference) <= _LONGEST:
        return ""
    told = [word.text for word in run["command"]]
    if told[:2] == ["parity", "check"] and max(map(len, told)) <= _LONGEST:
        return command(told)
    # As older reports tell.
    words: list[object] = ["parity", "check", model, "--reference", reference]
    precision = run["tolerance"]["precision"].text
    if precision not in ("", "fp32"):
        words += ["--precision", precision]
    words += _otherwise(run)
    effort = run["effort"]
    for key, option in (("seed", "--seed"), ("max_examples", "--max-examples")):
        if effort[key].whole is not None:
            words += [option, effort[key].text]
    return command(words)


def _otherwise(run: Node) -> Iterator[str]:
    """What of a run isn't as it is by default, as far as the document holds it."""
    for role in ("reference", "candidate"):
        engine = run[role]["engine"].text
        if engine not in ("", _ENGINES.get(run[role]["format"].text)):
            yield from (f"--{role}-engine", engine)
    tolerance = run["tolerance"]
    default = DEFAULTS.get(tolerance["precision"].text or "fp32")
    if default is not None and tolerance["rule"].text not in ("", default.rule):
        yield from ("--rule", tolerance["rule"].text)
    told = (tolerance["atol"].number, tolerance["rtol"].number)
    if default is not None and None not in told and told != (default.atol, default.rtol):
        yield from ("--atol", tolerance["atol"].text, "--rtol", tolerance["rtol"].text)
    for spec in run["inputs"]:
        if spec["said"].true:
            yield from ("--input", spec["notation"].text)


def of_cell(cell: Node, kind: Kind, document: Node) -> str:
    """Of one cell of a case; of models and deployments as of any run."""
    case = cell["case"].text or document["case"].text
    if kind not in ("case", "cells") or not 0 < len(case) <= _LONGEST:
        return ""
    run = cell["result"] if kind == "cells" else cell
    words: list[object] = ["parity", "check", f"golden/{case}"]
    opset, precision = cell["requested_opset"], cell["precision"].text
    if opset.whole is not None:
        words += ["--opset", opset.text]
    precision = precision or run["tolerance"]["precision"].text
    if precision:
        words += ["--precision", precision]
    seed = run["effort"]["seed"]
    seed = seed if seed.whole is not None else document["seed"]
    if seed.whole is not None:
        words += ["--seed", seed.text]
    return command(words) if name_of(cell) else ""
