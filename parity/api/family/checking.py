"""Check an export and its siblings, each against the one before and the original."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from parity.api.options import AnyPath, Options
from parity.api.watching import watching
from parity.errors import UsageError
from parity.family.members import members, steps
from parity.family.run import Stepped
from parity.family.run import passed as all_passed
from parity.family.run import run as run_all


@dataclass(frozen=True)
class FamilyChecked:
    """rows: a step each."""

    rows: tuple[Stepped, ...]

    @property
    def passed(self) -> bool:
        """Whether every step did, and something was compared in each."""
        return all_passed(self.rows)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity check --family --json``."""
        from parity.report.family import documents

        return documents(self.rows)

    def to_json(self) -> str:
        """The same, as text."""
        from parity.report.document import dumps

        return dumps(self.to_dict())


def check_family(
    first: AnyPath,
    reference: AnyPath | None = None,
    *,
    each: Callable[[Stepped], None] = lambda row: None,
    **options: Unpack[Options],
) -> FamilyChecked:
    """Check ``model.onnx`` with ``model-optimized.onnx`` and ``model-optimized-quantized.onnx``.

    first: the first file; what lies beside it by those names is checked. reference: the original,
    a Hugging Face folder or a model as `parity.check` takes it. each: hears each step.
    options: of `parity.check`; precision says which files the tolerance is for, "fp32" or "int8";
    the others go by their default.

    Raises UsageError for another precision or an opset, ModelError where there is no sibling, and
    what `parity.check` raises.
    """
    from parity.api.asked import request
    from parity.api.checking import defaults
    from parity.api.running import on_disk

    given = defaults()
    given.update(options)
    if given["precision"] not in ("fp32", "int8") or given["opset"] is not None:
        raise UsageError(
            "a family: its files have an opset, and --precision says whether the tolerance is for "
            "those in fp32 or in int8"
        )
    found = members(Path(first))
    watches = watching(given["progress"])
    rows: list[Stepped] = []
    with on_disk(given["feeds"]) as feeds:
        with watches.building() as say:
            asked = request(first, reference, given, feeds=feeds, say=say)
        for row in run_all(asked, steps(found)):
            rows.append(row)
            each(row)
    return FamilyChecked(tuple(rows))
