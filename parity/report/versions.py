"""The cells of a matrix side by side: a row a cell, a column an environment, or an exporter."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from parity.gate.cell import CellResult
from parity.shown import shown


def versions(results: Sequence[CellResult]) -> Table | None:
    """None where neither several environments were asked for nor several exporters."""
    columns = list(dict.fromkeys(_column(r) for r in results))
    if len(columns) < 2:
        return None
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    made.add_column("cell", no_wrap=True)
    for column in columns:
        made.add_column(Text(shown(_title([r for r in results if _column(r) == column]))),
                        no_wrap=True)  # fmt: skip
    rows: dict[str, dict[object, str]] = {}
    for result in results:
        name = result.cell.name.removesuffix("]").removesuffix(_suffix(result))
        rows.setdefault(f"{name}]", {})[_column(result)] = _said(result)
    for name, said in rows.items():
        made.add_row(Text(shown(name)), *(Text(said.get(c, "not run")) for c in columns))
    return made


def _column(result: CellResult) -> tuple[str, str]:
    return result.cell.exporter or "", result.cell.column


def _suffix(result: CellResult) -> str:
    return "".join(f"-{part}" for part in _column(result) if part)


def _title(results: Sequence[CellResult]) -> str:
    """Exporter and environment, and the engine and version that ran there, if any did."""
    where = " ".join(part for part in _column(results[0]) if part)
    if not results[0].cell.environment:
        return where
    infos = [r.result.engines.get("candidate") for r in results if r.result is not None]
    told = next((f"{i.engine} {i.version}" for i in infos if i is not None), "")
    return f"{where}: {told}" if told else where


def _said(result: CellResult) -> str:
    """Status, and of what ran the worst difference of what is allowed."""
    if result.result is None or not result.result.verdict.worst:
        return result.status
    worst = max(result.result.verdict.worst, key=lambda m: m.ratio)
    return f"{result.status} {worst.max_abs:.2g} of {worst.allowed:.2g}"
