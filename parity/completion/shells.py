"""How parity speaks with each shell."""

import os
from typing import ClassVar

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    split_arg_string,
)

from parity.completion.offered import dress
from parity.errors import ParityError, UsageError
from parity.plugins import unknown

_BASH = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            file)
                compopt -o filenames 2>/dev/null
                while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$value")
                ;;
            dir)
                compopt -o filenames 2>/dev/null
                while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -d -- "$value")
                ;;
        esac
    done < <(env COMP_LINE="${COMP_LINE:0:$COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \
%(complete_var)s=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -F %(complete_func)s %(prog_name)s
"""


class _Dressed(ShellComplete):
    """click's own, with the names of ours."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        dress(self.cli, args)
        return super().get_completions(args, incomplete)


class Bash(_Dressed, BashComplete):
    """Bash, which takes ``zoo:lac`` for three words and replaces the last of them alone."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH

    def source(self) -> str:
        """The script. No Bash is started to ask for its version: the script asks for itself."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Words of the line up to the cursor, and the one that was begun."""
        line = os.environ.get("COMP_LINE")
        if line is None:
            return super().get_completion_args()
        words = split_arg_string(line)
        begun = words.pop() if words and not line[-1:].isspace() else ""
        return words[1:], begun

    def complete(self) -> str:
        """What Bash is to put in the place of the last piece of the word."""
        args, incomplete = self.get_completion_args()
        breaks = os.environ.get("COMP_BREAKS", "")
        done = incomplete[: incomplete.rfind(":") + 1] if ":" in breaks else ""
        found = self.get_completions(args, incomplete)
        for item in found:
            if item.type == "plain":
                item.value = item.value.removeprefix(done)
        return "\n".join(self.format_completion(item) for item in found)


class Zsh(_Dressed, ZshComplete):
    """Zsh, by click's script."""


class Fish(_Dressed, FishComplete):
    """Fish, by click's script."""


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def script(shell: str, command: click.Command, variable: str) -> str:
    """What a shell is to evaluate, once. Raises UsageError for a shell that isn't known."""
    if shell not in SHELLS:
        raise UsageError(unknown("shell", shell, SHELLS))
    return SHELLS[shell](command, {}, "parity", variable).source()


def answer(command: click.Command, variable: str) -> int:
    """Answer a shell that asks by an environment variable; the code of this process.

    A line that makes no sense has no completions, and says nothing: its writer isn't done.
    """
    shell, _, what = os.environ[variable].partition("_")
    if shell not in SHELLS:
        return 1
    speaks = SHELLS[shell](command, {}, "parity", variable)
    try:
        text = speaks.source() if what == "source" else speaks.complete()
    except (click.ClickException, ParityError, OSError, KeyError, ValueError):
        return 0
    click.echo(text)
    return 0
