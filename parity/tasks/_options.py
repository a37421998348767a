"""What tasks share: their options, the labels beside a model, the output that is decoded."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from parity.errors import CaseError
from parity.from_json import from_json
from parity.model.tensors import Outputs
from parity.plugins import unknown


def closed(options: Mapping[str, object], known: Sequence[str], task: str) -> None:
    """Raise CaseError for an option that the task doesn't know."""
    for key in options:
        if key not in known:
            raise CaseError(f"task {task}: {unknown('key', key, known)}")


def text(options: Mapping[str, object], key: str, default: str | None) -> str | None:
    """An option that is a string."""
    value = options.get(key, default)
    if value is not None and not isinstance(value, str):
        raise CaseError(f'task: "{key}" must be a string, not {value!r}')
    return value


def number(options: Mapping[str, object], key: str, default: float) -> float:
    """An option that is a number."""
    value = options.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CaseError(f'task: "{key}" must be a number, not {value!r}')
    return float(value)


def whole(options: Mapping[str, object], key: str, default: int, *, least: int) -> int:
    """An option that is a whole number from ``least`` up."""
    value = options.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise CaseError(f'task: "{key}" must be a whole number from {least} up, not {value!r}')
    return value


def labels(options: Mapping[str, object], folder: Path) -> tuple[str, ...]:
    """The label of each class: option ``labels``, or ``labels.json`` beside the model."""
    found = options.get("labels")
    where = "task: labels"
    if found is None:
        path = folder / "labels.json"
        where = str(path)
        try:
            found = from_json(path.read_text("utf-8"))
        except OSError:
            raise CaseError(
                f'{path}: no such file; name the labels in the case, [task] labels = ["O", …]'
            ) from None
        except ValueError as error:
            raise CaseError(f"{path}: not JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise CaseError(f"{where}: must be a list of strings")
    if len(found) < 2 or len(set(found)) != len(found):
        raise CaseError(f"{where}: at least two labels, each once, are needed")
    return tuple(found)


def identity(rule: str, labels: Sequence[str], output: str | None) -> str:
    """A task's rule, labels and, where one is named, output."""
    named = f" of {output}" if output else ""
    return f"{rule}{named} labels {','.join(labels)}"


def places(decisions: Sequence[int], logits: NDArray[Any]) -> None:
    """Raise CaseError unless there is one decision, a class, for each row of logits."""
    if len(decisions) != len(logits) or any(not 0 <= d < logits.shape[1] for d in decisions):
        raise CaseError(f"task: decisions {list(decisions)} don't fit {list(logits.shape)} logits")


def decoded(outputs: Outputs, name: str | None) -> NDArray[Any]:
    """The output that is decoded. Raises CaseError, listing the outputs, if it isn't there."""
    if name is None:
        return next(iter(outputs.values()))
    if name not in outputs:
        raise CaseError(unknown("output", name, outputs))
    return outputs[name]


def row_of(outputs: Outputs, name: str | None, row: int, rank: int) -> NDArray[Any]:
    """One row of the decoded output, which must have ``rank`` axes in all."""
    array = decoded(outputs, name)
    if array.ndim != rank or row >= array.shape[0]:
        raise CaseError(
            f"task: an output of shape {list(array.shape)} has no row {row} of {rank} axes in all; "
            "name the right one with [task] output"
        )
    one: NDArray[Any] = array[row]
    return one
