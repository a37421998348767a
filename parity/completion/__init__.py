"""What a shell offers when Tab is pressed: commands, options, and the names that go with them.

Values are found by files and entry points; no engine is imported. ``values.py`` has the names,
``offered.py`` says which parameter takes which, ``shells.py`` speaks with the shell.
"""

from parity.completion.shells import SHELLS, answer, script

__all__ = ["SHELLS", "answer", "script"]
