"""Comparing what two models answered to one feed. Always (expected, actual)."""
