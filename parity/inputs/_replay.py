"""Make an example again, and hand one to Hypothesis to shrink."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from parity.inputs._plan import Example, Plan
from parity.inputs._source import Choice, ReplaySource

if TYPE_CHECKING:
    from hypothesis.database import ExampleDatabase


def example(plan: Plan, choices: Sequence[Choice], *, label: str = "replayed") -> Example:
    """The example that the choices stand for, without Hypothesis.

    Raises InputError when the choices were recorded with another plan.
    """
    source = ReplaySource(choices)
    made = plan.build(source, label)
    source.finish()
    return made


def save(database: "ExampleDatabase", key: bytes, choices: Sequence[Choice]) -> None:
    """Put an example where ``hypothesis.find(…, database_key=key)`` begins.

    The settings of find need this database and the phases reuse and shrink.
    find takes what lies under the key itself for already shrunk, and stops
    there; what it puts aside while shrinking lies under the secondary key, is
    tried as well, and is shrunk. Without the phase generate, find raises
    unittest.SkipTest rather than NoSuchExample when nothing lies there at all.
    """
    from hypothesis.database import choices_to_bytes

    database.save(key + b".secondary", choices_to_bytes(choices))
