"""What stops parity from giving a verdict.

A difference between two models is never an exception: it is a finding, a
value. The exceptions here mean "could not run", and end a command with exit
code 2 and one line on standard error.

    ParityError
    ├── UsageError      an option or argument that makes no sense
    ├── ModelError      a model file that is missing, damaged or foreign
    ├── InputError      inputs that can't be made: tokenizer, unknown domain
    ├── CaseError       a case or golden that is wrong
    ├── EngineError     an engine that can't start, or the reference failing
    ├── ExportError     the exporter failed, or did something else than asked
    ├── ZooError        a reference model that can't be built
    ├── RecordError     what a gate wrote is damaged, of something else, or incomplete
    └── OutputError     a report or bundle that can't be written
"""

from __future__ import annotations


class ParityError(Exception):
    """Could not run. The message says what, where, and what to do."""


class UsageError(ParityError):
    """An option or argument that makes no sense."""


class ModelError(ParityError):
    """A model file that is missing, damaged, foreign or unreadable."""


class InputError(ParityError):
    """Inputs can't be made: no tokenizer, unknown domain, empty range."""


class CaseError(ParityError):
    """A case or golden that is wrong."""


class EngineError(ParityError):
    """An engine can't start, or the reference model failed to run."""


class ExportError(ParityError):
    """The exporter failed, or did something else than it was asked."""


class ZooError(ParityError):
    """A reference model can't be built."""


class RecordError(ParityError):
    """What a gate wrote is damaged, is of something else, or isn't all."""


class OutputError(ParityError):
    """A report or bundle can't be written."""
