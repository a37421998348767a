"""A store at an address that fsspec reads: ``s3://bucket/folder``, ``sftp://host/folder`` …"""

import base64
import contextlib
import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from parity.errors import OutputError, UsageError
from parity.store.places.lane import Lane
from parity.store.places.protocol import CARD, File
from parity.store.places.service import SERVICE, AskedError, MissingError

OPEN_S = 60.0
"""For importing a cloud's library, which takes ten seconds on a busy machine, and its sign-on."""

ANSWER_S = 30.0
"""For one small file, with its library's retries; a healthy store takes a tenth of a second."""

SETTLE_S = 60.0
"""For what still waits to be written at the end of a run, at most ``lane.MOST`` files."""

INDEX_S = 60.0
"""For which a list of a folder holds: what other machines put there meanwhile isn't found."""

LIST_S = 120.0
"""S3 lists a thousand names a request: that is for a million at a tenth of a second each."""

BYTES_A_SECOND = 5e6
"""A model that comes more slowly is of no use: an export of 20 MB takes 4 s as well."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+._-]+://.")
"""More than a letter, which is a disk of Windows, and more than the root of all."""


class Address:
    """Reached by a process of its own. What fails once isn't asked again by this process.

    So a store that is away costs a run one limit for reading and one for writing, and no more.
    """

    def __init__(self, address: str, *, variable: str) -> None:
        """Raises UsageError, in one line, where it can't be opened. variable: that names it."""
        self._address = address
        self.where = _shown(address)
        self._unread = self._unwritten = ""
        self._lane = Lane(self._put)
        self._indices: dict[str, tuple[float, set[str]]] = {}
        named = f"{variable}={self.where}"
        if "::" in address:
            raise UsageError(f"{named}: is a chain of file systems; name the last one alone")
        if not _ADDRESS.match(address):  # fsspec takes it for a file's name
            raise UsageError(f"{named}: is no address: something like s3://bucket/folder is wanted")
        try:
            self._ask("open", {}, OPEN_S)
        except MissingError as error:
            raise UsageError(f"{named}: {_install(address, error.why)}") from None
        except OSError as error:
            raise UsageError(f"{named}: can't be opened: {self._why(error)}") from None

    def read(self, name: str) -> bytes:
        """What isn't in a folder is known by one list of it, and not by a request for each."""
        if (waiting := self._lane.find(name)) is not None:
            return waiting
        folder, _, last = name.rpartition("/")
        told_s, known = self._indices.get(folder, (0.0, set()))
        if told_s > time.monotonic() - INDEX_S and last not in known:
            raise FileNotFoundError(name)
        try:
            return base64.b64decode(self._reading("read", {"name": name}, ANSWER_S))
        except FileNotFoundError:
            listed = set(self._reading("names", {"name": folder}, LIST_S))
            self._indices[folder] = time.monotonic(), listed
            raise

    def copy(self, name: str, target: Path, size: int) -> None:
        if self._lane.find(name) is not None:
            self.settle()
        target.parent.mkdir(parents=True, exist_ok=True)
        asked = {"name": name, "target": str(target)}
        self._reading("copy", asked, ANSWER_S + size / BYTES_A_SECOND)

    def walk(self) -> list[File]:
        self.settle()
        return [File(*told) for told in self._reading("walk", {}, LIST_S)]

    def write(self, name: str, raw: bytes) -> None:
        """Later, beside the run: ``settle`` waits for it, and the next one says why it failed."""
        if self._unwritten:
            raise self._refused()
        self._lane.put(name, raw, ANSWER_S)

    def settle(self) -> str:
        left = self._lane.settle(SETTLE_S)
        if left and not self._unwritten:
            self._unwritten = f"{left} entries weren't taken within {SETTLE_S:g} s"
        return str(self._refused()) if self._unwritten else ""

    @contextlib.contextmanager
    def filling(self, name: str) -> Iterator["Filling"]:
        yield Filling(self, name)

    def remove(self, name: str) -> None:
        self._perhaps("remove", name)

    def discard(self, name: str) -> None:
        self._perhaps("discard", name)

    def use(self, name: str) -> None:
        """Only of a file here: elsewhere it would be to write all of it anew, or can't be done."""
        if self._address.startswith(("file://", "local://")):
            self._perhaps("use", name)

    def writing(self, verb: str, told: Mapping[str, object], timeout_s: float) -> None:
        """Ask for what changes something. Raises OutputError, at once after it failed once."""
        if not self._unwritten:
            try:
                self._ask(verb, told, timeout_s)
            except OSError as error:  # also a bucket that isn't there
                self._failed(error, written=True)
            else:
                folder, _, last = str(told["name"]).rpartition("/")
                if folder in self._indices:
                    self._indices[folder][1].add(last)
                return
        raise self._refused()

    def _refused(self) -> OutputError:
        return OutputError(f"{self.where}: can't be written: {self._unwritten}")

    def _put(self, name: str, raw: bytes) -> None:
        asked = {"name": name, "raw": base64.b64encode(raw).decode()}
        self.writing("write", asked, ANSWER_S + len(raw) / BYTES_A_SECOND)

    def _reading(self, verb: str, told: Mapping[str, object], timeout_s: float) -> Any:
        if not self._unread:
            try:
                return self._ask(verb, told, timeout_s)
            except FileNotFoundError:
                raise
            except OSError as error:
                self._failed(error, written=False)
        raise OSError(f"{self.where}: can't be read: {self._unread}")

    def _perhaps(self, verb: str, name: str) -> None:
        self.settle()
        if not self._unwritten:
            try:
                self._ask(verb, {"name": name}, ANSWER_S)
            except AskedError as error:
                if error.dead:
                    self._failed(error, written=True)
            except OSError:  # another machine was quicker
                pass

    def _failed(self, error: OSError, *, written: bool) -> None:
        why, dead = self._why(error), isinstance(error, AskedError) and error.dead
        if written or dead:
            self._unwritten = why
        if dead or not written:
            self._unread = why

    def _ask(self, verb: str, told: Mapping[str, object], timeout_s: float) -> Any:
        asked = {"address": self._address, "do": verb, "with": dict(told)}
        return SERVICE.ask(asked, timeout_s)["done"]

    def _why(self, error: OSError) -> str:
        """Its words, without the password, which libraries print."""
        why = str(error).replace(self._address, self.where)
        password = urlsplit(self._address).password
        for secret in {password, unquote(password)} if password else ():
            why = why.replace(secret, "…")
        return why


class Filling:
    """Files go under the hash of their content, and then the card, which names them.

    So two that write at once never mix: the card that comes last has files of its own.
    """

    def __init__(self, address: Address, name: str) -> None:
        self._address, self._name = address, name

    def add(self, path: Path, name: str) -> dict[str, Any]:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
        asked = {"source": str(path.absolute()), "name": f"{self._name}/{digest}"}
        self._address.writing("upload", asked, ANSWER_S + size / BYTES_A_SECOND)
        return {"bytes": size, "sha256": digest, "at": digest}

    def seal(self, card: bytes) -> None:
        self._address.write(f"{self._name}/{CARD}", card)
        if why := self._address.settle():
            raise OutputError(why)


def _shown(address: str) -> str:
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:…@", address)


def _install(address: str, why: str) -> str:
    if why == "No module named 'fsspec'":
        return "an address is read by fsspec, which is not installed: pip install fsspec"
    kind = address.partition("://")[0]
    return f"what reads {kind}:// is not installed: {why}"
