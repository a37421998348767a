"""Inputs in INT64, which TensorRT casts to INT32."""

from collections.abc import Iterator

from parity.lint.about import About, Lint

KIND = "int64-inputs"


def look(about: About) -> Iterator[Lint]:
    """One lint for all of them."""
    wide = [name for name, dtype in about.inputs().items() if dtype == "int64"]
    if wide:
        yield Lint(
            KIND, "note", "",
            f"inputs in INT64: {', '.join(wide)}; TensorRT before 10 casts them to INT32 with a "
            "warning, and cuts off what is beyond 2^31",
            "ids are far below that; feed INT32 where the engine asks for it",
        )  # fmt: skip
