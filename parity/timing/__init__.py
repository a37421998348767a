"""A case or a model over the clock: what a sample takes in each engine and precision.

``columns`` says what is measured, ``feeds`` with what, ``rounds`` measures, ``limits`` judges.
"""
