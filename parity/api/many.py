"""Check several models, one after the other, whatever becomes of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack

from parity.api.checking import check
from parity.api.options import AnyPath, Options
from parity.api.result import DiffersError, Result
from parity.api.typed import typed
from parity.api.watching import watching
from parity.errors import ParityError
from parity.interrupts import Terminated
from parity.settings import Setting, held, holding, line
from parity.shown import shown
from parity.target import several

if TYPE_CHECKING:
    from rich.table import Table

    from parity.report.several import Row


@dataclass(frozen=True)
class Checked:
    """One of several. result: None where ``error`` says why there is none.

    error: one line; "" where it ran.
    """

    name: str
    result: Result | None = None
    error: str = ""

    @property
    def verdict(self) -> str:
        """In one word: parity, differs, or error where it could not run or was ended early."""
        return "error" if self.result is None else self.result.verdict

    @property
    def passed(self) -> bool:
        """Whether it ran and passed."""
        return self.result is not None and self.result.passed


@dataclass(frozen=True)
class Results:
    """What several checks came to.

    checked: in order. passed_over: what lay among the models and is none. ended_by: the signal that
    ended it early. of: how many models there were to check.

    True in a condition if and only if every one was checked and passed.
    """

    checked: tuple[Checked, ...]
    passed_over: tuple[str, ...]
    ended_by: int | None
    of: int

    @property
    def passed(self) -> bool:
        """Whether every model was checked and passed. Never of none."""
        whole = 0 < self.of == len(self.checked) and not self.partial
        return whole and all(one.passed for one in self.checked)

    @property
    def code(self) -> int:
        """The worst exit code: 2 if any could not run, else 1 if any differs, else 0."""
        if any(one.result is None for one in self.checked) or not self.checked:
            return 2
        return 0 if self.passed else 1

    @property
    def partial(self) -> bool:
        """Whether it was ended before its end."""
        return self.ended_by is not None

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        told = ", ".join(f"{shown(one.name)}: {one.verdict}" for one in self.checked)
        return f"<parity.Results of {self.of}: {told}>"

    def raise_for_findings(self) -> None:
        """Raise DiffersError, which names the models that didn't pass, unless all did."""
        if not self.passed:
            raise DiffersError(str(self), self)

    def to_dict(self, *, feeds: Sequence[str | None] | None = None) -> dict[str, Any]:
        """The JSON document of ``parity check`` of several models.

        feeds: files with the smallest failing feeds, one for each model, for the document to name.
        """
        from parity.report.several import document

        rows, passed_over = self.rows, self.passed_over
        with holding(self.settings or held()):
            return document(
                rows, passed_over, passed=self.passed, partial=self.partial, feeds=feeds
            )

    def to_json(self, *, feeds: Sequence[str | None] | None = None) -> str:
        """What ``parity check --json`` writes for several models. feeds: as in `to_dict`."""
        from parity.report.document import dumps

        return dumps(self.to_dict(feeds=feeds))

    def table(self) -> "Table":
        """A row a model."""
        from parity.report.several import table

        return table(self.rows)

    def __rich__(self) -> "Table":
        return self.table()

    def __str__(self) -> str:
        from parity.report.several import text

        told = [f"settings  {one}\n" for one in line(self.settings)]
        return "".join(told) + text(self.rows, self.of)

    def _repr_html_(self) -> str:
        from parity.report.several import html_of

        return html_of(self.rows, self.of)

    @property
    def reasons(self) -> tuple[str, ...]:
        """A line for each model that isn't plainly parity."""
        from parity.report.several import reasons

        return tuple(reasons(self.rows))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What was taken from a project's file, which is the same for all."""
        return next((one.result.settings for one in self.checked if one.result is not None), ())

    @property
    def rows(self) -> "list[Row]":
        """The models as reports show them."""
        from parity.report.several import Row

        return [
            Row(one.name, one.verdict, one.error)
            if one.result is None
            else Row(one.name, one.verdict, "", one.result.verified, one.result.explanation)
            for one in self.checked
        ]


@typed
def check_all(
    candidates: AnyPath | Sequence[AnyPath],
    reference: AnyPath | None = None,
    *,
    each: Callable[[Checked], None] | None = None,
    **options: Unpack[Options],
) -> Results:
    """Check every model that is named: files, folders of models, patterns.

    A folder with several ONNX files, or several Paddle models, is each of them; one without a model
    is the folders in it that have one. ``*``, ``?`` and ``[`` make a pattern, ``**`` goes into
    folders. One that can't be run doesn't stop the next.

    reference: of all of them; None takes the Paddle model beside each.
    each: is told of every model as it is done. options: as in `check`.

    Raises UsageError for a case among them, and ModelError for a pattern that no model fits.
    """
    from parity.verify.early import number as signal_of

    watches = watching(options.get("progress", False))
    options["progress"] = watches
    names = [candidates] if isinstance(candidates, str | PathLike) else list(candidates)
    named = several(names, referenced=reference is not None)
    done: list[Checked] = []
    ended_by: int | None = None
    try:
        for number, name in enumerate(named.names, 1):
            if len(named.names) > 1:
                watches.about(f"model {number}/{len(named.names)}")
            done.append(_one(name, reference, options))
            if each is not None:
                each(done[-1])
            result = done[-1].result
            ended_by = None if result is None else result.verified.ended_by
            if ended_by is not None:
                break
    except (KeyboardInterrupt, Terminated) as error:
        if not done:
            raise
        ended_by = signal_of(error)
    return Results(tuple(done), named.passed_over, ended_by, len(named.names))


def _one(name: str, reference: AnyPath | None, options: Options) -> Checked:
    try:
        return Checked(name, check(name, reference, **options))
    except ParityError as error:
        return Checked(name, error=" ".join(str(error).split()))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return Checked(name, error=f"{where}{error.strerror or error}")
    except Exception as error:  # a defect of parity's: the next model is checked all the same
        if _interrupted(error):
            raise
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Checked(name, error=f"internal error: {said}; check it alone, with --debug")


def _interrupted(error: BaseException | None) -> bool:
    """Whether an error was made, by a library, of Ctrl-C or a signal."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt | Terminated):
            return True
        error = error.__cause__ or error.__context__
    return False
