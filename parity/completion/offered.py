"""Which parameter of which command takes which names.

One table here, rather than a word at each option: the files of the commands stay as they are, and
what takes a case today takes it in the next command, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import click
from click.shell_completion import CompletionItem

from parity.completion import values
from parity.completion.values import Values


@dataclass(frozen=True)
class Offer:
    """values: the names. path: what of the disk may be named as well: "file", "dir", "" nothing."""

    values: Values
    path: str = ""


BY_NAME = {
    "model": Offer(values.models, path="file"),
    "case": Offer(values.cases, path="dir"),
    "reference": Offer(values.models, path="file"),
    "engine": Offer(values.engines),
    "reference_engine": Offer(values.engines),
    "candidate_engine": Offer(values.engines),
    "task": Offer(values.tasks),
    "kind": Offer(values.plans),
}
"""By the name of a parameter, in every command."""

BY_COMMAND = {
    ("check", "named"): Offer(values.targets, path="file"),
    ("weights", "candidate"): Offer(values.models, path="file"),
    ("build", "name"): Offer(values.recipes),
    ("fetch", "names"): Offer(values.recipes),
    ("clear", "kinds"): Offer(values.kept),
    ("schema", "name"): Offer(values.schemas),
    ("completion", "shell"): Offer(values.shells),
}
"""By command and parameter, where the name alone says too little or something else."""


def offer(command: click.Command, parameter: click.Parameter) -> Offer | None:
    """What goes with a parameter; None for one of which click itself knows better."""
    if isinstance(parameter.type, click.Choice) or parameter.name is None:
        return None
    told = BY_COMMAND.get((command.name or "", parameter.name))
    return told or BY_NAME.get(parameter.name)


def items(offered: Offer, incomplete: str) -> list["CompletionItem[str]"]:
    """What begins as the word does that was begun."""
    found = [CompletionItem(v) for v in offered.values() if v.startswith(incomplete)]
    return [*found, *([CompletionItem(incomplete, type=offered.path)] if offered.path else [])]


def dress(command: click.Command, words: Sequence[str]) -> None:
    """Give the parameters of the command that the words lead to what goes with them."""
    context = click.Context(command)
    for word in words:
        if not isinstance(command, click.Group):
            break
        if word not in command.list_commands(context):
            continue  # an option of the group
        found = command.get_command(context, word)
        if found is None:
            return
        command, context = found, click.Context(found, parent=context, info_name=word)
    for parameter in command.params:
        offered = offer(command, parameter)
        if offered is not None:
            _give(parameter, offered)


def _give(parameter: click.Parameter, offered: Offer) -> None:
    def complete(ctx: click.Context, incomplete: str) -> list["CompletionItem[str]"]:
        return items(offered, incomplete)

    # On the one object: click asks it, and has no other way to be told once it is made.
    vars(parameter)["shell_complete"] = complete
