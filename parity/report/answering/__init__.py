"""What a server answered, as text and as JSON."""

from parity.answering.found import Served
from parity.report.document import Json, document_of, head
from parity.shown import quoted, shown


def lines(found: Served) -> list[str]:
    """For people."""
    many = f"{found.answers:,} answers compared in {found.requests:,} requests"
    ties = f", {found.ties:,} flips inside their margin" if found.ties else ""
    verdict = "parity" if found.passed else f"differs: {_count(len(found.findings), 'finding')}"
    made = [f"{verdict}; {many}{ties}, {found.seconds:.1f} s"]
    made += [f"finding   {shown(str(one))}" for one in found.findings]
    if found.smallest is not None:
        texts = ", ".join(map(quoted, found.smallest.texts))
        made.append(f"smallest  request that shows it: {texts}")
        if found.smallest.beside:
            made.append(
                f"          {quoted(found.smallest.texts[found.smallest.at])} alone is answered "
                "rightly: it matters what stands beside it, as where rows are padded wrongly"
            )
    return made


def document(found: Served) -> dict[str, Json]:
    """For a program."""
    smallest = found.smallest
    return {
        **head(),
        "verdict": "parity" if found.passed else "differs",
        "passed": found.passed,
        "server": found.url,
        "answers": found.answers,
        "ties": found.ties,
        "requests": found.requests,
        "findings": [document_of(one) for one in found.findings],
        "smallest": None if smallest is None else {
            "texts": list(smallest.texts), "at": smallest.at, "beside": smallest.beside,
        },
        "seconds": found.seconds,
    }  # fmt: skip


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
