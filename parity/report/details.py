"""What a report leaves out unless it is asked for: where time went, what the engines were told."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape

from parity.shown import shown
from parity.verify.result import Result


def show(result: Result, console: Console) -> None:
    """Print the options that the engines took, the machine, the effort, and seconds by stage."""
    for role, info in result.engines.items():
        _line(console, role, f"{info.engine} {info.version}: {_pairs(info.effective)}")
    environment = result.environment
    _line(console, "machine", f"{environment.cpu}, {environment.cores} cores, {environment.system}")
    _line(console, "", " ".join(environment.cpu_flags) or "no flags known")
    _line(console, "versions", _pairs(environment.versions))
    effort = result.request.effort
    _line(console, "effort", _pairs(vars(effort)))
    tolerance = result.request.tolerance
    _line(console, "tolerance", _pairs(vars(tolerance)))
    _line(console, "seconds", _pairs({n: f"{s:.2f}" for n, s in result.seconds.items()}))


def _pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _line(console: Console, head: str, text: str) -> None:
    told = escape(shown(text))
    console.print(f"[dim]{head:<10}{told}[/dim]", highlight=False, soft_wrap=True)
