"""Which kind of thing a user names where a model is asked for."""

from collections.abc import Callable
from os import PathLike
from pathlib import Path

from parity.target.file import File
from parity.target.folder import Folder
from parity.target.prefix import Prefix
from parity.target.zoo import Zoo, is_zoo

Model = Zoo | File | Folder | Prefix
"""Each has the same five questions: ``candidate``, ``alone``, ``reference``, ``source``,
``either``. What isn't there is a `Prefix`, whose answers say so."""


def model(name: str | PathLike[str], *, progress: Callable[[str], None] | None = None) -> Model:
    """The kind of a name. Nothing is read, built or raised before it is asked something.

    progress: hears what takes minutes, a first build of a model of the zoo.
    """
    if is_zoo(name):
        return Zoo(str(name), progress)
    path = Path(name)
    if path.is_dir():
        return Folder(path)
    return File(path) if path.is_file() else Prefix(path)
