"""What a model's author wrote reaches nobody as anything but text."""

import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from rich.table import Table

from parity.compare.findings import KINDS, Finding
from parity.compare.values import Measured
from parity.report import document, terminal
from parity.report.console import Plain, print_whole
from parity.verify.request import Effort
from parity.verify.result import Result
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger

EVIL = "[/b]\x1b[2Jx\x9b1m\nparity: all fine\u202e|`<b>` :bug: \\"
"""Without NUL: ONNX Runtime takes it for the end."""

ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A failing run of a model whose output is named so, in a folder whose name is markup."""
    bench = Bench(tmp_path_factory.mktemp("[red]") / "")
    bench.healthy = bench.save("named", tagger(output=EVIL))
    return verify(bench.request(bench.save("broken", tagger(output=EVIL, broken_id=37)),
                                effort=Effort(1, shrink_s=5)))  # fmt: skip


def printed(result: Result, *, color: bool = False, width: int = 80) -> str:
    file = StringIO()
    system = "standard" if color else None
    console = Plain(file=file, width=width, color_system=system, force_terminal=color)
    terminal.show(result, console, bundle=None)
    return file.getvalue()


def test_a_name_acts_on_no_terminal(result: Result) -> None:
    text = printed(result)
    assert not ACTS.search(text)
    assert r"[/b]\x1b[2Jx\x9b1m\nparity: all fine\u202e" in text
    assert not re.search(r"^parity: all fine", text, re.MULTILINE)
    assert ":bug:" in text
    assert "[red]" in text
    # Coloured: nothing but Rich's own styles.
    assert not ACTS.search(re.sub(r"\x1b\[[0-9;]*m", "", printed(result, color=True)))


def test_a_program_reads_the_name_as_it_is(result: Result) -> None:
    text = document.dumps(document.document(result))
    assert not ACTS.search(text)
    (finding,) = json.loads(text)["findings"]
    assert finding["output"] == EVIL
    assert not ACTS.search(finding["message"])


def made(kind: type[Finding]) -> Finding:
    """A finding of which every text is hostile."""

    def value(annotation: object) -> Any:
        text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
        if "str" in text:
            return (EVIL,) if "tuple" in text else EVIL
        if "tuple" in text or "Index" in text:
            return ()
        return 0.5

    return kind(**{name: value(a) for name, a in get_type_hints(kind).items()})


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_of_a_finding_is_one_harmless_line(kind: type[Finding]) -> None:
    message = document.document_of(made(kind))["message"]
    assert r"\x1b" in message or "Ties" in kind.__name__
    assert not ACTS.search(message)
    assert len(message.splitlines()) == 1


def test_what_nobody_thought_of_does_no_harm_either() -> None:
    file = StringIO()
    console = Plain(file=file, width=80, color_system=None)
    console.print("\x1b[2J\u202e", markup=False)
    table = Table()
    table.add_column("a")
    table.add_row("\x1b[2J")
    print_whole(console, table)
    assert not ACTS.search(file.getvalue())


@pytest.mark.parametrize("terminal_", [True, False])
def test_long_names_stay_apart_in_the_table(result: Result, terminal_: bool) -> None:
    names = [f"encoder.layers.{i}.{'x' * 150}.{j}" for i in (1, 2) for j in (1, 2)]
    worst = [replace(result.verdict.worst[0], output=name) for name in names]
    compared = {(name, worst[0].region): 1 for name in names}
    verdict = replace(result.verdict, worst=tuple(worst), compared=compared, findings=())
    text = printed(replace(result, verdict=verdict, minimal=None), color=terminal_)
    rows = re.findall(r"(encoder\S+)  ", text)
    assert len(set(rows)) == 4
    assert isinstance(worst[0], Measured)


def test_a_command_to_run_again_is_one_for_a_shell(result: Result, tmp_path: Path) -> None:
    folder = tmp_path / "a b [red]$(id)"
    folder.mkdir()
    (folder / "repro.py").write_text("")
    file = StringIO()
    terminal.show(result, Plain(file=file, width=80, color_system=None), bundle=folder)
    assert f"python '{folder}/repro.py'" in file.getvalue()
