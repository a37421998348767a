"""Stored weights of two files against each other: which belongs to which, and how far apart."""
