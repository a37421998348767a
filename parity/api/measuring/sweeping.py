"""Which operators an exporter gets right."""

import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from parity import files
from parity.errors import UsageError
from parity.interrupts import Terminated
from parity.report import document as documents
from parity.report.sweep import document as sweep_document
from parity.report.sweep import pages
from parity.sweep import asked, defect, known, noted
from parity.sweep.against import Changes, against
from parity.sweep.cell import Trial, Wanted
from parity.sweep.known import Held
from parity.sweep.row import DEFECTS, Row
from parity.sweep.run import run
from parity.verify.early import number
from parity.verify.facts.environment import versions as installed
from parity.zoo.ops import catalogue

_TOLD = ("paddlepaddle", "paddle2onnx", "p2o", "onnx", "onnxruntime")


@dataclass(frozen=True)
class Sweep:
    """All rows, in the order of the catalogue, held against what is known.

    compared: against an earlier run. defects: folders that were written. ended_by: the signal
    that ended the run before its end.
    """

    rows: tuple[Row, ...]
    held: Held
    versions: Mapping[str, str]
    seed: int
    compared: Changes | None = None
    defects: tuple[Path, ...] = ()
    ended_by: int | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as it is known to be, something was compared, and nothing got worse."""
        elements = sum(row.elements for row in self.rows)
        kept = self.compared is None or self.compared.passed
        return self.held.passed and kept and elements > 0 and self.ended_by is None

    def to_json(self) -> str:
        """The JSON document of ``parity sweep --json``."""
        made = sweep_document.document(
            self.rows, self.held, self.versions, seed=self.seed, compared=self.compared,
            partial=self.ended_by is not None,
        )  # fmt: skip
        return documents.dumps({**made, "passed": self.passed})

    def to_markdown(self) -> str:
        """Summary and all that isn't right."""
        return pages.markdown(self.rows, self.held, self.versions)

    def to_html(self) -> str:
        """A heat map."""
        return pages.page(self.rows, self.versions)


def sweep(
    pattern: str | None = None,
    *,
    opsets: str = "13",
    exporters: tuple[str, ...] = ("paddle2onnx",),
    jobs: int = 1,
    seed: int = 0,
    reuse: bool = True,
    known_in: Path | None = None,
    old: Path | None = None,
    defects_in: Path | None = None,
    write_known: Path | None = None,
    told: Callable[[int, int, Row], None] = lambda done, total, row: None,
) -> Sweep:
    """Run the nets of the catalogue, or those of a pattern, at each opset by each exporter.

    jobs: nets side by side. reuse: believe rows of earlier runs with the same versions. known_in:
    folder of what is known, by default golden/sweep. old: JSON of an earlier run. defects_in: a
    folder of defects. write_known: where what was found becomes what is known. told: hears each
    row. Raises UsageError, CaseError, OutputError.
    """
    nets = asked.chosen(pattern)
    wanted = Wanted(asked.named(exporters), asked.opsets(opsets), seed, reuse,
                    shows=defects_in is not None)  # fmt: skip
    if jobs < 1:
        raise UsageError(f"jobs {jobs}: at least one is needed")
    if write_known is not None and pattern is not None:
        raise UsageError("what is known is written from a run of the whole, without a pattern")
    entries = known.load(known_in or known.FOLDER)
    versions = {n: v for n, v in installed().items() if n in _TOLD}
    if defects_in is not None:
        files.check_writable(defects_in)
    rows: list[Row] = []
    written: list[Path] = []
    lock = threading.Lock()

    def shown(row: Row, trial: Trial) -> None:
        if defects_in is not None and row.status in DEFECTS and trial.evidence is not None:
            made = defect.write(defects_in, catalogue()[row.net], row, trial.evidence, versions)
            with lock:
                written.append(made)

    total = len(nets) * (1 + len(wanted.exporters) * len(wanted.opsets))
    ended_by = None
    with tempfile.TemporaryDirectory(prefix="parity-sweep-") as scratch:
        try:
            for row in run(nets, wanted, Path(scratch), jobs=jobs, shown=shown):
                rows.append(row)
                told(len(rows), total, row)
        except (KeyboardInterrupt, Terminated) as error:
            if not rows:
                raise
            ended_by = number(error)
    order = {net.name: at for at, net in enumerate(nets)}
    rows.sort(key=lambda row: (order[row.net], row.exporter, row.opset))
    held = known.hold(rows, entries)
    if write_known is not None and ended_by is None:
        noted.write(write_known, held, versions)
    compared = None if old is None else against(rows, old)
    return Sweep(tuple(rows), held, versions, seed, compared, tuple(written), ended_by)
