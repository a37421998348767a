"""Completion in a real Bash, by its function and by the key."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.signals import as_usual

FILL = """
eval "$(parity completion bash)"
COMP_LINE=$1 COMP_POINT=${2:-${#1}} COMPREPLY=()
_parity_completion parity
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two cases, a file, and the command on the path."""
    folder = tmp_path_factory.mktemp("completion")
    for name in ("tagger", "table"):
        (folder / "golden" / name).mkdir(parents=True)
        (folder / "golden" / name / "case.toml").touch()
    (folder / "tab model.onnx").touch()
    command = folder / "bin" / "parity"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m parity "$@"\n')
    command.chmod(0o755)
    return folder


def environment(place: Path) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMP_", "_PARITY"))}
    return kept | {"PATH": f"{place / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": root}


def offered(place: Path, line: str, point: int | None = None) -> list[str]:
    """What Bash would offer for a line."""
    words = [line] if point is None else [line, str(point)]
    done = subprocess.run(
        ["bash", "--norc", "-c", FILL, "bash", *words],
        cwd=place, env=environment(place), capture_output=True, text=True, check=True,
        preexec_fn=as_usual,
    )  # fmt: skip
    assert done.stderr == ""
    return [word for word in done.stdout.splitlines() if word]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("parity ch", ["check"]),
        ("parity check --precision f", ["fp32", "fp16", "fused"]),
        ("parity check --precision=i", ["int8", "int8-static"]),
        ("parity check --reference-engine o", ["onnx-reference", "openvino", "ort"]),
        ("parity check m.onnx --inputs t", ["tensors", "text"]),
        ("parity check zoo:la", ["lac"]),  # Bash has taken "zoo:" for a word of its own
        ("parity explain 'zoo:la", ["lac"]),
        ("parity check ta", ["table", "tagger", "tab model.onnx"]),
        ("parity matrix ta", ["table", "tagger"]),
        ("parity zoo build ernie-tiny-s", ["ernie-tiny-sentiment"]),
        ("parity zoo fetch lac ppocr-v2", ["ppocr-v2-cls"]),
        ("parity cache clear zoo ex", ["examples", "exports"]),
        ("parity chekc ", []),
    ],
)
def test_what_is_offered(place: Path, line: str, words: list[str]) -> None:
    assert offered(place, line) == words


def test_only_what_stands_before_the_cursor_counts(place: Path) -> None:
    assert offered(place, "parity zoo li and more", len("parity zoo li")) == ["list"]


def test_every_command_is_offered(place: Path) -> None:
    from parity.cli.main import _VERBS

    assert offered(place, "parity ") == sorted(_VERBS)


def test_the_key_completes_on_a_terminal(place: Path) -> None:
    """Typed into a Bash that reads from a terminal, Tab pressed: the line itself is completed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(place)
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment(place))  # noqa: S606
    try:
        os.write(terminal, b"PS1='> '; eval \"$(parity completion bash)\"; echo rea''dy\n")
        read_until(terminal, b"ready\r\n")
        os.write(terminal, b"parity check zoo:minil\t")
        read_until(terminal, b"zoo:minilm")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def read_until(terminal: int, wanted: bytes) -> None:
    seen, end = b"", time.monotonic() + 60
    while wanted not in seen:
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
