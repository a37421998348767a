"""The gate of a release: cases, their cells, and what each cell shows."""
