"""What a bench measured: a row a column of each setting, bars of what a second does."""

from collections.abc import Iterator

from parity.page import figures
from parity.page.blocks import Badge, Block, Cell, Facts, Pieces, Row, Section, Table
from parity.page.node import Node
from parity.page.parts import findings
from parity.page.plots import bars

Setting = tuple[str, str]

_TIMES = ("latency_ms", "qps", "p50_ms", "p95_ms", "p99_ms")
_TITLES = (
    "what", "speed", "ms/sample", "QPS", "p50 ms", "p95 ms", "p99 ms", "first s", "second s",
    "runs", "spread",
)  # fmt: skip


def sections(document: Node) -> Iterator[Section]:
    """Speed by setting, then what doesn't depend on it, then the machine."""
    if document["findings"]:
        yield Section("Findings", tuple(findings.found(document)), "findings")
    noisy = ", ".join(name.text for name in document["noisy"])
    blocks: list[Block] = []
    if noisy:
        blocks.append(Facts((("noisy", (Badge("noisy", "unsure"), f" {noisy}")),)))
    for setting in _settings(document):
        blocks += _setting(document, setting)
    yield Section("Speed", tuple(blocks), "speed")
    yield Section("What it takes", (_loads(document),), "loads")
    yield Section("Run", (Facts(tuple(_run(document))),), "run")


def _settings(document: Node) -> list[Setting]:
    found = [_of(timing) for column in document["columns"] for timing in column["timings"]]
    return [*dict.fromkeys(found)]


def _of(timing: Node) -> Setting:
    return timing["batch"].text, timing["length"].text


def _setting(document: Node, setting: Setting) -> Iterator[Block]:
    rows, named = [], []
    for column in document["columns"]:
        timing = next((t for t in column["timings"] if _of(t) == setting), None)
        rows.append(_timed(column, timing))
        if timing is not None:
            named.append((column["name"].text, timing["qps"]))
    batch, length = setting
    title = f"batch {batch}{f', length {length}' if length else ''}"
    yield Table(title, _TITLES, tuple(rows), right=frozenset(range(1, len(_TITLES))))
    drawn = bars.of(f"Samples a second, {title}", named, figures.three)
    if drawn is not None:
        yield Row((drawn,))


def _timed(column: Node, timing: Node | None) -> tuple[Cell, ...]:
    head = Cell((column["name"].text,))
    if timing is None:
        failed = Cell((f"failed: {column['failed'].text}",), tone="bad")
        return (head, failed, *(Cell() for _ in _TITLES[2:]))
    return (
        head,
        Cell((figures.times(timing["speedup"]),)),
        *(Cell((figures.three(timing[key]),)) for key in _TIMES),
        Cell((figures.three(timing["first_s"]),)),
        Cell((figures.three(timing["second_s"]),)),
        Cell((figures.count(timing["runs"]),)),
        Cell((figures.share(timing["spread"]),)),
    )


def _loads(document: Node) -> Table:
    rows = []
    for column in document["columns"]:
        engine = f"{column['engine'].text} {column['version'].text}".strip()
        rows.append(
            (
                Cell((column["name"].text,)),
                Cell((figures.three(column["load_s"]),)),
                Cell((figures.count(column["peak_bytes"]),)),
                Cell((figures.count(column["bytes"]),)),
                Cell((engine,)),
                Cell((column["failed"].text or column["coverage"].text,)),
            )
        )
    titles = ("what", "load s", "peak bytes", "bytes on disk", "engine", "of it")
    return Table("What doesn't depend on the setting", titles, tuple(rows),
                 right=frozenset({1, 2, 3}))  # fmt: skip


def _run(document: Node) -> Iterator[tuple[str, Pieces]]:
    for key in ("name", "threads", "judged"):
        if document[key]:
            yield key, findings.of_any(document[key])
    for key in ("machine", "effort"):
        for name, value in document[key].entries():
            yield f"{key}: {name.replace('_', ' ')}", findings.of_any(value)
    for key in ("limited", "left_out"):
        if document[key]:
            yield key.replace("_", " "), findings.of_any(document[key])
