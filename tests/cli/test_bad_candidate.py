"""A candidate that is bad is a finding: exit code 1, a line that says it, and nothing left."""

import json
import re
from dataclasses import dataclass
from typing import Any

import onnx
import pytest

from tests.cli import spoil as s
from tests.cli.command import Command
from tests.marks import slowly

QUICK = (
    *("check", "model.onnx", "--reference", "reference.onnx"),
    *("--max-examples", "1", "--max-length", "8", "--shrink-budget", "10"),
)
FAKE = (*QUICK, "--candidate-engine", "fake", "--candidate-option")
NAN = "non-finite-differs"
FAILED = "candidate-failed"


@dataclass(frozen=True)
class Bad:
    """kind: what is bad. finding: the kind of the first finding. says: its message has it."""

    kind: str
    finding: str
    says: str
    do: s.Spoil = s.nothing
    args: tuple[str, ...] = QUICK


def dangling(model: onnx.ModelProto) -> None:
    model.graph.node[-1].input[0] = "nowhere"


def mismatched(model: onnx.ModelProto) -> None:
    model.graph.node[-1].op_type = "Add"
    model.graph.node[-1].input.append("input_ids")


GRAPHS = [
    Bad("opset 99", FAILED, r"doesn't load: .*Opset 99", s.graph(s.opset(99))),
    Bad("unknown op", FAILED, r"doesn't load: .*Bogus", s.graph(s.last_op("Bogus"))),
    Bad("op of an unknown domain", FAILED, r"doesn't load: .*my\.domain:Thing",
        s.graph(s.last_op("Thing", "my.domain"))),
    Bad("dangling input", FAILED, r"doesn't load: .*'nowhere'", s.graph(dangling)),
    Bad("types that don't fit", FAILED, r"doesn't load: .*Type Error", s.graph(mismatched)),
    Bad("output of another declared type", FAILED, r"doesn't load: .*tensor\(double\)",
        s.graph(s.float64_output)),
    Bad("input missing", "input-differs", r"input_ids: the candidate doesn't take it",
        s.graph(s.no_inputs)),
    Bad("input of another name", "input-differs", r"input_ids: the candidate doesn't take it",
        s.graph(s.other_input)),
    Bad("extra input", "input-differs", r"token_type_ids: the candidate needs it",
        s.graph(s.extra_input)),
    Bad("input of another dtype", "input-differs", r"input_ids: the candidate takes int32",
        s.graph(s.int32_input)),
    Bad("NaN weight", NAN, r"fetch_name_0\[.*nan, expected -?[0-9.]+", s.graph(s.nan_weight)),
    Bad("NaN weight in the reference", NAN, r"fetch_name_0\[.*[0-9.]+, expected nan",
        s.graph(s.nan_weight, "reference.onnx")),
    Bad("NaN weights in both", "nothing-compared", r"fetch_name_0: nothing was compared",
        s.graph(s.nan_weights, "model.onnx", "reference.onnx")),
    Bad("another model", "candidate-failed|values-differ", r"out of data bounds|off",
        s.copied("other/model.onnx", "model.onnx")),
]  # fmt: skip

ENGINES = [
    *(
        Bad(f"{fault} on {when}", FAILED, says, args=(*FAKE, f"fault={fault}",
            "--candidate-option", f"when={when}", "--timeout", "0.7", "--open-timeout", "3"))
        for when in ("open", "run")
        for fault, says in (
            ("segv", "killed by SIGSEGV"), ("abort", "killed by SIGABRT"),
            ("exit", "exited with code 3; last words: leaving early"),
            ("kill", "killed by SIGKILL"), ("raise", "RuntimeError: planted$"),
            ("memory", "MemoryError"), ("hang", rf"no answer to {when} within"),
        )
    ),
    *(
        Bad(f"{fault} of outputs", finding, says, args=(*FAKE, f"fault={fault}"))
        for fault, finding, says in (
            ("nan", NAN, "nan, expected"), ("drop", "output-missing", "no such output"),
            ("extra", "output-extra", "extra: the reference has no such output"),
            ("rename", "output-missing", "unpaired there: fetch_name_0_renamed"),
            ("cast", "dtype-differs", "float64, expected float32"),
            ("transpose", "shape-differs", "transposed"),
            ("shift", "values-differ", r"off 0\.01, allowed"),
            ("empty", "shape-differs", r"shape \[0, "),
        )
    ),
]  # fmt: skip


UNEXPLAINED = ("--explain-budget", "0")


@pytest.mark.parametrize(
    "bad",
    slowly([*GRAPHS, *ENGINES], "hang on run", by=lambda bad: bad.kind),
    ids=lambda bad: bad.kind,
)
def test_a_finding(command: Command, bad: Bad) -> None:
    bad.do(command.work)
    done = command.run(*bad.args, *UNEXPLAINED, "--json", "out.json")
    report = json.loads((command.work / "out.json").read_text())
    assert done.code == 1, done.err
    assert (report["verdict"], report["passed"]) == ("differs", False)
    first = report["findings"][0]
    assert re.search(bad.finding, first["kind"])
    assert re.search(bad.says, first["message"]), first["message"]
    assert f"finding   {first['message']}\n" in done.out
    assert done.err == ""
    assert done.left == ["file out.json"]
    if bad.finding == "input-differs":  # said once
        assert "the candidate's own graph says otherwise" not in done.out


@pytest.mark.parametrize("fault", ["segv", "shift"])
@pytest.mark.parametrize(("condition", "shape"), [("batch=3", [3, 1]), ("length=5", [1, 5])])
def test_it_shrinks_to_where_the_fault_begins(
    command: Command, fault: str, condition: str, shape: list[int]
) -> None:
    done = command.run(
        *(*FAKE, f"fault={fault}", "--candidate-option", condition, "--json", "out.json")
    )
    assert done.code == 1, done.err
    minimal = minimal_of(command)
    assert minimal["feed"]["input_ids"]["shape"] == shape
    assert minimal["reproduced"]


def test_a_fault_that_comes_and_goes_is_told_as_such(command: Command) -> None:
    done = command.run(*FAKE, "fault=flicker", "--json", "out.json")
    assert done.code == 1
    assert not minimal_of(command)["reproduced"]
    assert "intermittent" in done.out


def minimal_of(command: Command) -> dict[str, Any]:
    report = json.loads((command.work / "out.json").read_text())
    minimal: dict[str, Any] = report["minimal"]
    return minimal
