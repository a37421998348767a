"""The command that checks again says all that decides a verdict, and shows the same."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import CliRunner

import parity
from parity.cli.main import parity as command
from parity.compare.answers import ConfidenceDiffers
from parity.compare.tolerance import Tolerance
from parity.diagnose.advice import advice
from parity.errors import InputError
from parity.page.node import Node
from parity.page.parts import replay
from parity.verify import again
from parity.verify.request import Effort
from parity.verify.run import verify
from parity.written.said import WeightSaid
from tests.verify.conftest import Bench, tagger


def test_everything_that_was_chosen_is_in_it(bench: Bench) -> None:
    asked = bench.request(fault="shift", effort=Effort(3, seed=5))
    asked = replace(
        asked, tolerance=Tolerance(1e-3, 1e-4), max_batch=2, max_length=7, strict=True,
        said=("ids: int64[n,t] ids of 50",), feeds=(Path("a feed.npz"),), renamed={"y": "z"},
    )  # fmt: skip
    words = again.words(asked)
    pairs = set(pairwise(words))
    assert words[:2] == ["parity", "check"]
    assert pairs >= {
        ("--rtol", "0.0001"), ("--atol", "0.001"), ("--max-batch", "2"), ("--max-length", "7"),
        ("--seed", "5"), ("--max-examples", "3"), ("--input", "ids: int64[n,t] ids of 50"),
        ("--feeds", "a feed.npz"), ("--map-output", "y=z"), ("--candidate-engine", "fake"),
        ("--candidate-option", "fault=shift"),
    }  # fmt: skip
    assert "--strict" in words
    assert again.line(asked).endswith("fault=shift")
    assert "'a feed.npz'" in again.line(asked)


@pytest.mark.slow
def test_a_report_shows_the_same_again(bench: Bench, tmp_path: Path) -> None:
    result = verify(bench.request(fault="shift", effort=Effort(1, shrink_s=2)))
    assert not result.verdict.passed
    report = tmp_path / "again.json"
    words = [*again.words(result.request), "--explain-budget", "0", "--json", str(report)]
    done = CliRunner().invoke(command, words[1:], standalone_mode=False)
    assert done.return_value == 1, done.output
    told = json.loads(report.read_text("utf-8"))
    assert told["command"][: len(again.words(result.request))] == again.words(result.request)
    assert replay.of_run(Node(told)) == again.line(result.request)


def test_a_report_of_somebody_else_brings_no_command_but_a_check() -> None:
    side = {"model": "m.onnx", "format": "onnx", "engine": "ort"}
    told = {"reference": side, "candidate": side, "command": ["rm", "-rf", "x"]}
    assert replay.of_run(Node(told)) == "parity check m.onnx --reference m.onnx"
    hostile = {**told, "command": ["parity", "check", "a; rm -rf x"]}
    assert replay.of_run(Node(hostile)) == "parity check 'a; rm -rf x'"


def test_what_is_about_answers_alone_the_files_do_not_show(bench: Bench) -> None:
    result = verify(bench.request(effort=Effort(1)))
    assert not again.about_answers(result)
    found = ConfidenceDiffers("a text", "yes", 0.9, 0.5, 0.1)
    told = replace(result, verdict=replace(result.verdict, findings=(found,)))
    assert again.about_answers(told)


def test_halves_are_to_be_checked_as_such(bench: Bench) -> None:
    asked = bench.request()
    half = WeightSaid("w", "w", "rounded", 3, 4, 1e-4, detail="to float16, 0.5", coarse=True)
    assert "--precision fp16" in advice("weights", asked, weights=[half])
    other = replace(half, kind="changed", detail="is changed", coarse=False)
    assert "--precision" not in advice("weights", asked, weights=[half, other])
    assert "--precision" not in advice("weights", asked)


def test_a_renamed_output_is_nobodys_fault(bench: Bench) -> None:
    request = bench.request()
    candidate = bench.save("renamed", tagger(output="scores"))
    feed = {"ids": np.array([[1, 2]])}
    with pytest.raises(InputError, match=r"has no output logits of the reference; .*--map-output"):
        parity.explain(candidate, request.reference.model.program, feed=feed)


def test_a_file_that_does_not_load_is_explained(bench: Bench) -> None:
    model = tagger()
    model.graph.node[-1].op_type = "MatMal"
    reference = bench.request().reference.model.program
    path = bench.folder / "unknown.onnx"
    onnx.save(model, path)
    found = parity.explain(path, reference, max_examples=1)
    assert (found.stage, [c.op_type for c in found.culprits]) == ("exporter", ["MatMal"])
    assert "the runtime knows no operator of that name" in found.summary
    assert "the weights are not to blame" in found.summary.replace("The", "the")
