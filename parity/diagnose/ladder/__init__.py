"""Whose fault: the reference, the runtime's optimiser, a conversion, the exporter, a kernel.

Each rung asks one question by running one thing otherwise, and leaves its answer as a value; the
first that settles it ends the climb.
"""
