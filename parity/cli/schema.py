"""``parity schema``: the JSON Schema of a document."""

import click


@click.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print the JSON Schema of what parity writes as NAME; without NAME, list the names."""
    from parity.schemas import names, text

    if name is None:
        click.echo("\n".join(names()))
    else:
        click.echo(text(name), nl=False)
    return 0
