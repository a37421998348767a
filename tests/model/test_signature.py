"""What inputs mean is read from the structure of real programs and their exports."""

from pathlib import Path

import pytest

from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.spec import (
    AttentionMask,
    Domain,
    Image,
    Lengths,
    PositionIds,
    SegmentIds,
    Signature,
    TokenIds,
    Values,
)

FORMS = [
    "pir/{}/inference.json",
    "pdmodel/{}/inference.pdmodel",
    "pir/{}/opset7.onnx",
    "pir/{}/opset13.onnx",
    "pir/{}/opset16.onnx",
    "pdmodel/{}/opset7.onnx",
    "pdmodel/{}/opset16.onnx",
]

IDS = ("batch", "sequence")

EXPECTED: dict[str, dict[str, tuple[Domain, tuple[int | str, ...]]]] = {
    "ernie": {
        "input_ids": (TokenIds(50, pad=0, positions=24, masked=True), IDS),
        "token_type_ids": (SegmentIds(4), IDS),
    },
    "ernie_pad1": {
        "input_ids": (TokenIds(50, pad=1, positions=24, masked=True), IDS),
        "token_type_ids": (SegmentIds(4), IDS),
    },
    "bert": {
        "input_ids": (TokenIds(50, positions=24), IDS),
        "attention_mask": (AttentionMask("input_ids"), IDS),
        "token_type_ids": (SegmentIds(2), IDS),
    },
    "explicit": {
        "a": (TokenIds(50, pad=1, positions=24), IDS),
        "b": (PositionIds(24), IDS),
    },
    "pooled": {"words": (TokenIds(50), IDS), "count": (Lengths("words"), ("batch",))},
    "picture": {"image": (Image(3), ("batch", 3, "image_axis2", "image_axis3"))},
    "mlp": {
        "left": (Values(-3.0, 3.0), ("batch", 6)),
        "right": (Values(-3.0, 3.0), ("batch", 3)),
    },
    "bare": {"x": (Values(-3.0, 3.0), (2, 3))},
}


def read(path: Path) -> Signature:
    return signature(resolve(path))


def domains(found: Signature) -> dict[str, tuple[Domain | None, tuple[int | str, ...]]]:
    return {spec.name: (spec.domain, spec.shape) for spec in found.inputs}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("net", EXPECTED)
def test_every_format_of_a_net_says_the_same(nets: Path, net: str, form: str) -> None:
    found = read(nets / form.format(net))
    assert domains(found) == EXPECTED[net]
    assert found.unread == ()


@pytest.mark.parametrize("form", ["pir/{}/inference.json", "pdmodel/{}/inference.pdmodel"])
@pytest.mark.parametrize(
    ("net", "words", "lengths"),
    [("lac", "token_ids", "length"), ("sequence_mask", "words", "count")],
)
def test_lengths_of_recurrent_nets_and_sequence_masks(
    nets: Path, net: str, words: str, lengths: str, form: str
) -> None:
    assert domains(read(nets / form.format(net))) == {
        words: (TokenIds(50), IDS),
        lengths: (Lengths(words), ("batch",)),
    }


def test_the_lengths_that_paddle2onnx_loses_are_unread_and_known_by_name_only(
    nets: Path,
) -> None:
    found = read(nets / "pir" / "lac" / "opset16.onnx")
    assert found.unread == ("length",)
    assert dict(domains(found))["length"][0] == Lengths("token_ids")
    assert any("by its name only" in line for line in found.evidence)


def test_every_input_has_evidence(nets: Path) -> None:
    for net in EXPECTED:
        found = read(nets / "pir" / net / "inference.json")
        for spec in found.inputs:
            assert any(line.startswith(f"{spec.name}: ") for line in found.evidence)


def test_outputs_share_the_symbols_of_the_inputs_where_that_is_certain_enough(
    nets: Path,
) -> None:
    def shapes(net: str) -> list[tuple[int | str, ...]]:
        return [spec.shape for spec in read(nets / "pir" / net / "inference.json").outputs]

    assert shapes("ernie") == [("batch", "sequence", 7)]
    assert shapes("bert") == [("batch", 3)]
    assert shapes("mlp") == [("batch", 5), ("batch", 5)]
    assert shapes("bare") == [(2, 3)]


def test_reading_an_onnx_graph_does_not_read_its_weights(tmp_path: Path) -> None:
    """A sparse file of 2 GB: read at once, or not within the time of this test."""
    import time

    import numpy as np
    import onnx
    from onnx import helper, numpy_helper

    from parity.model.formats import onnx_light

    length = 1_900_000_000
    shape = [length // 400, 100]
    tensor = onnx.TensorProto(name="table", data_type=1, dims=shape)
    small = numpy_helper.from_array(np.zeros(1, np.float32), "small")
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "ids"], ["y"])],
        "g",
        [helper.make_tensor_value_info("ids", 7, [None, None])],
        [helper.make_tensor_value_info("y", 1, None)],
        [small],
    )
    model = helper.make_model(graph)
    del model.graph.initializer[:]

    def field(number: int, body: bytes, more: int = 0) -> bytes:
        return onnx_light._encode(number << 3 | 2) + onnx_light._encode(len(body) + more) + body

    inner = tensor.SerializeToString() + onnx_light._encode(9 << 3 | 2)
    inner += onnx_light._encode(length)
    initializer = field(5, inner, more=length)
    outer = model.graph.SerializeToString() + initializer
    model.ClearField("graph")
    path = tmp_path / "big.onnx"
    with path.open("wb") as file:
        file.write(model.SerializeToString() + field(7, outer, more=length))
        file.truncate(file.tell() + length)
    start = time.monotonic()
    found = read(path)
    assert time.monotonic() - start < 2
    domain = found.inputs[0].domain
    assert isinstance(domain, TokenIds)
    assert domain.vocabulary == shape[0]
