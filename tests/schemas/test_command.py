"""``parity schema``."""

import json
from pathlib import Path

from parity.schemas import names
from tests.cli.command import Command


def test_names_are_listed_and_one_is_printed(tmp_path: Path) -> None:
    command = Command(tmp_path)
    assert command.run("schema").out.split() == names()
    done = command.run("schema", "gate")
    assert done.code == 0
    assert json.loads(done.out)["$id"] == "urn:parity:schema:gate:1"


def test_an_unknown_name_is_one_line(tmp_path: Path) -> None:
    done = Command(tmp_path).run("schema", "gates")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert 'did you mean "gate"' in done.err
