"""Ways to make the files of a model bad, for tables of bad input."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Spoil = Callable[[Path], object]
"""Does something to the folder in which the command will run."""


def nothing(work: Path) -> None:
    """The files are good."""


def both(*spoils: Spoil) -> Spoil:
    def spoil(work: Path) -> None:
        for each in spoils:
            each(work)

    return spoil


def holds(name: str, content: bytes) -> Spoil:
    def spoil(work: Path) -> None:
        path = work / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)

    return spoil


def cut(name: str, keep: float) -> Spoil:
    """keep: the share of the file that stays; a negative one is so many bytes less."""

    def spoil(work: Path) -> None:
        content = (work / name).read_bytes()
        count = int(keep) if keep < 0 else int(len(content) * keep)
        (work / name).write_bytes(content[:count])

    return spoil


def without(*names: str) -> Spoil:
    def spoil(work: Path) -> None:
        for name in names:
            (work / name).unlink()

    return spoil


def folder(name: str) -> Spoil:
    return lambda work: (work / name).mkdir(parents=True)


def mode(name: str, bits: int) -> Spoil:
    return lambda work: (work / name).chmod(bits)


def copied(name: str, to: str) -> Spoil:
    return lambda work: shutil.copy(work / name, work / to)


def graph(change: Callable[[onnx.ModelProto], object], *names: str) -> Spoil:
    """Change ONNX models, by default the candidate."""

    def spoil(work: Path) -> None:
        for name in names or ("model.onnx",):
            model = onnx.load(work / name)
            change(model)
            # Not onnx.save: it would insist on some of what is bad here.
            (work / name).write_bytes(model.SerializeToString())

    return spoil


def nan_weight(model: onnx.ModelProto) -> None:
    value = np.array(numpy_helper.to_array(weight(model)))
    value.flat[0] = np.nan
    weight(model).CopyFrom(numpy_helper.from_array(value))


def nan_weights(model: onnx.ModelProto) -> None:
    """The whole head, so that every output is NaN."""
    value = np.full_like(numpy_helper.to_array(weight(model)), np.nan)
    weight(model).CopyFrom(numpy_helper.from_array(value))


def weight(model: onnx.ModelProto) -> onnx.TensorProto:
    tensor: onnx.TensorProto = head(model).attribute[0].t
    return tensor


def head(model: onnx.ModelProto) -> onnx.NodeProto:
    """The constant that is the last matrix."""
    return [n for n in model.graph.node if n.op_type == "Constant" and "w_0" in n.output[0]][-1]


def opset(version: int) -> Callable[[onnx.ModelProto], None]:
    def change(model: onnx.ModelProto) -> None:
        model.opset_import[0].version = version

    return change


def last_op(op_type: str, domain: str = "", source: str = "") -> Callable[[onnx.ModelProto], None]:
    """The node that gives the output becomes another."""

    def change(model: onnx.ModelProto) -> None:
        node = model.graph.node[-1]
        node.op_type, node.domain = op_type, domain
        if source:
            node.input[0] = source
        if domain:
            model.opset_import.append(helper.make_opsetid(domain, 1))

    return change


def no_outputs(model: onnx.ModelProto) -> None:
    del model.graph.output[:]


def no_inputs(model: onnx.ModelProto) -> None:
    """The ids become a constant."""
    ids = numpy_helper.from_array(np.zeros((1, 2), np.int64))
    model.graph.node.insert(0, helper.make_node("Constant", [], ["input_ids"], value=ids))
    del model.graph.input[:]


def extra_input(model: onnx.ModelProto) -> None:
    extra = helper.make_tensor_value_info("token_type_ids", TensorProto.INT64, ["b", "s"])
    model.graph.input.append(extra)


def other_input(model: onnx.ModelProto) -> None:
    """The only input bears another name."""
    model.graph.input[0].name = "ids"
    for node in model.graph.node:
        node.input[:] = ["ids" if name == "input_ids" else name for name in node.input]


def int32_input(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.INT32


def float64_output(model: onnx.ModelProto) -> None:
    """It says so, and is float32."""
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.DOUBLE


def external(model: onnx.ModelProto, *, location: str = "weights.bin", length: int = 96) -> None:
    """The head's weights move to a file beside."""
    node = head(model)
    tensor = onnx.TensorProto()
    tensor.CopyFrom(weight(model))
    tensor.name = node.output[0]
    tensor.ClearField("raw_data")
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", str(length))):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    model.graph.node.remove(node)
    model.graph.initializer.append(tensor)


def vocabulary(tokens: int) -> bytes:
    """A vocab.txt."""
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return "\n".join([*specials, *(f"字{i}" for i in range(tokens - 5))]).encode()


def pir(program: object) -> bytes:
    return json.dumps(program).encode()


def axis(value: int) -> Callable[[onnx.ModelProto], None]:
    """The second axis of the input gets a fixed size."""

    def change(model: onnx.ModelProto) -> None:
        model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = value

    return change


def weight_shape(value: int) -> Callable[[onnx.ModelProto], None]:
    """A weight claims another shape than its bytes have."""

    def change(model: onnx.ModelProto) -> None:
        weight(model).dims[:] = [value]

    return change


def pir_axis(name: str, value: int) -> Spoil:
    """Every open axis in a Paddle program gets a fixed size."""

    def changed(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: changed(inner) for key, inner in part.items()}
        if isinstance(part, list):
            shape = bool(part) and all(type(inner) is int for inner in part)
            return [value if shape and inner == -1 else changed(inner) for inner in part]
        return part

    def spoil(work: Path) -> None:
        whole = json.loads((work / name).read_text("utf-8"))
        (work / name).write_text(json.dumps(changed(whole)), "utf-8")

    return spoil


def huge_feed(name: str, value: int) -> Spoil:
    """An array whose header claims (1, value) ids, in 64 bytes."""
    claim = f"{{'descr': '<i8', 'fortran_order': False, 'shape': (1, {value}), }}"
    header = claim.ljust(117).encode() + b"\n"
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(64)

    def spoil(work: Path) -> None:
        if name.endswith(".npy"):
            (work / name).write_bytes(array)
            return
        with zipfile.ZipFile(work / name, "w") as packed:
            packed.writestr("input_ids.npy", array)

    return spoil
