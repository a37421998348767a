"""Cells on many machines, by Dask's distributed: each cell is a task that is run once, or lost.

What stands in ``work.py`` runs on the workers, the rest where the command does. ``distributed`` is
imported only once a fleet was asked for.
"""
