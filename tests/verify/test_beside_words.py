"""A float beside each word is as long as the words, and isn't left at zero where rows are long."""

from dataclasses import replace

import numpy as np
import onnx
from onnx import helper

from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.verify.request import Effort, Side
from parity.verify.run import verify
from tests.diagnose.ladder.small import FLOAT, INT64, model
from tests.verify.conftest import Bench

N = helper.make_node


def weighed(*, until: int | None = None) -> onnx.ModelProto:
    """Words, each times the time that somebody stayed there; a faulty one forgets after some."""
    nodes = [N("Gather", ["table", "ids"], ["rows"])]
    stored = {
        "table": np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32),
        "last": np.array([-1]),
    }
    stay = "stay"
    if until is not None:
        stored |= {
            "zero": np.array(0), "one": np.array(1), "until": np.array(until),
            "no": np.zeros((), np.float32),
        }  # fmt: skip
        nodes += [
            N("Shape", ["stay"], ["shape"]),
            N("Gather", ["shape", "one"], ["size"]),
            N("Range", ["zero", "size", "one"], ["places"]),
            N("Less", ["places", "until"], ["seen"]),
            N("Where", ["seen", "stay", "no"], ["kept"]),
        ]
        stay = "kept"
    nodes += [
        N("Unsqueeze", [stay, "last"], ["wide"]),
        N("Mul", ["rows", "wide"], ["weighed"]),
        N("ReduceMean", ["weighed"], ["y"], axes=[1], keepdims=0),
    ]
    inputs = {"ids": (INT64, ["n", "t"]), "stay": (FLOAT, ["m", "s"])}
    return model(nodes, inputs, {"y": (FLOAT, ["n", 4])}, stored)


def test_what_is_multiplied_with_the_words_is_as_long_as_they_are(bench: Bench) -> None:
    found = signature(resolve(bench.save("weighed", weighed())))
    shapes = {spec.name: spec.shape for spec in found.inputs}
    assert shapes == {"ids": ("batch", "sequence"), "stay": ("batch", "sequence")}


def test_what_is_forgotten_beyond_some_words_is_found_by_a_feed_that_is_there_for_it(
    bench: Bench,
) -> None:
    candidate = weighed(until=24)
    candidate.producer_name = "an exporter"
    made = bench.request(bench.save("candidate", candidate), effort=Effort(1, shrink_s=5))
    reference = Side(resolve(bench.save("weighed", weighed())), "ort")
    result = verify(replace(made, reference=reference))
    assert not result.verdict.passed
    assert result.minimal is not None
    assert "boundary" in result.minimal.example.label
    assert result.refused == 0
    healthy = replace(made, candidate=replace(reference, options={"optimization": "basic"}))
    assert verify(replace(healthy, reference=reference)).verdict.passed
