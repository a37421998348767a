"""Branches and loop bodies of Paddle 2's programs are read beside the main block."""

from pathlib import Path
from typing import Any

from parity.model.formats.pdmodel_graph import read
from parity.model.formats.program_desc import DENSE_TENSOR, message

FLOAT = 5


def _variable(block: Any, name: str, *dims: int) -> None:
    variable = block.vars.add(name=name)
    variable.type.type = DENSE_TENSOR
    variable.type.dense_tensor.tensor.data_type = FLOAT
    variable.type.dense_tensor.tensor.dims.extend(dims)


def _op(block: Any, kind: str, given: dict[str, str], made: dict[str, str]) -> Any:
    op = block.ops.add(type=kind)
    for slots, names in ((op.inputs, given), (op.outputs, made)):
        for parameter, name in names.items():
            slots.add(parameter=parameter, arguments=[name])
    return op


def program() -> Any:
    """x -> a branch that adds y to it -> out."""
    made = message("ProgramDesc")()
    main = made.blocks.add(idx=0, parent_idx=-1)
    for name in ("x", "y", "out"):
        _variable(main, name, -1, 4)
    for at, name in enumerate(("x", "y")):
        feed = _op(main, "feed", {"X": "feed"}, {"Out": name})
        feed.attrs.add(name="col", type=0, i=at)
    _op(main, "conditional_block", {"Input": "x"}, {"Out": "out"})
    _op(main, "fetch", {"X": "out"}, {"Out": "fetch"})
    branch = made.blocks.add(idx=1, parent_idx=0)
    _op(branch, "elementwise_add", {"X": "x", "Y": "y"}, {"Out": "out"})
    return made


def test_the_ops_of_a_branch_are_inner_ones(tmp_path: Path) -> None:
    file = tmp_path / "old.pdmodel"
    file.write_bytes(program().SerializeToString())
    graph = read(file)
    assert [node.op for node in graph.nodes] == ["conditional_block"]
    (inner,) = graph.inner
    assert (inner.op, inner.inputs, inner.outputs) == ("add", ("x", "y"), ("out",))
