"""Engines in their own processes, so that their death is a value and not ours."""
