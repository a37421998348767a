"""Whether both sides take the same inputs, and have the outputs that the user names."""

from collections.abc import Iterator, Mapping

from parity.compare.findings import InputDiffers
from parity.engines import EngineInfo
from parity.errors import UsageError
from parity.model.agree import shown
from parity.model.spec import Signature, TensorSpec
from parity.model.tensors import Outputs
from parity.plugins import unknown


def mapped(renamed: Mapping[str, str], reference: EngineInfo, candidate: EngineInfo) -> None:
    """Raise UsageError for a pair of output names of which one isn't there."""
    sides = (("reference", reference, renamed.keys()), ("candidate", candidate, renamed.values()))
    for role, info, names in sides:
        there = [o.name for o in info.outputs]
        for name in names:
            if name not in there:
                raise UsageError(f"mapped outputs: {unknown(f'output of the {role}', name, there)}")


def inputs(
    reference: EngineInfo, candidate: EngineInfo, signature: Signature
) -> list[InputDiffers]:
    expected = {i.name: i for i in reference.inputs}
    dtypes = {spec.name: spec.dtype for spec in signature.inputs}
    actual = {i.name: i for i in candidate.inputs}
    missing = [
        InputDiffers(name, "the candidate doesn't take it, so it can't depend on it")
        for name in expected
        if name not in actual
    ]
    extra = [
        InputDiffers(name, "the candidate needs it, and the reference has no such input")
        for name in actual
        if name not in expected
    ]
    dtype = [
        InputDiffers(name, f"the candidate takes {i.dtype}, the reference {dtypes[name]}")
        for name, i in actual.items()
        if name in dtypes and i.dtype is not None and i.dtype != dtypes[name]
    ]
    return [*missing, *extra, *dtype]


def undeclared(declared: tuple[TensorSpec, ...], outputs: Outputs) -> Iterator[tuple[str, str]]:
    """Name and a line for each output whose rank or fixed extents aren't as its file declares.

    ONNX Runtime only warns of that; who allocates by the declaration is wrong.
    """
    for spec in declared:
        if not spec.declared or spec.name not in outputs:
            continue
        actual = outputs[spec.name].shape
        if len(spec.shape) == len(actual) and all(
            isinstance(axis, str) or axis < 0 or axis == extent
            for axis, extent in zip(spec.shape, actual, strict=True)
        ):
            continue
        yield (
            spec.name,
            f"the candidate declares its output {spec.name} as {shown(spec.shape)}, "
            f"and answers {list(actual)}: a program that trusts the declaration fails",
        )
