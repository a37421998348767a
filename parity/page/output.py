"""Where a page goes: asked before the work, written whole or not at all, and never a stale one."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from parity.errors import OutputError, ParityError, UsageError
from parity.interrupts import Terminated
from parity.report import targets

if TYPE_CHECKING:
    # Every check asks for its page before it starts, and most have none.
    from parity.model.tensors import Array
    from parity.page.load import Loaded
    from parity.page.made import Pictures
    from parity.page.node import Node

NO_RESULT = "interrupted before there was a result"


@dataclass
class Output:
    """A page that is asked for. file: None for none. baseline: an older report.

    A block in which nothing was written, since it could not run, leaves a page that says so: that
    of an earlier run would be taken for this one's.
    """

    file: Path | None
    baseline: Path | None = None
    _older: "Loaded | None" = None
    _written: bool = False

    def __enter__(self) -> "Output":
        """Find out now whether it can be written. Raises UsageError, InputError, OutputError."""
        if self.file is None:
            if self.baseline is not None:
                raise UsageError("--baseline without --html: it is the page that is held against")
            return self
        if self.file == targets.STDOUT:
            raise UsageError("--html takes a file")
        targets.check_file(self.file, "html")
        if self.baseline is not None:
            from parity.page import load

            self._older = load.read(self.baseline)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self.file is None or self._written or error is None:
            return
        if isinstance(error, ParityError):
            self._fail(str(error))
        elif isinstance(error, KeyboardInterrupt | Terminated):
            self._fail(NO_RESULT)

    def write(
        self,
        document: Mapping[str, Any],
        feeds: "Mapping[str, Mapping[str, Array]] | None" = None,
        *,
        bundle: Path | None = None,
    ) -> None:
        """Write the page of a document; of a program's values, as its JSON would have them.

        feeds: smallest failing ones, by the pointer to the run in the document that they are of.
        bundle: where the evidence lies.
        """
        if self.file is None:
            return
        from parity.from_json import from_json
        from parity.page import pictures
        from parity.page.node import Node
        from parity.report.document import dumps

        root = Node(from_json(dumps(dict(document))))
        drawn = {at: pictures.of(_at(root, at), feed) for at, feed in (feeds or {}).items()}
        self._write(root, drawn, bundle=bundle)

    def show(self, loaded: "Loaded") -> None:
        """Write the page of a document that was read, with what lies beside it."""
        root = loaded.root
        self._write(root, _kept(root, loaded.folder), loaded.name, loaded.bundle)

    def _write(
        self, root: "Node", drawn: "Pictures", name: str = "", bundle: Path | None = None
    ) -> None:
        from parity.page.made import page
        from parity.page.render import html

        older = None if self._older is None else self._older.root
        made = page(root, name=name, bundle=bundle, pictures=drawn, baseline=older)
        if self.file is not None:
            targets.write(self.file, html(made), "html")
            self._written = True

    def _fail(self, why: str) -> None:
        from parity.report.document import failure

        with contextlib.suppress(OutputError):  # the error itself is told in any case
            self.write(failure(" ".join(why.split())))


def _at(root: "Node", pointer: str) -> "Node":
    node = root
    for step in filter(None, pointer.split("/")):
        node = node[int(step) if isinstance(node.value, list) else step]
    return node


def _kept(root: "Node", folder: Path) -> "Pictures":
    from parity.page import kinds, pictures

    kind = kinds.kind_of(root)
    runs: Iterator[Node] = iter([root]) if kind == "run" else (
        kinds.run_of(entry, kind) for entry in kinds.entries(root, kind)
    )  # fmt: skip
    return {run.at: pictures.kept(run, folder) for run in runs}
