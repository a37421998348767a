"""A result as a piece of a page, for a notebook."""

from parity.compare.values import Measured
from parity.diagnose.advice import advice, unlike
from parity.diagnose.explain import Explanation
from parity.report.document import early, verdict_of
from parity.report.values import arrays
from parity.report.values.ratios import share
from parity.shown import html, quoted
from parity.verify.result import Minimal, Result

FINDINGS_SHOWN = 8

_COLOURS = {"parity": "#1a7f37", "differs": "#cf222e", "error": "#9a6700"}
_COLUMNS = ("output", "positions", "compared", "max abs", "max rel", "allowed", "used")


def html_of(result: Result, explanation: Explanation | None = None) -> str:
    """Verdict, findings, table of outputs and smallest failing feed. Foreign text is escaped."""
    request, verdict = result.request, result.verdict
    kind = verdict_of(result)
    lines = [
        f'<b style="color:{_COLOURS[kind]}">{kind}</b>: '
        f"{verdict.examples} examples, {verdict.elements:,} elements compared, "
        f"{result.seconds.get('total', 0):.1f} s",
        f"reference <code>{html(request.reference.model.program)}</code>, "
        f"candidate <code>{html(request.candidate.model.program)}</code>",
    ]
    lines += [html(told)] if (told := early(result)) else []
    lines += [f"<b>finding</b> {html(f)}" for f in verdict.findings[:FINDINGS_SHOWN]]
    if len(verdict.findings) > FINDINGS_SHOWN:
        lines.append(f"and {len(verdict.findings) - FINDINGS_SHOWN} more findings")
    lines += [f"<b>warning</b> {html(warning)}" for warning in result.warnings]
    if explanation is not None:
        lines.append(f"<b>cause</b> {html(explanation.summary)}")
    said = (
        unlike(result)
        if explanation is None
        else advice(explanation.stage, request, weights=explanation.weights)
    )
    lines += [f"<b>next</b> {html(said)}"] if said else []
    body = "".join(f"<div>{line}</div>" for line in lines)
    return f"<div>{body}{_table(result)}{_minimal(result.minimal)}</div>"


def _table(result: Result) -> str:
    worst = result.verdict.worst
    if not worst:
        return ""
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(_row(m, result.verdict.compared[m.output, m.region]) for m in worst)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(m: Measured, compared: int) -> str:
    cells = (
        m.output, m.region, f"{compared:,}", f"{m.max_abs:.2g}", f"{m.max_rel:.2g}",
        f"{m.allowed:.2g}", share(m.ratio),
    )  # fmt: skip
    return f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in cells)}</tr>"


def _minimal(minimal: Minimal | None) -> str:
    if minimal is None:
        return ""
    texts = [f"text {row}: {quoted(t)}" for row, t in enumerate(minimal.example.texts or ())]
    feeds = [f"{name} {list(a.shape)}: {arrays.line(a)}" for name, a in minimal.feed.items()]
    told = "".join(f"<div><code>{html(line)}</code></div>" for line in [*texts, *feeds])
    return f"<div>smallest failing feed ({html(minimal.example.label)})</div>{told}"
