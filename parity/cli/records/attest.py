"""``parity attest``: sign what a gate showed."""

from pathlib import Path

import click

from parity.shown import shown

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("gate", required=False, type=_PATH)
@click.option("--key", type=_PATH, help="Ed25519 key in PEM that signs.")
@click.option("--out", type=_PATH, help="The record; default: GATE with .dsse.json at its end.")
@click.option("--allow-failed", is_flag=True, help="Also a gate that failed; the record says so.")
@click.option("--new-key", "folder", type=_PATH, help="Write a new pair of keys into a folder.")
def attest(
    gate: Path | None, key: Path | None, out: Path | None, allow_failed: bool, folder: Path | None
) -> int:
    """Sign GATE, the JSON of `pytest --parity-json` or `parity merge`, as a record.

    An in-toto Statement in a DSSE envelope, for `parity verify-record`. Exit codes: 0 written,
    2 not: the gate was partial or failed, or isn't whole.
    """
    from parity import files
    from parity.attest import envelope, keys
    from parity.attest.statement import statement
    from parity.errors import UsageError
    from parity.records.gate import read

    if folder is not None:
        if gate is not None or key is not None:
            raise UsageError("--new-key stands alone; sign with the new key afterwards")
        private, public = keys.new(folder)
        click.echo(f"{shown(str(private))}: signs; keep it to yourself")
        click.echo(f"{shown(str(public))}: verifies")
        return 0
    if gate is None or key is None:
        raise UsageError("give a gate's JSON and --key; or --new-key DIR for a pair of keys")
    made = statement(read(gate), allow_failed=allow_failed)
    target = out or gate.with_name(f"{gate.name.removesuffix('.json')}.dsse.json")
    _check(target)
    files.write(target, envelope.seal(made, key))
    told = made["predicate"]
    counts = {name: len(told[f"{name}Tests"]) for name in ("passed", "warned", "failed")}
    listed = ", ".join(f"{n} {name}" for name, n in counts.items())
    click.echo(shown(f"{target}: {told['result']}: {listed}; {len(made['subject'])} files"))
    return 0


def _check(target: Path) -> None:
    """Raise UsageError where a file would be replaced that is no record."""
    from parity.errors import UsageError

    if target.exists() and b'"payloadType"' not in target.read_bytes()[-4096:]:
        raise UsageError(f"{target}: is no record, and would be replaced; name another with --out")
