"""Findings as notes beside the lines of a change: file, line, rule and help, for a review.

``note.py`` is a note and how GitHub takes it, ``of_result.py`` and ``of_cells.py`` make them.
"""
