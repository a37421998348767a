"""Branches of the candidate that no feed went through: what they hold was not compared."""

import tempfile
from pathlib import Path

import numpy as np

from parity.compare.warned import BranchNotReached, Warned
from parity.engines import EngineInfo
from parity.errors import ParityError
from parity.model.artifact import resolve
from parity.model.parts.conditions import Conditions, conditions
from parity.model.tensors import Feed
from parity.verify.checks import Ran, Said
from parity.workers.worker import Worker


def after(ran: Ran) -> Said:
    """Compute the conditions alone, on the feeds that were compared; cheap, and only with If."""
    model = ran.request.candidate.model
    if model.format != "onnx":
        return Said()
    found = conditions(model.program)
    if found is None:
        return Said()
    fed = ran.search.found.fed
    notes = [f"branches inside branches are not looked at: {found.inner}"] if found.inner else []
    if not found.names:
        return Said(notes=tuple(notes))
    try:
        taken = _taken(found, fed.feeds, ran)
    except ParityError as error:
        return Said(notes=(*notes, f"it isn't known which branches were taken: {error}"))
    warnings: list[Warned] = [
        BranchNotReached(node, name, branch, len(fed.feeds), fed.all_kept)
        for node, name in found.names.items()
        for branch, value in (("then", True), ("else", False))
        if value not in taken[name]
    ]
    return Said(warnings=tuple(warnings), notes=tuple(notes))


def _taken(found: Conditions, feeds: list[Feed], ran: Ran) -> dict[str, set[bool]]:
    """By condition the values that it had."""
    taken: dict[str, set[bool]] = {name: set() for name in found.names.values()}
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        path = Path(folder) / "conditions.onnx"
        path.write_bytes(found.model)
        worker = Worker(
            "ort", resolve(path), {"threads": 1},
            open_timeout_s=ran.request.open_timeout_s, run_timeout_s=ran.request.run_timeout_s,
        )  # fmt: skip
        try:
            worker.start()
            info = worker.ready()
            if not isinstance(info, EngineInfo):
                raise ParityError(str(info))
            for feed in feeds:
                result = worker.run({name: feed[name] for name in found.inputs}).result
                if not isinstance(result, dict):
                    raise ParityError(str(result))
                for name, value in result.items():
                    taken[name] |= {bool(np.asarray(value).reshape(-1)[0])}
                if all(len(values) == 2 for values in taken.values()):
                    break
        finally:
            worker.close()
    return taken
