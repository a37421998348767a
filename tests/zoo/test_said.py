"""What inspect prints of a real model says the same when it is pasted."""

import shlex

import pytest
from click.testing import CliRunner

from parity.cli.inspect import inspect
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.notation.applied import told
from parity.zoo import build


@pytest.mark.parametrize("name", ["lac", "ernie-3.0-nano"])
@pytest.mark.parametrize("file", ["inference.json", "model.onnx"])
def test_what_is_printed_can_be_pasted(name: str, file: str) -> None:
    path = build(name) / file
    done = CliRunner().invoke(inspect, [str(path)], catch_exceptions=False)
    words = [shlex.split(line) for line in done.output.splitlines() if "--input" in line]
    found = signature(resolve(path))
    made = told(found, [text for _, text in words])
    assert (made.inputs, made.outputs) == (found.inputs, found.outputs)
    assert len(words) == len(found.inputs) > 0
