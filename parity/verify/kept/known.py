"""Failing examples kept from one run to the next."""

import base64
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from parity import files
from parity.errors import InputError, UsageError
from parity.inputs import Example, Plan, replay
from parity.model.spec import Signature, TensorSpec
from parity.verify.kept.examples import MOST_BYTES, Examples
from parity.verify.request import Request

if TYPE_CHECKING:
    from parity.verify.kept.found import Found
    from parity.verify.result import Minimal


class Known:
    """A folder of failing examples, by what they were made for; and such as a caller has blobs of.

    Examples fit every model with the same inputs, so a defect found with one
    export is tried first on the next. It is dropped when the candidate that
    failed on it passes; that another one does says nothing of it. Without a
    folder nothing is kept. owner: which candidate this is, whatever it holds.
    """

    def __init__(
        self,
        folder: Path | None,
        plan: Plan,
        inputs: tuple[TensorSpec, ...],
        blobs: tuple[str, ...] = (),
        owner: str = "",
    ) -> None:
        self._database = Examples(folder)
        self._plan = plan
        self._told = [self._of(blob) for blob in blobs]
        text = repr((plan.name, plan.describe(), inputs))
        self._key = hashlib.sha256(text.encode()).digest()
        self._mine = hashlib.sha256(f"{text} of {owner}".encode(errors="surrogateescape")).digest()

    def __iter__(self) -> Iterator[Example]:
        # Imported late: it costs a fifth of a second, in which the engines load.
        from hypothesis.database import choices_from_bytes

        yield from self._told
        for raw in self._database.fetch(self._key):
            choices = choices_from_bytes(raw)
            try:
                yield replay.example(self._plan, choices or (), label="known from an earlier run")
            except InputError:
                # Made by another version of the plan: it stands for nothing any more.
                self._drop(raw)

    def remember(self, found: "Found", minimal: "Minimal | None", *, whole: bool) -> None:
        """Keep what failed in a run; drop what didn't any more, if the run was ``whole``."""
        if minimal is not None and minimal.example.choices and found.failing:
            self.add(minimal.example)
        elif whole and found.tally.examples:
            for raw in self._database.fetch(self._mine):
                self._drop(raw)

    def add(self, example: Example) -> None:
        """Keep a failing example of this plan."""
        if example.plan is not None:
            return
        from hypothesis.database import choices_to_bytes

        for key in (self._key, self._mine):
            self._database.save(key, choices_to_bytes(example.choices))

    def _drop(self, raw: bytes) -> None:
        for key in (self._key, self._mine):
            self._database.delete(key, raw)

    def _of(self, blob: str) -> Example:
        from hypothesis.database import choices_from_bytes

        try:
            packed = base64.b64decode(blob, altchars=b"-_", validate=True)
            raw = zlib.decompressobj().decompress(packed, MOST_BYTES)
            choices = choices_from_bytes(raw)
        except (ValueError, zlib.error):
            choices = None
        try:
            return replay.example(self._plan, choices or (), label="of a blob")
        except InputError as error:
            raise UsageError(
                f"the blob {blob[:16]}… is of no example with these inputs; "
                "choose the case and inputs that it was printed for"
            ) from error


def known_of(request: Request, chosen: Plan, inferred: Signature) -> Known | None:
    """The examples that a request wants tried first; None if it names none."""
    if request.database is None and not request.replay:
        return None
    owner = _owner(request)
    return Known(request.database, chosen, inferred.inputs, request.replay, owner)


def _owner(request: Request) -> str:
    """A candidate by its place; one that parity makes by what it is made of, and how."""
    path = request.candidate.model.program
    if files.cached(path, "candidates"):
        how = path.parent.name.rpartition("-")[0]
        return f"{how} of {request.reference.model.program}"
    return str(path.resolve())


def blob(example: Example) -> str:
    """An example as a word for a command line; "" for one that nobody drew."""
    from hypothesis.database import choices_to_bytes

    if not example.choices or example.plan is not None:
        return ""
    raw = choices_to_bytes(example.choices)
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode()
