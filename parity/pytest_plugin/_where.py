"""Which folders and files are the gate's."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

import pytest

from parity.closed import parsed
from parity.errors import CaseError

FILE = "case.toml"
GOLDEN = "golden"

_OURS = frozenset((
    *("summary", "golden", "golden_batch", "precisions"),
    *("reference", "candidate", "engines", "inputs", "task", "tolerance", "xfail"),
))  # fmt: skip
"""Every key at the top of a case; parity.case is imported once there is one."""


def is_checkout(path: Path) -> bool:
    """Whether a folder is this package in a checkout, with cases beside it."""
    own = path.name == "parity" and (path / "pytest_plugin" / "__init__.py").is_file()
    return own and (path.parent / GOLDEN).is_dir()


def is_ours(file: Path, folders: Sequence[Path], root: Path) -> bool:
    """Whether a case.toml is a case, be it a wrong one, and not another program's.

    Every one is that lies in a folder named golden below ``root``, or in one of ``folders``.
    Elsewhere another program's is one that can be read and has no key of ours.
    """
    if GOLDEN in _below(file.parent, root) or any(f in file.parents for f in folders):
        return True
    try:
        return not _OURS.isdisjoint(parsed(file)[1])
    except CaseError:
        return True  # whose it is can't be told, and the case would be gone unseen


def _below(folder: Path, root: Path) -> tuple[str, ...]:
    return folder.relative_to(root).parts if folder.is_relative_to(root) else folder.parts


def is_passed_over(folder: Path, config: pytest.Config, folders: Sequence[Path]) -> bool:
    """Whether pytest would leave out a case for its name alone, such as ``build`` or ``dist``."""
    known = folder.parent.name == GOLDEN or folder.parent in folders
    if not known or not (folder / FILE).is_file():
        return False
    told = [config.invocation_params.dir / path for path in config.getoption("ignore") or ()]
    patterns = config.getini("norecursedirs")
    return folder not in told and any(fnmatch(folder.name, pattern) for pattern in patterns)


def kept_out(path: Path, config: pytest.Config, folders: Sequence[Path]) -> list[str]:
    """Cases in what was ignored, if it wasn't a command line or a name such as ``build``.

    Who ignores on a command line sees what he does; a conftest does it to everybody.
    """
    if _told(path, config) or (path.is_dir() and _usual(path, config)):
        return []
    root = config.rootpath
    files = path.rglob(FILE) if path.is_dir() else [path] if path.name == FILE else []
    return [os.path.relpath(f, root) for f in files if is_ours(f, folders, root)]


def _told(path: Path, config: pytest.Config) -> bool:
    words = [str(word) for word in config.invocation_params.args]
    if not any(word.startswith("--ignore") for word in words):
        return False  # what stands in a configuration isn't said by who calls
    start = config.invocation_params.dir
    ignored = [Path(os.path.normpath(start / p)) for p in config.getoption("ignore") or ()]
    globs = [str(start / pattern) for pattern in config.getoption("ignore_glob") or ()]
    return path in ignored or any(fnmatch(str(path), pattern) for pattern in globs)


def _usual(folder: Path, config: pytest.Config) -> bool:
    names = any(fnmatch(folder.name, pattern) for pattern in config.getini("norecursedirs"))
    return names or (folder / "pyvenv.cfg").is_file()


def point(config: pytest.Config, folders: Sequence[Path]) -> None:
    """Make pytest look into folders: besides those on the command line, else into them alone."""
    if not folders:
        return
    if config.args_source != pytest.Config.ArgsSource.ARGS:
        config.args[:] = []
    config.args += [str(f) for f in folders if str(f) not in config.args]


def has_cases(config: pytest.Config) -> bool:
    """Whether what pytest was pointed at holds cases, as far as a glance tells."""
    return any(_glance(path) for path in _arguments(config))


def _glance(path: Path) -> bool:
    if not path.is_dir():
        return path.name == FILE
    patterns = (FILE, f"*/{FILE}", f"{GOLDEN}/*/{FILE}")
    return is_checkout(path) or any(any(path.glob(pattern)) for pattern in patterns)


def _arguments(config: pytest.Config) -> Iterator[Path]:
    for argument in config.args:
        yield config.invocation_params.dir / argument.partition("::")[0]
