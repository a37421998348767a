"""``parity cache``: what is kept on this machine, and how it goes."""

import click

from parity.cli import streams
from parity.shown import shown


@click.group(invoke_without_command=True)
@click.pass_context
def cache(context: click.Context) -> None:
    """Show what parity keeps on this machine, or clear it.

    It lies in $PARITY_CACHE, or in the user's cache folder, and what machines share in
    $PARITY_STORE. Without a command: show.
    """
    if context.invoked_subcommand is None:
        context.invoke(show)


@cache.command("show")
@click.option("--json", "as_json", is_flag=True, help="As JSON, on standard output.")
def show(as_json: bool = False) -> int:
    """What is kept, by kind: how many, how large, and when it was last used. Exit code 0."""
    from parity import files
    from parity.cache.look import look

    root, found = files.cache(), look()
    if as_json:
        from dataclasses import asdict

        from parity.report.document import dumps, head

        kinds = [asdict(held) for held in found]
        click.echo(dumps({**head(), "cache": str(root), "kinds": kinds}), nl=False)
        return 0
    from rich.table import Table

    from parity.cache.age import ago, size
    from parity.report.console import print_whole

    console = streams.console(highlight=False)
    console.print(shown(root), markup=False, soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("kind", "holds", "things", "size", "last used", "oldest"):
        table.add_column(title, justify="left" if title in ("kind", "holds") else "right")
    for held in found:
        if held.kind:
            ages = (held.newest_s, held.oldest_s)
            told = [f"{ago(age)} ago" if age is not None else "" for age in ages]
            table.add_row(held.kind, held.holds, f"{held.entries:,}", size(held.bytes), *told)
    print_whole(console, table)
    for held in found:
        if held.link:
            click.echo(shown(f"{held.folder}: is a link, which isn't followed"))
        if held.foreign:
            click.echo(shown(f"{held.folder}: {_named(held.foreign)}: not parity's; it stays"))
    return 0


@cache.command("clear")
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@click.option("--older-than", metavar="SPAN", help="Only what nobody used for so long: 12h, 30d.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
def clear(kinds: tuple[str, ...], older_than: str | None, dry_run: bool) -> int:
    """Remove what is kept of each KIND, of all kinds in the cache if none is named.

    Only what parity made goes: no file of anybody else, nothing behind a link, nothing that a
    run of parity is using. Exit codes: 0; 2 if something can't be removed.
    """
    from parity.cache.age import seconds, size
    from parity.cache.clear import clear as clear_kinds
    from parity.cache.kinds import KINDS, SHARED
    from parity.errors import UsageError
    from parity.plugins import unknown
    from parity.store.place import place

    known = KINDS if place() is None else {**KINDS, **SHARED}
    for kind in kinds:
        if kind not in known:
            raise UsageError(unknown("kind", kind, known))
    span = 0.0 if older_than is None else seconds(older_than)
    done = clear_kinds(tuple(dict.fromkeys(kinds)), older_than_s=span, dry_run=dry_run)
    for cleared in done:
        if cleared.removed or cleared.stayed or cleared.kind in kinds:
            verb = "would go" if dry_run else "removed"
            click.echo(f"{cleared.kind}: {cleared.removed} {verb}, {size(cleared.bytes)}")
        for name, why in cleared.stayed:
            click.echo(shown(f"{cleared.kind}: {name} {why}; it stays"), err=True)
    total, number = sum(c.bytes for c in done), sum(c.removed for c in done)
    click.echo(f"{number} {'would go' if dry_run else 'removed'}, {size(total)}")
    return 2 if any(why.startswith("can't") for c in done for _, why in c.stayed) else 0


def _named(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
