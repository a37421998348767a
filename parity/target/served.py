"""``kserve:URL/MODEL`` and ``answers:URL``: a model behind a server.

A path that went through the command line has lost the second slash of its address.
"""

import re
from dataclasses import dataclass
from os import PathLike
from urllib.parse import unquote, urlsplit

from parity.errors import UsageError

_NAMED = re.compile(r"(?P<kind>kserve|answers):(?P<rest>.*)", re.DOTALL)
_ADDRESS = re.compile(r"(?P<scheme>[a-z]+):/{1,2}(?P<place>[^/].*)")


@dataclass(frozen=True)
class Served:
    """kind: "kserve" or "answers". url: of the server; of the model for "answers".

    model, version: of "kserve"; "" where none is named.
    """

    kind: str
    url: str
    model: str = ""
    version: str = ""

    @property
    def options(self) -> dict[str, str]:
        """Of the engine ``kserve``."""
        named = {"url": self.url, "model": self.model, "version": self.version}
        return {key: value for key, value in named.items() if value}


def is_served(name: str | PathLike[str]) -> bool:
    """Whether a name is of a server, right or wrong."""
    return _NAMED.fullmatch(str(name)) is not None


def whole(name: str | PathLike[str]) -> str:
    """The name with both slashes, for a message."""
    return re.sub(r"^(\w+:[a-z]+:)/(?!/)", r"\1//", str(name))


def served(name: str | PathLike[str]) -> Served:
    """What a name says. Raises UsageError for what is no address of a model."""
    found = _NAMED.fullmatch(str(name))
    address = _ADDRESS.fullmatch(found["rest"]) if found else None
    if found is None or address is None or address["scheme"] not in ("http", "grpc"):
        raise UsageError(f"{whole(name)}: {_FORM}")
    kind, url = found["kind"], f"{address['scheme']}://{address['place']}".rstrip("/")
    if kind == "answers":
        if address["scheme"] != "http":
            raise UsageError(f"{whole(name)}: answers come by http alone")
        return Served(kind, url)
    parts = urlsplit(url)
    base, _, last = parts.path.rpartition("/")
    model, _, version = last.partition(":")
    if not parts.netloc or not model:
        raise UsageError(f"{whole(name)}: names no model; {_FORM}")
    place = f"{parts.scheme}://{parts.netloc}{base}"
    return Served(kind, place, unquote(model), unquote(version))


_FORM = (
    "write a served model as kserve:http://HOST:PORT/MODEL[:VERSION] (grpc, too), "
    "and a server of answers as answers:http://HOST:PORT/PATH"
)
