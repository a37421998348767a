"""``parity verify-record``: may this model be released, by what was signed?"""

from pathlib import Path

import click

from parity.shown import shown

_PATH = click.Path(path_type=Path)


@click.command("verify-record")
@click.argument("record", type=_PATH)
@click.option("--key", required=True, type=_PATH, help="Public Ed25519 key in PEM.")
@click.option("--model", required=True, type=_PATH, help="The ONNX file that is to be released.")
@click.option("--newer-than", type=click.FloatRange(0), metavar="DAYS", help="Refuse older ones.")
@click.option("--cases", type=_PATH, help="Folder: refuse a record of other cases or goldens.")
@click.option("--allow-failed", is_flag=True, help="Also a record that says that the gate failed.")
def verify_record(
    record: Path,
    key: Path,
    model: Path,
    newer_than: float | None,
    cases: Path | None,
    allow_failed: bool,
) -> int:
    """See that RECORD was signed by this key, is of this model, and says that it passed.

    Nothing is fetched. Exit codes: 0 it does, 1 it is refused, with every reason, 2 could not run.
    """
    from datetime import UTC, datetime, timedelta

    from parity.attest.envelope import opened
    from parity.attest.verify import problems
    from parity.errors import RecordError

    span = None if newer_than is None else timedelta(days=newer_than)
    try:
        found, verified = problems(
            opened(record, key), model, newer_than=span, now=datetime.now(UTC),
            allow_failed=allow_failed, cases=cases,
        )  # fmt: skip
    except RecordError as error:
        found, verified = [str(error)], None
    for problem in found:
        click.echo(shown(f"refused: {problem}"), err=True)
    if verified is None:
        return 1
    when = f"{verified.finished:%Y-%m-%d %H:%M} UTC"
    click.echo(shown(f"verified: {verified.result} on {when}, as {', '.join(verified.cells[:5])}"))
    for name in verified.warned:
        click.echo(shown(f"warned: {name}"))
    return 0
