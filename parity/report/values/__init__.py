"""Numbers as a report shows them."""
