"""The gate as a pytest plugin: one item for each cell of each case.

``pytest golden/`` collects the folders with a case.toml; ``pytest parity/`` in a
checkout collects ./golden. Where no case is collected, all that this costs is
its options: everything else is imported late.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parity.pytest_plugin import _where
from parity.pytest_plugin._notes import Notes
from parity.pytest_plugin._options import add, choose
from parity.pytest_plugin._session import GATE, Session, session_of


def pytest_addoption(parser: pytest.Parser) -> None:
    """All options begin with --parity, so that none is another plugin's."""
    add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Read the options, and fail now for those that make no sense."""
    chosen = choose(config)
    _where.point(config, chosen.folders)
    config.stash[GATE] = Session(config, chosen)
    config.pluginmanager.register(config.stash[GATE], "parity-gate")
    config.pluginmanager.register(Notes(config), "parity-notes")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Every worker of pytest-xdist draws with the same seed."""
    session = session_of(node.config)
    session.nodes.append(node)
    node.workerinput["parity_seed"] = session.chosen.seed


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Any:
    """Cells of a case stay together under pytest-xdist, and a worker that dies hangs nothing."""
    if not (session_of(config).chosen.given or _where.has_cases(config)):
        return None  # other projects are none of our business
    from parity.pytest_plugin._scheduling import scheduler

    return scheduler(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """No case is left out unsaid."""
    folders = session_of(config).chosen.folders
    return False if _where.is_passed_over(collection_path, config, folders) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The package's own folder in a checkout stands for the cases beside it."""
    if not parent.session.isinitpath(path) or not _where.is_checkout(path):
        return None
    from parity.pytest_plugin._collect import Checkout

    made: pytest.Collector = Checkout.from_parent(parent, path=path)
    return made


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A case.toml, unless it is somebody else's."""
    if file_path.name.casefold() != _where.FILE:
        return None
    gate = session_of(parent.config)
    root = parent.config.rootpath
    named = parent.session.isinitpath(file_path)
    if not named and not _where.is_ours(file_path, gate.chosen.folders, root):
        gate.account.foreign.append(os.path.relpath(file_path, root))
        return None
    from parity.pytest_plugin._collect import CaseFile

    made: pytest.Collector = CaseFile.from_parent(parent, path=file_path)
    return made


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Check the selection once everything is collected."""
    gate = session_of(session.config)
    if not gate.known and not gate.chosen.cases:
        return
    from parity.pytest_plugin._collect import settle

    settle(session, items)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What a verdict depends on, in runs that have to do with the gate."""
    session = session_of(config)
    if not (session.chosen.given or _where.has_cases(config)):
        return []
    return list(_header(session))


def _header(session: Session) -> Iterator[str]:
    from parity.settings import line
    from parity.shown import shown
    from parity.verify.facts import environment

    versions = environment.versions()
    flags = environment.cpu()
    where = Path(__file__).parents[1]
    for told in line(session.chosen.from_files):
        yield f"parity settings: {told}"
    yield f"parity {versions.pop('parity')} from {where}: {shown(session.chosen)}"
    yield f"parity on {', '.join(f'{name} {v}' for name, v in versions.items())}"
    yield f"parity on {flags[0]}: {' '.join(flags[1]) or 'no flags known'}"
