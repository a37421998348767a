"""What becomes of which attribute, a file a family of ops.

Read off what Paddle2ONNX 2.1 writes of each op, and ONNX's own definitions for the defaults. A
new op is a row.
"""

from parity.written.attributes.rule import Form, Rule
from parity.written.attributes.tables import (
    activations,
    moves,
    norms,
    recurrent,
    reduces,
    resizes,
    windows,
)

_ALL = (activations, moves, norms, recurrent, reduces, resizes, windows)

RULES: tuple[Rule, ...] = tuple(rule for table in _ALL for rule in table.RULES)
FORMS: tuple[Form, ...] = tuple(form for table in _ALL for form in table.FORMS)
