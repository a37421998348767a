"""A folder on the path with a package of somebody else's, and its entry points."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Install = Callable[[Mapping[str, str], Mapping[str, Mapping[str, str]]], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Called with modules (name to source) and entry points (group to name to module)."""
    site = tmp_path / "site"

    def installed(modules: Mapping[str, str], points: Mapping[str, Mapping[str, str]]) -> None:
        info = site / "stranger-1.2.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.2\n")
        text = "".join(
            f"[{group}]\n" + "".join(f"{name} = {module}\n" for name, module in named.items())
            for group, named in points.items()
        )
        (info / "entry_points.txt").write_text(text)
        for name, source in modules.items():
            (site / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(site)

    return installed
