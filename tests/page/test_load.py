"""What can't be shown is one line and exit code 2."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from parity.cli.show import show
from parity.errors import InputError
from parity.page import load
from tests.page.conftest import Document

DAMAGED = {
    "empty": b"",
    "half": b'{"schema": 1, "made_by": "parity 0.1',
    "no text": b"\xff\xfe\x00",
    "list": b"[1, 2]",
    "number": b"7",
    "deep": b'{"a":' * 100_000,
    "somebody's": b'{"schema": 1, "verdict": "parity", "passed": true}',
    "newer": b'{"schema": 2, "made_by": "parity 9.0.0"}',
    "no schema": b'{"made_by": "parity 9.0.0"}',
    "made by a list": b'{"schema": 1, "made_by": ["parity "]}',
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_report_is_one_line(name: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(DAMAGED[name])
    with pytest.raises(InputError) as raised:
        load.read(file)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_no_report_is_one_line(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.json", tmp_path):
        with pytest.raises(InputError, match=str(path)):
            load.read(path)


def test_show_prints_the_first_screen(documents: Mapping[str, Document], tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(json.dumps(documents["bad"]))
    done = CliRunner().invoke(show, [str(file)], standalone_mode=False)
    assert done.exception is None
    assert "Differs: 1 finding in " in done.output
    assert "ids" in done.output
    assert "replay    parity check " in done.output
