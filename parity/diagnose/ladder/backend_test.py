"""Leave a stretch as a folder of ONNX's own backend tests, which every runtime can run.

``model.onnx``, and in ``test_data_set_0`` the tensors ``input_0.pb``, … ``output_0.pb``, … in the
order of the model's; outputs are the reference's values.
"""

from pathlib import Path
from typing import Any

import numpy as np

from parity import files
from parity.model.tensors import Array
from parity.written.stretch import Stretch

WANTED_BYTES = 1_000_000
"""Of the model: what an issue tracker takes, and a person opens. Weights of an operator that are
larger stay as they are, since without them it isn't that operator."""


def write(folder: Path, stretch: Stretch) -> bool:
    """Make the folder; whether there is one: a stretch without all its values has none.

    Of a model beyond ``WANTED_BYTES`` word tables are cut to the rows that are read. Raises
    OutputError where it can't be written.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.ModelProto()
    model.ParseFromString(stretch.model)
    graph = model.graph
    stored = {tensor.name for tensor in graph.initializer}
    inputs = [i.name for i in graph.input if i.name not in stored]
    outputs = [o.name for o in graph.output]
    known = set(inputs) <= set(stretch.inputs) and set(outputs) <= set(stretch.expected)
    if not known or not outputs:
        return False
    given = dict(stretch.inputs)
    if len(stretch.model) > WANTED_BYTES:
        _cut_tables(graph, given)
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    files.write(folder / "model.onnx", model.SerializeToString())
    for kind, names, arrays in (("input", inputs, given), ("output", outputs, stretch.expected)):
        for at, name in enumerate(names):
            tensor = numpy_helper.from_array(np.asarray(arrays[name]), name)
            files.write(data / f"{kind}_{at}.pb", tensor.SerializeToString())
    return True


def _cut_tables(graph: Any, given: dict[str, Array]) -> None:
    """Leave of tables the rows that ids read, and number the ids anew."""
    from onnx import numpy_helper

    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in [n for n in graph.node if n.op_type == "Gather"]:
        table, ids = node.input
        axis = next((a.i for a in node.attribute if a.name == "axis"), 0)
        alone = [len(readers[name]) == 1 for name in (table, ids)]
        if axis or not all(alone) or table not in stored or ids not in given:
            continue
        values = numpy_helper.to_array(stored[table])
        rows, numbered = np.unique(given[ids], return_inverse=True)
        if rows.size and -len(values) <= rows[0] and rows[-1] < len(values):
            cut = numpy_helper.from_array(np.ascontiguousarray(values[rows]), table)
            stored[table].CopyFrom(cut)
            given[ids] = numbered.reshape(given[ids].shape).astype(given[ids].dtype)
