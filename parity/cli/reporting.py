"""Write what a check was asked for and came to, then show it."""

import contextlib
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity.errors import OutputError
from parity.report import targets

if TYPE_CHECKING:
    from rich.console import Console

    from parity.api.result import Result
    from parity.page.output import Output

NO_RESULT = "interrupted before there was a result"


@dataclass(frozen=True)
class Report:
    """What is to be shown and written. told: the notes that are shown already, if any are."""

    result: "Result"
    told: "Collection[str] | None" = None


def write(
    report: Report, console: "Console", json_file: Path | None, given: Mapping[str, Any]
) -> None:
    """Write what was asked for, then show as much of it as was. Raises OutputError.

    given: the command line: --json, --bundle, -q and -v of it, and where its page goes.
    """
    from parity.report import bundle as bundles
    from parity.report import details, evidence, terminal

    result, told, bundle = report.result, report.told, given["bundle"]
    vain = result.passed or (result.partial and not result.findings)
    written = None if vain else bundle
    aside = bundles.retire(bundle) if bundle is not None and result.passed else None
    feed = None
    try:
        # Files first: a closed terminal must not cost the evidence.
        feed = evidence.feeds(json_file, [result.verified], [written], several=False)[0]
        _write_json(result, json_file, feed)
        if written is not None:
            try:
                result.save_bundle(written)
            except OutputError:
                feed = None  # which was to lie there
                _write_json(result, json_file, None)
                raise
        if "page" in given:
            _write_page(given["page"], result, evidence.named(feed, json_file), written)
    except OutputError:
        # Nor a full disk the report.
        terminal.show(
            result.verified, console, explanation=result.explanation, told=told, feed=feed
        )
        raise
    if given["json_file"] == targets.STDOUT:
        sys.stdout.write(result.to_json(feed=evidence.named(feed, None)))
    if given["quiet"]:
        terminal.quietly(result.verified, console)
        return
    terminal.show(
        result.verified, console, bundle=written, explanation=result.explanation, told=told,
        feed=feed,
    )  # fmt: skip
    if given["verbose"]:
        details.show(result.verified, console)
    if aside is not None:
        terminal.aside(aside, console)


def _write_json(result: "Result", json_file: Path | None, feed: Path | None) -> None:
    from parity.report import evidence

    if json_file is not None:
        targets.write(json_file, result.to_json(feed=evidence.named(feed, json_file)), "json")


def _write_page(page: "Output", result: "Result", feed: str | None, bundle: Path | None) -> None:
    minimal = result.verified.minimal
    drawn = {"": minimal.feed} if minimal else {}
    page.write(result.to_dict(feed=feed), drawn, bundle=bundle)


def failure(
    message: str, json_file: Path | None, *, to_stdout: bool, partial: bool = False
) -> None:
    """Tell a program that waits for the JSON, as far as that can be written."""
    from parity.report import document

    text = document.dumps(document.failure(" ".join(message.split()), partial=partial))
    if to_stdout:
        sys.stdout.write(text)
    elif json_file is not None:
        with contextlib.suppress(OutputError):
            targets.write(json_file, text, "json")
