"""Before a candidate is blamed: the reference asked again, and what rounding alone does."""
