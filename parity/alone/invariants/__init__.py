"""Invariants, one file each: ``NAME``, ``SAYS`` (one line for a person) and
``ask(subject: Subject) -> Held``.
"""
