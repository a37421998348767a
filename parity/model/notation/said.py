"""One input as the user describes it."""

from dataclasses import dataclass

from parity.model.spec import Domain, Extent, Shape, TensorSpec


@dataclass(frozen=True)
class InputSpec:
    """What is said of an input. What isn't said, None here, stays as the model shows it.

    shape: as that of a TensorSpec. extents: rules for its symbols, none of them free, in the
        order of the shape.
    domain: for pictures, ``channels`` is 0 where the shape alone says how many there are, and
        ``mean`` and ``std`` may hold one number for all channels.
    """

    name: str
    dtype: str | None = None
    shape: Shape | None = None
    domain: Domain | None = None
    extents: tuple[Extent, ...] = ()

    @classmethod
    def of(cls, spec: TensorSpec) -> "InputSpec":
        """All of an input."""
        return cls(spec.name, spec.dtype, spec.shape, spec.domain, spec.extents)


DTYPES = (
    *("float32", "float64", "float16", "bfloat16", "bool"),
    *("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64"),
)
"""Numpy's names of what inputs hold, the usual ones first."""


def unnamed(name: str, axis: int) -> str:
    """The symbol of an open axis that has no name of its own, as graphs are read too."""
    return f"{name}_axis{axis}"
