"""The cells of a matrix over environments: a row a cell, a column an environment's version."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from parity.gate.cell import CellResult
from parity.processes.interpreter import label
from parity.shown import shown


def versions(results: Sequence[CellResult]) -> Table | None:
    """None where not several environments were asked for."""
    columns = list(dict.fromkeys(r.cell.environment for r in results))
    if len(columns) < 2 or None in columns:
        return None
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    made.add_column("cell", no_wrap=True)
    for environment in columns:
        mine = [r for r in results if r.cell.environment == environment]
        made.add_column(Text(_title(mine)), no_wrap=True)
    rows: dict[str, dict[object, str]] = {}
    for result in results:
        where = result.cell.environment
        name = result.cell.name.removesuffix(f"-{label(where)}]") if where else result.cell.name
        rows.setdefault(f"{name}]", {})[where] = _said(result)
    for name, said in rows.items():
        made.add_row(Text(shown(name)), *(Text(said.get(c, "not run")) for c in columns))
    return made


def _title(results: Sequence[CellResult]) -> str:
    """The environment, and the engine and version that ran there, if any did."""
    where = label(results[0].cell.environment) if results[0].cell.environment else ""
    infos = [r.result.engines.get("candidate") for r in results if r.result is not None]
    told = next((f"{i.engine} {i.version}" for i in infos if i is not None), "")
    return f"{where}: {told}" if told else where


def _said(result: CellResult) -> str:
    """Status, and of what ran the worst difference of what is allowed."""
    if result.result is None or not result.result.verdict.worst:
        return result.status
    worst = max(result.result.verdict.worst, key=lambda m: m.ratio)
    return f"{result.status} {worst.max_abs:.2g} of {worst.allowed:.2g}"
