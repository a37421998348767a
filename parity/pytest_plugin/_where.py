"""Which folders and files are the gate's."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

import pytest

FILE = "case.toml"
GOLDEN = "golden"

_TABLES = re.compile(
    r"^\s*\[\[?\s*(reference|candidate|engines|inputs|task|tolerance|xfail)\b", re.MULTILINE
)


def is_checkout(path: Path) -> bool:
    """Whether a folder is this package in a checkout, with cases beside it."""
    own = path.name == "parity" and (path / "pytest_plugin" / "__init__.py").is_file()
    return own and (path.parent / GOLDEN).is_dir()


def is_ours(file: Path, folders: Sequence[Path]) -> bool:
    """Whether a case.toml is a case, be it a wrong one, and not another program's."""
    if file.parent.parent.name == GOLDEN or any(f in file.parents for f in folders):
        return True
    try:
        return _TABLES.search(file.read_text("utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False


def is_passed_over(folder: Path, config: pytest.Config) -> bool:
    """Whether pytest would leave out a case for its name alone, such as ``build`` or ``dist``."""
    if folder.parent.name != GOLDEN or not (folder / FILE).is_file():
        return False
    told = [config.invocation_params.dir / path for path in config.getoption("ignore") or ()]
    patterns = config.getini("norecursedirs")
    return folder not in told and any(fnmatch(folder.name, pattern) for pattern in patterns)


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
