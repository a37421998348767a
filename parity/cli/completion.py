"""``parity completion``: what a shell is to evaluate."""

import click


@click.command()
@click.argument("shell")
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the completion of commands, options and names for SHELL: bash, zsh or fish.

    \b
    bash: eval "$(parity completion bash)"                  in ~/.bashrc
    zsh:  eval "$(parity completion zsh)"                   in ~/.zshrc, behind compinit
    fish: parity completion fish > ~/.config/fish/completions/parity.fish
    """  # noqa: D301, since click is told of the lines by a backspace
    from parity.cli.main import COMPLETION
    from parity.completion import script

    click.echo(script(shell, context.find_root().command, COMPLETION), nl=False)
    return 0
