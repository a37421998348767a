"""A lowered candidate against parity's own file of its precision, at FP32's tolerance.

Where a candidate was made the way parity makes its own, the two round alike, and FP16's or INT8's
wide tolerance isn't needed: what is further off than FP32's is a fault that one of them has.
"""

from collections.abc import Iterable
from dataclasses import replace

from parity.compare.findings import Finding, NonFiniteDiffers, PaddingDiffers, ValuesDiffer
from parity.compare.lowered import SiblingDiffers
from parity.compare.outputs import compare
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.errors import ParityError
from parity.exports.derive import same
from parity.inputs import Example
from parity.model.lowered.likeness import likeness
from parity.model.precisions import COMPUTED
from parity.model.tensors import Outputs
from parity.model.validity import by_output, valid_positions
from parity.verify.checks import Ran, Said, asking, own, rows

FEEDS = 8
"""Short boundary feeds that both answer; beside them the longest row, and the example on which
the candidate was furthest off. Where two files are of one graph, a fault shows on nearly any."""


def after(ran: Ran) -> Said:
    """A finding for each output that is further off than FP32's tolerance; a line what was done.

    INT8's rows are looked at here, too, while parity's own file is loaded: it bounds how far they
    may move.
    """
    request = ran.request
    program = request.candidate.model.program
    # What an engine computes in less rounds by how it fuses: no other file's answers are like it.
    lowered = request.family != "fp32" and request.precision not in COMPUTED
    lowered = lowered and request.candidate.model.format == "onnx"
    # What differs already needs no sharper look; what parity made just now is its own file.
    if not lowered or ran.search.found.failing or own.is_own(program):
        return Said()
    try:
        made = own.made(request)
    except ParityError as error:
        return _said(ran, f"can't be made ({error}), so nothing was compared with it")
    if same(made, program):
        return _said(ran, "is the candidate, by content")
    why = likeness(program, made.path).why
    if why and request.family != "int8":
        return _other(ran, why)
    with own.loaded(ran, made.path) as file:
        if file is None:
            return _said(ran, "doesn't load, so nothing was compared with it")
        said = _other(ran, why) if why else _compared(ran, file)
        return said + (rows.bounded(ran, file) if request.family == "int8" else Said())


def _other(ran: Ran, why: str) -> Said:
    return _said(ran, f"is made in another way ({why}), so nothing was compared with it")


def _compared(ran: Ran, file: own.Own) -> Said:
    boundary = list(ran.plan.boundary())
    long = asking.longest(boundary)
    most = 2 * max(map(asking.cost, long), default=0)
    furthest = [e for e in ran.search.found.furthest.chosen() if asking.cost(e) <= most][:1]
    examples = [*asking.spaced(asking.short(boundary), FEEDS), *long, *furthest]
    worst: dict[str, SiblingDiffers] = {}
    elements = 0
    for example in examples:
        actual, expected = asking.candidate(ran, example.feed), file.answer(example.feed)
        if actual is None or expected is None:
            continue
        compared, findings = _one(ran, example, expected, actual)
        elements += compared
        keep_worst(worst, findings)
    if not elements:
        return _said(ran, "answers nothing that could be compared")
    said = _said(ran, f"is of the same graph: compared at FP32's tolerance, {elements:,} elements")
    return Said(tuple(worst.values()), (), said.notes)


def _one(
    ran: Ran, example: Example, expected: asking.Answer, actual: asking.Answer
) -> tuple[int, list[SiblingDiffers]]:
    expected, actual = expected or {}, actual or {}
    pairing = ran.sides.pairing
    back = {a: e for e, a in pairing.names.items()} if pairing else {}
    named = {back.get(name, name): array for name, array in expected.items()}
    others = {back.get(name, name): array for name, array in actual.items()}
    return one(ran, example, named, others, DEFAULTS["fp32"])


def keep_worst(worst: dict[str, SiblingDiffers], findings: Iterable[SiblingDiffers]) -> None:
    """Take in what was found on a feed: of each output the furthest off, NaN before all."""
    for finding in findings:
        known = worst.get(finding.output)
        if known is None or not finding.max_abs <= known.max_abs:
            worst[finding.output] = finding


def one(
    ran: Ran, example: Example, expected: Outputs, actual: Outputs, tolerance: Tolerance,
    *, beside: str = "",
) -> tuple[int, list[SiblingDiffers]]:  # fmt: skip
    """Elements compared on a feed, and what differs; both by the reference's names.

    beside: what the expected are of, where that isn't parity's own file.
    """
    valid = valid_positions(ran.signature.inputs, example.feed)
    comparison = compare(
        expected,
        actual,
        names={name: name for name in expected},
        tolerance=tolerance,
        valid=by_output(ran.signature, valid, expected),
    )
    found = [made for f in comparison.findings if (made := _finding(f, example)) is not None]
    return comparison.elements, [replace(f, beside=beside) for f in found] if beside else found


def _finding(finding: Finding, example: Example) -> SiblingDiffers | None:
    match finding:
        case ValuesDiffer() | PaddingDiffers():
            return SiblingDiffers(
                finding.output, finding.index, finding.expected, finding.actual, finding.max_abs,
                finding.allowed, finding.count, finding.elements, example.label,
            )  # fmt: skip
        case NonFiniteDiffers():
            return SiblingDiffers(
                finding.output, finding.index, finding.expected, finding.actual, float("inf"), 0.0,
                finding.count, finding.count, example.label,
            )  # fmt: skip
    return None  # of another shape or type: the comparison with the reference says so


def _said(ran: Ran, what: str) -> Said:
    return Said(notes=(f"sibling: parity's own {ran.request.precision.upper()} file {what}",))
