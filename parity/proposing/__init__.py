"""Tolerances for a case, from what its pair is off by: measured, proposed, written on demand.

``measure`` runs both sides over the case's feeds, ``propose`` turns what it saw into numbers,
``write`` puts them into the case.
"""
