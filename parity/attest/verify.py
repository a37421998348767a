"""Whether a record is of a model that is about to be released, and says that it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from parity.attest.cases import strangers
from parity.attest.statement import PREDICATE, STATEMENT
from parity.errors import RecordError
from parity.model.artifact import resolve
from parity.model.hashes import sha256

SKEW = timedelta(minutes=10)
"""How far a clock may be behind the one that dated a record: more is a date in the future."""


@dataclass(frozen=True)
class Verified:
    """What a record says of a model. cells: in which it was the candidate. finished: the gate."""

    cells: tuple[str, ...]
    warned: tuple[str, ...]
    finished: datetime
    result: str


def problems(
    statement: Mapping[str, Any], model: Path, *, newer_than: timedelta | None, now: datetime,
    allow_failed: bool = False, cases: Path | None = None,
) -> tuple[list[str], Verified | None]:  # fmt: skip
    """Every reason to refuse, and what the record says if there is none.

    newer_than: how old it may be; None for any age. allow_failed: also one that says FAILED. cases:
    folder of those that it must have been held against; None for any.
    Raises RecordError for a statement of another kind, ModelError for a model that can't be read.
    """
    if (statement.get("_type"), statement.get("predicateType")) != (STATEMENT, PREDICATE):
        raise RecordError(f"states {statement.get('predicateType')!r}, and no result of tests")
    try:
        told = statement["predicate"]
        finished = datetime.fromisoformat(told["parity_finished"]).astimezone(UTC)
        subjects = {s["digest"]["sha256"]: s["name"] for s in statement["subject"]}
        cells = {n: set(found) for n, found in told["parity_subjects"].items()}
        warned, failed = list(told["warnedTests"]), list(told["failedTests"])
        passed = list(told["passedTests"])
        result, partial = told["result"], told["parity_partial"]
        reason = told["parity_reason"]
        strange = [] if cases is None else strangers(told["configuration"], cases)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(f"its statement is of another form: {error!r}") from error
    found, mine = _of_model(model, subjects, cells)
    good = [c for c in mine if c in passed or c in warned]
    if mine and not good:
        found.append(f"no cell of this model passed: {', '.join(sorted(mine)[:3])}")
    if not allow_failed:
        found += _not_passed(str(result), partial=bool(partial), failed=failed, reason=str(reason))
    found += strange
    found += _too_old(finished, newer_than, now)
    if found:
        return found, None
    return [], Verified(
        tuple(sorted(good)), tuple(sorted(set(warned) & set(mine))), finished, str(result)
    )  # fmt: skip


def _of_model(
    model: Path, subjects: Mapping[str, str], cells: Mapping[str, set[str]]
) -> tuple[list[str], list[str]]:
    """Files of the model that the record doesn't name; else the cells of which it has all files."""
    files = resolve(model, want="onnx").files
    digests = {file: sha256(file) for file in files}
    strange = [file for file, digest in digests.items() if digest not in subjects]
    if strange:
        return [_strange(file, digests[file], subjects) for file in strange], []
    mine = [name for name, of in cells.items() if of == set(digests.values())]
    if not mine:
        return [f"{model}: its files are in the record, but not together, as one model"], []
    return [], mine


def _strange(file: Path, digest: str, subjects: Mapping[str, str]) -> str:
    named = [d for d, name in subjects.items() if name == file.name]
    recorded = f"; the record's {file.name} has {named[0][:16]}…" if named else ""
    return f"{file}: is another than what was verified: its SHA-256 is {digest[:16]}…{recorded}"


def _not_passed(result: str, *, partial: bool, failed: Sequence[str], reason: str) -> list[str]:
    if partial:
        return ["the gate was partial: it was interrupted, so it holds no verdict"]
    if result not in ("PASSED", "WARNED"):
        return [f"the gate's result is {result}: {reason or ', '.join(failed[:3])}"]
    return []


def _too_old(finished: datetime, newer_than: timedelta | None, now: datetime) -> list[str]:
    if finished > now + SKEW:
        return [f"it is dated {finished:%Y-%m-%d %H:%M} UTC, which is yet to come"]
    if newer_than is not None and now - finished > newer_than:
        days = (now - finished) / timedelta(days=1)
        asked = newer_than / timedelta(days=1)
        return [f"it is {days:.1f} days old ({finished:%Y-%m-%d}), and {asked:g} are allowed"]
    return []
