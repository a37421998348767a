"""Attributes of each op of a reference against the nodes that it became; nothing is run.

``tables`` hold as data what becomes of which attribute, a file a family of ops; ``rule`` says how
to read them. ``aligned`` finds an op's nodes, ``expected`` and ``found`` read both sides, and
``compare`` says what differs.
"""
