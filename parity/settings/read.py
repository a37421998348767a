"""Read one table of the settings, all of whose keys are known."""

from collections.abc import Mapping
from pathlib import Path

from parity.closed import Table
from parity.errors import CaseError, UsageError
from parity.plugins import unknown
from parity.settings.setting import Key, Setting, Value

TABLES = ("check", "gate")


def read(settings: Table, name: str, keys: Mapping[str, Key]) -> list[Setting]:
    """What the table ``name`` says, in its order; [] where there is no such table.

    settings: as ``find`` gives them. keys: by name, as options have it; an underscore will do for a
    dash. Raises UsageError, with file and line, for an unknown key and for a value of another form.
    """
    try:
        tables = dict(settings.named())
        for other in tables:
            if other not in TABLES:
                raise settings.error(other, unknown("table", other, TABLES), bare=True)
        return [] if name not in tables else _settings(tables[name], keys)
    except CaseError as error:
        raise UsageError(str(error)) from error


def _settings(table: Table, keys: Mapping[str, Key]) -> list[Setting]:
    made: dict[str, Setting] = {}
    for written, value in table.rest().items():
        name = written.replace("_", "-")
        if name not in keys:
            raise table.error(written, unknown("key", name, keys), bare=True)
        if name in made:
            raise table.error(written, f"is there twice, once as {name}")
        found = _value(table, written, value, keys[name])
        made[name] = Setting(name, found, str(table.file.path))
    return list(made.values())


def _value(table: Table, written: str, value: object, key: Key) -> Value:
    if key.many:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise table.error(written, f"must be a list of strings, not {value!r}")
        return tuple(str(_one(table, written, one, key)) for one in value)
    return _one(table, written, value, key)


_WANTED = {
    "text": "a string",
    "path": "a string",
    "whole": "a whole number",
    "number": "a number",
    "flag": "true or false",
}


def _one(table: Table, written: str, value: object, key: Key) -> str | int | float | bool:
    good = {
        "text": isinstance(value, str),
        "path": isinstance(value, str),
        "whole": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "flag": isinstance(value, bool),
    }[key.form]
    if not good or not isinstance(value, str | int | float | bool):
        raise table.error(written, f"must be {_WANTED[key.form]}, not {value!r}")
    if key.choices and value not in key.choices:
        raise table.error(written, unknown("choice", str(value), key.choices), bare=True)
    if key.form == "path" and value != "-":
        # From where it is written: who calls may stand anywhere below.
        return str(Path(table.file.path).absolute().parent / str(value))
    return value
