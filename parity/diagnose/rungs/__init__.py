"""Rungs of a diagnosis, one a file."""
