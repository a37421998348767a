"""The process that reaches stores by address: ``python -m parity.store.places.child SOCKET``.

Foreign libraries run here: a file system's, its network's. What they print goes nowhere.
"""

from __future__ import annotations

import base64
import os
import socket
import sys
from typing import Any

from parity.processes.channel import Channel, Message
from parity.store.places.afar import Afar

_SURE = (
    FileNotFoundError,
    FileExistsError,
    NotADirectoryError,
    PermissionError,
    NotImplementedError,
)
"""What another connection would say as well."""


def main(arguments: list[str]) -> None:
    """Serve until the harness hangs up."""
    channel = Channel(socket.socket(fileno=int(arguments[0])))
    opened: dict[str, Afar] = {}
    while (asked := channel.receive()) is not None:
        try:
            answer = {"done": _again(opened, asked)}
        except FileNotFoundError as error:
            answer = {"absent": _line(error)}
        except ImportError as error:
            answer = {"missing": _line(error)}
        except BaseException as error:
            answer = {"raised": _line(error), "kind": type(error).__name__}
        channel.send(answer)


def _again(opened: dict[str, Afar], asked: Message) -> Any:
    """What is asked, a second time where it fails: servers hang up on who was quiet for long."""
    address = asked["address"]
    known = opened.pop(address, None)
    if known is not None:
        try:
            done = _done(known, asked["do"], asked["with"])
        except _SURE:
            opened[address] = known
            raise
        except Exception:  # noqa: S110  tried anew below, and told there
            pass
        else:
            opened[address] = known
            return done
    opened[address] = Afar(address)
    return _done(opened[address], asked["do"], asked["with"])


def _done(afar: Afar, verb: str, told: Message) -> Any:
    if verb == "open":
        return None
    if verb == "read":
        return base64.b64encode(afar.read(told["name"])).decode()
    if verb == "write":
        return afar.write(told["name"], base64.b64decode(told["raw"]))
    if verb == "walk":
        return list(afar.walk())
    return getattr(afar, verb)(**told)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500]


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
