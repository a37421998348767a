"""``[tokenizers]`` of a case.toml."""

from pathlib import Path

from parity import plugins
from parity.case._row import Tokenizers
from parity.closed import Table

_KINDS = "tokenizing.kinds"


def tokenizers(table: Table, folder: Path) -> Tokenizers | None:
    """Both sides' tokenizers; None where the table says nothing. Raises CaseError."""
    if not any(key in table for key in ("reference", "candidate", *_ENVS)):
        table.finish()
        return None
    names = [table.need(key, str) for key in ("reference", "candidate")]
    for key, name in zip(("reference", "candidate"), names, strict=True):
        kind, colon, rest = name.partition(":")
        if not name or (colon and not rest):
            raise table.error(key, "must name a file, a folder, or KIND:PATH")
        if colon and not plugins.known(_KINDS, kind):
            known = plugins.names(_KINDS)
            raise table.error(key, plugins.unknown("tokenizer", kind, known), bare=True)
    envs = [table.maybe(key, str) for key in _ENVS]
    for key, env in zip(_ENVS, envs, strict=True):
        if env == "":
            raise table.error(key, "must name the folder of a venv, or a python")
    table.finish()
    first, second = (None if env is None else folder / env for env in envs)
    return Tokenizers(names[0], names[1], first, second)


_ENVS = ("reference_env", "candidate_env")
