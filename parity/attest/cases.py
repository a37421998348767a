"""Whether the cases that a record was held against are those of a checkout."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from parity.case import load
from parity.errors import UsageError
from parity.gate.cells import folders
from parity.gate.identity import of_case

_ROLE = "case "


def strangers(configuration: Sequence[Mapping[str, Any]], root: Path) -> list[str]:
    """Cases of a record that aren't below a folder, or whose text or golden is another there.

    Raises UsageError for no folder, CaseError, ModelError for cases that can't be read.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder of cases")
    told = {c["name"].removeprefix(_ROLE): c["digest"]["sha256"] for c in configuration
            if c["name"].startswith(_ROLE)}  # fmt: skip
    here: dict[str, set[str]] = {}
    for folder in folders(root):
        case = load(folder)
        here.setdefault(case.name, set()).add(of_case(case))
    return [line for name, digest in told.items() if (line := _said(name, digest, here, root))]


def _said(name: str, digest: str, here: Mapping[str, set[str]], root: Path) -> str:
    found = here.get(name)
    if found is None:
        return f"case {name}: isn't below {root}"
    own = "+".join(sorted(found))
    if own != digest:
        return (
            f"case {name}: its text or golden is another than what the record was held against: "
            f"SHA-256 {own[:16]}…, and the record says {digest[:16]}…"
        )
    return ""
