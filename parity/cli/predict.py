"""``parity predict``: what a user of a case's model sees."""

from pathlib import Path

import click

from parity.model.precisions import PRECISIONS

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("case")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--engine",
    "role",
    type=click.Choice(["reference", "candidate", "both"]),
    default="reference",
    show_default=True,
    help="Which side answers.",
)
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    default="fp32",
    show_default=True,
    help="Of the candidate.",
)
@click.option("--opset", type=click.IntRange(7, 21), help="Of the candidate; default: the case's.")
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
def predict(
    case: str, texts: tuple[str, ...], role: str, precision: str, opset: int | None,
    models: Path | None,
) -> int:  # fmt: skip
    """Print what the model of CASE says of each TEXT, as the deployment guides print it.

    With --engine both, each side in turn. Exit codes: 0, 1 if the two say different
    things, 2 could not run.
    """
    from parity.errors import UsageError
    from parity.gate.cell import Cell
    from parity.gate.models import Roots
    from parity.gate.record import ask, asked_of
    from parity.gate.run import Settings
    from parity.shown import shown as safe
    from parity.target import find_case
    from parity.tasks._guide import printed
    from parity.verify.request import Effort

    for number, text in enumerate(texts, 1):
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise UsageError(f"text {number}: not UTF-8; give it in the terminal's encoding")
    found = find_case(case)
    cell = Cell(found, opset or found.opset, precision, found.inputs[0])
    settings = Settings(Roots.of(models), Effort())
    asked = asked_of(cell, settings, candidate=role != "reference")
    shown = []
    for one in ("reference", "candidate") if role == "both" else (role,):
        if role == "both":
            side = asked.reference if one == "reference" else asked.candidate
            click.echo(f"{one} ({side.engine}{'' if one == 'reference' else f', {precision}'}):")
        answers = list(ask(asked, one, texts))
        for answered in answers:
            click.echo("\n".join(map(safe, printed(answered.text, answered.answer))))
        shown.append([answered.answer.shown for answered in answers])
    return int(shown[0] != shown[-1])
