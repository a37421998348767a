"""A fault that only own feeds show is found with them, and shrunk to little."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

from parity.compare.findings import ValuesDiffer
from parity.errors import EngineError, InputError, UsageError
from parity.inputs import replay
from parity.inputs.feeds import SeededPlan
from parity.model.artifact import resolve
from parity.report.document import document
from parity.verify.feeds.afford import limits
from parity.verify.feeds.described import described
from parity.verify.feeds.own import brought
from parity.verify.feeds.planned import planned
from parity.verify.request import Effort, Request, Side
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger

IMAGENET = "mean=0.485 0.456 0.406, std=0.229 0.224 0.225"


def save(path: Path, nodes: list[onnx.NodeProto], inputs: dict[str, tuple[int, list[int | str]]],
         constants: dict[str, np.ndarray], shape: list[int | str]) -> Path:  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info(n, kind, axes) for n, (kind, axes) in inputs.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path
    )
    return path


def cnn(path: Path, *, redder_than: float | None = None) -> Path:
    """Three strided convolutions and a mean, as MobileNet in small.

    redder_than: the answer is off by 1 where the red of some 8x8 pixels is so far above the blue.
    """
    random = np.random.default_rng(3)
    constants: dict[str, np.ndarray] = {"fc": random.normal(size=(32, 10)).astype(np.float32)}
    nodes, x = [], "x"
    for index, (before, after) in enumerate(((3, 8), (8, 16), (16, 32))):
        weight = random.normal(size=(after, before, 3, 3), scale=(2 / (9 * before)) ** 0.5)
        constants[f"w{index}"] = weight.astype(np.float32)
        nodes += [
            helper.make_node("Conv", [x, f"w{index}"], [f"c{index}"], pads=[1] * 4, strides=[2, 2]),
            helper.make_node("Relu", [f"c{index}"], [f"r{index}"]),
        ]
        x = f"r{index}"
    nodes += [
        helper.make_node("GlobalAveragePool", [x], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "fc"], ["y" if redder_than is None else "right"]),
    ]
    if redder_than is not None:
        constants["colour"] = np.array([1, 0, -1], np.float32).reshape(1, 3, 1, 1)
        constants["most"] = np.array(redder_than, np.float32)
        nodes += [
            helper.make_node("AveragePool", ["x"], ["local"], kernel_shape=[8, 8], strides=[4, 4]),
            helper.make_node("Conv", ["local", "colour"], ["red"]),
            helper.make_node("GlobalMaxPool", ["red"], ["reddest"]),
            helper.make_node("Flatten", ["reddest"], ["flat red"]),
            helper.make_node("Greater", ["flat red", "most"], ["wrong"]),
            helper.make_node("Cast", ["wrong"], ["off"], to=TensorProto.FLOAT),
            helper.make_node("Add", ["right", "off"], ["y"]),
        ]
    x_axes: list[int | str] = ["n", 3, "h", "w"]
    return save(path, nodes, {"x": (TensorProto.FLOAT, x_axes)}, constants, ["n", 10])


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four pictures of 224 x 224 patches, one of them with a red disc."""
    folder = tmp_path / "photos"
    folder.mkdir()
    random = np.random.default_rng(0)
    for index, end in enumerate(("png", "jpg", "bmp", "png")):
        patches = random.integers(60, 190, (8, 8, 3)).astype(np.uint8)
        picture = Image.fromarray(np.kron(patches, np.ones((28, 28, 1), np.uint8)))
        if index == 2:
            ImageDraw.Draw(picture).ellipse((60, 80, 130, 150), fill=(255, 5, 5))
        picture.save(folder / f"{index}.{end}")
    return folder


