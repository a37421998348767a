"""``exporter`` and its options, under ``[candidate]`` of a case.toml."""

from parity.case._row import Scalar
from parity.closed import Table
from parity.errors import UsageError
from parity.exports._by import USUAL, By, exporter, exporters
from parity.plugins import unknown


def exported_by(table: Table) -> By:
    """The exporter, and options that it has. Raises CaseError."""
    told = [key for key in ("exporter", "exporter_options") if key in table]
    name, inner = table.get("exporter", str, USUAL), table.table("exporter_options")
    if told and "path" in table:
        raise table.error(told[0], 'says how a candidate is made, and "path" names one')
    if name not in (known := exporters()):
        raise table.error("exporter", unknown("exporter", name, known), bare=True)
    options: dict[str, Scalar] = {}
    for key, value in inner.rest().items():
        if not isinstance(value, str | int | float | bool):
            raise table.error("exporter_options", f"{key} must be a string, number or true/false")
        options[key] = value
    try:
        exporter(By(name, options))
    except UsageError as error:
        raise table.error("exporter_options", str(error), bare=True) from error
    return By(name, options)
