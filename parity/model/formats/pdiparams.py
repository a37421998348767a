"""Check a ``.pdiparams`` against its program without reading the weights."""

from pathlib import Path

from parity.errors import ModelError
from parity.model.formats.read import graph_of
from parity.model.formats.stored import saved, walk


def parameters_of(program: Path) -> Path | None:
    """The ``.pdiparams`` of a Paddle program; None for a program without parameters.

    Raises ModelError if the program can't be read, or its parameters are
    missing, truncated, damaged or those of another model.
    """
    expected = saved(graph_of(program))
    file = program.with_suffix(".pdiparams")
    if not file.is_file():
        if expected:
            raise ModelError(
                f"{file}: missing, and {program.name} has {len(expected)} parameters; "
                "copy it beside the program, under the same name"
            )
        return None
    found = walk(file)
    if expected and not found:
        raise ModelError(
            f"{file}: is empty, and {program.name} has {len(expected)} parameters; "
            "export or copy both again"
        )
    if len(found) != len(expected):
        raise ModelError(
            f"{file}: holds {len(found)} parameters, {program.name} has {len(expected)}; "
            "these are the parameters of another model: copy both from one export"
        )
    for (name, parameter), stored in zip(expected, found, strict=True):
        if (parameter.shape, parameter.dtype) != (stored.shape, stored.dtype):
            raise ModelError(
                f'{file}: where {program.name} has "{name}", {parameter.dtype} '
                f"{list(parameter.shape)}, it holds {stored.dtype} {list(stored.shape)}; "
                "these are the parameters of another model: copy both from one export"
            )
    return file
