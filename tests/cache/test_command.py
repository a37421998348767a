"""``parity cache``."""

import json
from pathlib import Path

import pytest

from parity.cache.age import ago, seconds, size
from parity.errors import UsageError
from tests.cache.test_clear import export, write
from tests.cli.command import Command


def test_show_then_clear(tmp_path: Path) -> None:
    command = Command(tmp_path)
    export(command.cache)
    write(command.cache / "mine.txt")
    shown = command.run("cache")
    assert shown.code == 0, shown.err
    assert any(line.split()[0] == "exports" for line in shown.out.splitlines())
    assert "mine.txt: not parity's; it stays" in shown.out
    told = json.loads(command.run("cache", "show", "--json").out)
    exports = next(kind for kind in told["kinds"] if kind["kind"] == "exports")
    assert (exports["entries"], exports["bytes"]) == (1, 102)
    cleared = command.run("cache", "clear", "exports", "zoo")
    assert cleared.code == 0, cleared.err
    assert cleared.out == "exports: 1 removed, 102 B\nzoo: 0 removed, 0 B\n1 removed, 102 B\n"
    assert (command.cache / "mine.txt").exists()


def test_what_stays_is_said(tmp_path: Path) -> None:
    command = Command(tmp_path)
    write(export(command.cache) / "mine.txt")
    done = command.run("cache", "clear")
    assert done.code == 0
    assert "exports: fp32-13-a holds mine.txt, which parity didn't make; it stays" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [(("clear", "export"), 'did you mean "exports"'),
     (("clear", "--older-than", "a month"), "12h, 30d"),
     (("clean",), "No such command")],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = Command(tmp_path).run("cache", *words)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert said in done.err


def test_no_cache_at_all_is_empty(tmp_path: Path) -> None:
    command = Command(tmp_path)
    assert command.run("cache").code == 0
    assert command.run("cache", "clear").out == "0 removed, 0 B\n"
    assert not command.cache.exists()


def test_spans_and_sizes() -> None:
    assert [seconds(text) for text in ("90m", "12h", "2w", "0s")] == [5400, 43200, 1209600, 0]
    with pytest.raises(UsageError, match="30d"):
        seconds("-3d")
    assert [ago(s) for s in (3, 200, 7300, 3e5)] == ["3 s", "3 m", "2 h", "3 d"]
    assert [size(n) for n in (7, 1234, 99_600_000, 2.5e9)] == ["7 B", "1.2 kB", "100 MB", "2.5 GB"]
