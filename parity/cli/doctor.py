"""``parity doctor``: what this machine has of what a check needs."""

import click

from parity.shown import shown


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, on standard output.")
def doctor(as_json: bool) -> int:
    """Say what there is: versions, processor, memory, GPU, engines, exporters, plugins, space.

    It is text to be pasted into a report of a defect. What must be imported to be known is
    imported in a process of its own. Exit codes: 0 if a check could run here, 2 if not.
    """
    from parity.doctor.health import health
    from parity.doctor.said import lines

    found = health()
    if as_json:
        from parity.report.document import dumps, head

        click.echo(dumps({**head(), **found.to_json()}), nl=False)
    else:
        click.echo("\n".join(lines(found)))
    if found.problem:
        click.echo(f"parity: no check can run here: {shown(found.problem)}", err=True)
        return 2
    return 0