def request(reference: Path, candidate: Path, **more: object) -> Request:
    sides = [Side(resolve(path), "ort") for path in (reference, candidate)]
    asked = Request(sides[0], sides[1], effort=Effort(40, shrink_s=60))
    return replace(asked, **more)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_picture_that_alone_shows_a_fault_finds_it_and_becomes_small(
    tmp_path: Path, photos: Path
) -> None:
    good = cnn(tmp_path / "good.onnx")
    bad = cnn(tmp_path / "bad.onnx", redder_than=3.8)
    assert verify(request(good, bad)).passed  # what is drawn without them doesn't reach it
    asked = request(good, bad, feeds=(photos,), picture=IMAGENET)
    result = verify(asked)
    assert [type(f) for f in result.verdict.findings] == [ValuesDiffer]
    assert result.feeds == 4
    assert result.minimal is not None
    example = result.minimal.example
    assert example.label == "shrunk from own feed 2.bmp"
    assert example.feed["x"].shape == (1, 3, 32, 32)
    # No more than the 8x8 pixels that the fault looks at.
    assert 0 < (example.feed["x"] != 0).any(axis=1).sum() <= 64
    assert result.minimal.reproduced
    told = document(result)
    assert told["feeds"] == 4
    assert told["minimal"]["label"] == "shrunk from own feed 2.bmp"

    inferred = described(asked)
    chosen = brought(asked, inferred, planned(asked, inferred, None, limits(asked, inferred))).plan
    again = replay.example(chosen, example.choices)
    np.testing.assert_array_equal(again.feed["x"], example.feed["x"])


def test_healthy_pictures_pass_and_are_counted(tmp_path: Path, photos: Path) -> None:
    good = cnn(tmp_path / "good.onnx")
    result = verify(request(good, good, feeds=(photos,), picture=IMAGENET))
    assert result.passed
    assert (result.feeds, result.verdict.examples) == (4, 4 + result.boundary + 40)
    assert any(note.startswith("feeds: pictures for x: RGB, NCHW") for note in result.notes)
    assert any("4 own feeds (0.png, 1.jpg, 2.bmp, …)" in note for note in result.notes)


@pytest.mark.slow
def test_a_change_of_an_own_feed_finds_what_none_of_them_shows(
    tmp_path: Path, photos: Path
) -> None:
    """Fed as it is the picture passes; a stronger one, which is near it, doesn't."""
    good = cnn(tmp_path / "good.onnx")
    bad = cnn(tmp_path / "bad.onnx", redder_than=4.1)
    asked = request(good, bad, feeds=(photos / "2.bmp",), picture=IMAGENET)
    result = verify(replace(asked, effort=Effort(400, shrink_s=60)))
    assert result.minimal is not None
    assert result.minimal.example.label == "shrunk from generated, from 2.bmp"


def word_tagger(path: Path, word: tuple[int, ...]) -> Path:
    """The tagger, which is off where these ids follow each other."""
    model = tagger(output="right")
    graph = model.graph

    def constant(name: str, value: list[int] | int) -> str:
        graph.initializer.append(numpy_helper.from_array(np.array(value, np.int64), name))
        return name

    axis, both = constant("axis", [1]), ""
    for index, value in enumerate(word):
        ends = constant(f"from {index}", [index]), constant(f"to {index}", [_end(index, word)])
        same, wanted = f"is {index}", constant(f"value {index}", value)
        graph.node.extend(
            [
                helper.make_node("Slice", ["ids", *ends, axis], [f"id {index}"]),
                helper.make_node("Equal", [f"id {index}", wanted], [same]),
            ]
        )
        if both:
            graph.node.append(helper.make_node("And", [both, same], [f"all {index}"]))
            same = f"all {index}"
        both = same
    graph.node.extend(
        [
            helper.make_node("Cast", [both], ["as number"], to=TensorProto.FLOAT),
            helper.make_node("ReduceSum", ["as number"], ["off"], keepdims=0),
            helper.make_node("Add", ["right", "off"], ["logits"]),
        ]
    )
    graph.output[0].name = "logits"
    onnx.save(model, path)
    return path


def _end(index: int, word: tuple[int, ...]) -> int:
    return 2**31 if index == len(word) - 1 else index + 1 - len(word)


