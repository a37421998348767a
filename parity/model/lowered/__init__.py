"""The weights that a file of lower precision stores, and what of each its graph makes.

Nothing is run: integers, scales and zero points are read where they lie, and brought together as
the nodes that read them do. Who compares them stands above.
"""
