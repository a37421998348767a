"""What a sweep of operators came to: for a terminal, as pages, as JSON."""
