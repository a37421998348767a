"""Failing examples kept from one run to the next."""

import base64
import hashlib
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

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
    export is tried first on the next. Without a folder nothing is kept.
    """

    def __init__(
        self,
        folder: Path | None,
        plan: Plan,
        inputs: tuple[TensorSpec, ...],
        blobs: tuple[str, ...] = (),
    ) -> None:
        self._database = Examples(folder)
        self._plan = plan
        self._told = [self._of(blob) for blob in blobs]
        text = repr((plan.name, plan.describe(), inputs))
        self._key = hashlib.sha256(text.encode()).digest()

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
                self._database.delete(self._key, raw)

    def remember(self, found: "Found", minimal: "Minimal | None", *, whole: bool) -> None:
        """Keep what failed in a run; drop what didn't any more, if the run was ``whole``."""
        if minimal is not None and minimal.example.choices and found.failing:
            self.add(minimal.example)
        elif whole and found.tally.examples:
            for example in list(islice(self, 100)):
                self.forget(example)

    def add(self, example: Example) -> None:
        """Keep a failing example of this plan."""
        if example.plan is not None:
            return
        from hypothesis.database import choices_to_bytes

        self._database.save(self._key, choices_to_bytes(example.choices))

    def forget(self, example: Example) -> None:
        """Drop an example that passes now."""
        from hypothesis.database import choices_to_bytes

        self._database.delete(self._key, choices_to_bytes(example.choices))

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
    return Known(request.database, chosen, inferred.inputs, request.replay)


def blob(example: Example) -> str:
    """An example as a word for a command line; "" for one that nobody drew."""
    from hypothesis.database import choices_to_bytes

    if not example.choices or example.plan is not None:
        return ""
    raw = choices_to_bytes(example.choices)
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode()
