"""The process that holds one tokenizer of two: ``python -m parity.tokenizing.child SOCKET``.

It may run in another environment, under Python 3.9. What it is asked and answers is JSON; of each
text it gives a row, or what the tokenizer raised. What libraries print goes nowhere.
"""

from __future__ import annotations

import os
import socket
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from parity import plugins
from parity.errors import InputError, UsageError
from parity.processes.channel import Channel, Message
from parity.tokenizing.kinds import Opened, WrongError


def main(arguments: list[str]) -> None:
    """Serve until the harness hangs up."""
    channel = Channel(socket.socket(fileno=int(arguments[0])))
    opened: Opened | None = None
    while (asked := channel.receive()) is not None:
        try:
            if opened is None:
                opened, answer = _open(asked["kind"], Path(asked["path"]))
            else:
                answer = {"rows": [_row(opened, *one) for one in asked["texts"]]}
        except (InputError, UsageError, WrongError) as error:
            answer = {"wrong": _line(error)}
        except ImportError as error:
            answer = {"missing": _line(error)}
        except BaseException as error:
            answer = {"raised": f"{type(error).__name__}: {_line(error)}"}
        channel.send(answer)


def _open(kind: str, path: Path) -> tuple[Opened, Message]:
    module: Any = plugins.load("tokenizing.kinds", kind)
    opened: Opened = module.open(path)
    try:
        its = f"{module.PACKAGE} {version(module.PACKAGE)}"
    except PackageNotFoundError:
        its = module.PACKAGE
    return opened, {"name": opened.name, "version": its, "vocabulary": opened.vocabulary}


def _row(opened: Opened, text: str, second: str | None, longest: int | None) -> Any:
    try:
        return opened.encode(text, second, longest)
    except BaseException as error:
        return {"raised": f"{type(error).__name__}: {_line(error)}"}


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500]


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
