"""A store at an address, as fsspec reaches it. Runs in a process of its own: ``child.py``."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from parity.store.places.protocol import CARD
from parity.temporary import PREFIX, SUFFIX

_WHOLE = {
    "s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "memory",
}  # fmt: skip
"""Of which an object is there when all of it is, and never a half. Elsewhere: a file, renamed."""

_TIMES = (
    "mtime", "LastModified", "last_modified", "updated", "modified", "modify", "created",
)  # fmt: skip
"""What file systems call the time of the last change."""

_LEFT_S = 24 * 3600.0  # what a killed writer left is that old; none writes for a day


class Afar:
    """Files by their names below an address."""

    def __init__(self, address: str) -> None:
        from fsspec.core import url_to_fs

        self._fs, root = url_to_fs(address, skip_instance_cache=True)
        self._root = str(root).rstrip("/")
        named = self._fs.protocol
        protocols = {named} if isinstance(named, str) else set(named)
        self._whole = bool(protocols & _WHOLE)
        with contextlib.suppress(FileNotFoundError):  # it is made with the first entry
            self._fs.ls(self._root or "/", detail=False)

    def read(self, name: str) -> bytes:
        path = self._path(name)
        with self._absence(path):
            raw: bytes = self._fs.cat_file(path)
        return raw

    def copy(self, name: str, target: str) -> None:
        path = self._path(name)
        with self._absence(path):
            self._fs.get_file(path, target)

    def names(self, name: str) -> list[str]:
        """Of the files in a folder; none where it isn't there."""
        self._fs.invalidate_cache()
        try:
            found = self._fs.ls(self._path(name), detail=False)
        except FileNotFoundError:
            return []
        return [str(path).rstrip("/").rsplit("/", 1)[-1] for path in found]

    def write(self, name: str, raw: bytes) -> None:
        self._put(name, lambda path: self._fs.pipe_file(path, raw))

    def upload(self, source: str, name: str) -> None:
        self._put(name, lambda path: self._fs.put_file(source, path))

    def walk(self) -> Iterator[tuple[str, int, float]]:
        """Name, bytes and time of each file; what killed writers left goes."""
        self._fs.invalidate_cache()
        now = time.time()
        try:
            found = self._fs.find(self._root, detail=True)
        except FileNotFoundError:
            return
        for path, told in found.items():
            used = _time(told, now)
            last = path.rsplit("/", 1)[-1]
            if not last.startswith(PREFIX) or not last.endswith(SUFFIX):
                name = str(path).removeprefix(self._root).lstrip("/")
                yield name, int(told.get("size") or 0), used
            elif used < now - _LEFT_S:
                with contextlib.suppress(Exception):
                    self._fs.rm_file(path)

    def remove(self, name: str) -> None:
        self._fs.invalidate_cache()
        self._fs.rm_file(self._path(name))

    def discard(self, name: str) -> None:
        with contextlib.suppress(Exception):
            self.remove(f"{name}/{CARD}")  # first, so that nobody takes a half of it for whole
        self._fs.invalidate_cache()
        self._fs.rm(self._path(name), recursive=True)

    def use(self, name: str) -> None:
        """Of a local file."""
        os.utime(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _put(self, name: str, send: Callable[[str], object]) -> None:
        path = self._path(name)
        if self._whole:
            send(path)
            return
        parent = path.rsplit("/", 1)[0]
        self._fs.makedirs(parent, exist_ok=True)
        passing = f"{parent}/{PREFIX}{uuid.uuid4().hex}{SUFFIX}"
        try:
            send(passing)
            self._fs.mv(passing, path)
        except BaseException:
            with contextlib.suppress(Exception):
                self._fs.rm_file(passing)
            raise

    @contextlib.contextmanager
    def _absence(self, path: str) -> Iterator[None]:
        """Tell what isn't there by one exception: some file systems have others for it."""
        self._fs.invalidate_cache()
        try:
            yield
        except FileNotFoundError:
            raise
        except Exception as error:
            if self._absent(path):
                raise FileNotFoundError(path) from error
            raise

    def _absent(self, path: str) -> bool:
        try:
            return not self._fs.exists(path)
        except Exception:  # who can't say that doesn't know
            return False


def _time(told: dict[str, Any], unknown: float) -> float:
    for name in _TIMES:
        value = told.get(name)
        if isinstance(value, str):
            value = _read(value)
        if isinstance(value, datetime):
            return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
        if isinstance(value, int | float):
            return float(value)
    return unknown


def _read(text: str) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(text)
    with contextlib.suppress(ValueError):  # of FTP
        return datetime.strptime(text.split(".")[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return None
