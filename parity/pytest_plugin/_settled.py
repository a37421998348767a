"""What a project's files say of the gate's options: pytest's own, and parity's.

The command line wins, then pytest's configuration (``parity_profile = "ci"``), then the table
``gate`` of parity's settings.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parity.errors import UsageError
from parity.plugins import unknown
from parity.settings import Key, Setting, find, ignored, read
from parity.settings.setting import Value

Table = dict[str, dict[str, Any]]
"""Options by name, as ``_options`` declares them."""

_ALONE = ("blob", "cases", "shard")
"""What is said for one run, and never for a project: an example, where pytest is to look, a part.
Said for all runs, the second would keep a plain ``pytest`` from every other test."""

_FEWER = {
    "case": "all cases",
    "opset": "those of each case",
    "precision": "those of each case",
    "engine": "by format",
    "examples": "those of each case",
    "budget": "no limit",
}
"""What holds without a setting that looks at less, or may."""


def keys(options: Table) -> dict[str, Key]:
    """What a file may say, by the name of the option behind --parity-."""
    return {n.replace("_", "-"): _key(how) for n, how in options.items() if n not in _ALONE}


def declare(parser: pytest.Parser, options: Table) -> None:
    """The same keys in pytest's own configuration."""
    for name, key in keys(options).items():
        kind: Any = "linelist" if key.many else "string"
        said = f"default of --parity-{name}"
        parser.addini(f"parity_{name.replace('-', '_')}", said, type=kind, default=None)


def settle(config: pytest.Config, given: dict[str, Any], options: Table) -> list[Setting]:
    """Put what files say in the place of what the command line leaves open.

    Returns what was taken, of what file. Raises UsageError, naming the file.
    """
    known = keys(options)
    found = [*_of_pytest(config, known), *_of_parity(config, known)]
    taken: dict[str, Setting] = {}
    for setting in found:
        name = setting.key.replace("-", "_")
        # Not by "in": 0 is a number of seconds, and no False.
        said = given[name] is not None and given[name] is not False and given[name] != []
        if said or setting.key in taken:
            continue
        taken[setting.key] = replace(setting, weaker=_FEWER.get(setting.key, ""))
    for setting in taken.values():
        name = setting.key.replace("-", "_")
        given[name] = _as_given(setting.value, options[name])
    return list(taken.values())


def _of_parity(config: pytest.Config, known: dict[str, Key]) -> list[Setting]:
    table = None if ignored() else find(config.invocation_params.dir)
    return [] if table is None else read(table, "gate", known)


def _of_pytest(config: pytest.Config, known: dict[str, Key]) -> list[Setting]:
    made = []
    for name, key in known.items():
        said = config.getini(f"parity_{name.replace('-', '_')}")
        if said in (None, "", []):
            continue
        file = config.inipath or config.rootpath
        value = _parsed(said, key, f"{file}: parity_{name.replace('-', '_')}")
        if key.form == "path":
            folder = file.parent
            value = (
                tuple(str(folder / one) for one in value)
                if isinstance(value, tuple)
                else str(folder / str(value))
            )
        made.append(Setting(name, value, str(file)))
    return made


def _parsed(said: Any, key: Key, where: str) -> Value:
    if key.many:
        return tuple(str(one) for one in said)
    text = str(said)
    try:
        match key.form:
            case "whole":
                return int(text)
            case "number":
                return float(text)
            case "flag":
                return {"true": True, "false": False}[text.lower()]
    except (ValueError, KeyError):
        wanted = {"whole": "a whole number", "number": "a number", "flag": "true or false"}
        raise UsageError(f'{where}: must be {wanted[key.form]}, not "{text}"') from None
    if key.choices and text not in key.choices:
        raise UsageError(f"{where}: {unknown('choice', text, key.choices)}")
    return text


def _key(how: dict[str, Any]) -> Key:
    many = how.get("action") == "append"
    choices = tuple(how.get("choices", ()))
    if how.get("action") == "store_true":
        return Key("flag")
    match how.get("type"):
        case kind if kind is int:
            return Key("whole", many)
        case kind if kind is float:
            return Key("number", many)
        case kind if kind is Path:
            return Key("path", many)
    return Key("text", many, choices)


def _as_given(value: Value, how: dict[str, Any]) -> Any:
    if how.get("type") is Path:
        return [Path(v) for v in value] if isinstance(value, tuple) else Path(str(value))
    return list(value) if isinstance(value, tuple) else value
