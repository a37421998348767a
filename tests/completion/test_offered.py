"""Names that go with parameters, by click's own protocol for each shell; and what it costs."""

import subprocess
import sys

import click
import pytest
from click.shell_completion import CompletionItem

from parity import plugins
from parity.cli.main import _VERBS, parity
from parity.completion import SHELLS, values
from parity.completion.offered import BY_COMMAND, BY_NAME, dress, items, offer
from parity.zoo import list_recipes
from tests.test_start import HEAVY

PROGRAM = """
import sys, parity.cli.main as m
code = m._run([], m.Interrupts(), debug=True)
print('|'.join(sorted({n.split('.')[0] for n in sys.modules})), file=sys.stderr)
sys.exit(code)
"""


def asked(words: str, number: int, shell: str = "bash") -> tuple[list[str], set[str]]:
    """Answer to a shell, and top-level modules that were imported for it."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"COMP_WORDS": words, "COMP_CWORD": str(number),
             "_PARITY_COMPLETE": f"{shell}_complete", "PATH": "/usr/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines(), set(done.stderr.strip().splitlines()[-1].split("|"))


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("parity check --candidate-engine ", "plain,paddle"),
        ("parity check ", "plain,zoo:minilm"),
        ("parity check --inputs ", "plain,mixed"),
        ("parity zoo build ", "plain,resnet18"),
        ("parity cache clear ", "plain,exports"),
    ],
)
def test_clicks_protocol_answers_without_an_engine(words: str, answer: str) -> None:
    lines, modules = asked(words, len(words.split()))
    assert answer in lines
    assert modules & HEAVY == set()


def test_the_list_of_commands_imports_none_of_them() -> None:
    lines, modules = asked("parity ", 1)
    assert {f"plain,{verb}" for verb in _VERBS} <= set(lines)
    assert "rich" not in modules


def test_zsh_and_fish_get_the_same_names() -> None:
    assert "zoo:minilm" in asked("parity explain ", 2, "zsh")[0]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"COMP_WORDS": "parity explain zoo:min", "COMP_CWORD": "zoo:min",
             "_PARITY_COMPLETE": "fish_complete"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "plain,zoo:minilm" in done.stdout.splitlines()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_script_for_each_shell(shell: str) -> None:
    from click.testing import CliRunner

    done = CliRunner().invoke(parity, ["completion", shell])
    assert f"_PARITY_COMPLETE={shell}_complete" in done.output


def test_an_unknown_shell_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "parity", "completion", "basch"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert 'did you mean "bash"' in done.stderr


def commands(command: click.Command, context: click.Context) -> list[click.Command]:
    if not isinstance(command, click.Group):
        return [command]
    inner = [command.get_command(context, name) for name in command.list_commands(context)]
    return [leaf for one in inner if one for leaf in commands(one, context)]


def test_every_row_of_the_tables_is_of_some_use() -> None:
    found = commands(parity, click.Context(parity))
    by_command = {(c.name, p.name) for c in found for p in c.params}
    assert set(BY_COMMAND) <= by_command
    unused = {name for name in BY_NAME if name not in {p for _, p in by_command}}
    assert unused <= {"task"}  # no command of today takes one; tasks stand in case.toml


def test_tasks_are_offered_where_one_is_taken() -> None:
    option = click.Option(["--task"])
    offered = offer(click.Command("any"), option)
    assert offered is not None
    assert [item.value for item in items(offered, "seq_c")] == ["seq_cls"]


def test_a_choice_knows_better(monkeypatch: pytest.MonkeyPatch) -> None:
    command = click.Command("any", params=[click.Option(["--engine"], type=click.Choice(["a"]))])
    dress(command, [])
    found: list[CompletionItem[str]] = command.params[0].shell_complete(click.Context(command), "")
    assert [item.value for item in found] == ["a"]


def test_names_are_those_that_the_commands_know() -> None:
    assert values.recipes() == sorted(recipe.name for recipe in list_recipes())
    assert [n.replace("-", "_") for n in values.engines()] == plugins.names("engines")
    assert "inner" not in values.engines()
    assert values.shells() == sorted(SHELLS)
