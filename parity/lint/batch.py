"""Activations that are scaled as they come: a row's answer depends on the rows beside it."""

from collections.abc import Iterator

from parity.lint.about import About, Lint, called

KIND = "batch-dependent"
_DYNAMIC = ("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM")


def look(about: About) -> Iterator[Lint]:
    """One lint for all of them, with the first."""
    found = [node for node in about.nodes if node.op_type in _DYNAMIC]
    if found:
        yield Lint(
            KIND, "note", called(found[0]),
            f"{len(found)} {found[0].op_type} take one scale from the whole batch: a row alone is "
            "answered otherwise than in its batch",
            "fix the batch where answers must repeat, or quantise statically (int8-static); "
            "`parity check --self` measures by how much",
        )  # fmt: skip