def test_own_ids_find_what_no_id_alone_does(bench: Bench, tmp_path: Path) -> None:
    bad = word_tagger(tmp_path / "bad.onnx", (37, 23, 31))
    assert verify(request(bench.healthy, bad)).passed
    ids = np.random.default_rng(2).integers(24, 37, (5, 30))
    ids[3, 11:14] = 37, 23, 31
    np.savez(tmp_path / "mine.npz", ids=ids)
    result = verify(request(bench.healthy, bad, feeds=(tmp_path / "mine.npz",)))
    assert result.minimal is not None
    fed = result.minimal.example.feed["ids"]
    assert result.minimal.example.label == "shrunk from own feed mine.npz"
    assert fed.shape[0] == 1
    assert fed.shape[1] <= 14
    assert sorted(set(fed.reshape(-1).tolist()) - {0}) == [23, 31, 37]


def tabular(path: Path, *, wrong_above: int | None = None) -> Path:
    """An age and a speed to a number. wrong_above: ages count no further than this."""
    constants = {"hundred": np.array(100, np.float32), "slope": np.array([[2.0]], np.float32)}
    nodes = [helper.make_node("Cast", ["age"], ["years"], to=TensorProto.FLOAT)]
    years = "years"
    if wrong_above is not None:
        constants["most"] = np.array(wrong_above, np.float32)
        nodes.append(helper.make_node("Min", ["years", "most"], ["fewer"]))
        years = "fewer"
    nodes += [
        helper.make_node("Div", [years, "hundred"], ["share"]),
        helper.make_node("MatMul", ["share", "slope"], ["z"]),
        helper.make_node("Div", ["z", "speed"], ["y"]),
    ]
    inputs: dict[str, tuple[int, list[int | str]]] = {
        "age": (TensorProto.INT64, ["n", 1]),
        "speed": (TensorProto.FLOAT, []),
    }
    return save(path, nodes, inputs, constants, ["n", 1])


SAID = ("age: int64[n,1] in [0,120]", "speed: scale in [0.5,2]")


def test_what_is_said_of_a_table_reaches_its_fault(tmp_path: Path) -> None:
    good = tabular(tmp_path / "good.onnx")
    bad = tabular(tmp_path / "bad.onnx", wrong_above=90)
    result = verify(request(good, good, said=SAID))
    assert result.passed
    assert result.signature.said == ("age", "speed")
    assert "age: as said, int64[n,1] in [0,120]" in result.notes
    found = verify(request(good, bad, said=SAID))
    assert found.minimal is not None
    assert found.minimal.example.feed["age"].max() > 90
    assert document(found)["inputs"][0]["said"] is True
    assert document(found)["inputs"][1]["notation"] == "speed: float32[] scale in [0.5,2]"


def test_what_is_said_and_is_not_so_could_not_run(tmp_path: Path) -> None:
    good = tabular(tmp_path / "good.onnx")
    with pytest.raises(UsageError, match="age: said to be int32, but the model takes int64"):
        verify(request(good, good, said=("age: int32",)))


def test_a_feed_that_the_reference_refuses_is_told_by_its_file(
    bench: Bench, tmp_path: Path
) -> None:
    ids = np.ones((1, 80), np.int64)  # the tagger has 64 positions, which its graph hides
    np.savez(tmp_path / "long.npz", ids=ids)
    with pytest.raises((EngineError, InputError), match=r"long\.npz"):
        verify(request(bench.healthy, bench.healthy, feeds=(tmp_path,)))


def test_own_feeds_go_with_every_kind_of_plan(bench: Bench, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", ids=np.array([[3, 4, 5]]))
    asked = request(bench.healthy, bench.healthy, feeds=(tmp_path / "mine.npz",))
    result = verify(asked)
    assert result.passed
    inferred = described(asked)
    made = brought(asked, inferred, planned(asked, inferred, None, limits(asked, inferred)))
    assert isinstance(made.plan, SeededPlan)
    assert [e.label for e in made.examples] == ["own feed mine.npz"]
